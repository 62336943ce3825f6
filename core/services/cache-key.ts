// Layer: services. The one place where keys of caches are built.
import { createHash } from 'node:crypto';

/** Raise it when the form of what is stored changes, so that an old version's entries are not found. */
export const CACHE_SCHEMA = 1;

const MAX_DIGESTS = 1000;
const MAX_REMEMBERED = 500;
const PLAIN = /^[\w:./@=+-]{1,120}$/;

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 32);
}

/** Digests that were made: the memo of a pure function, since each page asks for the same keys. */
const digests = new Map<string, string>();

/** A key as it is when short and plain, else its digest: text of users never goes into a key. */
export function safeKey(key: string): string {
  if (PLAIN.test(key)) return key;
  const known = digests.get(key);
  if (known !== undefined) return known;
  const safe = `~${digest(key)}`;
  if (key.length > MAX_REMEMBERED) return safe;
  if (digests.size >= MAX_DIGESTS) digests.clear();
  digests.set(key, safe);
  return safe;
}

/**
 * A key from a fixed name and any parts, for instance what a visitor typed.
 *
 * @example
 * cacheKey('search', query, page) // 'search:~5Rc0…'
 */
export function cacheKey(name: string, ...parts: unknown[]): string {
  return parts.length === 0 ? safeKey(name) : `${safeKey(name)}:~${digest(parts)}`;
}

/** Whose keys they are. */
export interface KeySpace {
  /** `redis.prefix` of the settings. */
  prefix: string;
  siteId: string;
  environment: string;
}

/**
 * What all keys of a site in Redis begin with. The braces keep a site's keys on one node of a cluster, where its
 * scripts need them.
 */
export function keyPrefix({ prefix, siteId, environment }: KeySpace): string {
  return `${prefix}:{${safeKey(siteId)}:${safeKey(environment)}:${CACHE_SCHEMA}}:`;
}

const MAX_TAG = 200;

/** A tag as it is, or its digest when it is too long or no well-formed text. */
export function safeTag(tag: string): string {
  return tag.length <= MAX_TAG && tag.isWellFormed() ? tag : `~${digest(tag)}`;
}
