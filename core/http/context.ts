import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { ANONYMOUS, type Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { makeCsrfToken } from './csrf.ts';
import { preferredFormat, preferredLanguage } from './negotiation.ts';
import type { PathParams } from './pattern.ts';
import type { Route } from './routes.ts';
import { type CookieOptions, cookieText, readCookies, type SessionView } from './session.ts';
import type { Upload } from './uploads.ts';
import { encodePath, type Visit } from './visit.ts';

/** Says scripts of the site that somebody is logged in, and nothing more. Nothing on the server trusts it. */
const HINT_COOKIE = 'galley-here';

/** What a context is made from. */
export interface ContextParts {
  site: Site;
  visit: Visit;
  route: Route | undefined;
  params: unknown;
  query: unknown;
  body: unknown;
  session: SessionView | null;
  /** Reads the uploaded files; only where the body is multipart. */
  readFiles: () => Promise<Upload[]>;
  publicOrigin: string;
  /** Name of the session's cookie. */
  sessionCookie: string;
  locale: string;
  signal: AbortSignal;
}

/** A request as its handler sees it. */
export class Context<Params = PathParams, Query = Record<string, unknown>, Body = unknown> {
  readonly #parts: ContextParts;
  readonly #tags = new Set<string>();
  readonly #cookies: string[] = [];
  #locale: string | undefined;
  #isPrivate = false;

  constructor(parts: ContextParts) {
    this.#parts = parts;
  }

  /** Whether the page is made for everybody and kept: nothing of the one who asks can be read. */
  get isFrozen(): boolean {
    return false;
  }
  /** Says that the page is for this visitor only. A page that was to be kept for all is then made again, for him. */
  forVisitor(): void {
    this.#isPrivate = true;
  }
  /** Whether the reply is for this visitor only. */
  get isPrivate(): boolean {
    return this.#isPrivate || this.#cookies.length > 0 || this.session !== null;
  }
  get site(): Site {
    return this.#parts.site;
  }
  /** Names the request in logs and on error pages. */
  get id(): string {
    return this.#parts.visit.id;
  }
  get method(): string {
    return this.#parts.visit.method;
  }
  /** Decoded path. */
  get path(): string {
    return this.#parts.visit.target.path;
  }
  /** Path and query as they stand in an address. */
  get url(): string {
    return encodePath(this.path) + this.#parts.visit.target.search;
  }
  /** `https://example.org`: what absolute links to the site begin with. */
  get origin(): string {
    return this.#parts.publicOrigin;
  }
  /** The name that the request asks for, without port. */
  get host(): string {
    return this.#parts.visit.origin.hostname;
  }
  /** The route, or undefined in a fallback. */
  get route(): Route | undefined {
    return this.#parts.route;
  }
  get params(): Params {
    return this.#parts.params as Params;
  }
  get query(): Query {
    return this.#parts.query as Query;
  }
  /** The validated body: of a form or of JSON. Undefined for uploads that the handler reads as a stream. */
  get body(): Body {
    return this.#parts.body as Body;
  }
  /** Whoever asks. */
  get viewer(): Viewer {
    return this.#parts.session?.viewer ?? ANONYMOUS;
  }
  get session(): SessionView | null {
    return this.#parts.session;
  }
  get headers(): IncomingHttpHeaders {
    return this.#parts.visit.raw.headers;
  }
  get cookies(): Readonly<Record<string, string>> {
    return readCookies(this.headers.cookie);
  }
  /** The visitor's address, believed only from known proxies. */
  get address(): string {
    return this.#parts.visit.origin.address;
  }
  get userAgent(): string {
    return (this.headers['user-agent'] ?? '').slice(0, 512);
  }
  /** Whether it came by https. */
  get isSecure(): boolean {
    return this.#parts.visit.origin.isSecure;
  }
  /** Whether a script of a page asks rather than a visitor who follows a link. */
  get isAjax(): boolean {
    const mode = this.headers['sec-fetch-mode'];
    return (
      this.headers['x-requested-with'] === 'XMLHttpRequest' ||
      (mode !== undefined && mode !== 'navigate' && mode !== 'no-cors')
    );
  }
  /** Whether the answer should be JSON. */
  get isJson(): boolean {
    return this.route?.area === 'api' || preferredFormat(this.headers) === 'json';
  }
  /** Language of the page: the route's, else the site's own. */
  get locale(): string {
    return this.#locale ?? this.#parts.locale;
  }
  set locale(tag: string) {
    this.#locale = tag;
  }
  /** Aborts when the visitor has gone or the time is up. */
  get signal(): AbortSignal {
    return this.#parts.signal;
  }
  /** A log whose lines carry the request's id. */
  get log(): Logger {
    return this.site.log.child({ request: this.id });
  }

  /** The best of `languages` for this visitor. Only on pages that are not cached. */
  language(languages: readonly string[]): string {
    return preferredLanguage(this.headers['accept-language'], languages);
  }
  /** The uploaded files, each in a temporary file that is removed after the reply. */
  files(): Promise<Upload[]> {
    return this.#parts.readFiles();
  }
  /** The body as it comes, for routes with `accepts`. */
  stream(): Readable {
    return this.#parts.visit.raw;
  }
  /** Names what the page was made of: it is made anew when one of these changes. */
  tag(...tags: string[]): void {
    for (const tag of tags) this.#tags.add(tag);
  }
  get tags(): readonly string[] {
    return [...this.#tags];
  }
  /**
   * The token that forms of this session carry in `_token` and scripts in `x-csrf-token`; empty for anonymous visitors,
   * whose forms need none.
   */
  csrfToken(): string {
    return this.session ? makeCsrfToken(this.session.csrfSecret) : '';
  }
  /** Gives the browser the session that `site.login` or `site.sessions` made, in place of the one it had. */
  beginSession({ token, expiresAt }: { token: string; expiresAt: number }): void {
    const maxAge = (expiresAt - Date.now()) / 1000;
    this.setCookie(this.#parts.sessionCookie, token, { maxAge });
    this.setCookie(HINT_COOKIE, '1', { maxAge, httpOnly: false });
  }
  /** Takes the session's cookie away. The session itself ends by `site.sessions.destroy`. */
  endSession(): void {
    this.setCookie(this.#parts.sessionCookie, '', { maxAge: 0 });
    this.setCookie(HINT_COOKIE, '', { maxAge: 0, httpOnly: false });
  }
  /** Sends a cookie with the reply. */
  setCookie(name: string, value: string, options: CookieOptions = {}): void {
    this.#cookies.push(cookieText(name, value, { ...options, isSecure: this.isSecure }));
  }
  /** The Set-Cookie headers so far. */
  get setCookies(): readonly string[] {
    return this.#cookies;
  }
}

/** A page turned out to depend on who asks while it was made for everybody. */
export class NotForAll extends Error {}

function absent(what: string): never {
  throw new GalleyError(
    'GALLEY_INTERNAL',
    `A cached page read ${what}, which does not exist for it: it is the same for all visitors. Take "cache" from the route, or do without.`,
  );
}

/**
 * The context of a page that is kept for everybody: path, parameters, allowed query and locale. What differs from one
 * visitor to the next is not there; reading it is a mistake that shows at once.
 */
export class FrozenContext extends Context {
  override get isFrozen(): boolean {
    return true;
  }
  override forVisitor(): never {
    throw new NotForAll();
  }
  override get session(): null {
    return null;
  }
  override get viewer(): Viewer {
    return ANONYMOUS;
  }
  override get method(): string {
    return 'GET';
  }
  override get isJson(): boolean {
    return this.route?.area === 'api';
  }
  override get isAjax(): boolean {
    return absent('isAjax');
  }
  override get url(): string {
    return absent('url (use path and query)');
  }
  override get headers(): never {
    return absent('headers');
  }
  override get cookies(): never {
    return absent('cookies');
  }
  override get address(): never {
    return absent('the address');
  }
  override get userAgent(): never {
    return absent('the browser');
  }
  override get body(): never {
    return absent('a body');
  }
  override get signal(): AbortSignal {
    return new AbortController().signal; // The page is made for all who wait for it, not for one who may leave.
  }
  override files(): never {
    return absent('files');
  }
  override stream(): never {
    return absent('a body');
  }
  override csrfToken(): never {
    return absent('a form token');
  }
  override setCookie(): never {
    return absent('cookies (to set one)');
  }
}
