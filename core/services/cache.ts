// Layer: services.

import { attach, type Module } from '../kernel/module.ts';
import { noteCache } from '../kernel/profile.ts';
import type { Owned, Site } from '../kernel/site.ts';
import manifest from '../package.json' with { type: 'json' };
import type { CacheChange, CacheEntry, SharedBackend } from './cache-backend.ts';
import { freshnessOf } from './cache-backend.ts';
import { CacheJournal } from './cache-journal.ts';
import { keyPrefix, safeKey, safeTag } from './cache-key.ts';
import type { MakeEntry } from './cache-loader.ts';
import {
  type CacheOptions,
  type CacheOptionsOf,
  type CacheParts,
  type CacheSettings,
  type CacheStats,
  makeParts,
} from './cache-parts.ts';
import { RedisBackend } from './cache-redis.ts';
import { joinSiblings } from './cache-relay.ts';
import type { TagClock } from './cache-tags.ts';
import { cacheValue } from './cache-value.ts';

declare module '../kernel/site.ts' {
  interface Site {
    /** Values that are dear to make: in memory, in Redis where there is one, forgotten by tag. */
    cache: Cache;
  }
}

export type { CacheOptions, CacheSettings, CacheStats, CacheTransactions } from './cache-parts.ts';

/**
 * The object cache: the process's memory first, Redis behind it where there is one.
 *
 * A value is what is left of it after JSON, and frozen; copy it before changing it. A load that began before an
 * invalidation never outlives it, on no node. Inside a transaction nothing is read from the cache or kept in it, and
 * changes are made known after the commit.
 *
 * @example
 * const menu = await site.cache.remember('menu:main', { tags: ['menu:main'], ttl: 600 }, () => loadMenu('main'));
 * await site.cache.invalidate(['menu:main']); // after the commit
 */
export class Cache implements Owned {
  readonly #parts: CacheParts;
  readonly #owner: string;

  constructor(settings: CacheSettings | CacheParts, owner = 'core') {
    this.#parts = 'loader' in settings ? settings : makeParts(settings);
    this.#owner = owner;
  }

  /** The clock of invalidations; the page cache goes by the same. */
  get clock(): TagClock {
    return this.#parts.clock;
  }

  /** The backend that nodes share, where there is one. */
  get shared(): SharedBackend | undefined {
    return this.#parts.shared;
  }

