// Layer: services. What a place that keeps cached values must do; the process's memory and Redis both do it.

/** A value, or a promise of it: memory answers at once, Redis later. */
export type Awaitable<T> = T | Promise<T>;

/** A cached value and what is known about it. Times are milliseconds since 1970, durations seconds. */
export interface CacheEntry {
  /** Any JSON value, or undefined; frozen. */
  readonly value: unknown;
  /** Names of what the value was made from. */
  readonly tags: readonly string[];
  readonly storedAt: number;
  /** Seconds for which the value is fresh. */
  readonly ttl: number;
  /** Seconds after `ttl` in which the value may still be served while it is made again. */
  readonly stale: number;
  /** About how much memory the value takes. */
  readonly bytes: number;
}

/** The moment before a load, as the backend sees it. Opaque. */
export type Mark = number | string;

/** What a backend knows about a key. Without `mark` nothing can be written now. */
export interface Found {
  readonly entry?: CacheEntry | undefined;
  readonly mark?: Mark | undefined;
}

/** What is to be forgotten: entries with these tags, these keys, or everything. */
export interface CacheChange {
  readonly kind: 'tags' | 'keys' | 'all';
  readonly items: readonly string[];
}

/** How much a backend holds. */
export interface CacheUsage {
  entries: number;
  bytes: number;
  evictions: number;
}

/** A place that keeps cached values. No method throws because the place is gone: reads find nothing, writes do nothing. */
export interface CacheBackend {
  readonly name: 'memory' | 'redis';
  /** The entry, when present, not expired and none of its tags was invalidated; and the moment for a later `write`. */
  read(key: string): Awaitable<Found>;
  /**
   * Stores what was loaded after `mark`. Refuses (false) when since then one of its tags was invalidated or the key
   * was put or removed: what was loaded may be older than that.
   */
  write(key: string, entry: CacheEntry, mark: Mark): Awaitable<boolean>;
  /** Stores a value that the caller knows to be the newest; loads of the key that run now are refused afterwards. */
  put(key: string, entry: CacheEntry): Awaitable<void>;
  /** Forgets what `change` names. */
  forget(change: CacheChange): Awaitable<void>;
  usage(): CacheUsage;
  close(): Awaitable<void>;
}

/**
 * So long a claim holds, in milliseconds, and so long the others wait for whoever has it. Hardly anything takes longer to
 * load; when a process dies with its claims, visitors wait no longer than this.
 */
export const CLAIM_MS = 1500;

/** What `claim` found; `claimed`: the caller is the one node that is to load the value. */
export interface Claim extends Found {
  readonly claimed: boolean;
}

/** A backend that several nodes share. */
export interface SharedBackend extends CacheBackend {
  /** Whether it can be reached, as far as is known. */
  readonly isUp: boolean;
  /** As `read`; when there is no fresh entry, also tries to become the only node that loads it. */
  claim(key: string): Promise<Claim>;
  /**
   * Takes one token of a bucket that holds `max` and is refilled evenly over `seconds`.
   * @returns 0 when there was one, else the seconds until there is; undefined when nobody can say now
   */
  takeToken(bucket: string, max: number, seconds: number): Promise<number | undefined>;
  /** Gives a claim back after a load that failed or must not be stored. `write` does it by itself. */
  release(key: string): Promise<void>;
}

/** Whether an entry is to be used as it is, used while it is made again, or not used. */
export type Freshness = 'fresh' | 'stale' | 'expired';

/** Judges an entry by its age at `now` (milliseconds). */
export function freshnessOf(entry: Pick<CacheEntry, 'storedAt' | 'ttl' | 'stale'>, now: number): Freshness {
  const age = now - entry.storedAt;
  if (age < entry.ttl * 1000) return 'fresh';
  return age < (entry.ttl + entry.stale) * 1000 ? 'stale' : 'expired';
}
