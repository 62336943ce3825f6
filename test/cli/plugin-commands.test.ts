// The commands of plugins as people and scripts use them, on a registry in a folder.
import assert from 'node:assert/strict';
import { appendFile, readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Cli } from '../../core/cli/cli.ts';
import { buildRegistry } from '../../core/services/packages/registry-build.ts';
import { type SampleOptions, scratch, writePlugin } from '../support/plugin-shop.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let folder = '';
before(async () => {
  folder = await scratch();
});
after(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  code: number;
  out: string;
  err: string;
}

const galleyIn = (contentDir: string, ...argv: string[]): Promise<Outcome> => galleyAs(['plugin', ...argv], contentDir);

async function galleyAs(argv: string[], contentDir = 'content'): Promise<Outcome> {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    GALLEY_ENV: 'test',
    GALLEY_CONTENT_DIR: join(folder, contentDir),
    GALLEY_LOG_LEVEL: 'fatal',
    GALLEY_PLUGINS_REGISTRY: join(folder, 'registry'),
    GALLEY_PLUGINS_MINIMUM_RELEASE_AGE: '0',
  };
  const [out, err]: [string[], string[]] = [[], []];
  const streams = {
    out: { write: (text: string) => out.push(text) },
    err: { write: (text: string) => err.push(text) },
  };
  const { signal } = new AbortController();
  const code = await new Cli({ root: ROOT, env, argv, streams, signal }).run();
  return { code, out: out.join(''), err: err.join('') };
}
const galley = (...argv: string[]): Promise<Outcome> => galleyIn('content', ...argv);

/** What a command says as JSON, with the code that it ended with. */
async function rows(...argv: string[]): Promise<[number, Record<string, unknown>[]]> {
  const { code, out } = await galley(...argv, '--format=json');
  return [code, JSON.parse(out)];
}

async function publish(...plugins: SampleOptions[]): Promise<void> {
  const source = join(folder, 'source');
  await rm(source, { recursive: true, force: true });
  for (const plugin of plugins) await writePlugin(source, plugin);
  await buildRegistry({ folder: source, out: join(folder, 'registry') });
}

test('a plugin is found and installed by name; who is not there cannot say yes', async () => {
  await publish(
    { name: 'kiosk', version: '1.0.0', galley: { capabilities: ['settings'], requires: ['till'] } },
    { name: 'till', version: '1.0.0' },
  );
  const [, found] = await rows('search', 'kio');
  assert.deepEqual(
    found.map(({ name, version, installed }) => [name, version, installed]),
    [['kiosk', '1.0.0', '']],
  );
  const asked = await galley('install', 'kiosk');
  assert.equal(asked.code, 2);
  assert.match(
    asked.err,
    /"kiosk" 1\.0\.0 asks to be allowed: settings[\s\S]*"till" 1\.0\.0 is installed too[\s\S]*--yes/,
  );
  assert.equal((await galley('is-installed', 'kiosk')).code, 1);
  const [code, done] = await rows('install', 'kiosk', '--yes');
  assert.deepEqual([code, done[0]?.['status'], done[0]?.['version']], [0, 'installed', '1.0.0']);
  assert.equal((await galley('is-installed', 'till')).code, 0);
  const [again, same] = await rows('install', 'kiosk', 'nothing-of-that-name', '--yes');
  assert.deepEqual([again, same.map(({ status }) => status)], [1, ['unchanged', 'failed']]);
  const [, why] = await rows('why', 'till');
  assert.ok(why.some(({ by, reason }) => by === 'kiosk' && reason === 'It requires "till".'));
});

