import { type Context, GalleyError } from 'galley';

/** What one plugin cost on a page. */
export interface OwnerCosts {
  owner: string;
  title: string;
  ms: number;
  calls: number;
  queries: number;
  queryMs: number;
  cacheCalls: number;
  fetches: number;
}

/** The calls of one plugin in one hook. */
export interface HookCosts {
  hook: string;
  title: string;
  ms: number;
  calls: number;
}

/** A statement, and how often it was asked. */
export interface QueryCosts {
  sql: string;
  title: string;
  ms: number;
  times: number;
}

/** What a page cost. */
export interface PageCosts {
  page: string;
  status: number;
  ms: number;
  owners: OwnerCosts[];
  hooks: HookCosts[];
  queries: QueryCosts[];
}

const SHOWN = 12;
const MAX_SQL = 400;

/** The path of a page of the site; not of another host. */
export const PAGE_SCHEMA = { type: 'string', pattern: '^/(?!/)', maxLength: 2000 } as const;

/** Sums what has the same key, the dearest first. */
function summed<Item, Sum extends { ms: number }>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  add: (item: Item, sum: Sum | undefined) => Sum,
): Sum[] {
  const sums = new Map<string, Sum>();
  for (const item of items) sums.set(keyOf(item), add(item, sums.get(keyOf(item))));
  return [...sums.values()].sort((a, b) => b.ms - a.ms).slice(0, SHOWN);
}

/**
 * Makes a page once more, as the one who asks gets it, and says what it cost.
 * @throws GALLEY_INPUT_INVALID for what is no page of the site, or would measure itself
 */
export async function costsOf({ site, origin, headers }: Context, page: string): Promise<PageCosts> {
  const address = new URL(page, origin);
  if (!page.startsWith('/') || address.origin !== origin)
    throw new GalleyError('GALLEY_INPUT_INVALID', 'A page of the site begins with "/".');
  if (/^\/admin\/(api|profiler)(\/|$)/.test(address.pathname))
    throw new GalleyError('GALLEY_INPUT_INVALID', 'This page cannot be measured.');
  const brought = {
    accept: 'text/html',
    'accept-language': headers['accept-language'] ?? '',
    cookie: headers.cookie ?? '',
  };
  const { status, profile } = await site.http.profile(address.href, { headers: brought });
  const titleOf = (owner: string): string => site.plugins.get(owner)?.title ?? 'Galley';
  return {
    page,
    status,
    ms: profile.ms,
    owners: profile.owners().map(({ owner, ms, calls, queries, queryMs, cacheCalls, fetches }) => {
      return { owner, title: titleOf(owner), ms, calls, queries, queryMs, cacheCalls, fetches };
    }),
    hooks: summed(
      profile.calls,
      ({ hook, owner }) => `${hook} ${owner}`,
      ({ hook, owner, ms }, sum: HookCosts | undefined) => {
        return { hook, title: titleOf(owner), ms: (sum?.ms ?? 0) + ms, calls: (sum?.calls ?? 0) + 1 };
      },
    ),
    queries: summed(
      profile.queries,
      ({ sql, owner }) => `${owner} ${sql}`,
      ({ sql, owner, ms }, sum: QueryCosts | undefined) => {
        const [total, times] = [(sum?.ms ?? 0) + ms, (sum?.times ?? 0) + 1];
        return { sql: sql.slice(0, MAX_SQL), title: titleOf(owner), ms: total, times };
      },
    ),
  };
}
