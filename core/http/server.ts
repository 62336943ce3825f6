import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import inject, { type Response as InjectedResponse, type InjectOptions } from 'light-my-request';
import type { Site } from '../kernel/site.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { addBodyParsers } from './body.ts';
import { isFromOwnPages, isSafeMethod } from './csrf.ts';
import { asGalleyError, failureReply, plainFailure, toFailure } from './errors.ts';
import { Hosts, networkOf } from './hosts.ts';
import { LagMeter } from './lag.ts';
import { preferredFormat } from './negotiation.ts';
import { Pipeline } from './pipeline.ts';
import { RateLimits } from './rate-limit.ts';
import { type PageBody, type Reply, redirect } from './reply.ts';
import { Router } from './router.ts';
import type { Area, Route } from './routes.ts';
import { securityHeaders } from './security-headers.ts';
import { sendReply } from './send.ts';
import { sessionCookieName, sessionToken } from './session.ts';
import { readTarget, type Visit } from './visit.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const MAX_HEADER_BYTES = 16 * 1024;
const NOWHERE = { path: '/', search: '', movedTo: undefined };

declare module 'fastify' {
  interface FastifyRequest {
    visit?: Visit;
  }
}

/** A request for tests, answered without a socket but by the whole server. */
export interface InjectRequest {
  method?: string;
  url: string;
  headers?: Record<string, string>;
  cookies?: Record<string, string>;
  payload?: string | Buffer | object;
  /** The address it seems to come from. */
  remoteAddress?: string;
}

/** The server: takes requests in, keeps the limits, and hands them on their way. */
export class Http {
  readonly #site: Site;
  readonly #hosts: Hosts;
  readonly #limits = new RateLimits();
  readonly #lag = new LagMeter();
  readonly #idPrefix = randomBytes(6).toString('base64url');
  readonly #isProduction: boolean;
  readonly #headers = new Map<string, ReadonlyMap<string, string>>();
  readonly #open = new Set<Visit>();
  #count = 0;
  #app: FastifyInstance | undefined;
  #server: Server | undefined;
  #onward: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  #router = new Router([]);
  #pipeline: Pipeline | undefined;
  #isClosing = false;
  #preparing: Promise<void> | undefined;

  constructor(site: Site) {
    this.#site = site;
    const { http, environment } = site.config;
    const isLocal = environment.name === 'development' || environment.name === 'test';
    this.#isProduction = !isLocal;
    this.#hosts = new Hosts({ url: http.url, hosts: http.hosts, trustProxy: http.trustProxy, allowLoopback: isLocal });
  }

  /** Requests that are being answered now. */
  get inFlight(): number {
    return this.#open.size;
  }
  /** How late the event loop is, in milliseconds. */
  get lagMs(): number {
    return this.#lag.lagMs;
  }
  /** Whether the server finishes what is in flight and takes nothing new. */
  get isClosing(): boolean {
    return this.#isClosing;
  }
  /** The limits that routes and log-in share. */
  get limits(): RateLimits {
    return this.#limits;
  }

  /** Closes the list of routes and builds what answers them. Done by `listen` and `inject`. */
  prepare(): Promise<void> {
    this.#preparing ??= this.#build();
    return this.#preparing;
  }

  /**
   * Listens on the configured address.
   * @returns the address, such as `http://127.0.0.1:8080`
   */
  async listen(options: { port?: number; host?: string } = {}): Promise<string> {
    await this.prepare();
    const { http } = this.#site.config;
    const { port = http.port, host = http.host } = options;
    await this.#app?.listen({ port, host });
    this.#lag.start();
    const bound = this.#server?.address() as AddressInfo | null | undefined;
    return `http://${host.includes(':') ? `[${host}]` : host}:${bound?.port ?? port}`;
  }

  /** Answers a request without a socket: through host check, page cache, session, guard and all. For tests. */
  async inject(request: InjectRequest): Promise<InjectedResponse> {
    await this.prepare();
    const { http } = this.#site.config;
    const authority = http.url ? new URL(http.url).host : 'localhost';
    const options: InjectOptions = {
      method: (request.method ?? 'GET') as 'GET',
      url: { pathname: '/' },
      headers: { host: authority, 'user-agent': 'inject', ...request.headers },
      cookies: request.cookies,
      payload: request.payload as object,
      remoteAddress: request.remoteAddress ?? '127.0.0.1',
    };
    return inject((raw, response) => {
      raw.url = request.url; // As it is: the library would tidy up the very things that tests are about.
      this.#handle(raw as unknown as IncomingMessage, response as unknown as ServerResponse);
    }, options);
  }

