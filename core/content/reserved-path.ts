import type { Site } from '../kernel/site.ts';
import type { Entry } from './entry.ts';
import { isReservedSlug } from './permalink-structure.ts';
import { loadPermalinks } from './permalinks.ts';
import { termBases } from './term-bases.ts';

/** What a date archive may have for an address. */
const DATE = /^\/\d{4}(\/\d{1,2}){0,2}\/$/;
/** Only such a slug can make an address look like a date. */
const NUMBER = /^\d{1,4}$/;
const ONLY_NAME = /^\/%postname%\/?$/;

/** Whether an entry's address would be that of a year, month or day: a post "12" of May 2024 at `/2024/05/12/`. */
export async function looksLikeDate(site: Site, entry: Omit<Entry, 'id'>, path: string): Promise<boolean> {
  if (!NUMBER.test(entry.slug)) return false;
  const links = await loadPermalinks(site);
  const publishedAt = entry.publishedAt ?? Date.now();
  return DATE.test(links.entry({ id: -1, type: entry.type, slug: entry.slug, path, publishedAt }));
}

/** The types whose entries cannot have the same path: posts have the addresses of pages where these are a name only. */
export async function typesBeside(site: Site, type: string, path: string, known?: string): Promise<string[]> {
  if ((type !== 'post' && type !== 'page') || path.includes('/')) return [type];
  const structure = known ?? (await site.options.get<string>('permalink_structure'));
  return ONLY_NAME.test(structure) ? ['post', 'page'] : [type];
}

/** Whether a page, or a post whose address is its name only, would stand where something else of the site does: `/author/`. */
export async function isSpokenFor(site: Site, type: string, path: string): Promise<boolean> {
  if ((type !== 'page' && type !== 'post') || path.includes('/')) return false;
  const isBase = isReservedSlug(site, path) || [...(await termBases(site)).values()].includes(path);
  if (!isBase) return false;
  return type === 'page' || ONLY_NAME.test(await site.options.get<string>('permalink_structure'));
}
