import { type Cell, csvLine, json, type Reply, type ScreenContext, stream, type TableView } from 'galley';
import { rowTable } from './entry-list.ts';
import { type Asked, allPages, readAsked } from './list-query.ts';

const STEP = 200;
const MAX_IDS = 5000;

/** All entries of the list as a file: the rows and columns that its reader sees, written page by page. */
export async function exportEntries(page: ScreenContext): Promise<Reply> {
  const asked = await readAsked(page);
  const format = page.text('format') === 'json' ? 'json' : 'csv';
  const name = `${asked.type.name}-${new Date().toISOString().slice(0, 10)}.${format}`;
  const headers = {
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'private, no-store',
  };
  if (format === 'json') return stream(asJson(page, asked), 'application/json; charset=utf-8', { headers });
  return stream(asCsv(page, asked), 'text/csv; charset=utf-8', { headers });
}

async function* tables(page: ScreenContext, asked: Asked): AsyncGenerator<TableView> {
  let isEmpty = true;
  for await (const items of allPages(page, asked, STEP)) {
    isEmpty = false;
    yield await rowTable(page, asked, items);
  }
  if (isEmpty) yield await rowTable(page, asked, []);
}

async function* asCsv(page: ScreenContext, asked: Asked): AsyncGenerator<string> {
  let isFirst = true;
  for await (const { columns, rows } of tables(page, asked)) {
    // The mark tells spreadsheets that the text is UTF-8.
    const head = isFirst ? `\uFEFF${csvLine(['ID', ...columns.map(({ label }) => page.t(label))])}` : '';
    isFirst = false;
    yield head + rows.map(({ id, cells }) => csvLine([id, ...cells.map(textOf)])).join('');
  }
}

async function* asJson(page: ScreenContext, asked: Asked): AsyncGenerator<string> {
  let isFirst = true;
  yield '[';
  for await (const { rows } of tables(page, asked)) {
    for (const { id, cells } of rows) {
      const values = cells.map((cell) => [cell.column, textOf(cell)]);
      yield `${isFirst ? '\n' : ',\n'}${JSON.stringify({ id: Number(id), ...Object.fromEntries(values) })}`;
      isFirst = false;
    }
  }
  yield '\n]\n';
}

/** What a cell says, for machines: moments as ISO dates. */
function textOf({ text = '', whole, time, badge, links }: Cell): string {
  if (badge) return badge.word;
  if (time !== undefined) return new Date(time).toISOString();
  if (links) return links.map(({ label }) => label).join(', ');
  return whole ?? (text === '–' ? '' : text);
}

/** The ids of all that match, up to a bound: for actions on more than one page of the list. */
export async function listIds(page: ScreenContext): Promise<Reply> {
  const asked = await readAsked(page);
  const ids: number[] = [];
  let isMore = false;
  for await (const items of allPages(page, asked, 1000)) {
    ids.push(...items.filter((entry) => page.site.entries.may(page.viewer, 'edit', entry)).map(({ id }) => id));
    isMore = ids.length > MAX_IDS;
    if (isMore) break;
  }
  return json({ ids: ids.slice(0, MAX_IDS), isMore }, { headers: { 'cache-control': 'private, no-store' } });
}
