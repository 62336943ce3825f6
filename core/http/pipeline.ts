import type { FastifyRequest } from 'fastify';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import {
  assertGuard,
  checkedBody,
  isAllowed,
  methodRefused,
  overridingMethod,
  refuseUnknown,
  trustedSession,
} from './admission.ts';
import type { Body, BodyLimits, BodyReader } from './body.ts';
import { Context, type ContextParts, FrozenContext, NotForAll } from './context.ts';
import type { FastLane } from './fast-lane.ts';
import { type FormValues, shapeForm } from './form-values.ts';
import type { Gate } from './gate.ts';
import { PageDoor } from './page-door.ts';
import type { PathParams } from './pattern.ts';
import { empty, type Reply, redirect } from './reply.ts';
import type { Responder } from './responder.ts';
import type { Router } from './router.ts';
import type { Before, Guard, Route } from './routes.ts';
import { withTimings } from './server-timing.ts';
import { loadSession, type SessionView } from './session.ts';
import { themePreviewFor } from './theme-preview.ts';
import { type UploadLimits, Uploads } from './uploads.ts';
import { areaOf, readQuery, signalOf, type Visit } from './visit.ts';

/** What requests are answered with. */
export interface PipelineParts {
  site: Site;
  router: Router;
  gate: Gate;
  responder: Responder;
  lane: FastLane | undefined;
  bodies: BodyReader;
}

interface Found {
  /** Undefined for fallbacks. */
  route: Route | undefined;
  params: PathParams;
}

interface Incoming {
  session: SessionView | null;
  body: Body;
  uploads: Uploads;
}

/** Fallbacks are for everybody. */
const PUBLIC: Guard = { public: true };
const MAX_FILES = 20;

