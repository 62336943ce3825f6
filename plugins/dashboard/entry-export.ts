import { exportList, json, type Reply, type ScreenContext, type TableView } from 'galley';
import { rowTable } from './entry-list.ts';
import { lossesOf } from './entry-losses.ts';
import { type Asked, allPages, readAsked } from './list-query.ts';

const STEP = 200;
const MAX_IDS = 5000;

/** All entries of the list as a file: the rows and columns that its reader sees, written page by page. */
export async function exportEntries(page: ScreenContext): Promise<Reply> {
  const asked = await readAsked(page);
  return exportList(page, { name: asked.type.name, tables: tables(page, asked) });
}

async function* tables(page: ScreenContext, asked: Asked): AsyncGenerator<TableView> {
  let isEmpty = true;
  for await (const items of allPages(page, asked, STEP)) {
    isEmpty = false;
    yield await rowTable(page, asked, items);
  }
  if (isEmpty) yield await rowTable(page, asked, []);
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
  const shown = ids.slice(0, MAX_IDS);
  const losses = await lossesOf(page, asked.type, shown);
  const warning = losses.map(({ text }) => text).join(' ');
  return json({ ids: shown, isMore, warning }, { headers: { 'cache-control': 'private, no-store' } });
}
