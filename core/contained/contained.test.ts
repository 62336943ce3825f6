import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writePlugins } from '../../test/support/contained-plugins.ts';
import type { Entry } from '../content/entry.ts';
import { SYSTEM } from '../identity/viewer.ts';
import { changeRights, revokedRights } from '../services/plugin-rights.ts';
import { PluginValues } from '../services/plugin-values.ts';
import { startTestSite, type TestSite } from '../testing.ts';
import { foundEntry } from './content-calls.ts';
import { isPlainData, pickFields } from './fields.ts';
import { MAX_STRIKES, STRIKE_WINDOW_MS } from './limits.ts';
import { StrikeLedger } from './strike-ledger.ts';

const GREETER = {
  name: 'greeter',
  capabilities: ['settings', 'tables'],
  contained: {
    tables: { visits: { fields: { page: { type: 'string', index: true } } } },
    settings: { word: { type: 'string', default: 'Hello' } },
    routes: {
      hello: { path: '/hello', access: 'public' },
      secret: { path: '/secret', access: 'manage_options' },
      visit: { path: '/visit', access: 'public' },
    },
  },
  handlers: `routes: {
    hello: async (_input, galley) => ({ text: (await galley.settings()).word }),
    secret: () => ({ text: 'told' }),
    visit: async (_input, galley) => {
      const visits = galley.table('visits');
      await visits.insert({ page: 'home' });
      return { json: (await visits.find({ where: { page: 'home' }, order: 'page' })).map(({ page }) => page) };
    },
  }`,
};

/** A site in whose content folder the plugin is installed, so that it runs in either tier. */
async function withGreeter(work: (start: () => Promise<TestSite>) => Promise<void>): Promise<void> {
  const contentDir = mkdtempSync(join(tmpdir(), 'galley-tiers-'));
  writePlugins([GREETER], join(contentDir, 'plugins'));
  const started: TestSite[] = [];
  try {
    await work(async () => {
      await started.at(-1)?.stop();
      started.push(await startTestSite({ contentDir, plugins: ['posts', 'dashboard', 'greeter'] }));
      return started.at(-1) as TestSite;
    });
  } finally {
    await started.at(-1)?.stop();
    rmSync(contentDir, { recursive: true, force: true });
  }
}

test('an administrator chooses where a plugin runs, and it answers the same there', () =>
  withGreeter(async (start) => {
    const look = async ({ site, inject }: TestSite): Promise<unknown> => {
      const { body } = await inject({ url: '/plugins/greeter/hello' });
      return { tier: site.plugins.get('greeter')?.tier, body, hosts: site.contained.hosts.size };
    };
    const first = await start();
    assert.deepEqual(await look(first), { tier: 'contained', body: 'Hello', hosts: 1 });
    assert.equal(await first.site.pluginChoice.setTier('greeter', 'trusted'), true);
    assert.equal(await first.site.pluginChoice.setTier('greeter', 'trusted'), false);
    assert.deepEqual((await first.inject({ url: '/plugins/greeter/visit' })).json(), ['home']);
    const second = await start();
    assert.deepEqual(await look(second), { tier: 'trusted', body: 'Hello', hosts: 0 });
    assert.deepEqual((await second.inject({ url: '/plugins/greeter/visit' })).json(), ['home', 'home']);
    await assert.rejects(second.site.pluginChoice.setTier('posts', 'contained'), /cannot be contained/);
  }));

