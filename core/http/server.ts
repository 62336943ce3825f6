import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Response as InjectedResponse } from 'light-my-request';
import { isProfiled, Profile } from '../kernel/profile.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { logAccess, logsAccess } from './access-log.ts';
import { Assets } from './assets.ts';
import { BodyReader } from './body.ts';
import { FastLane, type LaneHit } from './fast-lane.ts';
import { Gate, METHODS } from './gate.ts';
import { askAddress, type InjectRequest, injectRequest, type Onward } from './inject.ts';
import { LagMeter } from './lag.ts';
import { Pipeline } from './pipeline.ts';
import { RateLimits } from './rate-limit.ts';
import { Responder } from './responder.ts';
import { Router } from './router.ts';
import { endSlowReaders } from './slow-readers.ts';
import { MAX_URL, openVisit, type Visit } from './visit.ts';
import { asksForSocket } from './web-sockets.ts';

const MAX_HEADER_BYTES = 16 * 1024;
const DRAIN_STEP_MS = 20;
/** How long an idle connection may ask once more while the server closes, in milliseconds. */
const IDLE_GRACE_MS = 500;

const hasConnections = (server: Server): Promise<boolean> =>
  new Promise((resolve) => server.getConnections((error, count) => resolve(!error && count > 0)));

/** The server: takes requests in, leads them on their way, and closes without cutting anybody off. */
export class Http {
  readonly #site: Site;
  readonly #lag = new LagMeter();
  readonly #gate: Gate;
  readonly #responder: Responder;
  readonly #assets: Assets;
  readonly #idPrefix = randomBytes(6).toString('base64url');
  readonly #visits = new Map<IncomingMessage, Visit>();
  /** Pages of the cache on their way out, of which nothing else is known. */
  readonly #sending = new Set<ServerResponse>();
  /** Requests that the site makes of itself. */
  readonly #own = new WeakSet<IncomingMessage>();
  /** Token buckets that routes and log-in share. */
  readonly limits: RateLimits;
  #count = 0;
  #app: FastifyInstance | undefined;
  #server: Server | undefined;
  #onward: Onward | undefined;
  #router = new Router([]);
  #pipeline: Pipeline | undefined;
  #lane: FastLane | undefined;
  #preparing: Promise<void> | undefined;

  /** One function for all, told by the response that it is called on. */
  readonly #sent: (this: ServerResponse) => void;

