import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PLAINLY, type PluginShop, scratch, startPluginShop, writePlugin } from '../../../test/support/plugin-shop.ts';
import { buildZip } from '../../../test/support/zip.ts';
import { PluginValues } from '../plugin-values.ts';
import { packPlugin } from './pack.ts';
import type { InstallOptions } from './plugin-changes.ts';
import { makePublisherKey, readPublisherKey } from './publisher-key.ts';
import { buildRegistry } from './registry-build.ts';
import { parseSource, readSource } from './source.ts';

let folder = '';
let shop: PluginShop;
const registry = (): string => join(folder, 'registry');
const source = (): string => join(folder, 'source');

before(async () => {
  folder = await scratch();
  await mkdir(registry());
  shop = await startPluginShop(join(folder, 'content'), { plugins: { registry: registry(), minimumReleaseAge: 0 } });
});
after(async () => {
  await shop?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function install(text: string, options: Partial<InstallOptions> = {}): Promise<string[]> {
  const wanted = { source: await readSource(text) };
  const outcomes = await shop.site.pluginChanges.install([wanted], { ...PLAINLY, ...options });
  await shop.look();
  return outcomes.map(({ name, status, version }) => `${name} ${version} ${status}`);
}

async function publish(version: string, more: Parameters<typeof writePlugin>[1] = {}, keyFile?: string): Promise<void> {
  await rm(source(), { recursive: true, force: true });
  await writePlugin(source(), { version, ...more });
  const key = keyFile === undefined ? undefined : await readPublisherKey(join(folder, keyFile));
  await buildRegistry({ folder: source(), out: registry(), key });
}

const locked = async (name: string) => (await shop.site.pluginChanges.lock.read())[name];

test('a plugin is installed by name, with what it requires, and the lock file says what came', async () => {
  await makePublisherKey(join(folder, 'ann.pem'));
  await publish('1.0.0', { name: 'payments', galley: { provides: ['till'] } });
  await publish('1.0.0', { galley: { requires: ['payments', 'posts'], capabilities: ['kv'] } }, 'ann.pem');
  const seen: string[] = [];
  const consent: InstallOptions['consent'] = async (plan) => {
    seen.push(
      ...plan.map(({ manifest, neededBy, asksFor }) => `${manifest.name} ${neededBy ?? '-'} ${asksFor.join()}`),
    );
    return true;
  };
  assert.deepEqual(await install('shop', { consent }), ['shop 1.0.0 installed', 'payments 1.0.0 installed']);
  assert.deepEqual(seen, ['shop - kv', 'payments shop ']);
  const entry = await locked('shop');
  assert.equal(entry?.source, 'registry:shop');
  assert.match(entry?.sha512 ?? '', /^sha512-/);
  assert.match(entry?.key ?? '', /^ed25519:/);
  assert.deepEqual(await install('shop@^1'), ['shop 1.0.0 unchanged'], 'the same again changes nothing');
});

test('an update asks only for what is new, and a refusal leaves all as it was', async () => {
  await publish('1.1.0', { galley: { capabilities: ['kv', 'fetch:example.org'] } }, 'ann.pem');
  await assert.rejects(install('shop'), /installed already, in version 1\.0\.0/);
  const asked: string[] = [];
  const consent: InstallOptions['consent'] = async ([plugin]) => {
    asked.push(...(plugin?.asksFor ?? []));
    return false;
  };
  assert.deepEqual(await install('shop', { replace: true, consent }), ['shop 1.0.0 declined']);
  assert.deepEqual(asked, ['fetch:example.org']);
  assert.equal((await locked('shop'))?.version, '1.0.0');
  const before = await realpath(join(shop.contentDir, 'plugins/shop'));
  assert.deepEqual(await install('shop', { replace: true }), ['shop 1.1.0 updated']);
  assert.equal(shop.site.plugins.get('shop')?.version, '1.1.0');
  assert.ok(
    (await readFile(join(before, 'index.ts'), 'utf8')).includes('1.0.0'),
    'who runs the old one keeps its files',
  );
  assert.equal((await locked('shop'))?.capabilities.length, 2);
});

test('another key, no key or another owner is refused, until somebody says that it is right', async () => {
  await makePublisherKey(join(folder, 'eve.pem'));
  await publish('1.2.0', {}, 'eve.pem');
  await assert.rejects(install('shop', { replace: true }), /signed with another key/);
  await rm(join(registry(), 'plugins/shop.json'));
  await publish('1.3.0');
  await assert.rejects(install('shop', { replace: true }), /not signed any more/);
  await publish('1.4.0', { author: 'Eve' }, 'ann.pem');
  await assert.rejects(install('shop', { replace: true }), /owner is "Eve" now, and was "Ann"/);
  await assert.rejects(
    install(await writePlugin(source(), { version: '1.5.0' }), { replace: true }),
    /signed any more.*comes from folder:/,
  );
  assert.equal((await locked('shop'))?.version, '1.1.0');
  assert.deepEqual(await install('shop', { replace: true, acceptKeyChange: true }), ['shop 1.4.0 updated']);
});

test('an archive with another digest, a forged signature or another plugin in it is refused', async () => {
  await publish('1.0.0', { name: 'forged' }, 'ann.pem');
  const file = join(registry(), 'plugins/forged.json');
  const json = await readFile(file, 'utf8');
  await appendFile(join(registry(), 'archives/forged-1.0.0.zip'), 'x');
  await assert.rejects(install('forged'), /digest differs/);
  await writeFile(file, json.replace(/("signature": ")..../, '$1AAAA'));
  await assert.rejects(install('forged'), /signature was not made with the key/);
  const other = await packPlugin(await writePlugin(source(), { name: 'other', version: '1.0.0' }), registry());
  await writeFile(join(registry(), 'archives/forged-1.0.0.zip'), await readFile(other.file));
  const release = { ...JSON.parse(json).releases[0], sha512: other.sha512, key: undefined };
  await writeFile(file, JSON.stringify({ ...JSON.parse(json), releases: [release] }));
  await assert.rejects(install('forged'), /The archive of "forged" has the plugin "other" in it/);
  assert.equal(await locked('forged'), undefined);
  assert.deepEqual(
    (await readdir(join(shop.contentDir, 'plugin-versions'))).filter((name) => name.startsWith('.')),
    [],
  );
});

test('what cannot run here is refused with the reason: no such plugin, another Galley, a requirement that nobody has', async () => {
  await assert.rejects(install('nothing'), /registry has no plugin "nothing"/);
  await publish('1.0.0', { name: 'future', galley: { engine: '>=99' } });
  await assert.rejects(install('future'), /it runs on Galley >=99, and this is/);
  await assert.rejects(
    install(await writePlugin(source(), { name: 'future', galley: { engine: '>=99' } })),
    /Galley >=99/,
  );
  await publish('1.0.0', { name: 'needy', galley: { requires: ['unknown-part'] } });
  await assert.rejects(install('needy'), /"needy" 1\.0\.0 requires "unknown-part", which is not installed/);
  await assert.rejects(install(await writePlugin(source(), { name: 'posts' })), /comes with Galley/);
  const two = join(folder, 'two.zip');
  const manifest = (name: string) => JSON.stringify({ name, version: '1.0.0', galley: { title: name } });
  const entries = ['package.json', 'inner/package.json'].map((name, index) => ({ name, data: manifest(`p${index}`) }));
  await writeFile(two, buildZip(entries));
  await assert.rejects(install(two), /second manifest/);
});

test('a wrong manifest is refused with every mistake, and nothing is left behind', async () => {
  const list = (name: string) => readdir(join(shop.contentDir, name));
  const before = [await list('plugins'), await list('plugin-versions')];
  const wrong = join(folder, 'wrong.zip');
  const json = JSON.stringify({ name: 'Not A Name', version: 'one', galley: { titel: 'x' } });
  await writeFile(wrong, buildZip([{ name: 'package.json', data: json }]));
  await assert.rejects(install(wrong), (error: Error) => {
    for (const mistake of [/name/, /version/, /title/]) assert.match(error.message, mistake);
    return true;
  });
  await writeFile(wrong, buildZip([{ name: 'readme.txt', data: 'no manifest' }]));
  await assert.rejects(install(wrong), /is no plugin/);
  assert.deepEqual([await list('plugins'), await list('plugin-versions')], before);
});

test('an update that takes away what an active plugin requires is refused', async () => {
  await shop.site.pluginChoice.activate('payments');
  await install(await writePlugin(source(), { name: 'kiosk', galley: { requires: ['till'] } }), { activate: true });
  await publish('2.0.0', { name: 'payments' });
  await assert.rejects(install('payments', { replace: true }), /"kiosk" could not run any more: it requires "till"/);
});

test('a repository is cloned, without its hooks and without a shell', async () => {
  const from = await writePlugin(source(), { name: 'cloned' });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', from, '-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args]);
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'First');
  git('tag', 'v1');
  assert.deepEqual(await install(`git+file://${from}#v1`), ['cloned 1.0.0 installed']);
  assert.equal((await locked('cloned'))?.source, `git+file://${from}#v1`);
  assert.ok(!(await readdir(join(shop.contentDir, 'plugins/cloned'))).includes('.git'));
  await assert.rejects(install(`git+file://${from}#v9`), /could not be cloned: .*v9/);
});

test('a version that does not pass its trial, or with which the site does not serve, is taken back whole', async () => {
  await publish('1.0.0', { name: 'shaky' });
  await install('shaky', { activate: true });
  await publish('1.1.0', { name: 'shaky' });
  const id = await shop.site.pluginChanges.versions.current('shaky');
  const stamp = (await shop.site.pluginChoice.stamps())['shaky'];
  for (const what of ['load', 'probe'] as const) {
    const fail = async (): Promise<void> => {
      throw new Error(`${what} failed`);
    };
    const trial = { ...PLAINLY.trial, [what]: fail };
    await assert.rejects(install('shaky', { replace: true, trial }), new RegExp(`${what} failed`));
    assert.equal(await shop.site.pluginChanges.versions.current('shaky'), id);
    assert.equal((await locked('shaky'))?.version, '1.0.0');
    assert.equal(
      (await readdir(join(shop.contentDir, 'plugin-versions/shaky'))).length,
      2,
      'one version and its record',
    );
  }
  assert.notEqual((await shop.site.pluginChoice.stamps())['shaky'], stamp, 'who started in between starts anew');
});

test('an update takes no older version, whatever the source has, and stays within its bounds', async () => {
  const place = join(folder, 'fair');
  const fair = (version: string): Promise<string> => writePlugin(place, { name: 'fair', version });
  const from = await fair('2.0.0');
  await install(from);
  await fair('1.9.0');
  await assert.rejects(
    install(from, { replace: true, update: {} }),
    /"fair" is installed in version 2\.0\.0, and its source has the older 1\.9\.0\. .*plugin install folder:.*--force/,
  );
  await fair('3.0.0');
  await assert.rejects(
    install(from, { replace: true, update: { within: 'minor' } }),
    /has "fair" 3\.0\.0, which is not in/,
  );
  await assert.rejects(install(from, { replace: true, update: { version: '2.1.0' } }), /is not in 2\.1\.0/);
  assert.equal((await locked('fair'))?.version, '2.0.0');
  await fair('2.1.0');
  assert.deepEqual(await install(from, { replace: true, update: { within: 'minor' } }), ['fair 2.1.0 updated']);
  await fair('1.9.0');
  const seen: boolean[] = [];
  const consent: InstallOptions['consent'] = async (plan) => seen.push(...plan.map(({ isOlder }) => isOlder)) > 0;
  assert.deepEqual(await install(from, { replace: true, consent }), ['fair 1.9.0 updated']);
  assert.deepEqual(seen, [true], 'who asks for it itself is told');
});

test('a rollback goes back to the version before, once', async () => {
  await install('shaky', { replace: true });
  const { rollBack } = shop.site.pluginChanges;
  const back = await rollBack.call(shop.site.pluginChanges, 'shaky', PLAINLY);
  assert.deepEqual([back.version, back.previous], ['1.0.0', '1.1.0']);
  assert.equal((await locked('shaky'))?.version, '1.0.0');
  await assert.rejects(rollBack.call(shop.site.pluginChanges, 'shaky', PLAINLY), /No former version/);
});

test('another machine gets the same set from the lock file, or is told why not', async () => {
  const other = await startPluginShop(join(folder, 'other'), {
    plugins: { registry: registry(), minimumReleaseAge: 9 },
  });
  try {
    const entries = await shop.site.pluginChanges.lock.read();
    const { shaky, shop: first } = entries;
    assert.ok(shaky && first);
    for (const [name, entry] of Object.entries({ shaky, shop: first })) {
      const [outcome] = await other.site.pluginChanges.install(
        [{ source: parseSource(entry.source), locked: entry }],
        PLAINLY,
      );
      assert.deepEqual([outcome?.name, outcome?.version], [name, entry.version]);
    }
    assert.deepEqual(await other.site.pluginChanges.lock.read(), { shaky, shop: first });
    const wrong = { ...shaky, tree: 'sha512-other' };
    const again = other.site.pluginChanges.install([{ source: parseSource(shaky.source), locked: wrong }], PLAINLY);
    await assert.rejects(again, /has other files than plugins\.lock\.json says/);
  } finally {
    await other.stop();
  }
});

test('removing a plugin takes its files and its line in the lock file, and keeps its data unless that was asked', async () => {
  const migration = (verb: string) =>
    `export async function up(schema) { await schema.createTable('${verb}_things', (table) => { table.bigIncrements('id'); }); }\nexport async function down(schema) { await schema.dropTable('${verb}_things'); }\n`;
  const values = new PluginValues(shop.site);
  for (const name of ['keeper', 'dropper']) {
    const files = { 'migrations/20260101000000_things.ts': migration(name) };
    await install(await writePlugin(source(), { name, files }), { activate: true });
    assert.equal(await shop.site.database.schema().hasTable(`${name}_things`), true, 'it migrates before the switch');
    await values.set(name, 'kept', 1);
    await shop.site.pluginChanges.remove(name, { drop: name === 'dropper', options: [`${name}_option`] });
    assert.equal(await locked(name), undefined);
    assert.ok(!(await readdir(join(shop.contentDir, 'plugins'))).includes(name));
  }
  assert.equal(await shop.site.database.schema().hasTable('keeper_things'), true);
  assert.equal(await shop.site.database.schema().hasTable('dropper_things'), false);
  assert.deepEqual([await values.get('keeper', 'kept'), await values.get('dropper', 'kept')], [1, null]);
  await shop.look();
  await assert.rejects(
    shop.site.pluginChanges.remove('posts', { drop: false, options: [] }),
    /comes with Galley stays/,
  );
  for (const name of ['../x', '..', '.', 'shop/..', '', 'plugins.lock.json'])
    await assert.rejects(shop.site.pluginChanges.remove(name, { drop: false, options: [] }), /installed here/, name);
});

test('a change that is stopped at any step before it is settled leaves all as it was, and is finished after that', async () => {
  await install(await writePlugin(source(), { name: 'stopped' }), { activate: true });
  const before = await locked('stopped');
  const next = await writePlugin(source(), { name: 'stopped', version: '2.0.0' });
  const stoppedAt = (step: string): Promise<string[]> => {
    const controller = new AbortController();
    const onStep = (now: string): void =>
      now === step ? controller.abort(new Error(`stopped at ${step}`)) : undefined;
    return install(next, { replace: true, signal: controller.signal, onStep });
  };
  const versions = await shop.site.pluginChanges.versions.current('stopped');
  for (const step of ['staging', 'staged', 'migrating', 'switching', 'pointed stopped', 'locked stopped', 'probing']) {
    await assert.rejects(stoppedAt(step), new Error(`stopped at ${step}`));
    assert.deepEqual(await locked('stopped'), before, step);
    assert.equal(await shop.site.pluginChanges.versions.current('stopped'), versions, step);
    assert.equal(await shop.site.pluginChanges.recovery.attempt(), false, `${step}: nothing is left to clear up`);
  }
  assert.deepEqual(await stoppedAt('settled'), ['stopped 2.0.0 updated']);
});
