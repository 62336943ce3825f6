import type { Knex } from 'knex';
import { ANONYMOUS, type Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { decodeEntry, type Entry, type EntryRow, SUMMARY_COLUMNS } from './entry.ts';
import { type FieldCondition, whereField } from './query-field.ts';
import { afterCursor, type Cursor, type EntryOrder, joinOrder, orderBy, orderColumn } from './query-order.ts';
import { dateRange } from './time-zone.ts';
import type { ContentType } from './types.ts';
import { type Access, restrictToVisible } from './visibility.ts';

/** Which entries to read. All parts must hold. */
export interface EntryQuery {
  /** Default: all public types. */
  type?: string | readonly string[];
  /** Default: `publish` (for attachments `inherit`). */
  status?: string | readonly string[];
  ids?: readonly number[];
  exclude?: readonly number[];
  /** Only those that a plugin's own table has no such row of, in that column. Never of what somebody typed. */
  without?: { table: string; column: string; where?: Readonly<Record<string, readonly string[]>> };
  uuid?: string | readonly string[];
  slug?: string | readonly string[];
  path?: string | readonly string[];
  author?: number | readonly number[];
  parent?: number | null | readonly number[];
  term?: { taxonomy: string; ids: readonly number[] };
  /** Terms, of whatever taxonomies, that it must have besides: all of them. */
  allTerms?: readonly number[];
  /** Words that the title must contain; the full-text search is a plugin's. */
  title?: string;
  year?: number;
  month?: number;
  day?: number;
  publishedAfter?: number;
  publishedBefore?: number;
  modifiedAfter?: number;
  endsBefore?: number;
  mimeType?: string;
  sticky?: boolean;
  featuredIds?: readonly number[];
  /** Conditions on fields that are marked `index`. */
  where?: Readonly<Record<string, FieldCondition>>;
  order?: EntryOrder;
  direction?: 'asc' | 'desc';
  /** How many, 1 to 1000. Default 10. */
  limit?: number;
  after?: Cursor;
  /** Skips a few entries; bounded, since the store must read what it skips. For depth use `after`. */
  offset?: number;
  /** Whether the body is read too. Default true. */
  body?: boolean;
}

/** One page of a list. */
export interface EntryPage {
  items: Entry[];
  /** Where the next page starts, or null at the end. */
  next: Cursor | null;
}

/** The most entries that one query reads. */
export const MAX_LIMIT = 1000;
const MAX_OFFSET = 10_000;
const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

/** The types that a query is about. */
export function typesOf(site: Site, query: EntryQuery): ContentType[] {
  const names = query.type === undefined ? site.types.publicNames() : listOf(query.type);
  return names.flatMap((name) => site.types.get(name) ?? []);
}

function statusesOf(query: EntryQuery, types: readonly ContentType[]): readonly string[] {
  if (query.status !== undefined) return listOf(query.status);
  return types.some((type) => type.name === 'attachment') ? ['publish', 'inherit'] : ['publish'];
}

function whereList(builder: Knex.QueryBuilder, column: string, values: readonly (string | number)[]): void {
  if (values.length === 1) void builder.where(column, values[0] as string | number);
  else void builder.whereIn(column, [...values]);
}

/** Refuses conditions on fields that have no index: they would read the whole table. */
function checkFields(types: readonly ContentType[], query: EntryQuery, viewer: Viewer): void {
  const sorted = typeof query.order === 'object' ? [query.order.field] : [];
  for (const name of [...Object.keys(query.where ?? {}), ...sorted]) {
    const readable = types.flatMap((type) => type.fields[name]?.readable ?? []);
    // Whoever may ask for a value, or sort by it, learns it, even where it is never shown.
    if (readable.some((capability) => !viewer.can(capability)))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', `You may not filter entries by "${name}".`);
    if (!types.some((type) => type.fields[name]?.index)) {
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        `Entries cannot be filtered or sorted by "${name}": mark the field with index: true.`,
      );
    }
  }
}

