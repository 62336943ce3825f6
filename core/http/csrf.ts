import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const MASK_BYTES = 16;
/** Mask and MAC of 48 bytes together, in base64url. */
const TOKEN = /^[\w-]{64}$/;

/** Methods that change nothing. */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/**
 * The first layer: whether an unsafe request comes from our own pages. Browsers say so in `Sec-Fetch-Site`; older ones
 * in `Origin`; who says neither is refused. A request with a token of its own instead of the cookie needs neither,
 * since no other site can make a browser send it.
 * @param origins of the site, such as `https://example.org`
 */
export function isFromOwnPages(
  headers: IncomingHttpHeaders,
  hasSessionCookie: boolean,
  origins: readonly string[],
): boolean {
  if (headers.authorization !== undefined && !hasSessionCookie) return true;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin !== undefined && origins.includes(headers.origin);
}

function mac(secret: string, mask: Buffer): Buffer {
  return createHmac('sha256', secret).update('csrf').update(mask).digest();
}

/** The second layer: a token bound to the session. Masked anew each time, so that compression gives nothing away. */
export function makeCsrfToken(secret: string): string {
  const mask = randomBytes(MASK_BYTES);
  return Buffer.concat([mask, mac(secret, mask)]).toString('base64url');
}

/** Whether a token was made for this session. */
export function isCsrfToken(secret: string, token: unknown): boolean {
  if (typeof token !== 'string' || !TOKEN.test(token)) return false;
  const bytes = Buffer.from(token, 'base64url');
  const given = bytes.subarray(MASK_BYTES);
  const right = mac(secret, bytes.subarray(0, MASK_BYTES));
  return given.length === right.length && timingSafeEqual(given, right);
}
