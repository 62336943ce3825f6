import type { Knex } from 'knex';
import type { EntryRow } from './entry.ts';
import { indexColumn } from './field-index.ts';
import type { ContentType } from './types.ts';

/** A column that a list may be sorted by. */
type ColumnOrder = 'published' | 'modified' | 'title' | 'order' | 'id';

/** What a list may be sorted by: a column, or a field with an index. Sorted by a field, it holds the entries that have a value. */
export type EntryOrder = ColumnOrder | { field: string };

/** A place in a list: the sort value and the id of the last entry that was read. */
export interface Cursor {
  value: string | number | null;
  id: number;
}

const ORDER_COLUMNS: Record<ColumnOrder, keyof EntryRow> = {
  published: 'published_at',
  modified: 'modified_at',
  title: 'title',
  order: 'menu_order',
  id: 'id',
};

/** The join that a list sorted by a field reads first: its index holds values and ids in order. */
export function joinOrder(builder: Knex.QueryBuilder, order: EntryOrder | undefined): void {
  if (typeof order !== 'object') return;
  void builder.join('entry_index as ordered', 'ordered.entry_id', 'entries.id').where('ordered.field', order.field);
}

/** How a list is sorted. */
interface Sorting {
  column: string;
  idColumn: string;
  direction: 'asc' | 'desc';
  /** Whether entries without a value may be among them. */
  mayBeNull: boolean;
}

/** Goes on after an entry that was read. */
export function afterCursor(
  builder: Knex.QueryBuilder,
  { column, idColumn, direction, mayBeNull }: Sorting,
  cursor: Cursor,
): void {
  const operator = direction === 'asc' ? '>' : '<';
  const { value, id } = cursor;
  if (column === 'entries.id') void builder.where(column, operator, id);
  else if (value === null) afterNothing(builder, column, direction, id);
  else
    builder.where((outer) => {
      // "Not before, and not the same up to here": a store reads this as one stretch of the index.
      void outer
        .where(column, `${operator}=`, value)
        .where((inner) => void inner.where(column, operator, value).orWhere(idColumn, operator, id));
      // Drafts have no date; both stores sort nothing below everything.
      if (direction === 'desc' && mayBeNull) void outer.orWhereNull(column);
    });
}

/** Goes on after an entry without a value. */
function afterNothing(builder: Knex.QueryBuilder, column: string, direction: 'asc' | 'desc', id: number): void {
  if (direction === 'desc') void builder.whereNull(column).where('entries.id', '<', id);
  else
    builder.where((outer) => {
      void outer.whereNotNull(column).orWhere('entries.id', '>', id);
    });
}

/**
 * By which column a list is really sorted: within one term its own copy of the date, so that one index does it all; by
 * a field the column of the index table.
 */
export function orderColumn(order: EntryOrder, types: readonly ContentType[], isOneTerm: boolean): string {
  if (typeof order === 'object') {
    const kind = types.find(({ fields }) => fields[order.field])?.fields[order.field]?.kind;
    return `ordered.${indexColumn(kind ?? 'text')}`;
  }
  const column = ORDER_COLUMNS[order];
  return column === 'published_at' && isOneTerm ? 'entry_terms.published_at' : `entries.${column}`;
}

/** Sorts by the column, then by id. */
export function orderBy(
  builder: Knex.QueryBuilder,
  isNamed: boolean,
  { column, idColumn, direction }: Omit<Sorting, 'mayBeNull'>,
): void {
  // A few entries that are named are found by their key and then sorted. Left alone, a store walks along the index of
  // the order instead and looks at each entry of the site for whether it is among them.
  const sorted = direction === 'asc' ? 'coalesce(??, ??) asc' : 'coalesce(??, ??) desc';
  if (isNamed && column !== 'entries.id') void builder.orderByRaw(sorted, [column, column]);
  else void builder.orderBy(column, direction);
  if (column !== 'entries.id') void builder.orderBy(idColumn, direction);
}
