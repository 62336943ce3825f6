import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase, mariadbMissing } from '../../test/support/mariadb.ts';
import { startServicesSite } from '../../test/support/services-site.ts';
import { isGalleyError } from '../lib/errors.ts';
import { Database } from './database.ts';

test('what may have been changed or not is forgotten by the caches', { skip: mariadbMissing() }, async (t) => {
  const { url, drop } = await createDatabase();
  const [database, other] = [new Database({ url }), new Database({ url })];
  const { site, stop } = await startServicesSite(database);
  t.after(async () => {
    await stop();
    await Promise.all([database.close(), other.close()]);
    await drop();
  });
  await site.cache.set('kept', 'before');
  const slow = 'update galley_migrations set batch = batch + sleep(100) limit 1';
  const writing = assert.rejects(
    database.raw(slow).then(),
    (error) => isGalleyError(error, 'GALLEY_DATABASE_UNAVAILABLE') && /may count or not/.test(error.message),
  );
  let killed = false;
  for (const end = Date.now() + 60_000; !killed && Date.now() < end; await delay(20)) {
    const [rows] = (await other.raw('show processlist')) as [{ Id: number; Info: string | null }[]];
    const row = rows.find(({ Info }) => Info === slow);
    if (row) await other.raw(`kill ${row.Id}`).then(() => (killed = true));
  }
  await writing;
  assert.equal(await site.cache.get('kept'), 'before');
  for (const end = Date.now() + 30_000; (await site.cache.get('kept')) !== undefined; await delay(50))
    assert.ok(Date.now() < end, 'forgotten in time');
});
