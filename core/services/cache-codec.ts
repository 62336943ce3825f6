// Layer: services. How an entry looks in Redis.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { CacheEntry } from './cache-backend.ts';
import { cacheValue } from './cache-value.ts';

const GZIP_FROM = 4096;
const MAX_BYTES = 64 * 1024 * 1024;
const PLAIN = 1;
const GZIPPED = 2;
const MAC_BYTES = 32;

const compress = promisify(gzip);
const expand = promisify(gunzip);

function isWholeEntry(value: unknown): value is [number, number, number, string[], unknown?] {
  if (!Array.isArray(value) || value.length < 4 || value.length > 5) return false;
  const [storedAt, ttl, stale, tags] = value as unknown[];
  const isTime = (time: unknown): boolean => typeof time === 'number' && Number.isFinite(time) && time >= 0;
  return [storedAt, ttl, stale].every(isTime) && Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
}

/**
 * Turns entries into bytes and back. JSON (gzip above 4 KB) behind an HMAC over key and content: whoever can write to
 * Redis can neither make an entry up nor move one to another key. What does not check out is a miss.
 */
export class CacheCodec {
  readonly #secret: Buffer;

  /** @param secret 32 bytes, from `site.keys.derive('cache')` */
  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  async encode(key: string, entry: CacheEntry): Promise<Buffer> {
    const parts = [entry.storedAt, entry.ttl, entry.stale, entry.tags];
    const text = Buffer.from(JSON.stringify(entry.value === undefined ? parts : [...parts, entry.value]));
    const isLarge = text.length > GZIP_FROM;
    const body = Buffer.concat([Buffer.of(isLarge ? GZIPPED : PLAIN), isLarge ? await compress(text) : text]);
    return Buffer.concat([this.#mac(key, body), body]);
  }

  /** The entry, or undefined for anything that this site did not write under this key. */
  async decode(key: string, payload: Buffer): Promise<CacheEntry | undefined> {
    if (payload.length <= MAC_BYTES + 1) return undefined;
    const body = payload.subarray(MAC_BYTES);
    if (!timingSafeEqual(payload.subarray(0, MAC_BYTES), this.#mac(key, body))) return undefined;
    try {
      return readEntry(key, await this.#text(body));
    } catch {
      return undefined; // Broken gzip or JSON behind a right HMAC: written by a version that we do not know.
    }
  }

  async #text(body: Buffer): Promise<string> {
    const content = body.subarray(1);
    if (body[0] === PLAIN) return content.toString();
    if (body[0] !== GZIPPED) throw new Error('unknown form');
    return (await expand(content, { maxOutputLength: MAX_BYTES })).toString();
  }

  #mac(key: string, body: Buffer): Buffer {
    return createHmac('sha256', this.#secret).update(`${key.length}:${key}`).update(body).digest();
  }
}

function readEntry(key: string, text: string): CacheEntry | undefined {
  const parts: unknown = JSON.parse(text);
  if (!isWholeEntry(parts)) return undefined;
  const [storedAt, ttl, stale, tags, content] = parts;
  return { storedAt, ttl, stale, tags: Object.freeze(tags), ...cacheValue(key, content) };
}
