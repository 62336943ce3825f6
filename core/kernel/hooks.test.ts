import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GalleyError } from '../lib/errors.ts';
import type { ActionHook, CollectHook, FilterHook, FilterSyncHook, FirstHook } from './hook-types.ts';
import { HookEngine, type HookFailure } from './hooks.ts';

declare module './hook-types.ts' {
  interface Hooks {
    'test:done': ActionHook<[...values: unknown[]]>;
    'test:once': ActionHook<[]>;
    'test:value': FilterHook<string, [extra?: unknown]>;
    'test:skipping': FilterHook<string>;
    'test:sync': FilterSyncHook<number, [by?: number]>;
    'test:items': CollectHook<number, string>;
    'test:answer': FirstHook<string, string>;
    'test:typo': ActionHook<[]>;
  }
}

let hooks: HookEngine;
let failures: HookFailure[];
let trace: string[];

const note = (text: string) => (): void => {
  trace.push(text);
};
const append =
  (text: string) =>
  (value: string): string =>
    value + text;

beforeEach(() => {
  hooks = new HookEngine();
  failures = [];
  trace = [];
  hooks.onFailure((failure) => failures.push(failure));
  hooks.define('test:done', { kind: 'action', summary: 'A test.' });
  hooks.define('test:once', { kind: 'action', summary: 'A test.', once: true });
  hooks.define('test:value', { kind: 'filter', summary: 'A test.' });
  hooks.define('test:skipping', { kind: 'filter', summary: 'A test.', onError: 'skip' });
  hooks.define('test:sync', { kind: 'filterSync', summary: 'A test.' });
  hooks.define('test:items', { kind: 'collect', summary: 'A test.' });
  hooks.define('test:answer', { kind: 'first', summary: 'A test.' });
});

describe('order, as WP_Hook has it', () => {
  test('lower priorities run first, ties in order of registration, negative ones too', async () => {
    hooks.addAction('test:done', note('ten'));
    hooks.addAction('test:done', note('five'), { priority: 5 });
    hooks.addAction('test:done', note('ten again'));
    hooks.addAction('test:done', note('minus'), { priority: -1 });
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['minus', 'five', 'ten', 'ten again']);
  });

  test('the same function at the same priority is replaced in place', async () => {
    const listener = note('same');
    hooks.addAction('test:done', listener);
    hooks.addAction('test:done', note('other'));
    hooks.addAction('test:done', listener);
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['same', 'other']);
  });

  test('the same function at two priorities runs twice', async () => {
    const listener = note('twice');
    hooks.addAction('test:done', listener);
    hooks.addAction('test:done', listener, { priority: 11 });
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['twice', 'twice']);
  });

  test('all arguments reach the listeners', async () => {
    let seen: unknown[] = [];
    hooks.addAction('test:done', (...args) => {
      seen = args;
    });
    await hooks.doAction('test:done', 1, 'two', null);
    assert.deepEqual(seen, [1, 'two', null]);
  });
});

describe('removing', () => {
  test('needs the same function and priority, and says whether it was there', () => {
    const listener = note('x');
    hooks.addAction('test:done', listener, { priority: 7 });
    assert.equal(hooks.removeAction('test:done', listener), false);
    assert.equal(hooks.removeAction('test:done', note('x'), 7), false);
    assert.equal(hooks.removeAction('test:done', listener, 7), true);
    assert.equal(hooks.removeAction('test:done', listener, 7), false);
  });

  test('what an adder returns removes that listener', async () => {
    const remove = hooks.addFilter('test:value', append('!'));
    assert.equal(await hooks.applyFilters('test:value', 'a'), 'a!');
    remove();
    assert.equal(await hooks.applyFilters('test:value', 'a'), 'a');
  });

  test('all of a hook, or of one priority, can be removed', async () => {
    hooks.addAction('test:done', note('a'), { priority: 1 });
    hooks.addAction('test:done', note('b'), { priority: 2 });
    hooks.removeAll('test:done', 1);
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['b']);
    hooks.removeAll('test:done');
    assert.equal(hooks.hasAction('test:done'), false);
  });

  test('all listeners of one owner can be removed, closures too', async () => {
    hooks.ownedBy('shop').addAction('test:done', () => note('shop')());
    hooks.addAction('test:done', note('core'));
    hooks.removeOwner('shop');
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['core']);
  });
});

