import type { Site } from 'galley';
import type { Comment } from './comment.ts';
import type { Comments } from './comments.ts';

const KEY = '_galley_history';

/** Something that was done with a comment. */
interface Step {
  at: number;
  by: string;
  /** From one status to another, or that the text was changed. */
  from?: string;
  to?: string;
  isEdited?: boolean;
}

/** Notes what moderators do with each comment. */
export function keepHistory(site: Site, comments: Comments): void {
  site.hooks.addAction('comment:saved', async ({ comment, previous, viewer }) => {
    const step = previous && stepOf(comment, previous);
    if (!step || !(await comments.store.get(comment.id))) return;
    const value = JSON.stringify({ at: Date.now(), by: viewer.name, ...step });
    await comments.store.addMeta(comment.id, [{ key: KEY, value }]);
  });
}

function stepOf(comment: Comment, previous: Comment): Pick<Step, 'from' | 'to' | 'isEdited'> | undefined {
  const isEdited = comment.content !== previous.content || comment.authorName !== previous.authorName;
  if (comment.status !== previous.status) return { from: previous.status, to: comment.status, isEdited };
  return isEdited ? { isEdited } : undefined;
}

/** What was done with a comment, the latest first. */
export async function historyOf(comments: Comments, id: number): Promise<Step[]> {
  const meta = (await comments.store.metaOf([id])).get(id) ?? [];
  return meta
    .filter(({ key }) => key === KEY)
    .map(({ value }) => JSON.parse(value) as Step)
    .reverse()
    .slice(0, 50);
}
