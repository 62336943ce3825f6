import {
  actOnSelected,
  isGalleyError,
  type ListAction,
  type Reply,
  type ScreenContext,
  safeRedirect,
  type Viewer,
} from 'galley';
import { BASE } from './admin-words.ts';
import type { CommentStatus } from './comment.ts';
import type { Comments } from './comments.ts';
import { takeBack } from './history.ts';

/** All that can be done with comments at once: a state, the flag, or away with them. */
export const COMMENT_ACTS = ['approved', 'pending', 'spam', 'trash', 'flag', 'unflag', 'delete'] as const;
/** One of them. */
export type CommentAct = (typeof COMMENT_ACTS)[number];

const UNDO = 'undo';
const capability = 'moderate_comments';

const LABELS: Record<CommentAct, string> = {
  approved: 'Approve',
  pending: 'Hold back',
  spam: 'Spam',
  trash: 'Trash',
  flag: 'Flag',
  unflag: 'Take the flag away',
  delete: 'Delete for good',
};

type Said = (page: ScreenContext, count: number) => string;
const SAID: Record<CommentAct | typeof UNDO, Said> = {
  approved: (page, count) =>
    page.t(
      '{count} comments are approved. Visitors see them now.',
      { count },
      { one: 'The comment is approved. Visitors see it now.' },
    ),
  pending: (page, count) => page.t('{count} comments are held back.', { count }, { one: 'The comment is held back.' }),
  spam: (page, count) =>
    page.t('{count} comments are marked as spam.', { count }, { one: 'The comment is marked as spam.' }),
  trash: (page, count) =>
    page.t('{count} comments are moved to the trash.', { count }, { one: 'The comment is moved to the trash.' }),
  flag: (page, count) =>
    page.t(
      '{count} comments are flagged to be looked at again.',
      { count },
      { one: 'The comment is flagged to be looked at again.' },
    ),
  unflag: (page, count) =>
    page.t('{count} comments are no longer flagged.', { count }, { one: 'The comment is no longer flagged.' }),
  delete: (page, count) =>
    page.t('{count} comments are deleted for good.', { count }, { one: 'The comment is deleted for good.' }),
  undo: (page, count) => page.t('{count} comments are as they were.', { count }, { one: 'The comment is as it was.' }),
};

/** Does something with one comment. */
export async function actOn(comments: Comments, act: CommentAct, id: number, viewer: Viewer): Promise<void> {
  if (act === 'delete') await comments.remove(id, viewer);
  else if (act === 'flag' || act === 'unflag') await comments.setFlag(id, act === 'flag', viewer);
  else await comments.setStatus(id, act, viewer);
}

/** What can be done with all that is selected, with what takes it back. */
export function commentActions(comments: Comments): ListAction[] {
  const action = (
    name: CommentAct | typeof UNDO,
    label: string,
    act: (id: number, page: ScreenContext) => unknown,
  ): ListAction => ({
    name,
    label,
    capability,
    ...(name === 'delete' ? { isDanger: true } : name === UNDO ? {} : { undo: UNDO }),
    said: (count, page) => SAID[name](page, count),
    async run(ids, page) {
      const done: number[] = [];
      let refusal = '';
      for (const id of ids) {
        try {
          if ((await act(id, page)) !== false) done.push(id);
        } catch (error) {
          if (!isGalleyError(error) || error.status >= 500) throw error;
          refusal = error.message;
        }
      }
      return { done, refusal };
    },
  });
  return [
    ...COMMENT_ACTS.map((name) => action(name, LABELS[name], (id, page) => actOn(comments, name, id, page.viewer))),
    action(UNDO, 'Undo', (id, page) => takeBack(comments, id, page.viewer)),
  ];
}

/** What the list offers for the selected where it shows comments of a state. */
export function bulkOptions(status: CommentStatus | undefined): { value: string; label: string; isDanger?: boolean }[] {
  const isAway = status === 'trash' || status === 'spam';
  return COMMENT_ACTS.filter((name) => name !== status && (isAway || name !== 'delete')).map((value) => ({
    value,
    label: LABELS[value],
    isDanger: value === 'delete',
  }));
}

/** Does with the selected comments, or with the one of the address, what was chosen. */
export function act(page: ScreenContext, comments: Comments): Promise<Reply> {
  const asked = safeRedirect(page.value('back'), BASE);
  const back = /^\/admin\/comments(\?|$)/.test(asked) ? asked : BASE;
  return actOnSelected(page, { list: 'comments', url: `${BASE}/bulk`, back, acts: commentActions(comments) });
}

/** The same for one comment. */
export function actOnOne(page: ScreenContext, comments: Comments, name: CommentAct): Promise<Reply> {
  const values = new Map([...page.values, ['ids', [String(page.id())]], ['action', [name]]] as [string, string[]][]);
  return act(page.withValues(values), comments);
}
