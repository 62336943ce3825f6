import {
  type BlockContext,
  type BlockDefinition,
  type BlockInstance,
  escapeHtml,
  layoutClasses,
  type PresentedComment,
  safeUrl,
  type ViewComments,
} from 'galley';
import { flag, isOn, number, numberOf, text, textOf } from './attributes.ts';
import { asking } from './hooks.ts';
import { headingTag, link, wrap } from './html.ts';
import { latestComments } from './latest-comments.ts';
import { avatarHtml } from './post-blocks.ts';

type CommentData = ReadonlyMap<number, ViewComments>;
type CommentForm = NonNullable<ViewComments['form']>;

/** The comments of all entries around the blocks, in one question to whoever keeps comments. */
async function loadComments(blocks: readonly BlockInstance[], context: BlockContext): Promise<CommentData> {
  const entryIds = [...new Set(blocks.flatMap((block) => block.scope.entry?.id ?? []))].sort((a, b) => a - b);
  if (entryIds.length === 0) return new Map();
  const found = await context.once(`blocks:comments:${entryIds.join()}`, () =>
    context.site.hooks.first('blocks:comments', { entryIds, ...asking(context) }),
  );
  return found ?? new Map();
}

function commentsOf(block: BlockInstance): ViewComments | undefined {
  return block.scope['comments'] as ViewComments | undefined;
}

function commentOf(block: BlockInstance): PresentedComment | undefined {
  return block.scope['comment'] as PresentedComment | undefined;
}

const comments: BlockDefinition<CommentData> = {
  title: 'Comments',
  category: 'theme',
  attributes: { tagName: text('div') },
  load: loadComments,
  expand: (block, data) => [{ scope: { comments: block.scope.entry && data.get(block.scope.entry.id) } }],
  render(block) {
    const shown = commentsOf(block);
    const data = block.inner;
    return shown === undefined && data.trim() === '' ? '' : data;
  },
};

/** A tree of comments in reading order. */
function flatten(items: readonly PresentedComment[]): PresentedComment[] {
  return items.flatMap((item) => [item, ...flatten(item.children)]);
}

const commentTemplate: BlockDefinition = {
  title: 'Comment template',
  category: 'theme',
  expand: (block) => flatten(commentsOf(block)?.items ?? []).map((comment) => ({ scope: { comment } })),
  render(block) {
    const items = flatten(commentsOf(block)?.items ?? []);
    if (items.length === 0) return '';
    const written = items.map((comment, index) => {
      const depth = Math.min(Math.max(Math.trunc(comment.depth), 0), 10);
      const author = comment.byAuthor ? ' bypostauthor' : '';
      // Without the ids that links lead to: the theme shows the same comments below the entry, and other blocks may.
      return `<li class="comment depth-${depth}${author}">${block.items[index] ?? ''}</li>`;
    });
    return `<ol${wrap(block)}>${written.join('')}</ol>`;
  },
};

/** A block that shows a part of the comment around it. */
function part(
  { title }: { title: string },
  attributes: BlockDefinition['attributes'],
  write: (comment: PresentedComment, block: BlockInstance, t: BlockContext['t']) => string,
): BlockDefinition {
  return {
    title,
    category: 'theme',
    attributes,
    render(block, _, { t }) {
      const comment = commentOf(block);
      const html = comment ? write(comment, block, t) : '';
      return html === '' ? '' : `<div${wrap(block)}>${html}</div>`;
    },
  };
}

function authorName({ author }: PresentedComment, block: BlockInstance): string {
  const name = escapeHtml(author.name);
  const newWindow = textOf(block, 'linkTarget') === '_blank';
  return isOn(block, 'isLink') && author.url
    ? link(author.url, name, { rel: 'external nofollow ugc', newWindow })
    : name;
}

function date({ published, url }: PresentedComment, block: BlockInstance): string {
  const time = `<time datetime="${escapeHtml(published.iso)}">${escapeHtml(published.label)}</time>`;
  return isOn(block, 'isLink') ? link(url, time) : time;
}

const title: BlockDefinition = {
  title: 'Title of the comments',
  category: 'theme',
  attributes: { level: number(2), showPostTitle: flag(true), showCommentsCount: flag(true) },
  render(block, _, { t }) {
    const shown = commentsOf(block);
    if (!shown || shown.items.length === 0) return '';
    const counted =
      shown.count === 1 ? t('One comment') : t('{count} comments').replace('{count}', String(shown.count));
    const tag = headingTag(numberOf(block, 'level', { otherwise: 2 }), 'h2');
    return `<${tag}${wrap(block)}>${escapeHtml(shown.heading || counted)}</${tag}>`;
  },
};

interface Control {
  name: string;
  label: string;
  type?: 'text' | 'email' | 'url' | 'textarea';
  required?: boolean;
}

/** A field of the form. Names are WordPress's; ids differ from those of a form that the theme may have on the page. */
function field({ name, label, type = 'text', required = false }: Control, form: CommentForm, prefix: string): string {
  const id = `${prefix}-${name}`;
  const value = escapeHtml(form.values[name] ?? '');
  const error = form.errors[name];
  const invalid = error ? ` aria-invalid="true" aria-describedby="${id}-error"` : '';
  const must = required ? ' required' : '';
  const control =
    type === 'textarea'
      ? `<textarea id="${id}" name="${name}" rows="6" maxlength="65525"${must}${invalid}>${value}</textarea>`
      : `<input id="${id}" name="${name}" type="${type}" maxlength="245" value="${value}"${must}${invalid}>`;
  const message = error ? `<p id="${id}-error" class="comment-form-error">${escapeHtml(error)}</p>` : '';
  return `<p class="comment-form-${name}"><label for="${id}">${escapeHtml(label)}</label>${control}</p>${message}`;
}

