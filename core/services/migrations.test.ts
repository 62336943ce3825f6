import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { scratchFolder } from '../../test/support/mariadb.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { isGalleyError } from '../lib/errors.ts';
import { Migrations } from './migrations.ts';

const HERE = import.meta.dirname;

forEachStore((store) => {
  let root = '';
  const write = async (owner: string, name: string, body: string, down = ''): Promise<void> => {
    await mkdir(join(root, owner), { recursive: true });
    await writeFile(
      join(root, owner, `${name}.ts`),
      `export async function up(schema) { ${body} }\nexport async function down(schema) { ${down} }\n`,
    );
  };
  const table = (name: string): [string, string] => [
    `await schema.createTable('${name}', (table) => { table.bigIncrements('id'); schema.keyColumn(table, 'code').unique(); });`,
    `await schema.dropTable('${name}');`,
  ];
  const migrations = (options = {}): Migrations =>
    new Migrations({
      database: store.database,
      sources: ['core', 'shop'].map((owner) => ({ owner, folder: join(root, owner) })),
      ...options,
    });

  before(async () => {
    root = await mkdtemp(join(scratchFolder(), 'galley-migrations-'));
    await write('core', '20260101000000_first', ...table('first'));
    await write('core', '20260102000000_second', ...table('second'));
    await write('shop', '20250101000000_orders', ...table('orders'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  test('all pending migrations run once, by owner and name, and are recorded', async () => {
    const ran = await migrations().up();
    assert.deepEqual(
      ran.map(({ owner, name }) => `${owner}/${name}`),
      ['core/20260101000000_first', 'core/20260102000000_second', 'shop/20250101000000_orders'],
    );
    assert.deepEqual(await migrations().up(), []);
    assert.deepEqual(
      (await migrations().status()).map(({ state }) => state),
      ['applied', 'applied', 'applied'],
    );
    const history = await migrations().history();
    assert.deepEqual(
      history.map(({ name, batch }) => [name, batch]),
      [
        ['20250101000000_orders', 1],
        ['20260102000000_second', 1],
        ['20260101000000_first', 1],
      ],
    );
  });

  test('the tables have a primary key, InnoDB and utf8mb4', async () => {
    const problems = (await store.database.check()).filter((problem) => problem.table !== undefined);
    assert.deepEqual(problems, []);
  });

  test('the last ones are taken back, newest first, and run again', async () => {
    const undone = await migrations().down({ steps: 2 });
    assert.deepEqual(
      undone.map(({ name }) => name),
      ['20250101000000_orders', '20260102000000_second'],
    );
    assert.equal(await store.database.schema().hasTable('second'), false);
    assert.equal((await migrations().pending()).length, 2);
    assert.equal((await migrations().up({ owner: 'shop' })).length, 1);
    assert.equal((await migrations().up()).length, 1);
    assert.equal((await migrations().history())[0]?.batch, 3);
  });

  test('one that fails is named, and those before it stay', async () => {
    await write('core', '20260103000000_third', ...table('third'));
    await write('core', '20260104000000_broken', `throw new Error('on purpose');`);
    await assert.rejects(
      migrations().up(),
      (error: unknown) =>
        isGalleyError(error, 'GALLEY_MIGRATION_FAILED') && /20260104000000_broken.*on purpose/.test(error.message),
    );
    assert.deepEqual(
      (await migrations().pending()).map(({ name }) => name),
      ['20260104000000_broken'],
    );
    await rm(join(root, 'core', '20260104000000_broken.ts'));
  });

  test('an edited and a missing file are noticed', async () => {
    await writeFile(
      join(root, 'core', '20260103000000_third.ts'),
      `${await readFile(join(root, 'core', '20260103000000_third.ts'), 'utf8')}// edited\n`,
    );
    await write('core', '20260105000000_gone', ...table('gone'));
    await migrations().up();
    await rm(join(root, 'core', '20260105000000_gone.ts'));
    const states = new Map((await migrations().status()).map(({ name, state }) => [name, state]));
    assert.deepEqual([states.get('20260103000000_third'), states.get('20260105000000_gone')], ['changed', 'missing']);
    await assert.rejects(migrations().down(), /is gone/);
    await write('core', '20260105000000_gone', ...table('gone'));
    await migrations().down();
    await rm(join(root, 'core', '20260105000000_gone.ts'));
  });

  test('a new file has a name, a stamp and both functions', async () => {
    const path = await migrations().make('Create Übersicht', 'shop');
    assert.match(path, /shop\/\d{14}_create_ubersicht\.ts$/);
    assert.match(await readFile(path, 'utf8'), /export async function up[\s\S]*export async function down/);
    const second = await migrations().make('Create Übersicht', 'shop');
    assert.notEqual(second.slice(-40), path.slice(-40));
    await rm(path);
    await rm(second);
    await assert.rejects(migrations().make('x', 'nobody'), (error: unknown) =>
      isGalleyError(error, 'GALLEY_INPUT_INVALID'),
    );
  });

  test('a misnamed file is refused', async () => {
    await writeFile(join(root, 'core', 'oops.ts'), '');
    await assert.rejects(migrations().status(), /oops\.ts is not named like/);
    await rm(join(root, 'core', 'oops.ts'));
  });

  test('of two processes one migrates and the other waits and finds nothing to do', async () => {
    const slow = `const n = await schema.database.insert('first', { code: 'run-' + process.pid }); await new Promise((resolve) => setTimeout(resolve, 300));`;
    await write('shop', '20250102000000_slow', slow);
    const code = `
      import { Database } from ${JSON.stringify(join(HERE, 'database.ts'))};
      import { Migrations } from ${JSON.stringify(join(HERE, 'migrations.ts'))};
      const database = new Database({ url: ${JSON.stringify(store.url)} });
      const ran = await new Migrations({ database, sources: [{ owner: 'shop', folder: ${JSON.stringify(join(root, 'shop'))} }] }).up();
      console.log(ran.length);
      await database.close();`;
    const runs = [0, 1].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (data: Buffer) => (output += data.toString()));
      const [exit] = (await once(child, 'exit')) as [number];
      return `${exit}:${output.trim()}`;
    });
    assert.deepEqual((await Promise.all(runs)).sort(), ['0:0', '0:1']);
    assert.equal((await store.database.read('first').where('code', 'like', 'run-%')).length, 1);
  });

  test('a process that is killed half-way is followed by one that finishes its work', async () => {
    const half = `
      await schema.createTable('half', (table) => { table.bigIncrements('id'); schema.keyColumn(table, 'code'); table.index(['code'], 'half_code'); });
      if (process.env.DIE) { await schema.database.schema().alterTable('half', (table) => table.dropIndex(['code'], 'half_code')); process.kill(process.pid, 'SIGKILL'); }
      await schema.addColumn('half', 'more', (table) => { table.integer('more').nullable(); });
      await schema.addIndex('half', ['more'], { name: 'half_more' });`;
    await write('shop', '20250103000000_half', half, `await schema.dropTable('half');`);
    const code = `
      import { Database } from ${JSON.stringify(join(HERE, 'database.ts'))};
      import { Migrations } from ${JSON.stringify(join(HERE, 'migrations.ts'))};
      const database = new Database({ url: ${JSON.stringify(store.url)} });
      await new Migrations({ database, sources: [{ owner: 'shop', folder: ${JSON.stringify(join(root, 'shop'))} }] }).up();`;
    const kill = async (): Promise<void> => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: 'inherit',
        env: { ...process.env, DIE: '1' },
      });
      const [, signal] = (await once(child, 'exit')) as [number, string];
      assert.equal(signal, 'SIGKILL');
    };
    await kill();
    // A server may be at work for a process that is gone.
    if (store.database.dialect.name === 'mysql')
      await assert.rejects(migrations({ waitMs: 0 }).up(), (error: unknown) =>
        isGalleyError(error, 'GALLEY_MIGRATION_LOCKED'),
      );
    const [last] = await migrations().history();
    assert.deepEqual([last?.name, last?.appliedAt], ['20250103000000_half', undefined]);
    assert.equal((await migrations().status()).find(({ name }) => name === last?.name)?.state, 'pending');
    // The lock of the dead runs out.
    await store.database.write('galley_locks').update({ until: Date.now() - 1 });
    await migrations({ waitMs: 30_000 }).down({ owner: 'shop' });
    assert.equal(await store.database.schema().hasTable('half'), false, 'what was cut off can be taken back');
    await kill();
    await store.database.write('galley_locks').update({ until: Date.now() - 1 });
    assert.deepEqual(
      (await migrations({ waitMs: 30_000 }).up()).map(({ name }) => name),
      ['20250103000000_half'],
    );
    assert.equal((await migrations().history()).filter(({ name }) => name === '20250103000000_half').length, 1);
    assert.equal(await store.database.schema().hasColumn('half', 'more'), true);
    const indexes = await store.database.dialect.indexNames('half');
    assert.ok(indexes.includes('half_code') && indexes.includes('half_more'), indexes.join());
  });

  test('changes of columns and indexes can be repeated and taken back', async () => {
    const twice = async (up: string): Promise<void> => {
      const name = `202501${String(Math.floor(Math.random() * 89) + 10)}000000_change_${Math.random().toString(36).slice(2, 8)}`;
      await write('core', name, up + up);
      await migrations().up();
    };
    await twice(`await schema.addColumn('half', 'note', (table) => { schema.textColumn(table, 'note').nullable(); });`);
    await twice(`await schema.renameColumn('half', 'note', 'remark');`);
    await twice(`await schema.addIndex('half', ['remark'], { unique: true });`);
    await store.database.insert('half', { code: 'a', remark: 'one' });
    await assert.rejects(store.database.insert('half', { code: 'b', remark: 'one' }));
    await twice(
      `await schema.dropIndex('half', ['remark'], { unique: true }); await schema.dropColumn('half', 'remark');`,
    );
    await twice(`await schema.renameTable('half', 'whole');`);
    assert.deepEqual((await store.database.read('whole')).length, 1);
    assert.equal(await store.database.schema().hasColumn('whole', 'remark'), false);
  });

  test('a reference to another table is kept by the store', async () => {
    await write(
      'core',
      '20260106000000_refs',
      `
      await schema.createTable('parents', (table) => { table.bigIncrements('id'); });
      await schema.createTable('children', (table) => { table.bigIncrements('id'); schema.foreign(table, 'parent_id', { table: 'parents', onDelete: 'cascade' }).notNullable(); });`,
    );
    await migrations().up();
    const parent = await store.database.insert('parents', { id: 5 });
    await store.database.insert('children', { parent_id: parent });
    await assert.rejects(store.database.insert('children', { parent_id: 99 }), (error: unknown) =>
      isGalleyError(error, 'GALLEY_DATABASE_CONSTRAINT'),
    );
    await store.database.write('parents').where({ id: parent }).delete();
    assert.equal((await store.database.read('children')).length, 0);
  });
});
