import { hostMatches } from './hosts.ts';
import type { PathParams } from './pattern.ts';
import type { Method, Route } from './routes.ts';

/** What a path leads to: a route, other methods only, or nothing. */
export type Match =
  | { kind: 'route'; route: Route; params: PathParams }
  | { kind: 'method'; allow: string[] }
  | { kind: 'none' };

const NONE: Match = { kind: 'none' };

function compare(a: Route, b: Route): number {
  const host = Number(b.host !== undefined) - Number(a.host !== undefined);
  if (host !== 0) return host;
  return a.pattern.rank < b.pattern.rank ? -1 : Number(a.pattern.rank > b.pattern.rank);
}

/** The methods of a path's Allow header. */
function allowOf(methods: Iterable<Method>): string[] {
  const allow = new Set<string>(methods);
  if (allow.has('GET')) allow.add('HEAD');
  return [...allow.add('OPTIONS')].sort();
}

/**
 * Finds the route for a decoded path: fixed text before parameters, narrow parameters before wide ones, ties in order
 * of registration. Built once, when all routes are known.
 */
export class Router {
  readonly #all: readonly Route[];
  /** Routes by first segment; under undefined those whose first segment is a parameter. Each list is complete. */
  readonly #byHead = new Map<string | undefined, Route[]>();
  readonly #fixed = new Map<string, Route[]>();

  constructor(routes: readonly Route[]) {
    this.#all = [...routes].sort(compare);
    const open = this.#all.filter((route) => route.pattern.head === undefined);
    this.#byHead.set(undefined, open);
    for (const route of this.#all) {
      const { head, fixed } = route.pattern;
      if (head !== undefined && !this.#byHead.has(head)) {
        this.#byHead.set(
          head,
          this.#all.filter((other) => other.pattern.head === head || other.pattern.head === undefined),
        );
      }
      if (fixed !== undefined) this.#fixed.set(fixed, [...(this.#fixed.get(fixed) ?? []), route]);
    }
  }

  /** What `method` on the decoded `path` of `host` leads to. */
  match(method: string, path: string, host: string): Match {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const fixed = this.#fixed.get(path)?.find((route) => route.method === wanted && hostMatches(route.host, host));
    if (fixed) return { kind: 'route', route: fixed, params: {} };
    const head = path.slice(1, path.indexOf('/', 1) < 0 ? undefined : path.indexOf('/', 1));
    const others = new Set<Method>();
    for (const route of this.#byHead.get(head) ?? this.#byHead.get(undefined) ?? []) {
      if (!hostMatches(route.host, host)) continue;
      const params = route.pattern.match(path);
      if (!params) continue;
      if (route.method === wanted) return { kind: 'route', route, params };
      others.add(route.method);
    }
    return others.size > 0 ? { kind: 'method', allow: allowOf(others) } : NONE;
  }

  /** Where a GET of the path would arrive with another case or without (or with) its last slash. */
  moved(path: string, host: string): string | undefined {
    for (const route of this.#all) {
      if (route.method !== 'GET' || route.pattern.source.includes('*') || !hostMatches(route.host, host)) continue;
      const params = route.pattern.match(path, true);
      if (params) return route.pattern.build(params);
    }
    return undefined;
  }
}
