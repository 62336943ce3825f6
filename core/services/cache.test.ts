import assert from 'node:assert/strict';
import test from 'node:test';
import { isGalleyError } from '../lib/errors.ts';
import { Cache, type CacheSettings } from './cache.ts';
import { cacheKey, keyPrefix, safeKey } from './cache-key.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Lab {
  cache: Cache;
  warnings: object[];
  /** Seconds by which the time is moved on. */
  later(seconds: number): void;
}

function lab(settings: Partial<CacheSettings> = {}): Lab {
  let time = 1_000_000;
  const warnings: object[] = [];
  const log = { info: () => undefined, warn: (facts: object) => void warnings.push(facts) };
  const cache = new Cache({ memoryBytes: 1_000_000, defaultTtl: 60, log, now: () => time, ...settings });
  const later = (seconds: number): void => {
    time += seconds * 1000;
  };
  return { cache, warnings, later };
}

/** A load that can be held up, and tells how often it ran. */
function slowLoad<T>(values: T[]): { load: () => Promise<T>; go(): void; runs: () => number } {
  let runs = 0;
  let gate = Promise.withResolvers<void>();
  return {
    runs: () => runs,
    go: () => {
      gate.resolve();
      gate = Promise.withResolvers();
    },
    load: async () => {
      const value = values[Math.min(runs, values.length - 1)] as T;
      runs += 1;
      await gate.promise;
      return value;
    },
  };
}

test('a value is loaded once and then remembered', async () => {
  const { cache } = lab();
  let loads = 0;
  const load = async (): Promise<{ n: number }> => ({ n: ++loads });
  assert.deepEqual(await cache.remember('k', {}, load), { n: 1 });
  assert.deepEqual(await cache.remember('k', {}, load), { n: 1 });
  const { hits, misses, stale, entries, backend, redis } = cache.stats();
  assert.deepEqual(
    { hits, misses, stale, entries, backend, redis },
    { hits: 1, misses: 1, stale: 0, entries: 1, backend: 'memory', redis: 'off' },
  );
  assert.ok(cache.stats().bytes > 0);
});

test('nothing found is a value too', async () => {
  const { cache } = lab();
  let loads = 0;
  for (const nothing of [undefined, null, false, 0, '']) {
    const load = async (): Promise<unknown> => {
      loads += 1;
      return nothing;
    };
    assert.equal(await cache.remember(`none ${nothing}`, {}, load), nothing);
    assert.equal(await cache.remember(`none ${nothing}`, {}, load), nothing);
  }
  assert.equal(loads, 5);
});

test('a hundred callers at once cause one load and get the same value', async () => {
  const { cache } = lab();
  const { load, go, runs } = slowLoad(['one']);
  const callers = Array.from({ length: 100 }, () => cache.remember('k', {}, load));
  await sleep(5);
  go();
  assert.deepEqual(new Set(await Promise.all(callers)), new Set(['one']));
  assert.equal(runs(), 1);
});

test('an error reaches all who wait and is not kept', async () => {
  const { cache } = lab();
  let loads = 0;
  const fail = async (): Promise<string> => {
    loads += 1;
    await sleep(2);
    throw new Error('store is gone');
  };
  const outcomes = await Promise.allSettled([cache.remember('k', {}, fail), cache.remember('k', {}, fail)]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['rejected', 'rejected'],
  );
  assert.equal(loads, 1);
  assert.equal(await cache.remember('k', {}, async () => 'back'), 'back');
});

test('a load that throws before its first await is an ordinary failure', async () => {
  const { cache } = lab();
  const load = (): Promise<string> => {
    throw new Error('at once');
  };
  await assert.rejects(cache.remember('k', {}, load), /at once/);
  assert.equal(await cache.remember('k', {}, async () => 'ok'), 'ok');
});

test('an invalidation in the middle of a load leaves nothing behind', async () => {
  const { cache } = lab();
  const { load, go, runs } = slowLoad(['old', 'new']);
  const early = cache.remember('k', { tags: ['post'] }, load);
  await cache.invalidate(['post']);
  const late = cache.remember('k', { tags: ['post'] }, load);
  go();
  assert.equal(await early, 'old', 'who asked before the change may get the state before it');
  await sleep(1);
  go();
  assert.equal(await late, 'new', 'who asked after the change never does');
  assert.equal(await cache.remember('k', { tags: ['post'] }, load), 'new');
  assert.equal(runs(), 2);
});

