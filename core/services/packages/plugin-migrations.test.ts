// What an update added to the store goes again when the update is taken back, and stays where it cannot.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
  NO_TRIAL,
  PLAINLY,
  type PluginShop,
  scratch,
  startPluginShop,
  writePlugin,
} from '../../../test/support/plugin-shop.ts';
import { places } from '../../../test/support/stores.ts';
import { Processes } from '../processes.ts';
import type { ChangeOutcome, InstallOptions } from './plugin-changes.ts';
import { parseSource } from './source.ts';

const migration = (table: string, down = `await schema.dropTable('${table}');`): string =>
  `export async function up(schema) { await schema.createTable('${table}', (table) => { table.bigIncrements('id'); }); }\nexport async function down(schema) { ${down} }\n`;

for (const { title, skip, create } of places().filter(({ isCluster }) => !isCluster))
  describe(title, { skip }, () => {
    let folder = '';
    let shop: PluginShop;
    let store: Awaited<ReturnType<typeof create>>;

    before(async () => {
      folder = await scratch();
      store = await create();
      shop = await startPluginShop(join(folder, 'content'), { database: { url: store.url } });
    });
    after(async () => {
      await shop?.stop();
      await store?.drop();
      await rm(folder, { recursive: true, force: true });
    });

    const install = async (version: string, files: object, more: Partial<InstallOptions> = {}): Promise<void> => {
      const from = await writePlugin(join(folder, version), { name: 'till', version, files: { ...files } });
      const options = { ...PLAINLY, replace: true, activate: true, ...more };
      await shop.site.pluginChanges.install([{ source: parseSource(`folder:${from}`) }], options);
      await shop.look();
    };
    const goBack = (): Promise<ChangeOutcome> => shop.site.pluginChanges.rollBack('till', PLAINLY);
    const tables = async (): Promise<string[]> => {
      const there: string[] = [];
      for (const name of ['till_one', 'till_two', 'till_three'])
        if (await shop.site.database.schema().hasTable(name)) there.push(name);
      return there;
    };
    const one = { 'migrations/20260101000000_one.ts': migration('till_one') };
    const two = { ...one, 'migrations/20260102000000_two.ts': migration('till_two') };

    beforeEach(async () => {
      await shop.look();
      if (shop.site.plugins.get('till')) await shop.site.pluginChanges.remove('till', { drop: true, options: [] });
      await shop.look();
      for (const name of await tables()) await shop.site.database.schema().dropTable(name);
      await shop.site.database.write('galley_migrations').where({ owner: 'till' }).delete();
      await install('1.0.0', one);
    });

    test('a rollback takes the migrations back that the update ran, and no older ones', async () => {
      await install('2.0.0', two);
      assert.deepEqual(await tables(), ['till_one', 'till_two']);
      const { version, notes } = await goBack();
      assert.deepEqual([version, notes], ['1.0.0', []]);
      assert.deepEqual(await tables(), ['till_one']);
      await install('2.0.0', two);
      assert.deepEqual(await tables(), ['till_one', 'till_two'], 'a later update runs them again');
    });

    test('an update that does not serve is taken back with its migrations', async () => {
      const probe = async (): Promise<void> => Promise.reject(new Error('no page'));
      await assert.rejects(install('2.0.0', two, { trial: { ...NO_TRIAL, probe } }), /^Error: no page$/);
      assert.deepEqual(await tables(), ['till_one']);
      const first = { 'migrations/20260103000000_three.ts': migration('till_three') };
      const from = await writePlugin(join(folder, 'other'), { name: 'other', version: '1.0.0', files: first });
      const options = { ...PLAINLY, activate: true, trial: { ...NO_TRIAL, probe } };
      await assert.rejects(shop.site.pluginChanges.install([{ source: parseSource(`folder:${from}`) }], options));
      assert.deepEqual(await tables(), ['till_one'], 'a first installation leaves nothing');
    });

    test('a migration that cannot be taken back stays with its data, and the outcome says why', async () => {
      const stuck = migration('till_two', `throw new Error('the drawer is locked');`);
      const files = { ...two, 'migrations/20260102000000_two.ts': stuck };
      await install('2.0.0', { ...files, 'migrations/20260103000000_three.ts': migration('till_three') });
      const { version, notes = [] } = await goBack();
      assert.equal(version, '1.0.0');
      assert.match(
        notes.join(),
        /20260102000000_two failed \(down\): the drawer is locked Its tables and their data stay/,
      );
      assert.deepEqual(await tables(), ['till_one', 'till_two'], 'the newer one went before it');
      await shop.look();
      const removed = await shop.site.pluginChanges.remove('till', { drop: true, options: [] });
      assert.match(removed.notes?.join() ?? '', /Its tables and their data stay|so its tables stay/);
    });

    test('a migration that fails half-way leaves nothing', async () => {
      const half = migration('till_two').replace('}); }', "}); throw new Error('out of paper'); }");
      const files = { ...one, 'migrations/20260102000000_two.ts': half };
      await assert.rejects(install('2.0.0', files), /out of paper/);
      assert.deepEqual(await tables(), ['till_one']);
    });

    test('tables go when no process runs the version any more that needs them', async () => {
      await install('2.0.0', two);
      const stamps = await shop.site.pluginChoice.stamps();
      const old = new Processes(shop.site);
      await old.join({ role: 'web', plugins: { till: stamps['till'] ?? '' } });
      const before = Promise.withResolvers<string[]>();
      const onStep = (step: string): void => {
        if (step === 'leaving') before.resolve(tables());
      };
      const back = shop.site.pluginChanges.rollBack('till', { ...PLAINLY, onStep });
      assert.deepEqual(await before.promise, ['till_one', 'till_two']);
      assert.equal(await shop.site.pluginChanges.recovery.attempt(), false, 'another one is at it');
      await old.leave();
      assert.deepEqual((await back).notes, []);
      assert.deepEqual(await tables(), ['till_one']);
    });

    test('what a process itself runs goes when it has ended', async () => {
      await shop.site.processes.join({ role: 'all', plugins: { till: '' } });
      const { notes } = await shop.site.pluginChanges.remove('till', { drop: true, options: [] });
      assert.match(notes?.join() ?? '', /when the processes have ended/);
      await assert.rejects(install('2.0.0', two), /before this one is not over yet/);
      assert.deepEqual(await tables(), ['till_one']);
      await shop.site.processes.leave();
      const next = await startPluginShop(join(folder, 'content'), { database: { url: store.url } });
      try {
        assert.deepEqual(await tables(), [], 'the next start finishes it');
      } finally {
        await next.stop();
      }
    });

    test('data that a plugin left behind are not taken for those of a failed installation', async () => {
      await shop.site.pluginChanges.remove('till', { drop: false, options: [] });
      await shop.look();
      const probe = async (): Promise<void> => Promise.reject(new Error('no page'));
      await assert.rejects(install('2.0.0', two, { trial: { ...NO_TRIAL, probe } }), /no page/);
      assert.deepEqual(await tables(), ['till_one']);
    });

    test('a site that did not start with a version goes back to the one before, without its migrations', async () => {
      const before = await shop.site.pluginChanges.versions.current('till');
      await install('2.0.0', two);
      await shop.site.pluginChanges.goBack('till', before ?? '');
      assert.equal(await shop.site.pluginChanges.versions.current('till'), before);
      assert.deepEqual(await tables(), ['till_one']);
      await assert.rejects(goBack(), /No former version/);
    });
  });
