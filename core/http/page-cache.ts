import type { ServerResponse } from 'node:http';
import { recentlyUsed } from '../lib/lru.ts';
import { type CacheEntry, freshnessOf, type SharedBackend } from '../services/cache-backend.ts';
import { safeKey } from '../services/cache-key.ts';
import { CacheLoader } from '../services/cache-loader.ts';
import type { ClockMark, TagClock } from '../services/cache-tags.ts';
import type { CacheLog } from '../services/redis-link.ts';
import type { CachedReply, Page } from './page.ts';
import { CompressionQueue, compress, EncodingChoices, isCompressible } from './page-encoding.ts';
import {
  entryOfReply,
  isKeepable,
  type MadePage,
  type PageConditions,
  type PageRequest,
  type PageRule,
  pageOfEntry,
} from './page-entry.ts';
import { canonicalPath, canonicalQuery, splitTarget } from './page-key.ts';
import { pagesOf } from './page-sharing.ts';
import { PageStore } from './page-store.ts';

/** What the page cache did in this process and what it holds. */
export interface PageCacheStats {
  hits: number;
  misses: number;
  stale: number;
  /** Pages that were made but must not be kept, or were out of date before they were done. */
  refused: number;
  entries: number;
  bytes: number;
  evictions: number;
  /** Pages that are still being compressed. */
  compressing: number;
}

/** How a page cache is made. */
export interface PageCacheOptions {
  /** The clock of the object cache, `site.cache.clock`. */
  clock: TagClock;
  /** Memory for pages, in bytes; an eighth of it is for 404, searches and pages with a query. */
  memoryBytes: number;
  defaultTtl: number;
  defaultStale?: number;
  log: CacheLog;
  /** Forgets by tag on all nodes: `site.cache.invalidate`. */
  invalidate(tags: readonly string[]): Promise<void>;
  /** Keeps pages in Redis as well, so that one node's work serves all. */
  shared?: SharedBackend | undefined;
  /** Of all that makes pages, such as the plugins that run: processes share pages where it is the same. */
  fingerprint?: () => string;
  /** Keeps no pages at all. */
  isOff?: boolean;
  /** Names the tags of a page in `Surrogate-Key`, for a CDN that purges by them. */
  showTags?: boolean;
  now?: () => number;
}

const MAX_PATHS = 20_000;
const REMAKE_MS = 10_000;
const DEFAULT_STALE = 60;

class NotKept extends Error {}

function hasCookie(header: string, names: readonly string[]): boolean {
  return header.split(';').some((pair) => names.includes(pair.split('=', 1)[0]?.trim() ?? ''));
}

/**
 * Finished pages, found and sent before sessions, plugins or the store are touched.
 *
 * A page is known by origin, canonical path and those query parameters that its route allows; nothing else of a request
 * exists for it, so nothing else can get into it. It carries the tags of all that it shows and is gone with the first
 * `site.cache.invalidate` of one of them; a page whose tags were invalidated while it was made is never kept.
 *
 * @example
 * // First thing for each request, unless it brings a session or Authorization:
 * const request = { method, origin, url, cookie, acceptEncoding, ifNoneMatch };
 * const hit = site.pages.lookup(request);
 * if (hit) {
 *   site.pages.send(hit, response);
 *   if (hit.isStale) site.pages.refresh(request, rule, make);
 *   return;
 * }
 * // Later, when the route is known and allows it; `make` must see nothing but origin, path and allowed query:
 * let own;
 * const page = await site.pages.remember(request, route.cache, async () => {
 *   own = await render(canonicalQuery(search, route.cache.query).values);
 *   return isSendableAsText(own) ? { reply: own, tags } : undefined;
 * });
 * if (page) site.pages.send(page, response); // else send `own`, or render for this visitor alone
 */
