import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { isGalleyError } from '../lib/errors.ts';
import { ARCHIVE_LIMITS } from './archive-entries.ts';
import { unpackTar } from './archive-tar.ts';

let folder = '';
let count = 0;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-tar-'));
});
after(() => rm(folder, { recursive: true, force: true }));

type Entry = Partial<Header> & { name: string; data?: string };

async function tar(entries: readonly Entry[]): Promise<Buffer> {
  const writer = pack();
  for (const { data = '', ...header } of entries) writer.entry(header, data);
  writer.finalize();
  return buffer(writer as AsyncIterable<unknown> as AsyncIterable<Buffer>);
}

async function unpack(bytes: Buffer, limits = ARCHIVE_LIMITS): Promise<{ files: string[]; target: string }> {
  const target = join(folder, `out-${++count}`);
  await mkdir(target);
  await writeFile(`${target}.tgz`, bytes);
  return { files: await unpackTar(`${target}.tgz`, target, limits), target };
}

const refused = (error: unknown): boolean => isGalleyError(error, 'GALLEY_PACKAGE_INVALID');

test('a compressed tar file is unpacked, with long names and folders, as npm makes them', async () => {
  const long = `package/${'long-'.repeat(30)}name.ts`;
  const { files, target } = await unpack(
    gzipSync(
      await tar([
        { name: 'package/', type: 'directory' },
        { name: 'package/package.json', data: '{}', mode: 0o777 },
        { name: long, data: 'long' },
      ]),
    ),
  );
  assert.deepEqual(files, ['package/package.json', long]);
  assert.equal(await readFile(join(target, long), 'utf8'), 'long');
});

test('what leaves the folder, is a link or a device, or is there twice is refused before anything is written', async () => {
  const hostile: Record<string, Entry[]> = {
    'tar slip': [{ name: '../evil.txt', data: 'x' }],
    'slip in the middle': [{ name: 'a/../../evil.txt', data: 'x' }],
    absolute: [{ name: '/etc/cron.d/evil', data: 'x' }],
    backslash: [{ name: '..\\evil.txt', data: 'x' }],
    'symbolic link': [{ name: 'link', type: 'symlink', linkname: '/etc/passwd' }],
    'hard link': [{ name: 'link', type: 'link', linkname: '/etc/passwd' }],
    device: [{ name: 'dev', type: 'character-device' }],
    pipe: [{ name: 'pipe', type: 'fifo' }],
    'the same name twice': [
      { name: 'a', data: '1' },
      { name: 'a', data: '2' },
    ],
    'twice but for case': [
      { name: 'index.ts', data: '1' },
      { name: 'INDEX.ts', data: '2' },
    ],
    'a file that is a folder too': [
      { name: 'a', data: '1' },
      { name: 'a/b', data: '2' },
    ],
  };
  for (const [what, entries] of Object.entries(hostile)) {
    const archive = gzipSync(await tar([{ name: 'first.txt', data: 'fine' }, ...entries]));
    await assert.rejects(unpack(archive), refused, what);
    assert.deepEqual(await readdir(join(folder, `out-${count}`)), [], what);
  }
});

test('bombs are refused: by ratio, by size, by number, and those that break off', async () => {
  const zeros = '\0'.repeat(3 * 1024 * 1024);
  await assert.rejects(unpack(gzipSync(await tar([{ name: 'a', data: zeros }]))), refused);
  const plain = await tar([{ name: 'a', data: 'x'.repeat(3000) }]);
  await assert.rejects(unpack(gzipSync(plain), { ...ARCHIVE_LIMITS, maxBytes: 2000 }), refused);
  const many = Array.from({ length: 12 }, (_, index) => ({ name: `f${index}` }));
  await assert.rejects(unpack(gzipSync(await tar(many)), { ...ARCHIVE_LIMITS, maxEntries: 10 }), refused);
  // Zeros without end after the last entry: nothing of it is counted as a file.
  const tail = gzipSync(Buffer.concat([plain, Buffer.alloc(64 * 1024)]));
  await assert.rejects(unpack(tail, { maxEntries: 1, maxBytes: 4000, maxRatio: 100 }), refused);
  await assert.rejects(unpack(gzipSync(plain).subarray(0, 40)), refused);
  await assert.rejects(unpack(plain), refused);
});
