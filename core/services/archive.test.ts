import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildZip, type ZipEntry } from '../../test/support/zip.ts';
import { isGalleyError } from '../lib/errors.ts';
import { packZip, unpackZip } from './archive.ts';
import { ARCHIVE_LIMITS } from './archive-entries.ts';

let folder = '';
let count = 0;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-zip-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function unpack(zip: Buffer, limits = ARCHIVE_LIMITS): Promise<{ files: string[]; target: string }> {
  const target = join(folder, `out-${++count}`);
  await mkdir(target);
  await writeFile(`${target}.zip`, zip);
  return { files: await unpackZip(`${target}.zip`, target, limits), target };
}

const refused = (error: unknown): boolean => isGalleyError(error, 'GALLEY_PACKAGE_INVALID');

test('a plain archive is unpacked, folders and all, with modes of ours', async () => {
  const { files, target } = await unpack(
    buildZip([
      { name: 'a/', mode: 0o040777 },
      { name: 'a/one.txt', data: 'one', mode: 0o104777 },
      { name: 'a/b/two.txt', data: 'two '.repeat(1000), deflate: true },
      { name: 'tükör.txt', data: 'ü' },
    ]),
  );
  assert.deepEqual(files, ['a/one.txt', 'a/b/two.txt', 'tükör.txt']);
  assert.equal(await readFile(join(target, 'a/b/two.txt'), 'utf8'), 'two '.repeat(1000));
  assert.equal((await stat(join(target, 'a/one.txt'))).mode & 0o7777, 0o640);
});

test('what leaves the folder, is a link or a device, is there twice or is encrypted is refused before anything is written', async () => {
  const hostile: Record<string, ZipEntry[]> = {
    'zip slip': [{ name: '../evil.txt', data: 'x' }],
    'slip in the middle': [{ name: 'a/../../evil.txt', data: 'x' }],
    absolute: [{ name: '/etc/cron.d/evil', data: 'x' }],
    backslash: [{ name: '..\\evil.txt', data: 'x' }],
    drive: [{ name: 'C:/evil.txt', data: 'x' }],
    'NUL in the name': [{ name: 'a\0.txt', data: 'x' }],
    'a name that is a device': [{ name: 'NUL', data: 'x' }],
    'symbolic link': [{ name: 'link', data: '/etc/passwd', mode: 0o120777 }],
    device: [{ name: 'dev', mode: 0o060644 }],
    pipe: [{ name: 'pipe', mode: 0o010644 }],
    'the same name twice': [
      { name: 'a', data: '1' },
      { name: 'a', data: '2' },
    ],
    'twice but for case': [
      { name: 'index.ts', data: '1' },
      { name: 'INDEX.ts', data: '2' },
    ],
    'twice but for composition': [
      { name: 'é.ts', data: '1' },
      { name: 'e\u0301.ts', data: '2' },
    ],
    'a file that is a folder too': [
      { name: 'a', data: '1' },
      { name: 'a/b', data: '2' },
    ],
    encrypted: [{ name: 'a', data: '1', flags: 1 }],
    'an unknown method': [{ name: 'a', data: '1', method: 99 }],
  };
  for (const [what, entries] of Object.entries(hostile)) {
    const zip = buildZip([{ name: 'first.txt', data: 'fine' }, ...entries]);
    await assert.rejects(unpack(zip), refused, what);
    assert.deepEqual(await readdir(join(folder, `out-${count}`)), [], what);
  }
});

test('bombs are refused: by ratio, by size, by number, by shared bytes, and by claims that are not true', async () => {
  const zeros = Buffer.alloc(3 * 1024 * 1024);
  await assert.rejects(unpack(buildZip([{ name: 'a', data: zeros, deflate: true }])), refused);
  const random = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7919) % 251));
  await assert.rejects(
    unpack(
      buildZip([
        { name: 'a', data: random },
        { name: 'b', data: random },
      ]),
      { ...ARCHIVE_LIMITS, maxBytes: 5000 },
    ),
    refused,
  );
  const many = Array.from({ length: 5000 }, (_, index) => ({ name: `f${index}`, data: '' }));
  await assert.rejects(unpack(buildZip([...many, { name: 'NUL' }])), /more than 5000 entries/);
  await assert.rejects(
    unpack(
      buildZip([
        { name: 'a', data: random },
        { name: 'b', data: random, sharesWith: 0 },
      ]),
    ),
    refused,
  );
  await assert.rejects(unpack(buildZip([{ name: 'a', data: zeros, deflate: true, claimedSize: 10 }])), refused);
});

test('what is no zip file, or breaks off, is refused; what is not there is not there', async () => {
  const whole = buildZip([{ name: 'a', data: 'x'.repeat(5000) }]);
  for (const wrong of [
    Buffer.alloc(0),
    Buffer.from('%PDF-1.7 not a zip'),
    whole.subarray(0, 3000),
    Buffer.concat([whole.subarray(0, 100), whole.subarray(400)]),
  ])
    await assert.rejects(unpack(wrong), refused);
  await assert.rejects(unpackZip(join(folder, 'none.zip'), folder), { code: 'ENOENT' });
});

test('a folder is packed and unpacked again as it was', async () => {
  const from = join(folder, 'source');
  await mkdir(join(from, 'deep/er'), { recursive: true });
  await writeFile(join(from, 'a.txt'), 'a');
  await writeFile(join(from, 'deep/er/b.bin'), Buffer.from([0, 255, 1]));
  await packZip(from, join(folder, 'packed.zip'), 'shop');
  const target = join(folder, 'unpacked');
  await mkdir(target);
  assert.deepEqual((await unpackZip(join(folder, 'packed.zip'), target)).sort(), ['shop/a.txt', 'shop/deep/er/b.bin']);
  assert.deepEqual(await readFile(join(target, 'shop/deep/er/b.bin')), Buffer.from([0, 255, 1]));
});