test('updates are listed, tried out in words, bounded, and done for many at once', async () => {
  await publish({ name: 'kiosk', version: '1.0.1', galley: { capabilities: ['settings'] } });
  await publish(
    { name: 'kiosk', version: '1.1.0', galley: { capabilities: ['settings'] } },
    { name: 'till', version: '2.0.0' },
  );
  const [, outdated] = await rows('outdated');
  assert.deepEqual(
    outdated.map(({ name, minor, latest }) => [name, minor, latest]),
    [
      ['kiosk', '1.1.0', '1.1.0'],
      ['till', '', '2.0.0'],
    ],
  );
  const [, dry] = await rows('update', '--all', '--dry-run');
  assert.deepEqual(
    dry.map(({ status, version }) => [status, version]),
    [
      ['available', '1.1.0'],
      ['available', '2.0.0'],
    ],
  );
  const [, patched] = await rows('update', 'kiosk', '--patch');
  assert.deepEqual(
    [patched[0]?.['status'], patched[0]?.['previous'], patched[0]?.['version']],
    ['updated', '1.0.0', '1.0.1'],
  );
  const [, minor] = await rows('update', '--all', '--minor');
  assert.deepEqual(
    minor.map(({ status, version }) => [status, version]),
    [
      ['updated', '1.1.0'],
      ['unchanged', '1.0.0'],
    ],
  );
  const [, exact] = await rows('update', 'kiosk', '--to=1.0.0');
  assert.equal(exact[0]?.['version'], '1.0.0');
  assert.equal((await galley('update')).code, 2, 'nobody said which');
  const [, back] = await rows('rollback', 'kiosk');
  assert.deepEqual([back[0]?.['status'], back[0]?.['version']], ['rolled back', '1.1.0']);
});

test('a plugin that cannot be set up where jobs run does not pass its trial', async () => {
  const index = `import { definePlugin } from 'galley';\nexport default definePlugin((site) => { if (site.config.jobs.enabled) throw new Error('no work is done here'); });\n`;
  await publish({ name: 'idle', files: { 'index.ts': index } });
  const { code, err } = await galley('install', 'idle', '--activate', '--yes');
  assert.equal(code, 1);
  assert.match(err, /idle: no work is done here/);
  const broken = `import { definePlugin } from 'galley';\nexport default definePlugin((site) => void site.hooks.addCollector('admin:dashboard', () => { throw new Error('no widget'); }));\n`;
  await publish({ name: 'sullen', galley: { requires: ['dashboard'] }, files: { 'index.ts': broken } });
  await galley('activate', 'dashboard');
  const shown = await galley('install', 'sullen', '--activate', '--yes');
  assert.equal(shown.code, 1);
  assert.match(shown.err, /admin:dashboard: no widget/, 'the admin is looked at by somebody who is logged in');
  await galley('deactivate', 'dashboard');
});

test('updates by night take nothing out of the ordinary', async () => {
  assert.equal((await galley('auto-update', 'enable', 'kiosk', 'till')).code, 0);
  const [, status] = await rows('auto-update', 'status');
  assert.deepEqual(
    status.map(({ name, status: state }) => [name, state]),
    [
      ['kiosk', 'enabled'],
      ['till', 'enabled'],
    ],
  );
  await publish({ name: 'kiosk', version: '1.2.0', galley: { capabilities: ['settings', 'jobs'] } });
  const dry = await galley('update', 'kiosk', '--dry-run', '--format=json');
  assert.match(dry.err, /"kiosk" 1\.2\.0 asks to be allowed what it was not before: jobs\./);
  assert.match(dry.out, /would be updated from 1\.1\.0 to 1\.2\.0/);
  const [code, done] = await rows('update', '--auto');
  assert.deepEqual(
    [code, done.map(({ name, status: state, version }) => [name, state, version])],
    [
      1,
      [
        ['kiosk', 'failed', '1.1.0'],
        ['till', 'updated', '2.0.0'],
      ],
    ],
  );
  await galley('auto-update', 'disable', '--all');
  assert.deepEqual((await rows('update', '--auto'))[1], []);
});

test('an older version comes only where somebody says so', async () => {
  const at = (version: string): Promise<string> => writePlugin(join(folder, 'wheel'), { name: 'wheel', version });
  const from = await at('2.0.0');
  await galley('install', from);
  await at('1.0.0');
  await galley('auto-update', 'enable', 'wheel');
  for (const how of [['wheel'], ['wheel', '--yes'], ['--auto']]) {
    const [code, [row]] = await rows('update', ...how);
    assert.deepEqual([code, row?.['status']], [1, 'failed']);
    assert.match(String(row?.['message']), /its source has the older 1\.0\.0/);
  }
  await galley('auto-update', 'disable', 'wheel');
  const asked = await galley('install', from, '--force');
  assert.equal(asked.code, 2);
  assert.match(asked.err, /This is a downgrade: "wheel" is installed in version 2\.0\.0.*--yes/s);
  const [, [back]] = await rows('install', from, '--force', '--yes');
  assert.deepEqual([back?.['status'], back?.['version'], back?.['previous']], ['updated', '1.0.0', '2.0.0']);
  await galley('delete', 'wheel', '--yes');
});

