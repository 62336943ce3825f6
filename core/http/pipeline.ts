import type { FastifyRequest } from 'fastify';
import { ANONYMOUS } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { type Body, bodyOf } from './body.ts';
import { Context, type ContextParts, FrozenContext, NotForAll } from './context.ts';
import { isCsrfToken, isSafeMethod } from './csrf.ts';
import { type FormValues, shapeForm } from './form-values.ts';
import type { Gate } from './gate.ts';
import { PageDoor } from './page-door.ts';
import type { PathParams } from './pattern.ts';
import { empty, type Reply, redirect } from './reply.ts';
import type { Responder } from './responder.ts';
import type { Router } from './router.ts';
import type { Before, Guard, Route } from './routes.ts';
import { loadSession, type SessionView } from './session.ts';
import { type UploadLimits, Uploads } from './uploads.ts';
import { readQuery, type Visit } from './visit.ts';

/** What requests are answered with. */
export interface PipelineParts {
  site: Site;
  router: Router;
  gate: Gate;
  responder: Responder;
  limits: UploadLimits;
}

interface Found {
  /** Undefined for fallbacks. */
  route: Route | undefined;
  params: PathParams;
}

const OVERRIDABLE = new Set(['PUT', 'PATCH', 'DELETE']);
const OWN_FIELDS = ['_token', '_method'];

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
    const early = this.#withoutHandler(visit);
    if (early) return early;
    const { site, gate, limits } = this.#parts;
    const token = gate.token(visit);
    const session = token ? ((await loadSession(site, token)) ?? null) : null;
    visit.userId = session?.userId ?? null;
    const rule = session ? undefined : this.door.ruleFor(visit);
    if (rule) {
      const shared = await this.door.answer(visit, rule);
      if (shared) return shared === 'sent' ? undefined : shared;
    }
    const uploads = new Uploads(request, limits);
    try {
      return await this.#handle(visit, { session, body: bodyOf(request), uploads });
    } finally {
      await uploads.remove();
    }
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

  /** Redirects to the right spelling, tells the methods, or refuses them. */
  #withoutHandler({ method, match, target }: Visit): Reply | undefined {
    if (match.kind === 'moved') return redirect(match.path + target.search, 301);
    if (method === 'OPTIONS' && match.kind !== 'none') {
      const allow = match.kind === 'method' ? match.allow : [];
      return empty({ headers: { allow: allow.join(', ') } });
    }
    return undefined;
  }

  #found({ match, method, target }: Visit): Found {
    if (match.kind === 'route') return match;
    if (match.kind === 'method') {
      throw new GalleyError('GALLEY_METHOD_NOT_ALLOWED', `${method} cannot be done at this address.`, {
        details: { allow: match.allow },
      });
    }
    if (method !== 'GET' && method !== 'HEAD')
      throw new GalleyError('GALLEY_ROUTE_UNKNOWN', `There is nothing at ${target.path}.`);
    return { route: undefined, params: {} };
  }

  async #handle(visit: Visit, incoming: { session: SessionView | null; body: Body; uploads: Uploads }): Promise<Reply> {
    const { body, uploads } = incoming;
    const overrides = visit.method === 'POST' && body.kind === 'form' ? body.values.get('_method') : undefined;
    let found: Found | undefined;
    if (!overrides) {
      found = this.#found(visit);
      this.#guard(visit, found.route ?? { public: true }, incoming.session);
    }
    const form =
      body.kind === 'form'
        ? body.values
        : body.kind === 'multipart' && found?.route
          ? (await uploads.read()).values
          : undefined;
    const session = this.#checkToken(visit, incoming.session, form, found?.route);
    if (overrides) found = this.#overridden(visit, overrides);
    if (!found) throw new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is nothing at this address.');
    this.#guard(visit, found.route ?? { public: true }, session);
    const query = this.#query(visit, found.route);
    const checked = found.route ? this.#body(found.route, body, form) : undefined;
    const context = new Context(await this.#contextParts(visit, found, { session, query, body: checked, uploads }));
    await this.#parts.site.hooks.doAction('request:received', context);
    return this.#finish(await this.#run(context, visit, found.route), context, visit);
  }

  /** Unsafe requests of a session need its token. Without it, public routes take them as anonymous; others refuse. */
  #checkToken(
    visit: Visit,
    session: SessionView | null,
    form: FormValues | undefined,
    route: Route | undefined,
  ): SessionView | null {
    if (!session || isSafeMethod(visit.method)) return session;
    const given = visit.raw.headers['x-csrf-token'] ?? form?.get('_token')?.[0];
    if (isCsrfToken(session.csrfSecret, given)) return session;
    if (!route || route.public) {
      visit.userId = null;
      return null;
    }
    throw new GalleyError(
      'GALLEY_CSRF_REFUSED',
      'The form is out of date. Please load the page again and repeat what you did.',
    );
  }

  #overridden(visit: Visit, [method, ...more]: readonly string[]): Found {
    if (more.length > 0 || !method || !OVERRIDABLE.has(method))
      throw new GalleyError('GALLEY_INPUT_INVALID', '"_method" must be PUT, PATCH or DELETE.');
    const match = this.#parts.router.match(method, visit.target.path, visit.origin.hostname);
    visit.match = match;
    if (match.kind === 'route') return match;
    if (match.kind === 'method')
      throw new GalleyError('GALLEY_METHOD_NOT_ALLOWED', `${method} cannot be done at this address.`, {
        details: { allow: match.allow },
      });
    throw new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is nothing at this address.');
  }

  #guard(visit: Visit, guard: Guard, session: SessionView | null): void {
    if (guard.public) return;
    if (!session) {
      const back = isSafeMethod(visit.method) ? visit.target.path + visit.target.search : undefined;
      throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'Please log in first.', { details: { back } });
    }
    const viewer = session.viewer ?? ANONYMOUS;
    if (guard.authenticated || (guard.capability && viewer.can(guard.capability))) return;
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not do this.');
  }

  #query({ target }: Visit, route: Route | undefined): unknown {
    const values = readQuery(target.search);
    const names = this.#queryNames(route);
    const known = names ? new Map([...values].filter(([name]) => names.includes(name))) : values;
    return route ? route.validation.query(known) : shapeForm(known, undefined);
  }

  /** Names of the query parameters that count for a route or, without one, for the fallbacks; undefined: all. */
  #queryNames(route: Route | undefined): readonly string[] | undefined {
    if (!route) return this.#parts.site.routes.fallbacks().flatMap(({ cache }) => cache?.query ?? []);
    const names = route.validation.queryNames;
    return route.cache ? [...(names ?? []), ...(route.cache.query ?? [])] : names;
  }

  #body(route: Route, body: Body, form: FormValues | undefined): unknown {
    if (body.kind === 'json') return route.validation.json(body.value);
    if (form) {
      const values: FormValues = new Map([...form].filter(([name]) => !OWN_FIELDS.includes(name)));
      return route.rawForm ? values : route.validation.form(values);
    }
    if (body.kind === 'raw') {
      const isTaken = route.accepts?.some(
        (type) => type === body.type || (type.endsWith('/*') && body.type.startsWith(type.slice(0, -1))),
      );
      if (!isTaken)
        throw new GalleyError('GALLEY_MEDIA_TYPE_UNSUPPORTED', `Content of the type "${body.type}" is not taken here.`);
      return undefined;
    }
    if (route.schema?.body && !isSafeMethod(route.method)) return route.validation.form(new Map());
    return undefined;
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
      locale: found.route?.locale ?? (await siteLanguage(site)),
      signal: goneSignal(visit),
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
    throw new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is nothing at this address.');
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
    if (context.isPrivate) reply.headers.set('cache-control', 'private, no-store');
    return reply;
  }
}

/** Aborts when the visitor leaves before his reply is out. */
function goneSignal({ response }: Visit): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Language of the site; English where there are no options, as in tests of parts. */
async function siteLanguage({ options }: Partial<Site>): Promise<string> {
  return options?.has('language') ? options.get<string>('language') : 'en';
}
