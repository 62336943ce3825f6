import {
  bulkOption,
  type Entry,
  type EntryQuery,
  exportList,
  exportTools,
  json,
  type Reply,
  type Row,
  type ScreenContext,
  type Table,
  type TableView,
  type TwoWayPage,
  withParameters,
} from 'galley';
import { actionsOf } from './admin-acts.ts';
import { KIND_LABELS, type LibraryAsked, monthsOf } from './admin-asked.ts';
import { listFolders } from './folders.ts';
import type { MediaItem } from './item-types.ts';
import type { Library } from './library.ts';
import { TRASH_COLUMNS, trashCells } from './trash-columns.ts';

export const BASE = '/admin/media';
const STEP = 200;
const COUNTED = 1000;
const MAX_IDS = 5000;

/** The table of some files, with what plugins add to it. */
async function tableOf(
  page: ScreenContext,
  library: Library,
  { asked, entries, more = {} }: { asked: LibraryAsked; entries: readonly Entry[]; more?: Partial<Table> },
): Promise<TableView> {
  const { items } = library;
  const [files, folders, farewells] = await Promise.all([
    items.of(entries, page.viewer),
    listFolders(page.site),
    asked.query.trash ? trashCells(page, entries) : undefined,
  ]);
  const acts = actionsOf(page, library, folders).filter(({ isOffered }) => isOffered(asked));
  const table: Table = {
    caption: 'Files of the library',
    columns: [
      { key: 'file', label: 'File' },
      ...(farewells ? TRASH_COLUMNS : []),
      { key: 'kind', label: 'Kind', isMinor: true },
      { key: 'pixels', label: 'Pixels', isMinor: true, isNumber: true },
      { key: 'size', label: 'Size', isNumber: true },
      { key: 'time', label: 'Uploaded', isMinor: true },
      { key: 'credit', label: 'Credit', isMinor: true, isOptional: true },
    ],
    rows: files.map((file) => rowOf(page, file, farewells?.get(file.id))),
    address: asked.address,
    bulk: {
      action: `${BASE}/bulk`,
      options: acts.map((act) => bulkOption({ ...act, label: page.t(act.label) })),
    },
    empty: emptyOf(asked),
    ...more,
  };
  return page.site.admin.lists.view(page, { names: ['media'], items: entries, table });
}

function rowOf(page: ScreenContext, file: MediaItem, more: Row['cells'] = {}): Row {
  const lacksAlt = file.family === 'image' && file.alt === '';
  const note = file.status === 'private' ? page.t('Private') : lacksAlt ? page.t('No alternative text') : '';
  return {
    id: String(file.id),
    label: file.title,
    isSelectable: true,
    cells: {
      file: { text: file.title, url: file.editUrl, note },
      kind: { text: page.t(file.kind) },
      pixels: { text: file.width && file.height ? `${file.width} × ${file.height}` : '' },
      size: { text: file.size },
      time: file.uploadedAt === null ? {} : { time: file.uploadedAt },
      credit: { text: file.credit },
      ...more,
    },
  };
}

const emptyOf = ({ query, isNarrow }: LibraryAsked): Table['empty'] => ({
  title: 'Nothing here',
  text: query.trash
    ? 'The trash is empty.'
    : isNarrow
      ? 'No file is like that.'
      : 'Drop pictures, sound, films or documents here, or choose them above.',
});

const below = (address: string, name: string): string => address.replace(BASE, `${BASE}/${name}`);

/** How many files are like those that are shown, on whatever page, and where their numbers are told. */
export async function matchingOf(
  page: ScreenContext,
  { entries, address }: LibraryAsked,
): Promise<{ count: number; isMore: boolean; idsUrl: string }> {
  const count = await page.site.entries.count(entries, page.viewer, COUNTED + 1);
  return { count: Math.min(count, COUNTED), isMore: count > COUNTED, idsUrl: below(address, 'ids') };
}

