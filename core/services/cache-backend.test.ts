import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { noRedis, startRedis } from '../../test/support/redis.ts';
import type { CacheBackend, CacheEntry } from './cache-backend.ts';
import { freshnessOf } from './cache-backend.ts';
import { MemoryBackend } from './cache-memory.ts';
import { RedisBackend } from './cache-redis.ts';
import { TagClock } from './cache-tags.ts';
import { cacheValue } from './cache-value.ts';

interface Lab {
  backend: CacheBackend;
  /** Moves the time on. */
  later(seconds: number): Promise<void>;
}

const quiet = { info: () => undefined, warn: () => undefined };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function memoryLab(): Lab {
  let time = 1_000_000;
  const backend = new MemoryBackend({ maxBytes: 1_000_000, clock: new TagClock(), now: () => time });
  return {
    backend,
    later: async (seconds) => {
      time += seconds * 1000;
    },
  };
}

async function redisLab(url: string): Promise<Lab> {
  const options = { url, prefix: `${randomBytes(4).toString('hex')}:`, secret: randomBytes(32), log: quiet };
  const backend = new RedisBackend({ ...options, onChange: () => undefined });
  while (!backend.isUp) await sleep(5);
  return { backend, later: (seconds) => sleep(seconds * 1000) };
}

let time = Date.now();
function entryOf(value: unknown, more: Partial<CacheEntry> = {}): CacheEntry {
  return { ...cacheValue('test', value), tags: [], storedAt: time, ttl: 60, stale: 0, ...more };
}

async function markOf(backend: CacheBackend, key: string): Promise<string | number> {
  const { mark } = await backend.read(key);
  assert.notEqual(mark, undefined);
  return mark ?? '';
}

/** What every backend must do. */
function suite(name: string, makeLab: () => Promise<Lab>): void {
  const labs: Lab[] = [];
  const lab = async (): Promise<Lab> => {
    const made = await makeLab();
    time = made.backend.name === 'memory' ? 1_000_000 : Date.now();
    labs.push(made);
    return made;
  };
  after(async () => {
    for (const { backend } of labs) await backend.close();
  });

  test(`${name}: what was never stored is not found`, async () => {
    const { backend } = await lab();
    assert.equal((await backend.read('nothing')).entry, undefined);
  });

  test(`${name}: every kind of JSON value comes back equal, with its tags and times`, async () => {
    const { backend } = await lab();
    const values = [
      null,
      undefined,
      0,
      '',
      'ä€😀',
      false,
      [],
      { a: [1, { b: null }] },
      'x'.repeat(100_000),
      { __proto__: null, k: 1 },
    ];
    for (const [index, value] of values.entries()) {
      const entry = entryOf(value, { tags: ['type:post', `entry:${index}`], stale: 5 });
      assert.equal(await backend.write(`v${index}`, entry, await markOf(backend, `v${index}`)), true);
      const found = (await backend.read(`v${index}`)).entry;
      assert.deepEqual({ ...found, tags: [...(found?.tags ?? [])] }, { ...entry, tags: [...entry.tags] });
    }
  });

  test(`${name}: an invalidated tag takes all entries that carry it, and no other`, async () => {
    const { backend } = await lab();
    for (const tag of ['a', 'b', 'c']) {
      await backend.write(`only-${tag}`, entryOf(tag, { tags: [tag] }), await markOf(backend, `only-${tag}`));
    }
    await backend.write('both', entryOf('both', { tags: ['c', 'a'] }), await markOf(backend, 'both'));
    await backend.forget({ kind: 'tags', items: ['a'] });
    assert.equal((await backend.read('only-a')).entry, undefined);
    assert.equal((await backend.read('both')).entry, undefined);
    assert.equal((await backend.read('only-b')).entry?.value, 'b');
    assert.equal((await backend.read('only-c')).entry?.value, 'c');
  });

  test(`${name}: a value whose tag was invalidated while it was loaded is refused`, async () => {
    const { backend } = await lab();
    const mark = await markOf(backend, 'k');
    await backend.forget({ kind: 'tags', items: ['post'] });
    assert.equal(await backend.write('k', entryOf('old', { tags: ['post'] }), mark), false);
    assert.equal((await backend.read('k')).entry, undefined);
    assert.equal(await backend.write('k', entryOf('new', { tags: ['post'] }), await markOf(backend, 'k')), true);
    assert.equal((await backend.read('k')).entry?.value, 'new');
  });

  test(`${name}: a load that began before the key was put or removed does not overwrite that`, async () => {
    const { backend } = await lab();
    const mark = await markOf(backend, 'k');
    await backend.put('k', entryOf('newest'));
    assert.equal(await backend.write('k', entryOf('loaded before'), mark), false);
    assert.equal((await backend.read('k')).entry?.value, 'newest');
    const second = await markOf(backend, 'k');
    await backend.forget({ kind: 'keys', items: ['k'] });
    assert.equal(await backend.write('k', entryOf('loaded before'), second), false);
    assert.equal((await backend.read('k')).entry, undefined);
  });

  test(`${name}: an entry is found until ttl and stale are over`, async () => {
    const { backend, later } = await lab();
    await backend.write('short', entryOf(1, { ttl: 0.3, stale: 0.4 }), await markOf(backend, 'short'));
    assert.equal((await backend.read('short')).entry?.value, 1);
    await later(0.4);
    assert.equal((await backend.read('short')).entry?.value, 1);
    await later(0.5);
    assert.equal((await backend.read('short')).entry, undefined);
  });

  test(`${name}: forgetting all takes entries with and without tags, also loads that run`, async () => {
    const { backend } = await lab();
    await backend.write('plain', entryOf(1), await markOf(backend, 'plain'));
    await backend.write('tagged', entryOf(1, { tags: ['x'] }), await markOf(backend, 'tagged'));
    const mark = await markOf(backend, 'running');
    await backend.forget({ kind: 'all', items: [] });
    assert.equal((await backend.read('plain')).entry, undefined);
    assert.equal((await backend.read('tagged')).entry, undefined);
    assert.equal(await backend.write('running', entryOf(1), mark), false);
  });

  test(`${name}: tags and keys with odd characters are kept apart`, async () => {
    const { backend } = await lab();
    const tags = ['#', '*', 'a b', 'ä', '{x}', 'option:site\n', '__proto__', "'", '"'];
    for (const tag of tags)
      await backend.write(`k${tag}`, entryOf(tag, { tags: [tag] }), await markOf(backend, `k${tag}`));
    for (const [index, tag] of tags.entries()) {
      assert.equal((await backend.read(`k${tag}`)).entry?.value, tag, tag);
      await backend.forget({ kind: 'tags', items: [tag] });
      assert.equal((await backend.read(`k${tag}`)).entry, undefined, tag);
      const next = tags[index + 1];
      if (next !== undefined) assert.equal((await backend.read(`k${next}`)).entry?.value, next);
    }
  });
}

