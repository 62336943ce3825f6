import {
  type ContentType,
  decodeCursor,
  type Entry,
  type EntryQuery,
  type EntryStatus,
  pageBothWays,
  type Reply,
  type ScreenContext,
  sumOf,
  type Table,
  type Tally,
  type Term,
  tableView,
  withParameters,
} from 'galley';
import { mainTaxonomy, rowsOf } from './entry-rows.ts';
import { listUrl, typeOf } from './types.ts';
import { STATUS_WORDS } from './words.ts';

/** What of the address narrows and sorts the list. */
export const LIST_QUERY = ['status', 'search', 'sort', 'direction', 'after', 'before', 'term', 'author'] as const;

const LIVE: EntryStatus[] = ['publish', 'future', 'pending', 'draft', 'private', 'inherit'];
const SHOWN: EntryStatus[] = ['publish', 'future', 'pending', 'draft', 'private', 'trash'];
const PER_PAGE = 30;
const MAX_TERMS = 200;
type Sort = 'modified' | 'title' | 'published';

interface Asked {
  type: ContentType;
  status: string;
  search: string;
  sort: Sort;
  direction: 'asc' | 'desc';
  term: Term | undefined;
  mine: boolean;
}

/** The list of all entries of a type. */
export async function showEntries(page: ScreenContext): Promise<Reply> {
  const asked = await read(page);
  const { type } = asked;
  const found = await findPage(page, asked);
  const table = tableView(await tableOf(page, asked, found));
  return page.view('list', {
    title: type.title,
    intro: type.description,
    actions: [
      { label: `New ${type.singular.toLowerCase()}`, url: `${listUrl(type)}/new`, icon: 'plus-lg', isPrimary: true },
    ],
    table,
  });
}

async function read(page: ScreenContext): Promise<Asked> {
  const type = typeOf(page);
  const sort = (['title', 'published'] as const).find((name) => name === page.text('sort')) ?? 'modified';
  const first = sort === 'title' ? 'asc' : 'desc';
  const term = await page.site.terms.get(Number(page.text('term')) || 0);
  return {
    type,
    status: page.text('status'),
    search: page.text('search').trim().slice(0, 100),
    sort,
    direction:
      page.text('direction') === (first === 'asc' ? 'desc' : 'asc') ? (first === 'asc' ? 'desc' : 'asc') : first,
    term: term && type.taxonomies.includes(term.taxonomy) ? term : undefined,
    mine:
      page.text('author') === 'me' ||
      (page.text('status') === '' && !page.viewer.can(`edit_others_${type.capability}s`)),
  };
}

function queryOf(page: ScreenContext, asked: Asked): EntryQuery {
  const { type, status, search, sort, direction, term, mine } = asked;
  const isKnown = SHOWN.some((name) => name === status);
  return {
    type: type.name,
    // Only what is published has a date that a list can be sorted by.
    status: isKnown ? status : sort === 'published' ? ['publish', 'future', 'private'] : LIVE,
    order: sort,
    direction,
    limit: PER_PAGE,
    body: false,
    ...(search ? { title: search } : {}),
    ...(term ? { term: { taxonomy: term.taxonomy, ids: [term.id] } } : {}),
    ...(mine && page.viewer.id !== null ? { author: page.viewer.id } : {}),
  };
}

function cursorOf(entry: Entry, sort: Sort): { value: string | number; id: number } {
  const values = { modified: entry.modifiedAt, title: entry.title, published: entry.publishedAt ?? 0 };
  return { value: values[sort], id: entry.id };
}

function findPage(page: ScreenContext, asked: Asked): Promise<{ items: Entry[]; newer?: string; older?: string }> {
  const query = queryOf(page, asked);
  const against = asked.direction === 'asc' ? 'desc' : 'asc';
  const place = { after: decodeCursor(page.text('after')), before: decodeCursor(page.text('before')) };
  return pageBothWays(
    place,
    async (after, isReversed) => {
      const direction = isReversed ? against : asked.direction;
      const { items, next } = await page.site.entries.find({ ...query, direction, after }, page.viewer);
      return { items, hasMore: next !== null };
    },
    (entry) => cursorOf(entry, asked.sort),
  );
}

