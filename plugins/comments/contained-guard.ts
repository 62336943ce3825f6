import { type HookAdapter, pickFields, type Viewer } from 'galley';
import type { Comment, CommentEvent, CommentStatus, NewComment } from './comment.ts';

/** From the mildest on; a guard may make it worse, and never better. */
const SEVERITY: readonly CommentStatus[] = ['approved', 'pending', 'spam'];

/**
 * Lets contained plugins that ask for `comments:read` hold new comments back. They see those of people who moderate
 * nothing, without mail address and network, and all that they can say is another status.
 */
export const containedGuard: HookAdapter = {
  kind: 'filter',
  input([comment, context], granted, fields) {
    const { viewer, previous } = context as { viewer: Viewer; previous?: Comment };
    if (previous || viewer.can('moderate_comments') || !granted.has('comments:read')) return undefined;
    const { entryId, parentId, userId, authorName, authorUrl, content, status } = comment as NewComment;
    return pickFields({ entryId, parentId, isMember: userId !== null, authorName, authorUrl, content, status }, fields);
  },
  output(answer, [comment]) {
    const { status } = (answer ?? {}) as { status?: CommentStatus };
    const given = comment as NewComment;
    const isWorse = status !== undefined && SEVERITY.indexOf(status) > SEVERITY.indexOf(given.status);
    return isWorse && given.status !== 'trash' ? { ...given, status } : given;
  },
};

/** Tells contained plugins that ask for `comments:read` of comments, without mail address and network. */
export const containedNews: HookAdapter = {
  kind: 'action',
  input([event], granted, fields) {
    if (!granted.has('comments:read')) return undefined;
    const { comment, previous } = event as CommentEvent;
    const { id, entryId, parentId, userId, authorName, authorUrl, content, status } = comment;
    const shown = { id, entryId, parentId, isMember: userId !== null, authorName, authorUrl, content, status };
    return pickFields({ comment: shown, from: previous?.status ?? null }, fields);
  },
};
