// Values that many handlers change at the same moment: in each tier, by each engine, in each store, from several nodes.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { writePlugins } from '../../test/support/contained-plugins.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { fromTheEnd } from '../../test/support/stores.ts';
import { startTestSite, type TestSite } from '../testing.ts';

const HANDLERS = 50;
const FEW = 5;
const WAIT_MS = 60_000;
const PLUGIN = {
  capabilities: ['kv', 'jobs'],
  contained: {
    jobs: Object.fromEntries(['add', 'append', 'swap', 'try'].map((name) => [name, { summary: `Tests ${name}.` }])),
  },
  source: `export default { jobs: {
    add: (amount, galley) => galley.kv.add('count', amount),
    append: async (item, galley) => (await galley.kv.append('list', item, 1000)).length,
    swap: async (id, galley) => {
      for (let tries = 0; tries < 5; tries++) {
        const was = await galley.kv.get('map');
        if (await galley.kv.swap('map', was, { ...was, [id]: 1 })) return true;
      }
      return false;
    },
    try: async ([call, ...args], galley) => {
      try { return { is: await galley.kv[call](...args) }; } catch (error) { return { no: error.message }; }
    },
  } };`,
};
const TIERS = { inside: 'contained', beside: 'trusted' } as const;
const NAMES = Object.keys(TIERS) as (keyof typeof TIERS)[];
const folder = writePlugins(NAMES.map((name) => ({ ...PLUGIN, name })));
const OPTIONS = { plugins: ['posts', ...NAMES], pluginFolders: [folder], tiers: TIERS };
const ENGINES = { sqlite: 'isolated-vm', mysql: 'quickjs' } as const;

const numbers = (from: number, step: number): number[] =>
  Array.from({ length: HANDLERS }, (_, index) => from + index * step);
const inOrder = (list: unknown): number[] => (list as number[]).sort((a, b) => a - b);
const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

async function ask({ site }: TestSite, plugin: string, handler: string, input: unknown): Promise<unknown> {
  return await site.contained.ask(site.plugins.need(plugin), `jobs.${handler}`, JSON.stringify(input));
}

forEachSite({ ...OPTIONS, onGalera: true }, (suite) => {
  before(() => {
    const { contained } = suite.current.site;
    contained.engine = ENGINES[suite.kind];
    Object.assign(contained.limits, { waitMs: WAIT_MS, deadlineMs: WAIT_MS });
  });

  // The nodes of a cluster see no difference.
  for (const plugin of NAMES.filter((name) => !suite.isCluster || name === 'beside')) {
    const run = (handler: string, input: unknown): Promise<unknown> => ask(suite.current, plugin, handler, input);
    const attempt = (...call: unknown[]): Promise<{ is?: unknown; no?: string }> => run('try', call) as Promise<object>;

    test(`${HANDLERS} handlers at once count and list without a loss, ${TIERS[plugin]}`, async () => {
      assert.deepEqual(inOrder(await times(HANDLERS, () => run('add', 2))), numbers(2, 2));
      assert.deepEqual(inOrder(await times(HANDLERS, (item) => run('append', item))), numbers(1, 1));
      assert.deepEqual(inOrder((await attempt('get', 'list')).is), numbers(0, 1));
      assert.deepEqual(await times(FEW, (id) => run('swap', id)), Array(FEW).fill(true));
      assert.deepEqual((await attempt('get', 'map')).is, { 0: 1, 1: 1, 2: 1, 3: 1, 4: 1 });
    });

    test(`what does not fit is refused, and lists stay within bounds, ${TIERS[plugin]}`, async () => {
      for (const item of [1, 2, 3, 4]) await attempt('append', 'few', item, 3);
      assert.deepEqual(await attempt('get', 'few'), { is: [2, 3, 4] });
      const long = 'x'.repeat(16_377);
      assert.deepEqual(await attempt('append', 'few', long, 3), { is: [4, long] }, 'as many as fit');
      assert.match((await attempt('append', 'few', `${long}xxxxxx`, 3)).no ?? '', /at most 16384/);
      assert.match((await attempt('append', 'few', 1, 1001)).no ?? '', /kv\.append: \/keep/);
      assert.match((await attempt('add', 'few')).no ?? '', /"few" holds no number/);
      assert.deepEqual(await attempt('add', 'one'), { is: 1 });
      assert.deepEqual(await attempt('add', 'one', -1.5), { is: -0.5 });
      assert.match((await attempt('add', 'one', '1')).no ?? '', /kv\.add: \/amount must be number/);
      assert.match((await attempt('add', 'one', 1e300)).no ?? '', /would become too large/);
      assert.match((await attempt('append', 'one', 1, 3)).no ?? '', /"one" holds no list/);
      assert.deepEqual(await attempt('swap', 'parts', { a: 1 }, 2), { is: false });
      assert.deepEqual(await attempt('swap', 'parts', null, { b: 1, a: [2] }), { is: true });
      assert.deepEqual(await attempt('swap', 'parts', { a: [2], b: 1 }, 3), { is: true }, 'in whatever order');
      assert.deepEqual(await attempt('get', 'parts'), { is: 3 });
    });
  }

  test('and from another process, which writes to another node', async () => {
    const { current, kind } = suite;
    const { url } = current.site.config.database;
    const place = kind === 'sqlite' ? { contentDir: current.contentDir } : { database: fromTheEnd(url) };
    const sites = [current, await startTestSite({ ...OPTIONS, ...place })];
    try {
      const sums = await times(HANDLERS, (index) => ask(sites[index % 2] as TestSite, 'beside', 'add', 1));
      assert.deepEqual(inOrder(sums), numbers(101, 1));
    } finally {
      await sites[1]?.stop();
    }
  });
});
