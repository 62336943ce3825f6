import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { HookBreakers } from './hook-breakers.ts';
import { HookDispatcher } from './hook-dispatcher.ts';
import { HookRecords } from './hook-records.ts';
import type { ActionHook, CollectHook, FilterHook, FilterSyncHook } from './hook-types.ts';
import { HookEngine } from './hooks.ts';

declare module './hook-types.ts' {
  interface Hooks {
    'breaker:value': FilterSyncHook<string>;
    'breaker:guard': FilterHook<string>;
    'breaker:done': ActionHook<[]>;
    'breaker:items': CollectHook<number, string>;
  }
}

let now: number;
let core: HookEngine;
let shop: HookEngine;
let calls: number;
let isBroken: boolean;
let seen: string[];

beforeEach(() => {
  now = 1_000_000;
  calls = 0;
  isBroken = true;
  seen = [];
  const breakers = new HookBreakers(() => now);
  breakers.settings = { failures: 3, windowMs: 1000, restMs: 5000 };
  breakers.onOpen = ({ plugin, hook, state, failures }) => void seen.push(`${state} ${plugin} ${hook} ${failures}`);
  breakers.onClose = ({ plugin, hook }) => void seen.push(`closed ${plugin} ${hook}`);
  core = new HookEngine('core', { records: new HookRecords(), dispatcher: new HookDispatcher(breakers) });
  core.define('breaker:value', { kind: 'filterSync', summary: 'A test.', onError: 'skip' });
  core.define('breaker:guard', { kind: 'filter', summary: 'A test.' });
  core.define('breaker:done', { kind: 'action', summary: 'A test.' });
  core.define('breaker:items', { kind: 'collect', summary: 'A test.' });
  shop = core.ownedBy('shop');
});

const work = (value: string): string => {
  calls++;
  if (isBroken) throw new Error('out of paper');
  return `${value}!`;
};
const fire = (times: number): string[] =>
  Array.from({ length: times }, () => core.applyFiltersSync('breaker:value', 'x'));

