import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { forEachStore } from '../../test/support/stores.ts';
import { isGalleyError } from '../lib/errors.ts';
import { parseFullTextQuery } from './full-text.ts';
import { MigrationContext } from './migration-context.ts';

forEachStore((store) => {
  const found = async (condition: ReturnType<typeof store.database.raw>): Promise<string[]> => {
    const rows = await store.database.read<{ code: string }>('words').where(condition).orderBy('id').select('code');
    return rows.map((row) => row.code);
  };

  before(async () => {
    const schema = new MigrationContext(store.database);
    await schema.createTable('people', (table) => {
      table.bigIncrements('id');
      schema.keyColumn(table, 'login', 60).notNullable().unique();
      schema.keyColumn(table, 'email', 100).nullable().unique();
      table.integer('visits').nullable();
    });
    await schema.createTable('words', (table) => {
      table.bigIncrements('id');
      schema.keyColumn(table, 'code', 60).notNullable();
      schema.textColumn(table, 'title').nullable();
      schema.jsonColumn(table, 'facts').nullable();
      schema.timeColumn(table, 'at').nullable();
      table.integer('low').nullable();
      table.integer('high').nullable();
    });
    await schema.createTable('documents', (table) => {
      table.bigIncrements('id');
      table.text('title').notNullable();
      table.text('body', 'longtext').notNullable();
    });
  });

  test('upsert inserts, then changes only the named columns of the same row', async () => {
    const { dialect } = store.database;
    await dialect.upsert('people', { login: 'ann', email: 'ann@example.org', visits: 1 }, ['login'], ['visits']);
    await dialect.upsert('people', { login: 'ann', email: 'other@example.org', visits: 2 }, ['login'], ['visits']);
    const rows = await store.database.read('people').where({ login: 'ann' });
    assert.deepEqual(
      rows.map((row) => [row['email'], row['visits']]),
      [['ann@example.org', 2]],
    );
  });

  test('upsert never overwrites another row that owns the second unique key', async () => {
    const { dialect } = store.database;
    await dialect.upsert(
      'people',
      { login: 'bob', email: 'bob@example.org', visits: 1 },
      ['login'],
      ['email', 'visits'],
    );
    const clash = dialect.upsert(
      'people',
      { login: 'eve', email: 'bob@example.org', visits: 9 },
      ['login'],
      ['email', 'visits'],
    );
    await assert.rejects(clash, (error: unknown) => isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE'));
    const bob = await store.database.read('people').where({ email: 'bob@example.org' }).first();
    assert.deepEqual([bob?.['login'], bob?.['visits']], ['bob', 1]);
  });

  test('twenty upserts of one key at once leave one row', async () => {
    const { dialect } = store.database;
    await Promise.all(
      Array.from({ length: 20 }, (_, visits) => dialect.upsert('people', { login: 'race', visits }, ['login'])),
    );
    assert.equal((await store.database.read('people').where({ login: 'race' })).length, 1);
  });

  test('insertIgnore tells whether it inserted, and a clash on another key is an error', async () => {
    const { dialect } = store.database;
    assert.equal(await dialect.insertIgnore('people', { login: 'ida', email: 'ida@example.org' }, ['login']), true);
    assert.equal(await dialect.insertIgnore('people', { login: 'ida', email: 'new@example.org' }, ['login']), false);
    const clash = dialect.insertIgnore('people', { login: 'ivy', email: 'ida@example.org' }, ['login']);
    await assert.rejects(clash, (error: unknown) => isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE'));
  });

  test('of twenty claims by insertIgnore one wins', async () => {
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => store.database.dialect.insertIgnore('people', { login: 'claim' }, ['login'])),
    );
    assert.equal(claims.filter(Boolean).length, 1);
  });

  test('an upsert in a transaction counts with it', async () => {
    const { dialect } = store.database;
    const work = store.database.transaction(async () => {
      await dialect.upsert('people', { login: 'tina', visits: 1 }, ['login']);
      throw new Error('undo');
    });
    await assert.rejects(work, /undo/);
    assert.equal((await store.database.read('people').where({ login: 'tina' })).length, 0);
  });

  test('text conditions take % and _ and brackets for what they are, with and without regard to case', async () => {
    const { dialect } = store.database;
    for (const code of ['100% Wolle', '100 Wolle', 'a_b', 'axb', 'Ärger', 'arg[e]r*', 'back\\slash!']) {
      await store.database.insert('words', { code, title: code });
    }
    assert.deepEqual(await found(dialect.contains('code', '0%')), ['100% Wolle']);
    assert.deepEqual(await found(dialect.contains('code', 'a_b')), ['a_b']);
    assert.deepEqual(await found(dialect.contains('code', 'wolle')), []);
    assert.deepEqual(await found(dialect.contains('code', 'wolle', { ignoreCase: true })), ['100% Wolle', '100 Wolle']);
    assert.deepEqual(await found(dialect.contains('code', '%', { ignoreCase: true })), ['100% Wolle']);
    assert.deepEqual(await found(dialect.startsWith('code', 'arg[e]')), ['arg[e]r*']);
    assert.deepEqual(await found(dialect.startsWith('code', 'ARG', { ignoreCase: true })), ['Ärger', 'arg[e]r*']);
    assert.deepEqual(await found(dialect.startsWith('title', 'Arg')), [], 'exact also on a column that ignores case');
    assert.deepEqual(await found(dialect.endsWith('code', 'r*')), ['arg[e]r*']);
    assert.deepEqual(await found(dialect.contains('code', 'k\\s')), ['back\\slash!']);
    assert.deepEqual(await found(dialect.contains('code', 'h!', { ignoreCase: true })), ['back\\slash!']);
    assert.deepEqual(await found(dialect.matches('code', '^a.b$')), ['a_b', 'axb']);
  });

  test('year, month and day of a moment are in UTC or moved by an offset, before 1970 and after 2038 too', async () => {
    const { dialect } = store.database;
    const moments = [
      Date.UTC(2026, 0, 31, 23, 30),
      Date.UTC(1969, 11, 31, 23, 59, 59, 999),
      Date.UTC(2041, 1, 28, 0, 0),
    ];
    for (const at of moments) await store.database.insert('words', { code: 'moment', at });
    const parts = async (offset: number): Promise<unknown[]> => {
      const rows: Record<string, unknown>[] = await store.database
        .read('words')
        .where({ code: 'moment' })
        .orderBy('id')
        .select({ y: dialect.yearOf('at', offset), m: dialect.monthOf('at', offset), d: dialect.dayOf('at', offset) });
      return rows.map((row) => `${row['y']}-${row['m']}-${row['d']}`);
    };
    assert.deepEqual(await parts(0), ['2026-1-31', '1969-12-31', '2041-2-28']);
    assert.deepEqual(await parts(60), ['2026-2-1', '1970-1-1', '2041-2-28']);
  });

  test('the greatest and the least of columns', async () => {
    const id = await store.database.insert('words', { code: 'range', low: 3, high: 8 });
    const { dialect } = store.database;
    const row = await store.database
      .read('words')
      .where({ id })
      .first({ top: dialect.greatest(['low', 'high']), bottom: dialect.least(['low', 'high']) });
    assert.deepEqual(row, { top: 8, bottom: 3 });
  });

  test('values inside of JSON come out the same on every store', async () => {
    const facts = JSON.stringify({ a: { b: ['x', 'y'] }, n: 1.5, yes: true, no: false, nil: null, 'odd "key': 'q' });
    const id = await store.database.insert('words', { code: 'json', facts });
    const { dialect } = store.database;
    const text = async (path: (string | number)[]): Promise<unknown> =>
      (
        (await store.database
          .read('words')
          .where({ id })
          .first({ value: dialect.jsonText('facts', path) })) as { value: unknown }
      ).value;
    assert.deepEqual(
      [
        await text(['a', 'b', 1]),
        await text(['n']),
        await text(['yes']),
        await text(['no']),
        await text(['nil']),
        await text(['none']),
      ],
      ['y', '1.5', 'true', 'false', null, null],
    );
    assert.equal(await text(['odd "key']), 'q');
    const row = await store.database
      .read('words')
      .where(dialect.jsonNumber('facts', ['n']), '>', 1)
      .where({ id })
      .first();
    assert.equal(row?.['id'], id);
  });

  test('any order is an order', async () => {
    assert.ok((await store.database.read('people').orderBy(store.database.dialect.random()).limit(3)).length === 3);
  });

  test('locking a row is allowed everywhere', async () => {
    await store.database.transaction(async () => {
      const row = await store.database.dialect.lockRow(store.database.write('people').where({ login: 'ann' })).first();
      assert.ok(row);
    });
  });

  test('full text finds words, short words, stop words, phrases, beginnings and CJK, and favours the weighted column', async () => {
    const { dialect } = store.database;
    const columns = ['title', 'body'];
    await dialect.createFullText('documents', columns, ['title']);
    await dialect.createFullText('documents', columns, ['title']);
    const texts: [string, string][] = [
      ['Go by night', 'The harbour sleeps and nobody is about.'],
      ['Harbour lights', 'A sentence on something else entirely.'],
      ['東京の朝', '東京都は日本の首都です。'],
      ['Überfahrt', 'Who will go to the open sea? The sea is open.'],
    ];
    const insert = async ([title, body]: [string, string]): Promise<number> =>
      await store.database.insert('documents', {
        title: dialect.fullTextDocument(title),
        body: dialect.fullTextDocument(body),
      });
    const ids: number[] = [];
    for (const text of texts) ids.push(await insert(text));
    const search = async (input: string): Promise<number[]> => {
      const query = store.database.read('documents');
      const relevance = dialect.matchFullText(query, {
        table: 'documents',
        columns,
        terms: parseFullTextQuery(input),
        weights: [5, 1],
      });
      const rows: Record<string, unknown>[] = await query
        .select('documents.id as id')
        .orderBy(relevance, 'desc')
        .limit(10);
      return rows.map((row) => ids.indexOf(Number(row['id'])));
    };
    assert.deepEqual(await search('harbour'), [1, 0], 'the title counts more');
    assert.deepEqual((await search('go')).sort(), [0, 3], 'a word of two letters');
    assert.deepEqual(await search('about'), [0], 'a stop word');
    assert.deepEqual(await search('"open sea"'), [3]);
    assert.deepEqual(await search('"sea open"'), []);
    assert.deepEqual(await search('harb* -lights'), [0]);
    assert.deepEqual(await search('uberfahrt'), [3], 'accents are folded');
    assert.deepEqual(await search('日本'), [2], 'a word inside of a sentence without blanks');
    assert.deepEqual(await search('都'), [2], 'a single sign');
    assert.deepEqual(await search('harbour night'), [0], 'all words are wanted');
    for (const hostile of ['(', '"', '@3', '~a', '+-*', "') OR 1=1 --", 'a AND NOT', 'NEAR(a b)', '-only']) {
      assert.ok(Array.isArray(await search(hostile)), hostile);
    }
    await store.database
      .write('documents')
      .where({ id: ids[0] })
      .update({ body: dialect.fullTextDocument('changed') });
    assert.deepEqual(await search('sleeps'), [], 'the index follows the rows');
    await store.database.write('documents').where({ id: ids[1] }).delete();
    assert.deepEqual(await search('harbour'), []);
    await dialect.dropFullText('documents', columns, ['title']);
    await dialect.dropFullText('documents', columns, ['title']);
    assert.deepEqual(
      (await dialect.indexNames('documents')).filter((name) => name.endsWith('_fts')),
      [],
    );
  });
});