describe('memory', () => suite('memory', async () => memoryLab()));

describe('redis', { skip: noRedis }, async () => {
  const redis = noRedis ? undefined : await startRedis();
  after(() => redis?.stop());
  suite('redis', () => redisLab(redis?.url ?? ''));
});

test('freshness goes from fresh to stale to expired', () => {
  const entry = { storedAt: 1000, ttl: 2, stale: 3 };
  assert.deepEqual(
    [1000, 2999, 3000, 5999, 6000].map((now) => freshnessOf(entry, now)),
    ['fresh', 'fresh', 'stale', 'stale', 'expired'],
  );
});

test('memory: the bound in bytes holds and the least recently used go first', () => {
  const backend = new MemoryBackend({ maxBytes: 100_000, clock: new TagClock() });
  for (let index = 0; index < 1000; index += 1) {
    backend.write(`k${index}`, entryOf('x'.repeat(1000), { storedAt: Date.now() }), 0);
    backend.read('k0');
  }
  const { bytes, entries, evictions } = backend.usage();
  assert.ok(bytes <= 100_000 && bytes > 90_000, String(bytes));
  assert.equal(entries + evictions, 1000);
  assert.ok(backend.read('k0').entry, 'the one that is read all the time stays');
  assert.ok(backend.read('k999').entry);
  assert.equal(backend.read('k500').entry, undefined);
});

test('memory: a value larger than the whole bound is not kept and evicts nothing', () => {
  const backend = new MemoryBackend({ maxBytes: 10_000, clock: new TagClock() });
  backend.write('small', entryOf('x', { storedAt: Date.now() }), 0);
  backend.write('huge', entryOf('x'.repeat(10_000), { storedAt: Date.now() }), 0);
  assert.ok(backend.read('small').entry);
  assert.equal(backend.read('huge').entry, undefined);
});

test('memory: without memory nothing is kept, also not the smallest value', () => {
  const backend = new MemoryBackend({ maxBytes: 0, clock: new TagClock() });
  backend.write('small', entryOf('x', { storedAt: Date.now() }), 0);
  assert.equal(backend.read('small').entry, undefined);
  assert.equal(backend.usage().bytes, 0);
});

test('memory: more changed keys than are remembered make old loads refused, not accepted', () => {
  const clock = new TagClock();
  const backend = new MemoryBackend({ maxBytes: 1_000_000, clock });
  const before = clock.now;
  for (let index = 0; index < 10_100; index += 1) backend.forget({ kind: 'keys', items: [`k${index}`] });
  assert.equal(backend.write('k0', entryOf('old', { storedAt: Date.now() }), before), false);
  assert.equal(backend.write('k0', entryOf('new', { storedAt: Date.now() }), clock.now), true);
});
