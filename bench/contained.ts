// What contained plugins cost: a hook that thirty of them answer, pages with such hooks, and memory.
import { readFileSync } from 'node:fs';
import type { Engine } from '../core/contained/engine.ts';
import { escapeHtml, SafeHtml, SYSTEM } from '../core/index.ts';
import { startTestSite, type TestSite } from '../core/testing.ts';
import { writePlugins } from '../test/support/contained-plugins.ts';
import type { Bench, Row } from './report.ts';
import { figures, inTurns, type Measured, measured, moreAtP95 } from './turns.ts';

const COUNT = 30;
const IDLE_MS = 3000;

const HANDLERS = `
  hooks: {
    'view:head': ({ page }) => [{ tag: 'meta', attributes: { name: 'about', content: page.title } }],
    'entries:presenting': (entries) => entries.map((entry) => entry && { shown: entry.wordCount }),
  },
  blocks: { note: ({ blocks }) => blocks.map(({ entry }) => ({ title: entry?.title })) },
`;

const NAMES = Array.from({ length: COUNT }, (_, index) => `bench-${index}`);

type What = 'asked' | 'kept' | 'trusted' | 'none';

/** Thirty plugins that add to the head, to entries and to the body of a page; or the same additions by trusted code. */
async function start(what: What, engine: Engine['name'] = 'isolated-vm'): Promise<TestSite> {
  const names = what === 'asked' || what === 'kept' ? NAMES : [];
  const kept = what === 'kept' ? { cache: { seconds: 600 } } : {};
  const folder = writePlugins(
    names.map((name) => ({
      name,
      capabilities: ['content:read:post'],
      contained: {
        hooks: {
          'view:head': { input: ['page.title', 'page.kind'], ...kept },
          'entries:presenting': { input: ['id', 'wordCount'], ...kept },
        },
        blocks: { note: { title: 'Note', template: '<p>{{title}}</p>', entry: ['title'], ...kept } },
      },
      handlers: HANDLERS,
    })),
  );
  const current = await startTestSite({ plugins: ['posts', 'blocks', ...names], pluginFolders: [folder] });
  if (what === 'trusted') for (const name of NAMES) addTrusted(current, name);
  current.site.contained.engine = engine;
  await current.site.contained.warm();
  return current;
}

function addTrusted({ site }: TestSite, name: string): void {
  site.blocks.define(`${name}/note`, {
    title: 'Note',
    attributes: {},
    render: ({ scope }) => new SafeHtml(`<p>${escapeHtml(scope.entry?.title ?? '')}</p>`),
  });
  site.hooks.addCollector('view:head', async ({ view }) => [
    new SafeHtml(`<meta name="about" content="${escapeHtml(view.page.title)}">`),
  ]);
  site.hooks.addFilter('entries:presenting', async (entries) =>
    entries.map((entry) => ({ ...entry, shown: entry.wordCount })),
  );
}

interface Pages {
  fresh: Measured;
  kept: Measured;
}

/** A post whose body has a block of each plugin: as a page that no cache has, and as one of the page cache. */
async function page(current: TestSite): Promise<Pages> {
  const { site } = current;
  const content = NAMES.map((name) => `<!-- wp:${name}/note /-->`).join('');
  const entry = await site.entries.save(
    { type: 'post', status: 'publish', title: 'Measured', slug: 'measured', content: `${content}<p>Text</p>` },
    { viewer: SYSTEM },
  );
  const [presented] = await site.entries.present([entry], {});
  const url = presented?.url ?? '';
  const pid = site.contained.hosts.has(NAMES[0] ?? '') ? await site.contained.hosts.pidOf(NAMES[0] ?? '') : undefined;
  const visit = (): Promise<unknown> => current.inject({ url });
  const fresh = async (): Promise<unknown> => {
    await site.cache.invalidate([`entry:${entry.id}`]);
    return visit();
  };
  return { fresh: measured(fresh, pid), kept: measured(visit, pid) };
}