  /** The same cache with keys of its own, so that two plugins may both use `list`. Tags are everybody's. */
  ownedBy(owner: string): this {
    return new Cache(this.#parts, owner) as this;
  }

  /**
   * The value under `key`, from `load` when there is none: one load at a time, in the process and among nodes.
   * An error of `load` reaches all who wait and is not kept; while an old value may still be served, it is logged.
   * @param key any text; `cacheKey` makes one of several parts
   * @param options also as a function of the value, where what it was made from is known only then
   * @throws GALLEY_CACHE_VALUE when the value is no plain data; and what `load` throws
   */
  async remember<T>(key: string, options: CacheOptionsOf<T>, load: () => Promise<T>): Promise<T> {
    const { memory, loader, counts, now, transactions } = this.#parts;
    if (transactions?.isInTransaction) return load();
    const id = this.#id(key);
    const make: MakeEntry = async () => {
      const value = await load();
      return this.#entry(key, value, typeof options === 'function' ? await options(value) : options);
    };
    const { entry, mark } = memory.read(id);
    noteCache(this.#owner, entry === undefined);
    if (entry === undefined) return (await loader.load(id, make, mark)).value as T;
    counts.hits += 1;
    if (freshnessOf(entry, now()) === 'stale') {
      counts.stale += 1;
      loader.refresh(id, make);
    }
    return entry.value as T;
  }

  /** The value under `key`, or undefined. */
  async get<T>(key: string): Promise<T | undefined> {
    const { memory, shared, counts, transactions } = this.#parts;
    if (transactions?.isInTransaction) return undefined;
    const id = this.#id(key);
    const { entry, mark } = memory.read(id);
    const found = entry ?? (await shared?.read(id))?.entry;
    if (found && !entry) memory.write(id, found, mark);
    counts[found ? 'hits' : 'misses'] += 1;
    noteCache(this.#owner, !found);
    return found?.value as T | undefined;
  }

  /**
   * Stores the newest value, for instance right after it was written to the store. Loads that run now do not
   * overwrite it.
   * @throws GALLEY_CACHE_VALUE when the value is no plain data
   */
  async set(key: string, value: unknown, options: CacheOptions = {}): Promise<void> {
    const id = this.#id(key);
    const entry = this.#entry(key, value, options);
    await this.#afterCommit(async () => {
      this.#parts.loader.abandon(id);
      this.#parts.memory.put(id, entry);
      await this.#parts.shared?.put(id, entry);
      this.#announce({ kind: 'keys', items: [id] });
    });
  }

  /** Forgets the value under `key` on all nodes. */
  async delete(key: string): Promise<void> {
    const id = this.#id(key);
    this.#parts.loader.abandon(id);
    await this.#forget({ kind: 'keys', items: [id] });
  }

  /**
   * Forgets all that carries one of `tags`: here at once, on the other nodes within milliseconds. Never fails; what
   * Redis cannot be told now it is told when it is back. Inside a transaction it happens after the commit.
   */
  async invalidate(tags: readonly string[]): Promise<void> {
    if (tags.length > 0) await this.#forget({ kind: 'tags', items: tags.map(safeTag) });
  }

  /** Forgets everything on all nodes. */
  async flush(): Promise<void> {
    await this.#forget({ kind: 'all', items: [] });
  }

  /** What was asked of this process's cache since it started, and what it holds. */
  stats(): CacheStats {
    const { counts, loader, memory, shared } = this.#parts;
    const redis = shared === undefined ? 'off' : shared.isUp ? 'up' : 'down';
    const hits = counts.hits + loader.counts.found;
    const misses = counts.misses + loader.counts.made;
    return { hits, misses, stale: counts.stale, ...memory.usage(), backend: shared?.name ?? memory.name, redis };
  }

  /**
   * Tells `listener` of each change that is made through this process, to be passed on to processes that Redis does
   * not reach. Returns the function that ends it.
   */
  onChange(listener: (change: CacheChange) => void): () => void {
    this.#parts.listeners.add(listener);
    return () => this.#parts.listeners.delete(listener);
  }

  /** Takes over a change that another process made. */
  receive(change: CacheChange): void {
    this.#parts.transactions?.noteChange?.();
    if (change.kind === 'keys') for (const id of change.items) this.#parts.loader.abandon(id);
    this.#parts.memory.forget(change);
  }

  /** Waits for loads and writes in the background. */
  settled(): Promise<void> {
    return this.#parts.loader.settled();
  }

  /** Gives connections and memory back. */
  async close(): Promise<void> {
    await this.settled();
    await this.#parts.journal?.close();
    await this.#parts.shared?.close();
    this.#parts.memory.close();
  }

  #id(key: string): string {
    return safeKey(this.#owner === 'core' ? key : `${this.#owner}/${key}`);
  }

  #entry(key: string, value: unknown, options: CacheOptions): CacheEntry {
    const { tags = [], ttl = this.#parts.defaultTtl, stale = 0 } = options;
    return { ...cacheValue(key, value), tags: tags.map(safeTag), storedAt: this.#parts.now(), ttl, stale };
  }

  #forget(change: CacheChange): Promise<void> {
    return this.#afterCommit(async () => {
      this.#parts.memory.forget(change);
      await this.#parts.shared?.forget(change);
      this.#announce(change);
    });
  }

  /** Runs at once, or after the commit of the transaction around: before it, others would load the old state again. */
  async #afterCommit(work: () => Promise<void>): Promise<void> {
    const { transactions } = this.#parts;
    await (transactions ? transactions.afterCommit(work) : work());
  }

  /** Tells those whom Redis does not reach, or did not reach now. */
  #announce(change: CacheChange): void {
    const { listeners, shared, journal } = this.#parts;
    for (const listener of listeners) listener(change);
    if (!shared?.isUp) journal?.append(change);
  }
}

function settingsOf(site: Site): CacheSettings {
  const { cache, redis, environment } = site.config;
  const { log, database } = site;
  const { url, timeoutMs } = redis;
  const prefix = keyPrefix({ prefix: redis.prefix, siteId: site.id, environment: environment.name });
  const redisOptions = { url, timeoutMs, prefix, secret: site.keys.derive('cache'), version: manifest.version, log };
  return {
    memoryBytes: cache.memoryBytes,
    defaultTtl: cache.ttlSeconds,
    log,
    transactions: database,
    journal: (listener) => new CacheJournal({ ...listener, database, log }),
    ...(url === '' ? {} : { shared: (onChange) => new RedisBackend({ ...redisOptions, onChange }) }),
  };
}

const LOOK_MS = 1000;
const waiting = new WeakSet<Site>();

/**
 * Somebody changed something and was told that it may count or not, so nothing was forgotten because of it. When the
 * store is back everything is; before that, what is kept is all there is to serve.
 */
function forgetWhenBack(site: Site): void {
  if (waiting.has(site)) return;
  waiting.add(site);
  const look = async (): Promise<void> => {
    waiting.delete(site);
    const isBack = await site.database.ping().then(
      () => true,
      () => false,
    );
    if (isBack) await site.cache.flush();
    else forgetWhenBack(site);
  };
  setTimeout(() => void look(), LOOK_MS).unref();
}

/** Starts the cache from the settings, and with it the connection to Redis, for which nobody waits. */
export const cacheModule: Module = {
  name: 'cache',
  start(site: Site): void {
    const cache = new Cache(settingsOf(site));
    attach(site, 'cache', cache);
    // Tests of single parts have no store.
    (site as Partial<Site>).database?.onUnknownOutcome(() => forgetWhenBack(site));
    if (!process.send) return;
    joinSiblings(cache, process);
    process.channel?.unref(); // Listening for messages must not keep a process alive that has nothing else to do.
  },
  stop: (site: Site) => site.cache.close(),
};
