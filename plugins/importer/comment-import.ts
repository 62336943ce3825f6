import { isSafeUrl, type Site } from 'galley';
import type { AuthorMap } from './author-map.ts';
import type { ImportReport } from './import-report.ts';
import type { ImportStore, NewImportRow } from './import-store.ts';
import type { WxrComment, WxrItem, WxrMeta } from './wxr-records.ts';
import { exactTime, wxrTime } from './wxr-time.ts';
import { isOwnNote } from './wxr-writer.ts';

/** A comment as the service `comments` takes it. */
export interface ImportedComment {
  entryId: number;
  parentId: number | null;
  userId: number | null;
  authorName: string;
  authorEmail: string;
  authorUrl: string;
  authorAddress: string;
  agent: string;
  content: string;
  status: 'approved' | 'pending' | 'spam' | 'trash';
  type: string;
  createdAt: number;
}

/** An item, the key under which it is kept, and the entry that it became. */
export interface CommentTarget {
  item: WxrItem;
  key: string;
  entryId: number;
}

/** What the importer asks of whichever plugin keeps comments. */
interface CommentImporter {
  import(comment: ImportedComment, meta: readonly WxrMeta[]): Promise<{ id: number }>;
}

const STATUS: Record<string, ImportedComment['status']> = {
  '1': 'approved',
  approved: 'approved',
  spam: 'spam',
  trash: 'trash',
  'post-trashed': 'trash',
};
const CONTENT_MAX = 65_000;
const KEY_MAX = 255;

/** Comments so ordered that each comes after the one that it answers. */
export function parentsFirst(comments: readonly WxrComment[]): WxrComment[] {
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  const done = new Set<WxrComment>();
  const result: WxrComment[] = [];
  for (const start of comments) {
    const chain: WxrComment[] = [];
    for (let at: WxrComment | undefined = start; at && !done.has(at); at = byId.get(at.parent)) {
      done.add(at);
      chain.push(at);
    }
    result.push(...chain.reverse());
  }
  return result;
}

/** Brings the comments of an item in. */
export class CommentImport {
  readonly #site: Site;
  readonly #store: ImportStore;
  readonly #report: ImportReport;
  readonly #authors: AuthorMap;
  readonly #zone: string;

  constructor(parts: { site: Site; store: ImportStore; report: ImportReport; authors: AuthorMap; zone: string }) {
    this.#site = parts.site;
    this.#store = parts.store;
    this.#report = parts.report;
    this.#authors = parts.authors;
    this.#zone = parts.zone;
  }

  get #service(): CommentImporter | undefined {
    return this.#site.services.get('comments') as CommentImporter | undefined;
  }

  /** The comments of an item that have not come in yet. */
  async missing({ item, key }: CommentTarget): Promise<WxrComment[]> {
    if (item.comments.length === 0) return [];
    const keys = item.comments.map((comment) => commentKey(key, comment));
    const rows = await this.#store.find('comment', keys);
    return item.comments.filter((_, index) => !rows.has(keys[index] ?? ''));
  }

  /** Adds comments below an entry, threads kept. Runs in the transaction of the item; returns its rows of the map. */
  async bring(target: CommentTarget, comments: readonly WxrComment[]): Promise<NewImportRow[]> {
    const service = this.#service;
    if (!service) return [];
    const ids = await this.#present(target, comments);
    const rows: NewImportRow[] = [];
    for (const comment of parentsFirst(comments)) {
      const foreignId = commentKey(target.key, comment);
      if (rows.some((row) => row.foreignId === foreignId)) continue;
      const meta = comment.meta.filter((one) => one.key.length <= KEY_MAX && !isOwnNote(one.key));
      const { id } = await service.import(await this.#draft(comment, target.entryId, ids), meta);
      ids.set(comment.id, id);
      rows.push({ kind: 'comment', foreignId, localId: id });
    }
    return rows;
  }

  /** The comments that are there already, by their number in the export: new ones may answer them. */
  async #present({ item, key }: CommentTarget, comments: readonly WxrComment[]): Promise<Map<number, number>> {
    const others = item.comments.filter((one) => !comments.includes(one));
    const rows = await this.#store.find(
      'comment',
      others.map((one) => commentKey(key, one)),
    );
    return new Map(others.map((one) => [one.id, rows.get(commentKey(key, one))?.localId ?? 0]));
  }

  /** Counts comments; those without a plugin that keeps them are skipped. */
  count(item: WxrItem, imported: number): void {
    const missed = this.#service ? 0 : item.comments.length;
    this.#report.count('comment', 'imported', missed > 0 ? 0 : imported);
    this.#report.count('comment', 'existing', missed > 0 ? 0 : item.comments.length - imported);
    for (const comment of item.comments.slice(0, missed))
      this.#report.refuse('comment', 'skipped', 'no active plugin keeps comments', {
        line: item.line,
        what: comment.author,
      });
  }

  async #draft(comment: WxrComment, entryId: number, ids: ReadonlyMap<number, number>): Promise<ImportedComment> {
    const url = comment.url.slice(0, 500);
    const { agent, createdAt } = comment.data;
    const written = wxrTime(comment.dateGmt, comment.date, this.#zone);
    return {
      entryId,
      parentId: (comment.parent > 0 && ids.get(comment.parent)) || null,
      userId: comment.userId > 0 ? await this.#authors.byForeignId(comment.userId) : null,
      authorName: comment.author.slice(0, 245),
      authorEmail: comment.email.slice(0, 200).toLowerCase(),
      authorUrl: /^https?:/i.test(url) && isSafeUrl(url) ? url : '',
      authorAddress: comment.address.slice(0, 60),
      agent: typeof agent === 'string' ? agent.slice(0, 255) : '',
      content: comment.content.slice(0, CONTENT_MAX),
      status: STATUS[comment.approved] ?? 'pending',
      type: /^[a-z][a-z0-9_-]{0,19}$/.test(comment.type) ? comment.type : 'comment',
      createdAt: exactTime(createdAt, written) ?? 0,
    };
  }
}

/** The key of a comment in the map, below the key of its item. Some exports number no comments: then what they say counts. */
export function commentKey(itemKey: string, comment: WxrComment): string {
  const own = comment.id > 0 ? String(comment.id) : `${comment.author}|${comment.date}|${comment.content}`;
  return `${itemKey} ${own}`;
}
