import type { Site } from 'galley';
import type { Knex } from 'knex';
import { type Comment, type CommentRow, decodeComment } from './comment.ts';

/** The comments of an entry that stand on one page. */
export interface ThreadPage {
  /** Oldest first; replies are among them. */
  comments: Comment[];
  page: number;
  pages: number;
  /** Threads of the entry. */
  total: number;
}

/** Which page of which entries. */
export interface ThreadQuery {
  /** The entries, with their numbers of comments. */
  counts: ReadonlyMap<number, number>;
  /** From 1. */
  page: number;
  /** Threads on a page. */
  perPage: number;
}

/** Replies on one page at most: a single thread cannot make a page of any length. */
const MOST_REPLIES = 1000;

type Builder = Knex.QueryBuilder;

/**
 * Comments as visitors see them: approved, and in a thread whose first comment is approved. A page holds a number of
 * threads with all their replies, oldest first, so that new comments move nothing that stands on earlier pages.
 */
export class CommentThreads {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** How many comments of each entry visitors see. One query. */
  async counts(entryIds: readonly number[]): Promise<Map<number, number>> {
    if (entryIds.length === 0) return new Map();
    const rows = (await this.#shown()
      .select('comments.entry_id')
      .count({ amount: '*' })
      .whereIn('comments.entry_id', [...new Set(entryIds)])
      .groupBy('comments.entry_id')) as { entry_id: number; amount: number | string }[];
    return new Map(rows.map((row) => [row.entry_id, Number(row.amount)]));
  }

  /** As `counts`, kept until one of the entries is commented or a comment of it is judged. */
  async keptCounts(entryIds: readonly number[]): Promise<Map<number, number>> {
    const tags = entryIds.map((id) => `comments:${id}`);
    const counts = await this.#site.cache.remember(`counts:${entryIds.join('+')}`, { tags }, async () => [
      ...(await this.counts(entryIds)),
    ]);
    return new Map(counts);
  }

  /** A page of each entry. All entries whose comments fit on one page cost one query together, each other one three. */
  async pages({ counts, page, perPage }: ThreadQuery): Promise<Map<number, ThreadPage>> {
    const result = new Map<number, ThreadPage>();
    const small = [...counts].filter(([, count]) => count > 0 && count <= perPage).map(([entryId]) => entryId);
    const comments = small.length > 0 && page === 1 ? await this.#all(small) : [];
    for (const [entryId, count] of counts) {
      const own = comments.filter((comment) => comment.entryId === entryId);
      const total = own.filter(({ threadId }) => threadId === null).length;
      if (count <= perPage) result.set(entryId, { comments: own, page, pages: 1, total });
      else result.set(entryId, await this.#page(entryId, page, perPage));
    }
    return result;
  }

  /** How many pages the comments of an entry fill. */
  async pageCount(entryId: number, perPage: number): Promise<number> {
    return Math.max(1, Math.ceil((await this.#countThreads(entryId)) / perPage));
  }

  /** The pages on which comments stand, by their ids. One query, however many there are. */
  async pagesOf(comments: readonly Comment[], perPage: number): Promise<Map<number, number>> {
    if (comments.length === 0) return new Map();
    const headOf = ({ id, threadId }: Comment): number => threadId ?? id;
    const inner = this.#site.database
      .read('comments')
      .select('id')
      .rowNumber('place', (over) => void over.partitionBy('entry_id').orderBy('created_at').orderBy('id'))
      .where({ status: 'approved' })
      .whereNull('thread_id')
      .whereIn('entry_id', [...new Set(comments.map(({ entryId }) => entryId))]);
    const rows = (await this.#site.database
      .read('comments')
      .from(inner.as('numbered'))
      .select('id', 'place')
      .whereIn('id', [...new Set(comments.map(headOf))])) as { id: number; place: number | string }[];
    const places = new Map(rows.map(({ id, place }) => [id, Number(place)]));
    return new Map(comments.map((comment) => [comment.id, Math.ceil((places.get(headOf(comment)) ?? 1) / perPage)]));
  }

  /** The newest comments of the site, from those after `after` on. */
  async latest(limit: number, after?: Pick<Comment, 'createdAt' | 'id'>): Promise<Comment[]> {
    const builder = this.#shown().select('comments.*');
    if (after) {
      void builder.where((outer) => {
        void outer
          .where('comments.created_at', '<', after.createdAt)
          .orWhere(
            (same) => void same.where('comments.created_at', after.createdAt).where('comments.id', '<', after.id),
          );
      });
    }
    const rows = await builder.orderBy('comments.created_at', 'desc').orderBy('comments.id', 'desc').limit(limit);
    return (rows as CommentRow[]).map(decodeComment);
  }

  async #all(entryIds: readonly number[]): Promise<Comment[]> {
    const rows = await oldestFirst(
      this.#shown()
        .select('comments.*')
        .whereIn('comments.entry_id', [...entryIds]),
    );
    return (rows as CommentRow[]).map(decodeComment);
  }

  async #page(entryId: number, page: number, perPage: number): Promise<ThreadPage> {
    const total = await this.#countThreads(entryId);
    const pages = Math.max(1, Math.ceil(total / perPage));
    if (page > pages) return { comments: [], page, pages, total };
    const { database } = this.#site;
    // What is skipped is read from the index alone.
    const ids = firsts(database.read('comments'), entryId)
      .select('id')
      .orderBy('created_at')
      .orderBy('id')
      .limit(perPage)
      .offset((page - 1) * perPage);
    const heads = (await oldestFirst(
      database.read('comments').select('comments.*').join(ids.as('heads'), 'heads.id', 'comments.id'),
    )) as CommentRow[];
    const replies = (await oldestFirst(
      database
        .read('comments')
        .select('comments.*')
        .where({ 'comments.entry_id': entryId, 'comments.status': 'approved' })
        .whereIn(
          'comments.thread_id',
          heads.map(({ id }) => id),
        ),
    ).limit(MOST_REPLIES)) as CommentRow[];
    return { comments: [...heads, ...replies].map(decodeComment), page, pages, total };
  }

  async #countThreads(entryId: number): Promise<number> {
    const [row] = (await firsts(this.#site.database.read('comments'), entryId).count({ amount: '*' })) as {
      amount: number | string;
    }[];
    return Number(row?.amount ?? 0);
  }

  #shown(): Builder {
    const builder: Builder = this.#site.database.read('comments');
    return builder
      .leftJoin('comments as heads', 'heads.id', 'comments.thread_id')
      .where('comments.status', 'approved')
      .where((head) => void head.whereNull('comments.thread_id').orWhere('heads.status', 'approved'));
  }
}

/** The first comments of the threads of an entry. */
function firsts(builder: Builder, entryId: number): Builder {
  return builder.where({ entry_id: entryId, status: 'approved' }).whereNull('thread_id');
}

function oldestFirst(builder: Builder): Builder {
  return builder.orderBy('comments.created_at').orderBy('comments.id');
}