test('the screen of plugins says which are contained, takes rights from them, and moves them', () =>
  withGreeter(async (start) => {
    const { site, inject, loginAs } = await start();
    const { cookie, token } = await loginAs('administrator');
    const list = await inject({ url: '/admin/plugins', headers: { cookie } });
    assert.match(list.body, /<span class="mark">contained<\/span>/);
    const move = (what: string, more = '') =>
      inject({
        method: 'POST',
        url: `/admin/plugins/greeter/${what}`,
        headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
        payload: `_token=${encodeURIComponent(token)}${more}`,
      });
    const own = async () => (await inject({ url: '/admin/plugins/greeter', headers: { cookie } })).body;
    assert.match(await own(), /href="\/admin\/plugins\/greeter\/rights\?right&#x3D;tables"/);
    const asked = await inject({ url: '/admin/plugins/greeter/rights?right=tables', headers: { cookie } });
    assert.match(asked.body, /Take this right from The greeter\?[\s\S]*Keep records of its own[\s\S]*value="take"/);
    assert.deepEqual(await revokedRights(site, 'greeter'), [], 'nothing is taken by looking');
    assert.equal((await move('rights', '&right=tables&press=take')).statusCode, 303);
    assert.deepEqual(await revokedRights(site, 'greeter'), ['tables']);
    assert.match(await own(), /taken away[\s\S]*Allow it again/);
    assert.equal((await move('rights', '&right=kv&press=allow')).statusCode, 400, 'it does not ask for that');
    await move('rights', '&right=tables&press=allow');
    assert.deepEqual(await revokedRights(site, 'greeter'), []);
    assert.equal((await move('trust')).statusCode, 303);
    assert.equal(await site.pluginChoice.tierOf('greeter'), 'trusted');
    await move('contain');
    assert.equal(await site.pluginChoice.tierOf('greeter'), 'contained');
  }));

test('what a plugin declares for some is for nobody else', () =>
  withGreeter(async (start) => {
    const { inject, loginAs } = await start();
    const secret = async (cookie = ''): Promise<number> =>
      (await inject({ url: '/plugins/greeter/secret', headers: { cookie } })).statusCode;
    assert.equal(await secret(), 401);
    assert.equal(await secret((await loginAs('editor')).cookie), 403);
    assert.equal(await secret((await loginAs('administrator')).cookie), 200);
  }));

test('strikes are forgotten after a while', () => {
  let now = 0;
  const ledger = new StrikeLedger(() => now);
  for (let times = 1; times < MAX_STRIKES; times++) assert.equal(ledger.record('a'), false);
  now += STRIKE_WINDOW_MS + 1;
  assert.equal(ledger.has('a'), false);
  for (let times = 1; times < MAX_STRIKES; times++) assert.equal(ledger.record('a'), false);
  assert.equal(ledger.record('a'), true);
  assert.equal(ledger.has('b'), false);
});

test('of a value only the declared fields are passed on, and nothing by way of a prototype', () => {
  const value = { id: 1, page: { title: 'A', secret: 'x' }, list: [{ a: 1 }] };
  assert.deepEqual(JSON.parse(JSON.stringify(pickFields(value, ['id', 'page.title', 'list', 'none.at.all']))), {
    id: 1,
    page: { title: 'A' },
    list: [{ a: 1 }],
  });
  assert.equal(JSON.stringify(pickFields(value, ['constructor.name', '__proto__.x', 'toString'])), '{}');
});

test('plain data is what a template may print', () => {
  assert.ok(isPlainData({ a: [1, 'b', null, { c: true }] }));
  assert.ok(!isPlainData({ a: { b: { c: { d: 1 } } } }));
  assert.ok(!isPlainData(JSON.parse('{"__proto__":{"a":1}}')));
});

test('an entry with a password is told of without what it guards', () => {
  const texts = { title: 'Locked', excerpt: 'canary', summary: 'canary', content: 'canary', fields: { a: 'canary' } };
  const open = { id: 1, type: 'post', status: 'publish', slug: 'locked', password: '', ...texts } as unknown as Entry;
  assert.equal(foundEntry(open, true).content, 'canary');
  assert.doesNotMatch(JSON.stringify(foundEntry({ ...open, password: 'x' }, true)), /canary/);
});

const PRINTER = {
  name: 'printer',
  capabilities: ['render'],
  contained: {
    blocks: { stamp: { title: 'Stamp', template: '<p>Stamped</p>' } },
    routes: { print: { path: '/print', access: 'public', query: { markup: { type: 'string' } } } },
  },
  handlers: `
    blocks: { stamp: ({ blocks }) => blocks.map(() => ({})) },
    routes: { print: async ({ query }, galley) => ({ json: await galley.render(query.markup) }) },
  `,
};