  /** Takes no new requests, finishes those in flight for as long as the settings allow, then closes all connections. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const deadline = Date.now() + this.#site.config.http.shutdownSeconds * 1000;
    const server = this.#server;
    const closed = server?.listening
      ? new Promise<void>((resolve) => server.close(() => resolve()))
      : Promise.resolve();
    while (this.#open.size > 0 && Date.now() < deadline) {
      server?.closeIdleConnections();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    server?.closeAllConnections();
    await closed;
    this.#lag.stop();
    await this.#app?.close();
  }

  async #build(): Promise<void> {
    const site = this.#site;
    const { http } = site.config;
    site.routes.seal();
    this.#router = new Router(site.routes.list());
    this.#pipeline = new Pipeline({
      site,
      router: this.#router,
      limits: { fileBytes: http.uploadLimit, fieldBytes: http.formLimit, files: 20 },
      tokenOf: (visit) => this.#token(visit),
      publicOrigin: (visit) => this.#publicOrigin(visit),
      defaultLocale: 'en',
    });
    const app = fastify({
      serverFactory: (onward) => this.#createServer(onward),
      logger: false,
      bodyLimit: http.jsonLimit,
      exposeHeadRoutes: false,
      forceCloseConnections: 'idle',
      return503OnClosing: false,
      frameworkErrors: (error, request, reply) => void this.#fail(error, request, reply),
    });
    addBodyParsers(app, { json: http.jsonLimit, form: http.formLimit });
    await app.register(multipart);
    app.decorateRequest('visit');
    app.addHook('onRequest', async (request) => {
      request.visit = visitOf(request.raw);
    });
    app.setErrorHandler((error, request, reply) => this.#fail(error, request, reply));
    app.setNotFoundHandler((request, reply) => this.#answer(request, reply));
    this.#app = app;
    await app.ready();
  }

  #createServer(onward: (request: IncomingMessage, response: ServerResponse) => void): Server {
    const { http } = this.#site.config;
    this.#onward = onward;
    const server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: http.headersTimeoutMs,
        requestTimeout: http.requestTimeoutMs,
        keepAliveTimeout: http.keepAliveTimeoutMs,
        connectionsCheckingInterval: 1000,
        insecureHTTPParser: false,
        requireHostHeader: true,
      },
      (request, response) => this.#handle(request, response),
    );
    this.#server = server;
    return server;
  }

  /** The first thing that every request meets. Never throws. */
  #handle(raw: IncomingMessage, response: ServerResponse): void {
    const visit: Visit = {
      id: `${this.#idPrefix}-${(++this.#count).toString(36)}`,
      startedAt: performance.now(),
      method: raw.method ?? 'GET',
      raw,
      response,
      origin: { hostname: '', host: '', isSecure: false, address: raw.socket.remoteAddress ?? '' },
      target: NOWHERE,
      match: { kind: 'none' },
      cache: 'none',
      userId: null,
      bytes: 0,
    };
    this.#open.add(visit);
    response.once('close', () => this.#closed(visit));
    try {
      const early = this.#admit(visit);
      if (early) void this.#send(visit, early);
      else {
        setVisit(raw, visit);
        this.#onward?.(raw, response);
      }
    } catch (error) {
      void this.#refuse(visit, error);
    }
  }

