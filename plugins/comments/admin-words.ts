import { plainText } from 'galley';
import type { Comment, CommentStatus } from './comment.ts';

/** The address of the list. */
export const BASE = '/admin/comments';

/** The states of comments in words. */
export const WORDS: Record<CommentStatus, { word: string; tone: string }> = {
  approved: { word: 'Approved', tone: 'success' },
  pending: { word: 'Waiting', tone: 'warning' },
  spam: { word: 'Spam', tone: 'danger' },
  trash: { word: 'In the trash', tone: 'danger' },
};
/** What is done to bring a comment into a state. */
export const ACTS: Record<CommentStatus, string> = {
  approved: 'Approve',
  pending: 'Hold back',
  spam: 'Spam',
  trash: 'Trash',
};

/** The first words of a comment as plain text. */
export function excerpt({ content }: Comment, length = 110): string {
  const text = plainText(content.replace(/<\/(p|li|blockquote)>|<br\s*\/?>/gi, ' ')).trim();
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
