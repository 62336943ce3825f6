// The catalogue of hooks is the contract with plugins: complete, fired, described and tested.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startTestSite, type TestSite } from '../core/testing.ts';

const ROOT = join(import.meta.dirname, '..');
const FIRE = /\b(doAction|applyFilters|applyFiltersSync|collect|first)(?:<[^>(]*>)?\(\s*['"]([\w-]+:[\w-]+)['"](,?)/g;
const NAME = /^[a-z]+(-[a-z]+)*:[a-z]+(-[a-z]+)*$/;

function read(pattern: string, isWanted: (file: string) => boolean): string[] {
  return globSync(pattern, { cwd: ROOT, exclude: (name) => name === 'node_modules' })
    .filter(isWanted)
    .map((file) => readFileSync(join(ROOT, file), 'utf8'));
}

describe('The catalogue of hooks', () => {
  let current: TestSite;
  before(async () => {
    current = await startTestSite();
  });
  after(() => current.stop());

  const sources = read('{core,plugins}/**/*.ts', (file) => !/\.test\.ts$|test-data|\/testing\.ts$/.test(file));
  /** Each hook that the source fires, and whether with anything but its name. */
  const fired = new Map<string, boolean>();
  for (const source of sources)
    for (const [, , name = '', comma] of source.matchAll(FIRE)) fired.set(name, comma === ',');

  test('says of each hook when it fires and what each argument is', () => {
    const wrong: string[] = [];
    for (const { name, summary, args = {} } of current.site.hooks.list()) {
      if (!NAME.test(name)) wrong.push(`${name}: write noun:verb`);
      if (summary.length < 20 || !/[.!]$/.test(summary)) wrong.push(`${name}: its summary is no sentence`);
      if (fired.get(name) && Object.keys(args).length === 0) wrong.push(`${name}: its arguments are not described`);
      for (const [arg, meaning] of Object.entries(args))
        if (meaning.trim().length < 5) wrong.push(`${name}: what is "${arg}"?`);
    }
    assert.deepEqual(wrong, []);
  });

  test('has every hook that the source fires', () => {
    assert.ok(fired.size > 25, `only ${fired.size} found: does the pattern still fit the source?`);
    const known = new Set(current.site.hooks.list().map(({ name }) => name));
    assert.deepEqual(
      [...fired.keys()].filter((name) => !known.has(name)),
      [],
    );
  });

  test('has no hook that nobody fires', () => {
    assert.deepEqual(
      current.site.hooks
        .list()
        .map(({ name }) => name)
        .filter((name) => !fired.has(name)),
      [],
    );
  });

  test('has no listener of a hook that does not exist', () => {
    assert.deepEqual(current.site.hooks.unknown(), []);
  });

  test('has a test for each hook', () => {
    const tests = read('{core,plugins,themes,test}/**/*.test.ts', (file) => file !== 'test/hooks.test.ts').join('\n');
    const untested = current.site.hooks.list().filter(({ name }) => !tests.includes(`'${name}'`));
    assert.deepEqual(
      untested.map(({ name }) => name),
      [],
    );
  });

  test('has a type for each hook, merged into Hooks beside its definition', () => {
    const untyped = current.site.hooks
      .list()
      .filter(({ name }) => !sources.some((source) => new RegExp(`^ +'${name}': \\w*Hook<`, 'm').test(source)));
    assert.deepEqual(
      untyped.map(({ name }) => name),
      [],
    );
  });
});
