// A change of plugins survives the end of its process at any step: it is taken back or finished, never half done.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { generator } from '../bench/random.ts';
import { digestOfTree, digestsOfFolder } from '../core/services/packages/digest.ts';
import { parseSource } from '../core/services/packages/source.ts';
import type { KilledChange } from './support/killed-change.ts';
import { PLAINLY, type PluginShop, scratch, startPluginShop, writePlugin } from './support/plugin-shop.ts';
import { QUICKLY } from './support/quick-start.ts';

const PROGRAM = join(import.meta.dirname, 'support', 'killed-change.ts');
const TABLE = (version: string) =>
  `export async function up(schema) { await schema.createTable('kiosk_${version}', (table) => { table.bigIncrements('id'); }); }\nexport async function down(schema) { await schema.dropTable('kiosk_${version}'); }\n`;
/** Ends its process when its table is there and nobody has written down yet that it is. */
const FALLING = TABLE('two').replace(
  '}); }\n',
  "}); if (process.argv[1].endsWith('killed-change.ts')) process.kill(process.pid, 'SIGKILL'); }\n",
);

let folder = '';
let shop: PluginShop;
let first = '';
let second = '';
let falling = '';
before(async () => {
  folder = await scratch();
  shop = await startPluginShop(join(folder, 'content'));
  const files = { 'migrations/20260101000000_one.ts': TABLE('one') };
  first = await writePlugin(join(folder, 'first'), { name: 'kiosk', version: '1.0.0', files });
  const more = { ...files, 'migrations/20260102000000_two.ts': TABLE('two') };
  second = await writePlugin(join(folder, 'second'), { name: 'kiosk', version: '2.0.0', files: more });
  const falls = { ...files, 'migrations/20260102000000_two.ts': FALLING };
  falling = await writePlugin(join(folder, 'falling'), { name: 'kiosk', version: '2.0.0', files: falls });
});
after(async () => {
  await shop?.stop();
  await rm(folder, { recursive: true, force: true });
});

const installFirst = async (): Promise<void> => {
  const options = { ...PLAINLY, activate: true, replace: true };
  await shop.site.pluginChanges.install([{ source: parseSource(`folder:${first}`) }], options);
};
const removeAll = async (): Promise<void> => {
  await shop.look();
  if (shop.site.plugins.get('kiosk')) await shop.site.pluginChanges.remove('kiosk', { drop: true, options: [] });
  await shop.look();
};

/** Runs the change in a process that ends at the step, or after a while. @returns the signal that ended it */
async function killedAt(
  what: KilledChange['what'],
  step: string,
  { afterMs = 60_000, from = what === 'install' ? first : second } = {},
): Promise<string | null> {
  const order: KilledChange = { contentDir: shop.contentDir, what, name: 'kiosk', from, step };
  const child = spawn(process.execPath, [...QUICKLY, PROGRAM, JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(timer);
  return signal;
}

/** Another process switched it on: this one hears of it by and by. */
async function untilChosen(): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if ((await shop.site.pluginChoice.chosen()).includes('kiosk')) return;
    await sleep(100);
  }
  assert.fail('it is not switched on');
}

/** What counts, after whoever comes next has cleared up; fails where anything does not go with the rest. */
async function stateAfterwards(): Promise<string> {
  const { versions, lock, recovery } = shop.site.pluginChanges;
  await recovery.attempt();
  await shop.look();
  const left = (await readdir(versions.folder)).filter((name) => name !== 'kiosk');
  assert.deepEqual(left, [], 'nothing of the change is left');
  const id = await versions.current('kiosk');
  const locked = (await lock.read())['kiosk'];
  assert.equal(id === undefined, locked === undefined, 'pointer and lock file say the same');
  assert.equal(shop.site.plugins.get('kiosk')?.version, locked?.version);
  if (id === undefined || !locked) return 'none';
  assert.equal(digestOfTree(await digestsOfFolder(versions.path('kiosk', id))), locked.tree, 'its files are whole');
  await untilChosen();
  return locked.version;
}

beforeEach(async () => {
  await removeAll();
});

const OLD_UNTIL = ['staging', 'staged', 'migrating', 'switching', 'pointed kiosk', 'locked kiosk', 'probing'];
for (const step of OLD_UNTIL) {
  test(`an update that is killed at "${step}" is taken back`, async () => {
    await installFirst();
    assert.equal(await killedAt('update', step), 'SIGKILL');
    assert.equal(await stateAfterwards(), '1.0.0');
    assert.equal(await shop.site.database.schema().hasTable('kiosk_one'), true);
    assert.equal(await shop.site.database.schema().hasTable('kiosk_two'), false, 'what its migration added is gone');
  });
}

test('an update that is killed inside of a migration is taken back, with what that had made', async () => {
  await installFirst();
  assert.equal(await killedAt('update', 'never', { from: falling }), 'SIGKILL');
  assert.equal(await shop.site.database.schema().hasTable('kiosk_two'), true);
  assert.equal(await stateAfterwards(), '1.0.0');
  assert.equal(await shop.site.database.schema().hasTable('kiosk_two'), false);
});

test('an update that is killed when the site serves with it is finished', async () => {
  await installFirst();
  assert.equal(await killedAt('update', 'pinned kiosk'), 'SIGKILL');
  assert.equal(await stateAfterwards(), '2.0.0');
  assert.equal((await shop.site.pluginChanges.rollBack('kiosk', PLAINLY)).version, '1.0.0');
});

test('an installation that is killed half-way leaves nothing, and a later one goes on', async () => {
  assert.equal(await killedAt('install', 'pointed kiosk'), 'SIGKILL');
  assert.equal(await stateAfterwards(), 'none');
  assert.equal(await killedAt('install', 'never'), null);
  assert.equal(await stateAfterwards(), '1.0.0');
});

test('a process that saw one version takes back the migrations of another', async () => {
  await installFirst();
  await removeAll();
  await installFirst();
  assert.equal(await killedAt('update', 'never'), null);
  await removeAll();
  assert.equal(await shop.site.database.schema().hasTable('kiosk_two'), false);
});

test('a removal with data that is killed is finished', async () => {
  for (const step of ['removing', 'removed kiosk']) {
    await installFirst();
    await shop.look();
    assert.equal(await killedAt('remove', step), 'SIGKILL');
    assert.equal(await stateAfterwards(), 'none');
    assert.equal(await shop.site.database.schema().hasTable('kiosk_one'), false);
  }
});

test('a rollback that is killed when the site serves with it is finished, with its migrations', async () => {
  await installFirst();
  assert.equal(await killedAt('update', 'never'), null);
  assert.equal(await shop.site.database.schema().hasTable('kiosk_two'), true);
  assert.equal(await killedAt('rollback', 'chosen kiosk'), 'SIGKILL');
  assert.equal(await stateAfterwards(), '1.0.0');
  assert.equal(await shop.site.database.schema().hasTable('kiosk_two'), false);
});

const seed = Math.floor(Math.random() * 2 ** 31);
test(`updates that are killed at random moments are whole afterwards (seed ${seed})`, async () => {
  const random = generator(seed);
  for (let kill = 0; kill < 2; kill++) {
    await removeAll();
    await installFirst();
    await killedAt('update', 'never', { afterMs: random() * 1_500 });
    const version = await stateAfterwards();
    assert.match(version, /^[12]\.0\.0$/);
    assert.equal(await shop.site.database.schema().hasTable('kiosk_two'), version === '2.0.0');
  }
});
