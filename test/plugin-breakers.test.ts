// A plugin that fails again and again in a hook is left out of it, and one that oversteps its limits is switched off;
// every process, on whatever node, the screens and the CLI know.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cli } from '../core/cli/cli.ts';
import { startTestSite, type TestSite } from '../core/testing.ts';
import { Browser } from './support/browser.ts';
import { writePlugins } from './support/contained-plugins.ts';
import { forEachSite, type SuiteSite } from './support/sites.ts';
import { fromTheEnd } from './support/stores.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(import.meta.dirname, 'fixtures', 'plugins');
const STUBBORN = {
  name: 'stubborn',
  contained: { routes: { loop: { path: '/loop', access: 'public' } } },
  handlers: `routes: { loop: () => { for (;;); } }`,
};
const OPTIONS = {
  plugins: ['posts', 'blocks', 'users', 'dashboard', 'throws-filter', 'stubborn'],
  pluginFolders: [FOLDER, writePlugins([STUBBORN])],
  config: { cache: { pages: false }, plugins: { breakerFailures: 3, breakerRestSeconds: 3600 } },
};

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (const from = Date.now(); Date.now() - from < 30_000; await sleep(50)) if (await what()) return;
  assert.fail(`It did not come to pass: ${what}`);
}

const hooksOf = ({ site }: TestSite): string[] => site.hooks.breakers.list().map(({ hook }) => hook);
const faultsIn = ({ site }: TestSite, hook: string): number =>
  site.plugins.need('throws-filter').faults.find(({ where }) => where === `hook ${hook}`)?.count ?? 0;

/** Another process of the same site; on a cluster it writes to another node. */
function startBeside({ kind, current }: SuiteSite, config: object = OPTIONS.config): Promise<TestSite> {
  const place =
    kind === 'sqlite' ? { contentDir: current.contentDir } : { database: fromTheEnd(current.site.config.database.url) };
  return startTestSite({ ...OPTIONS, ...place, config });
}

const isOfHost = ({ where }: { where: string }): boolean => where === 'plugin host';

async function visit(current: TestSite, times: number): Promise<void> {
  for (let time = 0; time < times; time++) assert.equal((await current.inject({ url: '/' })).statusCode, 200);
}

