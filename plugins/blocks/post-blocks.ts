import {
  type BlockDefinition,
  type BlockInstance,
  escapeHtml,
  formatDate,
  type Permalinks,
  type PresentedAuthor,
  type PresentedEntry,
  type Site,
} from 'galley';
import { flag, isOn, number, numberOf, text, textOf } from './attributes.ts';
import { type EntryData, entryBlock, entryOf, linksOf, loadEntries } from './entries.ts';
import { headingTag, inlineHtml, link, wrap } from './html.ts';

/** The text of the more link, escaped or cleaned. */
function moreLabel(html: string, otherwise: string): string {
  return html.trim() === '' ? escapeHtml(otherwise) : inlineHtml(html);
}

/** The round of initials that stands for a picture of somebody. */
export function avatarHtml(author: { name: string; initials: string; avatar?: string }, size: number): string {
  const label = escapeHtml(author.name);
  if (author.avatar) {
    const src = escapeHtml(author.avatar);
    return `<img class="avatar wp-block-avatar__image" src="${src}" alt="" width="${size}" height="${size}" loading="lazy">`;
  }
  const style = `width:${size}px;height:${size}px;font-size:${Math.round(size * 0.4)}px`;
  return `<span class="avatar wp-block-avatar__initials" role="img" aria-label="${label}" style="${style}">${escapeHtml(author.initials)}</span>`;
}

function authorName(author: PresentedAuthor, isLink: boolean, className: string): string {
  return isLink && author.url ? link(author.url, escapeHtml(author.name), { className }) : escapeHtml(author.name);
}

function postAuthor(block: BlockInstance, { author }: PresentedEntry): string {
  if (author.name === '') return '';
  const size = numberOf(block, 'avatarSize', { min: 16, max: 256, otherwise: 48 });
  const byline = textOf(block, 'byline');
  const avatar = isOn(block, 'showAvatar')
    ? `<div class="wp-block-post-author__avatar">${avatarHtml(author, size)}</div>`
    : '';
  return `<div${wrap(block)}>${avatar}<div class="wp-block-post-author__content">${
    byline ? `<p class="wp-block-post-author__byline">${inlineHtml(byline)}</p>` : ''
  }<p class="wp-block-post-author__name">${authorName(author, isOn(block, 'isLink'), 'wp-block-post-author__link')}</p>${
    isOn(block, 'showBio') && author.bio ? `<p class="wp-block-post-author__bio">${inlineHtml(author.bio)}</p>` : ''
  }</div></div>`;
}

function postTerms(block: BlockInstance, entry: PresentedEntry): string {
  const terms = entry.terms[textOf(block, 'term')] ?? [];
  if (terms.length === 0) return '';
  const separator = `<span class="wp-block-post-terms__separator">${escapeHtml(textOf(block, 'separator'))}</span>`;
  const part = (name: 'prefix' | 'suffix'): string => {
    const html = textOf(block, name);
    return html ? `<span class="wp-block-post-terms__${name}">${inlineHtml(html)}</span>` : '';
  };
  const links = terms.map((term) => link(term.url, escapeHtml(term.name), { rel: 'tag' })).join(separator);
  const classes = [`taxonomy-${textOf(block, 'term').replace(/[^\w-]/g, '')}`];
  return `<div${wrap(block, { classes })}>${part('prefix')}${links}${part('suffix')}</div>`;
}

function featuredImage(block: BlockInstance, { featured, title, url }: PresentedEntry): string {
  if (!featured) return '';
  const sizes: [string, string][] = [
    ['aspect-ratio', textOf(block, 'aspectRatio')],
    ['width', textOf(block, 'width')],
    ['height', textOf(block, 'height')],
    ['object-fit', textOf(block, 'scale')],
  ];
  const style = sizes.filter(([, value]) => /^[\w.%/ -]+$/.test(value)).map((pair) => pair.join(':'));
  const alt = featured.alt || (isOn(block, 'isLink') ? title : '');
  const image = `<img src="${escapeHtml(featured.src)}" srcset="${escapeHtml(featured.srcset)}" sizes="${escapeHtml(featured.sizes)}" width="${featured.width}" height="${featured.height}" alt="${escapeHtml(alt)}"${
    style.length > 0 ? ` style="${escapeHtml(style.join(';'))}"` : ''
  } loading="lazy">`;
  return `<figure${wrap(block)}>${isOn(block, 'isLink') ? link(url, image) : image}</figure>`;
}

function postExcerpt(block: BlockInstance, entry: PresentedEntry, site: Site): string {
  const words = numberOf(block, 'excerptLength', { min: 1, max: 100, otherwise: 55 });
  const isOwn = entry.source.excerpt.trim() !== '';
  const html =
    isOwn || words >= 55 ? entry.excerpt.value : escapeHtml(site.blocks.excerptOf(entry.excerpt.value, words));
  const label = textOf(block, 'moreText');
  const more = label ? link(entry.url, inlineHtml(label), { className: 'wp-block-post-excerpt__more-link' }) : '';
  if (html === '' && more === '') return '';
  const isBelow = isOn(block, 'showMoreOnNewLine');
  const own = `<p class="wp-block-post-excerpt__excerpt">${html}${more && !isBelow ? ` ${more}` : ''}</p>`;
  return `<div${wrap(block)}>${own}${more && isBelow ? `<p class="wp-block-post-excerpt__more-text">${more}</p>` : ''}</div>`;
}