describe('changes while a hook runs', () => {
  test('a listener added at a later priority runs in this firing', async () => {
    hooks.addAction('test:done', () => void hooks.addAction('test:done', note('later'), { priority: 20 }));
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['later']);
  });

  test('a listener added at an earlier priority runs next time', async () => {
    hooks.addAction('test:done', () => void hooks.addAction('test:done', note('earlier'), { priority: 1 }));
    await hooks.doAction('test:done');
    assert.deepEqual(trace, []);
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['earlier']);
  });

  test('a listener added at the same priority runs next time', () => {
    let added = 0;
    hooks.addFilter('test:sync', (value) => {
      if (added++ === 0) hooks.addFilter('test:sync', (inner) => inner + 100);
      return value + 1;
    });
    assert.equal(hooks.applyFiltersSync('test:sync', 0), 1);
    assert.equal(hooks.applyFiltersSync('test:sync', 0), 101);
  });

  test('a listener removed at the same priority still runs in this firing', async () => {
    const second = note('second');
    hooks.addAction('test:done', () => void hooks.removeAction('test:done', second));
    hooks.addAction('test:done', second);
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['second']);
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['second']);
  });

  test('a listener removed at a later priority does not run', async () => {
    const later = note('later');
    hooks.addAction('test:done', () => void hooks.removeAction('test:done', later, 20));
    hooks.addAction('test:done', later, { priority: 20 });
    await hooks.doAction('test:done');
    assert.deepEqual(trace, []);
  });

  test('the rules hold in asynchronous filters too', async () => {
    hooks.addFilter('test:value', async (value) => {
      await sleep(1);
      hooks.addFilter('test:value', append('-later'), { priority: 20 });
      hooks.addFilter('test:value', append('-same'));
      return value;
    });
    assert.equal(await hooks.applyFilters('test:value', 'x'), 'x-later');
  });
});

describe('recursion', () => {
  test('an inner firing runs everything from the start', async () => {
    let depth = 0;
    hooks.addAction('test:done', async () => {
      trace.push(`a${depth}`);
      if (depth++ === 0) await hooks.doAction('test:done');
    });
    hooks.addAction('test:done', note('b'));
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['a0', 'a1', 'b', 'b']);
  });

  test('endless recursion is stopped and named', () => {
    hooks.addFilter('test:sync', (value) => hooks.applyFiltersSync('test:sync', value + 1));
    assert.throws(() => hooks.applyFiltersSync('test:sync', 0), { code: 'GALLEY_HOOK_DEPTH' });
  });
});

describe('asking what runs', () => {
  test('currentHook is the innermost, doingAction any on the way, and both end with the hook', async () => {
    hooks.addFilter('test:sync', (value) => {
      trace.push(`${hooks.currentHook()} ${hooks.doingAction('test:done')} ${hooks.doingAction()}`);
      return value;
    });
    hooks.addAction('test:done', () => void hooks.applyFiltersSync('test:sync', 1));
    assert.equal(hooks.currentHook(), undefined);
    assert.equal(hooks.doingAction(), false);
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['test:sync true true']);
    assert.equal(hooks.currentHook(), undefined);
  });

  test('it ends also when a listener throws', () => {
    hooks.addFilter('test:sync', () => {
      throw new Error('no');
    });
    assert.throws(() => hooks.applyFiltersSync('test:sync', 1));
    assert.equal(hooks.currentHook(), undefined);
  });

  test('didAction counts firings, also with nobody listening', async () => {
    await hooks.doAction('test:done');
    await hooks.doAction('test:done');
    assert.equal(hooks.didAction('test:done'), 2);
    assert.equal(hooks.didAction('test:value'), 0);
  });

  test('hasFilter gives the priority of a listener, 0 being one, or false', () => {
    const listener = append('x');
    assert.equal(hooks.hasFilter('test:value'), false);
    hooks.addFilter('test:value', listener, { priority: 0 });
    assert.equal(hooks.hasFilter('test:value'), true);
    assert.equal(hooks.hasFilter('test:value', listener), 0);
    assert.equal(hooks.hasFilter('test:value', append('y')), false);
  });

  test('a hundred concurrent requests never see each other', async () => {
    const seen = new Map<number, string[]>();
    hooks.addFilter('test:value', async (value, extra) => {
      const mine = seen.get(extra as number) ?? [];
      seen.set(extra as number, mine);
      mine.push(String(hooks.currentHook()));
      await sleep(Math.floor(((extra as number) * 7919) % 10));
      mine.push(`${hooks.currentHook()} ${hooks.doingAction('test:done')}`);
      return value;
    });
    const request = (id: number): Promise<void> =>
      hooks.isolate(async () => {
        assert.equal(hooks.currentHook(), undefined);
        await sleep(id % 3);
        await hooks.applyFilters('test:value', 'x', id);
        assert.equal(hooks.currentHook(), undefined);
      });
    await Promise.all(Array.from({ length: 100 }, (_, id) => request(id)));
    for (let id = 0; id < 100; id++) assert.deepEqual(seen.get(id), ['test:value', 'test:value false']);
  });

  test('two hooks that run at once in one request do not mix', async () => {
    hooks.addAction('test:done', async () => {
      await sleep(2);
      trace.push(String(hooks.currentHook()));
    });
    hooks.addFilter('test:value', async (value) => {
      await sleep(1);
      trace.push(String(hooks.currentHook()));
      return value;
    });
    await hooks.isolate(() => Promise.all([hooks.doAction('test:done'), hooks.applyFilters('test:value', 'x')]));
    assert.deepEqual(trace.sort(), ['test:done', 'test:value']);
  });
});

