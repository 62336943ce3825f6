import type { IncomingMessage } from 'node:http';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { isFromOwnPages, isSafeMethod } from './csrf.ts';
import { Hosts, networkOf, type Origin } from './hosts.ts';
import type { LagMeter } from './lag.ts';
import type { RateLimits } from './rate-limit.ts';
import { type Reply, redirect } from './reply.ts';
import type { Router } from './router.ts';
import { type SessionView, sessionCookieName, sessionToken } from './session.ts';
import { areaOf, readTarget, type Visit } from './visit.ts';
import { WaitingRoom } from './waiting-room.ts';
import { asksForSocket } from './web-sockets.ts';

/** Methods that are answered somewhere. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** How much longer than other requests of people who are logged in their saves are taken. */
const SAVES_WAIT = 2;

/** How an error says that nothing was done for a request. */
const OVERLOAD = { overload: true } as const;

const busy = (): GalleyError =>
  new GalleyError('GALLEY_SITE_BUSY', 'The site has more to do than it can.', { details: OVERLOAD });

/** Whether a request was turned away because there is too much to do. */
export const isOverload = ({ details }: GalleyError): boolean => details === OVERLOAD;

/** Addresses that operators and load balancers ask all the time, also by other names and while the site is busy. */
function isHealth(path: string): boolean {
  return path.startsWith('/health/');
}

/** Where every request comes in: what can be decided without session, plugins and store is decided here. */
export class Gate {
  readonly #site: Site;
  readonly #hosts: Hosts;
  readonly #limits: RateLimits;
  readonly #lag: LagMeter;
  readonly #room: WaitingRoom;
  /** Requests of strangers for which something is being made. */
  #strangers = 0;
  readonly #isProduction: boolean;

  constructor(site: Site, limits: RateLimits, lag: LagMeter) {
    const { http, environment } = site.config;
    const allowLoopback = environment.name === 'development' || environment.name === 'test';
    this.#site = site;
    this.#limits = limits;
    this.#lag = lag;
    this.#room = new WaitingRoom(http.queueLength);
    this.#isProduction = !allowLoopback;
    this.#hosts = new Hosts({ url: http.url, hosts: http.hosts, trustProxy: http.trustProxy, allowLoopback });
  }

  /**
   * Reads who asks for what. Returns a redirect where the address is not the right one.
   * @throws GALLEY_METHOD_NOT_ALLOWED | GALLEY_HOST_UNKNOWN | GALLEY_INPUT_INVALID | GALLEY_PERMISSION_DENIED
   */
  admit(visit: Visit, router: Router): Reply | undefined {
    const { raw, method } = visit;
    if (!METHODS.some((name) => name === method)) {
      throw new GalleyError('GALLEY_METHOD_NOT_ALLOWED', `${method} is not answered.`, { details: { allow: METHODS } });
    }
    visit.origin = this.#hosts.read(raw);
    visit.target = readTarget(raw.url ?? '/');
    const { path, movedTo } = visit.target;
    const { hostname } = visit.origin;
    if (path !== '/health/live' && !this.#hosts.isKnown(hostname)) {
      throw new GalleyError('GALLEY_HOST_UNKNOWN', 'This site does not answer to that name.');
    }
    if (movedTo !== undefined) return redirect(movedTo, isSafeMethod(method) ? 301 : 308);
    visit.match = router.match(method, path, hostname);
    return this.#toHttps(visit);
  }

  /**
   * Keeps out what other sites send in a visitor's name, and strangers while there is too much to do.
   * @throws GALLEY_CSRF_REFUSED | GALLEY_SITE_BUSY
   */
  check(visit: Visit): void {
    this.#checkOrigin(visit);
    if (!isHealth(visit.target.path)) this.#checkLag(visit);
  }

