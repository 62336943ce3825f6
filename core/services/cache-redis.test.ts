import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { Redis } from 'ioredis';
import { noRedis, startRedis, type TestRedis } from '../../test/support/redis.ts';
import { Cache } from './cache.ts';
import { RedisBackend } from './cache-redis.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, `not so in time: ${isSo}`);
    await sleep(2);
  }
}

describe('cache on Redis', { skip: noRedis }, () => {
  const secret = randomBytes(32);
  const nodes: Cache[] = [];
  const proxies: Proxy[] = [];
  let redis: TestRedis;
  let probe: Redis;
  let prefix = '';

  before(async () => {
    redis = await startRedis();
    probe = new Redis(redis.port, { enableOfflineQueue: true, maxRetriesPerRequest: null });
    probe.on('error', () => undefined);
  });
  after(async () => {
    probe.disconnect();
    await redis.stop();
  });
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.close();
    for (const proxy of proxies.splice(0)) proxy.close();
  });

  interface NodeOptions {
    url?: string;
    /** Whether the node shares keys with the last one. */
    isSame?: boolean;
    secret?: Buffer;
    version?: string;
    timeoutMs?: number;
    beatMs?: number;
  }

  function makeNode({
    url = redis.url,
    isSame = false,
    secret: own = secret,
    version = '',
    timeoutMs = 100,
    beatMs = 200,
  }: NodeOptions = {}): Cache & { warnings: string[] } {
    if (!isSame) prefix = `galley:{${randomBytes(6).toString('hex')}}:`;
    const warnings: string[] = [];
    const log = { info: () => undefined, warn: (_facts: object, message: string) => void warnings.push(message) };
    const backend = { url, prefix, version, secret: own, log, timeoutMs, beatMs };
    const cache = new Cache({
      memoryBytes: 1e6,
      defaultTtl: 600,
      log,
      shared: (onChange) => new RedisBackend({ ...backend, onChange }),
    });
    nodes.push(cache);
    return Object.assign(cache, { warnings });
  }

  const isUp = (cache: Cache): boolean => cache.stats().redis === 'up';

  async function twoNodes(options: NodeOptions = {}): Promise<[Cache, Cache]> {
    const { url: _, ...same } = options;
    const pair: [Cache, Cache] = [makeNode(options), makeNode({ ...same, isSame: true })];
    await until(() => pair.every(isUp));
    return pair;
  }

  /** A way to Redis that can be cut without anybody being told. */
  interface Proxy {
    url: string;
    /** Swallows all bytes, as a network that has lost its way does. */
    hold(): void;
    cut(): void;
    close(): void;
  }

  async function startProxy(): Promise<Proxy> {
    const sockets = new Set<Socket>();
    const server = createServer((from) => {
      const to = createConnection(redis.port, '127.0.0.1');
      for (const [socket, other] of [
        [from, to],
        [to, from],
      ] as const) {
        sockets.add(socket);
        socket.setNoDelay().pipe(other);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          other.destroy();
          sockets.delete(socket);
        });
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const hold = (): void => {
      for (const socket of sockets) socket.unpipe().pause();
    };
    const cut = (): void => {
      for (const socket of sockets) socket.destroy();
    };
    const close = (): void => {
      server.close();
      cut();
    };
    const proxy = { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, hold, cut, close };
    proxies.push(proxy);
    return proxy;
  }

  test('a value that one node has loaded the other finds', async () => {
    const [one, two] = await twoNodes();
    await one.remember('k', { tags: ['t'] }, async () => ({ from: 'one' }));
    await one.settled();
    assert.deepEqual(await two.remember('k', { tags: ['t'] }, async () => ({ from: 'two' })), { from: 'one' });
    assert.equal(two.stats().hits, 1);
    assert.equal(two.stats().misses, 0);
  });

  test('an invalidation is told to the other node, which does not find it at its next look only', async () => {
    const [one, two] = await twoNodes({ beatMs: 600_000 });
    for (let round = 0; round < 50; round += 1) {
      await two.set('k', round, { tags: [`t${round}`] });
      await until(() => two.get('k').then((value) => value === round));
      await one.invalidate([`t${round}`]);
      await until(async () => (await two.get('k')) === undefined);
    }
  });

  test('a set, a delete and a flush reach the memory of the other node', async () => {
    const [one, two] = await twoNodes();
    await one.set('k', 'first');
    assert.equal(await two.get('k'), 'first');
    await one.set('k', 'second');
    await until(async () => (await two.get('k')) === 'second');
    await one.delete('k');
    await until(async () => (await two.get('k')) === undefined);
    await one.set('k', 'third');
    await until(async () => (await two.get('k')) === 'third');
    await two.flush();
    await until(async () => (await one.get('k')) === undefined);
  });

  test('twenty callers on two nodes cause one load', async () => {
    const pair = await twoNodes();
    let loads = 0;
    const load = async (): Promise<string> => {
      loads += 1;
      await sleep(60);
      return 'value';
    };
    const callers = Array.from({ length: 20 }, (_, index) => pair[index % 2 === 0 ? 0 : 1].remember('k', {}, load));
    assert.deepEqual(new Set(await Promise.all(callers)), new Set(['value']));
    assert.equal(loads, 1);
  });

  test('a load that fails on one node lets the other load at once', async () => {
    const [one, two] = await twoNodes();
    const failing = one.remember('k', {}, async () => {
      await sleep(30);
      throw new Error('no');
    });
    await sleep(10);
    const start = performance.now();
    const other = two.remember('k', {}, async () => 'two');
    await assert.rejects(failing, /no/);
    assert.equal(await other, 'two');
    assert.ok(performance.now() - start < 500);
  });

  test('an invalidation on one node spoils a load that runs on the other', async () => {
    const [one, two] = await twoNodes();
    const gate = Promise.withResolvers<void>();
    const loading = two.remember('k', { tags: ['t'] }, async () => {
      await gate.promise;
      return 'old';
    });
    await sleep(10);
    await one.invalidate(['t']);
    gate.resolve();
    await loading;
    await two.settled();
    for (const node of [one, two]) assert.equal(await node.get('k'), undefined);
    assert.equal(await one.remember('k', { tags: ['t'] }, async () => 'new'), 'new');
  });

  test('one node makes a stale value anew while both serve the old one', async () => {
    const pair = await twoNodes();
    let loads = 0;
    const options = { ttl: 0.2, stale: 30 };
    const load = async (): Promise<number> => {
      loads += 1;
      await sleep(50);
      return loads;
    };
    for (const node of pair) await node.remember('k', options, load);
    assert.equal(loads, 1);
    await sleep(220);
    const values = await Promise.all(
      Array.from({ length: 10 }, (_, index) => pair[index % 2 === 0 ? 0 : 1].remember('k', options, load)),
    );
    assert.deepEqual(new Set(values), new Set([1]));
    for (const node of pair) await node.settled();
    assert.equal(loads, 2);
  });

  test('random writes through one node are never seen older than committed by readers of the other for longer than the way of a message', async () => {
    const [one, two] = await twoNodes();
    let version = 0;
    let settledVersion = 0;
    const load = async (): Promise<number> => {
      const seen = version;
      await sleep(Math.random() * 3);
      return seen;
    };
    const writer = async (): Promise<void> => {
      for (let round = 0; round < 60; round += 1) {
        version += 1;
        const mine = version;
        await one.invalidate(['v']);
        setTimeout(() => {
          settledVersion = mine;
        }, 50);
        await sleep(Math.random() * 10);
      }
    };
    let isRunning = true;
    const reader = async (node: Cache): Promise<void> => {
      while (isRunning) {
        const least = node === one ? version - 1 : settledVersion;
        assert.ok((await node.remember('k', { tags: ['v'] }, load)) >= least);
        await sleep(1);
      }
    };
    const readers = [reader(one), reader(two), reader(two)];
    await writer();
    await sleep(60);
    isRunning = false;
    await Promise.all(readers);
    for (const node of [one, two]) assert.equal(await node.remember('k', { tags: ['v'] }, load), 60);
  });

  test('without Redis at the start everything works in the process, and Redis is used when it comes', async () => {
    await redis.kill();
    const node = makeNode();
    assert.equal(await node.remember('k', {}, async () => 1), 1);
    assert.equal(await node.get('k'), 1);
    assert.equal(node.stats().redis, 'down');
    await redis.restart();
    await until(() => isUp(node));
  });

  test('Redis killed under load: no error, no wait; back by itself, and nothing from before is served', async () => {
    const [one, two] = await twoNodes();
    let isRunning = true;
    let calls = 0;
    const load = async (): Promise<string> => 'x';
    const worker = async (node: Cache): Promise<void> => {
      for (let index = 0; isRunning; index += 1) {
        await node.remember(`k${index % 50}`, { tags: [`t${index % 7}`], ttl: 0.05 }, load);
        if (index % 10 === 0) await node.invalidate([`t${index % 7}`]);
        calls += 1;
        await sleep(0);
      }
    };
    const workers = [one, two, two].map(worker);
    await sleep(100);
    await redis.kill();
    await until(() => !isUp(one) && !isUp(two));
    await one.set('kept', 'in the process');
    assert.equal(await one.get('kept'), 'in the process');
    // Nobody waits for it: the calls go on while it is away.
    const before = calls;
    await until(() => calls > before + 100);
    await redis.restart();
    await until(() => isUp(one) && isUp(two));
    isRunning = false;
    await Promise.all(workers);
  });

  test('Redis that hangs costs one short wait, then none', async () => {
    const timeoutMs = 1000;
    const [one] = await twoNodes({ timeoutMs });
    redis.freeze();
    try {
      const timed = async (key: string): Promise<number> => {
        const start = performance.now();
        assert.equal(await one.remember(key, {}, async () => key), key);
        return performance.now() - start;
      };
      await timed('first');
      let rest = 0;
      for (let index = 0; index < 100; index += 1) rest += await timed(`k${index}`);
      assert.ok(rest < 5 * timeoutMs, `100 calls took ${rest} ms`);
      await sleep(1200);
      assert.ok((await timed('later')) < timeoutMs, 'trying again is done in the background');
    } finally {
      redis.thaw();
    }
    await until(() => isUp(one));
  });

  test('what was invalidated while Redis was out of reach is gone from Redis afterwards', async () => {
    const proxy = await startProxy();
    const [one, two] = await twoNodes({ url: proxy.url });
    for (const key of ['tagged', 'deleted', 'put']) await two.set(key, 'old', { tags: [key] });
    assert.equal(await one.get('tagged'), 'old');
    await sleep(100); // The messages of the first three are still on their way.
    proxy.hold();
    await Promise.all([one.invalidate(['tagged']), one.delete('deleted'), one.set('put', 'new')]);
    assert.equal(one.stats().redis, 'down');
    assert.equal(await one.get('tagged'), undefined, 'here it counts at once');
    assert.equal(await one.get('put'), 'new');
    proxy.cut();
    await until(() => isUp(one));
    for (const key of ['tagged', 'deleted', 'put']) {
      assert.equal(await one.get(key), undefined, key);
      await until(async () => (await two.get(key)) === undefined);
    }
  });

  test('messages lost while a node was cut off leave no stale value in it', async () => {
    const proxy = await startProxy();
    const [one, two] = await twoNodes({ url: proxy.url });
    await two.set('k', 'old', { tags: ['t'] });
    await two.set('other', 'old');
    assert.equal(await one.get('k'), 'old');
    assert.equal(await one.get('other'), 'old');
    proxy.hold();
    await two.invalidate(['t']);
    await two.delete('other');
    await two.remember('k', { tags: ['t'] }, async () => 'new');
    await two.settled();
    proxy.cut();
    await until(() => !isUp(one));
    await until(() => isUp(one));
    assert.equal(await one.remember('k', { tags: ['t'] }, async () => 'loaded'), 'new');
    assert.equal(await one.get('other'), undefined);
  });

  test('a message that is lost without the connection breaking is noticed at the next look', async () => {
    const [one, two] = await twoNodes();
    await two.set('k', 'old');
    assert.equal(await one.get('k'), 'old');
    await probe.hset(`${prefix}tags`, '#', 'a moment that nobody heard of');
    await until(async () => one.stats().entries === 0);
    assert.ok(isUp(one) && isUp(two));
  });

  test('an entry that was changed, moved or made up in Redis is a miss and is replaced', async () => {
    const [one, two] = await twoNodes();
    for (const key of ['a', 'b', 'c', 'd']) await one.set(key, `value of ${key}`);
    const field = (key: string): string => `${prefix}e:${key}`;
    const payload = await probe.hgetBuffer(field('b'), 'p');
    await probe.hset(field('a'), 'p', payload ?? '');
    await probe.hset(field('c'), 'p', '{"value":"made up"}');
    await probe.hset(field('d'), 't', 'no JSON');
    for (const key of ['a', 'c', 'd']) assert.equal(await two.get(key), undefined, key);
    assert.equal(await two.get('b'), 'value of b');
    for (const key of ['a', 'c']) {
      assert.equal(await two.remember(key, {}, async () => 'right'), 'right');
      await two.settled();
      assert.equal(await two.get(key), 'right');
    }
    const start = performance.now();
    assert.equal(await two.remember('d', {}, async () => 'right'), 'right');
    assert.ok(performance.now() - start < 500);
  });

  test('entries signed with another secret are misses', async () => {
    const one = makeNode();
    const two = makeNode({ isSame: true, secret: randomBytes(32) });
    await until(() => isUp(one) && isUp(two));
    await one.set('k', 'one');
    assert.equal(await two.get('k'), undefined);
  });

  test('two versions of the code share changes but no values', async () => {
    const old = makeNode({ version: '1.0.0' });
    const next = makeNode({ version: '1.1.0', isSame: true });
    await until(() => isUp(old) && isUp(next));
    await old.set('k', 'old form', { tags: ['t'] });
    assert.equal(await next.get('k'), undefined);
    await next.invalidate(['t']);
    await until(async () => (await old.get('k')) === undefined);
  });

  test('whatever is published on the channel by others does no harm', async () => {
    const [one] = await twoNodes();
    await one.set('k', 'value');
    const junk = [
      '',
      'null',
      '{}',
      '[]',
      '[1,2,3,4,5]',
      '["a","tags","x","",""]',
      '["a","drop",["x"],"",""]',
      '["a","tags",[1],"",""]',
      'x'.repeat(100_000),
    ];
    for (const text of junk) await probe.publish(`${prefix}changes`, text);
    await sleep(20);
    assert.equal(await one.get('k'), 'value');
  });

  test('Redis that throws keys away, or all of them, only costs loads', async () => {
    const [one, two] = await twoNodes();
    await one.set('k', 'old', { tags: ['t'] });
    await probe.del(`${prefix}tags`);
    assert.equal(await two.get('k'), undefined, 'without the moments nothing counts');
    await one.invalidate(['t']);
    await probe.flushall();
    assert.equal(await two.remember('k', { tags: ['t'] }, async () => 'new'), 'new');
  });

  test('a full Redis is not a broken one', async () => {
    const node = makeNode();
    await until(() => isUp(node));
    await probe.config('SET', 'maxmemory', '1mb');
    try {
      for (let index = 0; index < 5; index += 1) {
        assert.equal(await node.remember(`k${index}`, {}, async () => 'x'), 'x');
        await node.settled();
      }
      assert.equal(node.warnings.length, 1);
    } finally {
      await probe.config('SET', 'maxmemory', '0');
    }
    await until(() => isUp(node));
  });

  test('a restarted Redis that has forgotten the scripts is taught them again', async () => {
    const [one, two] = await twoNodes();
    await probe.script('FLUSH');
    await one.set('k', 1, { tags: ['t'] });
    assert.equal(await two.get('k'), 1);
  });

  test('entries are made to expire', async () => {
    const [one] = await twoNodes();
    await one.set('k', 1, { ttl: 10, stale: 5 });
    const left = await probe.pttl(`${prefix}e:k`);
    assert.ok(left > 14_000 && left <= 15_000, String(left));
    assert.ok((await probe.pttl(`${prefix}tags`)) > 0);
  });
});

describe('cache on a Redis cluster', { skip: noRedis }, () => {
  test('two nodes share values and changes', async (t) => {
    const redis = await startRedis(['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1']);
    const probe = new Redis(redis.port);
    const log = { info: () => undefined, warn: () => undefined };
    const address = `127.0.0.1:${redis.port}`;
    const backend = { url: `redis://${address},${address}`, prefix: 'galley:{main}:', secret: randomBytes(32), log };
    const make = (): Cache =>
      new Cache({
        memoryBytes: 1e6,
        defaultTtl: 60,
        log,
        shared: (onChange) => new RedisBackend({ ...backend, onChange }),
      });
    const nodes: Cache[] = [];
    t.after(async () => {
      for (const node of nodes) await node.close();
      probe.disconnect();
      await redis.stop();
    });
    await probe.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await until(async () => String(await probe.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
    const [one, two] = [make(), make()];
    nodes.push(one, two);
    await until(() => nodes.every((node) => node.stats().redis === 'up'));
    await one.set('k', 'v', { tags: ['t'] });
    assert.equal(await two.get('k'), 'v');
    await one.invalidate(['t']);
    await until(async () => (await two.get('k')) === undefined);
  });
});
