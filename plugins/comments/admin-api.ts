import { type Context, json, type Reply, type Site } from 'galley';
import { WORDS } from './admin-words.ts';
import { COMMENT_STATUSES, type CommentStatus } from './comment.ts';
import type { Comments } from './comments.ts';

const COUNTED = 1000;
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
      status: { type: 'string', enum: [...COMMENT_STATUSES] },
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

async function moderate(context: Context, comments: Comments): Promise<Reply> {
  const { ids, status } = context.body as { ids: number[]; status: CommentStatus };
  const before: { id: number; status: CommentStatus }[] = [];
  for (const one of new Set(ids)) {
    const comment = await comments.setStatus(one, status, context.viewer);
    before.push({ id: one, status: comment.status });
  }
  const { word, tone } = WORDS[status];
  return json({ before, word, tone, counts: await countsOf(comments) });
}

async function countsOf(comments: Comments): Promise<Record<string, number>> {
  const counts = await Promise.all(COMMENT_STATUSES.map((status) => comments.store.countByStatus(status, COUNTED)));
  return Object.fromEntries(COMMENT_STATUSES.map((status, index) => [status, counts[index] ?? 0]));
}
