import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { buildZip } from '../../test/support/zip.ts';
import type { Site } from '../kernel/site.ts';
import { isGalleyError } from '../lib/errors.ts';
import { Packages } from './packages.ts';

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

let root = '';
let packages: Packages;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'galley-packages-'));
  folders.push(root);
  await mkdir(join(root, 'plugins', 'posts'), { recursive: true });
  packages = new Packages({ root, config: { content: { dir: join(root, 'content') } } } as unknown as Site);
});

const manifest = (name: string, version = '1.0.0', galley: object = { title: 'Shop' }): string =>
  JSON.stringify({ name, version, galley });
const code = (expected: Parameters<typeof isGalleyError>[1]) => (error: unknown) => isGalleyError(error, expected);

async function zipOf(files: Record<string, string>): Promise<string> {
  const file = join(root, `p${Math.floor(performance.now() * 1000)}.zip`);
  await writeFile(file, buildZip(Object.entries(files).map(([name, data]) => ({ name, data }))));
  return file;
}
const installed = (path: string): Promise<string> => readFile(join(root, 'content', 'plugins', path), 'utf8');

test('a plugin is installed from a zip file, with its files at the top or in one folder', async () => {
  const top = await zipOf({ 'package.json': manifest('shop'), 'index.ts': 'export default 1;' });
  const { manifest: read, directory } = await packages.installPlugin({ from: top });
  assert.deepEqual([read.name, read.directory, directory], ['shop', directory, join(root, 'content/plugins/shop')]);
  assert.equal(await installed('shop/index.ts'), 'export default 1;');
  await packages.installPlugin({
    from: await zipOf({ 'gallery-main/package.json': manifest('gallery'), 'gallery-main/index.ts': 'x' }),
  });
  assert.equal(await installed('gallery/index.ts'), 'x');
});

test('a plugin is installed from a folder, without what does not belong to it', async () => {
  const from = join(root, 'work');
  await mkdir(join(from, 'node_modules/x'), { recursive: true });
  await writeFile(join(from, 'package.json'), manifest('shop'));
  await writeFile(join(from, 'index.ts'), 'x');
  await packages.installPlugin({ from });
  assert.deepEqual((await readdir(join(root, 'content/plugins/shop'))).sort(), ['index.ts', 'package.json']);
});

test('a wrong manifest is refused with every mistake, and nothing is left behind', async () => {
  const wrong = await zipOf({
    'package.json': JSON.stringify({ name: 'Not A Name', version: 'one', galley: { titel: 'x' } }),
    'index.ts': '',
  });
  await assert.rejects(packages.installPlugin({ from: wrong }), (error: Error) => {
    assert.ok(isGalleyError(error, 'GALLEY_PLUGIN_INVALID'));
    for (const mistake of [/name/, /version/, /title/]) assert.match(error.message, mistake);
    return true;
  });
  await assert.rejects(
    packages.installPlugin({ from: await zipOf({ 'readme.txt': 'no manifest' }) }),
    code('GALLEY_PLUGIN_INVALID'),
  );
  await assert.rejects(packages.installPlugin({ from: join(root, 'nothing.zip') }), code('GALLEY_PACKAGE_INVALID'));
  assert.deepEqual(await readdir(join(root, 'content/plugins')), []);
});

test('nobody takes the name of a plugin that comes with Galley, and none is replaced unasked', async () => {
  await assert.rejects(
    packages.installPlugin({ from: await zipOf({ 'package.json': manifest('posts') }) }),
    /comes with Galley/,
  );
  await packages.installPlugin({ from: await zipOf({ 'package.json': manifest('shop'), v: '1' }) });
  await assert.rejects(
    packages.installPlugin({ from: await zipOf({ 'package.json': manifest('shop'), v: '2' }) }),
    /installed already/,
  );
  assert.equal(await installed('shop/v'), '1');
});

test('an update keeps the version before, and goes back to it', async () => {
  await packages.installPlugin({ from: await zipOf({ 'package.json': manifest('shop', '1.0.0'), v: '1' }) });
  const { previous } = await packages.installPlugin({
    from: await zipOf({ 'package.json': manifest('shop', '2.0.0'), v: '2' }),
    replace: true,
  });
  assert.equal(await installed('shop/v'), '2');
  assert.ok(previous);
  assert.equal((await packages.rollBackPlugin('shop')).version, '1.0.0');
  assert.equal(await installed('shop/v'), '1');
  await assert.rejects(packages.rollBackPlugin('shop'), code('GALLEY_PLUGIN_UNKNOWN'));
});

test('an archive with another digest than the announced one is refused', async () => {
  const from = await zipOf({ 'package.json': manifest('shop') });
  const integrity = `sha512-${createHash('sha512')
    .update(await readFile(from))
    .digest('base64')}`;
  await assert.rejects(
    packages.installPlugin({ from, integrity: integrity.replace(/.{8}$/, 'AAAAAA==') }),
    /digest differs/,
  );
  await packages.installPlugin({ from, integrity });
});

test('a folder with links is refused', async () => {
  const from = join(root, 'work');
  await mkdir(from);
  await writeFile(join(from, 'package.json'), manifest('shop'));
  await symlink('/etc/passwd', join(from, 'passwd'));
  await assert.rejects(packages.installPlugin({ from }), code('GALLEY_PACKAGE_INVALID'));
  assert.deepEqual(await readdir(join(root, 'content/plugins')), []);
});

test('removing takes an installed plugin, and nothing that a name could point to beside it', async () => {
  await packages.installPlugin({ from: await zipOf({ 'package.json': manifest('shop') }) });
  for (const name of ['posts', '..', '.', '../..', 'shop/..', '', '.previous'])
    await assert.rejects(packages.removePlugin(name), code('GALLEY_PLUGIN_UNKNOWN'), name);
  await packages.removePlugin('shop');
  assert.deepEqual(await readdir(join(root, 'content/plugins')), []);
  assert.deepEqual(await readdir(join(root, 'plugins')), ['posts']);
});
