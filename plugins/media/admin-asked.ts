import {
  type Entry,
  type EntryQuery,
  type FilterOption,
  type ListFilter,
  type ScreenContext,
  withParameters,
} from 'galley';
import { entryQuery, type ItemQuery } from './items.ts';
import { DELETED_BY_FILTER } from './trash-columns.ts';

/** What the address of the library may say. */
export const LIBRARY_QUERY = [
  'kind',
  'search',
  'month',
  'folder',
  'mine',
  'alone',
  'trash',
  'view',
  'after',
  'before',
  'saved',
  'filter.*',
];
const NARROWING = ['kind', 'search', 'month', 'folder', 'mine', 'alone', 'trash'] as const;
export const KIND_LABELS: Readonly<Record<string, string>> = {
  '': 'All kinds',
  image: 'Pictures',
  audio: 'Sound',
  video: 'Films',
  document: 'Documents',
};

/** A filter of a plugin with what was chosen. */
interface ActiveFilter {
  filter: ListFilter;
  value: string;
  options: readonly FilterOption[];
}

/** What was asked of the library. */
export interface LibraryAsked {
  query: ItemQuery;
  /** The same on entries, with the conditions of plugins. */
  entries: EntryQuery;
  search: string;
  filters: readonly ActiveFilter[];
  isNarrow: boolean;
  /** The address with all that narrows it. */
  address: string;
}

/** Reads the address. What means nothing narrows nothing. */
export async function readAsked(page: ScreenContext): Promise<LibraryAsked> {
  const added = page.site.admin.lists.of(['media']).filters;
  const filters = page.text('trash') ? [...added, DELETED_BY_FILTER] : added;
  const values = filters.map(({ name }) => page.text(`filter.${name}`).trim());
  const [options, queries] = await Promise.all([
    Promise.all(filters.map((filter) => filter.options?.(page) ?? [])),
    Promise.all(filters.map((filter, at) => (values[at] ? filter.query(values[at], page) : undefined))),
  ]);
  const active = filters.map((filter, at) => ({
    filter,
    value: queries[at] ? (values[at] ?? '') : '',
    options: options[at] ?? [],
  }));
  const query = queryOf(page);
  const conditions: Partial<EntryQuery> = Object.assign({}, ...queries);
  const where = Object.assign({}, ...queries.map((part) => part?.where));
  const allTerms = queries.flatMap((part) => part?.allTerms ?? []);
  return {
    query,
    entries: { ...conditions, ...entryQuery(query), where, allTerms },
    search: page.text('search').trim().slice(0, 100),
    filters: active,
    isNarrow: NARROWING.some((name) => page.text(name) !== '') || active.some(({ value }) => value !== ''),
    address: withParameters('/admin/media', {
      ...Object.fromEntries([...NARROWING, 'saved'].map((name) => [name, page.text(name)])),
      ...Object.fromEntries(active.map(({ filter, value }) => [`filter.${filter.name}`, value])),
    }),
  };
}

function queryOf(page: ScreenContext): ItemQuery {
  const number = /^\d{1,15}$/.test(page.text('folder')) ? Number(page.text('folder')) : undefined;
  const kind = page.text('kind');
  const month = /^\d{4}-(0[1-9]|1[0-2])$/.test(page.text('month')) ? page.text('month') : undefined;
  return {
    ...(Object.hasOwn(KIND_LABELS, kind) && kind ? { type: kind } : {}),
    ...(month ? { month } : {}),
    ...(number ? { folder: number } : {}),
    ...(page.text('mine') && page.viewer.id !== null ? { author: page.viewer.id } : {}),
    ...(page.text('alone') ? { unattached: true } : {}),
    ...(page.text('trash') ? { trash: true } : {}),
    text: page.text('search'),
  };
}

/** The months in which files came, the newest first. */
export async function monthsOf(page: ScreenContext): Promise<Record<string, string>> {
  const tallies = await page.site.entries.counts();
  const months = new Set(
    tallies.flatMap(({ type, month, amount }) => (type === 'attachment' && month > 0 && amount > 0 ? [month] : [])),
  );
  const format = new Intl.DateTimeFormat(page.messages.language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const shown = [...months]
    .sort((a, b) => b - a)
    .slice(0, 240)
    .map((month) => {
      const [year, number] = [Math.floor(month / 100), month % 100];
      const label = format.format(Date.UTC(year, number - 1, 15));
      return [`${year}-${String(number).padStart(2, '0')}`, label] as const;
    });
  return Object.fromEntries([['', page.t('Any month')] as const, ...shown]);
}

/** Where a page of the library begins again. */
export const placeOf = ({ id }: Entry): { value: number; id: number } => ({ value: id, id });
