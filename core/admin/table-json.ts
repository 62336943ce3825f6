import type { Cell, TableView } from './tables.ts';

/** A table as scripts get it: the same rows as in the page, as data. */
export interface TableJson {
  address: string;
  columns: { key: string; label: string; sorted: string; sortUrl: string; isMinor: boolean; isNumber: boolean }[];
  rows: {
    id: string;
    label: string;
    isSelectable: boolean;
    cells: CellJson[];
    actions: { label: string; url: string; isPost: boolean; isDanger: boolean }[];
  }[];
  filters: { label: string; url: string; count: number | null; isCurrent: boolean }[];
  chips: { label: string; url: string }[];
  total: { count: number; isMore: boolean } | null;
  paging: { newer: string; older: string };
  empty: { title: string; text: string };
}

/** A cell as data. `html` is what our sanitiser let through. */
export type CellJson = Omit<Cell, 'html'> & { html?: string };

/** The table as data. */
export function tableJson(table: TableView): TableJson {
  const { address, columns, rows, filters = [], chips = [], total, paging, empty } = table;
  return {
    address,
    columns: columns.map(({ key, label, sorted, sortUrl, isMinor = false, isNumber = false }) => ({
      key,
      label,
      sorted,
      sortUrl,
      isMinor,
      isNumber,
    })),
    rows: rows.map(({ id, label, isSelectable = false, cells, actions = [] }) => ({
      id,
      label,
      isSelectable,
      cells: cells.map(cellJson),
      actions: actions.map(({ isPost = false, isDanger = false, ...action }) => ({ ...action, isPost, isDanger })),
    })),
    filters: filters.map(({ count = null, ...filter }) => ({ ...filter, count })),
    chips: [...chips],
    total: total ?? null,
    paging: { newer: paging?.newer ?? '', older: paging?.older ?? '' },
    empty: { title: empty.title, text: empty.text },
  };
}

function cellJson({ text, html, url, time, badge, marks, note, links }: Cell): CellJson {
  return { text, url, time, badge, marks, note, links, ...(html ? { html: String(html) } : {}) };
}