test('rights are listed, taken from a plugin through its updates, and given back', async () => {
  const at = (version: string): Promise<string> =>
    writePlugin(join(folder, 'clerk'), {
      name: 'clerk',
      version,
      galley: { capabilities: ['kv', 'content:write:post'], contained: {} },
    });
  await galley('install', await at('1.0.0'), '--yes');
  const [, taken] = await rows('caps', 'clerk', '--revoke=content:write:post');
  const status = (list: Record<string, unknown>[]) => list.map((row) => [row['capability'], row['status']]);
  const isTaken = [
    ['kv', 'granted'],
    ['content:write:post', 'revoked'],
  ];
  assert.deepEqual(status(taken), isTaken);
  assert.match(String(taken[1]?.['means']), /Writes drafts of a type/);
  await at('1.1.0');
  assert.equal((await rows('update', 'clerk', '--yes'))[1][0]?.['version'], '1.1.0');
  assert.deepEqual(status((await rows('caps', 'clerk'))[1]), isTaken);
  assert.match((await galley('caps', 'clerk', '--grant=content:write:pages')).err, /does not ask for/);
  const [, back] = await rows('caps', 'clerk', '--grant=content:write:post');
  assert.deepEqual(
    back.map((row) => row['status']),
    ['granted', 'granted'],
  );
  await galley('delete', 'clerk', '--yes');
});

test('files that somebody changed are named', async () => {
  const [fine] = await rows('verify', '--all');
  assert.equal(fine, 0);
  const path = (await galley('path', 'kiosk')).out.trim();
  assert.ok(path.startsWith(folder), path);
  await appendFile(join(path, 'index.ts'), '// more');
  await appendFile(join(path, 'door.ts'), 'export {};');
  const { code, err } = await galley('verify', 'kiosk', 'till');
  assert.equal(code, 1);
  assert.match(err, /"kiosk" 1\.1\.0 is not as plugins\.lock\.json says\. changed: index\.ts; added: door\.ts\. /);
  assert.match(err, /Put it in its place again: galley plugin install kiosk@1\.1\.0 --force\n/);
});

test('what was changed is put in its place again in the same version, and never comes back', async () => {
  const changed = (await galley('path', 'kiosk')).out.trim();
  const lock = await readFile(join(folder, 'content/plugins.lock.json'), 'utf8');
  const [code, [again]] = await rows('install', 'kiosk@1.1.0', '--force');
  assert.deepEqual([code, again?.['status'], again?.['version']], [0, 'reinstalled', '1.1.0']);
  assert.equal((await galley('verify', 'kiosk')).code, 0);
  assert.equal(await readFile(join(folder, 'content/plugins.lock.json'), 'utf8'), lock);
  const mended = (await galley('path', 'kiosk')).out.trim();
  assert.notEqual(await realpath(mended), changed, 'processes may still run what was there');
  assert.equal((await rows('install', 'kiosk@1.1.0'))[1][0]?.['status'], 'unchanged');
  // The folder with the changed files is still there, and is not taken for the version that it has the name of.
  for (const version of ['1.0.1', '1.1.0']) await galley('install', `kiosk@${version}`, '--force', '--yes');
  assert.equal((await galley('verify', 'kiosk')).code, 0);
  await rm(join(await realpath((await galley('path', 'kiosk')).out.trim()), 'package.json'));
  assert.equal(
    (await galley('install', 'kiosk@1.1.0', '--force', '--yes')).code,
    0,
    'also where nothing can be read of it',
  );
  assert.equal((await galley('verify', 'kiosk')).code, 0);
  await galley('rollback', 'kiosk');
  assert.equal((await galley('verify', 'kiosk')).code, 0, 'what was changed is nothing to go back to');
  assert.equal((await rows('install', 'kiosk@1.1.0', '--force', '--yes'))[1][0]?.['status'], 'updated');
});

