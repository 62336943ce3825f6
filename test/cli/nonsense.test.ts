// Every command of `galley`, also those of plugins, with arguments that make no sense: made from the command table, so
// that a new command is covered by being there.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CORE_NOUNS } from '../../core/cli/catalog.ts';
import { FORMATS } from '../../core/cli/format.ts';
import type { CommandArgument, CommandDefinition, CommandOption } from '../../core/services/commands.ts';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { type Outcome, runOn } from '../support/command-line.ts';

const LONG = 'a'.repeat(10_000);
const WORDS = ['', '99999999999999999999', '𝕊☃ﷺ\u202e', LONG, '../../../nowhere-at-all/x', '__proto__', '*'];
const VALUES = ['', LONG, '../../../nowhere-at-all/x', '__proto__'];
const NUMBERS = [
  '',
  ' ',
  'x',
  '1.5',
  '-1',
  '0',
  '1e9',
  '99999999999999999999',
  '-99999999999999999999',
  'NaN',
  'Infinity',
  '٣',
  '0x10',
  '+1',
  LONG,
];
/** They answer by their exit code alone. */
const SILENT = /^\S+ is-/;
/** It writes a file beside the code of core, as it should. */
const WRITING = ['migrate make'];
/** They serve until somebody stops them. */
const SERVING = ['serve', 'dev'];

interface Row {
  name: string;
  definition: CommandDefinition;
}

