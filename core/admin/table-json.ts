import type { CellJson, RowJson, TableFacts, TableJson } from './client/table-types.ts';
import type { BulkOption, Cell, TableView } from './tables.ts';

/** Translates a registered text. */
type Say = (text: string) => string;

/** The table as data, in the reader's language. */
export function tableJson(table: TableView, say: Say, zone: string): TableJson {
  return { ...tableFacts(table, say, zone), rows: table.rows.map((row) => rowJson(row, say)) };
}

/** What a script has to know of a table whose rows stand in the page. */
export function tableFacts(table: TableView, say: Say, zone: string): TableFacts {
  const { filters = [], chips = [], tools = [], total, paging, empty, bulk } = table;
  return {
    caption: say(table.caption),
    address: table.address,
    columns: table.columns.map(({ key, label, sorted, sort = '', isMinor = false, isNumber = false }) => ({
      key,
      label: say(label),
      sorted: sorted === 'ascending' ? 'asc' : sorted === 'descending' ? 'desc' : '',
      sort,
      isMinor,
      isNumber,
    })),
    hasBulk: table.hasBulk,
    filters: filters.map(({ label, count = null, ...filter }) => ({ ...filter, label: say(label), count })),
    chips: [...chips],
    tools: tools.map(({ label, url }) => ({ label: say(label), url })),
    total: total ?? null,
    paging: { newer: paging?.newer ?? '', older: paging?.older ?? '' },
    idsUrl: table.idsUrl ?? '',
    bulkUrl: bulk?.action ?? '',
    bulk: bulk?.options.map(({ value, label }) => ({ value, label: say(label) })) ?? [],
    dangers: bulk?.options.filter(({ isDanger }) => isDanger).map(({ value }) => value) ?? [],
    asks: asksOf(bulk?.options ?? [], say),
    empty: { title: say(empty.title), text: say(empty.text) },
    zone,
  };
}

function asksOf(options: readonly BulkOption[], say: Say): TableFacts['asks'] {
  const asking = options.flatMap(({ value, asks }) => (asks ? [{ value, asks }] : []));
  return Object.fromEntries(
    asking.map(({ value, asks: { isLong = false, ...asks } }) => [value, { ...asks, label: say(asks.label), isLong }]),
  );
}

function rowJson(
  { id, label, isSelectable = false, cells, actions = [] }: TableView['rows'][number],
  say: Say,
): RowJson {
  return {
    id,
    label,
    isSelectable,
    cells: cells.map((cell) => cellJson(cell, say)),
    actions: actions.map(({ label: words, url, isPost = false, isDanger = false, kind = '' }) => ({
      label: say(words),
      url,
      isPost,
      isDanger,
      kind,
    })),
  };
}

function cellJson({ text, html, url, time, badge, marks, note, links }: Cell, say: Say): CellJson {
  return {
    ...(text === undefined ? {} : { text }),
    ...(html ? { html: String(html) } : {}),
    ...(url === undefined ? {} : { url }),
    ...(time === undefined ? {} : { time }),
    ...(badge ? { badge: { word: say(badge.word), tone: badge.tone } } : {}),
    ...(marks?.length ? { marks: marks.map(say) } : {}),
    ...(note ? { note } : {}),
    ...(links ? { links } : {}),
  };
}
