import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { noRedis, startRedis, startSentinel } from '../../test/support/redis.ts';
import { until } from '../../test/support/served-site.ts';
import { isGalleyError } from '../lib/errors.ts';
import { RedisBackend } from './cache-redis.ts';
import { readRedisUrl } from './redis.ts';

test('addresses of one Redis, of a cluster and of sentinels are read', () => {
  const plain = { isTls: false, isSentinel: false, path: [] };
  assert.deepEqual(readRedisUrl('redis://cache'), { ...plain, nodes: [{ host: 'cache', port: 6379 }] });
  assert.deepEqual(readRedisUrl('redis://127.0.0.1:7000/2'), {
    ...plain,
    nodes: [{ host: '127.0.0.1', port: 7000 }],
    path: ['2'],
  });
  assert.deepEqual(readRedisUrl('rediss://[::1]:7000'), {
    ...plain,
    isTls: true,
    nodes: [{ host: '::1', port: 7000 }],
  });
  assert.deepEqual(readRedisUrl('redis://:p%40ss@a'), {
    ...plain,
    password: 'p@ss',
    nodes: [{ host: 'a', port: 6379 }],
  });
  assert.deepEqual(readRedisUrl('redis://me:x:y@a,b:7001'), {
    ...plain,
    username: 'me',
    password: 'x:y',
    nodes: [
      { host: 'a', port: 6379 },
      { host: 'b', port: 7001 },
    ],
  });
  assert.deepEqual(readRedisUrl('redis+sentinel://s1,s2:26380/main/1'), {
    ...plain,
    isSentinel: true,
    nodes: [
      { host: 's1', port: 26379 },
      { host: 's2', port: 26380 },
    ],
    path: ['main', '1'],
  });
});

test('an address that is none is refused without telling the password', () => {
  for (const url of [
    '',
    'http://x',
    'redis://',
    'redis://:secret@',
    'redis://:secret@a b',
    'redis://:secret@a,,b',
    'redis://:secret@a:x',
  ]) {
    const isRefused = (error: unknown): boolean =>
      isGalleyError(error, 'GALLEY_CONFIG_INVALID') && !error.message.includes('secret');
    assert.throws(() => readRedisUrl(url), isRefused, url);
  }
});

test('the master is found through sentinels', { skip: noRedis }, async (t) => {
  const redis = await startRedis();
  const sentinel = await startSentinel(redis);
  const log = { info: () => undefined, warn: () => undefined };
  const url = `redis+sentinel://127.0.0.1:${sentinel.port}/main`;
  const backend = new RedisBackend({
    url,
    prefix: 'galley:{s}:',
    secret: randomBytes(32),
    log,
    onChange: () => undefined,
  });
  t.after(async () => {
    backend.close();
    await sentinel.stop();
    await redis.stop();
  });
  await until('the master is found', () => backend.isUp);
  await backend.put('k', { value: 1, tags: [], storedAt: Date.now(), ttl: 60, stale: 0, bytes: 16 });
  assert.equal((await backend.read('k')).entry?.value, 1);
});
