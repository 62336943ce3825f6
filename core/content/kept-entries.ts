import type { Site } from '../kernel/site.ts';
import type { CacheOptions } from '../services/cache.ts';
import type { Entry } from './entry.ts';
import type { NumberedPage } from './paging.ts';
import type { EntryQuery } from './query.ts';

const KEEP_S = 3600;

/**
 * What some entries are kept by, and how long: no longer than all of them are to be seen, and not at all where a password
 * would lie in Redis with them.
 */
async function keepBy(
  site: Site,
  query: EntryQuery,
  { entries, since }: { entries: readonly Entry[]; since: number },
): Promise<CacheOptions> {
  const tags = [...queryTags(site, query), ...entries.map(({ id }) => `entry:${id}`)];
  if (entries.some(({ password }) => password !== '')) return { tags, ttl: 0 };
  const end = await site.entries.endOf(tags, since);
  const left = end === undefined ? KEEP_S : (end - Date.now()) / 1000;
  return { tags, ttl: Math.max(0, Math.min(KEEP_S, left)) };
}

/** What makes it another list: anything of its types that is published, changed or withdrawn, and its term. */
function queryTags(site: Site, { type, ids, term }: EntryQuery): string[] {
  const names = [type ?? site.types.publicNames()].flat();
  // A file is as visible as the entry that it belongs to, of whatever type.
  const types = (names.includes('attachment') ? site.types.names() : names).map((name) => `type:${name}`);
  // What is asked for by its id is told of by its own tag, whether it was there or not.
  if (ids) return [...(names.includes('attachment') ? types : []), ...ids.map((id) => `entry:${id}`)];
  return term ? [...types, `taxonomy:${term.taxonomy}`, ...term.ids.map((id) => `term:${id}`)] : types;
}

/**
 * The entries of a query as visitors see them, frozen; kept until one of them changes, or another one comes that
 * might be among them.
 */
export function keptEntries(site: Site, query: EntryQuery): Promise<Entry[]> {
  const since = Date.now();
  return site.cache.remember(
    `entries:${JSON.stringify(query)}`,
    (entries) => keepBy(site, query, { entries, since }),
    async () => (await site.entries.find(query)).items,
  );
}

/** A page of a list in the same way. */
export function keptPage(site: Site, query: EntryQuery, page: number): Promise<NumberedPage> {
  const since = Date.now();
  return site.cache.remember(
    `entries-page:${JSON.stringify([query, page])}`,
    ({ items }) => keepBy(site, query, { entries: items, since }),
    () => site.entries.page(query, page),
  );
}