/** A page of the library as a list, with all that stands around it. */
export async function libraryTable(
  page: ScreenContext,
  library: Library,
  { asked, found }: { asked: LibraryAsked; found: TwoWayPage<Entry> },
): Promise<TableView> {
  const { address } = asked;
  const [{ count, isMore, idsUrl }, months] = await Promise.all([matchingOf(page, asked), monthsOf(page)]);
  const more: Partial<Table> = {
    search: { action: BASE, label: 'Words of the title', value: asked.search, hidden: hiddenOf(page) },
    selects: [
      selectOf(page, 'kind', 'Kind', KIND_LABELS),
      selectOf(page, 'month', 'Month', months),
      selectOf(page, 'mine', 'Whose', { '': 'Of all', '1': 'Mine' }),
      selectOf(page, 'alone', 'Attached', { '': 'To anything or nothing', '1': 'Attached to nothing' }),
      ...asked.filters.flatMap(({ filter, value, options }) =>
        filter.kind === 'select'
          ? [selectOf(page, `filter.${filter.name}`, filter.label, labelsOf(page, filter.label, options), value)]
          : [],
      ),
    ],
    inputs: asked.filters.flatMap(({ filter: { kind, name, label }, value }) =>
      kind === 'select' ? [] : [{ name: `filter.${name}`, label, type: kind, value }],
    ),
    chips: chipsOf(page, asked, months),
    total: { count, isMore },
    tools: exportTools(page, (format) => withParameters(below(address, 'export'), { format })),
    idsUrl,
    paging: {
      newer: found.newer && withParameters(address, { before: found.newer, after: '' }),
      older: found.older && withParameters(address, { after: found.older, before: '' }),
    },
  };
  return tableOf(page, library, { asked, entries: found.items, more });
}

/** What a search keeps: the folder, the trash and the view that somebody looks at. */
const hiddenOf = (page: ScreenContext): Record<string, string> =>
  Object.fromEntries(
    ['folder', 'trash', 'saved'].flatMap((name) => (page.text(name) ? [[name, page.text(name)]] : [])),
  );

function labelsOf(
  page: ScreenContext,
  label: string,
  options: readonly { value: string; label: string }[],
): Record<string, string> {
  const all = ['', page.t('{label}: all', { label: page.t(label) })] as const;
  return Object.fromEntries([all, ...options.map((option) => [option.value, option.label] as const)]);
}

function selectOf(
  page: ScreenContext,
  name: string,
  label: string,
  options: Readonly<Record<string, string>>,
  value = page.text(name),
): NonNullable<Table['selects']>[number] {
  const listed = Object.entries(options).map(([key, text]) => ({ value: key, label: text, selected: key === value }));
  return { name, label, options: listed };
}

/** What narrows the list, each to be taken away by one press. */
function chipsOf(page: ScreenContext, asked: LibraryAsked, months: Readonly<Record<string, string>>): Table['chips'] {
  const { address, query, search } = asked;
  const without = (name: string): string => withParameters(address, { [name]: '' });
  const chip = (name: string, label: string | undefined) => (label ? [{ label, url: without(name) }] : []);
  const kind = page.text('kind');
  return [
    ...chip('search', search && `“${search}”`),
    ...chip('kind', query.type && page.t(KIND_LABELS[kind] ?? kind)),
    ...chip('month', query.month && months[query.month]),
    ...chip('mine', query.author === undefined ? '' : page.t('Mine')),
    ...chip('alone', query.unattached ? page.t('Attached to nothing') : ''),
    ...asked.filters.flatMap(({ filter: { name, label }, value, options }) =>
      chip(
        `filter.${name}`,
        value && `${page.t(label)}: ${options.find((option) => option.value === value)?.label ?? value}`,
      ),
    ),
  ];
}

/** All files that match as CSV or JSON: the rows and columns that their reader sees. */
export function exportLibrary(page: ScreenContext, library: Library, asked: LibraryAsked): Reply {
  return exportList(page, { name: 'media', tables: tables(page, library, asked) });
}

async function* tables(page: ScreenContext, library: Library, asked: LibraryAsked): AsyncGenerator<TableView> {
  for await (const entries of allPages(page, asked)) yield await tableOf(page, library, { asked, entries });
}

/** All files of the list, page by page; at least one page, which may be empty. */
async function* allPages(page: ScreenContext, { entries: query }: LibraryAsked): AsyncGenerator<Entry[]> {
  let isFirst = true;
  for (let after: EntryQuery['after']; ; isFirst = false) {
    const { items, next } = await page.site.entries.find({ ...query, limit: STEP, after }, page.viewer);
    if (items.length > 0 || isFirst) yield items;
    if (!next) return;
    after = next;
  }
}

/** The ids of all that match, up to a bound: for acts on more than one page of the list. */
export async function libraryIds(page: ScreenContext, asked: LibraryAsked): Promise<Reply> {
  const ids: number[] = [];
  for await (const entries of allPages(page, asked)) {
    ids.push(...entries.map(({ id }) => id));
    if (ids.length > MAX_IDS) break;
  }
  const headers = { 'cache-control': 'private, no-store' };
  return json({ ids: ids.slice(0, MAX_IDS), isMore: ids.length > MAX_IDS }, { headers });
}