describe('A plugin that fails again and again in a hook', () => {
  test('is left out of it, and the value passes it unchanged; others are asked on', () => {
    shop.addFilter('breaker:value', work);
    core.ownedBy('sound').addFilter('breaker:value', (value) => `${value}?`, { priority: 20 });
    assert.deepEqual(new Set(fire(8)), new Set(['x?']));
    assert.equal(calls, 3);
    assert.deepEqual(seen, ['open shop breaker:value 3']);
    const [breaker] = core.breakers.list();
    assert.deepEqual(
      [breaker?.error, breaker?.since, breaker?.until, breaker?.state],
      ['out of paper', now, now + 5000, 'open'],
    );
    assert.equal(core.hasFilter('breaker:value', work), 10, 'it still listens');
    const [listener] = core.list().find(({ name }) => name === 'breaker:value')?.listeners ?? [];
    assert.deepEqual([listener?.calls, listener?.errors], [3, 3], 'calls that were passed over are not counted');
  });

  test('is tried once after the rest, and left out again when that fails', () => {
    shop.addFilter('breaker:value', work);
    fire(4);
    now += 5000;
    fire(5);
    assert.equal(calls, 4);
    assert.deepEqual(seen, ['open shop breaker:value 3', 'open shop breaker:value 4']);
    now += 4999;
    fire(1);
    assert.equal(calls, 4);
  });

  test('is asked as before when the one try goes well, and may fail as often as at first', () => {
    shop.addFilter('breaker:value', work);
    fire(3);
    now += 5000;
    isBroken = false;
    assert.deepEqual(fire(2), ['x!', 'x!']);
    assert.deepEqual(seen.at(-1), 'closed shop breaker:value');
    isBroken = true;
    fire(2);
    assert.deepEqual(core.breakers.list(), []);
    fire(1);
    assert.equal(core.breakers.list().length, 1);
  });

  test('is asked again at once when somebody closes the breaker by hand', () => {
    shop.addFilter('breaker:value', work);
    fire(3);
    isBroken = false;
    assert.equal(core.breakers.close('shop', 'breaker:value'), true);
    assert.equal(core.breakers.close('shop', 'breaker:value'), false);
    assert.deepEqual(fire(1), ['x!']);
  });

  test('is asked on where its failures are far apart, or most of its calls go well', () => {
    shop.addFilter('breaker:value', work);
    for (let time = 0; time < 6; time++) {
      fire(1);
      now += 600;
    }
    assert.equal(calls, 6);
    now += 2000;
    for (let time = 0; time < 30; time++) {
      isBroken = time % 3 === 0;
      fire(1);
    }
    assert.equal(calls, 36);
    assert.deepEqual(seen, []);
  });

  test('is still removed by its function and by its owner', () => {
    const remove = shop.addFilter('breaker:value', work);
    fire(3);
    assert.equal(core.removeFilter('breaker:value', work), true);
    assert.equal(core.hasFilter('breaker:value'), false);
    remove();
    core.removeOwner('shop');
    assert.deepEqual(fire(1), ['x']);
  });

  test('is asked all the same by a filter that stops what it guards, until it answers well', async () => {
    const pass = async (): Promise<string> => core.applyFilters('breaker:guard', 'x');
    shop.addFilter('breaker:guard', work);
    for (let time = 0; time < 5; time++) await assert.rejects(pass, /shop.*out of paper/);
    assert.equal(calls, 5);
    assert.deepEqual(seen, ['failing shop breaker:guard 3']);
    core.breakers.sweep();
    assert.equal(core.breakers.list()[0]?.failures, 5);
    isBroken = false;
    assert.equal(await pass(), 'x!');
    core.breakers.sweep();
    assert.deepEqual(core.breakers.list(), []);
  });

  test('is left out of actions and collections too, also when its listeners are asynchronous', async () => {
    shop.addAction('breaker:done', async () => void work(''));
    shop.addCollector('breaker:items', async () => work(''));
    for (let time = 0; time < 5; time++) {
      await core.doAction('breaker:done');
      assert.deepEqual(await core.collect('breaker:items', 1), []);
    }
    assert.equal(calls, 6);
    now += 5000;
    isBroken = false;
    const answers = await Promise.all([core.collect('breaker:items', 1), core.collect('breaker:items', 1)]);
    assert.deepEqual(answers, [['!'], []], 'only one is tried while it is not known how that goes');
    assert.deepEqual(await core.collect('breaker:items', 1), ['!']);
  });

  test('one that never ends when it is tried is tried once more later', async () => {
    let isStuck = false;
    shop.addCollector('breaker:items', async () => (isStuck ? new Promise<never>(() => undefined) : work('')));
    for (let time = 0; time < 3; time++) await core.collect('breaker:items', 1);
    isStuck = true;
    now += 5000;
    void core.collect('breaker:items', 1);
    isStuck = false;
    isBroken = false;
    assert.deepEqual(await core.collect('breaker:items', 1), []);
    now += 5000;
    assert.deepEqual(await core.collect('breaker:items', 1), ['!']);
    assert.deepEqual(await core.collect('breaker:items', 1), ['!']);
  });

  test('the kernel itself is never left out; nobody is where breakers are switched off', () => {
    core.addFilter('breaker:value', work);
    fire(20);
    assert.equal(calls, 20);
    core.removeAll('breaker:value');
    core.breakers.settings.failures = 0;
    shop.addFilter('breaker:value', work);
    fire(20);
    assert.equal(calls, 40);
    assert.deepEqual(seen, []);
  });

  test('adds up what failed elsewhere, once it fails here too and where that is at least half of all', () => {
    shop.addFilter('breaker:value', work);
    const failed = (failures: number, calls: number): void =>
      core.breakers.addUp('shop', 'breaker:value', { failures, calls });
    failed(9, 9);
    assert.deepEqual(core.breakers.list(), [], 'here nothing failed yet');
    fire(2);
    assert.deepEqual(core.breakers.counts(), [
      { plugin: 'shop', hook: 'breaker:value', failures: 2, calls: 2, leftMs: 1000 },
    ]);
    failed(4, 9);
    assert.deepEqual(core.breakers.list(), []);
    failed(4, 8);
    assert.deepEqual(seen, ['open shop breaker:value 4']);
    assert.deepEqual(core.breakers.counts(), [], 'what is left out is told no more');
    failed(5, 8);
    assert.equal(seen.length, 1);
  });

  test('forgets what failed longer ago than the window', () => {
    shop.addFilter('breaker:value', work);
    fire(2);
    now += 1001;
    assert.deepEqual(core.breakers.counts(), []);
  });
});
