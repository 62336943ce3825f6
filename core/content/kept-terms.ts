import type { Site } from '../kernel/site.ts';
import type { Entry } from './entry.ts';
import type { Term } from './term.ts';

/** The terms of entries as pages show them: kept until one of the entries or a term of any taxonomy changes. */
export async function keptTerms(site: Site, entries: readonly Entry[]): Promise<Map<number, Term[]>> {
  const ids = entries.map(({ id }) => id);
  const tags = [...ids.map((id) => `entry:${id}`), ...site.taxonomies.names().map((name) => `taxonomy:${name}`)];
  const pairs = await site.cache.remember(`entries-terms:${ids.join('+')}`, { tags }, async () => [
    ...(await site.terms.ofEntries(ids)),
  ]);
  return new Map(pairs);
}
