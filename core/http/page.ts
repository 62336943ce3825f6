import { createHash } from 'node:crypto';
import type { ClockMark } from '../services/cache-tags.ts';
import type { Encoding } from './page-encoding.ts';

/** A finished reply that may be kept for everybody. */
export interface PageReply {
  /** 200, 301 or 404. */
  status: number;
  /** All headers, security headers included, by name in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The body as for GET, not compressed. */
  body: string | Uint8Array;
}

/** What is written to a connection. */
export interface CachedReply {
  readonly status: number;
  /** Names and values in turn, as `writeHead` takes them. */
  readonly headers: string[];
  readonly body: Buffer | undefined;
  /** Whether the one who got this reply is to have the page made anew, after sending it. */
  readonly isStale: boolean;
}

interface Variant {
  readonly etag: string;
  readonly full: CachedReply;
  readonly head: CachedReply;
  readonly notModified: CachedReply;
}

/** What the page is asked for by. */
export interface Conditions {
  method: string;
  ifNoneMatch?: string | undefined;
  ifModifiedSince?: string | undefined;
}

/** What a page is made from. */
export interface PageParts {
  reply: PageReply;
  tags: readonly string[];
  /** Cookies whose bearers get no page made for others. */
  bypass: readonly string[];
  /** Whether it belongs to those that anybody can make any number of. */
  isSmall: boolean;
  /** Whether the tags are sent along as `Surrogate-Key`. */
  showTags: boolean;
  /** Milliseconds since 1970. */
  storedAt: number;
  /** Seconds. */
  ttl: number;
  stale: number;
}

/** Browsers ask again each time, so that a change is seen at once; the answer is mostly a 304. */
const REVALIDATE = 'public, max-age=0, must-revalidate';
const OWN_HEADERS = new Set([
  'content-length',
  'content-encoding',
  'etag',
  'vary',
  'cache-control',
  'connection',
  'date',
  'keep-alive',
  'transfer-encoding',
]);
const OVERHEAD = 2048;

/** Whether one of the tags of an If-None-Match header is ours (RFC 9110 §13.1.2: weak comparison). */
function matches(header: string, etag: string): boolean {
  if (header === etag || header === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/** A page ready to be sent: each of its forms with its headers, made once. */
export class Page {
  readonly tags: readonly string[];
  readonly bypass: readonly string[];
  readonly isSmall: boolean;
  readonly status: number;
  readonly body: Buffer;
  readonly type: string | undefined;
  readonly storedAt: number;
  readonly ttl: number;
  readonly stale: number;
  /** The moment up to which the page is known to be valid. */
  mark: ClockMark = 0;
  /** When a stale page is to be made anew by the next who asks, in milliseconds. */
  retryAt = 0;
  readonly #common: string[];
  readonly #cacheControl: string;
  readonly #digest: string;
  readonly #lastModified: number;
  readonly #variants = new Map<Encoding, Variant>();

  constructor({ reply, tags, bypass, isSmall, showTags, storedAt, ttl, stale }: PageParts) {
    const { status, headers, body } = reply;
    this.tags = tags;
    this.bypass = bypass;
    this.isSmall = isSmall;
    this.status = status;
    this.storedAt = storedAt;
    this.ttl = ttl;
    this.stale = stale;
    this.body = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
    this.type = headers['content-type'];
    this.#cacheControl = headers['cache-control'] ?? REVALIDATE;
    this.#lastModified = Date.parse(headers['last-modified'] ?? '');
    this.#digest = createHash('sha256').update(this.body).digest('base64url').slice(0, 22);
    this.#common = Object.entries(headers).flatMap(([name, value]) => (OWN_HEADERS.has(name) ? [] : [name, value]));
    if (showTags) this.#common.push('surrogate-key', tags.join(' '));
    this.add('identity', this.body);
  }

  /** How much memory the page takes. */
  get bytes(): number {
    let bytes = OVERHEAD + this.#common.join('').length * 2 + this.tags.join('').length * 2;
    for (const { full } of this.#variants.values()) bytes += full.body?.length ?? 0;
    return bytes;
  }

  /** Adds a form of the body. */
  add(encoding: Encoding, body: Buffer): void {
    const etag = encoding === 'identity' ? `"${this.#digest}"` : `"${this.#digest}-${encoding}"`;
    const facts = ['etag', etag, 'cache-control', this.#cacheControl, 'vary', 'accept-encoding'];
    const coding = encoding === 'identity' ? [] : ['content-encoding', encoding];
    const headers = [...this.#common, ...coding, 'content-length', String(body.length), ...facts];
    const { status } = this;
    this.#variants.set(encoding, {
      etag,
      full: { status, headers, body, isStale: false },
      head: { status, headers, body: undefined, isStale: false },
      notModified: { status: 304, headers: facts, body: undefined, isStale: false },
    });
  }

  /** What to send, in the best form that there is yet. */
  answer(
    encodings: readonly Encoding[],
    { method, ifNoneMatch, ifModifiedSince }: Conditions,
  ): CachedReply | undefined {
    for (const encoding of encodings) {
      const variant = this.#variants.get(encoding);
      if (variant === undefined) continue;
      if (this.#isKnown(variant.etag, ifNoneMatch, ifModifiedSince)) return variant.notModified;
      return method === 'HEAD' ? variant.head : variant.full;
    }
    return undefined;
  }

  #isKnown(etag: string, ifNoneMatch: string | undefined, ifModifiedSince: string | undefined): boolean {
    if (this.status !== 200) return false;
    if (ifNoneMatch !== undefined) return matches(ifNoneMatch, etag);
    return ifModifiedSince !== undefined && Date.parse(ifModifiedSince) >= this.#lastModified;
  }
}
