import { plainText, type Row, type RowAction, SafeHtml, type ScreenContext, withParameters } from 'galley';
import type { CommentAct } from './admin-acts.ts';
import { ACTS, BASE, WORDS } from './admin-words.ts';
import type { Comment } from './comment.ts';
import type { Comments } from './comments.ts';

/** Comments as rows of the list, with what can be done with each. */
export async function rowsOf(page: ScreenContext, comments: Comments, list: readonly Comment[]): Promise<Row[]> {
  const { site, viewer } = page;
  const [entries, written] = await Promise.all([
    site.entries.getMany(
      list.map(({ entryId }) => entryId),
      viewer,
    ),
    comments.store.countByAuthors(list.map(({ authorEmail }) => authorEmail)),
  ]);
  return list.map((comment) => {
    const entry = entries.get(comment.entryId);
    const more = (written.get(comment.authorEmail) ?? 1) - 1;
    return {
      id: String(comment.id),
      label: page.t('comment of {name}', { name: comment.authorName || page.t('Nobody') }),
      isSelectable: true,
      cells: {
        comment: {
          html: new SafeHtml(comment.content),
          note: comment.parentId ? page.t('in reply to another') : '',
        },
        author: {
          text: comment.authorName || page.t('Nobody'),
          ...(more > 0
            ? {
                url: withParameters(BASE, { author: comment.authorEmail }),
                marks: [page.t('and {count} more', { count: more })],
              }
            : {}),
          note: [comment.authorEmail, comment.authorUrl, comment.authorAddress].filter(Boolean).join(' · '),
        },
        email: { text: comment.authorEmail || '–' },
        entry: entry
          ? { text: plainText(entry.title) || `#${entry.id}`, url: `${BASE}?entry=${entry.id}` }
          : { text: '–' },
        status: { badge: WORDS[comment.status], marks: comment.isFlagged ? ['Flagged'] : [] },
        time: { time: comment.createdAt },
      },
      actions: actionsOf(comment),
    };
  });
}

/** What brings a comment back from where it was put away. */
const BACK = { spam: { label: 'No spam' }, trash: { label: 'Restore' } };

function actionsOf({ id, status, isFlagged }: Comment): RowAction[] {
  const post = (to: CommentAct, label: string, isDanger = false): RowAction => ({
    label,
    url: `${BASE}/${id}/${to}`,
    isPost: true,
    isDanger,
  });
  const edit: RowAction = { label: 'Edit', url: `${BASE}/${id}`, kind: 'open' };
  const reply: RowAction = { label: 'Reply', url: `${BASE}/${id}#reply` };
  if (status === 'trash' || status === 'spam')
    return [post('approved', 'Approve'), post('pending', BACK[status].label), post('delete', 'Delete for good', true)];
  const first = status === 'pending' ? post('approved', ACTS.approved) : post('pending', ACTS.pending);
  const flag = isFlagged ? post('unflag', 'Take the flag away') : post('flag', 'Flag');
  return [first, reply, edit, flag, post('spam', ACTS.spam, true), post('trash', ACTS.trash, true)];
}
