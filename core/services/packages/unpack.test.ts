import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { buildZip } from '../../../test/support/zip.ts';
import { readManifest } from '../../kernel/plugin-manifest.ts';
import { isGalleyError } from '../../lib/errors.ts';
import { preparePackage } from './unpack.ts';

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'galley-unpack-'));
  folders.push(root);
});

const manifest = (name: string): string => JSON.stringify({ name, version: '1.0.0', galley: { title: 'Shop' } });
const refused = (error: unknown) => isGalleyError(error, 'GALLEY_PACKAGE_INVALID');

async function zipOf(files: Record<string, string>): Promise<string> {
  const file = join(root, 'package.zip');
  await writeFile(file, buildZip(Object.entries(files).map(([name, data]) => ({ name, data }))));
  return file;
}
const prepare = async (from: string, integrity?: string): Promise<string> =>
  preparePackage(from, await mkdtemp(join(root, 'into-')), integrity);

test('an archive has its files at the top or in one folder', async () => {
  const top = await prepare(await zipOf({ 'package.json': manifest('shop'), 'index.ts': 'export default 1;' }));
  assert.equal((await readManifest(top)).name, 'shop');
  assert.equal(await readFile(join(top, 'index.ts'), 'utf8'), 'export default 1;');
  const inner = await prepare(
    await zipOf({ 'gallery-main/package.json': manifest('gallery'), 'gallery-main/index.ts': 'x' }),
  );
  assert.equal((await readManifest(inner)).name, 'gallery');
});

test('a folder is taken without what does not belong to it, and refused with links in it', async () => {
  const from = join(root, 'work');
  await mkdir(join(from, 'node_modules/x'), { recursive: true });
  await writeFile(join(from, 'package.json'), manifest('shop'));
  await writeFile(join(from, 'index.ts'), 'x');
  assert.deepEqual((await readdir(await prepare(from))).sort(), ['index.ts', 'package.json']);
  await symlink('/etc/passwd', join(from, 'passwd'));
  await assert.rejects(prepare(from), refused);
});

test('an archive with another digest than the announced one is refused, and so is what is not there', async () => {
  const from = await zipOf({ 'package.json': manifest('shop') });
  const digest = createHash('sha512')
    .update(await readFile(from))
    .digest('base64');
  await assert.rejects(prepare(from, `sha512-${digest.replace(/.{8}$/, 'AAAAAA==')}`), /digest differs/);
  assert.equal((await readManifest(await prepare(from, `sha512-${digest}`))).name, 'shop');
  await assert.rejects(prepare(join(root, 'nothing.zip')), refused);
});
