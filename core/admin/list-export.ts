import { plainText } from '../content/presenter.ts';
import { zonedParts } from '../content/time-zone.ts';
import { type Reply, stream } from '../http/reply.ts';
import { csvLine } from '../lib/csv.ts';
import { escapeXml } from '../lib/escape.ts';
import { writeXlsx, XLSX_TYPE, type XlsxCell } from '../lib/xlsx.ts';
import type { ScreenContext } from './screen-context.ts';
import type { Cell, TableView } from './tables.ts';

/** What is exported: the pages of a list, one after the other, so that memory holds one only. */
export interface ListExport {
  /** Name of the file, without date and ending. */
  name: string;
  tables: AsyncIterable<TableView> | Iterable<TableView>;
}

const FORMATS = ['csv', 'xlsx', 'json', 'xml'];
/** What looks like a number and is one: `007` and a number of a card are text. */
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/;

/** The tools of a list: its export as CSV, for Excel, as JSON and as XML. @param url where `exportList` answers, with all that narrows the list */
export function exportTools(page: ScreenContext, urlOf: (format: string) => string): NonNullable<TableView['tools']> {
  return FORMATS.map((format) => ({
    label: page.t('Export as {format}', { format: format === 'xlsx' ? 'Excel' : format.toUpperCase() }),
    url: urlOf(format),
    icon: 'download',
  }));
}

/** A whole list as a file: the rows and columns that its reader sees. The query parameter `format` says which kind. */
export function exportList(page: ScreenContext, { name, tables }: ListExport): Reply {
  const [csv = '', ...others] = FORMATS;
  const format = others.find((one) => one === page.text('format')) ?? csv;
  const file = `${name}-${new Date().toISOString().slice(0, 10)}.${format}`;
  const headers = { 'content-disposition': `attachment; filename="${file}"`, 'cache-control': 'private, no-store' };
  if (format === 'json') return stream(asJson(tables), 'application/json; charset=utf-8', { headers });
  if (format === 'xml') return stream(asXml(tables), 'application/xml; charset=utf-8', { headers });
  if (format === 'csv') return stream(asCsv(page, tables), 'text/csv; charset=utf-8', { headers });
  return stream(writeXlsx(asXlsx(page, tables)), XLSX_TYPE, { headers });
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

/** Elements are called as their columns are: `<row><id>7</id><title>…</title></row>`. */
async function* asXml(tables: ListExport['tables']): AsyncGenerator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<rows>\n';
  for await (const { rows } of tables)
    yield rows
      .map(({ id, cells }) => {
        const parts = cells.map((cell) => element(elementName(cell.column), textOf(cell)));
        return `<row>${element('id', id)}${parts.join('')}</row>\n`;
      })
      .join('');
  yield '</rows>\n';
}

// Readers of XML make a line feed of a carriage return that is not escaped.
const element = (name: string, text: string): string =>
  `<${name}>${escapeXml(text.toWellFormed()).replaceAll('\r', '&#13;')}</${name}>`;

/** A name that an element may have. */
function elementName(column: string): string {
  const plain = column.replace(/[^\w.-]/g, '_');
  return /^[a-z_]/i.test(plain) ? plain : `_${plain}`;
}

async function* asXlsx(page: ScreenContext, tables: ListExport['tables']): AsyncGenerator<XlsxCell[]> {
  const zone = await page.site.options.get<string>('timezone');
  let isFirst = true;
  for await (const { columns, rows } of tables) {
    if (isFirst) yield ['ID', ...columns.map(({ label }) => page.t(label))];
    isFirst = false;
    for (const { id, cells } of rows) yield [numberOr(id), ...cells.map((cell) => xlsxValue(cell, zone))];
  }
}

/** Moments as the clocks of the site show them, numbers as numbers, all else as text. */
function xlsxValue(cell: Cell, zone: string): XlsxCell {
  if (cell.badge || cell.time === undefined) return numberOr(textOf(cell));
  const { year, month, day, hour, minute, second } = zonedParts(cell.time, zone);
  return { moment: Date.UTC(year, month - 1, day, hour, minute, second) };
}

const numberOr = (text: string): XlsxCell => (NUMBER.test(text) ? Number(text) : text);

/** What a cell says, for machines: moments as ISO dates, HTML as text. */
function textOf({ text = '', whole, html, time, badge, links }: Cell): string {
  if (badge) return badge.word;
  if (time !== undefined) return new Date(time).toISOString();
  if (links) return links.map(({ label }) => label).join(', ');
  if (html) return plainText(String(html)).trim();
  return whole ?? (text === '–' ? '' : text);
}
