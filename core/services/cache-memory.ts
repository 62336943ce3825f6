// Layer: services.
import { LRUCache } from 'lru-cache';
import { recentlyUsed } from '../lib/lru.ts';
import type { CacheBackend, CacheChange, CacheEntry, CacheUsage, Found } from './cache-backend.ts';
import { freshnessOf } from './cache-backend.ts';
import type { ClockMark, TagClock } from './cache-tags.ts';

interface Held {
  readonly entry: CacheEntry;
  /** The moment of the clock up to which the entry is known to be valid. */
  mark: ClockMark;
}

const OVERHEAD = 256;
const MAX_CHANGED_KEYS = 10_000;

function sizeOf(held: Held, key: string): number {
  const tags = held.entry.tags.reduce((sum, tag) => sum + tag.length, 0);
  return OVERHEAD + (key.length + tags) * 2 + held.entry.bytes;
}

/** What a memory backend needs. */
export interface MemoryBackendOptions {
  /** The most that it may hold, in bytes; 0 holds nothing. */
  maxBytes: number;
  clock: TagClock;
  /** The time in milliseconds; tests set it. */
  now?: () => number;
}

/** Cached values in the process: least recently used ones go first when the bytes run out. Answers at once. */
export class MemoryBackend implements CacheBackend {
  readonly name = 'memory';
  readonly #clock: TagClock;
  readonly #now: () => number;
  readonly #held: LRUCache<string, Held>;
  /** Keys that were put or removed, and when: a load that started before must not overwrite that. */
  readonly #changed: LRUCache<string, ClockMark>;
  #changedFloor: ClockMark = 0;
  #evictions = 0;

  constructor({ maxBytes, clock, now = Date.now }: MemoryBackendOptions) {
    this.#clock = clock;
    this.#now = now;
    this.#held = new LRUCache({
      maxSize: Math.max(maxBytes, 1), // No value is as small, and 0 would be without a limit.
      sizeCalculation: sizeOf,
      dispose: (_held, _key, reason) => {
        if (reason === 'evict') this.#evictions += 1;
      },
    });
    this.#changed = recentlyUsed<ClockMark>(MAX_CHANGED_KEYS, (moment, _key, reason) => {
      if (reason === 'evict') this.#changedFloor = Math.max(this.#changedFloor, moment);
    });
  }

  read(key: string): Found & { mark: ClockMark } {
    const mark = this.#clock.now;
    const held = this.#held.get(key);
    if (held === undefined) return { mark };
    if (!this.#clock.isUnchanged(held.entry.tags, held.mark) || freshnessOf(held.entry, this.#now()) === 'expired') {
      this.#held.delete(key);
      return { mark };
    }
    held.mark = mark; // Checked now: the next look need not go through the tags again.
    return { entry: held.entry, mark };
  }

  write(key: string, entry: CacheEntry, mark: ClockMark): boolean {
    if (!this.#clock.isUnchanged(entry.tags, mark)) return false;
    if (mark < (this.#changed.get(key) ?? this.#changedFloor)) return false;
    this.#held.set(key, { entry, mark });
    return true;
  }

  put(key: string, entry: CacheEntry): void {
    this.#touch([key]);
    this.#held.set(key, { entry, mark: this.#clock.now });
  }

  forget(change: CacheChange): void {
    if (change.kind === 'tags') this.#clock.invalidate(change.items);
    if (change.kind === 'keys') this.#touch(change.items);
    if (change.kind === 'all') {
      this.#clock.invalidateAll();
      this.#held.clear();
    }
  }

  usage(): CacheUsage {
    return { entries: this.#held.size, bytes: this.#held.calculatedSize, evictions: this.#evictions };
  }

  close(): void {
    this.#held.clear();
  }

  #touch(keys: readonly string[]): void {
    this.#clock.invalidate([]); // Only moves the clock on, so that loads that run now are older.
    for (const key of keys) {
      this.#held.delete(key);
      this.#changed.set(key, this.#clock.now);
    }
  }
}
