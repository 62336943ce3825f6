// What the server tells scripts about a list. Types only: both sides read them.

/** A table as scripts get it: the same rows as a page would have, as data. Words are in the reader's language. */
export interface TableJson extends TableFacts {
  rows: RowJson[];
}

/** A table without its rows. */
export interface TableFacts {
  caption: string;
  address: string;
  columns: ColumnJson[];
  hasBulk: boolean;
  /** Whether rows can be edited in place. */
  filters: { label: string; url: string; count: number | null; isCurrent: boolean }[];
  chips: { label: string; url: string }[];
  tools: { label: string; url: string }[];
  total: { count: number; isMore: boolean } | null;
  paging: { newer: string; older: string };
  idsUrl: string;
  /** Where actions on many go to. */
  bulkUrl: string;
  /** What can be done with the selected. */
  bulk: { value: string; label: string }[];
  /** The actions that are asked about first. */
  dangers: string[];
  /** What some of them ask for first, by action. */
  asks: Record<string, { name: string; label: string; maxLength: number; isLong: boolean }>;
  empty: { title: string; text: string };
  /** The zone in which moments are shown. */
  zone: string;
}

/** A column as data. */
export interface ColumnJson {
  key: string;
  label: string;
  /** `asc` or `desc` where the list is sorted by it, else empty. */
  sorted: string;
  /** The direction that it is sorted in first; empty where it cannot be sorted by. */
  sort: string;
  isMinor: boolean;
  isNumber: boolean;
}

/** A row as data. */
export interface RowJson {
  id: string;
  label: string;
  isSelectable: boolean;
  cells: CellJson[];
  actions: ActionJson[];
}

/** Something that can be done with a row. */
export interface ActionJson {
  label: string;
  url: string;
  isPost: boolean;
  isDanger: boolean;
  /** `quick`: edited in place; `open`: what the row opens. */
  kind: string;
}

/** A cell as data. */
export interface CellJson {
  text?: string;
  /** HTML that our sanitiser let through. */
  html?: string;
  url?: string;
  /** Milliseconds since 1970. */
  time?: number;
  badge?: { word: string; tone: string };
  marks?: readonly string[];
  note?: string;
  links?: readonly { label: string; url: string }[];
}
