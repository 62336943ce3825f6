import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { freePorts } from '../../infra/local/processes.ts';
import { noRedis, startRedis, startSentinel } from '../../test/support/redis.ts';
import { until } from '../../test/support/served-site.ts';
import { isGalleyError } from '../lib/errors.ts';
import { RedisBackend } from './cache-redis.ts';
import { connectRedis, readRedisUrl } from './redis.ts';

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

const noTls =
  noRedis || (existsSync('/usr/bin/openssl') ? false : 'openssl is not installed, so no certificate is made');

test('with TLS the certificate is checked, against an authority of the site too', { skip: noTls }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'galley-redis-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['-nodes', '-days', '2', ...subject, '-keyout', key, '-out', certificate];
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...made]);
  const [port = 0] = await freePorts(1);
  const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
  const redis = await startRedis(['--tls-port', String(port), '--tls-auth-clients', 'no', ...files]);
  t.after(async () => {
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });
  /** What comes first: an answer, or what went wrong. */
  const attempt = async (url: string): Promise<string> => {
    const client = connectRedis(url, 20_000);
    try {
      return await new Promise<string>((resolve) => {
        client.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
        client.on('ready', () => void client.ping().then(resolve, (error: unknown) => resolve(String(error))));
      });
    } finally {
      client.disconnect();
    }
  };
  const own = `?ca=${encodeURIComponent(certificate)}`;
  assert.equal(await attempt(`rediss://localhost:${port}/0${own}`), 'PONG');
  assert.equal(await attempt(`rediss://localhost:${port}/0`), 'DEPTH_ZERO_SELF_SIGNED_CERT');
  assert.equal(await attempt(`rediss://127.0.0.1:${port}/0${own}`), 'ERR_TLS_CERT_ALTNAME_INVALID', 'another name');
  const isRefused = (error: unknown): boolean => isGalleyError(error, 'GALLEY_CONFIG_INVALID');
  assert.throws(() => connectRedis('rediss://localhost/0?ca=/nowhere.pem', 1000), isRefused);
});
