// Lists that are sorted, searched, narrowed and paged in place. All of it works as links and forms without this script.
import { announce, data, RequestError, request, t, toast } from 'galley/client';
import type { TableFacts, TableJson } from '../client/table-types.ts';
import { writeBar } from './lists/bar.ts';
import { makeGrid, type ShownTable } from './lists/grid.ts';
import { listenToKeys } from './lists/keys.ts';
import { editInPlace } from './lists/quick-edit.ts';
import { returnTo } from './lists/return.ts';
import { connectSelection } from './lists/selection.ts';
import { standingRows } from './lists/standing.ts';

const SEARCH_MS = 250;

function start(first: ShownTable, table: HTMLTableElement): void {
  let current = first;
  let running: AbortController | undefined;
  let timer = 0;

  const load = async (url: string): Promise<TableJson | undefined> => {
    running?.abort();
    const asked = new AbortController();
    running = asked;
    table.setAttribute('aria-busy', 'true');
    try {
      const { table: found } = await request<{ table: TableJson }>(url, { signal: asked.signal });
      history.replaceState(history.state, '', url);
      return found;
    } catch (error) {
      if (asked.signal.aborted) return undefined;
      // Whoever has to log in again, or gets something else than rows, sees the page itself.
      if (error instanceof RequestError && error.isOffline)
        toast({ text: t('The list could not be read. Are you connected?'), kind: 'warning' });
      else location.assign(url);
      return undefined;
    } finally {
      if (running === asked) table.removeAttribute('aria-busy');
    }
  };

  const again = (): void => go(here());
  const selection = connectSelection(table, () => current, again);
  const grid = makeGrid(table, first, {
    load,
    sortUrl: (column, direction) => changed(current.address, { sort: column.key, direction }),
    drawn(found) {
      const isNews = found !== first;
      current = found;
      writeBar(found);
      selection.drawn();
      if (isNews) announce(countOf(found));
      document.dispatchEvent(new CustomEvent('list:drawn'));
    },
  });
  const go = (url: string): void => {
    void load(url).then((found) => found && grid.show(found));
  };

  listenToKeys(table);
  editInPlace(table, () => current, again);
  // Scripts of a screen that changed its rows have them read anew; the focus stays where it was.
  document.addEventListener('list:again', () => {
    const row = document.activeElement?.closest('tr');
    again();
    if (row && table.contains(row)) returnTo(row.parentElement, row.dataset['id']);
  });
  listenToLinks(go);
  listenToForm((url, isTyped) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => go(url), isTyped ? SEARCH_MS : 0);
  });
}

const here = (): string => location.pathname + location.search;

/** How many there are, said after each change. */
function countOf({ total, rows }: ShownTable): string {
  if (rows.length === 0) return t('Nothing fits');
  const count = total?.count ?? rows.length;
  return total?.isMore ? t('More than {count}', { count }) : t('{count} found', { count });
}

function changed(address: string, parameters: Record<string, string>): string {
  const url = new URL(address, location.origin);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.pathname + url.search;
}

const viewOf = (query: string): string | null => new URLSearchParams(query).get('saved');

/** Links that lead to the same list show it without leaving the page. */
function listenToLinks(go: (url: string) => void): void {
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link?.closest('.filters, .list-state, .paging') || link.pathname !== location.pathname) return;
    // Another view may have other columns, which the page brings.
    if (viewOf(link.search) !== viewOf(location.search)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}

/** Typing and choosing narrow the list at once. */
function listenToForm(go: (url: string, isTyped: boolean) => void): void {
  const form = document.querySelector<HTMLFormElement>('.list-search');
  if (!form) return;
  const narrow = (isTyped: boolean): void => {
    const values = [...new FormData(form)].filter(([, value]) => value !== '') as [string, string][];
    const query = new URLSearchParams(values).toString();
    go(new URL(form.action).pathname + (query ? `?${query}` : ''), isTyped);
  };
  form.addEventListener('input', ({ target }) => narrow(!(target instanceof HTMLSelectElement)));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    narrow(false);
  });
}

const facts = data<TableFacts>('list');
const table = document.querySelector<HTMLTableElement>('.table-box table');
if (facts && table) start({ ...facts, rows: standingRows(table) }, table);
