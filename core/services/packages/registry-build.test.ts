import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { scratch, writePlugin } from '../../../test/support/plugin-shop.ts';
import { isGalleyError } from '../../lib/errors.ts';
import { packPlugin } from './pack.ts';
import { isSignedBy, makePublisherKey, readPublisherKey } from './publisher-key.ts';
import { buildRegistry } from './registry-build.ts';
import { parseIndex, parsePublication } from './registry-format.ts';

let folder = '';
before(async () => {
  folder = await scratch();
});
after(() => rm(folder, { recursive: true, force: true }));

test('a key signs a release, and for nothing else the signature fits', async () => {
  const file = join(folder, 'publisher.pem');
  const key = await makePublisherKey(file);
  assert.match(key, /^ed25519:/);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await assert.rejects(makePublisherKey(file), { code: 'EEXIST' }, 'a key is never written over');
  const facts = { name: 'shop', version: '1.0.0', sha512: 'sha512-x' };
  const signature = (await readPublisherKey(file)).sign(facts);
  assert.equal(isSignedBy(key, facts, signature), true);
  for (const other of [{ name: 'shop2' }, { version: '1.0.1' }, { sha512: 'sha512-y' }])
    assert.equal(isSignedBy(key, { ...facts, ...other }, signature), false);
  const stranger = await makePublisherKey(join(folder, 'stranger.pem'));
  for (const wrong of [stranger, 'ed25519:x', '']) assert.equal(isSignedBy(wrong, facts, signature), false);
  assert.equal(isSignedBy(key, facts, 'no signature'), false);
  await writeFile(join(folder, 'none.pem'), 'no key');
  await assert.rejects(readPublisherKey(join(folder, 'none.pem')), /holds no publisher's key/);
});

test('the same files give the same archive, without what is hidden or made', async () => {
  const files = { '.env': 'secret', 'node_modules/x/index.js': 'x', 'views/a.hbs': 'a' };
  const from = await writePlugin(join(folder, 'one'), { files });
  const first = await packPlugin(from, join(folder, 'dist1'));
  const again = await packPlugin(await writePlugin(join(folder, 'two'), { files }), join(folder, 'dist2'));
  assert.equal(first.sha512, again.sha512);
  const bytes = await readFile(first.file, 'latin1');
  assert.ok(bytes.includes('shop/views/a.hbs'));
  for (const kept of ['.env', 'node_modules']) assert.ok(!bytes.includes(kept), kept);
});

test('a registry is files: an index, a file for each plugin, and archives; what was released stays', async () => {
  const [plugins, out] = [join(folder, 'plugins'), join(folder, 'registry')];
  await makePublisherKey(join(folder, 'ours.pem'));
  const key = await readPublisherKey(join(folder, 'ours.pem'));
  const galley = { engine: '>=0.1.0', requires: ['posts'], capabilities: ['kv'] };
  await writePlugin(plugins, { version: '1.0.0', galley });
  await writePlugin(plugins, { name: 'events', version: '0.3.0' });
  await mkdir(join(plugins, '.git'));
  assert.deepEqual(
    (await buildRegistry({ folder: plugins, out, key })).map(({ name, status }) => `${name} ${status}`),
    ['events added', 'shop added'],
  );
  const index = parseIndex(await readFile(join(out, 'index.json'), 'utf8'), 'index.json');
  assert.deepEqual(
    index.plugins.map(({ name, version, owner }) => [name, version, owner]),
    [
      ['events', '0.3.0', 'Ann'],
      ['shop', '1.0.0', 'Ann'],
    ],
  );

  await writePlugin(plugins, { version: '1.1.0', galley });
  await buildRegistry({ folder: plugins, out, key });
  const shop = parsePublication(await readFile(join(out, 'plugins/shop.json'), 'utf8'), 'shop', 'shop.json');
  assert.deepEqual(
    shop.releases.map(({ version }) => version),
    ['1.1.0', '1.0.0'],
  );
  for (const { version, sha512, signature, archive, size, ...release } of shop.releases) {
    assert.ok(isSignedBy(key.key, { name: 'shop', version, sha512 }, signature ?? ''));
    assert.equal((await stat(join(out, archive))).size, size);
    assert.deepEqual([release.engine, release.requires, release.capabilities], ['>=0.1.0', ['posts'], ['kv']]);
  }
  await writePlugin(plugins, { version: '1.1.0', galley, files: { 'more.ts': '' } });
  await assert.rejects(buildRegistry({ folder: plugins, out, key }), /released with other files/);
  assert.deepEqual((await readdir(out)).sort(), ['archives', 'index.json', 'plugins']);
});

test('a file of a registry that is not as it must be is refused', () => {
  const release = { version: '1.0.0', archive: '../x.zip', sha512: 'x', size: 1, engine: '' };
  const lists = { requires: [], provides: [], capabilities: [], released: '2026-01-01T00:00:00Z' };
  const shop = { name: 'shop', title: '', description: '', owner: '', releases: [{ ...release, ...lists }] };
  const wrong = [JSON.stringify(shop), '{}', 'no json', JSON.stringify({ ...shop, name: 'other', releases: [] })];
  for (const json of wrong)
    assert.throws(
      () => parsePublication(json, 'shop', 'shop.json'),
      (error) => isGalleyError(error, 'GALLEY_PACKAGE_INVALID'),
    );
});
