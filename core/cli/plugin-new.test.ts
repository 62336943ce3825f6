import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Choices } from '../services/commands.ts';
import { chooseOn } from './choice-prompt.ts';
import { Cli } from './cli.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const content = mkdtempSync(join(tmpdir(), 'galley-new-'));
const folderOf = (name: string, file = ''): string => join(content, 'plugins', name, file);
after(() => rmSync(content, { recursive: true, force: true }));

interface Outcome {
  code: number;
  out: string;
  err: string;
  /** What was asked. */
  questions: string[];
}

/** Runs `galley plugin …`; with answers, on a terminal. */
async function galley(argv: readonly string[], answers?: string[]): Promise<Outcome> {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const env = { ...inherited, GALLEY_ENV: 'test', GALLEY_CONTENT_DIR: content, GALLEY_LOG_LEVEL: 'fatal' };
  const [out, err, questions]: [string[], string[], string[]] = [[], [], []];
  const ask = async (question: string): Promise<string> => {
    questions.push(question);
    return answers?.shift() ?? '';
  };
  const streams = {
    out: { write: (text: string) => out.push(text) },
    err: { write: (text: string) => err.push(text) },
  };
  const { signal } = new AbortController();
  const options = { root: ROOT, env, argv: ['plugin', ...argv], streams, signal, ...(answers ? { ask } : {}) };
  const code = await new Cli(options).run();
  return { code, out: out.join(''), err: err.join(''), questions };
}

const manifestOf = (name: string) =>
  JSON.parse(readFileSync(folderOf(name, 'package.json'), 'utf8')) as { galley: Record<string, unknown> };

test('on a terminal it asks for what is missing, again where the answer cannot be, and takes what it proposes', async () => {
  const { code, err, questions } = await galley(
    ['new'],
    ['Not a name', 'asked', '', 'contained', 'type', 'route, cron'],
  );
  assert.equal(code, 0, err);
  assert.match(questions[2] ?? '', /for people\? \[Asked\]/);
  assert.deepEqual(
    [questions.length, /cannot name a plugin/.test(err), /cannot bring a type/.test(err)],
    [6, true, true],
  );
  const { title, contained } = manifestOf('asked').galley as { title: string; contained: object };
  assert.deepEqual([title, Object.keys(contained)], ['Asked', ['cron', 'routes']]);
});

/** What somebody chooses with these keys. */
async function choose(keys: readonly string[], choices: Choices): Promise<string> {
  const [input, output] = [new PassThrough(), new PassThrough().resume()];
  const chosen = chooseOn({ input, output, interrupt: () => new Error('Interrupted.') })('What?', choices);
  for (const key of keys) {
    // A terminal sends one at a time: an Escape and a letter in one are another key.
    await sleep(60);
    input.write(key);
  }
  return chosen;
}

test('a list is chosen from by arrow keys and by typing; who leaves it is not asked on', async () => {
  const [down, enter, tab] = ['\x1b[B', '\r', '\t'];
  const one = { from: ['trusted', 'contained'], fallback: 'trusted' };
  assert.equal(await choose([enter], one), 'trusted');
  assert.equal(await choose([down, enter], one), 'contained');
  assert.equal(await choose([...'cont', enter], one), 'contained');
  const many = { from: ['block', 'route', 'cron'], fallback: 'block', many: true };
  assert.equal(await choose([enter], many), 'block');
  assert.equal(await choose([...'cro', tab, enter], many), 'block,cron');
  await assert.rejects(choose(['\x03'], one), /Interrupted/);
});

test('what was given is not asked for', async () => {
  const { questions } = await galley(['new', 'given', '--title=Given', '--adds=route', '--tier=trusted'], []);
  assert.deepEqual(questions, []);
});

test('in a pipe and with --yes nobody is asked: what was not given is as it is proposed', async () => {
  const all = await galley(['new', 'agreed', '--yes'], []);
  assert.deepEqual([all.code, all.questions, all.out.trim()], [0, [], folderOf('agreed')]);
  assert.deepEqual(manifestOf('agreed').galley, { title: 'Agreed', requires: ['posts', 'blocks'] });
  assert.equal((await galley(['new', 'piped'])).code, 0);
  const { code, err } = await galley(['new']);
  assert.deepEqual([code, /Name the plugin/.test(err)], [2, true]);
});

test('what cannot be is refused, and nothing is written', async () => {
  for (const argv of [
    ['new', 'Upper'],
    ['new', 'wrong', '--adds=type', '--tier=contained'],
    ['new', 'wrong', '--adds=everything'],
  ])
    assert.equal((await galley(argv)).code, 2, argv.join(' '));
  assert.equal(existsSync(folderOf('wrong')), false);
  assert.equal((await galley(['new', 'agreed', '--yes'])).code, 1, 'a plugin that is there is left as it is');
});

const TITLE = `It's <good> & "new"`;
const made: [string, string[]][] = [
  ['new-trusted', ['--adds=block,route,screen,cron,type', '--tier=trusted']],
  ['new-contained', ['--adds=block,route,screen,cron', '--tier=contained']],
];
for (const [name, options] of made)
  assert.equal((await galley(['new', name, `--title=${TITLE}`, ...options])).code, 0, name);

test('a reviewer finds nothing in what was written', async () => {
  const { code, err, out } = await galley(['check', ...made.map(([name]) => folderOf(name))]);
  assert.deepEqual([code, out], [0, ''], err);
  assert.match(err, /Nothing to complain of/);
});

// And its own tests pass, which run here as if they stood in this file.
for (const [name] of made) await import(folderOf(name, `${name}.test.ts`));
