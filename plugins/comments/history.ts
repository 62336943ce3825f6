import type { Site, Viewer } from 'galley';
import { COMMENT_STATUSES, type Comment } from './comment.ts';
import type { Comments } from './comments.ts';

const KEY = '_galley_history';

/** Something that was done with a comment. */
interface Step {
  at: number;
  by: string;
  userId?: number | null;
  /** From one status to another, or that the text was changed. */
  from?: string;
  to?: string;
  isEdited?: boolean;
  flag?: 'set' | 'taken';
}

/** Notes what moderators do with each comment. */
export function keepHistory(site: Site, comments: Comments): void {
  site.hooks.addAction('comment:saved', async ({ comment, previous, viewer }) => {
    const step = previous && stepOf(comment, previous);
    if (!step || !(await comments.store.get(comment.id))) return;
    const value = JSON.stringify({ at: Date.now(), by: viewer.name, userId: viewer.id, ...step });
    await comments.store.addMeta(comment.id, [{ key: KEY, value }]);
  });
}

function stepOf(comment: Comment, previous: Comment): Pick<Step, 'from' | 'to' | 'isEdited' | 'flag'> | undefined {
  if (comment.isFlagged !== previous.isFlagged) return { flag: comment.isFlagged ? 'set' : 'taken' };
  const isEdited = comment.content !== previous.content || comment.authorName !== previous.authorName;
  if (comment.status !== previous.status) return { from: previous.status, to: comment.status, isEdited };
  return isEdited ? { isEdited } : undefined;
}

/**
 * Takes back the last step, where this person made it and the comment stands as it left it. For "Undo".
 * @returns whether it did
 */
export async function takeBack(comments: Comments, id: number, viewer: Viewer): Promise<boolean> {
  const [last] = await historyOf(comments, id);
  const comment = await comments.store.get(id);
  if (!last || !comment || last.userId !== viewer.id) return false;
  if (last.flag) {
    await comments.setFlag(id, last.flag === 'taken', viewer);
    return true;
  }
  const former = COMMENT_STATUSES.find((status) => status === last.from);
  if (!former || last.to !== comment.status) return false;
  await comments.setStatus(id, former, viewer);
  return true;
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
