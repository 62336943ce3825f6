import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startTestSite, type TestSite } from '../testing.ts';
import { Plugins } from './plugins.ts';
import type { Site } from './site.ts';

let folder = '';
let base: TestSite;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galley-plugins-'));
  base = await startTestSite({ plugins: [] });
});
after(async () => {
  await base.stop();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, source: string, galley: object = {}): void {
  mkdirSync(join(folder, name), { recursive: true });
  const manifest = { name, version: '1.0.0', type: 'module', main: 'index.js', galley: { title: name, ...galley } };
  writeFileSync(join(folder, name, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, name, 'index.js'), source);
}

/** Sets plugins up on the site that runs. */
async function setUp(...names: string[]): Promise<Plugins> {
  const plugins = new Plugins({ timeoutMs: 1000 });
  await plugins.discover([{ directory: folder, isFirstParty: false }]);
  const site: Site = { ...base.site, plugins };
  await plugins.setup(site, names);
  return plugins;
}

test('plugins that are looked for again are no plugins of the same name, and a problem is told once', async () => {
  write('found', 'export default { setup() {} };');
  mkdirSync(join(folder, 'broken'), { recursive: true });
  const plugins = new Plugins();
  for (let round = 0; round < 2; round++) await plugins.discover([{ directory: folder, isFirstParty: false }]);
  rmSync(join(folder, 'broken'), { recursive: true });
  assert.deepEqual(
    plugins.problems.map((problem) => problem.includes('broken')),
    [true],
  );
});

test('a plugin that hangs, in its set-up or before, fails in time and the others run', async () => {
  write('hangs', 'export default { setup: () => new Promise(() => {}) };');
  write('never', 'await new Promise(() => {}); export default { setup() {} };');
  write('fine', 'export default { setup() {} };');
  const keepAlive = setInterval(() => undefined, 50);
  const plugins = await setUp('hangs', 'never', 'fine');
  clearInterval(keepAlive);
  assert.deepEqual(
    ['hangs', 'never', 'fine'].map((name) => plugins.need(name).state),
    ['failed', 'failed', 'active'],
  );
  assert.match(plugins.need('hangs').reason ?? '', /1000 ms/);
});

test('what a plugin registers after it was given up does not stay', async () => {
  write(
    'late',
    `export default { async setup(site) {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      site.types.register('late', { title: 'Late', singular: 'Late', supports: [] });
    } };`,
  );
  await setUp('late');
  await new Promise((resolve) => setTimeout(resolve, 800));
  assert.equal(base.site.types.get('late'), undefined);
});

test('a set-up that fails half-way leaves nothing of any kind', async () => {
  write(
    'half',
    `export default { setup(site) {
      site.types.register('half', { title: 'Half', singular: 'Half', supports: [] });
      site.taxonomies.define('half', { title: 'Half', singular: 'Half' });
      site.options.define('half', { default: 1, schema: {} });
      site.cron.define('half', { schedule: '* * * * *', summary: 'x', run() {} });
      site.commands.define('half', { summary: 'x', run: () => 0 });
      site.routes.get('/half', { name: 'half', public: true }, () => undefined);
      site.services.provide('half', {});
      site.hooks.define('half:done', { kind: 'action', summary: 'x' });
      site.hooks.addAction('entry:saved', () => {});
      site.models.define('half', { fields: { name: { kind: 'string' } } });
      site.capabilities.define('half', { label: 'x', roles: [] });
      site.templates.helper('half', () => '');
      throw new Error('half-way');
    } };`,
  );
  const { site } = base;
  const plugins = await setUp('half');
  assert.equal(plugins.need('half').reason, 'half-way');
  const jobs = await site.cron.list();
  assert.deepEqual(
    [
      site.types.has('half'),
      site.taxonomies.has('half'),
      site.options.has('half'),
      jobs.some((job) => job.name === 'half'),
      site.services.has('half'),
      site.hooks.list().some((hook) => hook.name === 'half:done'),
      site.hooks.list().some((hook) => hook.listeners.some((listener) => listener.owner === 'half')),
      site.capabilities.has('half'),
    ],
    Array.from({ length: 8 }, () => false),
  );
  // Whoever comes next can take all of the names.
  write(
    'again',
    `export default { setup(site) {
      site.models.define('half', { fields: { name: { kind: 'string' } } });
      site.commands.define('half', { summary: 'x', run: () => 0 });
      site.routes.get('/half', { name: 'half', public: true }, () => undefined);
      site.templates.helper('half', () => '');
      site.hooks.define('half:done', { kind: 'action', summary: 'x' });
    } };`,
  );
  assert.equal((await setUp('again')).need('again').reason, undefined);
});

test('of two plugins with the same type the second fails, and the first keeps it', async () => {
  const source = `export default { setup(site) {
    site.types.register('thing', { title: 'Things', singular: 'Thing', supports: [] }); } };`;
  write('thing-one', source);
  write('thing-two', source);
  const plugins = await setUp('thing-one', 'thing-two');
  assert.deepEqual([plugins.need('thing-one').state, plugins.need('thing-two').state], ['active', 'failed']);
  assert.equal(base.site.types.ownerOf('thing'), 'thing-one');
  assert.ok(base.site.capabilities.has('edit_things'));
});

test('who requires what a failed plugin provides is not set up', async () => {
  write('provider', `export default { setup() { throw new Error('no'); } };`, { provides: ['mail'] });
  write('consumer', `export default { setup() { } };`, { requires: ['mail'] });
  const plugins = await setUp('provider', 'consumer');
  assert.equal(plugins.need('consumer').state, 'failed');
  assert.match(plugins.need('consumer').reason ?? '', /mail/);
});
