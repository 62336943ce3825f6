// A plugin that fails is named, in the log and in the list of plugins, and the site serves on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, TEST_PASSWORD, type TestSite } from '../core/testing.ts';

const FOLDER = join(import.meta.dirname, 'fixtures', 'plugins');
const SOUND = ['posts', 'blocks', 'users', 'comments', 'menus', 'widgets', 'feeds', 'search'];
const FAULTY = [
  'throws-loading',
  'throws-setup',
  'throws-filter',
  'throws-action',
  'throws-route',
  'throws-cron',
  'listens-to-nothing',
  'requires-missing',
  'circle-one',
  'circle-two',
  'needs-broken',
  'no-plugin',
];

describe('Among plugins of which each fails in another way', () => {
  let current: TestSite;
  before(async () => {
    current = await startTestSite({
      plugins: [...FAULTY, ...SOUND],
      pluginFolders: [FOLDER],
      config: { cache: { pages: false } },
    });
  });
  after(() => current.stop());

  /** What the log has kept of a plugin. */
  const logged = (owner: string): string =>
    current.site.log.recent
      .list(owner)
      .map(({ message, error }) => `${message}: ${error ?? ''}`)
      .join('\n');
  const reasonOf = (name: string): string => current.site.plugins.need(name).reason ?? '';
  const faultsOf = (name: string): string =>
    current.site.plugins
      .need(name)
      .faults.map(({ where, message }) => `${where}: ${message}`)
      .join('\n');

  test('those that come with Galley are active and the site is served', async () => {
    for (const name of SOUND) assert.equal(current.site.plugins.get(name)?.state, 'active', name);
    const reply = await current.inject({ url: '/' });
    assert.equal(reply.statusCode, 200);
    assert.match(reply.body, /<h1|<h2/);
    assert.doesNotMatch(reply.body, /left behind/);
  });

  test('one that throws while loading has failed, with its message', () => {
    assert.equal(current.site.plugins.need('throws-loading').state, 'failed');
    assert.match(reasonOf('throws-loading'), /fixture: while loading/);
    assert.match(faultsOf('throws-loading'), /setup: fixture: while loading/);
    assert.match(logged('throws-loading'), /could not be set up: fixture: while loading/);
  });

  test('one that throws in its set-up leaves nothing behind: neither route nor listener', async () => {
    assert.equal(current.site.plugins.need('throws-setup').state, 'failed');
    assert.match(faultsOf('throws-setup'), /setup: fixture: in setup/);
    assert.match(logged('throws-setup'), /fixture: in setup/);
    assert.equal((await current.inject({ url: '/left-behind' })).statusCode, 404);
    assert.deepEqual(
      current.site.hooks
        .list()
        .flatMap(({ listeners }) => listeners)
        .filter(({ owner }) => owner === 'throws-setup'),
      [],
    );
  });

  test('one without a default export is told what to write', () => {
    assert.match(reasonOf('no-plugin'), /no plugin as its default export.*definePlugin/);
    assert.match(logged('no-plugin'), /default export/);
  });

  test('one whose requirement is missing is told so, with the likely name', () => {
    assert.match(reasonOf('requires-missing'), /requires "menuz".*Did you mean "menus"/);
    assert.equal(current.site.plugins.need('requires-missing').state, 'failed');
    assert.ok(current.site.log.recent.list('requires-missing').length > 0);
  });

  test('those in a circle are both told of it', () => {
    for (const name of ['circle-one', 'circle-two']) {
      assert.equal(current.site.plugins.need(name).state, 'failed');
      assert.match(reasonOf(name), /circle/);
      assert.ok(current.site.log.recent.list(name).length > 0, name);
    }
  });

  test('one that requires a plugin that failed is told which', () => {
    assert.match(reasonOf('needs-broken'), /requires "throws-setup", which failed/);
  });

  test('a folder with a wrong manifest is listed with every mistake', () => {
    const problem = current.site.plugins.problems.find((text) => text.includes('bad-manifest')) ?? '';
    assert.match(problem, /name must match/);
    assert.match(problem, /version must match/);
    assert.match(problem, /title/);
    assert.equal(current.site.plugins.get('bad-manifest'), undefined);
  });

  test('one that listens to a hook that does not exist is active, and told what it may have meant', () => {
    assert.equal(current.site.plugins.need('listens-to-nothing').state, 'active');
    assert.match(faultsOf('listens-to-nothing'), /unknown hook "entry:savd".*Did you mean "entry:saved"/);
    assert.ok(current.site.log.recent.list('listens-to-nothing').length > 0);
  });

  test('filters that throw are passed over where a page can do without them', async () => {
    await current.inject({ url: '/' });
    const faults = faultsOf('throws-filter');
    for (const hook of ['view:page', 'view:head', 'entries:presenting', 'reply:sending']) {
      assert.match(faults, new RegExp(`hook ${hook}: .*fixture: in ${hook}`));
      assert.match(logged('throws-filter'), new RegExp(`fixture: in ${hook}`));
    }
  });

  test('a filter that throws where content is at stake stops the save, and nothing is stored', async () => {
    const { site } = current;
    const draft = { type: 'post', title: 'Refuse me', slug: 'refused' };
    await assert.rejects(site.entries.save(draft, { viewer: SYSTEM }), /throws-filter/);
    const found = await site.entries.find({ type: 'post', slug: 'refused', status: ['draft', 'publish'] }, SYSTEM);
    assert.deepEqual(found.items, []);
    assert.match(faultsOf('throws-filter'), /hook entry:saving/);
  });

  test('an action that throws keeps neither the save nor the other listeners', async () => {
    const { site } = current;
    let heard = 0;
    const remove = site.hooks.addAction(
      'entry:saved',
      () => {
        heard++;
      },
      { priority: 99 },
    );
    const entry = await site.entries.save({ type: 'post', title: 'Kept', status: 'publish' }, { viewer: SYSTEM });
    remove();
    assert.equal(heard, 1);
    assert.equal((await site.entries.get(entry.id))?.title, 'Kept');
    assert.match(faultsOf('throws-action'), /hook entry:saved: fixture: in entry:saved/);
    assert.match(faultsOf('throws-action'), /hook site:ready: fixture: in site:ready/);
    assert.match(logged('throws-action'), /fixture: in entry:saved/);
  });

  test('a route that throws answers 500 with an id and no word of the error', async () => {
    for (const url of ['/fixture-route', '/fixture-cached', '/fixture-fallback/']) {
      const reply = await current.inject({ url });
      assert.equal(reply.statusCode, 500, url);
      assert.doesNotMatch(reply.body, /hunter2|fixture:|\/work\/|at Object/);
      assert.doesNotMatch(JSON.stringify(reply.headers), /hunter2/);
      assert.equal((await current.inject({ url: '/' })).statusCode, 200);
    }
    const faults = faultsOf('throws-route');
    for (const what of ['in a route', 'in a cached route', 'in a fallback'])
      assert.match(faults, new RegExp(`fixture: ${what}`));
    assert.match(logged('throws-route'), /fixture: in a route/);
  });

  test('a job that throws is recorded as failed, and its plugin is named', async () => {
    const run = await current.site.cron.run('fixture-job');
    assert.equal(run.status, 'failed');
    assert.match(run.error ?? '', /fixture: in cron/);
    assert.match(faultsOf('throws-cron'), /cron fixture-job: fixture: in cron/);
    assert.match(logged('throws-cron'), /fixture: in cron/);
  });

  test('the same fault again is counted, not listed again', async () => {
    await current.inject({ url: '/fixture-route' });
    await current.inject({ url: '/fixture-route' });
    const faults = current.site.plugins
      .need('throws-route')
      .faults.filter(({ message }) => message.includes('in a route'));
    assert.equal(faults.length, 1);
    assert.ok((faults[0]?.count ?? 0) >= 2);
  });
});

