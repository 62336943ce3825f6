import type { SafeHtml } from '../lib/escape.ts';
import { withParameters } from './addresses.ts';
import type { ViewsMenu } from './list-view-menu.ts';

/** What stands in a cell. */
export interface Cell {
  text?: string;
  /** The whole text where `text` is cut short: what an export holds. */
  whole?: string;
  /** Sanitised HTML instead of text. */
  html?: SafeHtml;
  url?: string;
  /** A moment, in ms since the epoch: shown relative, with the whole date behind it. */
  time?: number;
  /** A state as word and colour. */
  badge?: { word: string; tone: string };
  /** Further words behind the text, such as "sticky". */
  marks?: readonly string[];
  /** Small text below. */
  note?: string;
  links?: readonly { label: string; url: string }[];
}

/** A column. */
export interface Column {
  key: string;
  label: string;
  /** May be sorted by: the direction to begin with. */
  sort?: 'asc' | 'desc';
  /** Left out on small screens. */
  isMinor?: boolean;
  isNumber?: boolean;
  /** Shown only to those who choose it. */
  isOptional?: boolean;
}

/** Something that can be done with a row: a link, or with `isPost` a button. */
export interface RowAction {
  label: string;
  url: string;
  isPost?: boolean;
  isDanger?: boolean;
  /** `quick`: scripts open its form in the row; `open`: what the row itself opens, where its first cell is no link. */
  kind?: 'quick' | 'open';
}

/** A row. */
export interface Row {
  id: string;
  /** What it is called, for screen readers. */
  label: string;
  cells: Record<string, Cell>;
  actions?: readonly RowAction[];
  /** Whether bulk actions can take it. */
  isSelectable?: boolean;
}

/** A link above the table that narrows the list. */
export interface TableFilter {
  label: string;
  url: string;
  count?: number;
  isCurrent: boolean;
}

/** All that a list screen shows. */
export interface Table {
  /** What the list is, for screen readers. */
  caption: string;
  columns: readonly Column[];
  rows: readonly Row[];
  filters?: readonly TableFilter[];
  /** The search: its parameters that stay, and what was typed. */
  search?: { action: string; label: string; value: string; hidden?: Readonly<Record<string, string>> };
  /** Selects beside the search. */
  selects?: readonly {
    name: string;
    label: string;
    options: readonly { value: string; label: string; selected: boolean }[];
  }[];
  /** Further fields that narrow the list. */
  inputs?: readonly { name: string; label: string; type: 'text' | 'number' | 'date'; value: string }[];
  /** What narrows the list now, each with the address of the list without it. */
  chips?: readonly { label: string; url: string }[];
  /** How many rows there are in all, as far as it is known; with `isMore`, at least so many. */
  total?: { count: number; isMore: boolean };
  /** What can be done with the whole list, such as an export. */
  tools?: readonly { label: string; url: string; icon: string }[];
  /** Where the ids of all rows that match are read from, for bulk actions on more than a page. */
  idsUrl?: string;
  sort?: { by: string; direction: 'asc' | 'desc' };
  /** The address of the list with all that narrows it: sort and paging are added to it. */
  address: string;
  /** Where the form of selected rows is sent to, and what can be done with them. */
  bulk?: { action: string; options: readonly BulkOption[] };
  /** Where the list goes on. */
  paging?: { newer?: string; older?: string; label?: string };
  /** What an empty list says: the first step. */
  empty: { title: string; text: string; action?: { label: string; url: string } };
}

/** A text that is asked for before something is done with the selected. */
export interface AskedText {
  name: string;
  label: string;
  maxLength: number;
  /** Whether it may have several lines. */
  isLong?: boolean;
}

/** Something to do with the selected rows. */
export interface BulkOption {
  value: string;
  label: string;
  isDanger?: boolean;
  asks?: AskedText;
}

/** A table as its template gets it. */
export interface TableView extends Omit<Table, 'columns' | 'rows'> {
  /** The name of the list, where its look can be chosen. */
  name?: string;
  /** All columns but the first, in the order that this person likes, and which of them he sees. */
  choice?: readonly { key: string; label: string; isShown: boolean }[];
  /** The views that were made of it. */
  views?: ViewsMenu;
  columns: (Column & { sortUrl: string; sorted: string; isPrimary: boolean })[];
  rows: (Omit<Row, 'cells'> & {
    cells: (Cell & { column: string; label: string; isPrimary: boolean; isMinor: boolean; isNumber: boolean })[];
  })[];
  hasBulk: boolean;
  /** Whether anything in it is sent. */
  hasForm: boolean;
}

/** Whether a value is a table that was prepared. */
export const isTable = (value: unknown): value is TableView =>
  typeof value === 'object' && value !== null && 'hasBulk' in value;

/** Prepares a table for the template `list`: addresses for sorting, cells in order. The first column names the row. */
export function tableView(table: Table): TableView {
  const { sort } = table;
  const columns = table.columns.map((column, index) => ({
    ...column,
    isPrimary: index === 0,
    sorted: sort?.by === column.key ? (sort.direction === 'asc' ? 'ascending' : 'descending') : '',
    sortUrl: column.sort ? sortUrl(table, column) : '',
  }));
  const rows = table.rows.map((row) => ({
    ...row,
    cells: columns.map(({ key, label, isPrimary, isMinor = false, isNumber = false }) => ({
      ...row.cells[key],
      column: key,
      label,
      isPrimary,
      isMinor,
      isNumber,
    })),
  }));
  const hasBulk = (table.bulk?.options.length ?? 0) > 0 && rows.some(({ isSelectable }) => isSelectable);
  const hasForm = hasBulk || rows.some(({ actions }) => actions?.some(({ isPost }) => isPost));
  return { ...table, columns, rows, hasBulk, hasForm };
}

function sortUrl({ address, sort }: Table, { key, sort: first = 'asc' }: Column): string {
  const other = sort?.direction === 'asc' ? 'desc' : 'asc';
  return withParameters(address, { sort: key, direction: sort?.by === key ? other : first, after: '', before: '' });
}
