// What contained plugins cost: a hook that thirty of them answer, pages with such hooks, and memory.
import { readFileSync } from 'node:fs';
import type { Engine } from '../core/contained/engine.ts';
import { SYSTEM } from '../core/index.ts';
import { startTestSite, type TestSite } from '../core/testing.ts';
import { writePlugins } from '../test/support/contained-plugins.ts';
import { cpuMsOf } from './processor.ts';
import type { Bench, Row } from './report.ts';

const COUNT = 30;
const IDLE_MS = 3000;
const WARM_UP = 200;

const HANDLERS = `
  hooks: {
    'view:head': ({ page }) => [{ tag: 'meta', attributes: { name: 'about', content: page.title } }],
    'entries:presenting': (entries) => entries.map((entry) => entry && { shown: entry.wordCount }),
  },
  blocks: { note: ({ blocks }) => blocks.map(({ entry }) => ({ title: entry?.title })) },
`;

const NAMES = Array.from({ length: COUNT }, (_, index) => `bench-${index}`);

async function start(count: number, engine: Engine['name']): Promise<TestSite> {
  const names = NAMES.slice(0, count);
  const folder = writePlugins(
    names.map((name) => ({
      name,
      capabilities: ['content:read:post'],
      contained: {
        hooks: {
          'view:head': { input: ['page.title', 'page.kind'] },
          'entries:presenting': { input: ['id', 'wordCount'] },
        },
        blocks: { note: { title: 'Note', template: '<p>{{title}}</p>', entry: ['title'] } },
      },
      handlers: HANDLERS,
    })),
  );
  const current = await startTestSite({ plugins: ['posts', 'blocks', ...names], pluginFolders: [folder] });
  current.site.contained.engine = engine;
  await current.site.contained.warm();
  return current;
}

/** p50, p95 and p99 of so many runs, in milliseconds. */
async function times(runs: number, work: () => Promise<unknown>): Promise<[number, number, number]> {
  const spent: number[] = [];
  for (let run = 0; run < runs; run++) {
    const from = performance.now();
    await work();
    spent.push(performance.now() - from);
  }
  spent.sort((a, b) => a - b);
  const at = (part: number): number => spent[Math.floor(spent.length * part)] ?? Number.NaN;
  return [at(0.5), at(0.95), at(0.99)];
}

const figures = ([p50, p95, p99]: readonly [number, number, number]): Row => ({
  'p50 ms': p50,
  'p95 ms': p95,
  'p99 ms': p99,
});

/** A post whose body has a block of each plugin, as a page that no cache has, and as one of the page cache. */
async function pageTimes(
  current: TestSite,
  runs: number,
): Promise<{ fresh: [number, number, number]; kept: [number, number, number] }> {
  const { site } = current;
  const content = NAMES.map((name) => `<!-- wp:${name}/note /-->`).join('');
  const entry = await site.entries.save(
    { type: 'post', status: 'publish', title: 'Measured', slug: 'measured', content: `${content}<p>Text</p>` },
    { viewer: SYSTEM },
  );
  const [presented] = await site.entries.present([entry], {});
  const url = presented?.url ?? '';
  const visit = (): Promise<unknown> => current.inject({ url });
  const fresh = async (): Promise<unknown> => {
    await site.cache.invalidate([`entry:${entry.id}`]);
    return visit();
  };
  await times(20, fresh);
  const found = await times(runs, fresh);
  await visit();
  return { fresh: found, kept: await times(runs, visit) };
}

/** What work costs this process and the plugin host together. It holds on a busy machine too. */
async function cpuMs(pid: number | undefined, runs: number, work: () => Promise<unknown>): Promise<number> {
  const host = pid === undefined ? [] : [pid];
  const [own, before] = [process.cpuUsage(), cpuMsOf(host)];
  await work();
  const { user, system } = process.cpuUsage(own);
  return ((user + system) / 1000 + cpuMsOf(host) - before) / runs;
}

async function hookTimes({ site }: TestSite, runs: number): Promise<[number, number, number]> {
  const view = { page: { title: 'Measured', kind: 'single' }, site: {} };
  const input = { view, template: 'single', viewer: SYSTEM, tag: () => undefined };
  const fire = (): Promise<unknown> => site.hooks.collect('view:head', input as never);
  await times(WARM_UP, fire);
  return times(runs, fire);
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

async function measure(
  engine: Engine['name'],
  runs: number,
  bare: Awaited<ReturnType<typeof pageTimes>>,
): Promise<Row[]> {
  const current = await start(COUNT, engine);
  try {
    const pid = await current.site.contained.hosts.pidOf(NAMES[0] ?? '');
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const idle = memoryMb(pid);
    let hook: [number, number, number] = [Number.NaN, Number.NaN, Number.NaN];
    const cpu = await cpuMs(pid, runs + WARM_UP, async () => {
      hook = await hookTimes(current, runs);
    });
    const busy = memoryMb(pid);
    const { fresh, kept } = await pageTimes(current, Math.ceil(runs / 5));
    const more = (a: readonly number[], b: readonly number[]): number => (a[1] ?? 0) - (b[1] ?? 0);
    return [
      { engine, what: `one hook, ${COUNT} plugins`, ...figures(hook), 'CPU ms': cpu, 'aim p95': 1 },
      {
        engine,
        what: 'page with three such hooks',
        ...figures(fresh),
        'more at p95': more(fresh, bare.fresh),
        'aim, more': 3,
      },
      { engine, what: 'the same, cached', ...figures(kept), 'more at p95': more(kept, bare.kept), 'aim, more': 0 },
      {
        engine,
        what: `host with ${COUNT}, idle`,
        'RSS MB': idle?.rss ?? '–',
        'PSS MB': idle?.pss ?? '–',
        'aim MB': 120,
      },
      { engine, what: 'the same after the hooks', 'RSS MB': busy?.rss ?? '–', 'PSS MB': busy?.pss ?? '–' },
    ];
  } finally {
    await current.stop();
  }
}

/** Contained plugins, by both engines. */
export const containedBench: Bench = {
  title: `Contained plugins: ${COUNT} in one plugin host`,
  async run({ quick }): Promise<Row[]> {
    const runs = quick ? 500 : 3000;
    const without = await start(0, 'isolated-vm');
    const bare = await pageTimes(without, Math.ceil(runs / 5));
    await without.stop();
    const rows = [await measure('isolated-vm', runs, bare), await measure('quickjs', runs, bare)].flat();
    return [{ engine: '–', what: 'the page without them', ...figures(bare.fresh) }, ...rows];
  },
};