describe('Safe mode', () => {
  const contentDir = mkdtempSync(join(tmpdir(), 'galley-safe-'));
  after(() => rmSync(contentDir, { recursive: true, force: true }));

  test('serves the site without foreign plugins and lets an administrator in, who switches the culprit off', async (t) => {
    const broken = await startTestSite({ contentDir, pluginFolders: [FOLDER] });
    const admin = { login: 'root', email: 'root@example.org', name: 'Root', password: TEST_PASSWORD };
    await broken.site.users.create({ ...admin, roles: ['administrator'] }, SYSTEM);
    for (const name of ['throws-filter', 'throws-route']) await broken.site.pluginChoice.activate(name);
    await broken.stop();

    const safe = await startTestSite({ contentDir, pluginFolders: [FOLDER], config: { plugins: { safeMode: true } } });
    t.after(() => safe.stop());
    assert.equal(safe.site.plugins.need('throws-filter').state, 'inactive');
    assert.equal(safe.site.plugins.need('posts').state, 'active');
    assert.equal((await safe.inject({ url: '/' })).statusCode, 200);
    assert.equal((await safe.inject({ url: '/fixture-route' })).statusCode, 404);
    const { token } = await safe.site.login.withPassword('root', TEST_PASSWORD, { address: '127.0.0.1', agent: '' });
    const { viewer } = (await safe.site.sessions.read(token)) ?? {};
    assert.ok(viewer?.can('activate_plugins'));
    assert.equal(await safe.site.pluginChoice.deactivate('throws-filter'), true);
    assert.deepEqual(await safe.site.options.get('plugins'), { active: ['throws-route'], inactive: [] });
  });

  test('is off by itself: then the plugins that were chosen run', async (t) => {
    const site = await startTestSite({ contentDir, pluginFolders: [FOLDER] });
    t.after(() => site.stop());
    assert.equal(site.site.plugins.need('throws-route').state, 'active');
    assert.equal(site.site.plugins.need('throws-filter').state, 'inactive');
  });
});

describe('With every plugin off', () => {
  test('the kernel answers: a page of its own, health, errors, log-in', async (t) => {
    const bare = await startTestSite({ plugins: [] });
    t.after(() => bare.stop());
    assert.equal((await bare.inject({ url: '/health/live' })).statusCode, 200);
    assert.equal((await bare.inject({ url: '/health/ready' })).statusCode, 200);
    for (const url of ['/', '/anything/', '/feed/', '/?s=x']) {
      const reply = await bare.inject({ url });
      assert.ok([200, 404].includes(reply.statusCode), `${url}: ${reply.statusCode}`);
      assert.match(String(reply.headers['content-type']), /^text\/html/);
      assert.match(reply.body, /<\/html>\s*$/);
    }
    assert.equal((await bare.inject({ method: 'POST', url: '/' })).statusCode, 403);
    const { viewer } = await bare.loginAs('administrator');
    assert.ok(viewer.can('manage_options'));
  });
});
