import { type Context, json, type Reply, type Site } from 'galley';
import { actOn, COMMENT_ACTS, type CommentAct } from './admin-acts.ts';
import { countsOf } from './admin-list.ts';
import { WORDS } from './admin-words.ts';
import type { CommentStatus } from './comment.ts';
import type { Comments } from './comments.ts';
import { takeBack } from './history.ts';

const UNDO = 'undo';
const guard = { capability: 'moderate_comments', area: 'admin' } as const;
const id = { type: 'integer', minimum: 1 } as const;
const text = { type: 'string', minLength: 1, maxLength: 65_000 } as const;

const act = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['ids', 'status'],
    properties: {
      ids: { type: 'array', items: id, minItems: 1, maxItems: 100 },
      status: { type: 'string', enum: [...COMMENT_ACTS.filter((name) => name !== 'delete'), UNDO] },
    },
  },
} as const;
const write = {
  body: { type: 'object', additionalProperties: false, required: ['text'], properties: { text } },
} as const;

/** What scripts of the list ask for: moderation in place. */
export function addModeration(site: Site, comments: Comments): void {
  const { routes } = site;
  routes.post('/admin/api/comments/act', { ...guard, schema: act, summary: 'Moderates comments.' }, (context) =>
    moderate(context as unknown as Context, comments),
  );
  routes.get(
    '/admin/api/comments/:id(int)',
    { ...guard, summary: 'The text of a comment, to be edited in its list.' },
    async ({ params }) => {
      const { content } = await comments.need(Number(params.id));
      return json({ content }, { headers: { 'cache-control': 'private, no-store' } });
    },
  );
  routes.post(
    '/admin/api/comments/:id(int)/reply',
    { ...guard, schema: write, summary: 'Answers a comment.' },
    async (context) => {
      const { text: content } = context.body as { text: string };
      const { id: made } = await comments.reply(Number(context.params.id), content, context.viewer);
      return json({ id: made, counts: await countsOf(comments) });
    },
  );
  routes.post(
    '/admin/api/comments/:id(int)/text',
    { ...guard, schema: write, summary: 'Changes the text of a comment.' },
    async (context) => {
      const { text: content } = context.body as { text: string };
      const saved = await comments.update(Number(context.params.id), { content }, context.viewer);
      return json({ content: saved.content });
    },
  );
}

/** What was done with comments: how each was before, and how it is now. */
async function moderate({ body, viewer }: Context, comments: Comments): Promise<Reply> {
  const { ids, status: name } = body as { ids: number[]; status: CommentAct | typeof UNDO };
  const before: { id: number; status: CommentStatus }[] = [];
  const now: { id: number; status: CommentStatus; word: string; tone: string }[] = [];
  for (const one of new Set(ids)) {
    const former = await comments.need(one);
    if (name !== UNDO) await actOn(comments, name, one, viewer);
    else if (!(await takeBack(comments, one, viewer))) continue;
    before.push({ id: one, status: former.status });
    const { status } = await comments.need(one);
    now.push({ id: one, status, ...WORDS[status] });
  }
  return json({ before, now, counts: await countsOf(comments) });
}