  /** Decides what needs no session, plugin or store. Throws refusals, returns redirects. */
  #admit(visit: Visit): Reply | undefined {
    const { raw, method } = visit;
    const { http } = this.#site.config;
    if (!METHODS.includes(method)) {
      throw new GalleyError('GALLEY_METHOD_NOT_ALLOWED', `${method} is not answered.`, { details: { allow: METHODS } });
    }
    visit.origin = this.#hosts.read(raw);
    visit.target = readTarget(raw.url ?? '/');
    const { hostname, isSecure } = visit.origin;
    const { path, movedTo } = visit.target;
    if (path !== '/health/live' && !this.#hosts.isKnown(hostname))
      throw new GalleyError('GALLEY_HOST_UNKNOWN', 'This site does not answer to that name.');
    if (movedTo !== undefined) return redirect(movedTo, method === 'GET' || method === 'HEAD' ? 301 : 308);
    visit.match = this.#router.match(method, path, hostname);
    const area = areaOf(visit);
    if (http.forceHttps && !isSecure && !path.startsWith('/health/')) {
      if (area === 'api' || !isSafeMethod(method)) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Use https.');
      return redirect(
        `${this.#hosts.publicOrigin ?? `https://${hostname}`}${raw.url ?? path}`.replace(/^http:/, 'https:'),
        308,
        { external: true },
      );
    }
    this.#checkOrigin(visit);
    this.#limit(visit);
    return undefined;
  }

  #checkOrigin(visit: Visit): void {
    if (isSafeMethod(visit.method)) return;
    if (visit.match.kind === 'route' && visit.match.route.csrf === 'signed') return;
    const { host, isSecure } = visit.origin;
    const origins = [`${isSecure ? 'https' : 'http'}://${host}`, this.#hosts.publicOrigin ?? ''];
    if (isFromOwnPages(visit.raw.headers, this.#token(visit) !== undefined, origins)) return;
    throw new GalleyError('GALLEY_CSRF_REFUSED', 'This request does not come from a page of this site.');
  }

  #limit(visit: Visit): void {
    const { rateLimit, maxLagMs } = this.#site.config.http;
    const { path } = visit.target;
    if (path.startsWith('/health/')) return;
    if (maxLagMs > 0 && this.#lag.lagMs > maxLagMs)
      throw new GalleyError('GALLEY_SITE_BUSY', 'The site has more to do than it can.');
    const network = networkOf(visit.origin.address);
    if (rateLimit > 0) this.#limits.need(`all|${network}`, { max: rateLimit, seconds: 60 });
    if (visit.match.kind !== 'route' || !visit.match.route.rateLimit) return;
    const { route } = visit.match;
    if (route.rateLimit) this.#limits.need(`${route.method} ${route.path}|${network}`, route.rateLimit);
  }

  async #answer(request: FastifyRequest, fastifyReply: FastifyReply): Promise<void> {
    const visit = request.visit;
    fastifyReply.hijack();
    if (!visit || !this.#pipeline) return;
    try {
      await this.#site.hooks.isolate(async () =>
        this.#send(visit, (await this.#pipeline?.answer(visit, request)) as Reply),
      );
    } catch (error) {
      await this.#refuse(visit, error);
    }
  }

  async #fail(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const visit = visitOf(request.raw);
    reply.hijack();
    if (visit) await this.#refuse(visit, error);
  }

