// All migrations, core's and those of every plugin, on both stores: up at the start, down to nothing, and up again.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startTestSite } from '../core/testing.ts';
import { createDatabase, mariadbMissing } from './support/mariadb.ts';

async function tablesOf({ site }: Awaited<ReturnType<typeof startTestSite>>): Promise<string[]> {
  const { dialect } = site.database;
  const sql =
    dialect.name === 'sqlite'
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      : 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()';
  const answer = (await site.database.raw(sql)) as unknown as { name: string }[] | [{ name: string }[], unknown];
  // MariaDB's driver answers with rows and fields.
  const rows = (Array.isArray(answer[0]) ? answer[0] : answer) as { name: string }[];
  return rows.map(({ name }) => name).sort();
}

async function check(database?: string): Promise<void> {
  const current = await startTestSite(database ? { database } : {});
  try {
    const { site, inject } = current;
    const all = (await site.migrations.status()).length;
    assert.ok(all >= 8, `${all} migrations`);
    assert.ok((await site.migrations.status()).every(({ state }) => state === 'applied'));
    const before = await tablesOf(current);
    const reverted = await site.migrations.down({ steps: 1000 });
    assert.equal(reverted.length, all);
    assert.deepEqual(
      (await tablesOf(current)).filter((name) => !name.startsWith('galley_')),
      [],
      'every migration takes back what it made',
    );
    assert.equal((await site.migrations.up()).length, all);
    assert.deepEqual(await tablesOf(current), before);
    assert.deepEqual(await site.migrations.up(), [], 'nothing is left to do');
    await site.cache.flush();
    assert.ok((await inject({ url: '/' })).statusCode < 500);
  } finally {
    await current.stop();
  }
}

describe('Migrations go up, down and up again', () => {
  test('on SQLite', () => check());

  test('on MariaDB', { skip: mariadbMissing() }, async (t) => {
    const database = await createDatabase();
    t.after(() => database.drop());
    await check(database.url);
  });
});
