// Layer: services. How values come into the cache: one load at a time, never one that is out of date on arrival.
import { messageOf } from '../lib/errors.ts';
import type { CacheEntry, Claim, SharedBackend } from './cache-backend.ts';
import { CLAIM_MS, freshnessOf } from './cache-backend.ts';
import type { ClockMark, TagClock } from './cache-tags.ts';
import type { CacheLog } from './redis-link.ts';
import { SingleFlight } from './single-flight.ts';

/** Makes the entry of a key from scratch. */
export type MakeEntry = () => Promise<CacheEntry>;

/** Where a loader reads and writes. */
export interface CacheLoaderOptions {
  clock: TagClock;
  /** Takes what was loaded after `mark`, or refuses it because it is out of date. */
  memory: { write(key: string, entry: CacheEntry, mark: ClockMark): unknown };
  shared: Pick<SharedBackend, 'claim' | 'write' | 'release'> | undefined;
  log: CacheLog;
  now: () => number;
}

interface Loaded {
  entry: CacheEntry;
  /** The moment before the load. */
  mark: ClockMark;
}

const WAIT_FIRST_MS = 4;
const WAIT_MOST_MS = 50;
const RETRY_MS = 1000;
const MAX_RETRIES = 1000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Loads values into memory and Redis, in the foreground or while an old value is served. */
export class CacheLoader {
  /** Values that were found in Redis, and values that were made. */
  readonly counts = { found: 0, made: 0 };
  readonly #options: CacheLoaderOptions;
  readonly #flights = new SingleFlight<Loaded>();
  /** When keys whose background load failed, or runs on another node, may be tried again. */
  readonly #retryAt = new Map<string, number>();
  readonly #pending = new Set<Promise<unknown>>();

  constructor(options: CacheLoaderOptions) {
    this.#options = options;
  }

  /**
   * The entry of a key that is not in memory: from Redis, from a load that runs already, or from `make`.
   * @param since when the caller came: what was out of date by then is loaded again
   */
  async load(key: string, make: MakeEntry, since: ClockMark): Promise<CacheEntry> {
    for (;;) {
      const { entry, mark } = await this.#flights.run(key, () => this.#obtain(key, make));
      if (mark >= since || this.#options.clock.isUnchanged(entry.tags, mark)) return entry;
    }
  }

  /** Makes the entry anew in the background, unless somebody is at it. An error is logged and tried again later. */
  refresh(key: string, make: MakeEntry): void {
    if (this.#flights.has(key) || (this.#retryAt.get(key) ?? 0) > this.#options.now()) return;
    this.#inBackground(
      key,
      this.#flights.run(key, () => this.#reload(key, make)),
    );
  }

  /** Lets no caller from now on join a load of `key` that runs. */
  abandon(key: string): void {
    this.#flights.abandon(key);
  }

  /** Waits for all loads and writes. */
  async settled(): Promise<void> {
    await this.#flights.settled();
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }

  async #obtain(key: string, make: MakeEntry): Promise<Loaded> {
    const { shared, now, clock } = this.#options;
    if (shared === undefined) return this.#make(key, make);
    const { claim, mark } = await this.#waitForClaim(shared, key);
    if (claim.entry === undefined) return this.#make(key, make, claim);
    this.#adopt(key, claim.entry, mark);
    const isStale = freshnessOf(claim.entry, now()) === 'stale';
    if (isStale && claim.claimed) this.#inBackground(key, this.#make(key, make, claim));
    return { entry: claim.entry, mark: Math.min(mark, clock.now) };
  }

  /** Asks until there is a value, the right to load it, or too much time gone. */
  async #waitForClaim(shared: Pick<SharedBackend, 'claim'>, key: string): Promise<{ claim: Claim; mark: ClockMark }> {
    const deadline = performance.now() + CLAIM_MS;
    for (let wait = WAIT_FIRST_MS; ; wait = Math.min(wait * 2, WAIT_MOST_MS)) {
      const mark = this.#options.clock.now;
      const claim = await shared.claim(key);
      if (claim.claimed || claim.entry !== undefined || performance.now() > deadline) return { claim, mark };
      await pause(wait);
    }
  }

  async #reload(key: string, make: MakeEntry): Promise<Loaded> {
    const { shared, clock, now } = this.#options;
    const mark = clock.now;
    const claim = await shared?.claim(key);
    const found = claim?.entry;
    if (claim === undefined || claim.claimed || found === undefined) return this.#make(key, make, claim);
    this.#adopt(key, found, mark); // Another node has loaded it, or does so now.
    if (freshnessOf(found, now()) === 'stale') this.#postpone(key);
    return { entry: found, mark };
  }

  #adopt(key: string, entry: CacheEntry, mark: ClockMark): void {
    this.counts.found += 1;
    this.#options.memory.write(key, entry, mark);
  }

  async #make(key: string, make: MakeEntry, claim?: Claim): Promise<Loaded> {
    const { shared, memory, clock } = this.#options;
    const mark = clock.now;
    this.counts.made += 1;
    try {
      const entry = await make();
      memory.write(key, entry, mark);
      if (shared && claim?.mark !== undefined) this.#keep(this.#share(key, entry, claim));
      return { entry, mark };
    } catch (error) {
      if (claim?.mark !== undefined && claim.claimed) this.#keep(shared?.release(key));
      throw error;
    }
  }

  async #share(key: string, entry: CacheEntry, claim: Claim): Promise<void> {
    const { shared } = this.#options;
    const isStored = claim.mark !== undefined && (await shared?.write(key, entry, claim.mark));
    if (!isStored && claim.claimed) await shared?.release(key);
  }

  #inBackground(key: string, work: Promise<unknown>): void {
    const watched = work.catch((error: unknown) => {
      this.#postpone(key);
      this.#options.log.warn(
        { key, problem: messageOf(error) },
        'A cached value could not be made anew; the old one is served',
      );
    });
    this.#keep(watched);
  }

  #postpone(key: string): void {
    if (this.#retryAt.size > MAX_RETRIES) this.#retryAt.clear();
    this.#retryAt.set(key, this.#options.now() + RETRY_MS);
  }

  #keep(work: Promise<unknown> | undefined): void {
    if (work === undefined) return;
    const kept = work.catch(() => undefined).finally(() => this.#pending.delete(kept));
    this.#pending.add(kept);
  }
}
