import { type BlockDefinition, type BlockInstance, escapeHtml } from 'galley';
import { flag, isOn, number, numberOf, oneOf } from './attributes.ts';
import { asking, type LatestComment } from './hooks.ts';
import { link, wrap } from './html.ts';
import { avatarHtml } from './post-blocks.ts';

type LatestData = ReadonlyMap<BlockInstance, LatestComment[]>;

function limitOf(block: BlockInstance): number {
  return numberOf(block, 'commentsToShow', { min: 1, max: 100, otherwise: 5 });
}

/** What was said last, wherever on the site. */
export const latestComments: BlockDefinition<LatestData> = {
  title: 'Latest comments',
  category: 'widgets',
  editor: {
    keywords: 'recent replies list',
    fields: {
      commentsToShow: { kind: 'integer', label: 'How many', min: 1, max: 100 },
      displayAvatar: { kind: 'boolean', label: 'Show the picture of who wrote it' },
      displayDate: { kind: 'boolean', label: 'Show the date' },
      displayExcerpt: { kind: 'boolean', label: 'Show the beginning of the text' },
    },
  },
  attributes: {
    commentsToShow: number(5),
    displayAvatar: flag(true),
    displayDate: flag(true),
    displayExcerpt: flag(true),
    displayContent: oneOf('excerpt', 'none', 'full'),
  },
  async load(blocks, context) {
    context.tag('comments');
    const limit = Math.max(...blocks.map(limitOf));
    const found = (await context.site.hooks.first('blocks:latest-comments', { limit, ...asking(context) })) ?? [];
    return new Map(blocks.map((block) => [block, found.slice(0, limitOf(block))]));
  },
  render(block, data, { t }) {
    const items = data.get(block) ?? [];
    const classes = ['displayAvatar', 'displayDate', 'displayExcerpt']
      .filter((name) => isOn(block, name))
      .map((name) => `has-${name.slice(7).toLowerCase()}s`);
    if (items.length === 0)
      return `<div${wrap(block, { classes: ['no-comments'] })}>${escapeHtml(t('No comments to show.'))}</div>`;
    const written = items.map((comment) => {
      const author = comment.author.url
        ? link(comment.author.url, escapeHtml(comment.author.name), {
            className: 'wp-block-latest-comments__comment-author',
            rel: 'external nofollow ugc',
          })
        : `<span class="wp-block-latest-comments__comment-author">${escapeHtml(comment.author.name)}</span>`;
      const where = link(comment.url, escapeHtml(comment.entry.title), {
        className: 'wp-block-latest-comments__comment-link',
      });
      const when = isOn(block, 'displayDate')
        ? `<time datetime="${escapeHtml(comment.published.iso)}" class="wp-block-latest-comments__comment-date">${escapeHtml(comment.published.label)}</time>`
        : '';
      const excerpt = isOn(block, 'displayExcerpt')
        ? `<div class="wp-block-latest-comments__comment-excerpt"><p>${escapeHtml(comment.excerpt)}</p></div>`
        : '';
      return `<li class="wp-block-latest-comments__comment">${isOn(block, 'displayAvatar') ? avatarHtml(comment.author, 48) : ''}<article><footer class="wp-block-latest-comments__comment-meta">${author} ${escapeHtml(t('on'))} ${where}${when}</footer>${excerpt}</article></li>`;
    });
    return `<ol${wrap(block, { classes })}>${written.join('')}</ol>`;
  },
};
