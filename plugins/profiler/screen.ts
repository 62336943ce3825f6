import { type Reply, type ScreenContext, tableView } from 'galley';
import { costsOf, type OwnerCosts } from './costs.ts';

/** Lets each page of this browser say what it cost. */
const COOKIE = 'galley-timings';
const COOKIE_SECONDS = 12 * 3600;

/** What a page costs, by plugin, hook and statement. */
export async function showCosts(page: ScreenContext): Promise<Reply> {
  const path = page.text('page') || '/';
  const costs = await costsOf(page.context, path);
  const fine = new Intl.NumberFormat(page.language, { maximumFractionDigits: 1 });
  const took = (ms: number): string => page.t('{ms} ms', { ms: fine.format(ms) });
  return page.view('profiler/costs', {
    intro:
      'Makes a page once more, as you get it, past the page cache, and shows what that cost. Nothing of it is kept.',
    path,
    stylesheets: [await page.site.assets.url('profiler', 'screen.css')],
    total: page.t('{page} answered {status} after {ms} ms.', {
      page: path,
      status: costs.status,
      ms: fine.format(costs.ms),
    }),
    table: ownersTable(page, costs.owners, fine),
    hooks: costs.hooks.map(({ hook, title, ms, calls }) => ({
      name: hook,
      note: page.t(title),
      took: page.t(
        '{ms} ms in {count} calls',
        { ms: fine.format(ms), count: calls },
        { one: '{ms} ms in {count} call' },
      ),
    })),
    queries: costs.queries.map(({ sql, title, ms, times }) => ({
      sql,
      note: `${page.t(title)} · ${page.t('{count} times', { count: times }, { one: 'once' })}`,
      took: took(ms),
    })),
    isFollowed: page.context.cookies[COOKIE] === '1',
  });
}

function ownersTable(
  page: ScreenContext,
  owners: readonly OwnerCosts[],
  fine: Intl.NumberFormat,
): ReturnType<typeof tableView> {
  const columns: { key: keyof OwnerCosts; label: string }[] = [
    { key: 'ms', label: 'Milliseconds' },
    { key: 'calls', label: 'Calls' },
    { key: 'queries', label: 'Statements' },
    { key: 'queryMs', label: 'Milliseconds in the store' },
    { key: 'cacheCalls', label: 'Cache' },
    { key: 'fetches', label: 'Outside' },
  ];
  return tableView({
    caption: 'What each plugin costs',
    columns: [
      { key: 'owner', label: 'Plugin' },
      ...columns.map(({ key, label }) => ({ key, label, isNumber: true, isMinor: key !== 'ms' && key !== 'queries' })),
    ],
    rows: owners.map((costs) => ({
      id: costs.owner,
      label: page.t(costs.title),
      cells: {
        owner: { text: page.t(costs.title) },
        ...Object.fromEntries(columns.map(({ key }) => [key, { text: fine.format(Number(costs[key])) }])),
      },
    })),
    address: '/admin/profiler',
    empty: { title: 'Nothing', text: 'Nothing was done for this page.' },
  });
}

/** Lets the pages of this browser carry `Server-Timing`, or not any more. */
export function followPages(page: ScreenContext): Reply {
  const isOn = page.value('follow') === '1';
  page.context.setCookie(COOKIE, isOn ? '1' : '', { maxAge: isOn ? COOKIE_SECONDS : 0 });
  return page.redirect('/profiler', {
    kind: 'success',
    text: isOn
      ? page.t('For twelve hours each of your pages says what it cost, in the network tools of this browser.')
      : page.t('Your pages say no longer what they cost.'),
  });
}
