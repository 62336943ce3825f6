import {
  type ContentType,
  decodeCursor,
  type Entry,
  type EntryOrder,
  type EntryQuery,
  type EntryStatus,
  type FilterOption,
  indexedValue,
  type ListFilter,
  pageBothWays,
  type ScreenContext,
  type Term,
  type TwoWayPage,
} from 'galley';
import { sortField } from './list-columns.ts';
import { filtersOf, mergeQueries } from './list-filters.ts';
import { DELETED_BY_FILTER } from './trash-columns.ts';
import { typeOf } from './types.ts';

/** What of the address narrows and sorts the list. */
export const LIST_QUERY = [
  'status',
  'search',
  'sort',
  'direction',
  'after',
  'before',
  'term',
  'author',
  'saved',
  'filter.*',
];

export const LIVE: EntryStatus[] = ['publish', 'future', 'pending', 'draft', 'private', 'inherit'];
export const SHOWN: EntryStatus[] = ['publish', 'future', 'pending', 'draft', 'private', 'trash'];
const PER_PAGE = 30;

/** A filter with what was chosen. */
export interface ActiveFilter {
  filter: ListFilter;
  value: string;
  options: readonly FilterOption[];
}

/** What was asked of a list. */
export interface Asked {
  type: ContentType;
  status: string;
  search: string;
  sort: string;
  order: EntryOrder;
  direction: 'asc' | 'desc';
  term: Term | undefined;
  mine: boolean;
  filters: readonly ActiveFilter[];
  /** The conditions of the filters. */
  conditions: Partial<EntryQuery>;
}

/** Reads the address. What means nothing narrows nothing. */
export async function readAsked(page: ScreenContext): Promise<Asked> {
  const type = typeOf(page);
  const own = filtersOf(page, type);
  const filters = page.text('status') === 'trash' ? [...own, DELETED_BY_FILTER] : own;
  const values = filters.map(({ name }) => page.text(`filter.${name}`).trim());
  const [options, queries, term] = await Promise.all([
    Promise.all(filters.map((filter) => filter.options?.(page) ?? [])),
    Promise.all(filters.map((filter, at) => (values[at] ? filter.query(values[at], page) : undefined))),
    page.text('term') ? page.site.terms.get(Number(page.text('term')) || 0) : undefined,
  ]);
  const field = sortField(type, page.text('sort'));
  const column = (['title', 'published'] as const).find((name) => name === page.text('sort')) ?? 'modified';
  const first = field || column === 'title' ? 'asc' : 'desc';
  const other = first === 'asc' ? 'desc' : 'asc';
  return {
    type,
    status: page.text('status'),
    search: page.text('search').trim().slice(0, 100),
    sort: field ? `field.${field}` : column,
    order: field ? { field } : column,
    direction: page.text('direction') === other ? other : first,
    term: term && type.taxonomies.includes(term.taxonomy) ? term : undefined,
    mine:
      page.text('author') === 'me' ||
      (page.text('status') === '' && !page.viewer.can(`edit_others_${type.capability}s`)),
    filters: filters.map((filter, at) => ({
      filter,
      value: queries[at] ? (values[at] ?? '') : '',
      options: options[at] ?? [],
    })),
    conditions: mergeQueries(queries.filter((query) => query !== undefined)),
  };
}

/** The query of what was asked. */
export function queryOf({ viewer }: ScreenContext, asked: Asked): EntryQuery {
  const { type, status, search, sort, order, direction, term, mine, conditions } = asked;
  const isKnown = SHOWN.some((name) => name === status);
  // Only what is published has a date that a list can be sorted or narrowed by.
  const dated = sort === 'published' || conditions.year !== undefined;
  return {
    ...conditions,
    type: type.name,
    status: isKnown ? status : dated ? ['publish', 'future', 'private'] : LIVE,
    order,
    direction,
    body: false,
    ...(search ? { title: search } : {}),
    ...(term ? { term: { taxonomy: term.taxonomy, ids: [term.id] } } : {}),
    ...(mine && viewer.id !== null ? { author: viewer.id } : {}),
  };
}

/** Whether anything but the status narrows the list: then its size is counted, within bounds. */
export function isNarrowed({ search, term, filters }: Asked): boolean {
  return search !== '' || term !== undefined || filters.some(({ value }) => value !== '');
}

function cursorOf(entry: Entry, { type, order }: Asked): { value: string | number; id: number } {
  if (typeof order === 'object')
    return { value: indexedValue(type.fields, order.field, entry.fields) ?? '', id: entry.id };
  const values = { modified: entry.modifiedAt, title: entry.title, published: entry.publishedAt ?? 0 };
  return { value: values[order as keyof typeof values], id: entry.id };
}

/** The page of the list that the address means. */
export function findPage(page: ScreenContext, asked: Asked): Promise<TwoWayPage<Entry>> {
  const query = { ...queryOf(page, asked), limit: PER_PAGE };
  const against = asked.direction === 'asc' ? 'desc' : 'asc';
  const place = { after: decodeCursor(page.text('after')), before: decodeCursor(page.text('before')) };
  return pageBothWays(
    place,
    async (after, isReversed) => {
      const direction = isReversed ? against : asked.direction;
      const { items, next } = await page.site.entries.find({ ...query, direction, after }, page.viewer);
      return { items, hasMore: next !== null };
    },
    (entry) => cursorOf(entry, asked),
  );
}

/** All entries of the list, page by page of so many, so that memory holds one page only. */
export async function* allPages(page: ScreenContext, asked: Asked, limit: number): AsyncGenerator<Entry[]> {
  const query = { ...queryOf(page, asked), limit };
  for (let after: EntryQuery['after']; ; ) {
    const { items, next } = await page.site.entries.find({ ...query, after }, page.viewer);
    if (items.length > 0) yield items;
    if (!next) return;
    after = next;
  }
}