describe('errors', () => {
  test('an action listener that throws is reported under its owner and the rest run', async () => {
    hooks.ownedBy('broken').addAction('test:done', () => {
      throw new Error('sync');
    });
    hooks.ownedBy('broken').addAction('test:done', async () => {
      throw new Error('async');
    });
    hooks.addAction('test:done', note('rest'));
    await hooks.doAction('test:done');
    assert.deepEqual(trace, ['rest']);
    assert.deepEqual(
      failures.map(({ owner, hook, error }) => [owner, hook, (error as Error).message]),
      [
        ['broken', 'test:done', 'sync'],
        ['broken', 'test:done', 'async'],
      ],
    );
  });

  test('a filter listener that throws stops the operation and names its owner', async () => {
    hooks.ownedBy('broken').addFilter('test:value', () => {
      throw new Error('no');
    });
    await assert.rejects(async () => hooks.applyFilters('test:value', 'x'), {
      code: 'GALLEY_HOOK_FAILED',
      message: /"broken" failed in the filter "test:value": no/,
    });
  });

  test('a GalleyError of a filter is passed on as it is: that is how a listener refuses', async () => {
    hooks.addFilter('test:value', async () => {
      throw new GalleyError('GALLEY_ENTRY_REFUSED', 'Not today.');
    });
    await assert.rejects(async () => hooks.applyFilters('test:value', 'x'), { code: 'GALLEY_ENTRY_REFUSED' });
  });

  test('where the hook says so, a throwing filter is passed over with the value it got', async () => {
    hooks.addFilter('test:skipping', append('1'));
    hooks.ownedBy('broken').addFilter('test:skipping', async () => {
      await sleep(1);
      throw new Error('no');
    });
    hooks.addFilter('test:skipping', append('2'));
    assert.equal(await hooks.applyFilters('test:skipping', ''), '12');
    assert.equal(failures[0]?.owner, 'broken');
  });

  test('a synchronous filter refuses a promise', () => {
    hooks.addFilter('test:sync', (async (value: number) => value) as never);
    assert.throws(() => hooks.applyFiltersSync('test:sync', 1), { code: 'GALLEY_HOOK_FAILED' });
  });
});

describe('values', () => {
  test('a filter without asynchronous listeners gives the value at once', () => {
    hooks.addFilter('test:value', append('b'));
    assert.equal(hooks.applyFilters('test:value', 'a'), 'ab');
  });

  test('synchronous and asynchronous listeners keep their order', async () => {
    hooks.addFilter('test:value', append('1'));
    hooks.addFilter('test:value', async (value) => {
      await sleep(2);
      return `${value}2`;
    });
    hooks.addFilter('test:value', append('3'));
    hooks.addFilter('test:value', async (value) => `${value}4`);
    assert.equal(await hooks.applyFilters('test:value', ''), '1234');
  });

  test('collect asks all at once and joins by priority, without those that throw', async () => {
    hooks.addCollector(
      'test:items',
      async (input) => {
        await sleep(3);
        return [`slow ${input}`];
      },
      { priority: 1 },
    );
    hooks.addCollector('test:items', () => 'quick', { priority: 2 });
    hooks.ownedBy('broken').addCollector('test:items', () => {
      throw new Error('no');
    });
    hooks.addCollector('test:items', () => undefined);
    assert.deepEqual(await hooks.collect('test:items', 7), ['slow 7', 'quick']);
    assert.equal(failures[0]?.owner, 'broken');
  });

  test('first takes the first answer; a listener that throws has none', async () => {
    hooks.addResponder(
      'test:answer',
      () => {
        throw new Error('no');
      },
      { priority: 1 },
    );
    hooks.addResponder('test:answer', () => undefined, { priority: 2 });
    hooks.addResponder('test:answer', async (question) => `${question}!`, { priority: 3 });
    hooks.addResponder('test:answer', note('not asked') as never, { priority: 4 });
    assert.equal(await hooks.first('test:answer', 'why'), 'why!');
    assert.deepEqual(trace, []);
  });
});

