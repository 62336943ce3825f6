import type { CacheEntry } from '../services/cache-backend.ts';
import { Page, type PageReply } from './page.ts';

/** By what the form of a page is chosen. */
export interface PageConditions {
  method: string;
  acceptEncoding?: string | undefined;
  ifNoneMatch?: string | undefined;
  ifModifiedSince?: string | undefined;
}

/** A request as far as the page cache may know it. */
export interface PageRequest extends PageConditions {
  /** `https://example.org`: the address of the site that the host was *looked up* to, never the raw header. */
  origin: string;
  /** The request target as it came: path and query. */
  url: string;
  /** The Cookie header; who brings a cookie that a page names in `bypass` is not served from the cache. */
  cookie?: string | undefined;
}

/** A page that was made, and from what. */
export interface MadePage {
  reply: PageReply;
  tags: readonly string[];
  /** When something that it shows is over: it is served no longer than this, in milliseconds. */
  until?: number | undefined;
}

/** What a route says of its pages. */
export interface PageRule {
  /** Names of the query parameters that make a difference. */
  query?: readonly string[] | undefined;
  /** Names of cookies whose bearers get a page of their own. */
  bypass?: readonly string[] | undefined;
  /** Seconds for which a page is fresh; `cache.pageTtlSeconds` where it is not given. */
  ttl?: number | undefined;
  /** Seconds after `ttl` in which the old page is served while it is made anew (60). */
  stale?: number | undefined;
  /** For pages that anybody can make any number of; 404 and pages with a query are such by themselves. */
  isSmall?: boolean | undefined;
}

/** A page as nodes share it. */
interface SharedPage {
  status: number;
  headers: Record<string, string>;
  text?: string;
  base64?: string;
  bypass: readonly string[];
  isSmall: boolean;
}

const KEPT = new Set([200, 301, 404]);

/** Whether a reply may be given to everybody: its status, no cookie, nothing private, the same whatever was asked. */
export function isKeepable({ status, headers }: PageReply): boolean {
  if (!KEPT.has(status) || 'set-cookie' in headers || 'content-encoding' in headers) return false;
  if (/\b(private|no-store|no-cache)\b/i.test(headers['cache-control'] ?? '')) return false;
  return /^(accept-encoding)?$/i.test(headers['vary'] ?? '');
}

/** A keepable reply as entry of a cache. */
export function entryOfReply(
  reply: PageReply,
  facts: {
    rule: PageRule;
    tags: readonly string[];
    isSmall: boolean;
    storedAt: number;
    ttl: number;
    stale: number;
    until?: number | undefined;
  },
): CacheEntry {
  const { status, headers, body } = reply;
  const { rule, tags, isSmall, storedAt, until = Number.POSITIVE_INFINITY } = facts;
  const left = Math.max(0, (until - storedAt) / 1000);
  const ttl = Math.min(facts.ttl, left);
  const stale = Math.min(facts.stale, left - ttl);
  const content = typeof body === 'string' ? { text: body } : { base64: Buffer.from(body).toString('base64') };
  const value: SharedPage = { status, headers: { ...headers }, ...content, bypass: rule.bypass ?? [], isSmall };
  return { value, tags: [...new Set(tags)], storedAt, ttl, stale, bytes: 0 };
}

function isStrings(list: readonly unknown[]): boolean {
  return list.every((item) => typeof item === 'string');
}

function isSharedPage(value: unknown): value is SharedPage {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers, text, base64, bypass, isSmall } = value as Partial<SharedPage>;
  if (typeof status !== 'number' || !KEPT.has(status) || typeof isSmall !== 'boolean') return false;
  if (typeof headers !== 'object' || headers === null || !isStrings(Object.values(headers))) return false;
  return typeof (text ?? base64) === 'string' && Array.isArray(bypass) && isStrings(bypass);
}

/** The page that an entry holds; undefined for an entry of another form. */
export function pageOfEntry({ value, tags, storedAt, ttl, stale }: CacheEntry, showTags: boolean): Page | undefined {
  if (!isSharedPage(value)) return undefined;
  const { status, headers, text, base64, bypass, isSmall } = value;
  const reply = { status, headers, body: text ?? Buffer.from(base64 ?? '', 'base64') };
  return new Page({ reply, tags, bypass, isSmall, showTags, storedAt, ttl, stale });
}