forEachSite({ ...OPTIONS, onGalera: true }, (suite) => {
  test('a plugin that fails on every page is left out, and it is known where and why', async () => {
    const { current } = suite;
    await visit(current, 6);
    for (const hook of ['view:page', 'view:head', 'entries:presenting', 'reply:sending'])
      assert.equal(faultsIn(current, hook), 3, hook);
    await current.site.breakers.settle();
    const open = await current.site.breakers.list();
    const head = open.find(({ hook }) => hook === 'view:head');
    assert.deepEqual(
      [head?.plugin, head?.state, head?.failures, head?.error],
      ['throws-filter', 'open', 3, 'fixture: in view:head'],
    );
    const shown = await new Browser(() => current, (await current.loginAs('administrator')).cookie).get(
      '/admin/plugins',
    );
    assert.match(shown.text, /Throws filter is left out of view:head 3 failures: fixture: in view:head/);
  });

  test('an administrator lets it be asked again; others may not', async () => {
    const { current } = suite;
    const editor = await current.loginAs('editor');
    const refused = await current.inject({
      method: 'POST',
      url: '/admin/plugins/throws-filter/retry',
      headers: { cookie: editor.cookie, 'content-type': 'application/x-www-form-urlencoded' },
      payload: `_token=${editor.token}`,
    });
    assert.equal(refused.statusCode, 403);
    const administrator = new Browser(() => current, (await current.loginAs('administrator')).cookie);
    const asked = await administrator.submit(await administrator.get('/admin/plugins'), 'Ask it again : Throws filter');
    assert.match(asked.text, /Throws filter is asked again, within seconds: .*view:head/);
    assert.deepEqual(await current.site.breakers.list(), []);
    const before = faultsIn(current, 'view:head');
    await visit(current, 1);
    assert.equal(faultsIn(current, 'view:head'), before + 1);
  });

  test('another process leaves it out from its start, and asks it again when that is said elsewhere', async () => {
    const { current } = suite;
    await visit(current, 3);
    await current.site.breakers.settle();
    const second = await startBeside(suite);
    try {
      await visit(second, 2);
      assert.equal(faultsIn(second, 'view:head'), 0);
      assert.ok(hooksOf(second).includes('view:head'));
      await current.site.breakers.close('throws-filter', 'view:head');
      await until(() => !hooksOf(second).includes('view:head'));
      assert.ok(hooksOf(second).includes('view:page'), 'the others are not meant');
    } finally {
      await second.stop();
    }
  });

  test('processes count failures together: too few in each of two are enough in both', async () => {
    const patient = { ...OPTIONS.config, plugins: { ...OPTIONS.config.plugins, breakerFailures: 8 } };
    await suite.current.site.breakers.close('throws-filter');
    const both: TestSite[] = [];
    try {
      for (let count = 0; count < 2; count++) both.push(await startBeside(suite, patient));
      for (const current of both) await visit(current, 5);
      for (const current of both) assert.deepEqual(hooksOf(current), []);
      await until(() => both.some((current) => hooksOf(current).includes('view:head')));
      for (const { site } of both) await site.breakers.settle();
      const open = await suite.current.site.breakers.list();
      assert.equal(open.find(({ hook }) => hook === 'view:head')?.failures, 10);
      const left = await both[0]?.site.database.read('plugin_failures').where({ hook: 'view:head' });
      assert.equal(left?.length, 2);
    } finally {
      for (const current of both) await current.stop();
    }
    const kept = await suite.current.site.database.read('plugin_failures');
    assert.deepEqual(kept, [], 'what a process saw ends with it');
    await suite.current.site.breakers.close('throws-filter');
  });

  test('processes count strikes together, and a plugin is out everywhere with the third of all', async () => {
    const first = suite.current;
    const strikes = async ({ site }: TestSite): Promise<number> =>
      Number((await site.database.write('plugin_strikes').count({ count: '*' }))[0]?.['count']);
    /** Asks for what never ends until it has had its strike: a host that is starved itself blames nobody. */
    const strike = async (current: TestSite, count: number): Promise<void> => {
      const seen = (): number => current.site.plugins.need('stubborn').faults.find(isOfHost)?.count ?? 0;
      const before = seen();
      await until(async () => {
        await current.inject({ url: '/plugins/stubborn/loop' });
        return seen() > before;
      });
      await until(async () => (await strikes(current)) === count);
    };
    const others: TestSite[] = [];
    try {
      const second = await startBeside(suite);
      others.push(second);
      await strike(first, 1);
      await strike(second, 2);
      assert.deepEqual([first.site.contained.leftOut(), second.site.contained.leftOut()], [[], []]);
      const third = await startBeside(suite);
      others.push(third);
      assert.equal(third.site.contained.hosts.ledger.has('stubborn'), true, 'one that starts knows of them');
      await until(async () => {
        await first.inject({ url: '/plugins/stubborn/loop' });
        return first.site.contained.leftOut().length > 0;
      });
      await until(async () => !(await third.site.pluginChoice.chosen()).includes('stubborn'));
      await until(async () => (await strikes(third)) === 0);
      assert.match(first.site.plugins.need('stubborn').reason ?? '', /three times within ten minutes/);
    } finally {
      for (const { stop } of others) await stop();
    }
  });
});

test('the command line shows who is left out, and lets him be asked again', async () => {
  const current = await startTestSite({ plugins: ['posts'] });
  const { site, contentDir } = current;
  const galley = async (...argv: string[]): Promise<[code: number, out: string]> => {
    const out: string[] = [];
    const streams = { out: { write: (text: string) => out.push(text) }, err: { write: () => 0 } };
    const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
    const env = {
      ...inherited,
      GALLEY_ENV: 'test',
      GALLEY_CONTENT_DIR: contentDir,
      GALLEY_LOG_LEVEL: 'fatal',
      DATABASE_URL: 'sqlite:test.sqlite',
    };
    return [
      await new Cli({ root: ROOT, env, argv, streams, signal: new AbortController().signal }).run(),
      out.join(''),
    ];
  };
  try {
    const times = { since: Date.now(), until: Date.now() + 60_000 };
    site.hooks.breakers.onOpen({
      plugin: 'admin-bar',
      hook: 'view:head',
      state: 'open',
      failures: 4,
      error: 'No ink',
      ...times,
    });
    await site.breakers.settle();
    const [, plugin] = await galley('plugin', 'get', 'admin-bar', '--format=json');
    assert.match(JSON.parse(plugin)['breakers'], /view:head: failed 4 times, left out for a while: No ink/);
    const [, hooks] = await galley('hook', 'list', 'view:head', '--listeners', '--format=json');
    const listener = (JSON.parse(hooks) as Record<string, unknown>[]).find(({ owner }) => owner === 'admin-bar');
    assert.deepEqual([listener?.['state'], listener?.['failures'], listener?.['error']], ['open', 4, 'No ink']);
    const [code, retried] = await galley('plugin', 'retry', 'admin-bar', '--format=json');
    assert.deepEqual([code, JSON.parse(retried)[0].status], [0, 'retried']);
    const [, again] = await galley('plugin', 'retry', 'admin-bar', '--format=json');
    assert.equal(JSON.parse(again)[0].status, 'unchanged');
    assert.deepEqual(await site.breakers.list(), []);
  } finally {
    await current.stop();
  }
});
