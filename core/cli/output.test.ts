import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGalleyError } from '../lib/errors.ts';
import { Output, type OutputOptions } from './output.ts';

function outputWith(options: OutputOptions = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = {
    out: { write: (text: string) => out.push(text) },
    err: { write: (text: string) => err.push(text) },
  };
  return { output: new Output(streams, options), out, err };
}

test('results go to stdout and messages to stderr, in the order in which they were given', async () => {
  const { output, out, err } = outputWith({ format: 'yaml' });
  output.value({ a: 1 });
  output.value('then');
  output.success('done');
  await output.flush();
  assert.deepEqual(out, ['a: 1\n', 'then\n']);
  assert.deepEqual(err, ['Success: done\n']);
});

test('--quiet leaves results, warnings and errors', async () => {
  const { output, out, err } = outputWith({ quiet: true });
  output.table([{ id: 1 }]);
  output.success('a');
  output.info('b');
  output.warn('c');
  output.error('d');
  output.progress(10, 'x').stop();
  await output.flush();
  assert.match(out.join(''), /id\n──\n1/);
  assert.deepEqual(err, ['Warning: c\n', 'Error: d\n']);
});

test('--field prints bare values, one a line, or a list where a format is asked for', async () => {
  const rows = [
    { id: 1, name: 'a' },
    { id: 2, name: 'b' },
  ];
  const bare = outputWith({ field: 'name' });
  bare.output.table(rows);
  bare.output.item(rows[0] ?? {});
  await bare.output.flush();
  assert.deepEqual(bare.out, ['a\nb\n', 'a\n']);
  const json = outputWith({ field: 'name', format: 'json' });
  json.output.table(rows);
  await json.output.flush();
  assert.deepEqual(JSON.parse(json.out.join('')), ['a', 'b']);
});

test('one thing is printed a field a line, or as an object', async () => {
  const plain = outputWith();
  plain.output.item({ id: 7, name: 'x' });
  await plain.output.flush();
  assert.match(plain.out.join(''), /^field {2}value\n.*\nid {5}7\nname {3}x\n$/);
  const json = outputWith({ format: 'json', fields: ['name'] });
  json.output.item({ id: 7, name: 'x' });
  await json.output.flush();
  assert.deepEqual(JSON.parse(json.out.join('')), { name: 'x' });
});

test('an empty table prints nothing on stdout in the format for people, and an empty list for programs', async () => {
  const plain = outputWith();
  plain.output.table([], { fields: ['id'] });
  await plain.output.flush();
  assert.deepEqual([plain.out.join(''), plain.err.join('')], ['', 'Nothing found.\n']);
  const json = outputWith({ format: 'json' });
  json.output.table([]);
  await json.output.flush();
  assert.deepEqual(json.out.join(''), '[]\n');
});

test('in a pipe progress is a plain line at the end, and one now and then', async () => {
  const { output, out, err } = outputWith();
  const progress = output.progress(4, 'Posts');
  for (let step = 0; step < 4; step++) progress.tick();
  progress.stop();
  await output.flush();
  assert.deepEqual([out, err], [[], ['Posts: 4/4 (100 %)\n']]);
});

test('a question is answered by --yes, by the person at the terminal, and refused where there is nobody', async () => {
  assert.equal(await outputWith({ yes: true }).output.confirm('Sure?'), true);
  for (const [answer, expected] of [
    ['y', true],
    ['YES ', true],
    ['n', false],
    ['', false],
    ['yellow', false],
  ] as const)
    assert.equal(await outputWith({ ask: async () => answer }).output.confirm('Sure?'), expected, answer);
  await assert.rejects(outputWith().output.confirm('Sure?'), (error) => isGalleyError(error, 'GALLEY_COMMAND_USAGE'));
});

test('--format=count prints how many there are in all, where a list says so', async () => {
  const { output, out } = outputWith({ format: 'count' });
  output.table([{ id: 1 }], { total: async () => 70 });
  output.table([{ id: 1 }, { id: 2 }]);
  await output.flush();
  assert.deepEqual(out, ['70\n', '2\n']);
});
