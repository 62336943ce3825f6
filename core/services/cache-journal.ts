// Layer: services. How processes that share a store but no Redis learn what to forget.
import { AsyncResource } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { messageOf } from '../lib/errors.ts';
import type { CacheChange } from './cache-backend.ts';
import type { Database } from './database.ts';
import type { CacheLog } from './redis-link.ts';

/** What a journal needs. */
export interface CacheJournalOptions {
  database: Pick<Database, 'read' | 'write'>;
  log: CacheLog;
  /** Told of each change that another process wrote down. */
  onChange(change: CacheChange): void;
  /** Told when changes may have been missed: after a long time without a look. */
  onGap(): void;
  /** How often to look, in milliseconds (1000). */
  pollMs?: number;
  now?: () => number;
}

interface Row {
  id: number;
  node: string;
  kind: string;
  items: string;
  created_at: number;
}

const TABLE = 'cache_changes';
const WRITE_AFTER_MS = 50;
const MAX_ITEMS_BYTES = 16_000;
const KEEP_MS = 3_600_000;
const GAP_MS = 1_800_000;
const CLEAN_MS = 600_000;
/** On a cluster ids become visible out of order; so a look goes back by these many, and knows what it has seen. */
const OVERLAP = 1000;
/** How far the clocks of two machines may be apart. */
const CLOCKS_MS = 60_000;
const MAX_ROWS = 2000;

function readRow({ kind, items }: Row): CacheChange | undefined {
  if (kind !== 'tags' && kind !== 'keys' && kind !== 'all') return undefined;
  try {
    const list: unknown = JSON.parse(items);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? { kind, items: list } : undefined;
  } catch {
    return undefined;
  }
}

/** Items in pieces that fit into a row. */
function* pieces(items: Iterable<string>): Generator<string[]> {
  let piece: string[] = [];
  let bytes = 0;
  for (const item of items) {
    if (bytes > MAX_ITEMS_BYTES) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(item);
    bytes += item.length * 3 + 3;
  }
  if (piece.length > 0) yield piece;
}

/**
 * A list of changes in the store. Written where there is no Redis or it is gone, for instance by a command beside a
 * running server; read by all once a second.
 */
export class CacheJournal {
  readonly #options: CacheJournalOptions;
  readonly #now: () => number;
  readonly #node = randomBytes(9).toString('base64url');
  readonly #timer: NodeJS.Timeout;
  readonly #inOwnContext: (work: () => void) => void;
  readonly #waiting = { tags: new Set<string>(), keys: new Set<string>(), all: false };
  #seen = new Set<number>();
  #last = 0;
  readonly #startedAt: number;
  #lookedAt = 0;
  #cleanedAt = 0;
  #writer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  #wasLogged = false;

  constructor(options: CacheJournalOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#startedAt = this.#now();
    const context = new AsyncResource('galley-cache-journal');
    this.#inOwnContext = (work) => void context.runInAsyncScope(work); // Not that of a request or its count of queries.
    this.#timer = setInterval(() => void this.poll(), options.pollMs ?? 1000).unref();
    void this.poll();
  }

  /** Writes a change down, together with others of the next moment. */
  append(change: CacheChange): void {
    if (change.kind === 'all') this.#waiting.all = true;
    else for (const item of change.items) this.#waiting[change.kind].add(item);
    this.#inOwnContext(() => {
      this.#writer ??= setTimeout(() => void this.#next(() => this.#write()), WRITE_AFTER_MS);
    });
  }

  /** Reads what others wrote. Never rejects. */
  poll(): Promise<void> {
    return this.#next(async () => {
      if (this.#hasWaiting && this.#writer === undefined) await this.#write();
      await this.#look();
      await this.#clean();
    });
  }

  /** Writes what is waiting and stops looking. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#writer);
    await this.#next(() => this.#write());
  }

  get #hasWaiting(): boolean {
    const { tags, keys, all } = this.#waiting;
    return all || tags.size + keys.size > 0;
  }

  /** One piece of work after the other. The store may be away, or its table not be there yet: then later. */
  #next(work: () => Promise<void>): Promise<void> {
    this.#working = this.#working.then(work).then(
      () => {
        this.#wasLogged = false;
      },
      (error: unknown) => {
        if (!this.#wasLogged)
          this.#options.log.info({ problem: messageOf(error) }, 'The journal of the cache is out of reach');
        this.#wasLogged = true;
      },
    );
    return this.#working;
  }

  async #write(): Promise<void> {
    this.#writer = undefined;
    const { tags, keys, all } = this.#waiting;
    const created_at = this.#now();
    for (const kind of ['tags', 'keys'] as const) {
      for (const items of pieces([...this.#waiting[kind]])) {
        await this.#options.database
          .write(TABLE)
          .insert({ node: this.#node, kind, items: JSON.stringify(items), created_at });
        for (const item of items) (kind === 'tags' ? tags : keys).delete(item);
      }
    }
    if (!all) return;
    await this.#options.database.write(TABLE).insert({ node: this.#node, kind: 'all', items: '[]', created_at });
    this.#waiting.all = false;
  }

  async #look(): Promise<void> {
    const now = this.#now();
    const isFirst = this.#lookedAt === 0;
    if (isFirst) this.#last = await this.#newest();
    const news = await this.#unseen();
    const hasGap = news.length === MAX_ROWS || (!isFirst && now - this.#lookedAt > GAP_MS);
    this.#lookedAt = now;
    if (hasGap) return this.#options.onGap();
    for (const row of news) if (row.created_at > this.#startedAt - CLOCKS_MS) this.#tell(row);
  }

  /** Rows that were not there at the last look, oldest first. What they say is read of these only: mostly of none. */
  async #unseen(): Promise<Row[]> {
    const around = this.#options.database.read<Row>(TABLE).where('id', '>', this.#last - OVERLAP);
    const rows: Pick<Row, 'id'>[] = await around.orderBy('id', 'desc').limit(MAX_ROWS).select('id');
    const news = await this.#read(rows.map(({ id }) => Number(id)).filter((id) => !this.#seen.has(id)));
    const ids = news.map(({ id }) => Number(id)); // Another node may not have all of them yet: those come the next time.
    this.#last = Math.max(this.#last, ...ids);
    this.#seen = new Set([...this.#seen, ...ids].filter((id) => id > this.#last - OVERLAP));
    return news;
  }

  async #read(ids: readonly number[]): Promise<Row[]> {
    if (ids.length === 0) return [];
    return await this.#options.database
      .read<Row>(TABLE)
      .whereIn('id', [...ids])
      .orderBy('id')
      .select();
  }

  #tell(row: Row): void {
    const change = row.node === this.#node ? undefined : readRow(row);
    if (change) this.#options.onChange(change);
  }

  async #newest(): Promise<number> {
    const [row] = await this.#options.database.read<Row>(TABLE).orderBy('id', 'desc').limit(1).select('id');
    return Number(row?.id ?? 0);
  }

  async #clean(): Promise<void> {
    const now = this.#now();
    if (now - this.#cleanedAt < CLEAN_MS) return;
    const isFirst = this.#cleanedAt === 0;
    this.#cleanedAt = now;
    if (!isFirst)
      await this.#options.database
        .write(TABLE)
        .where('created_at', '<', now - KEEP_MS)
        .delete();
  }
}
