// What a registry takes back: versions and keys that count no more, keys that end, and keys that others follow.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PLAINLY, type PluginShop, scratch, startPluginShop, writePlugin } from '../../../test/support/plugin-shop.ts';
import { cronModule } from '../cron.ts';
import { makePublisherKey, readPublisherKey } from './publisher-key.ts';
import { buildRegistry } from './registry-build.ts';
import { parseIndex } from './registry-format.ts';
import { describeKey, handOverKey, revoke } from './registry-revoke.ts';
import { findObjections, knownObjections, renewObjections, revocationsModule } from './revocations.ts';
import { readSource } from './source.ts';

const DAY_MS = 86_400_000;
let folder = '';
let out = '';
let shop: PluginShop | undefined;

before(async () => {
  folder = await scratch();
  out = join(folder, 'registry');
  shop = await startPluginShop(join(folder, 'content'), { plugins: { registry: out, minimumReleaseAge: 0 } }, [
    cronModule,
    revocationsModule,
  ]);
});
after(async () => {
  await shop?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function publish(name: string, version: string, key?: string): Promise<void> {
  await writePlugin(join(folder, 'source'), { name, version });
  const signer = key === undefined ? undefined : await readPublisherKey(join(folder, key));
  await buildRegistry({ folder: join(folder, 'source'), out, key: signer });
  await rm(join(folder, 'source'), { recursive: true });
}
const site = () => {
  assert.ok(shop);
  return shop.site;
};
const install = async (text: string, options = {}): Promise<string> => {
  const [outcome] = await site().pluginChanges.install([{ source: await readSource(text) }], {
    ...PLAINLY,
    ...options,
  });
  await shop?.look();
  return `${outcome?.name} ${outcome?.version}`;
};
const against = async (): Promise<[string, boolean][]> =>
  (await findObjections(site())).map(({ text, isRevoked }) => [text, isRevoked]);

test('a version that was revoked is passed over, refused by its number, and told where it is installed', async () => {
  await publish('lock', '1.0.0');
  await publish('lock', '1.1.0');
  assert.equal(await install('lock'), 'lock 1.1.0');
  const locked = (await site().pluginChanges.lock.read())['lock'];
  assert.deepEqual(await against(), []);
  await assert.rejects(revoke(out, 'lock@9.9.9', 'x'), /has no "lock@9\.9\.9"/);
  assert.deepEqual(await revoke(out, 'lock@1.1.0', 'It opens every door.'), ['lock@1.1.0']);
  const text = '"lock" 1.1.0 is not to be run any more: it was revoked: It opens every door.';
  assert.deepEqual(await against(), [[text, true]]);
  assert.deepEqual(await knownObjections(site()), [], 'nobody has asked for the pages yet');
  await renewObjections(site());
  assert.deepEqual(
    (await knownObjections(site())).map((one) => one.text),
    [text],
  );
  assert.equal(parseIndex(await readFile(join(out, 'index.json'), 'utf8'), '').plugins[0]?.version, '1.0.0');
  const source = await readSource('lock');
  const again = site().pluginChanges.install([{ source, locked }], { ...PLAINLY, replace: true });
  await assert.rejects(
    again,
    /"lock" 1\.1\.0 is left out: it was revoked: It opens every door\./,
    'also for a lock file',
  );
  assert.equal(await install('lock@1.0.0', { replace: true }), 'lock 1.0.0');
  assert.deepEqual([await against(), await knownObjections(site())], [[], []]);
});

test('nothing comes any more that a revoked key signed, or one that had ended', async () => {
  const key = await makePublisherKey(join(folder, 'stolen.pem'));
  await publish('safe', '1.0.0', 'stolen.pem');
  await install('safe');
  await assert.rejects(describeKey(out, 'no key', {}), /is no key/);
  await describeKey(out, key, { expires: new Date(Date.now() + 10 * DAY_MS).toISOString() });
  const [[soon = '', isRevoked] = []] = await against();
  assert.match(soon, /The key of whoever publishes "safe" ends on \d{4}-/);
  assert.equal(isRevoked, false);
  await describeKey(out, key, { expires: new Date(Date.now() - DAY_MS).toISOString() });
  await publish('safe', '1.1.0', 'stolen.pem');
  await assert.rejects(install('safe@1.1.0', { replace: true }), /the key that signed it had ended before/);
  await revoke(out, key, 'It was stolen.');
  await assert.rejects(install('safe@1.0.0', { replace: true }), /the key that signed it was revoked: It was stolen\./);
  assert.match((await against())[0]?.[0] ?? '', /"safe" 1\.0\.0 is not to be run any more: the key that signed it/);
});

test('a key follows another one only by the word of that one', async () => {
  await makePublisherKey(join(folder, 'old.pem'));
  const next = await makePublisherKey(join(folder, 'next.pem'));
  const last = await makePublisherKey(join(folder, 'last.pem'));
  const [old, second] = [
    await readPublisherKey(join(folder, 'old.pem')),
    await readPublisherKey(join(folder, 'next.pem')),
  ];
  await publish('vault', '1.0.0', 'old.pem');
  await install('vault');
  await publish('vault', '1.1.0', 'last.pem');
  const update = () => install('vault', { replace: true });
  await assert.rejects(update(), /signed with another key/);
  await handOverKey(out, old, next);
  const file = join(out, 'keys.json');
  const honest = await readFile(file, 'utf8');
  const forged = JSON.parse(honest);
  forged.keys[old.key].next.key = last;
  await writeFile(file, JSON.stringify(forged));
  await assert.rejects(update(), /signed with another key/, 'what it did not sign it did not say');
  await writeFile(file, honest);
  await handOverKey(out, second, last);
  await revoke(out, next, 'Lost.');
  await assert.rejects(update(), /signed with another key/, 'a revoked key says nothing');
  await writeFile(file, honest);
  await handOverKey(out, second, last);
  assert.equal(await update(), 'vault 1.1.0', 'over two steps');
  await publish('vault', '1.2.0', 'old.pem');
  await assert.rejects(update(), /signed with another key/, 'and there is no way back');
});
