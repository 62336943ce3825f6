import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createDatabase, mariadbMissing, privateMariadb, scratchFolder } from '../../test/support/mariadb.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import { Database } from './database.ts';
import { MigrationContext } from './migration-context.ts';

function refusal(code: Parameters<typeof isGalleyError>[1]): (error: unknown) => boolean {
  return (error) => isGalleyError(error, code);
}

forEachStore((store) => {
  test('a long row of statements lets timers and signals have their turn', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns++;
    }, 5);
    for (const until = Date.now() + 400; Date.now() < until; ) await store.database.raw('select 1');
    clearInterval(timer);
    assert.ok(turns >= 3, `${turns} turns`);
  });

  test('a number that no store has is refused before it comes to the store', async () => {
    for (const value of [Number.POSITIVE_INFINITY, Number.NaN])
      await assert.rejects(
        () => store.database.raw('select ? as value', [value]),
        refusal('GALLEY_INPUT_INVALID'),
        String(value),
      );
    await assert.doesNotReject(async () => store.database.raw('select ? as value', [Number.MAX_VALUE]));
  });

  test('a table with columns of every kind can be made', async () => {
    const schema = new MigrationContext(store.database);
    await schema.createTable('things', (table) => {
      table.bigIncrements('id');
      schema.keyColumn(table, 'code', 100).nullable().unique();
      schema.textColumn(table, 'title').nullable();
      table.boolean('done').nullable();
      schema.jsonColumn(table, 'facts').nullable();
      schema.timeColumn(table, 'at').nullable();
      table.bigInteger('big').nullable();
      table.binary('bytes').nullable();
      table.integer('version').notNullable().defaultTo(1);
    });
    assert.deepEqual(await store.database.dialect.primaryKey('things'), ['id']);
  });

  test('insert returns the id of the row', async () => {
    const first = await store.database.insert('things', { code: 'first' });
    const second = await store.database.insert('things', { code: 'second', title: undefined });
    assert.ok(second > first);
    const row = await store.database.read('things').where({ id: second }).first();
    assert.equal(row?.['code'], 'second');
  });

  test('keys are compared byte for byte: case, accents and blanks count', async () => {
    for (const code of ['admin', 'Admin', 'àdmin', 'admin ', '1abc']) await store.database.insert('things', { code });
    for (const [asked, found] of [
      ['admin', 1],
      ['ADMIN', 0],
      ['admin  ', 0],
      ['1', 0],
    ] as const) {
      assert.equal((await store.database.read('things').where({ code: asked })).length, found, `"${asked}"`);
    }
  });

  test('texts are compared without regard to case', async () => {
    await store.database.insert('things', { code: 'text', title: 'Hello World' });
    assert.equal((await store.database.read('things').where({ title: 'hello WORLD' })).length, 1);
  });

  test('all of Unicode, also emoji, comes back as it was written', async () => {
    const title = 'Ж 東京 👩‍🚀 \u0000-free "quotes" \\ backslash';
    const id = await store.database.insert('things', { code: 'unicode', title });
    assert.equal((await store.database.read('things').where({ id }).first())?.['title'], title);
  });

  test('booleans, JSON text, moments and bytes come back as they were written', async () => {
    const at = Date.UTC(2040, 1, 29, 12, 0, 0, 123);
    const facts = JSON.stringify({ a: [1, 'x', null] });
    const id = await store.database.insert('things', {
      code: 'kinds',
      done: true,
      facts,
      at,
      bytes: Buffer.from([0, 255, 10]),
    });
    const row = await store.database.read('things').where({ id }).first();
    assert.deepEqual([Boolean(row?.['done']), row?.['facts'], row?.['at']], [true, facts, at]);
    assert.deepEqual([...new Uint8Array(row?.['bytes'] as ArrayBuffer)], [0, 255, 10]);
  });

  test('numbers beyond 2^53 are kept to the last digit', async () => {
    const id = await store.database.insert('things', { code: 'big', big: 9_007_199_254_740_993n });
    const row = await store.database.read('things').where({ id }).first();
    assert.equal(row?.['big'], '9007199254740993');
    assert.equal(row?.['id'], id);
    assert.equal((await store.database.read('things').where('big', 9_007_199_254_740_993n)).length, 1);
    assert.equal((await store.database.read('things').where('big', 9_007_199_254_740_992n)).length, 0);
  });

  test('many rows are inserted in batches', async () => {
    const rows = Array.from({ length: 2_500 }, (_, index) => ({ code: `many-${index}`, at: index }));
    await store.database.insertMany('things', rows);
    assert.equal((await store.database.read('things').where('code', 'like', 'many-%')).length, 2_500);
    await store.database.write('things').where('code', 'like', 'many-%').delete();
  });

  test('a taken key is a duplicate, and the message does not tell the value', async () => {
    await store.database.insert('things', { code: 'sensitive-value' });
    await assert.rejects(store.database.insert('things', { code: 'sensitive-value' }), (error: unknown) => {
      assert.ok(isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE'));
      assert.equal(error.status, 409);
      assert.doesNotMatch(JSON.stringify([error.message, error.details, String(error.cause)]), /sensitive-value/);
      return true;
    });
  });

  test('a missing value and a wrong statement are errors of their own, without the values', async () => {
    await assert.rejects(store.database.insert('things', { version: null }), refusal('GALLEY_DATABASE_CONSTRAINT'));
    await assert.rejects(store.database.read('things').where({ nothing: 'sensitive-value' }), (error: unknown) => {
      assert.ok(isGalleyError(error, 'GALLEY_DATABASE_FAILED'));
      assert.doesNotMatch(error.message, /sensitive-value/);
      assert.equal((error.cause as { sql?: string }).sql, undefined);
      return true;
    });
  });

  test('an object or a list as a value is refused before it can become SQL', async () => {
    const smuggled = { code: { $ne: '' } } as unknown as { code: string };
    await assert.rejects(async () => await store.database.read('things').where(smuggled));
    await assert.rejects(
      async () => await store.database.read('things').where('code', ['a', 'b'] as unknown as string),
    );
  });

  test('hostile text stays a value', async () => {
    const hostile = `'; DROP TABLE things; -- \\' OR 1=1`;
    await store.database.insert('things', { code: 'hostile', title: hostile });
    assert.equal((await store.database.read('things').where({ title: hostile })).length, 1);
    const two = store.database.raw('select 1; drop table things').then(
      () => 'ignored',
      () => 'refused',
    );
    assert.equal(await two, store.kind === 'sqlite' ? 'ignored' : 'refused');
    assert.equal(await store.database.schema().hasTable('things'), true);
  });

  test('changing a row that is already so counts it as found', async () => {
    await store.database.insert('things', { code: 'same', title: 'x' });
    assert.equal(await store.database.write('things').where({ code: 'same' }).update({ title: 'x' }), 1);
  });

  test('a full pool is an error after a bounded wait, not a hang', async () => {
    const small = store.open({ poolMax: 1, acquireTimeoutMs: 700 });
    const { promise, resolve } = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const holder = small.transaction(async () => {
      await small.write('things').where({ code: 'none' }).update({ version: 1 });
      held.resolve();
      await promise;
    });
    await held.promise;
    await assert.rejects(
      async () => await small.outside(() => small.write('things').where({ code: 'none' }).update({ version: 2 })),
      refusal('GALLEY_DATABASE_TIMEOUT'),
    );
    assert.equal(small.pool.max, store.isCluster ? 3 : 1, 'one pool a node');
    resolve();
    await holder;
    await small.ping();
  });

  test('the report of a server says how many connections it takes, and when that is too few', async () => {
    if (store.kind === 'sqlite') return assert.equal(await store.database.report(), undefined);
    const told = async (poolMax: number) => {
      const { nodes = [], findings = [] } = (await store.open({ poolMax }).report()) ?? {};
      assert.ok(nodes.every(({ pool, connections, limit }) => pool === poolMax && connections > 0 && limit === 300));
      return findings.find(({ check }) => check === 'connections');
    };
    assert.equal((await told(1))?.status, 'ok');
    assert.match(
      (await told(301))?.message ?? '',
      /takes 300 \(max_connections\).* may want 301 \(database\.poolMax\)/,
    );
  });

  test('the store says who it is without telling the password', async () => {
    await store.database.ping();
    assert.match(store.database.description, store.kind === 'sqlite' ? /^SQLite 3\./ : /MariaDB|^\d+\./);
    assert.doesNotMatch(store.database.description, /galley:galley/);
  });

  test('a table without a primary key is found by the check', async () => {
    await store.database.schema().createTable('keyless', (table) => table.integer('n'));
    const problems = await store.database.check();
    assert.ok(problems.some((problem) => problem.table === 'keyless' && /primary key/.test(problem.message)));
    assert.ok(!problems.some((problem) => problem.table === 'things'));
    await store.database.schema().dropTable('keyless');
  });

  test('the migration helper refuses a table without a primary key', async () => {
    const schema = new MigrationContext(store.database);
    await assert.rejects(
      schema.createTable('keyless', (table) => void table.integer('n')),
      refusal('GALLEY_MIGRATION_FAILED'),
    );
    assert.equal(await schema.hasTable('keyless'), false);
  });
});

