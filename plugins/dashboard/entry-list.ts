import {
  type ContentType,
  type Entry,
  exportTools,
  type Reply,
  type ScreenContext,
  sumOf,
  type Table,
  type TableView,
  type Tally,
  type TwoWayPage,
  withParameters,
} from 'galley';
import { EDIT } from './bulk-edit.ts';
import { mainTaxonomy, rowsOf } from './entry-rows.ts';
import { fieldColumns, taxonomyColumns } from './list-columns.ts';
import { talliesOf } from './list-filters.ts';
import { type Asked, findPage, isNarrowed, LIST_QUERY, LIVE, queryOf, readAsked, SHOWN } from './list-query.ts';
import { REMOVED_URL } from './removed-list.ts';
import { DELETED_BY } from './trash-columns.ts';
import { newLabel, typeWords } from './type-words.ts';
import { listNames, listUrl } from './types.ts';
import { STATUS_WORDS } from './words.ts';

const COUNTED = 1000;

/** The list of all entries of a type. */
export async function showEntries(page: ScreenContext): Promise<Reply> {
  const asked = await readAsked(page);
  const { type } = asked;
  const start = page.context.url.includes('?') ? undefined : await startOf(page, type);
  if (start) return page.redirect(start);
  const found = await findPage(page, asked);
  return page.view('list', {
    title: type.title,
    intro: type.description,
    actions: [{ label: newLabel(type, page.messages), url: `${listUrl(type)}/new`, icon: 'plus-lg', isPrimary: true }],
    table: await entryTable(page, asked, found),
  });
}

/** The view that somebody chose to open first. */
function startOf(page: ScreenContext, type: ContentType): Promise<string | undefined> {
  return page.site.admin.lists.startOf(page, `content:${type.name}`, listUrl(type));
}

/** The table of a page of entries, with all that stands around it. */
async function entryTable(page: ScreenContext, asked: Asked, found: TwoWayPage<Entry>): Promise<TableView> {
  const [table, around] = await Promise.all([rowTable(page, asked, found.items), aroundOf(page, asked, found)]);
  return { ...table, ...around, bulk: table.bulk };
}

/** The rows and columns of some entries, as this person sees them. */
export async function rowTable(page: ScreenContext, asked: Asked, items: readonly Entry[]): Promise<TableView> {
  const { type, status, sort, direction } = asked;
  const main = mainTaxonomy(page, type);
  const isTrash = status === 'trash';
  const columns = [...taxonomyColumns(page, type, main), ...fieldColumns(type)];
  const table: Table = {
    caption: type.title,
    columns: [
      { key: 'title', label: 'Title', sort: 'asc' },
      ...(type.supports.includes('author') ? [{ key: 'author', label: 'Author', isMinor: true }] : []),
      ...(main ? [{ key: 'terms', label: page.site.taxonomies.need(main).title, isMinor: true }] : []),
      { key: 'status', label: isTrash ? 'Was' : 'Status' },
      { key: 'modified', label: isTrash ? 'Deleted' : 'Changed', sort: 'desc', isMinor: true },
      { key: 'published', label: 'Date', sort: 'desc', isMinor: true },
    ],
    rows: await rowsOf(page, type, items, main),
    sort: { by: sort, direction },
    address: addressOf(page, asked),
    bulk: { action: `${listUrl(type)}/bulk`, options: bulkOptions(status, page, type) },
    empty: emptyOf(page, asked),
  };
  return page.site.admin.lists.view(page, {
    names: listNames(type),
    items,
    table,
    columns: isTrash ? [DELETED_BY, ...columns] : columns,
  });
}

/** The address of the list with all that narrows it, and without what shows a part of it. */
function addressOf(page: ScreenContext, { type, filters }: Asked): string {
  const names = LIST_QUERY.filter((name) => !name.endsWith('.*') && name !== 'after' && name !== 'before');
  const own = Object.fromEntries(names.map((name) => [name, page.text(name)]));
  const active = Object.fromEntries(filters.map(({ filter, value }) => [`filter.${filter.name}`, value]));
  return withParameters(listUrl(type), { ...own, ...active });
}

type Around = Pick<
  Table,
  'filters' | 'search' | 'selects' | 'inputs' | 'chips' | 'total' | 'tools' | 'idsUrl' | 'paging'
>;

async function aroundOf(page: ScreenContext, asked: Asked, found: TwoWayPage<Entry>): Promise<Around> {
  const { type, search, filters } = asked;
  const address = addressOf(page, asked);
  const below = (name: string): string => address.replace(listUrl(type), `${listUrl(type)}/${name}`);
  const tallies = await shownTallies(page, type);
  const [tabs, total] = await Promise.all([tabsOf(page, asked, tallies), totalOf(page, asked, tallies)]);
  const kept = ['status', 'author', 'sort', 'direction', 'term', 'saved'].map(
    (name) => [name, page.text(name)] as const,
  );
  return {
    filters: tabs,
    search: {
      action: listUrl(type),
      label: page.t('Look for {things} by title', { things: typeWords(type, page.messages).things }),
      value: search,
      hidden: Object.fromEntries(kept.filter(([, value]) => value)),
    },
    selects: filters.flatMap(({ filter: { kind, name, label }, value, options }) =>
      kind === 'select' && (options.length > 0 || value)
        ? [selectOf(page, `filter.${name}`, label, value, options)]
        : [],
    ),
    inputs: filters.flatMap(({ filter: { kind, name, label }, value }) =>
      kind === 'select' ? [] : [{ name: `filter.${name}`, label, type: kind, value }],
    ),
    chips: chipsOf(asked, address),
    total,
    tools: exportTools(page, (format) => withParameters(below('export'), { format })),
    idsUrl: below('ids'),
    paging: {
      newer: found.newer && withParameters(address, { before: found.newer, after: '' }),
      older: found.older && withParameters(address, { after: found.older, before: '' }),
    },
  };
}

