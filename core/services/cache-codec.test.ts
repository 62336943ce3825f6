import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { CacheCodec } from './cache-codec.ts';
import { cacheValue } from './cache-value.ts';

const secret = randomBytes(32);
const codec = new CacheCodec(secret);
const entry = { ...cacheValue('k', { a: 1 }), tags: ['x'], storedAt: 1, ttl: 2, stale: 3 };

/** Bytes with a right HMAC, as an older version of ourselves may have written them. */
function signed(key: string, body: Buffer): Buffer {
  return Buffer.concat([createHmac('sha256', secret).update(`${key.length}:${key}`).update(body).digest(), body]);
}

test('an entry comes back under its own key only', async () => {
  const bytes = await codec.encode('k', entry);
  assert.deepEqual((await codec.decode('k', bytes))?.value, { a: 1 });
  assert.equal(await codec.decode('k2', bytes), undefined);
  assert.equal(await new CacheCodec(randomBytes(32)).decode('k', bytes), undefined);
});

test('large values are compressed, small ones are not', async () => {
  const large = await codec.encode('k', { ...entry, ...cacheValue('k', 'word '.repeat(2000)) });
  assert.ok(large.length < 1000, String(large.length));
  assert.equal((await codec.decode('k', large))?.value, 'word '.repeat(2000));
  assert.ok((await codec.encode('k', entry)).includes('{"a":1}'));
});

test('each changed byte makes a miss', async () => {
  const bytes = await codec.encode('k', entry);
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    assert.equal(await codec.decode('k', changed), undefined, `byte ${index}`);
  }
  for (let length = 0; length < bytes.length; length += 1) {
    assert.equal(await codec.decode('k', bytes.subarray(0, length)), undefined, `length ${length}`);
  }
});

test('content of another form is a miss even when it is signed', async () => {
  const forms = [
    '',
    'null',
    '[]',
    '{}',
    '[1,2,3]',
    '[1,2,3,"x"]',
    '[1,2,3,[4]]',
    '["1",2,3,[]]',
    '[1,2,-3,[]]',
    '[1,2,3,[],4,5]',
    '[1,',
    '[1e999,2,3,[]]',
  ];
  for (const text of forms)
    assert.equal(await codec.decode('k', signed('k', Buffer.from(`\x01${text}`))), undefined, text);
  assert.equal(await codec.decode('k', signed('k', Buffer.from('\x03[1,2,3,[]]'))), undefined);
  assert.equal(await codec.decode('k', signed('k', Buffer.from('\x02no gzip'))), undefined);
  const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024, 0x20));
  assert.equal(await codec.decode('k', signed('k', Buffer.concat([Buffer.of(2), bomb]))), undefined);
  assert.deepEqual((await codec.decode('k', signed('k', Buffer.from('\x01[1,2,3,[]]'))))?.value, undefined);
});
