import type { Site } from '../kernel/site.ts';
import type { CacheOptions } from '../services/cache.ts';
import type { Entry } from './entry.ts';
import type { NumberedPage } from './paging.ts';
import type { EntryQuery } from './query.ts';

const KEEP_S = 3600;

/** How long what these tags name may be kept: no longer than all of it is to be seen. */
async function untilOneEnds(site: Site, tags: readonly string[], since: number): Promise<CacheOptions> {
  const end = await site.entries.endOf(tags, since);
  const left = end === undefined ? KEEP_S : (end - Date.now()) / 1000;
  return { tags, ttl: Math.max(0, Math.min(KEEP_S, left)) };
}

const entryTags = (entries: readonly Entry[]): string[] => entries.map(({ id }) => `entry:${id}`);

/** What makes it another list: anything of its types that is published, changed or withdrawn, and its term. */
function queryTags(site: Site, { type, ids, term }: EntryQuery): string[] {
  // What is asked for by its id is told of by its own tag, whether it was there or not.
  if (ids) return ids.map((id) => `entry:${id}`);
  const types = [type ?? site.types.publicNames()].flat().map((name) => `type:${name}`);
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
    (entries) => untilOneEnds(site, [...queryTags(site, query), ...entryTags(entries)], since),
    async () => (await site.entries.find(query)).items,
  );
}

/** A page of a list in the same way. */
export function keptPage(site: Site, query: EntryQuery, page: number): Promise<NumberedPage> {
  const since = Date.now();
  return site.cache.remember(
    `entries-page:${JSON.stringify([query, page])}`,
    ({ items }) => untilOneEnds(site, [...queryTags(site, query), ...entryTags(items)], since),
    () => site.entries.page(query, page),
  );
}
