import type { IncomingMessage } from 'node:http';
import { actorOf } from '../identity/acting.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { isLoopbackHost, type Origin } from './hosts.ts';

/** What a request has of its session. */
export interface SessionView {
  /** The token from the cookie: only for rotating and ending the session, never to be stored or logged. */
  readonly token: string;
  readonly userId: number;
  /** Secret of the session that its form tokens are made of. */
  readonly csrfSecret: string;
  readonly viewer: Viewer;
  /** What lists of sessions call it. */
  readonly idHash: string;
  /** When the person last proved who he is, in ms since the epoch; sensitive acts ask for it to be recent. */
  readonly authenticatedAt: number;
  /** The id of the administrator who acts for the person in this session, if any. */
  readonly actorId?: number | undefined;
}

/** How a cookie is to be kept. */
export interface CookieOptions {
  /** Seconds; without it until the browser closes; 0 deletes. */
  maxAge?: number;
  path?: string;
  /** Whether scripts cannot read it; true unless said otherwise. */
  httpOnly?: boolean;
  /** Whether it comes along when another site links here (`lax`, the default) or never (`strict`). */
  sameSite?: 'lax' | 'strict';
}

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const MAX_COOKIES = 50;

/** The text of a Set-Cookie header. Secure where the request was, http-only, SameSite=Lax. */
export function cookieText(name: string, value: string, options: CookieOptions & { isSecure: boolean }): string {
  if (!NAME.test(name)) throw new TypeError(`"${name}" cannot be the name of a cookie.`);
  const parts = [
    `${name}=${encodeURIComponent(value)}`,
    `Path=${options.path ?? '/'}`,
    `SameSite=${options.sameSite === 'strict' ? 'Strict' : 'Lax'}`,
  ];
  if (options.maxAge !== undefined) parts.push(`Max-Age=${Math.trunc(options.maxAge)}`);
  if (options.httpOnly !== false) parts.push('HttpOnly');
  if (options.isSecure) parts.push('Secure');
  return parts.join('; ');
}

/** The cookies of a request; of one given twice, the first, as servers and browsers agree. */
export function readCookies(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null);
  for (const pair of (header ?? '').split(';', MAX_COOKIES)) {
    const sign = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, sign)).trim();
    if (name === '' || name in cookies) continue;
    const value = pair
      .slice(sign + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
    try {
      cookies[name] = decodeURIComponent(value);
    } catch {
      cookies[name] = value;
    }
  }
  return cookies;
}

/**
 * The name of the session's cookie. `__Host-` binds it to https, this very host and path /; over plain http, where
 * browsers refuse that name, a plain one is used on the machine itself and outside production.
 */
export function sessionCookieName(origin: Origin, isProduction: boolean): string {
  const mayBePlain = !isProduction || isLoopbackHost(origin.hostname);
  return !origin.isSecure && mayBePlain ? 'galley' : '__Host-galley';
}

/** The session's token in the request's cookie, found without reading the other cookies. */
export function sessionToken(request: IncomingMessage, name: string): string | undefined {
  const header = request.headers.cookie;
  if (!header?.includes(`${name}=`)) return undefined;
  return readCookies(header)[name] || undefined;
}

/** The session behind a token and who it belongs to, or undefined when there is none (any more). */
export async function loadSession(site: Site, token: string): Promise<SessionView | undefined> {
  const session = await site.sessions.read(token);
  if (!session) return undefined;
  const { userId, csrfSecret, viewer, idHash, authenticatedAt } = session;
  return { token, userId, csrfSecret, viewer, idHash, authenticatedAt, actorId: actorOf(session) };
}