export class PageCache {
  readonly #options: PageCacheOptions;
  readonly #clock: TagClock;
  readonly #now: () => number;
  readonly #store: PageStore;
  /** Which query parameters each known path takes. */
  readonly #allowed = recentlyUsed<readonly string[]>(MAX_PATHS);
  readonly #encodings = new EncodingChoices();
  readonly #queue = new CompressionQueue();
  readonly #loader: CacheLoader;
  readonly #made = new WeakMap<CacheEntry, Page>();
  readonly #counts = { hits: 0, misses: 0, stale: 0, refused: 0 };

  constructor(options: PageCacheOptions) {
    const { clock, log, now = Date.now } = options;
    this.#options = options;
    this.#clock = clock;
    this.#now = now;
    this.#store = new PageStore(options.memoryBytes, clock);
    const shared = options.shared && pagesOf(options.shared, options.fingerprint ?? (() => ''));
    const memory = { write: (key: string, entry: CacheEntry, mark: ClockMark) => this.#keep(key, entry, mark) };
    this.#loader = new CacheLoader({ clock, log, shared, memory, now });
  }

  /** The page for a request, ready to be sent; undefined when there is none. Takes a few microseconds. */
  lookup(request: PageRequest): CachedReply | undefined {
    const { method, cookie } = request;
    if (this.#options.isOff || (method !== 'GET' && method !== 'HEAD')) return undefined;
    const key = this.#knownKey(request);
    const page = key === undefined ? undefined : this.#find(key);
    if (page === undefined) {
      this.#counts.misses += 1;
      return undefined;
    }
    if (cookie !== undefined && page.bypass.length > 0 && hasCookie(cookie, page.bypass)) return undefined;
    this.#counts.hits += 1;
    return this.#answer(page, request);
  }

  /**
   * The fresh page under a key, for somebody without cookies: the first thing that is tried. What it has none for is a
   * miss only when `lookup` has none either.
   */
  lookupKnown(key: string, conditions: PageConditions): CachedReply | undefined {
    const page = this.#options.isOff ? undefined : this.#store.get(key);
    if (page === undefined || this.#now() >= page.storedAt + page.ttl * 1000) return undefined;
    this.#counts.hits += 1;
    return page.answer(this.#encodings.of(conditions.acceptEncoding), conditions);
  }

  /** The key under which `lookup` looks for a request. */
  keyOf(request: PageRequest): string | undefined {
    return this.#knownKey(request);
  }

  /**
   * The page for a request that `lookup` had none for: made once, however many ask for it now, and kept if it may be.
   * Who comes after an invalidation never gets a page that was begun before it.
   * @param make renders for everybody, as for GET; undefined for a reply that is not of this kind (a stream)
   * @returns undefined when the page must not be given to others: send what `make` made, or make one for this visitor
   */
  async remember(
    request: PageRequest,
    rule: PageRule,
    make: () => Promise<MadePage | undefined>,
  ): Promise<CachedReply | undefined> {
    const key = this.#newKey(request, rule);
    if (key === undefined) {
      await make();
      return undefined;
    }
    const known = this.#find(key); // Made since `lookup`, or not found by it because the path was not known.
    if (known !== undefined) return this.#answer(known, request);
    try {
      const entry = await this.#loader.load(key, () => this.#make(key, rule, make), this.#clock.now);
      const page = this.#pageOf(entry);
      return page && this.#answer(page, request);
    } catch (error) {
      if (error instanceof NotKept) return undefined;
      throw error;
    }
  }

  /** Makes a stale page anew in the background. */
  refresh(request: PageRequest, rule: PageRule, make: () => Promise<MadePage | undefined>): void {
    const key = this.#newKey(request, rule);
    if (key !== undefined) this.#loader.refresh(key, () => this.#make(key, rule, make));
  }

  /** Writes a reply to the connection. Headers that were set on it before are kept. */
  send(reply: CachedReply, response: ServerResponse): void {
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  }

  /**
   * The addresses of pages that went out of date and that nobody has asked for since, most visited first.
   * @param limit how many at most
   */
  outdated(limit: number): string[] {
    return this.#store.outdated(limit);
  }

  /** Forgets all pages that carry one of `tags`, on all nodes. The same as `site.cache.invalidate`. */
  purge(tags: readonly string[]): Promise<void> {
    return this.#options.invalidate(tags);
  }

  /** Forgets all pages of this process; `site.cache.flush()` does it on all nodes. */
  flush(): void {
    this.#store.clear();
    this.#allowed.clear();
  }

  stats(): PageCacheStats {
    return { ...this.#counts, ...this.#store.usage(), compressing: this.#queue.length };
  }

  /** Waits for pages that are being made or compressed. */
  async settled(): Promise<void> {
    await this.#loader.settled();
    while (this.#queue.length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** The key of a request by what is known of its path. */
  #knownKey({ origin, url }: PageRequest): string | undefined {
    const { rawPath, search } = splitTarget(url);
    const path = canonicalPath(rawPath);
    if (path === undefined) return undefined;
    const base = origin + path;
    if (search === '') return base;
    const allowed = this.#allowed.get(base);
    const query = allowed && canonicalQuery(search, allowed);
    return query && (query.text === '' ? base : `${base}?${query.text}`);
  }

  /** The key by what the route says, which `lookup` will know from now on. */
  #newKey(request: PageRequest, { query = [] }: PageRule): string | undefined {
    const path = canonicalPath(splitTarget(request.url).rawPath);
    if (this.#options.isOff || path === undefined || (request.method !== 'GET' && request.method !== 'HEAD'))
      return undefined;
    this.#allowed.set(request.origin + path, query);
    return this.#knownKey(request);
  }

  #find(key: string): Page | undefined {
    const page = this.#store.get(key);
    if (page === undefined || freshnessOf(page, this.#now()) !== 'expired') return page;
    this.#store.delete(key);
    return undefined;
  }

  #answer(page: Page, request: PageRequest): CachedReply | undefined {
    const reply = page.answer(this.#encodings.of(request.acceptEncoding), request);
    const now = this.#now();
    if (reply === undefined || now < page.storedAt + page.ttl * 1000 || now < page.retryAt) return reply;
    page.retryAt = now + REMAKE_MS;
    this.#counts.stale += 1;
    return { ...reply, isStale: true };
  }

  async #make(key: string, rule: PageRule, make: () => Promise<MadePage | undefined>): Promise<CacheEntry> {
    const made = await make();
    if (made === undefined || !isKeepable(made.reply)) {
      this.#counts.refused += 1;
      throw new NotKept();
    }
    const { defaultTtl, defaultStale = DEFAULT_STALE } = this.#options;
    const isSmall = rule.isSmall === true || made.reply.status === 404 || key.includes('?');
    const { ttl = defaultTtl, stale = defaultStale } = rule;
    const { reply, tags, until } = made;
    return entryOfReply(reply, { rule, tags, isSmall, storedAt: this.#now(), ttl, stale, until });
  }

  #pageOf(entry: CacheEntry): Page | undefined {
    const page = this.#made.get(entry) ?? pageOfEntry(entry, this.#options.showTags ?? false);
    if (page) this.#made.set(entry, page);
    return page;
  }

  #keep(key: string, entry: CacheEntry, mark: ClockMark): void {
    const page = this.#pageOf(entry);
    if (page === undefined) return;
    if (!this.#store.set(key, page, mark)) this.#counts.refused += 1;
    else if (isCompressible(page.type, page.body.length)) this.#queue.add(() => this.#compress(key, page));
  }

  async #compress(key: string, page: Page): Promise<void> {
    for (const encoding of ['gzip', 'br'] as const) {
      if (!this.#store.holds(key, page)) return; // Gone while it waited.
      try {
        const body = await compress(encoding, page.body, page.isSmall ? 'quickly' : 'well');
        if (body.length < page.body.length) page.add(encoding, body);
      } catch (error) {
        this.#options.log.warn({ key: safeKey(key), err: error }, 'A page could not be compressed');
      }
    }
    this.#store.resize(key, page);
  }
}