interface DateData {
  entries: EntryData;
  links: Permalinks;
}

const postDate: BlockDefinition<DateData> = {
  title: 'Date',
  category: 'theme',
  attributes: { format: text(), isLink: flag(), displayType: text('date') },
  load: async (blocks, context) => ({ entries: await loadEntries(blocks, context), links: await linksOf(context) }),
  render(block, { entries, links }, { language }) {
    const entry = entryOf(block, entries);
    if (!entry) return '';
    const isModified = textOf(block, 'displayType') === 'modified';
    const { iso, label } = isModified ? entry.modified : entry.published;
    const format = textOf(block, 'format');
    const isOwn = format !== '' && format !== 'human-diff';
    const written = isOwn ? formatDate(Date.parse(iso), { zone: links.zone, language, format }) : label;
    const time = `<time datetime="${escapeHtml(iso)}">${escapeHtml(written)}</time>`;
    const classes = isModified ? ['wp-block-post-date__modified-date'] : [];
    return `<div${wrap(block, { classes })}>${isOn(block, 'isLink') ? link(entry.url, time) : time}</div>`;
  },
};

/** Blocks that show a part of the entry around them. */
export function definePostBlocks(site: Site): void {
  const { blocks } = site;
  blocks.define(
    'core/post-title',
    entryBlock(
      { title: 'Title' },
      { level: number(2), isLink: flag(), linkTarget: text(), rel: text() },
      (block, entry) => {
        const tag = headingTag(numberOf(block, 'level', { otherwise: 2 }));
        const newWindow = textOf(block, 'linkTarget') === '_blank';
        const title = isOn(block, 'isLink')
          ? link(entry.url, entry.titleHtml.value, { newWindow, rel: textOf(block, 'rel') })
          : entry.titleHtml.value;
        return title === '' ? '' : `<${tag}${wrap(block)}>${title}</${tag}>`;
      },
    ),
  );
  blocks.define('core/post-date', postDate);
  blocks.define(
    'core/post-excerpt',
    entryBlock(
      { title: 'Excerpt' },
      { moreText: text(), excerptLength: number(55), showMoreOnNewLine: flag(true) },
      (block, entry) => postExcerpt(block, entry, site),
    ),
  );
  blocks.define(
    'core/post-terms',
    entryBlock(
      { title: 'Terms' },
      { term: text('category'), separator: text(', '), prefix: text(), suffix: text() },
      postTerms,
    ),
  );
  blocks.define(
    'core/post-author',
    entryBlock(
      { title: 'Author' },
      { showAvatar: flag(true), avatarSize: number(48), showBio: flag(), byline: text(), isLink: flag() },
      postAuthor,
    ),
  );
  blocks.define(
    'core/post-author-name',
    entryBlock({ title: 'Author name' }, { isLink: flag() }, (block, { author }) =>
      author.name
        ? `<div${wrap(block)}>${authorName(author, isOn(block, 'isLink'), 'wp-block-post-author-name__link')}</div>`
        : '',
    ),
  );
  blocks.define(
    'core/post-author-biography',
    entryBlock({ title: 'Author biography' }, {}, (block, { author }) =>
      author.bio ? `<div${wrap(block)}>${inlineHtml(author.bio)}</div>` : '',
    ),
  );
  blocks.define(
    'core/post-featured-image',
    entryBlock(
      { title: 'Featured image' },
      { isLink: flag(), aspectRatio: text(), width: text(), height: text(), scale: text('cover') },
      featuredImage,
    ),
  );
  blocks.define(
    'core/read-more',
    entryBlock({ title: 'Read more' }, { content: text(), linkTarget: text('_self') }, (block, entry, { t }) => {
      const label = moreLabel(textOf(block, 'content'), t('Read more'));
      const hidden = `<span class="screen-reader-text visually-hidden">: ${escapeHtml(entry.title)}</span>`;
      const target = textOf(block, 'linkTarget') === '_blank' ? ' target="_blank" rel="noopener"' : '';
      return `<a${wrap(block, { attributes: { href: entry.url } })}${target}>${label}${hidden}</a>`;
    }),
  );
  blocks.define(
    'core/post-time-to-read',
    entryBlock(
      { title: 'Time to read' },
      {},
      (block, entry, { t }) =>
        `<div${wrap(block)}>${entry.minutes} ${escapeHtml(t(entry.minutes === 1 ? 'minute' : 'minutes'))}</div>`,
    ),
  );
  blocks.define(
    'core/post-comments-count',
    entryBlock(
      { title: 'Number of comments' },
      {},
      (block, { comments }) => `<div${wrap(block)}>${comments.count}</div>`,
    ),
  );
  blocks.define(
    'core/post-comments-link',
    entryBlock(
      { title: 'Link to comments' },
      {},
      (block, { comments }, { t }) =>
        `<div${wrap(block)}>${link(comments.url, `${comments.count} ${escapeHtml(t(comments.count === 1 ? 'comment' : 'comments'))}`)}</div>`,
    ),
  );
}
