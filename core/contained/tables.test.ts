import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writePlugins } from '../../test/support/contained-plugins.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { startTestSite, type TestSite } from '../testing.ts';

const TABLES = {
  events: {
    fields: {
      title: { type: 'string', maxLength: 50, index: true },
      starts: { type: 'integer', index: true },
      note: { type: 'string' },
    },
    required: ['title'],
  },
};
const PLUGINS = [
  { name: 'calendar', capabilities: ['tables'], contained: { tables: TABLES } },
  { name: 'neighbour', capabilities: ['tables'], contained: { tables: TABLES } },
  { name: 'stranger', contained: { tables: TABLES } },
];

interface Stored {
  id: number;
  version: number;
  title: string;
}

forEachSite({ plugins: PLUGINS.map(({ name }) => name), pluginFolders: [writePlugins(PLUGINS)] }, (suite) => {
  const call = (name: string, args: object, plugin = 'calendar'): Promise<unknown> =>
    suite.current.site.contained.calls.run(plugin, `table.${name}`, { table: 'events', ...args });
  const titles = async (query: object, plugin?: string): Promise<string[]> =>
    ((await call('find', { query }, plugin)) as Stored[]).map(({ title }) => title);

  test('records are found by their indexed fields, in order', async () => {
    for (const [title, starts] of [
      ['Fair', 30],
      ['Concert', 10],
      ['Reading', 20],
    ])
      await call('insert', { record: { title, starts } });
    assert.deepEqual(await titles({}), ['Fair', 'Concert', 'Reading']);
    assert.deepEqual(await titles({ order: 'starts' }), ['Concert', 'Reading', 'Fair']);
    assert.deepEqual(await titles({ order: 'title', direction: 'desc', limit: 2 }), ['Reading', 'Fair']);
    assert.deepEqual(await titles({ where: { starts: { gt: 10, lte: 30 } }, order: 'starts' }), ['Reading', 'Fair']);
    assert.deepEqual(await titles({ where: { title: 'Fair', starts: 30 } }), ['Fair']);
    assert.deepEqual(await titles({ where: { title: "' OR 1=1 --" } }), []);
  });

  test('a record is replaced by who has read it, and by nobody who has not', async () => {
    const made = (await call('insert', { record: { title: 'Walk', starts: 1 } })) as Stored;
    const next = { id: made.id, version: made.version, record: { title: 'Long walk' } };
    assert.deepEqual(await call('update', next), { id: made.id, version: 2, title: 'Long walk' });
    await assert.rejects(call('update', next), /was changed since/);
    assert.deepEqual(await titles({ where: { starts: 1 } }), []);
    await call('delete', { id: made.id });
    assert.equal(await call('get', { id: made.id }), null);
  });

  test('several go at once, and none of another plugin', async () => {
    const insert = async (title: string, plugin?: string): Promise<number> =>
      ((await call('insert', { record: { title } }, plugin)) as Stored).id;
    const [one, two, theirs] = [await insert('One'), await insert('Two'), await insert('Theirs', 'neighbour')];
    await call('delete', { id: [one, two, theirs] });
    assert.deepEqual([await call('get', { id: one }), await call('get', { id: two })], [null, null]);
    assert.deepEqual(await titles({ where: { title: 'Theirs' } }, 'neighbour'), ['Theirs']);
    await call('delete', { id: theirs }, 'neighbour');
    await call('delete', { id: [] });
  });

  test('what does not fit is refused', async () => {
    await assert.rejects(call('insert', { record: { starts: 1 } }), /required property 'title'/);
    await assert.rejects(call('insert', { record: { title: 'A', other: 1 } }), /additional properties/);
    await assert.rejects(call('find', { query: { where: { note: 'x' } } }), /Indexed are: title, starts/);
    await assert.rejects(call('find', { table: 'event' }), /declares no table "event".*"events"/);
    await assert.rejects(call('find', { query: { where: { title: { like: '%' } } } }), /table\.find/);
  });

  test('nobody sees the records of another, nor any without having asked for tables', async () => {
    const [first] = (await call('find', { query: { limit: 1 } })) as Stored[];
    assert.deepEqual(await titles({}, 'neighbour'), []);
    assert.equal(await call('get', { id: first?.id }, 'neighbour'), null);
    await call('delete', { id: first?.id }, 'neighbour');
    assert.ok(await call('get', { id: first?.id }));
    await assert.rejects(titles({}, 'stranger'), /does not ask for "tables"/);
  });
});

test('a newer version that marks a field of a table finds by it what was there before', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'galley-tables-'));
  t.after(() => rm(folder, { recursive: true }));
  const contentDir = join(folder, 'content');
  const start = async (version: string, note: object): Promise<TestSite> => {
    const fields = { title: { type: 'string', index: true }, note: { type: 'string', ...note } };
    const plugin = { name: 'diary', capabilities: ['tables'], contained: { tables: { days: { fields } } } };
    const home = writePlugins([plugin], join(folder, version));
    const current = await startTestSite({ plugins: ['diary'], pluginFolders: [home], contentDir });
    t.after(() => current.stop());
    return current;
  };
  const find = async ({ site }: TestSite): Promise<number> => {
    const query = { where: { note: 'rain' } };
    return ((await site.contained.calls.run('diary', 'table.find', { table: 'days', query })) as unknown[]).length;
  };
  const first = await start('1', {});
  for (const note of ['rain', 'sun'])
    await first.site.contained.calls.run('diary', 'table.insert', { table: 'days', record: { title: 'A', note } });
  await first.site.options.set('plugin_record_indexes', { 'diary/days': { fields: 'title' } });
  await first.stop();
  const second = await start('2', { index: true });
  assert.equal(await find(second), 0, 'the index is as the version before made it');
  await second.site.cron.run('record-indexes');
  assert.equal(await find(second), 0, 'processes of the version before may still save');
  await second.site.options.set('plugin_record_indexes', { 'diary/days': { fields: 'note title', due: 0 } });
  await second.site.cron.run('record-indexes');
  assert.equal(await find(second), 1);
  assert.deepEqual(await second.site.options.get('plugin_record_indexes'), { 'diary/days': { fields: 'note title' } });
});