describe('galley with arguments that make no sense', () => {
  let current: TestSite;
  let folder: string;
  let table: Row[];
  const from = process.cwd();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'galley-nonsense-'));
    current = await startTestSite();
    table = current.site.commands.list().map(({ name, value }) => ({ name, definition: value }));
    for (const noun of Object.values(CORE_NOUNS))
      for (const [name, definition] of Object.entries((await noun.load()).commands)) table.push({ name, definition });
    process.chdir(folder);
  });
  after(async () => {
    process.chdir(from);
    await current.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function galley(...argv: string[]): Promise<Outcome> {
    return runOn(current.site, argv);
  }

  const shown = (argv: readonly string[]): string =>
    argv.map((word) => (word.length > 60 ? `${word.slice(0, 60)}…` : JSON.stringify(word))).join(' ');

  /** Fails where an outcome does not help whoever typed it. */
  function assertClear(argv: readonly string[], { code, out, err }: Outcome): void {
    const what = `galley ${shown(argv)} → ${code}: ${err.slice(0, 600)}`;
    assert.ok([0, 1, 2].includes(code), what);
    for (const text of [out, err]) {
      assert.doesNotMatch(text, /^\s+at .*(:\d+:\d+\)?|node:)/m, `a stack: ${what}`);
      assert.doesNotMatch(text, /\[object Object\]/, what);
    }
    assert.doesNotMatch(
      err,
      /(Type|Range|Reference|Syntax)Error|Cannot read|is not a function|is not iterable|SQLITE_|ER_[A-Z]|errno|ENOENT|EISDIR|ENAMETOOLONG|Something went wrong/,
      what,
    );
    if (code === 0 || SILENT.test(argv.slice(0, 2).join(' '))) return;
    const lines = err
      .trim()
      .split('\n')
      .filter((line) => /^(Error|Warning): /.test(line));
    assert.ok(lines.length > 0, `nothing is said: ${what}`);
    if (code === 2) assert.equal(lines.length, 1, `one line: ${what}`);
    for (const line of lines) assert.ok(line.length < 700 && line.length > 12, `too long or too short: ${what}`);
  }

  /** Words that the arguments may have, so that what is wrong is only what the test makes wrong. */
  const plausible = ({ choices }: CommandArgument): string => choices?.[0] ?? '1';
  const required = ({ definition }: Row): string[] =>
    (definition.arguments ?? []).filter(({ optional }) => !optional).map(plausible);
  const mandatory = ({ definition }: Row): string[] =>
    Object.entries(definition.options ?? {}).flatMap(([name, option]) =>
      option.required ? [`--${name}=${option.choices?.[0] ?? '1'}`] : [],
    );
  const callable = (): Row[] => table.filter(({ name }) => !SERVING.includes(name) && !WRITING.includes(name));

  test('an argument that is missing, or one too many, is wrong usage', async () => {
    for (const row of table) {
      const words = [...row.name.split(' '), ...mandatory(row)];
      const args = row.definition.arguments ?? [];
      const needed = required(row);
      if (needed.length > 0) {
        const argv = [...words, ...needed.slice(1)];
        const outcome = await galley(...argv);
        assert.equal(outcome.code, 2, shown(argv));
        assertClear(argv, outcome);
      }
      if (args.some(({ many }) => many)) continue;
      const argv = [...words, ...args.map(plausible), 'surplus'];
      const outcome = await galley(...argv);
      assert.equal(outcome.code, 2, shown(argv));
      assertClear(argv, outcome);
    }
  });

  test('an option that does not exist is wrong usage, and so is a choice that there is not', async () => {
    for (const row of table) {
      const words = [...row.name.split(' '), ...required(row)];
      const wrong = ['--surely-not', '--surely-not=1', '-Z', '--format=nonsense'];
      for (const [name, { type, choices }] of Object.entries(row.definition.options ?? {})) {
        if (type === 'boolean') wrong.push(`--${name}=maybe`);
        else if (choices) wrong.push(`--${name}=nonsense`);
        if (type !== 'boolean') wrong.push(`--${name}`);
      }
      for (const option of wrong) {
        const argv = [...words, ...mandatory(row), option];
        const outcome = await galley(...argv);
        assert.equal(outcome.code, 2, `${shown(argv)}: ${outcome.err}`);
        assertClear(argv, outcome);
      }
    }
  });

  test('numbers that are none, too large, negative or in other digits are told', async () => {
    for (const row of callable()) {
      const numbers = Object.entries(row.definition.options ?? {}).filter(
        ([, { type }]) => type === 'integer' || type === 'number',
      );
      for (const [name, option] of numbers)
        for (const value of NUMBERS.filter((number) => isWrong(number, option))) {
          const argv = [...row.name.split(' '), ...required(row), ...mandatory(row), `--${name}=${value}`];
          const outcome = await galley(...argv);
          assert.equal(outcome.code, 2, `${shown(argv)}: ${outcome.err}`);
          assertClear(argv, outcome);
        }
    }
  });

  test('words of every kind as arguments and options end with a line that says what to do', async () => {
    for (const row of callable()) {
      const name = row.name.split(' ');
      const args = row.definition.arguments ?? [];
      const calls = WORDS.flatMap((word) =>
        args.map((_, place) => [
          ...name,
          ...mandatory(row),
          '--',
          ...args.map((argument, index) => (index === place ? word : plausible(argument))),
        ]),
      );
      for (const [key, { type }] of Object.entries(row.definition.options ?? {}))
        if (type === 'text' || type === 'list')
          calls.push(
            ...VALUES.map((word) => [...name, `--${key}=${word}`, ...mandatory(row), '--', ...args.map(plausible)]),
          );
      if (args.some(({ many }) => many))
        calls.push([...name, ...mandatory(row), '--', '1', '1', '1', ...Array.from({ length: 500 }, () => 'x')]);
      for (const argv of calls) assertClear(argv, await galley(...argv));
    }
  });

  test('--format, --fields and --field hold for every list', async () => {
    const lists = callable().filter(
      (row) => / (list|counts|status|history)$/.test(row.name) && required(row).length === 0,
    );
    assert.ok(lists.length > 8);
    for (const { name } of lists) {
      const words = name.split(' ');
      for (const format of FORMATS) {
        const argv = [...words, `--format=${format}`];
        const { code, out, err } = await galley(...argv);
        assert.equal(code, 0, `${shown(argv)}: ${err}`);
        if (format === 'json') assert.ok(Array.isArray(JSON.parse(out)), shown(argv));
        if (format === 'count') assert.match(out, /^\d+\n$/, shown(argv));
        if (format === 'ids') assert.match(out, /^[^\n]*\n$/, shown(argv));
      }
      const rows = JSON.parse((await galley(...words, '--format=json')).out) as object[];
      if (rows.length === 0) continue;
      const unknown = await galley(...words, '--fields=surely_not');
      assert.equal(unknown.code, 2, `${name}: ${unknown.err}`);
      assert.match(unknown.err, /^Error: There is no field "surely_not"\. .*Fields: /m);
    }
  });

  test('every command acts as whoever --user names, or refuses it and does nothing', async () => {
    for (const row of table) {
      const { asUser = false, run } = row.definition;
      assert.equal(/\bviewer/.test(String(run)), asUser, `${row.name}: who hands the viewer on says so`);
      const argv = [...row.name.split(' '), ...required(row), ...mandatory(row), '--user=surely-not'];
      const { code, out, err } = await galley(...argv);
      const wanted = asUser ? /^Error: There is no user "surely-not"\.$/m : /^Error: This command acts as the system/m;
      assert.deepEqual([code, out], [asUser ? 1 : 2, ''], `${shown(argv)}: ${err}`);
      assert.match(err, wanted, shown(argv));
    }
  });

  test('nonsense where the command stands, and in the options that all have, is told', async () => {
    for (const word of [
      'surely-not',
      ' ',
      '__proto__',
      'constructor',
      '☃',
      LONG,
      'post surely-not',
      'user',
      '-',
      '--',
      '-x',
      '--format',
      '--user',
      'post list --format=xml',
      '--user=surely-not post list',
      '--fields= post list',
      '--skip-plugins=surely-not cache stats',
      '--url=nonsense cache stats',
    ]) {
      const argv = word === ' ' ? [' '] : word.split(' ');
      const outcome = await galley(...argv);
      assert.doesNotMatch(outcome.err + outcome.out, /^\s+at .*:\d+:\d+/m, shown(argv));
      assert.ok([0, 1, 2].includes(outcome.code), shown(argv));
      if (outcome.code !== 0) assert.match(outcome.err + outcome.out, /^(Error: |Usage: )/m, shown(argv));
    }
  });
});

function isWrong(text: string, { type, min, max }: CommandOption): boolean {
  const pattern = type === 'integer' ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)$/;
  const value = Number(text);
  if (!pattern.test(text) || !Number.isSafeInteger(Math.trunc(value))) return true;
  return (min !== undefined && value < min) || (max !== undefined && value > max);
}
