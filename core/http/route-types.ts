import type { Context } from './context.ts';
import type { PathParams, PathPattern } from './pattern.ts';
import type { Reply } from './reply.ts';
import type { JsonSchema } from './schema.ts';
import type { Validation } from './validation.ts';

/** Methods that routes answer. HEAD comes with GET, OPTIONS with all. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Which part of the house a route belongs to: decides its security headers and the form of its errors. */
export type Area = 'public' | 'admin' | 'api';

/** What may come with a request, as JSON schemas. Objects take no unknown properties unless they say so. */
export interface RouteSchema {
  params?: JsonSchema;
  query?: JsonSchema;
  body?: JsonSchema;
}

/** Runs around the handler: calls `next` for what is inside, or answers itself. */
export type Before = (context: Context, next: () => Promise<Reply>) => Reply | Promise<Reply>;

/** Who may call a route: exactly one of the three. */
export interface Guard {
  /** Anybody. */
  public?: true;
  /** Whoever is logged in. */
  authenticated?: true;
  /** Whoever holds the capability, such as `edit_posts`. */
  capability?: string;
}

/** What a group hands down to its routes. */
export interface SharedOptions extends Guard {
  /** Answers only on this host name; `*.example.org` takes all below it. */
  host?: string;
  area?: Area;
  /** Language of the pages; without it the site's own. */
  locale?: string;
  /** Run around the handler, outermost first. */
  before?: readonly Before[];
}

/** How an answer that is the same for all visitors is kept. It sees path, these query parameters and the locale. */
export interface CacheOptions {
  /** Seconds; the site's setting without it. A change of what the page shows ends it sooner. */
  ttl?: number;
  /** Names of the query parameters that make a difference; all others do not exist. */
  query?: readonly string[];
  /** Whoever brings one of these cookies gets a page made for him, such as after a password. */
  bypass?: readonly string[];
}

/** How a route behaves. */
export interface RouteOptions<Schema extends RouteSchema = RouteSchema> extends SharedOptions {
  /** For `site.routes.url(name, params)`, such as `post.show`. */
  name?: string;
  schema?: Schema;
  /** The answer is the same for all visitors and is kept for them. */
  cache?: CacheOptions;
  /** At most `max` requests in `seconds` from one network or one user. */
  rateLimit?: { max: number; seconds: number };
  /** Pages bring many of it along, as they do with pictures: it does not count against the limit of all requests. */
  unlimited?: true;
  /** `signed`: the receiver checks a signature itself (webhooks), so the check of the origin is left out. */
  csrf?: 'signed';
  /** The handler gets the form as it came, every name with its list of values, and checks it itself: for forms that are made of a schema. */
  rawForm?: true;
  /** Takes texts up to `http.textLimit` of whoever is logged in and may call it, as the forms of entries do. */
  longTexts?: true;
  /**
   * What becomes of parameters that no schema names. `refused`: so that programs learn of their mistakes; without it
   * the rule for the area `api` and below `/api/` and `/admin/api/`. `ignored`: they do not exist; the rule for pages,
   * to whose addresses others add what they like.
   */
  unknown?: 'refused' | 'ignored';
  /** Media types that the handler reads itself from `context.stream()`, such as `image/*`. */
  accepts?: readonly string[];
  /** For overviews: what the route is for. */
  summary?: string;
}

/** Answers a request. */
export type Handler<Params = PathParams, Query = Record<string, unknown>, Body = unknown> = (
  context: Context<Params, Query, Body>,
) => Reply | Promise<Reply>;

/** What can be done with a resource, by convention. */
export type ResourceAction = 'list' | 'create' | 'show' | 'update' | 'remove';

/** Answers the routes of a resource: an object, or an instance of a class, with those of the methods that there are. */
export type ResourceController = {
  [Action in ResourceAction]?: Handler<Action extends 'list' | 'create' ? PathParams : { id: number }>;
};

/** How the routes of a resource behave. */
export interface ResourceOptions extends SharedOptions {
  /** The routes are called `<name>.list`, `<name>.show` and so on. */
  name: string;
  /** What holds for one of them: its schema, a guard of its own. */
  of?: Partial<Record<ResourceAction, RouteOptions>>;
}

/** A route as it was registered. */
export interface Route extends RouteOptions {
  readonly method: Method;
  readonly path: string;
  readonly owner: string;
  readonly area: Area;
  readonly unknown: 'refused' | 'ignored';
  readonly pattern: PathPattern;
  readonly validation: Validation;
  readonly handler: Handler;
}

/** Tried when no route matches, for instance for permalinks; undefined leaves the request to the next. */
export interface Fallback {
  readonly owner: string;
  readonly priority: number;
  readonly cache: CacheOptions | undefined;
  readonly handler: (context: Context) => Reply | undefined | Promise<Reply | undefined>;
}

/**
 * Names of routes and their parameters, for typed URLs. Merged by whoever owns the routes.
 *
 * @example
 * declare module 'galley' { interface RouteNames { 'event.show': { slug: string } } }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declaration merging.
export interface RouteNames {}

/** The parameters that the URL of a named route takes. */
export type ParamsFor<Name extends string> = Name extends keyof RouteNames ? RouteNames[Name] : PathParams;
