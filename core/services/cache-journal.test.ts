import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type Place, places } from '../../test/support/stores.ts';
import { down, up } from '../migrations/20260101000400_cache.ts';
import { Cache } from './cache.ts';
import { CacheJournal } from './cache-journal.ts';
import { joinSiblings, type MessageChannelEnd, relayChange } from './cache-relay.ts';
import { Database } from './database.ts';
import { MigrationContext } from './migration-context.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const POLL_MS = 20;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(5)) if (await isSo()) return;
  assert.fail(`not so in time: ${isSo}`);
}

interface Node {
  cache: Cache;
  journal: CacheJournal;
  database: Database;
}

interface Lab {
  makeNode(): Node;
  schema(): Promise<void>;
}

/** As many processes as a test wants on one store; in a cluster they read from other nodes than they write to. */
async function makeLab(t: TestContext, place: Place): Promise<Lab> {
  const { url, drop } = await place.create();
  const nodes: Node[] = [];
  t.after(async () => {
    for (const { cache, database } of nodes) {
      await cache.close();
      await database.close();
    }
    await drop();
  });
  const log = { info: () => undefined, warn: () => undefined };
  const makeNode = (): Node => {
    const database = new Database({ url });
    const made: CacheJournal[] = [];
    const cache = new Cache({
      memoryBytes: 1e6,
      defaultTtl: 60,
      log,
      transactions: database,
      journal: (listener) => {
        const journal = new CacheJournal({ ...listener, database, log, pollMs: POLL_MS });
        made.push(journal);
        return journal;
      },
    });
    const [journal] = made;
    assert.ok(journal);
    const node = { cache, journal, database };
    nodes.push(node);
    return node;
  };
  const schema = async (): Promise<void> => {
    const database = new Database({ url });
    await up(new MigrationContext(database));
    await database.close();
  };
  return { makeNode, schema };
}

for (const place of places())
  describe(`the journal of changes ${place.title}`, { skip: place.skip }, () => {
    test('without Redis a change made by one process is seen by the others at their next look', async (t) => {
      const { makeNode, schema } = await makeLab(t, place);
      await schema();
      const [one, two, three] = [makeNode(), makeNode(), makeNode()];
      const nodes = [one, two, three];
      for (const [index, { cache, database }] of nodes.entries()) {
        await cache.set('tagged', 1, { tags: ['entry:1'] });
        // Written down a moment later; then all have seen it.
        await until(async () => (await database.read('cache_changes').select('id')).length > index);
        for (const { journal } of nodes) await journal.poll();
      }
      await two.cache.set('tagged', 2, { tags: ['entry:1'] });
      await until(async () => (await one.cache.get('tagged')) === undefined);
      assert.equal(await two.cache.get('tagged'), 2, 'its own change does not come back to a process');
      await one.cache.invalidate(['entry:1']);
      await until(async () => (await two.cache.get('tagged')) === undefined);
      await two.cache.set('other', 1);
      await sleep(POLL_MS * 3);
      await three.cache.flush();
      await until(async () => (await two.cache.get('other')) === undefined);
    });

    test('a process that ends at once has its changes written', async (t) => {
      const { makeNode, schema } = await makeLab(t, place);
      await schema();
      const [server, command] = [makeNode(), makeNode()];
      await server.cache.set('k', 1, { tags: ['t'] });
      await sleep(POLL_MS * 3);
      await command.cache.invalidate(['t']);
      await command.cache.close();
      await until(async () => (await server.cache.get('k')) === undefined);
    });

    test('thousands of changes become a few rows', async (t) => {
      const { makeNode, schema } = await makeLab(t, place);
      await schema();
      const [one, two] = [makeNode(), makeNode()];
      await two.cache.set('k', 1, { tags: ['entry:4999'] });
      await sleep(POLL_MS * 3);
      for (let id = 0; id < 5000; id += 1) await one.cache.invalidate([`entry:${id}`, 'type:post']);
      await until(async () => (await two.cache.get('k')) === undefined);
      const rows = await one.database.read('cache_changes').count({ count: '*' });
      assert.ok(Number(rows[0]?.['count']) < 50, JSON.stringify(rows));
    });

    test('before the table is there nothing fails, and changes are written once it is', async (t) => {
      const { makeNode, schema } = await makeLab(t, place);
      const [one, two] = [makeNode(), makeNode()];
      await two.cache.set('k', 1, { tags: ['t'] });
      await one.cache.invalidate(['t']);
      await sleep(POLL_MS * 3);
      assert.equal(await two.cache.get('k'), 1);
      await schema();
      await until(async () => (await two.cache.get('k')) === undefined);
    });

    test('a change inside a transaction is told only after the commit, one that is rolled back never', async (t) => {
      const { makeNode, schema } = await makeLab(t, place);
      await schema();
      const [one, two] = [makeNode(), makeNode()];
      await two.cache.set('k', 1, { tags: ['t'] });
      await sleep(POLL_MS * 3);
      const failing = one.database.transaction(async () => {
        await one.cache.invalidate(['t']);
        throw new Error('rolled back');
      });
      await assert.rejects(failing, /rolled back/);
      await sleep(POLL_MS * 4);
      assert.equal(await two.cache.get('k'), 1);
      await one.database.transaction(async () => {
        assert.equal(await one.cache.remember('inside', {}, async () => 'uncommitted'), 'uncommitted');
        await one.cache.invalidate(['t']);
        await sleep(POLL_MS * 3);
        assert.equal(await two.cache.get('k'), 1);
      });
      assert.equal(await one.cache.get('inside'), undefined);
      await until(async () => (await two.cache.get('k')) === undefined);
    });

    test('looks at the journal are no queries of the request that runs', async (t) => {
      const { makeNode, schema } = await makeLab(t, place);
      await schema();
      const { cache, database } = makeNode();
      const { queries } = await database.countQueries(async () => {
        await cache.invalidate(['t']);
        await sleep(POLL_MS * 4);
      });
      assert.deepEqual(queries, []);
      await until(async () => (await database.read('cache_changes').select()).length === 1);
    });

    test('a process that has not looked for long takes everything for out of date', async (t) => {
      const { makeNode, schema } = await makeLab(t, place);
      await schema();
      const { database } = makeNode();
      let now = Date.now();
      let gaps = 0;
      const log = { info: () => undefined, warn: () => undefined };
      const onGap = (): void => {
        gaps += 1;
      };
      const journal = new CacheJournal({
        database,
        log,
        onGap,
        onChange: () => undefined,
        pollMs: 1e6,
        now: () => now,
      });
      await journal.poll();
      now += 60_000;
      await journal.poll();
      assert.equal(gaps, 0);
      now += 3_600_000;
      await journal.poll();
      assert.equal(gaps, 1);
      await journal.close();
    });

    test('rows are removed after an hour, and the table can be taken away', async (t) => {
      const { makeNode, schema } = await makeLab(t, place);
      await schema();
      const { database } = makeNode();
      await database
        .write('cache_changes')
        .insert({ node: 'x', kind: 'all', items: '[]', created_at: Date.now() - 4_000_000 });
      await database.write('cache_changes').insert({ node: 'x', kind: 'junk', items: '{', created_at: Date.now() });
      let now = Date.now();
      const nothing = {
        log: { info: () => undefined, warn: () => undefined },
        onGap: () => undefined,
        onChange: () => undefined,
      };
      const journal = new CacheJournal({ ...nothing, database, pollMs: 1e6, now: () => now });
      await journal.poll();
      now += 700_000;
      await journal.poll();
      await journal.close();
      assert.deepEqual(
        (await database.read('cache_changes').select('kind')).map((row) => row['kind']),
        ['junk'],
      );
      await down(new MigrationContext(database));
    });
  });