async function whereDates(site: Site, builder: Knex.QueryBuilder, query: EntryQuery): Promise<void> {
  if (query.year !== undefined) {
    const { from, to } = dateRange(await site.options.get<string>('timezone'), query.year, query.month, query.day);
    void builder.where('entries.published_at', '>=', from).where('entries.published_at', '<', to);
  }
  if (query.publishedAfter !== undefined) void builder.where('entries.published_at', '>', query.publishedAfter);
  if (query.publishedBefore !== undefined) void builder.where('entries.published_at', '<', query.publishedBefore);
  if (query.endsBefore !== undefined) void builder.where('entries.unpublish_at', '<', query.endsBefore);
  if (query.modifiedAfter !== undefined) void builder.where('entries.modified_at', '>', query.modifiedAfter);
}

/**
 * How the store is to find what a query asks for. Along the order of the list where it is of one type in several
 * statuses and nothing narrows it so far that the walk would be a long one.
 */
function accessOf(query: EntryQuery, types: readonly ContentType[], statuses: readonly string[]): Access {
  const { order, ids, uuid, slug, path, author, parent, term, allTerms, where, featuredIds, endsBefore } = query;
  const keys = [ids, uuid, slug, parent ?? undefined, featuredIds, endsBefore];
  if (keys.some((key) => key !== undefined)) return 'key';
  if (path !== undefined) return 'order'; // Paths are in an index with the types.
  const narrowed = [author, parent, term, allTerms, query.year, query.modifiedAfter];
  const isNarrow = narrowed.some((part) => part !== undefined) || Object.keys(where ?? {}).length > 0;
  const isColumn = order === 'modified' || order === 'title' || order === 'published';
  return types.length === 1 && statuses.length > 2 && isColumn && !isNarrow ? 'order' : 'status';
}

function withoutRow(
  builder: Knex.QueryBuilder,
  { table, column, where = {} }: NonNullable<EntryQuery['without']>,
): void {
  void builder.whereNotExists((rows: Knex.QueryBuilder) => {
    void rows
      .select(`${table}.${column}`)
      .from(table)
      .whereRaw('?? = ??', [`${table}.${column}`, 'entries.id']);
    for (const [name, values] of Object.entries(where)) void rows.whereIn(`${table}.${name}`, [...values]);
  });
}

/** The conditions of a query, visibility included: lists and counts share them. */
export async function applyQuery(
  site: Site,
  builder: Knex.QueryBuilder,
  query: EntryQuery,
  viewer: Viewer,
): Promise<void> {
  const types = typesOf(site, query);
  checkFields(types, query, viewer);
  const statuses = statusesOf(query, types);
  restrictToVisible(builder, { types, statuses, viewer, access: accessOf(query, types, statuses) });
  if (query.ids) whereList(builder, 'entries.id', query.ids);
  if (query.exclude?.length) void builder.whereNotIn('entries.id', [...query.exclude]);
  if (query.without) withoutRow(builder, query.without);
  if (query.uuid !== undefined) whereList(builder, 'entries.uuid', listOf(query.uuid));
  if (query.slug !== undefined) whereList(builder, 'entries.slug', listOf(query.slug));
  if (query.path !== undefined) whereList(builder, 'entries.path', listOf(query.path));
  if (query.author !== undefined) whereList(builder, 'entries.author_id', listOf(query.author));
  // Nearly everything has no parent, so its index would lead past all posts to the few pages on top.
  if (query.parent === null) void builder.whereRaw('coalesce(??, 0) = 0', ['entries.parent_id']);
  else if (query.parent !== undefined) whereList(builder, 'entries.parent_id', listOf(query.parent));
  if (query.title)
    void builder.whereRaw(site.database.dialect.contains('entries.title', query.title, { ignoreCase: true }));
  if (query.sticky !== undefined) void builder.where('entries.sticky', query.sticky ? 1 : 0);
  for (const id of query.allTerms ?? [])
    void builder.whereIn(
      'entries.id',
      (inner: Knex.QueryBuilder) => void inner.select('entry_id').from('entry_terms').where('term_id', id),
    );
  if (query.featuredIds) whereList(builder, 'entries.featured_id', query.featuredIds);
  if (query.mimeType) void builder.whereRaw(site.database.dialect.startsWith('entries.mime_type', query.mimeType));
  await whereDates(site, builder, query);
  for (const condition of Object.entries(query.where ?? {})) whereField(site, builder, types, condition);
}

