import assert from 'node:assert/strict';
import test from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { acceptedEncodings, CompressionQueue, compress, EncodingChoices, isCompressible } from './page-encoding.ts';

const TABLE: [string | undefined, string[]][] = [
  [undefined, ['identity']],
  ['', ['identity']],
  ['gzip, deflate, br, zstd', ['br', 'gzip', 'identity']],
  ['gzip, deflate', ['gzip', 'identity']],
  ['gzip;q=1.0, br;q=0.5', ['gzip', 'br', 'identity']],
  ['br;q=0.5', ['br', 'identity']],
  ['br;q=0, gzip', ['gzip', 'identity']],
  ['br;q=0, gzip;q=0', ['identity']],
  ['br;q=0.000', ['identity']],
  ['identity, br;q=0.5', ['identity', 'br']],
  ['identity;q=0.8, gzip;q=0.9', ['gzip', 'identity']],
  ['identity;q=0, gzip', ['gzip', 'identity']],
  ['identity;q=0', ['identity']],
  ['*', ['br', 'gzip', 'identity']],
  ['*;q=0', ['identity']],
  ['*;q=0, gzip', ['gzip', 'identity']],
  ['gzip;q=0, *', ['br', 'identity']],
  ['*;q=0.1, gzip;q=0.5', ['gzip', 'br', 'identity']],
  ['X-GZIP', ['gzip', 'identity']],
  ['GZip ; Q=0.7 , BR ; q=0.2', ['gzip', 'br', 'identity']],
  ['gzip;q=2', ['gzip', 'identity']],
  ['gzip;q=abc', ['gzip', 'identity']],
  [';;;,,,=', ['identity']],
  ['deflate, compress', ['identity']],
];

for (const [header, expected] of TABLE) {
  test(`Accept-Encoding ${header === undefined ? 'missing' : `"${header}"`} is answered with ${expected.join(', then ')}`, () => {
    assert.deepEqual(acceptedEncodings(header), expected);
    assert.deepEqual(new EncodingChoices().of(header), expected);
  });
}

test('choices are remembered, and very long headers are read without being remembered', () => {
  const choices = new EncodingChoices();
  assert.equal(choices.of('gzip'), choices.of('gzip'));
  const long = `gzip${', x'.repeat(10_000)}`;
  assert.deepEqual(choices.of(long), ['gzip', 'identity']);
  assert.notEqual(choices.of(long), choices.of(long));
});

test('text is worth compressing, images and crumbs are not', () => {
  for (const type of [
    'text/html; charset=utf-8',
    'application/json',
    'application/rss+xml; charset=utf-8',
    'image/svg+xml',
    'application/javascript',
  ]) {
    assert.equal(isCompressible(type, 5000), true, type);
  }
  for (const type of ['image/png', 'application/pdf', 'application/octet-stream', undefined]) {
    assert.equal(isCompressible(type, 5000), false, type);
  }
  assert.equal(isCompressible('text/html', 100), false);
});

test('compressed bodies unpack to what went in', async () => {
  const body = Buffer.from('häuser '.repeat(1000));
  for (const effort of ['well', 'quickly'] as const) {
    assert.deepEqual(gunzipSync(await compress('gzip', body, effort)), body);
    assert.deepEqual(brotliDecompressSync(await compress('br', body, effort)), body);
  }
});

test('no more than two compressions run at once', async () => {
  const queue = new CompressionQueue(2);
  let running = 0;
  let most = 0;
  for (let index = 0; index < 10; index += 1) {
    queue.add(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
    });
  }
  assert.equal(queue.length, 10);
  while (queue.length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(most, 2);
});
