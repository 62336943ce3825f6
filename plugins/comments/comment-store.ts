import type { Site } from 'galley';
import type { Knex } from 'knex';
import {
  COMMENT_STATUSES,
  type Comment,
  type CommentRow,
  type CommentStatus,
  decodeComment,
  encodeComment,
  type NewComment,
} from './comment.ts';

/** Which comments are meant. */
export interface CommentChoice {
  status?: CommentStatus;
  /** Only those that wait to be looked at again; what is spam or in the trash does not. */
  isFlagged?: true;
  entryId?: number;
  search?: string;
  /** Of one person, by e-mail address. */
  authorEmail?: string;
  /** Written from this moment on. */
  from?: number;
  /** Written before this moment. */
  before?: number;
}

/** Which comments to list. */
export interface CommentQuery extends CommentChoice {
  /** The place after which to go on: time and id of the last comment that was read. */
  after?: { createdAt: number; id: number };
  limit?: number;
  oldestFirst?: boolean;
}

const MAX_LIMIT = 1000;
const BATCH = 500;

/** Comments in the store. It checks no rights: the service above does. */
export class CommentStore {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  async get(id: number): Promise<Comment | undefined> {
    const row = await this.#site.database.read<CommentRow>('comments').select('*').where({ id }).first();
    return row && decodeComment(row as CommentRow);
  }

  /** What somebody wrote with an account and did not go to the trash, up to a bound. */
  async ofUser(userId: number): Promise<Comment[]> {
    const rows = this.#site.database.read<CommentRow>('comments').select('*').where({ user_id: userId });
    return ((await rows.whereNot('status', 'trash').limit(MAX_LIMIT)) as CommentRow[]).map(decodeComment);
  }

  async list(query: CommentQuery): Promise<Comment[]> {
    const direction = query.oldestFirst ? 'asc' : 'desc';
    const builder = this.#which(query).select('*').orderBy('created_at', direction).orderBy('id', direction);
    const { after } = query;
    if (after) {
      const operator = query.oldestFirst ? '>' : '<';
      void builder.where((outer) => {
        void outer
          .where('created_at', operator, after.createdAt)
          .orWhere((inner) => void inner.where('created_at', after.createdAt).where('id', operator, after.id));
      });
    }
    const rows = (await builder.limit(Math.min(query.limit ?? 50, MAX_LIMIT))) as CommentRow[];
    return rows.map(decodeComment);
  }