test('workers of one supervisor tell each other at once', async () => {
  const log = { info: () => undefined, warn: () => undefined };
  const inboxes = new Map<string, ((message: unknown) => void)[]>([
    ['a', []],
    ['b', []],
  ]);
  const targets = [...inboxes].map(([name]) => ({
    name,
    send: (message: object): void => {
      for (const listener of inboxes.get(name) ?? []) listener(message);
    },
  }));
  const unknown: unknown[] = [];
  const channelOf = (name: string): MessageChannelEnd => ({
    send: (message) => {
      const from = targets.find((target) => target.name === name);
      if (from && !relayChange(structuredClone(message), from, targets)) unknown.push(message);
    },
    on: (_event, listener) => inboxes.get(name)?.push(listener),
    off: (_event, listener) =>
      inboxes.set(
        name,
        (inboxes.get(name) ?? []).filter((known) => known !== listener),
      ),
  });
  const [a, b] = ['a', 'b'].map((name) => {
    const cache = new Cache({ memoryBytes: 1e6, defaultTtl: 60, log });
    return { cache, stop: joinSiblings(cache, channelOf(name)) };
  });
  assert.ok(a && b);
  await b.cache.set('k', 1, { tags: ['t'] });
  await a.cache.invalidate(['t']);
  assert.equal(await b.cache.get('k'), undefined);
  for (const junk of [null, 'x', {}, { galleyCacheChange: 1 }, { galleyCacheChange: { kind: 'tags', items: [1] } }]) {
    assert.equal(relayChange(junk, {}, targets), false);
    for (const listener of inboxes.get('b') ?? []) listener(junk);
  }
  a.stop();
  await b.cache.set('k', 1, { tags: ['t'] });
  await a.cache.invalidate(['t']);
  assert.equal(await b.cache.get('k'), 1);
  b.stop();
  assert.deepEqual(unknown, []);
});
