import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from '../../test/support/browser.ts';
import { startTestSite, type TestSite } from '../testing.ts';
import { chartView } from './chart-view.ts';
import { arrangePanels, readLayout } from './home-layout.ts';
import type { DashboardWidget } from './widgets.ts';

let current: TestSite;
let reader: Browser;

before(async () => {
  current = await startTestSite({ plugins: [] });
  const panels: DashboardWidget[] = [
    { id: 'news', title: 'News', order: 1, text: 'Nothing new.' },
    { id: 'tasks', title: 'Tasks', order: 2, text: 'Nothing to do.', wide: true },
    {
      id: 'sales',
      title: 'Sales',
      order: 3,
      chart: {
        kind: 'bar',
        heading: 'Month',
        labelKind: 'month',
        labels: ['2026-01', '2026-02'],
        series: [{ label: 'Copies', values: [4, 1200] }],
      },
    },
  ];
  current.site.hooks.addCollector('admin:dashboard', () => panels);
  reader = new Browser(() => current, (await current.loginAs('subscriber')).cookie);
});
after(() => current.stop());

const order = (html: string): string[] => [...html.matchAll(/<h2 id="panel-([a-z]+)"/g)].map((match) => match[1] ?? '');

test('each person puts the panels in order, hides some and chooses their width, without a script', async () => {
  assert.deepEqual(order((await reader.get('/admin')).html), ['news', 'tasks', 'sales']);
  const saved = await reader.submit(await reader.get('/admin/home'), 'Save the arrangement', {
    'panel.sales.position': '0.5',
    'panel.news.shown': false,
    'panel.sales.width': 'full',
    'panel.tasks.width': 'half',
  });
  assert.match(saved.text, /Your dashboard is arranged/);
  assert.deepEqual(order(saved.html), ['sales', 'tasks']);
  assert.match(saved.html, /class="panel is-wide" aria-labelledby="panel-sales"/);
  assert.match(saved.html, /class="panel" aria-labelledby="panel-tasks"/);
  const other = new Browser(() => current, (await current.loginAs('editor')).cookie);
  assert.deepEqual(order((await other.get('/admin')).html), ['news', 'tasks', 'sales'], 'nobody else sees it so');
  const reset = await reader.submit(await reader.get('/admin/home'), 'As it was made');
  assert.deepEqual(order(reset.html), ['news', 'tasks', 'sales']);
});

test('whoever hides every panel is told where to find them', async () => {
  const saved = await reader.submit(await reader.get('/admin/home'), 'Save the arrangement', {
    'panel.news.shown': false,
    'panel.tasks.shown': false,
    'panel.sales.shown': false,
  });
  assert.match(saved.text, /You have hidden every panel/);
  await reader.submit(await reader.get('/admin/home'), 'As it was made');
});

test('a chart stands in the page as a table, and as data for its script', async () => {
  const { html, text } = await reader.get('/admin');
  assert.match(text, /Month Copies Jan 2026 4 Feb 2026 1,200/);
  const data = /id="data-charts">([^<]+)</.exec(html)?.[1] ?? '';
  assert.deepEqual(JSON.parse(data)[0].series, [{ label: 'Copies', values: [4, 1200] }]);
  assert.match(html, /\/assets\/[^"]+\.js" defer><\/script>\s*<\/main>/, 'its script comes only with it');
});

test('panels that came later stand behind those that were arranged, and what was kept wrongly counts for nothing', () => {
  const panels = [
    { id: 'a', title: 'A' },
    { id: 'b', title: 'B', order: 1 },
    { id: 'c', title: 'C' },
  ];
  const ids = (kept: unknown): string =>
    arrangePanels(panels, readLayout(kept))
      .map(({ id }) => id)
      .join('');
  assert.equal(ids({ order: ['c'] }), 'cba');
  assert.equal(ids('nonsense'), 'bac');
  assert.equal(ids({ order: [3, { id: 'c' }], widths: { a: 'huge' } }), 'bac');
});

test('labels without a value leave their cell empty', () => {
  const chart = {
    kind: 'line',
    heading: 'Day',
    labels: ['One', 'Two'],
    series: [{ label: 'A', values: [1] }],
  } as const;
  const widget: DashboardWidget = {
    id: 'x',
    title: 'X',
    chart: { ...chart, labels: [...chart.labels], series: [{ label: 'A', values: [1] }] },
  };
  const view = chartView(widget, { t: (text) => text, language: 'en' });
  assert.deepEqual(view?.rows, [
    { label: 'One', values: [1] },
    { label: 'Two', values: [''] },
  ]);
});

test('the script of charts is small enough to come over a phone’s line', async () => {
  const { gzipSync } = await import('node:zlib');
  const { html } = await reader.get('/admin');
  const [src] = [...html.matchAll(/<script src="([^"]+)" defer><\/script>/g)].map((match) => match[1]).slice(-1);
  const script = await current.inject({ method: 'GET', url: src ?? '' });
  assert.ok(script.payload.length > 50_000, 'it is the one with the charts');
  assert.ok(gzipSync(script.payload).length <= 75_000);
});