test('how plugins are is told in one table, and what was revoked everywhere', async () => {
  const registry = join(folder, 'registry');
  const revoke = (...argv: string[]): Promise<Outcome> =>
    galleyAs(['registry', 'revoke', ...argv, `--out=${registry}`, '--reason=It sends passwords elsewhere.']);
  assert.equal((await rows('status', 'till'))[0], 0);
  assert.equal((await revoke('till@7.0.0')).code, 1);
  assert.equal((await revoke('till@2.0.0')).code, 0);
  const [code, [till]] = await rows('status', 'till');
  const { version, newer, source, publisher, signed, strikes, objection } = till ?? {};
  assert.deepEqual(
    [code, version, newer, source, publisher, signed, strikes],
    [1, '2.0.0', '', 'registry:till', 'Ann', '', 0],
  );
  assert.match(String(objection), /it was revoked: It sends passwords elsewhere\./);
  assert.equal((await rows('status', 'till', '--offline'))[0], 0, 'nobody is asked');
  assert.match((await galley('verify', 'till')).err, /"till" 2\.0\.0 is not to be run any more/);
  const [, outdated] = await rows('outdated');
  assert.match(String(outdated.find(({ name }) => name === 'till')?.['note']), /not to be run any more/);
  await publish({ name: 'till', version: '2.0.1' });
  assert.equal((await rows('update', 'till'))[1][0]?.['version'], '2.0.1');
  assert.equal((await galley('verify', 'till')).code, 0);
  const expiry = (...argv: string[]): Promise<Outcome> => galleyAs(['registry', 'key', ...argv, `--out=${registry}`]);
  assert.equal((await expiry('ed25519:x', '--expires=2030-01-01')).code, 1);
  assert.equal((await expiry('ed25519:x')).code, 2);
});

test('a plugin runs the tests that it brings', async () => {
  const body = (wanted: string): string =>
    `import { test } from 'node:test';\nimport assert from 'node:assert/strict';\nimport { startTestSite } from 'galley/testing';\nimport plugin from './index.ts';\ntest('x', () => assert.deepEqual([typeof startTestSite, typeof plugin.setup], ['function', '${wanted}']));\n`;
  const files = (wanted: string) => ({ 'one.test.ts': body(wanted), 'node_modules/x/bad.test.js': 'throw 1;' });
  await galley('install', await writePlugin(join(folder, 'lab'), { name: 'lab', files: files('function') }));
  assert.deepEqual(
    (await rows('test', 'lab'))[1].map(({ status }) => status),
    ['passed'],
  );
  const wrong = await writePlugin(join(folder, 'content/plugins'), { name: 'wrong', files: files('string') });
  const [code, both] = await rows('test', wrong, 'kiosk');
  assert.deepEqual([code, both.map(({ status }) => status)], [1, ['failed', 'failed']]);
  assert.match(String(both[1]?.['message']), /has no tests/);
  await galley('delete', 'lab', 'wrong', '--yes');
});

test('another machine is brought to the same set', async () => {
  const { copyFile, mkdir } = await import('node:fs/promises');
  await mkdir(join(folder, 'other'));
  await copyFile(join(folder, 'content/plugins.lock.json'), join(folder, 'other/plugins.lock.json'));
  assert.equal((await galleyIn('other', 'sync')).code, 0);
  const { out } = await galleyIn('other', 'sync', '--format=json');
  const again = JSON.parse(out) as Record<string, unknown>[];
  assert.deepEqual(
    again.map(({ name, status, version }) => [name, status, version]),
    [
      ['kiosk', 'unchanged', '1.1.0'],
      ['till', 'unchanged', '2.0.1'],
    ],
  );
});

test('what goes with a plugin is listed before it goes', async () => {
  const migration = `export async function up(schema) { await schema.createTable('stall_rows', (table) => { table.bigIncrements('id'); }); }
export async function down(schema) { await schema.dropTable('stall_rows'); }\n`;
  const index = `export default { setup(site) { site.options.define('stall_colour', { default: '', schema: { type: 'string' } }); } };`;
  const files = { 'migrations/20260101000000_rows.ts': migration, 'index.ts': index };
  await galley('install', await writePlugin(join(folder, 'stall'), { name: 'stall', files }));
  const kept = await galley('uninstall', 'stall', '--drop-data');
  assert.equal(kept.code, 2);
  assert.match(kept.err, /The table stall_rows goes, with all that is in it\.[\s\S]*The option stall_colour goes\./);
  assert.equal((await galley('uninstall', 'stall', '--drop-data', '--yes')).code, 0);
  assert.equal((await galley('uninstall', 'stall', '--yes')).code, 1);
  const [code, gone] = await rows('delete', 'stall', 'till', '--yes');
  assert.deepEqual([code, gone.map(({ status }) => status)], [0, ['unchanged', 'removed']]);
});