test('a server that is not there is unavailable, not a crash', async () => {
  const database = new Database({ url: 'mysql://u:secret@127.0.0.1:1,127.0.0.1:2/db', acquireTimeoutMs: 2_000 });
  await assert.rejects(
    database.ping(),
    (error: unknown) => error instanceof GalleyError && error.status === 503 && !/secret/.test(error.message),
  );
  await database.close();
});

test('a SQLite file in a folder that cannot be made is unavailable and says where', () => {
  assert.throws(() => new Database({ url: 'sqlite:/dev/null/x/site.sqlite' }), /\/dev\/null\/x\/site\.sqlite/);
});

test('the first host that answers is used, and the store comes back after the server was away', {
  skip: mariadbMissing(),
}, async () => {
  const own = await privateMariadb();
  const database = new Database({ url: own.url.replace('127.0.0.1', '127.0.0.1:1,127.0.0.1') });
  try {
    await database.ping();
    const threads = await database.raw('show processlist');
    const [rows] = threads as [{ Id: number }[]];
    const { Id } = rows.at(-1) ?? { Id: 0 };
    const killer = new Database({ url: own.url });
    for (const row of rows) await killer.raw(`kill ${row.Id}`).catch(() => undefined);
    await killer.close();
    assert.ok(Id > 0);
    await new Promise((done) => setTimeout(done, 50));
    await database.ping();
  } finally {
    await database.close();
    await own.stop();
  }
});

