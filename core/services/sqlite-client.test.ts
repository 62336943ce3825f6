import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Database } from './database.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-sqlite-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const DATABASE = JSON.stringify(join(import.meta.dirname, 'database.ts'));

function run(code: string): ReturnType<typeof spawn> {
  const source = `import { Database } from ${DATABASE};\n${code}`;
  return spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['pipe', 'pipe', 'inherit'] });
}

test('the file is readable by its owner only, for it holds password hashes', async () => {
  const database = new Database({ url: `sqlite:${folder}/mode.sqlite` });
  await database.schema().createTable('t', (table) => table.increments('id'));
  assert.equal((await stat(join(folder, 'mode.sqlite'))).mode & 0o077, 0);
  assert.equal((await stat(join(folder, 'mode.sqlite-wal'))).mode & 0o077, 0);
  await database.close();
});

test('a store in memory leaves nothing behind', async () => {
  const database = new Database({ url: 'sqlite::memory:' });
  await database.schema().createTable('t', (table) => table.increments('id'));
  assert.equal(await database.insert('t', {}), 1);
  assert.equal((await database.read('t')).length, 1);
  await database.close();
});

test('a query that should only read cannot write', async () => {
  const database = new Database({ url: 'sqlite::memory:' });
  await database.schema().createTable('t', (table) => table.increments('id'));
  await assert.rejects(async () => await database.read('t').delete());
  await database.close();
});

test('every acknowledged write survives kill -9 of the process', async () => {
  const url = `sqlite:${folder}/kill.sqlite`;
  const child = run(`
    const database = new Database({ url: ${JSON.stringify(url)} });
    await database.schema().createTable('t', (table) => { table.increments('id'); table.integer('n'); });
    for (let n = 1; ; n++) { await database.insert('t', { n }); process.stdout.write(n + '\\n'); await new Promise(setImmediate); }
  `);
  let output = '';
  child.stdout?.on('data', (data: Buffer) => {
    output += data.toString();
    if (output.length > 2_000) child.kill('SIGKILL');
  });
  await once(child, 'exit');
  const acknowledged = Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1));
  const database = new Database({ url });
  const rows = await database.read('t').select('n').orderBy('n');
  assert.ok(acknowledged > 100);
  assert.ok(rows.length >= acknowledged, `${rows.length} rows of ${acknowledged} acknowledged`);
  assert.deepEqual(await database.check(), []);
  await database.close();
});

test('waiting for another process does not stop the event loop, and ends with the write', async () => {
  const url = `sqlite:${folder}/busy.sqlite`;
  const database = new Database({ url });
  await database.schema().createTable('t', (table) => table.increments('id'));
  const child = run(`
    const database = new Database({ url: ${JSON.stringify(url)} });
    await database.transaction(async () => {
      await database.insert('t', {});
      process.stdout.write('holding');
      await new Promise((resolve) => process.stdin.once('data', resolve));
    });
    process.stdin.destroy();
    await database.close();
  `);
  if (child.stdout) await once(child.stdout, 'data');
  let isWritten = false;
  const writing = database.insert('t', {}).then(() => {
    isWritten = true;
  });
  for (let tick = 0; tick < 30; tick++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(isWritten, false, 'the loop turned thirty times while it waited');
  child.stdin?.write('go on');
  await writing;
  assert.equal((await database.read('t')).length, 2);
  await once(child, 'exit');
  await database.close();
});

test('three processes that write at once all get through', async () => {
  const url = `sqlite:${folder}/three.sqlite`;
  const database = new Database({ url });
  await database.schema().createTable('t', (table) => {
    table.increments('id');
    table.integer('n');
  });
  await database.insert('t', { n: 0 });
  const children = Array.from({ length: 3 }, () =>
    run(`
      const database = new Database({ url: ${JSON.stringify(url)} });
      for (let i = 0; i < 100; i++) {
        await database.transaction(async () => {
          const row = await database.read('t').first();
          await database.write('t').where({ id: row.id }).update({ n: row.n + 1 });
        });
      }
      await database.close();
    `),
  );
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number));
  assert.deepEqual(codes, [0, 0, 0]);
  assert.equal((await database.read('t').first())?.['n'], 300);
  await database.close();
});
