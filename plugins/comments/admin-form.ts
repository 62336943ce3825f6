import {
  type FieldDefinition,
  GalleyError,
  isGalleyError,
  makeControls,
  type Reply,
  SafeHtml,
  type ScreenContext,
} from 'galley';
import { BASE } from './admin-words.ts';
import type { Comment } from './comment.ts';
import type { Comments } from './comments.ts';
import { historyOf } from './history.ts';

const FIELDS: Record<string, FieldDefinition> = {
  authorName: { kind: 'text', label: 'Name', required: true, maxLength: 245 },
  authorEmail: { kind: 'email', label: 'E-mail address', help: 'Never shown to visitors.', maxLength: 254 },
  authorUrl: { kind: 'url', label: 'Website', maxLength: 500 },
  content: { kind: 'textarea', label: 'Comment', required: true, maxLength: 65_000 },
};

async function commentOf(page: ScreenContext, comments: Comments): Promise<Comment> {
  const comment = await comments.store.get(page.id());
  if (!comment) throw new GalleyError('GALLEY_INPUT_INVALID', 'There is no such comment.', { status: 404 });
  return comment;
}

/** The form of a comment. */
export async function showForm(page: ScreenContext, comments: Comments): Promise<Reply> {
  const comment = await commentOf(page, comments);
  return form(page, { comments, comment }, { ...comment });
}

async function form(
  page: ScreenContext,
  { comments, comment }: { comments: Comments; comment: Comment },
  values: Record<string, unknown>,
  errors: Record<string, string> = {},
): Promise<Reply> {
  const { site, viewer } = page;
  const controls = await makeControls(FIELDS, { site, viewer, prefix: 'comment', values, errors, zone: 'UTC' });
  const summary = controls.filter(({ error }) => error).map(({ id, label, error }) => ({ id, label, message: error }));
  const data = {
    title: page.t('Comment of {name}', { name: comment.authorName || page.t('nobody') }),
    breadcrumbs: [{ label: 'Comments', url: BASE }],
    controls,
    summary,
    comment,
    content: new SafeHtml(comment.content),
    url: `${BASE}/${comment.id}`,
    version: comment.version,
    history: await historyOf(comments, comment.id),
  };
  return page.view('comments/comment', data, { status: summary.length > 0 ? 422 : 200 });
}

/** Stores what was typed, or shows what is wrong with it. */
export async function save(page: ScreenContext, comments: Comments): Promise<Reply> {
  const comment = await commentOf(page, comments);
  const text = (name: string): string => page.value(`comment.${name}`).replace(/\r\n?/g, '\n').trim();
  const values = {
    authorName: text('authorName'),
    authorEmail: text('authorEmail'),
    authorUrl: text('authorUrl'),
    content: text('content'),
  };
  const errors: Record<string, string> = {};
  if (values.authorName === '' || values.authorName.length > 245) errors['comment.authorName'] = 'Write a name.';
  if (values.authorEmail !== '' && !/^[^\s@<>"]+@[^\s@<>"]+$/.test(values.authorEmail))
    errors['comment.authorEmail'] = 'This is no e-mail address.';
  if (values.authorUrl !== '' && !/^https?:\/\//i.test(values.authorUrl))
    errors['comment.authorUrl'] = 'Begin with http:// or https://.';
  if (values.content === '' || values.content.length > 65_000)
    errors['comment.content'] = 'Write something, at most 65,000 characters.';
  if (Object.keys(errors).length > 0) return form(page, { comments, comment }, values, errors);
  await comments.update(comment.id, values, page.viewer);
  return page.redirect('/comments', { kind: 'success', text: 'The comment is saved.' });
}

/** Answers a comment. */
export async function reply(page: ScreenContext, comments: Comments): Promise<Reply> {
  const comment = await commentOf(page, comments);
  try {
    await comments.reply(comment.id, page.value('reply'), page.viewer);
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_INPUT_INVALID')) throw error;
    const [text = error.message] = Object.values((error.details ?? {}) as Record<string, string>);
    return page.redirect(`/comments/${comment.id}`, { kind: 'danger', text });
  }
  return page.redirect('/comments', { kind: 'success', text: page.t('Your reply is there. Visitors see it now.') });
}