  async #checkRate(visit: Visit): Promise<void> {
    if (isHealth(visit.target.path)) return;
    const { rateLimit } = this.#site.config.http;
    const network = networkOf(visit.origin.address);
    const route = visit.match.kind === 'route' ? visit.match.route : undefined;
    if (rateLimit > 0 && !route?.unlimited) await this.#limits.need(`all|${network}`, { max: rateLimit, seconds: 60 });
    if (route?.rateLimit) await this.#limits.need(`${route.method} ${route.path}|${network}`, route.rateLimit);
  }

  /**
   * Keeps out what `check` does, and who asks too often. For requests that no cache answers. While the process has more
   * to do than it can, a few wait until a peak is over.
   * @returns whether it waited
   * @throws GALLEY_CSRF_REFUSED | GALLEY_SITE_BUSY | GALLEY_RATE_LIMITED
   */
  async enter(visit: Visit): Promise<boolean> {
    for (let hasWaited = false; ; hasWaited = true) {
      try {
        this.check(visit);
        this.#count(visit);
        await this.#checkRate(visit);
        return hasWaited;
      } catch (error) {
        if (!(error instanceof GalleyError) || !isOverload(error) || !(await this.#room.turn(visit))) throw error;
      }
    }
  }

  /** A slow store does not make the event loop late, so what waits for it is counted too. */
  #count(visit: Visit): void {
    if (this.token(visit) !== undefined || isHealth(visit.target.path)) return;
    this.#strangers += 1;
    let isOver = false;
    const end = (): void => {
      if (!isOver) this.#strangers -= 1;
      isOver = true;
    };
    visit.response.once('finish', end).once('close', end);
  }

  /** Where a request comes from. */
  originOf(raw: IncomingMessage): Origin {
    return this.#hosts.read(raw);
  }

  /**
   * People at work are served when strangers are not any more, and what they save longest of all: it is worth more
   * than a page that anybody may ask for again.
   */
  #checkLag(visit: Visit): void {
    const { maxLagMs, maxLagLoggedInMs, maxInFlight } = this.#site.config.http;
    const { lagMs } = this.#lag;
    if (maxInFlight > 0 && this.#strangers >= maxInFlight && this.token(visit) === undefined) throw busy();
    if (maxLagMs === 0 || lagMs <= maxLagMs) return;
    const ofPeople = isSafeMethod(visit.method) ? maxLagLoggedInMs : maxLagLoggedInMs * SAVES_WAIT;
    if (this.token(visit) === undefined || lagMs > Math.max(maxLagMs, ofPeople)) throw busy();
    visit.needsSession = true;
  }

  /**
   * While the site is busy a cookie brings a request this far, and only a session further.
   * @throws GALLEY_SITE_BUSY
   */
  checkSession(visit: Visit, session: SessionView | null): void {
    if (visit.needsSession && !session) throw busy();
  }

  /** The session token that a request carries, if any. */
  token(visit: Visit): string | undefined {
    return sessionToken(visit.raw, this.cookieName(visit));
  }

  /** Name of the cookie in which a session of this request would be. */
  cookieName(visit: Visit): string {
    return sessionCookieName(visit.origin, this.#isProduction);
  }

  /** What absolute links begin with: as the settings say, else as the visitor sees it. */
  publicOrigin({ origin }: Visit): string {
    return this.#hosts.publicOrigin ?? `${origin.isSecure ? 'https' : 'http'}://${origin.host}`;
  }

  #toHttps(visit: Visit): Reply | undefined {
    const { origin, target, raw, method } = visit;
    if (!this.#site.config.http.forceHttps || origin.isSecure || isHealth(target.path)) return undefined;
    if (areaOf(visit) === 'api' || !isSafeMethod(method)) {
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'This is answered by https only.');
    }
    const base = this.#hosts.publicOrigin?.replace(/^http:/, 'https:') ?? `https://${origin.hostname}`;
    return redirect(base + (raw.url ?? '/'), 308, { external: true });
  }

  #checkOrigin(visit: Visit): void {
    // A WebSocket does whatever its route lets it do, and browsers let pages of anybody open one.
    if (isSafeMethod(visit.method) && !asksForSocket(visit.raw)) return;
    if (visit.match.kind === 'route' && visit.match.route.csrf === 'signed') return;
    const { host, isSecure } = visit.origin;
    const origins = [`${isSecure ? 'https' : 'http'}://${host}`, this.#hosts.publicOrigin ?? ''];
    if (isFromOwnPages(visit.raw.headers, this.token(visit) !== undefined, origins)) return;
    throw new GalleyError('GALLEY_CSRF_REFUSED', 'This request does not come from a page of this site.');
  }
}