test('an invalidation of another tag in the middle of a load costs nothing', async () => {
  const { cache } = lab();
  const { load, go, runs } = slowLoad(['value']);
  const first = cache.remember('k', { tags: ['a'] }, load);
  await cache.invalidate(['b']);
  const second = cache.remember('k', { tags: ['a'] }, load);
  go();
  assert.deepEqual(await Promise.all([first, second, cache.remember('k', { tags: ['a'] }, load)]), [
    'value',
    'value',
    'value',
  ]);
  assert.equal(runs(), 1);
});

test('random interleavings of changes and reads never give a reader less than what was committed when he came', async () => {
  const { cache } = lab();
  let version = 0;
  const random = (below: number): number => Math.floor(Math.random() * below);
  const reader = async (): Promise<void> => {
    for (let round = 0; round < 60; round += 1) {
      const committed = version;
      const load = async (): Promise<number> => {
        const seen = version;
        await sleep(random(3));
        return seen;
      };
      assert.ok((await cache.remember('k', { tags: ['v'] }, load)) >= committed);
      if (random(3) === 0) await sleep(random(2));
    }
  };
  const writer = async (): Promise<void> => {
    for (let round = 0; round < 100; round += 1) {
      await sleep(random(3));
      version += 1;
      await cache.invalidate(['v']);
    }
  };
  await Promise.all([writer(), reader(), reader(), reader(), reader()]);
});

test('past its time a value is served while one load runs', async () => {
  const { cache, later } = lab();
  const { load, go, runs } = slowLoad(['one', 'two']);
  const options = { ttl: 10, stale: 20 };
  const first = cache.remember('k', options, load);
  go();
  assert.equal(await first, 'one');
  later(11);
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => cache.remember('k', options, load))), ['one', 'one', 'one']);
  go();
  await cache.settled();
  assert.equal(await cache.remember('k', options, load), 'two');
  assert.equal(runs(), 2);
  assert.equal(cache.stats().stale, 3);
});

test('past its stale time a value is waited for', async () => {
  const { cache, later } = lab();
  await cache.remember('k', { ttl: 10, stale: 20 }, async () => 'one');
  later(31);
  assert.equal(await cache.remember('k', { ttl: 10, stale: 20 }, async () => 'two'), 'two');
});

test('an invalidated value is not served as a stale one', async () => {
  const { cache, later } = lab();
  const options = { ttl: 10, stale: 100, tags: ['t'] };
  await cache.remember('k', options, async () => 'one');
  later(11);
  await cache.invalidate(['t']);
  assert.equal(await cache.remember('k', options, async () => 'two'), 'two');
});

test('an error while the old value is served is logged, keeps it, and is tried again after a second', async () => {
  const { cache, later, warnings } = lab();
  const options = { ttl: 10, stale: 100 };
  let tries = 0;
  const fail = async (): Promise<string> => {
    tries += 1;
    throw new Error('store is gone');
  };
  await cache.remember('k', options, async () => 'one');
  later(11);
  for (let round = 0; round < 5; round += 1) {
    assert.equal(await cache.remember('k', options, fail), 'one');
    await cache.settled();
  }
  assert.equal(tries, 1);
  assert.equal(warnings.length, 1);
  later(2);
  assert.equal(await cache.remember('k', options, async () => 'two'), 'one');
  await cache.settled();
  assert.equal(await cache.remember('k', options, fail), 'two');
});

test('a value that is set wins over a load that began before', async () => {
  const { cache } = lab();
  const { load, go } = slowLoad(['loaded before']);
  const loading = cache.remember('k', {}, load);
  await cache.set('k', 'written');
  assert.equal(await cache.remember('k', {}, load), 'written');
  go();
  await loading;
  assert.equal(await cache.get('k'), 'written');
  await cache.delete('k');
  assert.equal(await cache.get('k'), undefined);
});

test('nobody can change a value for the others, and it is the same on the first reading as on the second', async () => {
  const { cache } = lab();
  const source = { list: [{ at: new Date(0) }] };
  const first = await cache.remember<unknown>('k', {}, async () => source);
  assert.deepEqual(first, { list: [{ at: '1970-01-01T00:00:00.000Z' }] });
  assert.equal(await cache.remember('k', {}, async () => source), first);
  assert.throws(() => (first as unknown as typeof source).list.push({ at: new Date() }), TypeError);
  source.list.length = 0;
  assert.deepEqual(await cache.get('k'), first);
});

