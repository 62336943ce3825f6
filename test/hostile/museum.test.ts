// A museum of hostile plugins: what each tries, what it gets, and that the site serves its pages meanwhile.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { PluginValues } from '../../core/services/plugin-values.ts';
import { type TestPlugin, writePlugins } from '../support/contained-plugins.ts';
import { ENGINE_EXHIBITS, type Exhibit, KERNEL_EXHIBITS, NO_MANIFESTS, PAGE_EXHIBITS, REFUSED } from './exhibits.ts';

const WAIT_MS = 90_000;

/** One that does no harm: pages have its tag whatever the others do. */
const CALM: TestPlugin = {
  name: 'calm',
  capabilities: ['kv'],
  contained: { hooks: { 'view:head': { input: ['page.kind'] } } },
  handlers: `hooks: { 'view:head': async ({ page }, galley) => {
    await galley.kv.set('secret', 'sesame');
    return [{ tag: 'meta', attributes: { name: 'calm', content: page.kind } }];
  } }`,
};

for (const engine of ['isolated-vm', 'quickjs'] as const) {
  const exhibits = engine === 'isolated-vm' ? [...ENGINE_EXHIBITS, ...KERNEL_EXHIBITS] : ENGINE_EXHIBITS;

  describe(`The museum of hostile plugins, ${engine}`, () => {
    let current: TestSite;
    let pages = 0;

    before(async () => {
      const plugins = [CALM, ...exhibits.map(({ plugin }) => plugin)];
      current = await startTestSite({
        plugins: ['posts', 'blocks', ...plugins.map(({ name }) => name)],
        pluginFolders: [writePlugins(plugins)],
      });
      const { contained } = current.site;
      contained.engine = engine;
      // On a machine that has much else to do, none but the hostile may be late.
      Object.assign(contained.limits, { hookWaitMs: WAIT_MS, maxEntries: 5 });
      const failed = current.site.plugins.list().filter(({ state }) => state === 'failed');
      assert.deepEqual(
        failed.map(({ name, reason }) => `${name}: ${reason}`),
        [],
      );
    });
    after(() => current.stop());

    /** A page that no cache has. */
    const page = async (): Promise<{ status: number; isWhole: boolean }> => {
      const { statusCode, body } = await current.inject({ url: `/nowhere-${++pages}/` });
      return { status: statusCode, isWhole: body.includes('<meta name="calm" content="error">') };
    };

    /** What a plugin was told when it was stopped. */
    async function endOf(plugin: string): Promise<string> {
      const values = new PluginValues(current.site);
      for (
        const end = Date.now() + WAIT_MS;
        Date.now() < end;
        await new Promise((resolve) => setTimeout(resolve, 20))
      ) {
        const said = await values.get(plugin, 'end');
        if (said !== null) return String(said);
      }
      return 'never stopped';
    }

    async function visit({ plugin, status, gets, ends, strike }: Exhibit): Promise<void> {
      const { site } = current;
      const [answer, meanwhile] = await Promise.all([current.inject({ url: `/plugins/${plugin.name}/go` }), page()]);
      assert.deepEqual(meanwhile, { status: 404, isWhole: true });
      assert.equal(answer.statusCode, status, answer.body);
      if (gets) assert.match(answer.body, gets);
      assert.deepEqual([answer.headers['set-cookie'], answer.headers['location']], [undefined, undefined]);
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
      const faults = () => site.plugins.get(plugin.name)?.faults.filter(({ where }) => where === 'plugin host') ?? [];
      // A host that is starved itself blames nobody: then it is tried once more.
      for (const end = Date.now() + WAIT_MS; strike && faults().length === 0 && Date.now() < end; )
        await current.inject({ url: `/plugins/${plugin.name}/go` });
      if (ends) assert.match(await endOf(plugin.name), ends);
      if (strike) assert.equal(faults().length, 1);
      assert.deepEqual(site.plugins.get('calm')?.faults, []);
    }

    for (const exhibit of exhibits) test(`${exhibit.plugin.name}: ${exhibit.tries}`, () => visit(exhibit));

    test('one that overstepped three times is off, on all nodes, and administrators are told', async () => {
      const { site } = current;
      const isOff = (): boolean => site.plugins.get('endless-loop')?.reason !== undefined;
      for (const end = Date.now() + WAIT_MS; !isOff() && Date.now() < end; ) {
        const answer = await current.inject({ url: '/plugins/endless-loop/go' });
        assert.equal(answer.statusCode, 503);
      }
      assert.match(site.plugins.get('endless-loop')?.reason ?? '', /three times within ten minutes/);
      for (const end = Date.now() + WAIT_MS; (await site.pluginChoice.failures()).length === 0; ) {
        assert.ok(Date.now() < end);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const [failure] = await site.pluginChoice.failures();
      assert.equal(failure?.name, 'endless-loop');
      assert.match((await site.health.report()).checks['plugins']?.message ?? '', /endless-loop/);
      assert.deepEqual(await page(), { status: 404, isWhole: true });
    });

    test('one that never answers is given up', async () => {
      const { site } = current;
      const plugin = site.plugins.need('constructors');
      site.contained.limits.waitMs = 50;
      await assert.rejects(
        site.contained.ask({ ...plugin, name: 'promise-storm' }, 'routes.go', '{}'),
        /did not answer/,
      );
    });

    test('the site and its other plugins are what they were', async () => {
      assert.deepEqual(await page(), { status: 404, isWhole: true });
      assert.deepEqual([...new Set([1, 2].map((number) => number * 2))], [2, 4]);
    });
  });
}

describe('The museum of hostile plugins: pages', () => {
  let current: TestSite;
  let entry: Entry;

  before(async () => {
    current = await startTestSite({
      plugins: ['posts', 'blocks', 'dashboard', ...PAGE_EXHIBITS.map(({ name }) => name)],
      pluginFolders: [writePlugins(PAGE_EXHIBITS)],
    });
    Object.assign(current.site.contained.limits, { hookWaitMs: WAIT_MS });
    entry = await current.site.entries.save(
      {
        type: 'post',
        status: 'publish',
        title: 'Ours',
        slug: 'ours',
        content: '<!-- wp:block-xss/box /--><!-- wp:template-bomb/bomb /--><p>Text</p>',
      },
      { viewer: SYSTEM },
    );
  });
  after(() => current.stop());

  const STOLEN = /<script[^>]*>\s*steal|evil\.example|javascript:|on(?:click|error|load)="?steal|unsafe-url/;

  test('what they say of a page does not run, and leads nowhere', async () => {
    const [presented] = await current.site.entries.present([entry], {});
    assert.deepEqual([presented?.title, presented?.id, presented?.protected], ['Ours', entry.id, false]);
    assert.equal(Reflect.get(presented ?? {}, 'fresh'), 'added');
    const { statusCode, body } = await current.inject({ url: presented?.url ?? '' });
    assert.equal(statusCode, 200);
    assert.doesNotMatch(body, STOLEN);
    assert.match(body, /&lt;img src&#x3D;x onerror&#x3D;steal-text\(\)&gt;/);
    assert.match(body, /content="&quot;&gt;&lt;script&gt;steal-content/);
    assert.match(body, /<p>Text<\/p>/);
  });

  test('the template that never ends cost its plugin a strike, not the page', () => {
    const faults = current.site.plugins.get('template-bomb')?.faults ?? [];
    assert.ok(faults.length > 0);
  });

  test('what they say in the admin does not run, and is said in their name', async () => {
    const { cookie } = await current.loginAs('administrator');
    for (const url of ['/admin', '/admin/plugin/admin-xss/evil']) {
      const { statusCode, body } = await current.inject({ url, headers: { cookie } });
      assert.equal(statusCode, 200);
      assert.doesNotMatch(body, STOLEN);
      assert.match(body, /The admin-xss: Your session ended/);
    }
  });
});

describe('The museum of hostile plugins: the closed door', () => {
  let current: TestSite;

  before(async () => {
    const plugins = [...REFUSED, ...NO_MANIFESTS].map(({ plugin }) => plugin);
    current = await startTestSite({
      plugins: ['posts', ...plugins.map(({ name }) => name)],
      pluginFolders: [writePlugins([...plugins, { name: 'neighbour' }])],
    });
  });
  after(() => current.stop());

  for (const { tries, plugin, because } of REFUSED)
    test(`${plugin.name}: ${tries}`, async () => {
      const found = current.site.plugins.get(plugin.name);
      assert.equal(found?.state, 'failed');
      assert.match(found?.reason ?? '', because);
      assert.equal((await current.inject({ url: '/' })).statusCode, 200);
    });

  for (const { tries, plugin, because } of NO_MANIFESTS)
    test(`${plugin.name}: ${tries}`, () => {
      assert.equal(current.site.plugins.get(plugin.name), undefined);
      const problem = current.site.plugins.problems.find((text) => text.includes(`/${plugin.name}/`));
      assert.match(problem ?? '', because);
    });
});
