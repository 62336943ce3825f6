// Layer: services. What a cache is made of.
import type { CacheBackend, CacheChange, SharedBackend } from './cache-backend.ts';
import type { CacheJournal, CacheJournalOptions } from './cache-journal.ts';
import { CacheLoader } from './cache-loader.ts';
import { MemoryBackend } from './cache-memory.ts';
import { TagClock } from './cache-tags.ts';
import type { CacheLog } from './redis-link.ts';

/** How long a value is good, and what it was made from. */
export interface CacheOptions {
  /** Names of what the value is made from, such as `entry:12`; `invalidate` takes the same names. */
  tags?: readonly string[];
  /** Seconds for which the value is fresh; `cache.ttlSeconds` of the settings where it is not given. */
  ttl?: number;
  /** Seconds after `ttl` in which the old value is served while one load runs, also if that load fails. */
  stale?: number;
}

/** The same, where it is known only when the value is there. */
export type CacheOptionsOf<T> = CacheOptions | ((value: T) => CacheOptions | Promise<CacheOptions>);

/** What the cache did in this process, for `galley cache stats`, the admin and `/metrics`. */
export interface CacheStats {
  /** Values from memory or Redis. */
  hits: number;
  /** Values that had to be made. */
  misses: number;
  /** Hits with a value past its time, made anew in the background. */
  stale: number;
  bytes: number;
  entries: number;
  evictions: number;
  backend: CacheBackend['name'];
  redis: 'up' | 'down' | 'off';
}

/** What a cache needs to know of transactions: values read inside one may never become true. */
export interface CacheTransactions {
  readonly isInTransaction: boolean;
  /** Runs `work` after the commit; outside of a transaction at once. */
  afterCommit(work: () => Promise<void>): Promise<void>;
  /** Another process changed the store: what is loaded now must be read where that is seen. */
  noteChange?(): void;
}

/** How a cache is made; `cacheModule` does it from the settings. */
export interface CacheSettings {
  memoryBytes: number;
  /** Seconds for which values are kept where nothing else is said. */
  defaultTtl: number;
  log: CacheLog;
  /** Makes the backend that nodes share, told whom to tell of changes. */
  shared?: (onChange: (change: CacheChange) => void) => SharedBackend;
  /** Makes the journal of processes that Redis does not reach. */
  journal?: (listener: Pick<CacheJournalOptions, 'onChange' | 'onGap'>) => CacheJournal;
  transactions?: CacheTransactions;
  now?: () => number;
}

/** What all views of one cache share. */
export interface CacheParts {
  clock: TagClock;
  memory: MemoryBackend;
  shared: SharedBackend | undefined;
  journal: CacheJournal | undefined;
  loader: CacheLoader;
  transactions: CacheTransactions | undefined;
  counts: { hits: number; misses: number; stale: number };
  listeners: Set<(change: CacheChange) => void>;
  defaultTtl: number;
  now: () => number;
}

/** Puts a cache together. */
export function makeParts(settings: CacheSettings): CacheParts {
  const { log, now = Date.now, defaultTtl, transactions } = settings;
  const clock = new TagClock();
  const memory = new MemoryBackend({ maxBytes: settings.memoryBytes, clock, now });
  const receive = (change: CacheChange): void => {
    transactions?.noteChange?.();
    if (change.kind === 'keys') for (const id of change.items) loader.abandon(id);
    memory.forget(change);
  };
  const shared = settings.shared?.(receive);
  const loader: CacheLoader = new CacheLoader({ clock, memory, shared, log, now });
  const counts = { hits: 0, misses: 0, stale: 0 };
  const journal = settings.journal?.({
    onGap: () => receive({ kind: 'all', items: [] }),
    onChange: (change) => {
      receive(change);
      void shared?.forget(change); // Who wrote it down could not tell Redis.
    },
  });
  return { clock, memory, shared, journal, loader, transactions, counts, listeners: new Set(), defaultTtl, now };
}
