import type { Knex } from 'knex';
import type { Viewer } from '../identity/viewer.ts';
import { ANONYMOUS } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import type { Entry } from './entry.ts';
import { applyQuery, countEntries, type EntryQuery, findEntries, joinTerms, MAX_LIMIT } from './query.ts';
import type { Cursor } from './query-order.ts';
import { readTotals } from './tallies.ts';

/** One page of a list that is paged by number. */
export interface NumberedPage {
  items: Entry[];
  page: number;
  pages: number;
  total: number;
  /** Whether there are more than could be counted within bounds. */
  isCapped: boolean;
}

/** Every so many entries the list has an anchor. */
const STEP = 100;
/** Up to here the store may skip entries one by one; it reads them from an index only. */
const SHALLOW = 300;
const ANCHORS_TTL_S = 24 * 3600;

/** The places of every hundredth entry of a list, counted from the oldest, so that new entries move none of them. */
interface Anchors {
  keys: { value: number; id: number }[];
}

/** The exact number of entries of a plain list (a type, an author, a term), or undefined for others. */
async function exactTotal(site: Site, query: EntryQuery): Promise<number | undefined> {
  const { type, author, term, ...rest } = query;
  const isPlain = Object.entries(rest).every(
    ([key, value]) => value === undefined || ['limit', 'order', 'direction', 'body'].includes(key),
  );
  const single = [author !== undefined, term !== undefined].filter(Boolean).length <= 1;
  if (!isPlain || !single || typeof type !== 'string' || (term && term.ids.length !== 1)) return undefined;
  // How many files one may see depends on what they are attached to.
  if (type === 'attachment' || Array.isArray(author)) return undefined;
  const scope = term ? `term:${term.ids[0]}` : typeof author === 'number' ? `author:${author}` : 'all';
  // What is published or withdrawn is told by these tags, and nothing else changes the sum.
  const tags = [`type:${type}`, ...(scope === 'all' ? [] : [scope])];
  return site.cache.remember(
    `total:${scope}:${type}`,
    { tags },
    async () => (await readTotals(site, [scope], { type })).get(scope) ?? 0,
  );
}

/** Whether the list is in the order that anchors are made for. */
function isNewestFirst({ order = 'published', direction = 'desc' }: EntryQuery): boolean {
  return order === 'published' && direction === 'desc';
}

async function loadAnchors(site: Site, query: EntryQuery): Promise<Anchors> {
  const inner = site.database.read('entries') as Knex.QueryBuilder;
  joinTerms(site, inner, query);
  await applyQuery(site, inner, { ...query, after: undefined }, ANONYMOUS);
  const table = query.term ? 'entry_terms' : 'entries';
  void inner
    .select(`${table}.published_at as value`, 'entries.id as id')
    .rowNumber('n', (window) => void window.orderBy(`${table}.published_at`).orderBy('entries.id'));
  const rows = (await site.database
    .read('entries')
    .from(inner.as('numbered'))
    .select('value', 'id')
    .whereRaw('n % ? = 0', [STEP])
    .orderBy('n')) as Anchors['keys'];
  return { keys: rows.map((row) => ({ value: Number(row.value), id: Number(row.id) })) };
}

/** From where to read deep in a list: the cursor of the nearest anchor above, and how many to skip from there. */
async function deepStart(
  site: Site,
  query: EntryQuery,
  fromOldest: number,
): Promise<{ after?: Cursor; offset: number } | undefined> {
  const key = `anchors:${JSON.stringify([query.type, query.author, query.term])}`;
  const { keys } = await site.cache.remember(key, { tags: ['anchors'], ttl: ANCHORS_TTL_S }, () =>
    loadAnchors(site, query),
  );
  // The anchor number k (from 0) is the entry with the ordinal (k + 1) * STEP, counted from the oldest.
  const index = Math.ceil(fromOldest / STEP) - 1;
  const anchor = keys[index];
  if (!anchor) return undefined;
  return { after: { value: anchor.value, id: anchor.id }, offset: (index + 1) * STEP - fromOldest };
}

/**
 * Reads page `page` of a list, newest first. The first pages skip along the index; deep ones start from an anchor,
 * so that page 1,000 costs what page 1 costs.
 */
export async function pageEntries(
  site: Site,
  query: EntryQuery,
  page: number,
  viewer: Viewer = ANONYMOUS,
): Promise<NumberedPage> {
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? 10), 1), MAX_LIMIT);
  const exact = await exactTotal(site, query);
  const total = exact ?? (await countEntries(site, query, viewer, 1001));
  const isCapped = exact === undefined && total > 1000;
  const pages = Math.max(1, Math.ceil(Math.min(total, isCapped ? 1000 : total) / limit));
  const skip = (page - 1) * limit;
  const facts = { page, pages, total: isCapped ? 1000 : total, isCapped };
  if (!Number.isInteger(page) || page < 1 || page > pages) return { items: [], ...facts };
  if (exact !== undefined && skip > SHALLOW && isNewestFirst(query)) {
    // The entry before the page's first one, counted from the oldest: the page begins after it.
    const start = await deepStart(site, query, exact - skip + 1);
    if (start) return { items: (await findEntries(site, { ...query, limit, ...start }, viewer)).items, ...facts };
  }
  return { items: (await findEntries(site, { ...query, limit, offset: skip }, viewer)).items, ...facts };
}
