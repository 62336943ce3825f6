import DataTable, { Dom } from 'datatables.net';
import { t } from 'galley/client';
import type { ColumnJson, RowJson, TableFacts, TableJson } from '../../client/table-types.ts';
import { fillCell, fillSelect } from './cells.ts';
import { make } from './nodes.ts';
import { type StandingRow, takeOver } from './standing.ts';

/** Asks for the rows of an address; undefined when another question came meanwhile. */
export type Load = (url: string) => Promise<TableJson | undefined>;

/** A table with rows to draw; the first ones stand in the page already. */
export interface ShownTable extends TableFacts {
  rows: readonly GridRow[];
}

type GridRow = RowJson | StandingRow;

/** What the grid tells. */
export interface GridListener {
  /** A header was pressed: the list sorted by that column is at this address. */
  sortUrl(column: ColumnJson, direction: 'asc' | 'desc'): string;
  load: Load;
  /** Rows were drawn. */
  drawn(table: ShownTable): void;
}

/** The rows of a list, drawn by DataTables. */
export interface Grid {
  /** Draws rows that were read already. */
  show(table: TableJson): void;
}

/**
 * DataTables writes texts with `innerHTML`, which the policy of the admin forbids, and rightly. In our copy they are
 * texts: what has to be more than text is made of nodes by us.
 */
function writeTextOnly(): void {
  const parts = Dom.prototype as unknown as Record<string, unknown>;
  parts['html'] = function html(this: Iterable<HTMLElement> & { 0?: HTMLElement }, content?: unknown) {
    if (content === undefined) return this[0]?.textContent ?? null;
    for (const element of Array.from(this as unknown as ArrayLike<HTMLElement>))
      element.replaceChildren(content instanceof Node ? content : String(content ?? ''));
    return this;
  };
}

/** Makes the table of the page one that is sorted, searched and paged in place. */
export function makeGrid(element: HTMLTableElement, first: ShownTable, listener: GridListener): Grid {
  writeTextOnly();
  let current = first;
  let ready: ShownTable | undefined = first;
  const offset = first.hasBulk ? 1 : 0;
  writeHead(element, first);
  const grid = new DataTable(element, {
    serverSide: true,
    paging: false,
    searching: false,
    info: false,
    autoWidth: false,
    processing: false,
    orderMulti: false,
    layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
    language: {
      emptyTable: t('Nothing fits'),
      zeroRecords: t('Nothing fits'),
      loadingRecords: t('Loading …'),
      // They follow the name of the column.
      aria: {
        orderable: t(': sort'),
        orderableReverse: t(': sort the other way round'),
        orderableRemove: t(': sort as before'),
      },
    },
    order: orderOf(first, offset),
    columns: columnsOf(first, () => current),
    createdRow: (row: Node, data: unknown) => {
      (row as HTMLElement).dataset['id'] = (data as GridRow).id;
    },
    ajax: (question: object, answer: (data: object) => void) => {
      const { draw, order } = question as { draw: number; order: { column: number; dir: 'asc' | 'desc' }[] };
      const give = (table: ShownTable): void => {
        current = table;
        const count = table.total?.count ?? table.rows.length;
        answer({ draw, recordsTotal: count, recordsFiltered: count, data: table.rows });
        listener.drawn(table);
      };
      const kept = ready;
      ready = undefined;
      if (kept) return give(kept);
      const [sort] = order;
      const column = sort && current.columns[sort.column - offset];
      const url = column ? listener.sortUrl(column, sort.dir) : current.address;
      void listener.load(url).then((table) => table && give(table));
    },
  } as object) as unknown as { draw(paging: false): void; order(order: unknown[]): void };
  return {
    show(table) {
      ready = table;
      grid.order(orderOf(table, offset));
      grid.draw(false);
    },
  };
}

const orderOf = ({ columns }: TableFacts, offset: number): [number, string][] =>
  columns.flatMap(({ sorted }, at): [number, string][] => (sorted ? [[at + offset, sorted]] : []));

function columnsOf({ columns, hasBulk }: TableFacts, current: () => TableFacts): object[] {
  const offset = hasBulk ? 1 : 0;
  const select = {
    data: null,
    orderable: false,
    className: 'cell-select',
    render: () => '',
    createdCell: (td: HTMLTableCellElement, _: unknown, row: GridRow) =>
      isStanding(row) ? takeOver(td, row.cells[0]) : fillSelect(td, row),
  };
  const others = columns.map((column, at) => ({
    data: null,
    title: column.label,
    orderable: column.sort !== '',
    orderSequence: column.sort === 'desc' ? ['desc', 'asc'] : ['asc', 'desc'],
    cellType: at === 0 ? 'th' : 'td',
    type: 'string',
    render: () => '',
    createdCell: (td: HTMLTableCellElement, _: unknown, row: GridRow) =>
      isStanding(row) ? takeOver(td, row.cells[at + offset]) : fillCell(td, row, at, column, current().zone),
  }));
  return hasBulk ? [select, ...others] : others;
}

const isStanding = (row: GridRow): row is StandingRow => !('actions' in row);

/** The head without links: its cells are pressed themselves. */
function writeHead(element: HTMLTableElement, { columns, hasBulk }: TableFacts): void {
  const row = element.tHead?.rows[0] ?? element.createTHead().insertRow();
  const [first] = row.cells;
  const box = hasBulk && first?.classList.contains('cell-select') ? [first] : [];
  const heads = columns.map(({ label, isMinor, isNumber }) => {
    const head = make('th', `${isMinor ? 'is-minor' : ''}${isNumber ? ' is-number' : ''}`, label);
    head.scope = 'col';
    return head;
  });
  row.replaceChildren(...box, ...heads);
  element.tBodies[0]?.replaceChildren();
}
