import { type Context, type GalleyError, isGalleyError, type Reply, redirect } from 'galley';
import type { Comments } from './comments.ts';
import { commentUrls } from './front.ts';

/** What the form sends. */
export interface CommentForm {
  comment_post_ID: number;
  comment_parent?: number;
  author?: string;
  email?: string;
  url?: string;
  comment: string;
  /** The trap: people do not see it, machines fill it in. */
  nickname?: string;
}

/** Takes a comment from the form below an entry. What was typed is never lost: a rejected form comes back filled in. */
export async function postComment(
  context: Context<Record<string, never>, Record<string, unknown>, CommentForm>,
  comments: Comments,
): Promise<Reply> {
  const { site, viewer, body } = context;
  const front = site.services.use('front');
  const entry = await site.entries.need(body.comment_post_ID, viewer);
  if (body.nickname) return redirect(`${await front.urlOf(entry)}#comments`);
  const draft = {
    entryId: entry.id,
    parentId: body.comment_parent || null,
    authorName: body.author,
    authorEmail: body.email,
    authorUrl: body.url,
    content: body.comment,
  };
  try {
    const comment = await comments.add(draft, {
      viewer,
      address: context.address,
      agent: context.userAgent,
      isUnlocked: front.isUnlocked(context, entry),
    });
    const url = await front.urlOf(entry);
    if (comment.status !== 'approved') return redirect(`${url}#comment-waiting`);
    const [place = url] = await commentUrls(comments, [{ comment, entryUrl: url }]);
    return redirect(place);
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_INPUT_INVALID')) throw error;
    const { author = '', email = '', url = '', comment } = body;
    const reply = await front.showEntry(context, entry, {
      commentForm: {
        values: { author, email, url, comment },
        errors: await errorsOf(context, error),
        parentId: body.comment_parent ?? null,
      },
    });
    reply.status = 422;
    return reply;
  }
}

/** What is wrong, by field, in the language of the page. */
async function errorsOf(
  { site, locale }: Pick<Context, 'site' | 'locale'>,
  { details, message }: GalleyError,
): Promise<Record<string, string>> {
  const errors =
    typeof details === 'object' && details !== null ? (details as Record<string, string>) : { comment: message };
  const texts = await site.i18n.for(locale);
  return Object.fromEntries(Object.entries(errors).map(([field, text]) => [field, texts.translate(text)]));
}

const line = (maxLength: number): Record<string, unknown> => ({ type: 'string', maxLength });

/** What the form sends. */
postComment.schema = {
  body: {
    type: 'object',
    required: ['comment_post_ID', 'comment'],
    additionalProperties: false,
    properties: {
      comment_post_ID: { type: 'integer', minimum: 1 },
      comment_parent: { type: 'integer', minimum: 0 },
      // Wider than what is taken: what is too long comes back with a word at the field, not as an error page.
      author: line(5000),
      email: line(5000),
      url: line(5000),
      comment: line(500_000),
      nickname: line(5000),
      _token: line(200),
    },
  },
};