function hiddenFields(form: CommentForm): string {
  const own = `<input type="hidden" name="comment_post_ID" value="${form.entryId}"><input type="hidden" name="comment_parent" value="${form.parentId ?? 0}">`;
  return own + (form.hidden ?? []).map((html) => html.value).join('');
}

function formHtml({ form }: ViewComments, { t, unique }: Pick<BlockContext, 't' | 'unique'>): string {
  if (!form) return '';
  const who: Control[] = [
    { name: 'author', label: t('Name'), required: true },
    { name: 'email', label: t('E-mail'), type: 'email', required: true },
    { name: 'url', label: t('Website'), type: 'url' },
  ];
  const text: Control = { name: 'comment', label: t('Comment'), type: 'textarea', required: true };
  // A query loop may hold several.
  const prefix = unique('block-comment');
  const fields = [text, ...(form.signedIn ? [] : who)].map((control) => field(control, form, prefix)).join('');
  const submit = `<p class="form-submit wp-block-button"><button type="submit" class="wp-block-button__link wp-element-button">${escapeHtml(t('Post comment'))}</button></p>`;
  return `<h3 class="comment-reply-title">${escapeHtml(t('Leave a reply'))}</h3><form class="comment-form" method="post" action="${escapeHtml(safeUrl(form.action))}">${hiddenFields(form)}${fields}${submit}</form>`;
}

const form: BlockDefinition<CommentData> = {
  title: 'Comment form',
  category: 'theme',
  load: loadComments,
  render(block, data, { t, unique }) {
    const shown = commentsOf(block) ?? (block.scope.entry && data.get(block.scope.entry.id));
    const html = shown?.open && !shown.requiresLogin ? formHtml(shown, { t, unique }) : '';
    return html === '' ? '' : `<div${wrap(block, { classes: ['comment-respond'] })}>${html}</div>`;
  },
};

const pagination: BlockDefinition = {
  title: 'Pages of comments',
  category: 'theme',
  render(block, _, { t }) {
    if (block.inner.trim() === '') return '';
    const classes = layoutClasses(block.name, block.attrs, { default: 'flex' });
    return `<nav${wrap(block, { classes, attributes: { 'aria-label': t('Pages of comments') } })}>${block.inner}</nav>`;
  },
};

function turn(isNext: boolean): BlockDefinition {
  return {
    title: isNext ? 'Newer comments' : 'Older comments',
    category: 'theme',
    attributes: { label: text() },
    render(block, _, { t }) {
      const url = isNext ? commentsOf(block)?.pagination?.next : commentsOf(block)?.pagination?.previous;
      const label = textOf(block, 'label') || t(isNext ? 'Newer comments' : 'Older comments');
      return url ? `<a${wrap(block, { attributes: { href: safeUrl(url) } })}>${escapeHtml(label)}</a>` : '';
    },
  };
}

const numbers: BlockDefinition = {
  title: 'Numbers of the pages of comments',
  category: 'theme',
  render(block) {
    const items = commentsOf(block)?.pagination?.items ?? [];
    if (items.length < 2) return '';
    const written = items.map(({ number: page, url, current, gap }) => {
      if (gap) return '<span class="page-numbers dots">…</span>';
      return current
        ? `<span class="page-numbers current" aria-current="page">${page}</span>`
        : link(url, String(page), { className: 'page-numbers' });
    });
    return `<div${wrap(block)}>${written.join('')}</div>`;
  },
};

export const commentBlocks: Record<string, BlockDefinition> = {
  'core/comments': comments as BlockDefinition,
  'core/post-comments': { ...(form as BlockDefinition), title: 'Comments (old)' },
  'core/post-comments-form': form as BlockDefinition,
  'core/comment-template': commentTemplate,
  'core/comments-title': title,
  'core/comment-author-name': part(
    { title: 'Name of the author of a comment' },
    { isLink: flag(true), linkTarget: text('_self') },
    authorName,
  ),
  'core/comment-author-avatar': part(
    { title: 'Picture of the author of a comment' },
    { width: number(96) },
    ({ author }, block) => avatarHtml(author, numberOf(block, 'width', { min: 16, max: 256, otherwise: 96 })),
  ),
  'core/comment-date': part({ title: 'Date of a comment' }, { isLink: flag(true), format: text() }, date),
  'core/comment-content': part(
    { title: 'Text of a comment' },
    {},
    (comment, _, t) =>
      (comment.pending ? `<p><em>${escapeHtml(t('Your comment is awaiting moderation.'))}</em></p>` : '') +
      comment.html.value,
  ),
  'core/comment-reply-link': part({ title: 'Reply link' }, {}, ({ replyUrl }, _, t) =>
    replyUrl ? link(replyUrl, escapeHtml(t('Reply')), { rel: 'nofollow', className: 'comment-reply-link' }) : '',
  ),
  'core/comment-edit-link': part({ title: 'Edit link' }, { linkTarget: text('_self') }, () => ''),
  'core/comments-pagination': pagination,
  'core/comments-pagination-previous': turn(false),
  'core/comments-pagination-next': turn(true),
  'core/comments-pagination-numbers': numbers,
  'core/latest-comments': latestComments as BlockDefinition,
};
