import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { galeraMissing, privateGalera } from '../../test/support/galera.ts';
import { isGalleyError } from '../lib/errors.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { Migrations } from './migrations.ts';
import { retry } from './retry.ts';

const FAIL_BACK_MS = 2_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs `work` for 0, 1, … `count - 1`, `width` at a time. */
async function inParallel(count: number, width: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

describe('a store on three Galera nodes', { skip: galeraMissing() }, () => {
  let galera: Awaited<ReturnType<typeof privateGalera>>;
  const opened: Database[] = [];

  /** A process of its own, as it were; `first` is the node (0 to 2) that it likes best. */
  function open(first = 0, options: Partial<DatabaseOptions> = {}): Database {
    const [, start = '', hosts = '', end = ''] = /^(.*@)([^/]*)(\/.*)$/.exec(galera.url) ?? [];
    const list = hosts.split(',');
    const url = `${start}${[...list.slice(first), ...list.slice(0, first)].join(',')}${end}`;
    const database = new Database({ url, cluster: { failbackMs: FAIL_BACK_MS }, ...options });
    opened.push(database);
    return database;
  }

  const counterOf = async (database: Database, id: number): Promise<number> =>
    Number((await database.fresh(() => database.read('counters').where({ id }).first()))?.['amount']);
  const counter = (database: Database, amount = 0): Promise<number> =>
    database.insert('counters', { amount, version: 1 });
  const roles = (database: Database): string[] => database.nodes.map(({ role }) => role);

  async function waitFor(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const end = Date.now() + 60_000;
    while (!(await isSo())) {
      assert.ok(Date.now() < end, `in time: ${what}`);
      await pause(50);
    }
  }

  before(async () => {
    galera = await privateGalera();
    const database = open();
    await database.schema().createTable('counters', (table) => {
      table.bigIncrements('id');
      table.integer('amount').notNullable();
      table.integer('version').notNullable();
    });
    await database.schema().createTable('notes', (table) => {
      table.bigIncrements('id');
      table.string('code', 50).notNullable().unique();
    });
  });
  after(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await galera?.stop();
  });

  test('one node is written to, reads are spread over all', async () => {
    const database = open(0, { cluster: { freshMs: 0 } });
    await database.ping();
    await waitFor(() => roles(database).join() === 'writer,reader,reader', 'all nodes are known');
    await counter(database);
    const asked = new Map<string, number>();
    await inParallel(60, 6, async () => {
      const row = await database
        .read<{ name: string }>('counters')
        .select(database.raw('@@wsrep_node_name as name'))
        .first();
      const name = String((row as { name?: string } | undefined)?.name);
      asked.set(name, (asked.get(name) ?? 0) + 1);
    });
    assert.deepEqual(
      // The quicker ones are asked more often.
      ['n1', 'n2', 'n3'].map((name) => (asked.get(name) ?? 0) > 0),
      [true, true, true],
      JSON.stringify([...asked]),
    );
  });

  test('what was just written is read, on whichever node', async () => {
    const database = open();
    const id = await counter(database);
    for (let amount = 1; amount <= 200; amount++) {
      await database.write('counters').where({ id }).update({ amount });
      const row = await database.read('counters').where({ id }).first();
      assert.equal(row?.['amount'], amount);
    }
  });

  test('who is told of a change reads it, though another node was written to', async () => {
    const [writer, reader] = [open(1), open(0)]; // They do not even agree about which node is written to.
    const id = await counter(writer);
    await reader.ping();
    for (let amount = 1; amount <= 100; amount++) {
      await writer.write('counters').where({ id }).update({ amount });
      reader.noteChange();
      assert.equal((await reader.read('counters').where({ id }).first())?.['amount'], amount);
    }
    for (let amount = 101; amount <= 200; amount++) {
      await writer.write('counters').where({ id }).update({ amount });
      const row = await reader.fresh(() => reader.read('counters').where({ id }).first());
      assert.equal(row?.['amount'], amount);
    }
  });

  test('ids have gaps and are taken as they come', async () => {
    const databases = [open(0), open(1), open(2)];
    const ids = await Promise.all(
      Array.from({ length: 30 }, (_, index) => counter(databases[index % 3] as Database, index)),
    );
    assert.equal(new Set(ids).size, 30);
    const rows = await open().write('counters').whereIn('id', ids).orderBy('id');
    for (const row of rows) assert.equal(row['amount'], ids.indexOf(Number(row['id'])));
  });

  test('of 2,000 concurrent counter and stock updates over three nodes none is lost', {
    timeout: 120_000,
  }, async () => {
    const databases = [open(0), open(1), open(2)];
    const [first] = databases as [Database];
    const [clicks, stock] = [await counter(first), await counter(first, 600)];
    const done = { clicks: 0, sold: 0, empty: 0, gaveUp: 0 };
    const sell = async (database: Database): Promise<boolean> => {
      const row = await database.read('counters').where({ id: stock }).first();
      if (Number(row?.['amount']) === 0) return false;
      await database
        .write('counters')
        .where({ id: stock })
        .update({ amount: Number(row?.['amount']) - 1 });
      return true;
    };
    await inParallel(2_000, 6, async (index) => {
      const database = databases[index % 3] as Database;
      try {
        if (index % 2 === 0) {
          await database.write('counters').where({ id: clicks }).increment('amount', 1);
          done.clicks++;
        } else if (await database.transaction(() => sell(database))) done.sold++;
        else done.empty++;
      } catch (error) {
        assert.ok(isGalleyError(error, 'GALLEY_DATABASE_CONFLICT'), String(error));
        done.gaveUp++;
      }
    });
    assert.equal(await counterOf(first, clicks), done.clicks);
    assert.equal(await counterOf(first, stock), 600 - done.sold);
    assert.ok(done.gaveUp < 20, `few gave up: ${JSON.stringify(done)}`);
  });

  test('the node that is written to is killed: what was acknowledged is there, and writing goes on', {
    timeout: 120_000,
  }, async () => {
    const database = open();
    const id = await counter(database);
    await waitFor(() => roles(database).join() === 'writer,reader,reader', 'all nodes are known');
    const acknowledged: string[] = [];
    const done = { counted: 0, unknown: 0 };
    const errors: unknown[] = [];
    const slowest = { ms: 0 };
    let unknown = 0;
    database.onUnknownOutcome(() => unknown++);
    await inParallel(300, 10, async (index) => {
      if (index === 100) galera.cluster.kill(1);
      const from = performance.now();
      try {
        if (index % 2 === 0) {
          await database.transaction(async () => {
            const row = await database.read('counters').where({ id }).first();
            await database
              .write('counters')
              .where({ id })
              .update({ amount: Number(row?.['amount']) + 1 });
          });
          done.counted++;
        } else {
          await database.insert('notes', { code: `kill-${index}` });
          acknowledged.push(`kill-${index}`);
        }
      } catch (error) {
        if (isGalleyError(error, 'GALLEY_DATABASE_UNAVAILABLE') && /may count or not/.test(error.message))
          done.unknown++;
        else if (!isGalleyError(error, 'GALLEY_DATABASE_CONFLICT')) errors.push(error);
      }
      slowest.ms = Math.max(slowest.ms, performance.now() - from);
    });
    assert.deepEqual(errors, []);
    assert.deepEqual(roles(database), ['down', 'writer', 'reader']);
    const there = await database.write('notes').where('code', 'like', 'kill-%').pluck('code');
    assert.deepEqual(
      acknowledged.filter((code) => !there.includes(code)),
      [],
    );
    const amount = await counterOf(database, id);
    assert.ok(amount >= done.counted && amount <= done.counted + done.unknown, `${amount}: ${JSON.stringify(done)}`);
    assert.equal(unknown, done.unknown, 'caches are told of each');
    assert.ok(done.unknown <= 10, 'only what was under way is unknown');
    assert.ok(slowest.ms < 10_000, `nobody waits for long: ${slowest.ms}`);
  });

  test('the node is back: it is read from soon, and written to when it has been well for a while', {
    timeout: 120_000,
  }, async () => {
    const database = open(0);
    await database.ping();
    assert.equal(roles(database)[0], 'down');
    await galera.cluster.heal(1);
    await waitFor(() => roles(database)[0] === 'reader', 'the node is read from');
    await waitFor(() => roles(database).join() === 'writer,reader,reader', 'the node is written to');
    const id = await counter(database, 7);
    assert.equal(await counterOf(database, id), 7);
  });

  test('a node that hangs: reads go on, and so do writes', { timeout: 120_000 }, async () => {
    const database = open(0, { cluster: { freshMs: 0 } });
    await database.ping();
    await waitFor(() => roles(database).join() === 'writer,reader,reader', 'all nodes are known');
    galera.cluster.freeze(3);
    const [errors, times]: [unknown[], number[]] = [[], []];
    const end = performance.now() + 5_000;
    await inParallel(500, 4, async () => {
      if (performance.now() > end) return;
      const from = performance.now();
      await retryless(() => database.read('counters').limit(5), errors);
      times.push(performance.now() - from);
      await pause(10);
    });
    await database.insert('notes', { code: 'while-3-hangs' });
    assert.deepEqual(errors, []);
    assert.equal(roles(database)[2], 'down');
    assert.ok(times.filter((ms) => ms > 500).length <= 8, 'only reads that were under way there wait');
    galera.cluster.thaw(3);
    await waitFor(() => roles(database)[2] === 'reader', 'the node is back');
  });

  test('the majority is lost: writes are refused at once and in clear words; when it is back, all goes on', {
    timeout: 90_000,
  }, async () => {
    const database = open();
    await database.ping();
    galera.cluster.kill(2);
    galera.cluster.kill(3);
    await waitFor(async () => (await galera.cluster.status())[0]?.status === 'non-Primary', 'no majority');
    const refusal = (error: unknown): boolean =>
      isGalleyError(error, 'GALLEY_DATABASE_UNAVAILABLE') && /nothing can be saved/.test(error.message);
    await assert.rejects(database.insert('notes', { code: 'lost' }), refusal);
    const from = performance.now();
    await assert.rejects(database.insert('notes', { code: 'lost' }), refusal);
    assert.ok(performance.now() - from < 1_000, 'the second does not wait again');
    await assert.rejects(database.ping(), refusal);
    await Promise.all([galera.cluster.heal(2), galera.cluster.heal(3)]);
    await retry(() => database.insert('notes', { code: 'found' }), {
      isRetryable: () => true,
      retries: 50,
      pauseMs: 10,
    });
    assert.deepEqual(await database.write('notes').whereIn('code', ['lost', 'found']).pluck('code'), ['found']);
    await waitFor(() => roles(database).join() === 'writer,reader,reader', 'all nodes are used again');
  });

  test('three processes that migrate at once, each on another node, do it once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'galley-migrations-'));
    for (const number of [1, 2, 3]) {
      const text = `export const up = (schema) => schema.createTable('moved_${number}', (table) => { table.bigIncrements('id'); });
export const down = (schema) => schema.dropTable('moved_${number}');\n`;
      await writeFile(join(folder, `2026010100000${number}_moved_${number}.ts`), text);
    }
    try {
      const processes = [0, 1, 2].map((first) => {
        const database = open(first);
        return new Migrations({ database, sources: [{ owner: 'core', folder }] });
      });
      const ran = await Promise.all(processes.map((migrations) => migrations.up()));
      assert.deepEqual(
        ran
          .flat()
          .map(({ name }) => name)
          .sort(),
        ['20260101000001_moved_1', '20260101000002_moved_2', '20260101000003_moved_3'],
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('a node cut off from the others is left; the site of the majority goes on', { timeout: 120_000 }, async () => {
    const database = open();
    await database.ping();
    await galera.cluster.query(1, 'SET GLOBAL wsrep_dirty_reads = ON');
    await galera.cluster.isolate(1, true);
    const end = performance.now() + 20_000;
    let written = 0;
    while (roles(database)[0] !== 'down' && performance.now() < end) {
      await database.insert('notes', { code: `cut-${written}` }).then(
        () => written++,
        () => undefined,
      );
    }
    await database.insert('notes', { code: 'after the cut' });
    assert.deepEqual(roles(database), ['down', 'writer', 'reader']);
    // Also a site that knows no other node is told so, and not what the node knew before.
    const alone = open(0, { url: galera.url.replace(/,[^/]*/, '') });
    await assert.rejects(async () => await alone.read('notes').limit(1), { code: 'GALLEY_DATABASE_UNAVAILABLE' });
    await galera.cluster.query(1, 'SET GLOBAL wsrep_dirty_reads = OFF');
    const rows = await open(1).write('notes').where('code', 'like', 'cut-%').pluck('code');
    assert.ok(rows.length >= written, `${written} were acknowledged, ${rows.length} are there`);
    await galera.cluster.heal(1);
  });
});

async function retryless(work: () => PromiseLike<unknown>, errors: unknown[]): Promise<void> {
  try {
    await work();
  } catch (error) {
    errors.push(error);
  }
}
