import { plainText } from '../content/presenter.ts';
import { type Reply, stream } from '../http/reply.ts';
import { csvLine } from '../lib/csv.ts';
import type { ScreenContext } from './screen-context.ts';
import type { Cell, TableView } from './tables.ts';

/** What is exported: the pages of a list, one after the other, so that memory holds one only. */
export interface ListExport {
  /** Name of the file, without date and ending. */
  name: string;
  tables: AsyncIterable<TableView> | Iterable<TableView>;
}

/** The tools of a list: its export as CSV and as JSON. @param url where `exportList` answers, with all that narrows the list */
export function exportTools(page: ScreenContext, urlOf: (format: string) => string): NonNullable<TableView['tools']> {
  return ['csv', 'json'].map((format) => ({
    label: page.t('Export as {format}', { format: format.toUpperCase() }),
    url: urlOf(format),
    icon: 'download',
  }));
}

/** A whole list as a file: the rows and columns that its reader sees. The query parameter `format` says which kind. */
export function exportList(page: ScreenContext, { name, tables }: ListExport): Reply {
  const format = page.text('format') === 'json' ? 'json' : 'csv';
  const file = `${name}-${new Date().toISOString().slice(0, 10)}.${format}`;
  const headers = { 'content-disposition': `attachment; filename="${file}"`, 'cache-control': 'private, no-store' };
  if (format === 'json') return stream(asJson(tables), 'application/json; charset=utf-8', { headers });
  return stream(asCsv(page, tables), 'text/csv; charset=utf-8', { headers });
}

async function* asCsv(page: ScreenContext, tables: ListExport['tables']): AsyncGenerator<string> {
  let isFirst = true;
  for await (const { columns, rows } of tables) {
    // The mark tells spreadsheets that the text is UTF-8.
    const head = isFirst ? `\uFEFF${csvLine(['ID', ...columns.map(({ label }) => page.t(label))])}` : '';
    isFirst = false;
    yield head + rows.map(({ id, cells }) => csvLine([id, ...cells.map(textOf)])).join('');
  }
}

async function* asJson(tables: ListExport['tables']): AsyncGenerator<string> {
  let isFirst = true;
  yield '[';
  for await (const { rows } of tables) {
    for (const { id, cells } of rows) {
      const values = cells.map((cell) => [cell.column, textOf(cell)]);
      yield `${isFirst ? '\n' : ',\n'}${JSON.stringify({ id: Number(id), ...Object.fromEntries(values) })}`;
      isFirst = false;
    }
  }
  yield '\n]\n';
}

/** What a cell says, for machines: moments as ISO dates, HTML as text. */
function textOf({ text = '', whole, html, time, badge, links }: Cell): string {
  if (badge) return badge.word;
  if (time !== undefined) return new Date(time).toISOString();
  if (links) return links.map(({ label }) => label).join(', ');
  if (html) return plainText(String(html)).trim();
  return whole ?? (text === '–' ? '' : text);
}