  /** Ends a request with an error: logged, told to whoever listens, and shown in the form that was asked for. */
  async #refuse(visit: Visit, thrown: unknown): Promise<void> {
    const site = this.#site;
    const error = asGalleyError(thrown);
    const route = visit.match.kind === 'route' ? visit.match.route : undefined;
    const {
      id,
      method,
      target: { path },
    } = visit;
    if (error.status >= 500)
      site.log.error({ err: error, request: id, owner: route?.owner ?? 'core', method, path }, 'a request failed');
    await site.hooks.doAction('request:failed', {
      error,
      id,
      method,
      path,
      address: visit.origin.address,
      userId: visit.userId,
      owner: route?.owner ?? 'core',
    });
    const failure = toFailure(error, id);
    const login = this.#loginPage(visit, error);
    if (login) return this.#send(visit, login);
    const area = error.status === 421 ? 'admin' : areaOf(visit);
    await this.#send(visit, failureReply(site, failure, { format: preferredFormat(visit.raw.headers), area }));
  }

  #loginPage(visit: Visit, error: GalleyError): Reply | undefined {
    if (error.code !== 'GALLEY_LOGIN_REQUIRED' || !this.#site.routes.has('login')) return undefined;
    if (areaOf(visit) === 'api' || preferredFormat(visit.raw.headers) !== 'html') return undefined;
    const { back } = (error.details ?? {}) as { back?: string };
    const url = this.#site.routes.url('login');
    return redirect(back ? `${url}?redirect_to=${encodeURIComponent(back)}` : url);
  }

  /** Renders what is still to be rendered, adds the headers of the house, and sends. */
  async #send(visit: Visit, reply: Reply): Promise<void> {
    const area = areaOf(visit);
    try {
      await this.#resolve(visit, reply, area);
      await sendReply(visit, reply, this.#headersFor(visit, area));
    } catch (error) {
      this.#site.log.error({ err: error, request: visit.id }, 'a reply could not be sent');
      const failure = toFailure(error, visit.id);
      await sendReply(visit, plainFailure(failure), this.#headersFor(visit, area)).catch(() =>
        visit.response.destroy(),
      );
    }
  }

  async #resolve(visit: Visit, reply: Reply, area: Area): Promise<void> {
    if (reply.body instanceof GalleyError) {
      const made = failureReply(this.#site, toFailure(reply.body, visit.id), {
        format: preferredFormat(visit.raw.headers),
        area,
      });
      reply.body = made.body;
      for (const [name, value] of made.headers) if (!reply.headers.has(name)) reply.headers.set(name, value);
    }
    if (isPage(reply.body)) reply.body = await this.#render(visit, reply, reply.body);
  }

  async #render(visit: Visit, reply: Reply, { templates, view }: PageBody): Promise<string> {
    try {
      return await (this.#site as unknown as ThemedSite).render([...templates], view);
    } catch (error) {
      if (reply.status < 400) throw error;
      this.#site.log.warn({ request: visit.id, reason: messageOf(error) }, 'the theme could not show an error page');
      const failure = toFailure(new GalleyError('GALLEY_INTERNAL', '', { status: reply.status }), visit.id);
      return String(plainFailure(failure).body);
    }
  }

  #headersFor(visit: Visit, area: Area): ReadonlyMap<string, string> {
    const { isSecure } = visit.origin;
    const key = `${area}|${isSecure}`;
    let headers = this.#headers.get(key);
    if (!headers) {
      headers = securityHeaders(this.#site.csp, area, isSecure ? this.#site.config.http.hstsSeconds : 0);
      this.#headers.set(key, headers);
    }
    if (!this.#isClosing) return headers;
    return new Map([...headers, ['connection', 'close']]);
  }

  #token(visit: Visit): string | undefined {
    return sessionToken(visit.raw, sessionCookieName(visit.origin, this.#isProduction));
  }

  #publicOrigin({ origin }: Visit): string {
    return this.#hosts.publicOrigin ?? `${origin.isSecure ? 'https' : 'http'}://${origin.host}`;
  }

  #closed(visit: Visit): void {
    this.#open.delete(visit);
    if (!this.#site.config.http.accessLog) return;
    const { id, method, origin, target, match, response, startedAt, cache, userId, bytes } = visit;
    this.#site.log.info(
      {
        stream: 'access',
        request: id,
        method,
        path: target.path,
        status: response.statusCode,
        ms: Math.round((performance.now() - startedAt) * 100) / 100,
        bytes,
        address: origin.address,
        route: match.kind === 'route' ? (match.route.name ?? match.route.path) : undefined,
        user: userId ?? undefined,
        cache,
      },
      'request',
    );
  }
}

interface ThemedSite {
  render(templates: string[], view: object): Promise<string>;
}

const VISIT = Symbol('visit');

function setVisit(raw: IncomingMessage, visit: Visit): void {
  (raw as IncomingMessage & { [VISIT]?: Visit })[VISIT] = visit;
}

function visitOf(raw: IncomingMessage): Visit | undefined {
  return (raw as IncomingMessage & { [VISIT]?: Visit })[VISIT];
}

function isPage(body: Reply['body']): body is PageBody {
  return typeof body === 'object' && body !== null && 'templates' in body;
}

function areaOf({ match, target }: Visit): Area {
  if (match.kind === 'route') return match.route.area;
  const head = target.path.split('/')[1];
  return head === 'admin' ? 'admin' : head === 'api' || head === 'wp-json' ? 'api' : 'public';
}

/** The routes that a site's plugins add need the part before the server itself is there. */
export type { Route };

declare module '../kernel/site.ts' {
  interface Site {
    /** The server. */
    readonly http: Http;
  }
}