/** Leads a request from its route to a reply: session, guard, body, token, validation, handler, in this order. */
export class Pipeline {
  readonly #parts: PipelineParts;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.door = new PageDoor({ ...parts, make: (visit) => this.#forAll(visit) });
  }

  /** Pages for everybody. */
  readonly door: PageDoor;

  /**
   * Answers a request. Rejects with whatever went wrong on the way.
   * @returns undefined where the answer has been sent from the page cache
   */
  async answer(visit: Visit, request: FastifyRequest): Promise<Reply | undefined> {
    if (visit.method === 'OPTIONS' && visit.match.kind === 'method') {
      return empty({ headers: { allow: visit.match.allow.join(', ') } });
    }
    const token = this.#parts.gate.token(visit);
    // Whoever is logged in reads what he has just written, on whichever process and node that was.
    return token ? fresh(this.#parts.site, () => this.#answer(visit, request, token)) : this.#answer(visit, request);
  }

  async #answer(visit: Visit, request: FastifyRequest, token?: string): Promise<Reply | undefined> {
    const { site, gate } = this.#parts;
    const session = token ? ((await loadSession(site, token)) ?? null) : null;
    visit.userId = session?.userId ?? null;
    gate.checkSession(visit, session);
    const rule = session ? undefined : this.door.ruleFor(visit);
    if (rule) {
      const shared = await this.door.answer(visit, rule);
      if (shared) return shared === 'sent' ? undefined : shared;
    }
    return withTimings(visit, session, () => this.#receive(visit, request, session));
  }

  async #receive(visit: Visit, request: FastifyRequest, session: SessionView | null): Promise<Reply> {
    const { bodies } = this.#parts;
    const limits = this.#limits(visit, session);
    const uploads = new Uploads(request, limits);
    try {
      visit.isReceiving = true;
      const body = await bodies.read(request, limits);
      visit.isReceiving = false;
      return await this.#handle(visit, { session, body, uploads });
    } finally {
      await uploads.remove();
    }
  }

  /** How long a body may be: long texts are taken of people who may write them. */
  #limits({ match }: Visit, session: SessionView | null): BodyLimits & UploadLimits {
    const { jsonLimit, formLimit, textLimit, uploadLimit } = this.#parts.site.config.http;
    const isLong = match.kind === 'route' && match.route.longTexts && session && isAllowed(match.route, session);
    const form = isLong ? Math.max(formLimit, textLimit) : formLimit;
    const json = isLong ? Math.max(jsonLimit, textLimit) : jsonLimit;
    return { json, form, fieldBytes: form, fileBytes: uploadLimit, files: MAX_FILES };
  }

  /** A page that is the same for all visitors, made without anything of the one who asks. */
  async #forAll(visit: Visit): Promise<{ reply: Reply; tags: readonly string[] }> {
    const found = this.#found(visit);
    const more = { session: null, query: this.#query(visit, found.route), body: undefined, uploads: undefined };
    const context = new FrozenContext(await this.#contextParts(visit, found, more));
    try {
      const reply = await this.#run(context, visit, found.route);
      if (reply.body instanceof GalleyError) throw reply.body;
      return { reply: await this.#finish(reply, context, visit), tags: context.tags };
    } catch (error) {
      // What is not there is not there for everybody.
      if (!(error instanceof GalleyError) || error.status !== 404) throw error;
      const tag = (...tags: string[]): void => context.tag(...tags);
      return { reply: await this.#parts.responder.failureForAll(visit, error, { tag }), tags: context.tags };
    }
  }

  #found({ match, method, target }: Visit): Found {
    if (match.kind === 'route') return match;
    // Pages may live where only forms are sent to, so fallbacks are asked before the method is refused.
    if (method === 'GET' || method === 'HEAD') return { route: undefined, params: {} };
    if (match.kind === 'method') throw methodRefused(method, match.allow);
    throw new GalleyError('GALLEY_ROUTE_UNKNOWN', `There is nothing at ${target.path}.`);
  }

  async #handle(visit: Visit, incoming: Incoming): Promise<Reply> {
    const { body, uploads } = incoming;
    const overriding = overridingMethod(visit, body);
    const first = overriding ? undefined : this.#found(visit);
    // Before the body of an upload is read; again when it is known whose request it is.
    if (first) assertGuard(visit, first.route ?? PUBLIC, incoming.session);
    const form = await this.#form(body, uploads, first?.route);
    const session = trustedSession(visit, incoming.session, { form, route: first?.route });
    const found = first ?? this.#foundAs(visit, overriding ?? visit.method);
    assertGuard(visit, found.route ?? PUBLIC, session);
    await this.#limit(found.route, session);
    const query = this.#query(visit, found.route);
    const checked = found.route ? checkedBody(found.route, body, form) : undefined;
    const context = new Context(await this.#contextParts(visit, found, { session, query, body: checked, uploads }));
    await this.#parts.site.hooks.doAction('request:received', context);
    const preview = await themePreviewFor(context, areaOf(visit));
    visit.preview = preview;
    const make = async (): Promise<Reply> => this.#finish(await this.#run(context, visit, found.route), context, visit);
    return preview ? this.#parts.site.themes.previews.during(preview, make) : make();
  }

  async #form(body: Body, uploads: Uploads, route: Route | undefined): Promise<FormValues | undefined> {
    if (body.kind === 'form') return body.values;
    return body.kind === 'multipart' && route ? (await uploads.read()).values : undefined;
  }

  /** Another method at the same address. */
  #foundAs(visit: Visit, method: string): Found {
    const match = this.#parts.router.match(method, visit.target.path, visit.origin.hostname);
    visit.match = match;
    if (match.kind === 'route') return match;
    if (match.kind === 'method') throw methodRefused(method, match.allow);
    throw new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is nothing at this address.');
  }

  /** The network was counted at the gate; here it is the person, wherever he is. */
  async #limit(route: Route | undefined, session: SessionView | null): Promise<void> {
    if (route?.rateLimit && session) {
      await this.#parts.site.http.limits.need(`${route.method} ${route.path}|user:${session.userId}`, route.rateLimit);
    }
  }

  #query({ target }: Visit, route: Route | undefined): unknown {
    const values = readQuery(target.search);
    const known = new Map([...values].filter(([name]) => this.#knowsQuery(route, name)));
    if (route?.unknown === 'refused') refuseUnknown([...values.keys()].filter((name) => !known.has(name)));
    return route ? route.validation.query(known) : shapeForm(known, undefined);
  }

  /** Whether a query parameter counts for a route or, without one, for the fallbacks. */
  #knowsQuery(route: Route | undefined, name: string): boolean {
    if (!route) return this.#parts.site.routes.fallbacks().some(({ cache }) => cache?.query?.includes(name) ?? false);
    const isListed = route.schema?.query !== undefined || route.unknown === 'ignored';
    return (isListed && route.validation.knowsQuery(name)) || (route.cache?.query?.includes(name) ?? false);
  }

  async #contextParts(
    visit: Visit,
    found: Found,
    more: { session: SessionView | null; query: unknown; body: unknown; uploads: Uploads | undefined },
  ): Promise<ContextParts> {
    const { site } = this.#parts;
    const { uploads } = more;
    return {
      site,
      visit,
      route: found.route,
      params: found.route ? found.route.validation.params(found.params) : {},
      query: more.query,
      body: more.body,
      session: more.session,
      readFiles: async () =>
        uploads && visit.raw.headers['content-type']?.startsWith('multipart/') ? (await uploads.read()).files : [],
      publicOrigin: this.#parts.gate.publicOrigin(visit),
      sessionCookie: this.#parts.gate.cookieName(visit),
      locale: found.route?.locale ?? (await siteLanguage(site)),
      signal: signalOf(visit),
    };
  }

  /** Runs what stands around the handler, outermost first, and the handler, as done by the owner of the route. */
  async #run(context: Context, visit: Visit, route: Route | undefined): Promise<Reply> {
    const { site } = this.#parts;
    const chain: Before[] = [...site.routes.around(visit.target.path), ...(route?.before ?? [])];
    const inner = route
      ? () => site.hooks.runAs(route.owner, 'route', async () => route.handler(context))
      : () => this.#fallback(context, visit);
    const step = (index: number): Promise<Reply> => {
      const before = chain[index];
      return before ? Promise.resolve(before(context, () => step(index + 1))) : inner();
    };
    return step(0);
  }

  async #fallback(context: Context, visit: Visit): Promise<Reply> {
    const { site } = this.#parts;
    for (const { owner, handler, cache } of site.routes.fallbacks()) {
      if (context.isFrozen && !cache) throw new NotForAll();
      visit.owner = owner;
      const reply = await site.hooks.runAs(owner, 'fallback', async () => handler(context));
      if (reply) return reply;
    }
    visit.owner = undefined;
    return this.#nothing(context, visit);
  }

  /** Nobody knows the address: perhaps it is only misspelled, or another method is. */
  #nothing(context: Context, { match, method, target, origin }: Visit): Reply {
    const moved = this.#parts.router.moved(target.path, origin.hostname);
    if (moved === undefined && match.kind !== 'method') {
      throw new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is nothing at this address.');
    }
    context.forVisitor(); // The query goes along, and other methods are told: both are not for everybody.
    if (match.kind === 'method') throw methodRefused(method, match.allow);
    return redirect(moved + target.search, 301);
  }

  /** Renders, takes over the context's cookies and lets plugins have a word; what a session saw stays with the one who asked. */
  async #finish(reply: Reply, context: Context, visit: Visit): Promise<Reply> {
    const { hooks } = this.#parts.site;
    await this.#parts.responder.finish(visit, reply, {
      viewer: context.viewer,
      tag: (...tags) => context.tag(...tags),
    });
    if (hooks.hasFilter('reply:sending')) {
      const head = { status: reply.status, headers: Object.fromEntries(reply.headers) };
      const changed = await hooks.applyFilters('reply:sending', head, context);
      reply.status = changed.status;
      reply.headers.clear();
      for (const [name, value] of Object.entries(changed.headers)) reply.header(name, value);
    }
    reply.cookies.push(...context.setCookies);
    if (context.isPrivate && !(reply.isForAll && reply.cookies.length === 0))
      reply.headers.set('cache-control', 'private, no-store');
    return reply;
  }
}

/** Runs `work` with reads that see all that was written; tests of parts have no store. */
function fresh<T>({ database }: Partial<Site>, work: () => Promise<T>): Promise<T> {
  return database ? database.fresh(work) : work();
}

/** Language of the site; English where there are no options, as in tests of parts. */
async function siteLanguage({ options }: Partial<Site>): Promise<string> {
  return options?.has('language') ? options.get<string>('language') : 'en';
}
