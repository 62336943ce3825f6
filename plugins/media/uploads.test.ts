import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { forEachSite } from '../../test/support/sites.ts';
import { ApiVisitor } from './api-visitor.test-data.ts';
import * as sample from './sample-files.test-data.ts';
import { Uploads } from './uploads.ts';

forEachSite({}, (suite) => {
  const site = () => suite.current;
  let author: ApiVisitor;
  let other: ApiVisitor;

  before(async () => {
    author = new ApiVisitor(site, await suite.current.loginAs('author'));
    other = new ApiVisitor(site, await suite.current.loginAs('author'));
  });

  const pieces = (): string[] =>
    globSync('**/*-????????????', { cwd: join(site().contentDir, 'uploads/media-uploads') });
  const uploads = (): Uploads => new Uploads(site().site, site().site.services.use('media'));
  const start = async (data: Uint8Array, name = 'Long.jpg'): Promise<string> => {
    const { status, value } = await author.send('POST', '/uploads', { name, type: 'image/jpeg', bytes: data.length });
    assert.equal(status, 201, JSON.stringify(value));
    return value.id;
  };

  test('a file comes in pieces, goes on where it was, and is received once it is whole', async () => {
    const data = await sample.jpeg(300, 200);
    const [half, third] = [Math.floor(data.length / 2), Math.floor(data.length / 3)];
    const id = await start(data);
    const first = await author.bytes(`/uploads/${id}?offset=0`, data.subarray(0, half));
    assert.deepEqual(first.value, { id, offset: half, bytes: data.length });
    // A page that was closed asks how far it is; one that does not is told.
    assert.equal((await author.get(`/uploads/${id}`)).value.offset, half);
    assert.equal((await author.bytes(`/uploads/${id}?offset=${third}`, data.subarray(third))).status, 409);
    assert.equal((await author.send('POST', `/uploads/${id}/finish`)).status, 409);
    await author.bytes(`/uploads/${id}?offset=${half}`, data.subarray(half));
    const done = await author.send('POST', `/uploads/${id}/finish`);
    assert.deepEqual([done.status, done.value.title, done.value.width], [201, 'Long', 300]);
    assert.equal((await author.send('POST', `/uploads/${id}/finish`)).status, 404);
    assert.deepEqual(pieces(), []);
  });

  test('a piece that comes twice at once is taken once', async () => {
    const data = sample.pdf();
    const id = await start(data, 'Twice.pdf');
    const sent = await Promise.all([0, 1].map(() => author.bytes(`/uploads/${id}?offset=0`, data)));
    assert.deepEqual(sent.map(({ status }) => status).sort(), [200, 409]);
    assert.equal(pieces().length, 1);
    await author.send('DELETE', `/uploads/${id}`);
    assert.deepEqual(pieces(), []);
  });

  test('sizes count what comes, not what was promised; what is not what it says is refused at the end', async () => {
    const id = await start(Buffer.alloc(10), 'small.jpg');
    assert.equal((await author.bytes(`/uploads/${id}?offset=0`, Buffer.alloc(11))).status, 413);
    assert.equal((await author.bytes(`/uploads/${id}?offset=0`, Buffer.from('<?php x;?>'))).status, 200);
    const { status, value } = await author.send('POST', `/uploads/${id}/finish`);
    assert.equal(status, 400, JSON.stringify(value));
    assert.match(value.error.message, /name says JPEG/);
    assert.deepEqual(pieces(), []);
    const huge = { name: 'x.mp4', bytes: 10 ** 12 };
    assert.equal((await author.send('POST', '/uploads', huge)).status, 413);
    const empty = await author.send('POST', '/uploads', { name: 'x.mp4', bytes: 0 });
    assert.deepEqual([empty.status, empty.value.error.message], [400, 'The file is empty. Nothing was stored.']);
  });

  test('nobody sees, feeds, finishes or gives up the upload of somebody else', async () => {
    const id = await start(Buffer.alloc(10));
    assert.equal((await other.get(`/uploads/${id}`)).status, 404);
    assert.equal((await other.bytes(`/uploads/${id}?offset=0`, Buffer.alloc(10))).status, 404);
    assert.equal((await other.send('POST', `/uploads/${id}/finish`)).status, 404);
    assert.equal((await other.send('DELETE', `/uploads/${id}`)).status, 404);
    assert.equal((await author.send('DELETE', `/uploads/${id}`)).status, 200);
  });

  test('what is under way counts against the quota', async () => {
    await site().site.options.set('media_quota_megabytes', 1);
    const plan = { name: 'a.mp4', bytes: 700_000 };
    const first = await author.send('POST', '/uploads', plan);
    assert.equal(first.status, 201);
    const second = await author.send('POST', '/uploads', plan);
    assert.match(second.value.error.message, /may take 1 MB together/);
    await author.send('DELETE', `/uploads/${first.value.id}`);
    await site().site.options.set('media_quota_megabytes', 0);
  });

  test('what nobody goes on with is tidied up', async () => {
    const id = await start(Buffer.alloc(10));
    await author.bytes(`/uploads/${id}?offset=0`, Buffer.alloc(4));
    const { signal } = new AbortController();
    assert.equal(await uploads().tidy(signal), 0);
    assert.equal(pieces().length, 1);
    assert.equal(await uploads().tidy(signal, -1000), 1);
    assert.deepEqual(pieces(), []);
    assert.equal((await author.get(`/uploads/${id}`)).status, 404);
  });
});
