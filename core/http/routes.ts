import type { Owned } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { type ParamsOf, type PathParams, readPattern } from './pattern.ts';
import type {
  Before,
  CacheOptions,
  Fallback,
  Guard,
  Handler,
  Method,
  ParamsFor,
  ResourceAction,
  ResourceController,
  ResourceOptions,
  Route,
  RouteOptions,
  RouteSchema,
  SharedOptions,
} from './route-types.ts';
import type { BodyOf, QueryOf } from './schema.ts';
import { compileValidation } from './validation.ts';
import { areaOfPath } from './visit.ts';

export type * from './route-types.ts';

/** Runs around all routes whose path begins with `prefix`. */
interface GlobalBefore {
  owner: string;
  prefix: string;
  run: Before;
}

type Define = <const Path extends string, const Schema extends RouteSchema = RouteSchema>(
  path: Path,
  options: RouteOptions<Schema>,
  handler: Handler<ParamsOf<Path>, QueryOf<Schema>, BodyOf<Schema>>,
) => Route;

interface Shared {
  readonly routes: Route[];
  readonly names: Map<string, Route>;
  readonly fallbacks: Fallback[];
  readonly before: GlobalBefore[];
  isSealed: boolean;
}

interface Scope extends SharedOptions {
  prefix: string;
  namePrefix: string;
}

/** Method and path of each action of a resource. */
const RESOURCE = {
  list: ['get', '/'],
  create: ['post', '/'],
  show: ['get', '/:id(int)'],
  update: ['patch', '/:id(int)'],
  remove: ['delete', '/:id(int)'],
} as const;

function guardsOf({ public: isPublic, authenticated, capability }: Guard): number {
  return [isPublic, authenticated, capability].filter(Boolean).length;
}

const isForPrograms = (path: string): boolean => /^\/(?:admin\/)?(?:api|wp-json)(?:\/|$)/.test(path);

/** The addresses that the site answers, registered by core and plugins before the server listens. */
export class Routes implements Owned {
  readonly #owner: string;
  readonly #shared: Shared;
  readonly #scope: Scope;

  constructor(owner = 'core', shared?: Shared, scope?: Scope) {
    this.#owner = owner;
    this.#shared = shared ?? { routes: [], names: new Map(), fallbacks: [], before: [], isSealed: false };
    this.#scope = scope ?? { prefix: '', namePrefix: '' };
  }

  ownedBy(owner: string): this {
    return new Routes(owner, this.#shared, this.#scope) as this;
  }

  /** Drops all that `owner` registered. */
  removeOwner(owner: string): void {
    const { routes, names, fallbacks, before } = this.#shared;
    routes.splice(0, routes.length, ...routes.filter((route) => route.owner !== owner));
    fallbacks.splice(0, fallbacks.length, ...fallbacks.filter((fallback) => fallback.owner !== owner));
    before.splice(0, before.length, ...before.filter((item) => item.owner !== owner));
    for (const [name, route] of names) if (route.owner === owner) names.delete(name);
  }

  /**
   * Answers GET, and HEAD with it.
   * @throws GALLEY_ROUTE_UNGUARDED without `public`, `authenticated` or `capability`
   * @example site.routes.get('/event/:id(int)', { name: 'event', public: true }, ({ params }) => json({ id: params.id }));
   */
  readonly get: Define = (path, options, handler) => this.#define('GET', path, options, handler as Handler);
  /** Answers POST; see `get`. */
  readonly post: Define = (path, options, handler) => this.#define('POST', path, options, handler as Handler);
  /** Answers PUT; see `get`. */
  readonly put: Define = (path, options, handler) => this.#define('PUT', path, options, handler as Handler);
  /** Answers PATCH; see `get`. */
  readonly patch: Define = (path, options, handler) => this.#define('PATCH', path, options, handler as Handler);
  /** Answers DELETE; see `get`. */
  readonly delete: Define = (path, options, handler) => this.#define('DELETE', path, options, handler as Handler);

  /**
   * Routes that share a prefix, a guard, a host or what runs before them. Versions of an API are groups too.
   * @example site.routes.group({ prefix: '/api/v1', authenticated: true }, (routes) => routes.get('/me', {}, showMe));
   */
  group(options: SharedOptions & { prefix?: string; namePrefix?: string }, build: (routes: Routes) => void): void {
    const outer = this.#scope;
    const guard = guardsOf(options) > 0 ? options : outer;
    build(
      new Routes(this.#owner, this.#shared, {
        prefix: outer.prefix + (options.prefix ?? ''),
        namePrefix: outer.namePrefix + (options.namePrefix ?? ''),
        public: guard.public,
        authenticated: guard.authenticated,
        capability: guard.capability,
        host: options.host ?? outer.host,
        area: options.area ?? outer.area,
        locale: options.locale ?? outer.locale,
        before: [...(outer.before ?? []), ...(options.before ?? [])],
      }),
    );
  }

  /**
   * The conventional routes of a resource: GET and POST on the path, GET, PATCH and DELETE below it by id. Those are
   * there whose method the controller has.
   *
   * @example
   * site.routes.resource('/api/v1/seats', { name: 'seat', authenticated: true }, {
   *   list: () => json(seats),
   *   show: ({ params }) => json(seats[params.id]),
   * });
   */
  resource(path: string, { name, of = {}, ...shared }: ResourceOptions, controller: ResourceController): void {
    this.group({ ...shared, prefix: path, namePrefix: `${name}.` }, (routes) => {
      for (const action of Object.keys(RESOURCE) as ResourceAction[]) {
        const handler = controller[action]?.bind(controller) as Handler | undefined;
        const [method, below] = RESOURCE[action];
        if (handler) routes[method](below, { name: action, ...of[action] } as RouteOptions, handler);
      }
    });
  }

