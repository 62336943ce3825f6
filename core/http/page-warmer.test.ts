import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { noRedis, startRedis, type TestRedis } from '../../test/support/redis.ts';
import { until } from '../../test/support/served-site.ts';
import { SYSTEM } from '../identity/viewer.ts';
import { startTestSite, type TestSite } from '../testing.ts';
import { PageWarmer } from './page-warmer.ts';

describe('pages that a change put out of date', () => {
  let current: TestSite;
  const ids: number[] = [];
  before(async () => {
    current = await startTestSite({ config: { cache: { warmPages: 3, surrogateKeys: true } } });
    const { entries } = current.site;
    for (let count = 0; count < 5; count++) {
      const draft = { type: 'page', status: 'publish', title: `Room ${count}`, content: 'Old words' } as const;
      ids.push((await entries.save(draft, { viewer: SYSTEM })).id);
    }
  });
  after(() => current.stop());

  const get = (path: string) => current.inject({ url: path });

  test('are there again before a visitor asks, those that were asked for most', async () => {
    const { site } = current;
    const visits = [1, 2, 6, 7, 8];
    for (const [room, count] of visits.entries()) for (let ask = 0; ask < count; ask++) await get(`/room-${room}/`);
    const tags: string[][] = [];
    site.hooks.addAction('pages:purged', (change) => void tags.push([...change.tags]));
    const { misses } = site.pages.stats();
    await site.cache.invalidate(ids.map((id) => `entry:${id}`));
    await until('three pages were made', () => site.pages.stats().misses === misses + 3);
    await site.pages.settled();
    for (const room of [4, 3, 2]) {
      const before = site.pages.stats().hits;
      assert.equal((await get(`/room-${room}/`)).statusCode, 200);
      assert.equal(site.pages.stats().hits, before + 1, `room ${room} was there`);
    }
    assert.deepEqual(site.pages.outdated(10).length, 2, 'the others wait for whoever asks');
    assert.deepEqual(tags, [ids.map((id) => `entry:${id}`)]);
  });

  test('show what is new', async () => {
    const { site } = current;
    const id = ids[4] ?? 0;
    for (let ask = 0; ask < 9; ask++) await get('/room-4/');
    await site.entries.save({ id, content: 'New words' }, { viewer: SYSTEM });
    await until('it was made', () => !site.pages.outdated(100).some((address) => address.endsWith('/room-4/')));
    assert.match((await get('/room-4/')).body, /New words/);
  });

  test('name what they show, for a CDN', async () => {
    const { headers } = await get('/room-1/');
    assert.match(String(headers['surrogate-key']), new RegExp(`\\bentry:${ids[1]}\\b`));
  });

  test('an address is asked past the limits and the log, by its own origin', async () => {
    assert.equal(await current.site.http.ask('/room-1/'), 200);
    assert.equal(await current.site.http.ask('https://localhost/nowhere/'), 404);
  });
});

describe('a warmer', () => {
  function warmer(addresses: string[], isBusy = () => false) {
    const made: string[] = [];
    const make = async (address: string): Promise<void> => {
      made.push(address);
      if (address === '/broken/') throw new Error('No page.');
    };
    const outdated = (limit: number): string[] => addresses.splice(0).slice(0, limit);
    return { made, warmer: new PageWarmer({ limit: 2, outdated, make, isBusy }) };
  }

  test('makes one round of many changes that come together, and goes on after a page that fails', async () => {
    const addresses = ['/broken/', '/b/', '/c/'];
    const { made, warmer: one } = warmer(addresses);
    for (let change = 0; change < 10; change++) one.wake();
    await until('two were made', () => made.length === 2);
    await one.close();
    assert.deepEqual(made, ['/broken/', '/b/']);
  });

  test('leaves a busy process to its visitors, and makes nothing once it is closed', async () => {
    const busy = warmer(['/a/'], () => true);
    busy.warmer.wake();
    await busy.warmer.close();
    const waiting = warmer(['/a/']);
    waiting.warmer.wake();
    await waiting.warmer.close();
    assert.deepEqual(waiting.made, []);
    const closed = warmer(['/a/']);
    await closed.warmer.close();
    closed.warmer.wake();
    await sleep(60);
    assert.deepEqual([...busy.made, ...closed.made], []);
  });
});

describe('pages in Redis', { skip: noRedis }, () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  test('serve another process, also one that starts later; but not one with other plugins', async () => {
    const secret = randomBytes(32).toString('hex');
    const config = { redis: { url: redis.url, timeoutMs: 1000 }, security: { secret: [secret] } };
    const first = await startTestSite({ config });
    const { contentDir } = first;
    await until('Redis is there', () => first.site.cache.stats().redis === 'up');
    let renders = 0;
    first.site.hooks.addFilter('view:page', (view) => {
      renders++;
      return view;
    });
    const { body } = await first.inject({ url: '/' });
    await first.site.pages.settled();
    assert.equal(renders, 1);
    const others: [number, { skip?: string }][] = [
      [0, {}],
      [1, { skip: 'menus' }],
    ];
    for (const [expected, { skip }] of others) {
      const names = first.site.plugins.list().flatMap(({ name, state }) => (state === 'active' ? [name] : []));
      const plugins = names.filter((name) => name !== skip);
      const other = await startTestSite({ config, plugins, contentDir });
      try {
        await until('Redis is there', () => other.site.cache.stats().redis === 'up');
        let own = 0;
        other.site.hooks.addFilter('view:page', (view) => {
          own++;
          return view;
        });
        const reply = await other.inject({ url: '/' });
        assert.equal(reply.statusCode, 200);
        assert.equal(own, expected);
        if (expected === 0) assert.equal(reply.body, body);
      } finally {
        await other.stop();
      }
    }
    await first.stop();
  });
});
