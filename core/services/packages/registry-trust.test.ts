// What a registry signs: the list of what it takes back, whom a site believes it, and what is done about it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  keyIn,
  PLAINLY,
  type PluginShop,
  scratch,
  startPluginShop,
  writePlugin,
} from '../../../test/support/plugin-shop.ts';
import { cronModule } from '../cron.ts';
import type { PublisherKey } from './publisher-key.ts';
import { buildRegistry } from './registry-build.ts';
import type { SignedList } from './registry-format.ts';
import { describeKey, handOverKey, revoke } from './registry-revoke.ts';
import { forgetRegistry, trustedRegistry } from './registry-trust.ts';
import { acceptRevoked, revocationActsModule, runningRevoked } from './revocation-acts.ts';
import { revocationsModule } from './revocations.ts';
import { readSource } from './source.ts';

let folder = '';
let out = '';
let base = '';
let server: Server;
let shop: PluginShop | undefined;
let registryKey: PublisherKey;

before(async () => {
  folder = await scratch();
  out = join(folder, 'registry');
  server = createServer(async ({ url = '' }, response) => {
    const bytes = await readFile(join(out, url)).catch(() => undefined);
    response.writeHead(bytes ? 200 : 404).end(bytes);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  shop = await startPluginShop(
    join(folder, 'content'),
    { plugins: { registry: `${base}/`, minimumReleaseAge: 0 }, fetch: { privateHosts: ['127.0.0.1'] } },
    [cronModule, revocationsModule, revocationActsModule],
  );
  registryKey = await keyNamed('registry');
});
after(async () => {
  server.close();
  server.closeAllConnections();
  await shop?.stop();
  await rm(folder, { recursive: true, force: true });
});

const site = () => {
  assert.ok(shop);
  return shop.site;
};
const keyNamed = (name: string): Promise<PublisherKey> => keyIn(folder, name);
async function publish(name: string, version: string, by: { registryKey?: PublisherKey; galley?: object } = {}) {
  await writePlugin(join(folder, 'source'), { name, version, galley: by.galley ?? {} });
  await buildRegistry({ folder: join(folder, 'source'), out, registryKey: by.registryKey });
  await rm(join(folder, 'source'), { recursive: true });
}
const install = async (text: string): Promise<string> => {
  const wish = [{ source: await readSource(text) }];
  const [outcome] = await site().pluginChanges.install(wish, { ...PLAINLY, replace: true });
  await shop?.look();
  return `${outcome?.name} ${outcome?.version}`;
};
const listFile = () => join(out, 'revocations.json');
const signed = async (): Promise<SignedList> => JSON.parse(await readFile(listFile(), 'utf8'));
/** Asks the registry as every six hours, and does about it what is set. */
const ask = async (): Promise<void> => {
  const { error } = await site().cron.run('plugin-revocations');
  assert.equal(error, null);
};
const word = async () => (await site().pluginChanges.registry()).word();
const chosen = async (...names: string[]): Promise<string[]> => {
  const all = await site().pluginChoice.chosen();
  return names.filter((name) => all.includes(name));
};
const reasonOf = async (name: string): Promise<string | undefined> =>
  (await site().pluginChoice.failures()).find((failure) => failure.name === name)?.reason;

test('what is revoked without a signature is told, and switches nothing off', async () => {
  await publish('crate', '1.0.0');
  await install('crate');
  await site().pluginChoice.activate('crate');
  await revoke(out, 'crate@1.0.0', 'It opens the wrong way.', { harmful: true });
  await ask();
  assert.deepEqual(await chosen('crate'), ['crate'], 'anybody who holds the web server could have written it');
  assert.deepEqual(
    (await runningRevoked(site())).map(({ name, isHarmful }) => [name, isHarmful]),
    [['crate', false]],
  );
  await site().pluginChoice.deactivate('crate');
  await assert.rejects(site().pluginChoice.activate('crate'), /--force/);
});

test('a registry that signs is changed by nobody without its key, and its number only grows', async () => {
  await publish('lamp', '1.0.0', { registryKey });
  const first = await signed();
  assert.deepEqual(Object.keys(first.list.releases), ['crate@1.0.0'], 'what was said before is signed too');
  await publish('lamp', '1.1.0', { registryKey });
  assert.deepEqual(await signed(), first, 'nothing else was taken back');
  const before = (await readdir(out, { recursive: true })).sort();
  const stranger = await keyNamed('stranger');
  for (const wrong of [undefined, stranger]) {
    await assert.rejects(revoke(out, 'lamp@1.0.0', 'x', { registryKey: wrong }), /signed with ed25519:/);
    await assert.rejects(describeKey(out, stranger.key, {}, { registryKey: wrong }), /--registry-key/);
  }
  assert.deepEqual((await readdir(out, { recursive: true })).sort(), before);
  await revoke(out, 'lamp@1.0.0', 'Old.', { registryKey });
  const second = await signed();
  assert.ok(second.list.serial > first.list.serial);
  assert.equal(second.list.releases['lamp@1.0.0']?.reason, 'Old.');
});

test('a site keeps the first key; lists without it, by another one or from before are refused', async () => {
  assert.equal(await install('lamp'), 'lamp 1.1.0');
  assert.equal((await trustedRegistry(site(), base))?.key, registryKey.key);
  await assert.rejects(install('lamp@1.0.0'), /it was revoked: Old\./);
  const [honest, older] = [await signed(), await signed()];
  await publish('lamp', '1.2.0', { registryKey });
  await revoke(out, 'lamp@1.2.0', 'It burns.', { registryKey });
  await word();
  const newest = await signed();
  older.list.serial -= 1;
  older.signature = registryKey.signList(JSON.stringify(older.list));
  const forged = { ...newest, list: { ...newest.list, releases: {} } };
  const stranger = await keyNamed('thief');
  const foreign = { ...newest, key: stranger.key, signature: stranger.signList(JSON.stringify(newest.list)) };
  const twin = { ...newest, list: { ...forged.list } };
  twin.signature = registryKey.signList(JSON.stringify(twin.list));
  for (const [bad, why] of [
    [undefined, /is not signed any more/],
    ['no json', /cannot be read|is not as a registry/],
    [forged, /not signed with the key that stands beside it/],
    [foreign, /signed with another key: ed25519:/],
    [honest, /older than what it said before/],
    [older, /older than what it said before/],
    [twin, /two different things under one number/],
  ] as const) {
    await (bad === undefined ? rm(listFile()) : writeFile(listFile(), JSON.stringify(bad)));
    const { problem, against, isSigned } = await word();
    assert.match(problem ?? '', why);
    assert.equal(isSigned, true);
    assert.equal(against('lamp', '1.2.0', undefined)?.reason, 'It burns.', 'what was said last stays');
    await assert.rejects(install('lamp@1.1.0'), /Nothing is installed from it until .*registry trust --forget/);
    assert.match((await trustedRegistry(site(), base))?.problem ?? '', why);
    await writeFile(listFile(), JSON.stringify(newest));
  }
  assert.equal((await word()).problem, undefined, 'and all is well once it is right again');
  await writeFile(listFile(), JSON.stringify(foreign));
  assert.equal(await forgetRegistry(site(), base), true);
  assert.equal((await word()).problem, undefined);
  assert.equal((await trustedRegistry(site(), base))?.key, stranger.key);
  await writeFile(listFile(), JSON.stringify(newest));
  await forgetRegistry(site(), base);
});

test('a first list that is signed wrongly installs nothing, and is no key to keep', async () => {
  await forgetRegistry(site(), base);
  const right = await signed();
  await writeFile(listFile(), JSON.stringify({ ...right, signature: 'AAAA' }));
  await assert.rejects(install('lamp@1.1.0'), /not signed with the key that stands beside it.*Nothing is installed/);
  assert.equal((await trustedRegistry(site(), base))?.key, undefined);
  await writeFile(listFile(), JSON.stringify(right));
  assert.equal((await word()).problem, undefined);
});

test('another key follows the one of a registry by the word of that one', async () => {
  const next = await keyNamed('next');
  await handOverKey(out, registryKey, next.key, { registryKey });
  await publish('lamp', '1.3.0', { registryKey: next });
  assert.equal((await signed()).key, next.key);
  assert.equal(await install('lamp'), 'lamp 1.3.0');
  assert.equal((await trustedRegistry(site(), base))?.key, next.key);
  await assert.rejects(revoke(out, 'lamp@1.3.0', 'x', { registryKey }), /signed with ed25519:/, 'there is no way back');
  registryKey = next;
});

test('what is harmful is switched off with all that needs it, once, and an administrator may want it all the same', async () => {
  await publish('press', '1.0.0', { registryKey });
  await publish('paper', '1.0.0', { registryKey, galley: { requires: ['press'] } });
  await publish('book', '1.0.0', { registryKey, galley: { requires: ['paper'] } });
  await install('book');
  for (const name of ['press', 'paper', 'book', 'lamp']) await site().pluginChoice.activate(name);
  await revoke(out, 'lamp@1.3.0', 'It flickers.', { registryKey });
  await ask();
  assert.deepEqual(await chosen('lamp'), ['lamp'], 'what is only faulty goes on');
  await revoke(out, 'press@1.0.0', 'It sends passwords elsewhere.', { registryKey, harmful: true });
  await ask();
  assert.deepEqual(await chosen('press', 'paper', 'book', 'lamp'), ['lamp']);
  assert.match((await reasonOf('press')) ?? '', /it was revoked: It sends passwords elsewhere\./);
  for (const name of ['paper', 'book'])
    assert.equal(await reasonOf(name), 'It requires "press", which was revoked and switched off.');
  await assert.rejects(site().pluginChoice.activate('press'), /"galley plugin activate press --force --reason=…"/);
  await acceptRevoked(site(), 'press', 'We run it without a net.');
  await site().pluginChoice.activate('press');
  await ask();
  assert.deepEqual(await chosen('press'), ['press']);
  assert.deepEqual(
    (await runningRevoked(site())).map(({ name }) => name),
    ['lamp'],
  );
  await publish('press', '1.0.1', { registryKey });
  await install('press');
  await revoke(out, 'press@1.0.1', 'Still.', { registryKey, harmful: true });
  await ask();
  assert.deepEqual(await chosen('press'), [], 'another version is another question');
});

test('where plugins.revoked is "tell", nothing is switched off; what was accepted ends with the plugin', async () => {
  const told = await startPluginShop(
    join(folder, 'content'),
    {
      plugins: { registry: base, minimumReleaseAge: 0, revoked: 'tell' },
      fetch: { privateHosts: ['127.0.0.1'] },
    },
    [cronModule, revocationsModule, revocationActsModule],
  );
  await publish('gift', '1.0.0', { registryKey });
  await install('gift');
  await site().pluginChoice.activate('gift');
  await revoke(out, 'gift', 'It ticks.', { registryKey, harmful: true });
  await told.site.cron.run('plugin-revocations');
  await told.stop();
  assert.deepEqual(await chosen('gift'), ['gift']);
  const acts = async () => site().options.get<Record<string, { act: string }>>('plugin_revocation_acts');
  assert.equal((await acts())['gift']?.act, 'told');
  await acceptRevoked(site(), 'gift', 'It is a clock.');
  await site().pluginChoice.deactivate('gift');
  await site().pluginChanges.remove('gift', { drop: false, options: [] });
  await ask();
  assert.equal((await acts())['gift'], undefined);
});