  constructor(site: Site) {
    this.#site = site;
    this.limits = new RateLimits(Date.now, () => (site as Partial<Site>).cache?.shared);
    const sending = this.#sending;
    this.#sent = function (this: ServerResponse): void {
      sending.delete(this);
    };
    this.#gate = new Gate(site, this.limits, this.#lag);
    this.#responder = new Responder(site);
    this.#assets = new Assets(site);
  }

  /** Requests that are being answered now. */
  get inFlight(): number {
    return this.#visits.size + this.#sending.size;
  }

  /** How late the event loop is, in milliseconds. */
  get lagMs(): number {
    return this.#lag.lagMs;
  }

  /** Whether the server finishes what is in flight and takes nothing new. */
  get isClosing(): boolean {
    return this.#responder.isClosing;
  }

  /** Closes the list of routes and builds what answers them. `listen` and `inject` do it where it is still to be done. */
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
    void this.#responder.unavailable.start();
    const bound = this.#server?.address() as AddressInfo | null | undefined;
    return `http://${host.includes(':') ? `[${host}]` : host}:${bound?.port ?? port}`;
  }

  /** Answers a request without a socket, but by all that stands between a socket and a handler. For tests. */
  async inject(request: InjectRequest): Promise<InjectedResponse> {
    await this.prepare();
    return injectRequest((raw, response) => this.#handle(raw, response), request, this.#site.config.http.url);
  }

  /**
   * Asks for an address of the site as a visitor would who brings nothing, past limits and log.
   * @param address with origin, such as `https://example.org/about/`, or a path
   * @param headers what he brings all the same
   * @returns the status of the answer
   */
  async ask(address: string, headers?: Record<string, string>): Promise<number> {
    await this.prepare();
    const handle: Onward = (raw, response) => {
      this.#own.add(raw);
      this.#handle(raw, response);
    };
    return askAddress(handle, new URL(address, this.#site.config.http.url || 'http://localhost'), headers);
  }

  /**
   * Makes a page once more, past the page cache, and says what it cost, by plugin.
   * @param address with origin, or a path
   * @param options.headers what the one who asks brings: his cookie, where the page is to be his
   * @param options.hook the hook whose values are kept before and after each listener
   */
  async profile(
    address: string,
    options: { headers?: Record<string, string>; hook?: string } = {},
  ): Promise<{ status: number; profile: Profile }> {
    await this.prepare();
    const profile = new Profile(options.hook);
    return { status: await profile.run(() => this.ask(address, options.headers)), profile };
  }

  /** Takes no new requests, finishes those in flight for as long as the settings allow, then closes all connections. */
  async close(): Promise<void> {
    this.#responder.isClosing = true;
    await Promise.all([this.#responder.sockets.close(), this.#server?.listening && this.#drain(this.#server)]);
    this.#lag.stop();
    this.#responder.unavailable.stop();
    await this.#app?.close();
  }

  /** Lets connections go one by one: each with its next answer, the idle ones when they had time to ask for one. */
  async #drain(server: Server): Promise<void> {
    const started = Date.now();
    const deadline = started + this.#site.config.http.shutdownSeconds * 1000;
    // The close of net.Server ends listening only; that of http.Server would cut off who is about to ask.
    const closed = new Promise((resolve) => server.once('close', resolve));
    NetServer.prototype.close.call(server);
    while (await hasConnections(server)) {
      const now = Date.now();
      if (now > deadline) break;
      if (now > started + IDLE_GRACE_MS && this.inFlight === 0) server.closeIdleConnections();
      await new Promise((resolve) => setTimeout(resolve, DRAIN_STEP_MS));
    }
    server.closeAllConnections();
    this.#responder.sockets.destroy();
    await closed;
  }

  async #build(): Promise<void> {
    const [site, { http }] = [this.#site, this.#site.config];
    site.routes.seal();
    this.#router = new Router(site.routes.list());
    if ('pages' in site && site.config.cache.pages) this.#lane = new FastLane(site.pages, http.trustProxy.length > 0);
    // Fastify reads bodies within limits; which route a request goes to is known before it comes here.
    const app = fastify({
      serverFactory: (onward) => this.#createServer(onward),
      logger: false,
      bodyLimit: http.jsonLimit,
      routerOptions: { maxParamLength: MAX_URL },
      exposeHeadRoutes: false,
      forceCloseConnections: 'idle',
      return503OnClosing: false,
      frameworkErrors: (error, request, reply) => void this.#fail(error, request, reply),
    });
    const [router, gate, responder, lane] = [this.#router, this.#gate, this.#responder, this.#lane];
    const bodies = new BodyReader(app);
    this.#pipeline = new Pipeline({ site, router, gate, responder, lane, bodies });
    await app.register(multipart);
    app.setErrorHandler((error, request, reply) => this.#fail(error, request, reply));
    app.setNotFoundHandler((request, reply) => this.#answer(request, reply));
    app.route({ method: [...METHODS], url: '/*', handler: (request, reply) => this.#answer(request, reply) });
    await app.ready();
    this.#app = app;
  }

  #createServer(onward: Onward): Server {
    const [{ sockets }, { http }] = [this.#responder, this.#site.config];
    const options = {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: Math.min(http.headersTimeoutMs, http.requestTimeoutMs),
      requestTimeout: http.requestTimeoutMs,
      keepAliveTimeout: http.keepAliveTimeoutMs,
      connectionsCheckingInterval: 1000,
      requireHostHeader: true,
      shouldUpgradeCallback: asksForSocket,
    };
    this.#onward = onward;
    this.#server = createServer(options, (request, response) => this.#handle(request, response));
    this.#server.on('upgrade', (raw, socket, head) => this.#handle(raw, sockets.receive(raw, socket, head)));
    return endSlowReaders(this.#server, http.sendTimeoutMs);
  }

  /** The first thing that every request meets. Never throws. */
  #handle(raw: IncomingMessage, response: ServerResponse): void {
    const hit = this.isClosing || isProfiled() ? undefined : this.#lane?.find(raw);
    if (hit) {
      this.#sendKnown(hit, raw, response);
      return;
    }
    const visit = this.#open(raw, response);
    this.#enter(visit).catch((error: unknown) => this.#responder.refuse(visit, error));
  }

  #open(raw: IncomingMessage, response: ServerResponse): Visit {
    const visit = openVisit(`${this.#idPrefix}-${(++this.#count).toString(36)}`, raw, response);
    this.#visits.set(raw, visit);
    const done = (): void => {
      if (this.#visits.delete(raw) && !this.#own.has(raw)) logAccess(this.#site, visit);
    };
    response.once('finish', done).once('close', done);
    return visit;
  }

  /** Sends a page for which nothing else is asked; a record of the visit is made only where it is written down. */
  #sendKnown({ reply, door }: LaneHit, raw: IncomingMessage, response: ServerResponse): void {
    if (logsAccess(this.#site)) {
      const { target, match } = door;
      const facts = { origin: this.#gate.originOf(raw), target, match, cache: 'hit' as const };
      Object.assign(this.#open(raw, response), facts, { bytes: reply.body?.length ?? 0 });
    } else {
      this.#sending.add(response);
      response.on('finish', this.#sent).on('close', this.#sent);
    }
    this.#site.pages.send(reply, response);
  }

  async #enter(visit: Visit): Promise<void> {
    const early = this.#gate.admit(visit, this.#router) ?? (await this.#assets.answer(visit));
    if (early) return this.#responder.send(visit, early);
    if (this.#pipeline?.door.send(visit)) return;
    // Who waited may have it from the cache now.
    if (!this.#own.has(visit.raw) && (await this.#gate.enter(visit)) && this.#pipeline?.door.send(visit)) return;
    this.#onward?.(visit.raw, visit.response);
  }

  async #answer(request: FastifyRequest, fastifyReply: FastifyReply): Promise<void> {
    const visit = this.#visits.get(request.raw);
    const pipeline = this.#pipeline;
    fastifyReply.hijack();
    if (!visit || !pipeline) return;
    let deadline: NodeJS.Timeout | undefined;
    const watch = (): void => {
      const end = (): void => (visit.isReceiving ? watch() : this.#giveUp(visit));
      deadline = setTimeout(end, this.#site.config.http.requestTimeoutMs);
    };
    watch();
    // Nobody waits for it any more; a handler without an end would hold a process that has closed.
    visit.response.once('close', () => clearTimeout(deadline));
    try {
      const made = await this.#site.hooks.isolate(() => pipeline.answer(visit, request));
      clearTimeout(deadline);
      if (made) await this.#responder.send(visit, made);
    } catch (error) {
      clearTimeout(deadline);
      await this.#responder.refuse(visit, error);
    }
  }

  /** A handler that takes too long: the visitor is told, and whoever listens to the signal stops. */
  #giveUp(visit: Visit): void {
    visit.abort?.abort();
    void this.#responder.refuse(visit, new GalleyError('GALLEY_SITE_BUSY', 'A handler took too long.'));
  }

  async #fail(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const visit = this.#visits.get(request.raw);
    reply.hijack();
    if (visit) await this.#responder.refuse(visit, error);
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** The server. */
    readonly http: Http;
  }
}
