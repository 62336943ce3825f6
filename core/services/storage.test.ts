import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { isGalleyError } from '../lib/errors.ts';
import { LocalStorage } from './storage.ts';

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function storage(): Promise<LocalStorage> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-storage-'));
  folders.push(folder);
  return new LocalStorage(join(folder, 'uploads'));
}

const code = (expected: Parameters<typeof isGalleyError>[1]) => (error: unknown) => isGalleyError(error, expected);

test('a file is stored from bytes or a stream and read back, whole or in part', async () => {
  const store = await storage();
  assert.equal((await store.put('2024/05/a.txt', Buffer.from('hello'))).size, 5);
  await store.put('2024/05/b.txt', Readable.from([Buffer.from('one '), Buffer.from('two')]));
  assert.equal(await text((await store.open('2024/05/b.txt')).stream), 'one two');
  assert.equal(await text((await store.open('2024/05/b.txt', { start: 4, end: 5 })).stream), 'tw');
  assert.equal((await store.read('2024/05/a.txt', 10)).toString(), 'hello');
  assert.equal((await store.stat('2024/05/a.txt'))?.size, 5);
  assert.equal((await stat(join(store.root, '2024/05/a.txt'))).mode & 0o007, 0);
});

test('what is not there is unknown, also a folder and a path through a file', async () => {
  const store = await storage();
  await store.put('folder/a.txt', Buffer.from('x'));
  for (const path of ['none.txt', 'folder', 'folder/a.txt/b']) {
    assert.equal(await store.stat(path), undefined);
    await assert.rejects(store.open(path), code('GALLEY_FILE_UNKNOWN'), path);
    await assert.rejects(store.localPath(path), code('GALLEY_FILE_UNKNOWN'), path);
    assert.equal(await store.remove(path), false);
  }
});

test('a stream that is too long, fails or is aborted leaves nothing behind', async () => {
  const store = await storage();
  const long = Readable.from([Buffer.alloc(600), Buffer.alloc(600)]);
  await assert.rejects(store.put('x.bin', long, { maxBytes: 1000 }), code('GALLEY_INPUT_TOO_LARGE'));
  async function* broken() {
    yield Buffer.from('x');
    throw new Error('the line went dead');
  }
  await assert.rejects(store.put('x.bin', broken()), /went dead/);
  const signal = AbortSignal.abort(new Error('gone'));
  await assert.rejects(store.put('x.bin', Buffer.from('x'), { signal }), /gone/);
  assert.equal(await store.stat('x.bin'), undefined);
  assert.deepEqual(await readdir(join(store.root, '.incoming')), []);
});

test('a file is replaced whole; readers that have it open keep the old one', async () => {
  const store = await storage();
  await store.put('a.txt', Buffer.from('old old old'));
  const opened = await store.open('a.txt');
  await store.put('a.txt', Buffer.from('new'));
  assert.equal(await text(opened.stream), 'old old old');
  assert.equal((await store.read('a.txt', 100)).toString(), 'new');
});

test('of twenty who store under a name that must be free, one wins', async () => {
  const store = await storage();
  const tries = Array.from({ length: 20 }, (_, index) =>
    store.put('one.txt', Buffer.from(String(index)), { ifExists: 'refuse' }),
  );
  const results = await Promise.allSettled(tries);
  const won = results.findIndex(({ status }) => status === 'fulfilled');
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal((await store.read('one.txt', 10)).toString(), String(won));
});

test('nobody gets out of the folder by dots or by links that were planted in it', async () => {
  const store = await storage();
  await store.put('a/real.txt', Buffer.from('x'));
  const outside = join(store.root, '..', 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await symlink(outside, join(store.root, 'a', 'link'));
  await symlink(join(outside, 'secret.txt'), join(store.root, 'a', 'file.txt'));
  for (const path of ['../outside/secret.txt', 'a/link/secret.txt', 'a/file.txt', '.incoming/x']) {
    await assert.rejects(store.open(path), code('GALLEY_FILE_REFUSED'), path);
    await assert.rejects(store.put(path, Buffer.from('owned')), code('GALLEY_FILE_REFUSED'), path);
    await assert.rejects(store.remove(path), code('GALLEY_FILE_REFUSED'), path);
  }
  const { files } = await store.list();
  assert.deepEqual(
    files.map(({ path }) => path),
    ['a/real.txt'],
  );
});

test('lists are bounded, in order, and go on where the last one ended', async () => {
  const store = await storage();
  const names = ['a-b/x', 'a/1', 'a/2', 'a.txt', 'b/c/d', 'b/e', 'z'];
  for (const name of names) await store.put(name, Buffer.from(name));
  const seen: string[] = [];
  let after: string | undefined = '';
  while (after !== undefined) {
    const page: Awaited<ReturnType<LocalStorage['list']>> = await store.list({ limit: 2, after });
    assert.ok(page.files.length <= 2);
    seen.push(...page.files.map(({ path }) => path));
    after = page.next;
  }
  assert.deepEqual(seen, names.toSorted());
  assert.deepEqual(
    (await store.list({ folder: 'b' })).files.map(({ path }) => path),
    ['b/c/d', 'b/e'],
  );
  assert.deepEqual((await store.list({ folder: 'none' })).files, []);
});

test('removing a file removes the folders it leaves empty, and no other', async () => {
  const store = await storage();
  await store.put('2024/05/a.txt', Buffer.from('x'));
  await store.put('2024/06/b.txt', Buffer.from('x'));
  assert.equal(await store.remove('2024/05/a.txt'), true);
  assert.deepEqual(await readdir(join(store.root, '2024')), ['06']);
});

test('what a process that died left half-written is tidied up after a day', async () => {
  const store = await storage();
  await store.put('a.txt', Buffer.from('x'));
  const left = join(store.root, '.incoming', 'left');
  await writeFile(left, 'half');
  assert.equal(await store.tidy(), 0);
  await utimes(left, 1, 1);
  assert.equal(await store.tidy(), 1);
});
