import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { forEachStore } from '../../test/support/stores.ts';
import { GalleyError, isGalleyError } from '../lib/errors.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

forEachStore((store) => {
  const amount = async (id: number): Promise<number> =>
    Number((await store.database.write('accounts').where({ id }).first())?.['amount']);
  const account = (value: number): Promise<number> => store.database.insert('accounts', { amount: value, version: 1 });

  before(async () => {
    await store.database.schema().createTable('accounts', (table) => {
      table.bigIncrements('id');
      table.integer('amount').notNullable();
      table.integer('version').notNullable();
    });
  });

  test('all queries inside belong to the transaction, also those of functions that know nothing of it', async () => {
    const id = await account(1);
    await store.database.transaction(async () => {
      await store.database.write('accounts').where({ id }).update({ amount: 2 });
      const row = await store.database.read('accounts').where({ id }).first();
      assert.equal(row?.['amount'], 2);
      const outside = await store.database.outside(() => store.database.read('accounts').where({ id }).first());
      assert.equal(outside?.['amount'], 1);
      assert.equal(store.database.isInTransaction, true);
    });
    assert.equal(await amount(id), 2);
    assert.equal(store.database.isInTransaction, false);
  });

  test('an error undoes all and is the error that the caller sees', async () => {
    const id = await account(1);
    const failure = new GalleyError('GALLEY_ENTRY_REFUSED', 'no');
    const work = store.database.transaction(async () => {
      await store.database.write('accounts').where({ id }).update({ amount: 9 });
      throw failure;
    });
    await assert.rejects(work, (error) => error === failure);
    assert.equal(await amount(id), 1);
  });

  test('a nested transaction is a savepoint: what it did is undone alone', async () => {
    const id = await account(1);
    await store.database.transaction(async () => {
      await store.database.write('accounts').where({ id }).update({ version: 2 });
      const inner = store.database.transaction(async () => {
        await store.database.write('accounts').where({ id }).update({ amount: 9 });
        throw new Error('inner');
      });
      await assert.rejects(inner, /inner/);
      await store.database.transaction(async () => {
        await store.database.write('accounts').where({ id }).increment('version', 1);
      });
    });
    const row = await store.database.read('accounts').where({ id }).first();
    assert.deepEqual([row?.['amount'], row?.['version']], [1, 3]);
  });

  test('savepoints that are begun at once come one after the other, and one that fails undoes itself alone', async () => {
    const id = await account(0);
    await store.database.transaction(async () => {
      const add = (amount: number): Promise<void> =>
        store.database.transaction(async () => {
          await store.database.write('accounts').where({ id }).increment('amount', amount);
          await store.database.transaction(() =>
            store.database.write('accounts').where({ id }).increment('version', 1).then(),
          );
          if (amount === 10) throw new Error('ten');
        });
      const results = await Promise.allSettled([add(1), add(10), add(100)]);
      assert.deepEqual(
        results.map((result) => result.status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
    });
    const row = await store.database.read('accounts').where({ id }).first();
    assert.deepEqual([row?.['amount'], row?.['version']], [101, 3]);
  });

  test('what is read once in a transaction is not read again until it is forgotten or undone; outside it is each time', async () => {
    let reads = 0;
    const read = (): Promise<number> => store.database.once('number', async () => ++reads);
    assert.deepEqual([await read(), await read()], [1, 2]);
    await store.database.transaction(async () => {
      assert.deepEqual([await read(), await read()], [3, 3]);
      store.database.forget('number');
      assert.equal(await read(), 4);
      const inner = store.database.transaction(async () => {
        assert.equal(await read(), 4, 'also in a savepoint');
        throw new Error('inner');
      });
      await assert.rejects(inner, /inner/);
      assert.equal(await read(), 5);
    });
    assert.equal(await read(), 6);
  });

  test('callbacks run after the commit, in order, before the caller goes on', async () => {
    const id = await account(1);
    const seen: string[] = [];
    await store.database.transaction(async () => {
      await store.database.afterCommit(async () => {
        await pause(5);
        const row = await store.database.outside(() => store.database.read('accounts').where({ id }).first());
        seen.push(`first sees ${row?.['amount']}`);
      });
      await store.database.transaction(async () => {
        await store.database.afterCommit(() => void seen.push('second, from the savepoint'));
      });
      await store.database.write('accounts').where({ id }).update({ amount: 5 });
      seen.push('work');
    });
    assert.deepEqual(seen, ['work', 'first sees 5', 'second, from the savepoint']);
  });

  test('callbacks of what was undone are dropped', async () => {
    const seen: string[] = [];
    await store.database.transaction(async () => {
      const inner = store.database.transaction(async () => {
        await store.database.afterCommit(() => void seen.push('savepoint'));
        throw new Error('inner');
      });
      await assert.rejects(inner);
    });
    const outer = store.database.transaction(async () => {
      await store.database.afterCommit(() => void seen.push('transaction'));
      throw new Error('outer');
    });
    await assert.rejects(outer);
    assert.deepEqual(seen, []);
  });

  test('a failing callback takes nothing back and does not keep the next from running', async () => {
    const errors: object[] = [];
    const database = store.open({ log: { warn: () => undefined, error: (facts) => void errors.push(facts) } });
    const seen: string[] = [];
    const result = await database.transaction(async () => {
      await database.afterCommit(() => {
        throw new Error('mail is down');
      });
      await database.afterCommit(() => void seen.push('next'));
      return 'done';
    });
    assert.deepEqual([result, seen, errors.length], ['done', ['next'], 1]);
  });

  test('outside of a transaction a callback runs at once', async () => {
    const seen: string[] = [];
    await store.database.afterCommit(() => void seen.push('now'));
    assert.deepEqual(seen, ['now']);
  });

  test('work that outlives its transaction is outside of it', async () => {
    const id = await account(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    let late: Promise<unknown> = Promise.resolve();
    await store.database.transaction(async () => {
      late = promise.then(() => store.database.write('accounts').where({ id }).update({ amount: 7 }));
    });
    resolve();
    await late;
    assert.equal(await amount(id), 7);
  });

  test('of two transactions that wait for each other both are done in the end', async () => {
    const [a, b] = [await account(0), await account(0)];
    const database = store.open({ poolMax: 4 });
    let attempts = 0;
    const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const move = (own: number, [first, second]: [number, number]): Promise<void> =>
      database.transaction(async () => {
        attempts++;
        await database.write('accounts').where({ id: first }).increment('amount', 1);
        arrived[own]?.resolve();
        // Both hold their first row before either asks for its second; SQLite lets only one in at a time.
        await Promise.race([arrived[1 - own]?.promise, pause(200)]);
        await database.write('accounts').where({ id: second }).increment('amount', 1);
      });
    await Promise.all([move(0, [a, b]), move(1, [b, a])]);
    assert.deepEqual([await amount(a), await amount(b)], [2, 2]);
    if (store.kind === 'mysql') assert.ok(attempts > 2, 'a deadlock was provoked and one transaction ran again');
  });

  test('a deadlock that inner code swallows still repeats the whole transaction', async () => {
    const [a, b] = [await account(0), await account(0)];
    const database = store.open({ poolMax: 4 });
    const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const committed: string[] = [];
    const move = (own: number, [first, second]: [number, number]): Promise<void> =>
      database.transaction(async () => {
        await database.afterCommit(() => void committed.push(`mover ${own}`));
        await database.write('accounts').where({ id: first }).increment('amount', 1);
        arrived[own]?.resolve();
        await Promise.race([arrived[1 - own]?.promise, pause(200)]);
        await database
          .transaction(() => database.write('accounts').where({ id: second }).increment('amount', 1).then())
          .catch(() => undefined);
      });
    await Promise.all([move(0, [a, b]), move(1, [b, a])]);
    assert.deepEqual([await amount(a), await amount(b)], [2, 2]);
    assert.deepEqual(committed.sort(), ['mover 0', 'mover 1']);
  });

  test('reading, then writing in a transaction never loses an acknowledged update', async () => {
    const id = await account(0);
    const database = store.open({ poolMax: 8 });
    const bump = (): Promise<void> =>
      database.transaction(async () => {
        const row = await database.read('accounts').where({ id }).first();
        await pause(1);
        await database
          .write('accounts')
          .where({ id })
          .update({ amount: Number(row?.['amount']) + 1 });
      });
    const results = await Promise.allSettled(Array.from({ length: 30 }, bump));
    const done = results.filter((result) => result.status === 'fulfilled').length;
    const others = results.filter(
      (result) => result.status === 'rejected' && !isGalleyError(result.reason, 'GALLEY_DATABASE_CONFLICT'),
    );
    assert.deepEqual(others, []);
    assert.ok(done > 0);
    assert.equal(await amount(id), done);
  });

  test('with the version in the WHERE nobody overwrites what he has not seen', async () => {
    const id = await account(0);
    const save = async (): Promise<boolean> => {
      const row = await store.database.read('accounts').where({ id }).first();
      await pause(2);
      const where = { id, version: row?.['version'] as number };
      const changed = await store.database
        .write('accounts')
        .where(where)
        .update({ amount: Number(row?.['amount']) + 1, version: where.version + 1 });
      return changed === 1;
    };
    const saved = (await Promise.all(Array.from({ length: 20 }, save))).filter(Boolean).length;
    assert.ok(saved >= 1 && saved < 20);
    assert.equal(await amount(id), saved);
  });

  test('a claim by one conditional update goes to one of many', async () => {
    const id = await account(0);
    const claims = Array.from({ length: 20 }, () =>
      store.database.write('accounts').where({ id, version: 1 }).update({ version: 2 }),
    );
    const won = (await Promise.all(claims)).filter((changed) => changed === 1);
    assert.equal(won.length, 1);
  });
});
