import { LRUCache } from 'lru-cache';
import type { CacheUsage } from '../services/cache-backend.ts';
import type { ClockMark, TagClock } from '../services/cache-tags.ts';
import type { Page } from './page.ts';

/** Made anew whenever the page grows, since the size of what is held is counted when it is set. */
interface Held {
  readonly page: Page;
  /** How often it was asked for, and those before it under its key. */
  hits: number;
}

const SMALL_SHARE = 8;
const LARGEST_SHARE = 4;
const REMEMBERED = 5000;

/**
 * Pages in memory, bounded in bytes. Those that anybody can make any number of (404, searches, pages with a query) have
 * an eighth of their own, so that they push out none of the others.
 */
export class PageStore {
  readonly #clock: TagClock;
  readonly #main: LRUCache<string, Held>;
  readonly #small: LRUCache<string, Held>;
  /** How often pages were asked for that went out of date. */
  readonly #hits = new LRUCache<string, number>({ max: REMEMBERED });
  #evictions = 0;

  constructor(maxBytes: number, clock: TagClock) {
    const small = Math.ceil(maxBytes / SMALL_SHARE);
    this.#clock = clock;
    this.#small = this.#part(small);
    this.#main = this.#part(maxBytes - small);
  }

  /** The page under `key`, when none of its tags was invalidated since it was begun. */
  get(key: string): Page | undefined {
    const held = this.#main.get(key) ?? this.#small.get(key);
    if (held === undefined) return undefined;
    const { page } = held;
    held.hits += 1;
    const moment = this.#clock.now;
    if (page.mark !== moment && !this.#clock.isUnchanged(page.tags, page.mark)) {
      this.#hits.set(key, held.hits);
      this.delete(key);
      return undefined;
    }
    page.mark = moment;
    return page;
  }

  /**
   * The keys of pages that went out of date and that nobody has asked for since, those asked for most first. Of those
   * that anybody can make any number of, none.
   */
  outdated(limit: number): string[] {
    const gone = [...this.#main.entries()].filter(([, { page }]) => !this.#clock.isUnchanged(page.tags, page.mark));
    const most = gone.sort(([, a], [, b]) => b.hits - a.hits).slice(0, limit);
    return most.map(([key]) => key);
  }

  /** Keeps a page that was begun after `mark`, or refuses it (false) because it is out of date. */
  set(key: string, page: Page, mark: ClockMark): boolean {
    if (!this.#clock.isUnchanged(page.tags, mark)) return false;
    page.mark = mark;
    const hits = this.#main.peek(key)?.hits ?? this.#hits.get(key) ?? 0;
    this.delete(key);
    this.#partOf(page).set(key, { page, hits });
    return true;
  }

  /** Whether exactly this page is held under `key`. */
  holds(key: string, page: Page): boolean {
    return this.#partOf(page).peek(key)?.page === page;
  }

  /** Counts the size of a page anew after it has grown. */
  resize(key: string, page: Page): void {
    const held = this.#partOf(page).peek(key);
    if (held?.page === page) this.#partOf(page).set(key, { page, hits: held.hits });
  }

  delete(key: string): void {
    this.#main.delete(key);
    this.#small.delete(key);
  }

  clear(): void {
    this.#main.clear();
    this.#small.clear();
  }

  usage(): CacheUsage {
    const bytes = this.#main.calculatedSize + this.#small.calculatedSize;
    return { entries: this.#main.size + this.#small.size, bytes, evictions: this.#evictions };
  }

  #partOf(page: Page): LRUCache<string, Held> {
    return page.isSmall ? this.#small : this.#main;
  }

  #part(maxSize: number): LRUCache<string, Held> {
    return new LRUCache({
      maxSize,
      maxEntrySize: Math.ceil(maxSize / LARGEST_SHARE),
      sizeCalculation: ({ page }, key) => page.bytes + key.length * 2,
      dispose: (_held, _key, reason) => {
        if (reason === 'evict') this.#evictions += 1;
      },
    });
  }
}
