import { type Reply, type ScreenContext, tableView } from 'galley';
import { BASE, tabs } from './tabs.ts';

const SHOWN = 100;
const SQL_MAX = 600;

/** The slow statements of this process, statements by plugin, and its connections. */
export function showQueries(page: ScreenContext): Promise<Reply> {
  const { database, config } = page.site;
  const figure = new Intl.NumberFormat(page.language, { maximumFractionDigits: 0 });
  const fine = new Intl.NumberFormat(page.language, { maximumFractionDigits: 2 });
  const totals = [...database.totals].sort(([, a], [, b]) => b.ms - a.ms);
  const table = tableView({
    caption: 'Statements by plugin',
    columns: [
      { key: 'owner', label: 'Plugin' },
      { key: 'queries', label: 'Statements', isNumber: true },
      { key: 'ms', label: 'Milliseconds', isNumber: true },
      { key: 'mean', label: 'Each', isNumber: true, isMinor: true },
    ],
    rows: totals.map(([owner, { queries, ms }]) => ({
      id: owner,
      label: owner,
      cells: {
        owner: { text: owner },
        queries: { text: figure.format(queries) },
        ms: { text: figure.format(ms) },
        mean: { text: fine.format(queries === 0 ? 0 : ms / queries) },
      },
    })),
    address: `${BASE}/queries`,
    empty: { title: 'Nothing yet', text: 'No statement has run in this process.' },
  });
  const { used, free, waiting, max } = database.pool;
  return page.view('system/queries', {
    intro: 'What this process asks of the store. Values of statements are never kept.',
    tabs: tabs('queries'),
    table,
    pool: [
      { label: 'in use', value: figure.format(used) },
      { label: 'free', value: figure.format(free) },
      { label: 'waiting for one', value: figure.format(waiting) },
      { label: 'at most', value: figure.format(max) },
    ],
    limit: page.t('Statements that took {ms} ms or longer.', { ms: figure.format(config.database.slowQueryMs) }),
    slow: database.slowQueries.slice(0, SHOWN).map(({ sql, ms, owner, at }) => ({
      sql: sql.slice(0, SQL_MAX),
      took: page.t('{ms} ms', { ms: figure.format(ms) }),
      owner,
      time: at,
    })),
  });
}