test('plugins are switched over, and all of them at once', async () => {
  await publish({ name: 'lamp', version: '1.0.0' }, { name: 'bell', version: '1.0.0' });
  await galley('install', 'lamp', 'bell');
  const [, on] = await rows('activate', '--all', '--exclude=kiosk');
  assert.deepEqual(
    on.map(({ name, status }) => [name, status]),
    [
      ['bell', 'activated'],
      ['lamp', 'activated'],
    ],
  );
  assert.equal((await galley('uninstall', '--all', '--keep-data', '--drop-data', '--yes')).code, 2);
  await galley('toggle', 'lamp');
  assert.deepEqual([(await galley('is-active', 'lamp')).code, (await galley('is-active', 'bell')).code], [1, 0]);
  await publish({ name: 'hood', galley: { requires: ['lamp'] } });
  await galley('activate', 'lamp');
  assert.equal((await galley('install', 'hood', '--activate')).code, 0);
  const [off, switched] = await rows('deactivate', 'lamp', 'hood');
  assert.deepEqual(
    [off, switched.map(({ name }) => name)],
    [0, ['hood', 'lamp']],
    'who requires another one goes first',
  );
  await galley('activate', '--all');
  const [gone, removed] = await rows('uninstall', '--all', '--exclude=kiosk', '--deactivate', '--keep-data', '--yes');
  assert.deepEqual(
    [gone, removed.map(({ name, status }) => [name, status])],
    [
      0,
      [
        ['bell', 'removed'],
        ['hood', 'removed'],
        ['lamp', 'removed'],
      ],
    ],
  );
});

test('a registry signs what it takes back, and what does harm is not switched on by mistake', async () => {
  const registry = join(folder, 'registry');
  const key = `--registry-key=${join(folder, 'registry.pem')}`;
  const guarded = (...argv: string[]): Promise<Outcome> => galleyAs(argv, 'guarded');
  const trust = async (): Promise<[number, string]> => {
    const { code, out } = await guarded('registry', 'trust', '--format=json');
    return [code, JSON.parse(out).status];
  };
  await galley('key', 'new', join(folder, 'registry.pem'));
  await publish({ name: 'gate' });
  assert.equal((await guarded('registry', 'build', join(folder, 'source'), `--out=${registry}`, key)).code, 0);
  assert.deepEqual(await trust(), [0, 'trusted'], 'also on a site that never ran');
  assert.equal((await guarded('migrate', 'up')).code, 0);
  assert.equal((await guarded('plugin', 'install', 'gate')).code, 0);
  assert.equal((await guarded('plugin', 'activate', 'gate')).code, 0);
  assert.deepEqual(await trust(), [0, 'trusted']);
  const revoke = ['registry', 'revoke', 'gate', `--out=${registry}`, '--harmful', '--reason=It bites.'];
  assert.match((await guarded(...revoke)).err, /Name the file of that key with --registry-key/);
  assert.equal((await guarded(...revoke, key)).code, 0);
  assert.equal((await guarded('plugin', 'verify', 'gate')).code, 1, 'which asks the registry');
  const doctor = JSON.parse((await guarded('doctor', '--format=json')).out) as { check: string; status: string }[];
  assert.deepEqual(
    doctor.filter(({ check }) => check === 'plugin gate').map(({ status }) => status),
    ['problem'],
  );
  assert.equal(
    doctor.find(({ check }) => check === 'plugin host')?.status,
    'ok',
    'with or without a network: none runs',
  );
  const looked = await guarded('plugin', 'outdated', '--format=json');
  assert.match(looked.err, /The site switched "gate" off\. "gate" 1\.0\.0 is not to be run .* revoked: It bites\./);
  assert.match(JSON.parse(looked.out)[0].note, /it was revoked: It bites\./);
  assert.equal((await guarded('plugin', 'is-active', 'gate')).code, 1);
  assert.equal((await guarded('plugin', 'outdated')).err.includes('switched'), false, 'once');
  const refused = await guarded('plugin', 'activate', 'gate');
  assert.match(refused.err, /it was revoked: It bites\..*"galley plugin activate gate --force --reason=…"/);
  assert.equal((await guarded('plugin', 'activate', 'gate', '--force')).code, 2, 'somebody has to say why');
  assert.equal((await guarded('plugin', 'activate', 'gate', '--force', '--reason=We know.')).code, 0);
  await rm(join(registry, 'revocations.json'));
  assert.deepEqual(await trust(), [1, 'refused']);
  assert.match((await guarded('plugin', 'install', 'gate', '--force')).err, /is not signed any more.*--forget/s);
  assert.equal((await guarded('registry', 'trust', '--forget')).code, 0);
  assert.deepEqual(await trust(), [0, 'unsigned']);
});
