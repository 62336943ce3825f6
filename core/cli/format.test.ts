import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGalleyError } from '../lib/errors.ts';
import { chooseFields, formatTable, widthOf } from './format.ts';

const rows = [
  { id: 1, title: 'Hello, "world"', tags: ['a', 'b'] },
  { id: 22, title: '日本語\nline', tags: null },
];
const table = { fields: ['id', 'title', 'tags'], rows, id: 'id' };

test('a table is aligned by what characters take on a terminal', async () => {
  const lines = (await formatTable(table, 'table')).split('\n');
  assert.equal(lines[0], 'id  title           tags');
  assert.equal(lines[2], '1   Hello, "world"  ["a","b"]');
  assert.equal(lines[3], '22  日本語 line');
  assert.equal(widthOf('e\u0301日'), 3);
});

test('a table cannot steer the terminal', async () => {
  const evil = { fields: ['t'], rows: [{ t: 'a\u001b[2Jb\u202ec\rd' }], id: 't' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for exactly these.
  assert.doesNotMatch(await formatTable(evil, 'table'), /[\u001b\u202e\r]/);
});

test('on a terminal the widest column is cut until all fit, in a pipe nothing is', async () => {
  const wide = { fields: ['id', 'text'], rows: [{ id: 1, text: 'x'.repeat(500) }], id: 'id' };
  const lines = (await formatTable({ ...wide, columns: 40 }, 'table')).split('\n');
  assert.ok(lines.every((line) => widthOf(line) <= 40));
  assert.match(lines[2] ?? '', /…$/);
  assert.match(await formatTable(wide, 'table'), /x{500}/);
});

test('CSV is quoted by RFC 4180 and otherwise raw, so that programs get what is stored', async () => {
  const formula = {
    fields: ['id', 'title'],
    rows: [...rows, { id: 3, title: '=1+1' }, { id: 4, title: ' x' }],
    id: 'id',
  };
  assert.equal(
    await formatTable(formula, 'csv'),
    'id,title\n1,"Hello, ""world"""\n22,"日本語\nline"\n3,=1+1\n4," x"\n',
  );
});

test('JSON and YAML have the chosen fields of each row, ids and count are for scripts', async () => {
  const chosen = { ...table, fields: ['title'] };
  assert.deepEqual(JSON.parse(await formatTable(chosen, 'json')), [
    { title: 'Hello, "world"' },
    { title: '日本語\nline' },
  ]);
  assert.match(await formatTable({ ...table, fields: ['id', 'tags'] }, 'yaml'), /- id: 1\n {2}tags:\n {4}- a/);
  assert.equal(await formatTable(table, 'ids'), '1 22\n');
  assert.equal(await formatTable({ ...table, id: 'none' }, 'ids'), '1 22\n');
  assert.equal(await formatTable(table, 'count'), '2\n');
  assert.equal(await formatTable({ ...table, rows: [] }, 'json'), '[]\n');
  assert.equal(await formatTable({ ...table, rows: [] }, 'count'), '0\n');
});

test('fields are taken from the rows, and one that no row has is refused with a suggestion', () => {
  assert.deepEqual(chooseFields(undefined, rows), ['id', 'title', 'tags']);
  assert.deepEqual(chooseFields(undefined, rows, ['title']), ['title']);
  assert.deepEqual(chooseFields(['tags', 'id'], rows), ['tags', 'id']);
  assert.deepEqual(chooseFields(['anything'], []), ['anything']);
  assert.throws(
    () => chooseFields(['titel'], rows),
    (error) => isGalleyError(error, 'GALLEY_COMMAND_USAGE') && /Did you mean "title"\?/.test(String(error)),
  );
});