describe('the catalogue', () => {
  test('firing what nobody defined fails with a suggestion', async () => {
    await assert.rejects(hooks.doAction('test:doen' as 'test:done'), {
      code: 'GALLEY_HOOK_UNKNOWN',
      message: /Did you mean "test:done"/,
    });
  });

  test('firing a hook as another kind fails', async () => {
    await assert.rejects(hooks.doAction('test:value' as 'test:done'), { code: 'GALLEY_HOOK_KIND' });
  });

  test('defining a hook twice names who was first', () => {
    hooks.ownedBy('shop').define('test:typo', { kind: 'action', summary: 'x' });
    assert.throws(() => hooks.define('test:typo', { kind: 'action', summary: 'y' }), { message: /by shop/ });
  });

  test('listeners of unknown hooks are listed with a suggestion', () => {
    hooks.ownedBy('shop').addAction('test:dome' as 'test:done', note('x'));
    assert.match(
      hooks.unknown()[0]?.message ?? '',
      /"shop" listens to the unknown hook "test:dome". Did you mean "test:done"\?/,
    );
  });

  test('an optional listener of an unknown hook is no mistake, and is called once the hook is there', async () => {
    hooks.ownedBy('shop').addAction('test:later' as 'test:done', note('later'), { optional: true });
    assert.deepEqual(hooks.unknown(), []);
    hooks.define('test:later', { kind: 'action', summary: 'x' });
    await hooks.doAction('test:later' as 'test:done');
    assert.deepEqual(trace, ['later']);
  });

  test('who listens late to a hook that fires once is called at once', async () => {
    await hooks.doAction('test:once');
    hooks.addAction('test:once', note('late'));
    assert.deepEqual(trace, ['late']);
  });

  test('listeners are listed with their owner and figures', async () => {
    hooks.ownedBy('shop').addAction('test:done', note('x'));
    await hooks.doAction('test:done');
    const info = hooks.list().find((hook) => hook.name === 'test:done');
    assert.deepEqual(
      info?.listeners.map(({ owner, calls, priority }) => ({ owner, calls, priority })),
      [{ owner: 'shop', calls: 1, priority: 10 }],
    );
  });
});

test('the types refuse a wrong name, argument or return value', () => {
  // @ts-expect-error there is no such hook
  hooks.addAction('test:nothing', () => undefined);
  // @ts-expect-error the value of this filter is a string
  hooks.addFilter('test:value', () => 1);
  // @ts-expect-error a filter is not an action
  hooks.addAction('test:value', () => undefined);
  // @ts-expect-error a synchronous filter cannot be asynchronous
  hooks.addFilter('test:sync', async (value: number) => value);
  assert.ok(true);
});

test('a promise in a filter that cannot wait is refused, and its failure later ends no process', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  const later = async (): Promise<number> => {
    await sleep(1);
    throw new Error('later');
  };
  hooks.addFilter('test:sync', later as never);
  assert.throws(() => hooks.applyFiltersSync('test:sync', 1), { code: 'GALLEY_HOOK_FAILED' });
  await sleep(20);
  process.off('unhandledRejection', note);
  assert.deepEqual(unhandled, []);
});

test('what is asked about hooks that do not exist leaves nothing behind', () => {
  for (let index = 0; index < 100; index++) {
    const name = `test:absent-${index}` as 'test:done';
    hooks.removeAction(name, () => undefined);
    hooks.removeAll(name);
    hooks.hasAction(name);
    hooks.runAs('x', name, () => undefined);
    assert.equal(hooks.didAction(name), 0);
    assert.throws(() => hooks.applyFiltersSync(`test:absent-${index}` as 'test:sync', 1), {
      code: 'GALLEY_HOOK_UNKNOWN',
    });
  }
  assert.deepEqual(hooks.unknown(), []);
});
