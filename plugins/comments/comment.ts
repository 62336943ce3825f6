import type { ActionHook, FilterHook, PresentedComment, Site, Viewer } from 'galley';

/** The states of a comment. */
export const COMMENT_STATUSES = ['approved', 'pending', 'spam', 'trash'] as const;
/** One of the states of a comment. */
export type CommentStatus = (typeof COMMENT_STATUSES)[number];

/** A comment as it is stored. */
export interface Comment {
  id: number;
  entryId: number;
  parentId: number | null;
  /** The comment that the thread begins with; null for that one itself. */
  threadId: number | null;
  userId: number | null;
  authorName: string;
  /** Never shown to the public. */
  authorEmail: string;
  authorUrl: string;
  authorAddress: string;
  agent: string;
  /** Sanitised HTML. */
  content: string;
  status: CommentStatus;
  /** `comment`, or `pingback` and `trackback` from imports. */
  type: string;
  createdAt: number;
  /** A moderator wants it looked at again; its status stays as it is. */
  isFlagged: boolean;
  version: number;
}

/** A comment before it is stored. */
export type NewComment = Omit<Comment, 'id' | 'threadId' | 'isFlagged' | 'version'>;

/** A comment that was added or changed. */
export interface CommentEvent {
  comment: Comment;
  previous: Comment | undefined;
  viewer: Viewer;
}

/** The row of a comment. */
export interface CommentRow {
  id: number;
  entry_id: number;
  parent_id: number | null;
  thread_id: number | null;
  user_id: number | null;
  author_name: string;
  author_email: string;
  author_url: string;
  author_address: string;
  agent: string;
  content: string;
  status: string;
  type: string;
  created_at: number;
  flagged: number;
  version: number;
}

/** The comment of a row. */
export function decodeComment(row: CommentRow): Comment {
  return {
    id: row.id,
    entryId: row.entry_id,
    parentId: row.parent_id,
    threadId: row.thread_id,
    userId: row.user_id,
    authorName: row.author_name,
    authorEmail: row.author_email,
    authorUrl: row.author_url,
    authorAddress: row.author_address,
    agent: row.agent,
    content: row.content,
    status: row.status as CommentStatus,
    type: row.type,
    createdAt: row.created_at,
    isFlagged: row.flagged === 1,
    version: row.version,
  };
}

/** The row of a comment, without what the store decides. */
export function encodeComment(comment: NewComment): Omit<CommentRow, 'id' | 'thread_id' | 'flagged' | 'version'> {
  return {
    entry_id: comment.entryId,
    parent_id: comment.parentId,
    user_id: comment.userId,
    author_name: comment.authorName,
    author_email: comment.authorEmail,
    author_url: comment.authorUrl,
    author_address: comment.authorAddress,
    agent: comment.agent,
    content: comment.content,
    status: comment.status,
    type: comment.type,
    created_at: comment.createdAt,
  };
}

declare module 'galley' {
  interface Hooks {
    'comment:saving': FilterHook<NewComment, [context: { viewer: Viewer; previous: Comment | undefined }]>;
    'comment:saved': ActionHook<[event: CommentEvent]>;
    'comments:presenting': FilterHook<PresentedComment[], [context: { site: Site }]>;
  }
}