  #which({ status, isFlagged, entryId, search, authorEmail, from, before }: CommentChoice) {
    const { database } = this.#site;
    const builder = database.read<CommentRow>('comments');
    if (entryId !== undefined) void builder.where('entry_id', entryId);
    if (status) void builder.where('status', status);
    if (isFlagged) void builder.where('flagged', 1).whereIn('status', ['approved', 'pending']);
    if (authorEmail) void builder.where('author_email', authorEmail);
    if (from !== undefined) void builder.where('created_at', '>=', from);
    if (before !== undefined) void builder.where('created_at', '<', before);
    if (search) void builder.where(database.dialect.contains('content', search, { ignoreCase: true }) as never);
    return builder;
  }

  /** How many comments a status has, counted up to `bound`. */
  countByStatus(status: CommentStatus, bound = 1000): Promise<number> {
    return this.count({ status }, bound);
  }

  /** How many comments there are of these, counted up to `bound`. */
  async count(choice: CommentChoice, bound = 1000): Promise<number> {
    const inner = this.#which(choice).select('id').limit(bound);
    const [row] = (await this.#site.database.read('comments').from(inner.as('bounded')).count({ amount: '*' })) as {
      amount: number | string;
    }[];
    return Number(row?.amount ?? 0);
  }

  /** How many comments each of these people has written, by e-mail address. */
  async countByAuthors(emails: readonly string[]): Promise<Map<string, number>> {
    const wanted = [...new Set(emails.filter((email) => email !== ''))];
    if (wanted.length === 0) return new Map();
    const rows = (await this.#site.database
      .read('comments')
      .select('author_email')
      .count({ amount: '*' })
      .whereIn('author_email', wanted)
      .groupBy('author_email')) as { author_email: string; amount: number | string }[];
    return new Map(rows.map((row) => [row.author_email, Number(row.amount)]));
  }

  /** Whether somebody of this name and address has an approved comment: then he is no stranger. */
  async isKnown({ authorName, authorEmail }: Pick<Comment, 'authorName' | 'authorEmail'>): Promise<boolean> {
    if (authorEmail === '') return false;
    const rows = (await this.#site.database
      .read<CommentRow>('comments')
      .select('author_name')
      .where({ author_email: authorEmail, status: 'approved' })
      .orderBy('id', 'desc')
      .limit(50)) as CommentRow[];
    return rows.some((row) => row.author_name === authorName);
  }

  /** Whether the very same text stands below the entry already. */
  async isRepeated({
    entryId,
    authorName,
    content,
  }: Pick<Comment, 'entryId' | 'authorName' | 'content'>): Promise<boolean> {
    const rows = (await this.#site.database
      .read<CommentRow>('comments')
      .select('content', 'author_name')
      .where({ entry_id: entryId })
      .orderBy('id', 'desc')
      .limit(50)) as CommentRow[];
    return rows.some((row) => row.content === content && row.author_name === authorName);
  }

  /** How many seconds this person has to wait until he may write again: the account, the machine or the e-mail address counts. */
  async waitOf(comment: NewComment, seconds: number): Promise<number> {
    const { userId, authorAddress, authorEmail } = comment;
    const since = comment.createdAt - seconds * 1000;
    const rows = (await this.#site.database
      .write<CommentRow>('comments')
      .select('created_at', 'user_id', 'author_address', 'author_email')
      .whereIn('status', [...COMMENT_STATUSES])
      .where('created_at', '>', since)
      .orderBy('created_at', 'desc')
      .limit(500)) as CommentRow[];
    const last = rows.find((row) =>
      userId === null
        ? (authorAddress !== '' && row.author_address === authorAddress) ||
          (authorEmail !== '' && row.author_email === authorEmail)
        : row.user_id === userId,
    );
    return last ? Math.max(1, Math.ceil((last.created_at - since) / 1000)) : 0;
  }

  async insert(comment: NewComment): Promise<Comment> {
    const parent = comment.parentId === null ? undefined : await this.get(comment.parentId);
    const threadId = parent ? (parent.threadId ?? parent.id) : null;
    const row = { ...encodeComment(comment), thread_id: threadId, flagged: 0, version: 1 };
    const id = await this.#site.database.insert('comments', row);
    return { ...comment, id, threadId, isFlagged: false, version: 1 };
  }

  /** Writes a changed comment; false when somebody else was faster. */
  async update(comment: Comment): Promise<boolean> {
    const { id, version, isFlagged, ...rest } = comment;
    const count = await this.#site.database
      .write('comments')
      .where({ id, version })
      .update({ ...encodeComment(rest), flagged: Number(isFlagged), version: version + 1 });
    return Number(count) === 1;
  }

  /** Removes a comment for good; replies to it move up, and begin threads of their own where it began one. */
  async remove({ id, parentId, threadId }: Comment): Promise<void> {
    const { database } = this.#site;
    await database.transaction(async () => {
      // Who read a reply before must not write it back below what is gone.
      const replies = database.write('comments').where({ parent_id: id }).increment('version', 1);
      await replies.update({ parent_id: parentId });
      if (threadId === null) await this.#splitThread(id);
      await database.write('comment_meta').where({ comment_id: id }).delete();
      await database.write('comments').where({ id }).delete();
    });
  }

  /** Makes a thread of each reply that answers nothing any more. */
  async #splitThread(threadId: number): Promise<void> {
    const { database } = this.#site;
    const rows = (await database
      .write<CommentRow>('comments')
      .select('id', 'parent_id')
      .where({ thread_id: threadId })) as CommentRow[];
    const parents = new Map(rows.map((row) => [row.id, row.parent_id]));
    const threads = new Map<number, number[]>();
    for (const { id } of rows) {
      let top = id;
      for (let up = parents.get(top); up && parents.has(up); up = parents.get(top)) top = up;
      threads.set(top, [...(threads.get(top) ?? []), id]);
    }
    for (const [top, ids] of threads) {
      for (let at = 0; at < ids.length; at += BATCH)
        await database
          .write('comments')
          .whereIn('id', ids.slice(at, at + BATCH))
          .increment('version', 1)
          .update({ thread_id: top });
      await database.write('comments').where({ id: top }).increment('version', 1).update({ thread_id: null });
    }
  }

  /** Removes all comments of an entry. Returns how many there were. */
  async removeOf(entryId: number): Promise<number> {
    const { database } = this.#site;
    await database
      .write('comment_meta')
      .whereIn(
        'comment_id',
        (ids: Knex.QueryBuilder) => void ids.select('id').from('comments').where({ entry_id: entryId }),
      )
      .delete();
    return Number(await database.write('comments').where({ entry_id: entryId }).delete());
  }

  /** The free data of comments, as an import brought it. */
  async metaOf(ids: readonly number[]): Promise<Map<number, { key: string; value: string }[]>> {
    const result = new Map<number, { key: string; value: string }[]>();
    if (ids.length === 0) return result;
    const rows = (await this.#site.database
      .read('comment_meta')
      .select('comment_id', 'key', 'value')
      .whereIn('comment_id', [...ids])
      .orderBy('id')) as {
      comment_id: number;
      key: string;
      value: string;
    }[];
    for (const { comment_id, key, value } of rows)
      result.set(comment_id, [...(result.get(comment_id) ?? []), { key, value }]);
    return result;
  }

  async addMeta(commentId: number, items: readonly { key: string; value: string }[]): Promise<void> {
    if (items.length > 0)
      await this.#site.database.insertMany(
        'comment_meta',
        items.map((item) => ({ comment_id: commentId, ...item })),
      );
  }
}
