import type { WebSocket } from 'ws';
import type { Site } from '../kernel/site.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';
import type { RenderOptions } from '../theme/render.ts';
import { ErrorPages } from './error-pages.ts';
import {
  asGalleyError,
  type Failure,
  failureReply,
  plainFailure,
  type Shown,
  toFailure,
  translateFailure,
} from './errors.ts';
import { isOverload } from './gate.ts';
import { preferredFormat } from './negotiation.ts';
import { isPage, type PageBody, type Reply, redirect, SocketBody } from './reply.ts';
import { securityHeaders } from './security-headers.ts';
import { sendReply } from './send.ts';
import { UnavailablePages } from './unavailable-pages.ts';
import { areaOf, type Visit } from './visit.ts';
import { WebSockets } from './web-sockets.ts';

const TELL_MS = 10_000;
/** The code of a socket whose handler failed. RFC 6455, section 7.4.1. */
const FAILED = 1011;

/** Brings replies to the wire: renders pages, shows errors, adds the headers of the house. */
export class Responder {
  readonly #site: Site;
  readonly #errorPages: ErrorPages;
  readonly #headers = new Map<string, ReadonlyMap<string, string>>();
  /** Connections that go on in both directions. */
  readonly sockets = new WebSockets();
  /** Pages that are sent when there is no time to make any. */
  readonly unavailable: UnavailablePages;
  /** Set while the server closes: every reply then ends its connection. */
  isClosing = false;
  #turnedAway = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(site: Site) {
    this.#site = site;
    this.unavailable = new UnavailablePages(site);
    this.#errorPages = new ErrorPages(site);
  }

  /** Finishes a reply and sends it. Never rejects. */
  async send(visit: Visit, reply: Reply): Promise<void> {
    try {
      await this.finish(visit, reply);
      if (reply.body instanceof SocketBody) return this.#openSocket(visit, reply.body);
    } catch (error) {
      await this.refuse(visit, error);
      return;
    }
    await this.write(visit, reply);
  }

  /** Goes on as a WebSocket, in the name of who answers; what fails there closes the socket. */
  #openSocket(visit: Visit, { open, maxBytes }: SocketBody): void {
    if (this.isClosing) throw new GalleyError('GALLEY_SITE_BUSY', 'The site is about to start anew. Connect again.');
    const owner = visit.match.kind === 'route' ? visit.match.route.owner : 'core';
    const begin = (socket: WebSocket): void => {
      try {
        this.#site.hooks.runAs(owner, 'socket', () => open(socket));
      } catch (error) {
        this.#tell(visit, asGalleyError(error));
        socket.close(FAILED);
      }
    };
    this.sockets.open(visit.raw, visit.response, new SocketBody(begin, maxBytes));
  }

  /** Renders what is still to be rendered, so that the body is text, bytes or a stream. */
  async finish(visit: Visit, reply: Reply, options: RenderOptions = {}): Promise<Reply> {
    if (reply.body instanceof GalleyError) {
      const shown = shownTo(visit);
      const made = failureReply(this.#site, await this.#failure(visit, reply.body, shown), shown);
      reply.body = made.body;
      for (const [name, value] of made.headers) if (!reply.headers.has(name)) reply.headers.set(name, value);
    }
    if (isPage(reply.body)) reply.body = await this.#render(visit, reply.status, reply.body, options);
    return reply;
  }

  /** The error page for everybody: it names no request. */
  async failureForAll(visit: Visit, error: GalleyError, options: RenderOptions): Promise<Reply> {
    const failure = { ...toFailure(error, ''), headers: {} };
    return this.finish(visit, failureReply(this.#site, failure, { format: 'html', area: areaOf(visit) }), options);
  }

  /** Sends a finished reply. Never rejects. */
  async write(visit: Visit, reply: Reply): Promise<void> {
    try {
      await sendReply(visit, reply, this.headersFor(visit));
    } catch (error) {
      this.#site.log.error({ err: error, request: visit.id }, 'a reply could not be sent');
      visit.response.destroy();
    }
  }

  /** Ends a request with an error: logged, told to whoever listens, and shown in the form that was asked for. */
  async refuse(visit: Visit, thrown: unknown): Promise<void> {
    const error = asGalleyError(thrown);
    if (isOverload(error)) this.#countRefusal();
    else this.#tell(visit, error);
    const shown = shownTo(visit);
    const failure = await this.#failure(visit, error, shown);
    const ahead = shown.area === 'public' && shown.format === 'html' ? this.unavailable.find(failure) : undefined;
    const reply = ahead ?? this.#loginPage(error, shown) ?? failureReply(this.#site, failure, shown);
    if (isPage(reply.body)) reply.body = await this.#render(visit, reply.status, reply.body, {});
    await this.write(visit, reply);
  }

  /** What is told of an error, in the language of whoever reads it; there is no time for that when many are turned away. */
  async #failure(visit: Visit, error: GalleyError, { format, area }: Shown): Promise<Failure> {
    const failure = toFailure(error, visit.id);
    const { errorWords } = this.#site as Partial<Site>;
    if (!errorWords || isOverload(error) || (area === 'public' && format === 'html')) return failure;
    try {
      const words = await errorWords(visit, error.status);
      return words ? translateFailure(failure, words) : failure;
    } catch (reason) {
      // The error itself matters more than its language.
      this.#site.log.warn({ request: visit.id, reason: messageOf(reason) }, 'an error could not be translated');
      return failure;
    }
  }

  /** The headers that every answer carries. */
  headersFor(visit: Visit): ReadonlyMap<string, string> {
    const key = `${areaOf(visit)}|${visit.origin.isSecure}`;
    let headers = this.#headers.get(key);
    if (!headers) {
      const { hstsSeconds } = this.#site.config.http;
      headers = securityHeaders(this.#site.csp, areaOf(visit), visit.origin.isSecure ? hstsSeconds : 0);
      this.#headers.set(key, headers);
    }
    return this.isClosing ? new Map([...headers, ['connection', 'close']]) : headers;
  }

  /** Those that are turned away are told of together: there is no time for each. */
  #countRefusal(): void {
    this.#turnedAway += 1;
    const now = performance.now();
    if (now - this.#toldAt < TELL_MS) return;
    this.#site.log.warn({ requests: this.#turnedAway }, 'requests were turned away: more was asked than can be done');
    [this.#turnedAway, this.#toldAt] = [0, now];
  }

  #tell(visit: Visit, error: GalleyError): void {
    const { id, method, userId, origin, match } = visit;
    const { path } = visit.target;
    const owner = match.kind === 'route' ? match.route.owner : (visit.owner ?? 'core');
    if (error.status >= 500) {
      this.#site.log.error({ err: error, request: id, owner, method, path }, 'a request failed');
      const where = match.kind === 'route' ? `route ${match.route.method} ${match.route.path}` : 'fallback';
      (this.#site as Partial<Site>).plugins?.fault(owner, where, error.cause ?? error);
    }
    const failure = { error, id, method, path, address: origin.address, userId, owner };
    void this.#site.hooks.doAction('request:failed', failure);
  }

  #loginPage(error: GalleyError, shown: Shown): Reply | undefined {
    if (error.code !== 'GALLEY_LOGIN_REQUIRED' || shown.area === 'api' || shown.format !== 'html') return undefined;
    if (!this.#site.routes.has('login')) return undefined;
    const { back } = (error.details ?? {}) as { back?: string };
    const url = this.#site.routes.url('login');
    const target = back ? `${url}?redirect_to=${encodeURIComponent(back)}` : url;
    return redirect(target).header('cache-control', 'no-store');
  }

  async #render(visit: Visit, status: number, body: PageBody, options: RenderOptions): Promise<string> {
    try {
      const { templates, view } = body;
      const render = (): Promise<string> => this.#site.render(templates, view, options);
      if (visit.preview) return await this.#site.themes.previews.during(visit.preview, render);
      return await (status < 400 ? render() : this.#errorPages.render(body, options));
    } catch (error) {
      if (status < 400) throw error;
      // An error page that cannot be rendered must not hide the error that it tells of.
      this.#site.log.warn({ request: visit.id, reason: messageOf(error) }, 'the theme could not show an error page');
      const shown = new GalleyError('GALLEY_INTERNAL', 'Something went wrong.', { status });
      return String(plainFailure(toFailure(shown, visit.id)).body);
    }
  }
}

/** How an error is shown to whoever asked. */
function shownTo(visit: Visit): Shown {
  const { headers } = visit.raw;
  return { format: preferredFormat(headers), area: areaOf(visit), cookie: headers.cookie };
}
