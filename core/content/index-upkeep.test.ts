import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writePlugin } from '../../test/support/plugin-shop.ts';
import { SYSTEM } from '../identity/viewer.ts';
import { startTestSite, type TestSite } from '../testing.ts';
import { IndexUpkeep } from './index-upkeep.ts';

const { signal } = new AbortController();

test('a newer version of a plugin that marks a field for lists finds by it what was there before', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'galley-index-'));
  t.after(() => rm(folder, { recursive: true }));
  const contentDir = join(folder, 'content');
  const start = async (version: string, field: object): Promise<TestSite> => {
    const fields = JSON.stringify({ minutes: { kind: 'integer', label: 'Minutes', ...field } });
    const index = `export default { setup(site) { site.types.register('dish', { title: 'Dishes', singular: 'Dish', supports: ['title'], fields: ${fields} }); } };\n`;
    await writePlugin(join(folder, version), { name: 'cook', version, files: { 'index.ts': index } });
    const current = await startTestSite({ plugins: ['cook'], pluginFolders: [join(folder, version)], contentDir });
    t.after(() => current.stop());
    return current;
  };
  const found = async ({ site }: TestSite): Promise<number> =>
    (await site.entries.find({ type: 'dish', where: { minutes: { gte: 10 } } }, SYSTEM)).items.length;
  const known = async ({ site }: TestSite): Promise<Record<string, unknown> | undefined> =>
    (await site.options.get<Record<string, Record<string, unknown>>>('type_indexes'))['dish'];

  const first = await start('1.0.0', {});
  for (const minutes of [20, 5])
    await first.site.entries.save(
      { type: 'dish', title: 'Soup', status: 'publish', fields: { minutes } },
      { viewer: SYSTEM },
    );
  assert.equal(await known(first), undefined, 'nothing is to be done');
  await first.stop();

  const second = await start('2.0.0', { index: true });
  assert.equal(await found(second), 0, 'the index is as the version before made it');
  assert.equal((await known(second))?.['after'], 0, 'the start has seen it');
  await new IndexUpkeep(second.site).work(signal);
  assert.equal(await found(second), 0, 'processes of the version before may still save');
  await second.site.options.set('type_indexes', { dish: { ...(await known(second)), due: 0 } });
  await second.site.cron.run('field-indexes');
  assert.equal(await found(second), 1);
  assert.deepEqual(await known(second), { fields: 'minutes:integer' });
  await second.stop();

  const third = await start('3.0.0', {});
  await third.site.options.set('type_indexes', { dish: { fields: 'minutes:integer', after: 0 } });
  await new IndexUpkeep(third.site).work(signal);
  assert.equal((await known(third))?.['after'], 0, 'a process that knows the type otherwise leaves it alone');
});