/**
 * The part of a query that a term list answers from its own index: newest of a term without reading the others.
 * The join goes from the terms to the entries, so that the order comes out of the index.
 */
export function joinTerms(site: Site, builder: Knex.QueryBuilder, query: EntryQuery): void {
  if (!query.term) return;
  const ids = [...query.term.ids];
  if (ids.length === 1) {
    const types = typesOf(site, query);
    void builder.join('entry_terms', 'entry_terms.entry_id', 'entries.id').where('entry_terms.term_id', ids[0] ?? -1);
    // The same as is asked of the entries: it makes the order come out of the index, too.
    whereList(
      builder,
      'entry_terms.type',
      types.map((type) => type.name),
    );
    whereList(builder, 'entry_terms.status', statusesOf(query, types));
  } else {
    void builder.whereIn(
      'entries.id',
      (inner: Knex.QueryBuilder) => void inner.select('entry_id').from('entry_terms').whereIn('term_id', ids),
    );
  }
}

/**
 * Reads one page of a list, newest first unless the query says otherwise. One query.
 *
 * @param viewer whose eyes it is read with; without one, an anonymous visitor's
 * @throws GALLEY_INPUT_INVALID for a filter on a field without an index
 */
export async function findEntries(site: Site, query: EntryQuery, viewer: Viewer = ANONYMOUS): Promise<EntryPage> {
  const limit = Math.min(Math.max(query.limit ?? 10, 1), MAX_LIMIT);
  const direction = query.direction ?? (query.order === 'title' || query.order === 'order' ? 'asc' : 'desc');
  if (query.ids?.length === 0 || query.term?.ids.length === 0) return { items: [], next: null };
  const column = orderColumn(query.order ?? 'published', typesOf(site, query), query.term?.ids.length === 1);
  const builder = site.database.read<EntryRow>('entries') as Knex.QueryBuilder;
  joinTerms(site, builder, query);
  joinOrder(builder, query.order);
  await applyQuery(site, builder, query, viewer);
  const idColumn = column.startsWith('entries.') ? 'entries.id' : `${column.split('.')[0]}.entry_id`;
  // What is published has a date.
  const mayBeNull = column === 'entries.published_at' && query.status !== undefined;
  if (query.after) afterCursor(builder, { column, idColumn, direction, mayBeNull }, query.after);
  const columns = query.body === false ? SUMMARY_COLUMNS : [...SUMMARY_COLUMNS, 'content' as const];
  void builder.select([...columns.map((name) => `entries.${name}`), `${column} as sort_value`]);
  const isNamed = Boolean(query.ids ?? query.path ?? query.slug ?? query.uuid);
  orderBy(builder, isNamed, { column, idColumn, direction });
  void builder.limit(limit + 1);
  if (query.offset) void builder.offset(Math.min(query.offset, MAX_OFFSET));
  const rows = (await builder) as (EntryRow & { sort_value: string | number | null })[];
  const items = rows.slice(0, limit).map(decodeEntry);
  const last = items.at(-1);
  const next = rows.length > limit && last ? { value: rows[limit - 1]?.sort_value ?? null, id: last.id } : null;
  return { items, next };
}

/** How many entries there are, counted up to `bound` only, so that a count never reads a large table. */
export async function countEntries(
  site: Site,
  query: EntryQuery,
  viewer: Viewer = ANONYMOUS,
  bound = 1000,
): Promise<number> {
  if (query.ids?.length === 0 || query.term?.ids.length === 0) return 0;
  const inner = site.database.read('entries');
  joinTerms(site, inner, query);
  await applyQuery(site, inner, query, viewer);
  void inner.select('entries.id').limit(bound);
  const [row] = (await site.database.read('entries').from(inner.as('bounded')).count({ amount: '*' })) as {
    amount: number | string;
  }[];
  return Number(row?.amount ?? 0);
}