test('a value that is no plain data is refused by name', async () => {
  const { cache } = lab();
  const isRefused = (error: unknown): boolean =>
    isGalleyError(error, 'GALLEY_CACHE_VALUE') && error.message.includes('"numbers"');
  await assert.rejects(
    cache.remember('numbers', {}, async () => ({ big: 1n })),
    isRefused,
  );
  await assert.rejects(
    cache.set('numbers', () => 1),
    isRefused,
  );
});

test('plugins have keys of their own and the same tags', async () => {
  const { cache } = lab();
  const one = cache.ownedBy('one');
  const two = cache.ownedBy('two');
  await one.set('list', 1, { tags: ['t'] });
  await two.set('list', 2, { tags: ['t'] });
  assert.deepEqual([await one.get('list'), await two.get('list'), await cache.get('list')], [1, 2, undefined]);
  await two.invalidate(['t']);
  assert.deepEqual([await one.get('list'), await two.get('list')], [undefined, undefined]);
});

test('flush forgets everything', async () => {
  const { cache } = lab();
  await cache.set('k', 1);
  await cache.flush();
  assert.equal(await cache.get('k'), undefined);
  assert.equal(cache.stats().entries, 0);
});

test('inside a transaction the cache is left alone, and changes become known after the commit', async () => {
  const queue: (() => Promise<void>)[] = [];
  const transactions = {
    isInTransaction: false,
    afterCommit: async (work: () => Promise<void>): Promise<void> => {
      if (transactions.isInTransaction) queue.push(work);
      else await work();
    },
  };
  const { cache } = lab({ transactions });
  await cache.set('k', 'committed', { tags: ['t'] });
  transactions.isInTransaction = true;
  assert.equal(await cache.remember('k', {}, async () => 'uncommitted'), 'uncommitted');
  assert.equal(await cache.get('k'), undefined);
  await cache.invalidate(['t']);
  transactions.isInTransaction = false;
  assert.equal(await cache.get('k'), 'committed', 'other requests see the old state until the commit');
  for (const work of queue) await work();
  assert.equal(await cache.get('k'), undefined);
});

test('changes can be passed on to processes that Redis does not reach', async () => {
  const one = lab().cache;
  const two = lab().cache;
  const stop = one.onChange((change) => two.receive(structuredClone(change)));
  for (const cache of [one, two]) await cache.set('k', 'old', { tags: ['t'] });
  await one.invalidate(['t']);
  assert.equal(await two.get('k'), undefined);
  await two.set('k', 'old');
  await one.set('k', 'new');
  assert.equal(await two.get('k'), undefined);
  stop();
  await two.set('k', 'kept');
  await one.flush();
  assert.equal(await two.get('k'), 'kept');
});

test('keys of any text are kept apart and none goes into Redis as it is', () => {
  const texts = [
    'a b',
    'a  b',
    'x'.repeat(121),
    'x'.repeat(122),
    '',
    '{a}',
    'é',
    'e\u0301',
    'a\n',
    '~',
    '\ud800',
    '\ud801',
  ];
  const keys = texts.map(safeKey);
  assert.equal(new Set(keys).size, texts.length);
  for (const key of keys) assert.match(key, /^~[\w-]{32}$/);
  assert.equal(safeKey('post:12'), 'post:12');
  assert.notEqual(cacheKey('search', 'a', 'b'), cacheKey('search', 'a,b'));
  assert.notEqual(cacheKey('search', 1), cacheKey('search', '1'));
  assert.match(cacheKey('search', "'; FLUSHALL"), /^search:~[\w-]{32}$/);
});

test('sites and environments have keys of their own', () => {
  const space = { prefix: 'galley', siteId: 'main', environment: 'production' };
  assert.equal(keyPrefix(space), 'galley:{main:production:1}:');
  assert.notEqual(keyPrefix(space), keyPrefix({ ...space, environment: 'test' }));
  assert.match(keyPrefix({ ...space, siteId: 'a}:b' }), /^galley:\{~[\w-]+:production:1\}:$/);
});