async function tableOf(
  page: ScreenContext,
  asked: Asked,
  found: { items: Entry[]; newer?: string; older?: string },
): Promise<Table> {
  const { type, status, search, sort, direction, term } = asked;
  const { site } = page;
  const address = withParameters(listUrl(type), Object.fromEntries(LIST_QUERY.map((name) => [name, page.text(name)])));
  const [rows, filters, terms] = await Promise.all([
    rowsOf(page, type, found.items),
    filtersOf(page, asked),
    termSelect(page, asked),
  ]);
  const noun = type.title.toLowerCase();
  const isNarrowed = search !== '' || status !== '' || term !== undefined;
  const taxonomy = mainTaxonomy(page, type);
  return {
    caption: type.title,
    columns: [
      { key: 'title', label: 'Title', sort: 'asc' },
      ...(type.supports.includes('author') ? [{ key: 'author', label: 'Author', isMinor: true }] : []),
      ...(taxonomy ? [{ key: 'terms', label: site.taxonomies.need(taxonomy).title, isMinor: true }] : []),
      { key: 'status', label: 'Status' },
      { key: 'modified', label: 'Changed', sort: 'desc', isMinor: true },
      { key: 'published', label: 'Date', sort: 'desc', isMinor: true },
    ],
    rows,
    filters,
    search: {
      action: listUrl(type),
      label: `Look for ${noun} by title`,
      value: search,
      hidden: Object.fromEntries(
        [
          ['status', status],
          ['author', page.text('author')],
        ].filter(([, value]) => value),
      ),
    },
    selects: terms,
    sort: { by: sort, direction },
    address,
    bulk: { action: `${listUrl(type)}/bulk`, options: bulkOptions(status, page, type) },
    paging: {
      newer: found.newer && withParameters(address, { before: found.newer, after: '' }),
      older: found.older && withParameters(address, { after: found.older, before: '' }),
    },
    empty: isNarrowed
      ? {
          title: 'Nothing fits',
          text: `No ${noun} here. Look for other words, or go back to all of them.`,
          action: { label: `All ${noun}`, url: listUrl(type) },
        }
      : {
          title: `No ${noun} yet`,
          text: `What you write here appears on your site when you publish it.`,
          action: { label: `Write the first ${type.singular.toLowerCase()}`, url: `${listUrl(type)}/new` },
        },
  };
}

function bulkOptions(status: string, page: ScreenContext, type: ContentType): { value: string; label: string }[] {
  if (status === 'trash')
    return [
      { value: 'restore', label: 'Restore' },
      { value: 'delete', label: 'Delete for good' },
    ];
  const publish = page.viewer.can(`publish_${type.capability}s`) ? [{ value: 'publish', label: 'Publish' }] : [];
  return [...publish, { value: 'draft', label: 'Make a draft' }, { value: 'trash', label: 'Move to the trash' }];
}

async function filtersOf(page: ScreenContext, { type, status, mine }: Asked): Promise<Table['filters']> {
  const { site, viewer } = page;
  const seesAll = viewer.can(`edit_others_${type.capability}s`);
  const scope = seesAll || viewer.id === null ? 'all' : `author:${viewer.id}`;
  const tallies = await site.entries.counts(scope);
  const base = listUrl(type);
  const total = LIVE.reduce((sum, name) => sum + sumOf(tallies, type.name, name), 0);
  const first = {
    label: seesAll ? 'All' : 'Yours',
    url: base,
    count: total,
    isCurrent: status === '' && (mine ? !seesAll : true),
  };
  return [first, ...(await mineFilter(page, type, mine)), ...statusFilters(type, tallies, { base, status })];
}

async function mineFilter(
  { site, viewer }: ScreenContext,
  type: ContentType,
  mine: boolean,
): Promise<NonNullable<Table['filters']>> {
  if (viewer.id === null || !type.supports.includes('author') || !viewer.can(`edit_others_${type.capability}s`))
    return [];
  const tallies = await site.entries.counts(`author:${viewer.id}`);
  const count = LIVE.reduce((sum, name) => sum + sumOf(tallies, type.name, name), 0);
  return count === 0 ? [] : [{ label: 'Yours', url: `${listUrl(type)}?author=me`, count, isCurrent: mine }];
}

function statusFilters(
  type: ContentType,
  tallies: readonly Tally[],
  { base, status }: { base: string; status: string },
): NonNullable<Table['filters']> {
  return SHOWN.flatMap((name) => {
    const count = sumOf(tallies, type.name, name);
    if (count === 0 && status !== name) return [];
    return [{ label: STATUS_WORDS[name].word, url: `${base}?status=${name}`, count, isCurrent: status === name }];
  });
}

async function termSelect(page: ScreenContext, { type, term }: Asked): Promise<Table['selects']> {
  const taxonomy = mainTaxonomy(page, type);
  if (!taxonomy) return [];
  const { title } = page.site.taxonomies.need(taxonomy);
  const terms = await page.site.terms.list(taxonomy, { limit: MAX_TERMS });
  if (terms.length === 0) return [];
  const options = terms.map(({ id, name }) => ({ value: String(id), label: name, selected: id === term?.id }));
  return [
    {
      name: 'term',
      label: title,
      options: [{ value: '', label: `All ${title.toLowerCase()}`, selected: !term }, ...options],
    },
  ];
}