test('block markup is rendered for plugins: sanitised, and without the blocks of contained plugins', async () => {
  const contentDir = mkdtempSync(join(tmpdir(), 'galley-render-'));
  writePlugins([PRINTER, { ...PRINTER, name: 'blotter', capabilities: [] }], join(contentDir, 'plugins'));
  const { inject, stop } = await startTestSite({ contentDir, plugins: ['posts', 'printer', 'blotter'] });
  const print = (plugin: string, markup: string) =>
    inject({ url: `/plugins/${plugin}/print?markup=${encodeURIComponent(markup)}` });
  try {
    const list = '<!-- wp:list --><ul><li onclick="steal()">One</li></ul><!-- /wp:list -->';
    const { body } = await print(
      'printer',
      `${list}<!-- wp:printer/stamp /--><!-- wp:separator --><hr/><!-- /wp:separator -->`,
    );
    assert.match(body, /<ul[^>]*><li>One<\/li><\/ul>.*<hr/);
    assert.doesNotMatch(body, /onclick|Stamped/);
    assert.equal((await print('blotter', list)).statusCode >= 500, true, 'who has not asked for it gets nothing');
  } finally {
    await stop();
    rmSync(contentDir, { recursive: true, force: true });
  }
});

const ECHO = {
  name: 'echo',
  capabilities: ['kv', 'content:read:post', 'content:read:post:draft', 'content:write:post'],
  contained: { hooks: { 'entry:saved': { input: ['entry.id', 'entry.status'] } } },
  source: `export default { hooks: { 'entry:saved': async ({ entry }, galley) => {
    if (entry.status !== 'draft') return;
    const round = await galley.kv.add('rounds', 1);
    await galley.content.save({ id: entry.id, title: 'Round ' + round });
  } } };`,
};

for (const tier of ['contained', 'trusted'] as const)
  test(`one that saves what it hears was saved comes to an end, ${tier}`, async () => {
    const { site, stop } = await startTestSite({
      plugins: ['posts', 'echo'],
      pluginFolders: [writePlugins([ECHO])],
      tiers: { echo: tier },
    });
    try {
      await site.entries.save({ type: 'post', status: 'draft', title: 'Begun' }, { viewer: SYSTEM });
      const faults = (): string => JSON.stringify(site.plugins.need('echo').faults);
      for (const end = Date.now() + 20_000; faults() === '[]' && Date.now() < end; )
        await new Promise((resolve) => setTimeout(resolve, 20));
      assert.match(faults(), /Hooks fired each other 64 deep/);
      assert.ok(Number(await new PluginValues(site).get('echo', 'rounds')) < 64);
    } finally {
      await stop();
    }
  });

const ASKER = {
  name: 'asker',
  capabilities: ['kv', 'content:read:post'],
  contained: { routes: { ask: { path: '/ask', access: 'public' } } },
  handlers: `routes: { ask: async (_input, galley) => {
    try { return { json: await galley.kv.add('times', 1) }; } catch (error) { return { text: error.message }; }
  } }`,
};

test('an administrator takes single rights from a plugin and gives them back, and all processes follow', async () => {
  const contentDir = mkdtempSync(join(tmpdir(), 'galley-rights-'));
  writePlugins([ASKER], join(contentDir, 'plugins'));
  const options = { contentDir, plugins: ['posts', 'asker'] };
  const sites = [await startTestSite(options), await startTestSite(options)] as const;
  const ask = (at: 0 | 1) => sites[at].inject({ url: '/plugins/asker/ask' }).then(({ body }) => body);
  try {
    const [{ site }] = sites;
    assert.equal(await ask(0), '1');
    assert.deepEqual(await changeRights(site, 'asker', { revoke: ['kv'] }), ['kv']);
    assert.match(await ask(0), /an administrator has taken "kv" from it/);
    for (const end = Date.now() + 20_000; !(await ask(1)).includes('taken "kv"') && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.match(await ask(1), /an administrator has taken "kv" from it/);
    assert.equal(site.contained.calls.grantedTo('asker').has('content:read:post'), true);
    await assert.rejects(changeRights(site, 'asker', { grant: ['tables'] }), /does not ask for "tables"/);
    await assert.rejects(changeRights(site, 'posts', { revoke: ['kv'] }), /can be contained/);
    assert.deepEqual(await changeRights(site, 'asker', { grant: ['kv'] }), []);
    assert.match(await ask(0), /^\d+$/);
  } finally {
    for (const { stop } of sites) await stop();
    rmSync(contentDir, { recursive: true, force: true });
  }
});