async function hookOf({ site }: TestSite): Promise<Measured> {
  const view = { page: { title: 'Measured', kind: 'single' }, site: {} };
  const input = { view, template: 'single', viewer: SYSTEM, tag: () => undefined };
  // Each firing has an input of its own, as in life: nothing of it is known from the one before.
  const fire = (): Promise<unknown> => site.hooks.collect('view:head', { ...input } as never);
  return measured(fire, await site.contained.hosts.pidOf(NAMES[0] ?? ''));
}

/** Memory that a process holds for itself, in MB; undefined where the system does not tell. */
function memoryMb(pid: number | undefined): { rss: number; pss: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024;
    return { rss: of('Rss'), pss: of('Pss') };
  } catch {
    return undefined;
  }
}

const ENGINES = ['isolated-vm', 'quickjs'] as const;

/** How much memory the host of a site takes before it is asked anything, the hook of the site, and its page. */
async function ready(engine: Engine['name']) {
  const current = await start('asked', engine);
  const hook = await hookOf(current);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  return { engine, current, hook, idle: memoryMb(hook.pid), page: await page(current) };
}

type Ready = Awaited<ReturnType<typeof ready>> & { busy?: ReturnType<typeof memoryMb> };

function rowsOf({ engine, hook, idle, busy, page: { fresh, kept } }: Ready, bare: Pages, trusted: Measured): Row[] {
  return [
    { engine, what: `one hook, ${COUNT} plugins`, ...figures(hook), 'aim p95': 1 },
    {
      engine,
      what: 'page with three such hooks',
      ...figures(fresh),
      'more at p95': moreAtP95(fresh, bare.fresh),
      'aim, more': 3,
      'more than trusted': moreAtP95(fresh, trusted),
    },
    { engine, what: 'the same, cached', ...figures(kept), 'more at p95': moreAtP95(kept, bare.kept), 'aim, more': 0 },
    { engine, what: `host with ${COUNT}, idle`, 'RSS MB': idle?.rss ?? '–', 'PSS MB': idle?.pss ?? '–', 'aim MB': 120 },
    { engine, what: 'the same after the hooks', 'RSS MB': busy?.rss ?? '–', 'PSS MB': busy?.pss ?? '–' },
  ];
}

/** Contained plugins, by both engines, beside the same page without them and with the same additions by trusted code. */
export const containedBench: Bench = {
  title: `Contained plugins: ${COUNT} in one plugin host`,
  async run({ quick }): Promise<Row[]> {
    const runs = quick ? 500 : 3000;
    const engines: Ready[] = [await ready(ENGINES[0]), await ready(ENGINES[1])];
    const others = [await start('none'), await start('trusted'), await start('kept')];
    const [bare, trusted, answersKept] = (await Promise.all(others.map(page))) as [Pages, Pages, Pages];
    try {
      await inTurns(
        runs,
        engines.map(({ hook }) => hook),
      );
      for (const engine of engines) engine.busy = memoryMb(engine.hook.pid);
      const pages = [bare, trusted, answersKept, ...engines.map((engine) => engine.page)];
      await inTurns(
        runs / 5,
        pages.map(({ fresh }) => fresh),
      );
      await inTurns(
        runs / 5,
        pages.map(({ kept }) => kept),
      );
    } finally {
      for (const { stop } of [...others, ...engines.map(({ current }) => current)]) await stop();
    }
    return [
      { engine: '–', what: 'the page without them', ...figures(bare.fresh) },
      {
        engine: '–',
        what: 'the same additions by trusted code',
        ...figures(trusted.fresh),
        'more at p95': moreAtP95(trusted.fresh, bare.fresh),
      },
      {
        engine: '–',
        what: 'page, with answers that the manifest lets keep',
        ...figures(answersKept.fresh),
        'more at p95': moreAtP95(answersKept.fresh, bare.fresh),
        'more than trusted': moreAtP95(answersKept.fresh, trusted.fresh),
      },
      { engine: '–', what: 'the page without them, cached', ...figures(bare.kept) },
      ...engines.flatMap((engine) => rowsOf(engine, bare, trusted.fresh)),
    ];
  },
};