  /** The same routes once for the site's own language and once under `/xx` for each of `locales` (names get `xx.`). */
  localised(locales: readonly string[], build: (routes: Routes) => void): void {
    build(this);
    for (const locale of locales) this.group({ prefix: `/${locale}`, namePrefix: `${locale}.`, locale }, build);
  }

  /** Runs `run` around every route and fallback whose path begins with `prefix`; not around pages from the cache. */
  before(prefix: string, run: Before): void {
    this.#open('middleware');
    this.#shared.before.push({ owner: this.#owner, prefix, run });
  }

  /**
   * Answers GET requests that no route matches. Lower priorities are asked first. One without `cache` keeps all that it
   * is asked about out of the page cache, so give it a `cache` or a late priority.
   */
  fallback(handler: Fallback['handler'], options: { priority?: number; cache?: CacheOptions } = {}): void {
    this.#open('a fallback');
    const priority = options.priority ?? 10;
    this.#shared.fallbacks.push({ owner: this.#owner, priority, cache: options.cache, handler });
    this.#shared.fallbacks.sort((a, b) => a.priority - b.priority);
  }

  /**
   * The path of a named route.
   * @throws GALLEY_ROUTE_UNKNOWN | GALLEY_INPUT_INVALID
   */
  url<Name extends string>(
    name: Name,
    ...[params]: keyof ParamsFor<Name> extends never ? [] : [params?: ParamsFor<Name>]
  ): string {
    const route = this.#shared.names.get(name);
    if (!route) throw new GalleyError('GALLEY_ROUTE_UNKNOWN', `There is no route named "${name}".`, { status: 500 });
    return route.pattern.build((params ?? {}) as PathParams);
  }

  /** Whether a route has this name. */
  has(name: string): boolean {
    return this.#shared.names.has(name);
  }

  /** All routes in order of registration: for the permission matrix, documentation and overviews. */
  list(): readonly Route[] {
    return this.#shared.routes;
  }

  /** All fallbacks in the order in which they are asked. */
  fallbacks(): readonly Fallback[] {
    return this.#shared.fallbacks;
  }

  /** What runs around a request for `path`, outermost first. */
  around(path: string): Before[] {
    return this.#shared.before.flatMap(({ prefix, run }) => (path.startsWith(prefix) ? [run] : []));
  }

  /** From now on registering fails: the server has begun. */
  seal(): void {
    this.#shared.isSealed = true;
  }

  #open(what: string): void {
    if (!this.#shared.isSealed) return;
    throw new GalleyError(
      'GALLEY_INTERNAL',
      `"${this.#owner}" registers ${what} after the server began to listen. Register in the plugin's setup.`,
    );
  }

  #define(method: Method, relative: string, options: RouteOptions, handler: Handler): Route {
    const scope = this.#scope;
    const path = scope.prefix + (relative === '/' && scope.prefix ? '' : relative);
    this.#open(`the route ${method} ${path}`);
    const guard = guardsOf(options) > 0 ? options : scope;
    this.#check(method, path, guard, options);
    const area = options.area ?? scope.area ?? areaOfPath(path);
    const route: Route = {
      ...options,
      public: guard.public,
      authenticated: guard.authenticated,
      capability: guard.capability,
      name: options.name && scope.namePrefix + options.name,
      host: options.host ?? scope.host,
      locale: options.locale ?? scope.locale,
      before: [...(scope.before ?? []), ...(options.before ?? [])],
      area,
      unknown: options.unknown ?? (area === 'api' || isForPrograms(path) ? 'refused' : 'ignored'),
      method,
      path,
      owner: this.#owner,
      pattern: readPattern(path),
      validation: compileValidation(`${method} ${path}`, options.schema),
      handler,
    };
    this.#add(route);
    return route;
  }

  #check(method: Method, path: string, guard: Guard, options: RouteOptions): void {
    if (guardsOf(guard) !== 1) {
      throw new GalleyError(
        'GALLEY_ROUTE_UNGUARDED',
        `The route ${method} ${path} of "${this.#owner}" must say who may call it: exactly one of capability: '…', authenticated: true, public: true.`,
      );
    }
    if (options.cache && (method !== 'GET' || !guard.public)) {
      throw new GalleyError(
        'GALLEY_ROUTE_UNGUARDED',
        `The route ${method} ${path} cannot be cached: only public GET routes can.`,
      );
    }
  }

  #add(route: Route): void {
    const { routes, names } = this.#shared;
    const same = routes.find(
      (other) => other.method === route.method && other.path === route.path && other.host === route.host,
    );
    if (same) {
      throw new GalleyError(
        'GALLEY_REGISTRY_DUPLICATE',
        `"${route.owner}" defines the route ${route.method} ${route.path}, but "${same.owner}" has defined it already.`,
      );
    }
    if (route.name) {
      const taken = names.get(route.name);
      if (taken && taken.path !== route.path) {
        throw new GalleyError(
          'GALLEY_REGISTRY_DUPLICATE',
          `The route name "${route.name}" is taken by ${taken.method} ${taken.path} of "${taken.owner}".`,
        );
      }
      names.set(route.name, taken ?? route);
    }
    routes.push(route);
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** The addresses that the site answers. */
    readonly routes: Routes;
  }
}