/** What an empty list says. */
function emptyOf(page: ScreenContext, asked: Asked): Table['empty'] {
  const { type, status } = asked;
  const { thing, things } = typeWords(type, page.messages);
  if (isNarrowed(asked) || status !== '')
    return {
      title: 'Nothing fits',
      text: page.t('No {things} here. Look for other words, or go back to all of them.', { things }),
      action: { label: page.t('All {things}', { things }), url: listUrl(type) },
    };
  return {
    title: page.t('No {things} yet', { things }),
    text: page.t(
      type.public
        ? 'What you write here appears on your site when you publish it.'
        : 'It has no page of its own: visitors see it where it is put in.',
    ),
    action: { label: page.t('Write the first {thing}', { thing }), url: `${listUrl(type)}/new` },
  };
}

function selectOf(
  page: ScreenContext,
  name: string,
  label: string,
  value: string,
  options: readonly { value: string; label: string }[],
): NonNullable<Table['selects']>[number] {
  const all = { value: '', label: page.t('{label}: all', { label: page.t(label) }), selected: value === '' };
  const known = options.map((option) => ({ ...option, selected: option.value === value }));
  const isUnknown = value !== '' && !known.some(({ selected }) => selected);
  return { name, label, options: [all, ...known, ...(isUnknown ? [{ value, label: value, selected: true }] : [])] };
}

/** What narrows the list, each to be taken away by one press. */
function chipsOf({ search, term, filters }: Asked, address: string): { label: string; url: string }[] {
  const chips = filters
    .filter(({ value }) => value !== '')
    .map(({ filter, value, options }) => ({
      label: `${filter.label}: ${options.find((option) => option.value === value)?.label ?? value}`,
      url: withParameters(address, { [`filter.${filter.name}`]: '' }),
    }));
  return [
    ...(search ? [{ label: `“${search}”`, url: withParameters(address, { search: '' }) }] : []),
    ...(term ? [{ label: term.name, url: withParameters(address, { term: '' }) }] : []),
    ...chips,
  ];
}

/** From the sums where nothing narrows the list, else counted up to a bound. */
async function totalOf(page: ScreenContext, asked: Asked, tallies: readonly Tally[]): Promise<Table['total']> {
  const { type, status, mine, sort } = asked;
  const { viewer, site } = page;
  if (isNarrowed(asked) || (mine && viewer.can(`edit_others_${type.capability}s`)) || sort.startsWith('field.')) {
    const count = await site.entries.count(queryOf(page, asked), viewer, COUNTED + 1);
    return { count: Math.min(count, COUNTED), isMore: count > COUNTED };
  }
  const statuses = [queryOf(page, asked).status ?? []].flat();
  const known = status === '' && sort !== 'published' ? LIVE : statuses;
  return { count: known.reduce((sum, name) => sum + sumOf(tallies, type.name, name), 0), isMore: false };
}

function shownTallies(page: ScreenContext, type: ContentType): Promise<Tally[]> {
  const { site, viewer } = page;
  const seesAll = viewer.can(`edit_others_${type.capability}s`);
  return seesAll || viewer.id === null ? talliesOf(page) : site.entries.counts(`author:${viewer.id}`);
}

function bulkOptions(status: string, page: ScreenContext, type: ContentType): { value: string; label: string }[] {
  if (status === 'trash')
    return [
      { value: 'restore', label: 'Restore' },
      { value: 'delete', label: 'Delete for good' },
    ];
  const publish = page.viewer.can(`publish_${type.capability}s`) ? [{ value: 'publish', label: 'Publish' }] : [];
  return [
    { value: EDIT, label: 'Change fields …' },
    ...publish,
    { value: 'draft', label: 'Make a draft' },
    { value: 'trash', label: 'Move to the trash' },
  ];
}

async function tabsOf(
  page: ScreenContext,
  { type, status, mine }: Asked,
  tallies: readonly Tally[],
): Promise<Table['filters']> {
  const seesAll = page.viewer.can(`edit_others_${type.capability}s`);
  const base = listUrl(type);
  const total = LIVE.reduce((sum, name) => sum + sumOf(tallies, type.name, name), 0);
  const first = {
    label: seesAll ? 'All' : 'Yours',
    url: (await startOf(page, type)) ? `${base}?saved=all` : base,
    count: total,
    isCurrent: status === '' && (mine ? !seesAll : true),
  };
  return [
    first,
    ...(await mineFilter(page, type, mine)),
    ...statusFilters(type, tallies, { base, status }),
    ...removedFilter(type, tallies, status),
  ];
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

/** Beside the trash, what is gone for good. */
function removedFilter(
  { name }: ContentType,
  tallies: readonly Tally[],
  status: string,
): NonNullable<Table['filters']> {
  const isBeside = status === 'trash' || sumOf(tallies, name, 'trash') > 0;
  return isBeside ? [{ label: 'Removed for good', url: `${REMOVED_URL}?type=${name}`, isCurrent: false }] : [];
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
