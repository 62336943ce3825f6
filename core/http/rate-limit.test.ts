import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { noRedis, startRedis } from '../../test/support/redis.ts';
import { until } from '../../test/support/served-site.ts';
import { RedisBackend } from '../services/cache-redis.ts';
import { RateLimits } from './rate-limit.ts';

const RULE = { max: 4, seconds: 3600 };

suite('Rate limits of several processes', { skip: noRedis }, () => {
  test('count together in Redis, each by itself while Redis is gone, and together again', async (t) => {
    const redis = await startRedis();
    const log = { info: () => undefined, warn: () => undefined };
    const settings = { url: redis.url, prefix: 'test:', secret: randomBytes(32), log, beatMs: 50, timeoutMs: 5_000 };
    const backends = [0, 1].map(() => new RedisBackend({ ...settings, onChange: () => undefined }));
    t.after(async () => {
      for (const backend of backends) backend.close();
      await redis.stop();
    });
    const [one, two] = backends.map((backend) => new RateLimits(Date.now, () => backend)) as [RateLimits, RateLimits];
    const areUp = (isUp: boolean): Promise<void> =>
      until(`Redis is ${isUp ? 'there' : 'gone'}`, () => backends.every((backend) => backend.isUp === isUp));
    await areUp(true);
    const waits: number[] = [];
    for (const limits of [one, two, one, two, one, two]) waits.push(await limits.take('a', RULE));
    assert.deepEqual(
      waits.map((wait) => wait === 0),
      [true, true, true, true, false, false],
    );
    assert.equal(await two.take('b', RULE), 0);
    await assert.rejects(async () => await one.need('a', RULE), { code: 'GALLEY_RATE_LIMITED' });

    await redis.kill();
    await areUp(false);
    assert.equal(await one.take('c', RULE), 0);
    for (let count = 0; count < 3; count++) assert.equal(await two.take('c', RULE), 0);
    await redis.restart();
    await areUp(true);
    const later: number[] = [];
    for (const limits of [one, one, one, two, two]) later.push(await limits.take('d', RULE));
    assert.deepEqual(
      later.map((wait) => wait === 0),
      [true, true, true, true, false],
    );
  });
});
