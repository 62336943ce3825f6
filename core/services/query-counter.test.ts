import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachStore } from '../../test/support/stores.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

forEachStore((store) => {
  test('the statements of a piece of work are counted with their text and time', async () => {
    const { result, queries } = await store.database.countQueries(async () => {
      await store.database.raw('select 1');
      await store.database.raw('select 2');
      return 'result';
    });
    assert.equal(result, 'result');
    assert.deepEqual(
      queries.map((query) => query.sql),
      ['select 1', 'select 2'],
    );
    assert.ok(queries.every((query) => query.ms >= 0));
  });

  test('fifty requests at once each see their own statements only', async () => {
    const flow = async (number: number): Promise<boolean> => {
      const { queries } = await store.database.countQueries(async () => {
        for (let step = 0; step < number % 5; step++) {
          await store.database.raw(`select ${number}`);
          await pause(Math.random() * 3);
        }
      });
      return queries.length === number % 5 && queries.every((query) => query.sql === `select ${number}`);
    };
    const flows = await Promise.all(Array.from({ length: 50 }, (_, number) => flow(number)));
    assert.deepEqual(
      flows.filter((isOwn) => !isOwn),
      [],
    );
  });

  test('a count inside of a count adds to both', async () => {
    const outer = await store.database.countQueries(async () => {
      await store.database.raw('select 1');
      const inner = await store.database.countQueries(async () => await store.database.raw('select 2'));
      assert.equal(inner.queries.length, 1);
    });
    assert.equal(outer.queries.length, 2);
  });

  test('outside of a count nothing is kept', () => {
    assert.equal(store.database.counter, undefined);
  });

  test('statements of a plugin are attributed to it', async () => {
    const { queries } = await store.database.countQueries(async () => {
      await store.database.schema().createTable('owned', (table) => table.increments('id'));
      await store.database.ownedBy('shop').read('owned').select('id');
      await store.database.read('owned').select('id');
    });
    assert.deepEqual(
      queries.filter((query) => query.sql.startsWith('select `id`')).map((query) => query.owner),
      ['shop', 'core'],
    );
    assert.equal(store.database.totals.get('shop')?.queries, 1);
  });

  test('a slow statement is logged and kept without its values', async () => {
    const logged: object[] = [];
    const database = store.open({
      slowQueryMs: 0.000_001,
      log: { warn: (facts) => void logged.push(facts), error: () => undefined },
    });
    await database.raw('select ?', ['sensitive-value']);
    assert.equal(database.slowQueries[0]?.sql, 'select ?');
    assert.ok(logged.length > 0);
    assert.doesNotMatch(JSON.stringify([logged, database.slowQueries]), /sensitive-value/);
  });
});