test('a connection is used again, but not once it is too old', { skip: mariadbMissing() }, async () => {
  const { url, drop } = await createDatabase();
  const idsOf = async (lifetimeMs?: number): Promise<number> => {
    const database = new Database({ url, poolMax: 1, ...(lifetimeMs === undefined ? {} : { lifetimeMs }) });
    const ids = new Set<number>();
    for (let count = 0; count < 3; count++) {
      const [[row]] = (await database.raw('select connection_id() as id')) as [[{ id: number }]];
      ids.add(row.id);
      await new Promise((done) => setTimeout(done, 5));
    }
    await database.close();
    return ids.size;
  };
  try {
    assert.equal(await idsOf(), 1);
    assert.equal(await idsOf(1), 3);
  } finally {
    await drop();
  }
});

const tlsMissing =
  mariadbMissing() ||
  (existsSync('/usr/bin/openssl') ? false : 'openssl is not installed, so no certificate can be made');

test('with ssl=verify the certificate and the name in it are checked', { skip: tlsMissing }, async () => {
  const folder = await mkdtemp(join(scratchFolder(), 'galley-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const run = promisify(execFile);
  const names = 'subjectAltName=DNS:localhost'; // Not this machine's own name.
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    names,
    '-keyout',
    key,
    '-out',
    certificate,
  ]);
  await Promise.all([chmod(folder, 0o755), chmod(key, 0o644)]);
  const own = await privateMariadb([`--ssl-cert=${certificate}`, `--ssl-key=${key}`, '--bind-address=0.0.0.0']);
  const attempt = async (host: string, query: string): Promise<string> => {
    const database = new Database({ url: `${own.url.replace('127.0.0.1', host)}?${query}` });
    try {
      await database.ping();
      const [rows] = (await database.raw("show status like 'Ssl_cipher'")) as [{ Value: string }[]];
      return rows[0]?.Value === '' ? 'plain' : 'encrypted';
    } catch (error) {
      return isGalleyError(error, 'GALLEY_DATABASE_UNAVAILABLE') ? 'refused' : String(error);
    } finally {
      await database.close();
    }
  };
  try {
    assert.equal(await attempt('localhost', `ssl=verify&ca=${certificate}`), 'encrypted');
    assert.equal(await attempt(hostname(), `ssl=verify&ca=${certificate}`), 'refused', 'another name');
    assert.equal(await attempt('localhost', 'ssl=verify'), 'refused', 'an authority that nobody knows');
    assert.equal(await attempt('127.0.0.1', 'ssl=off'), 'plain');
  } finally {
    await own.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
