import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuMs } from '../../test/support/cpu-time.ts';
import { compileFields, type FieldDefinition } from '../content/fields.ts';
import type { FormValues } from '../http/form-values.ts';
import { decodeCursor, encodeCursor, pageBothWays, withParameters } from './addresses.ts';
import { localTime, makeControl } from './form-controls.ts';
import { readFields, readLocalTime } from './form-read.ts';
import { errorsOf } from './form-words.ts';
import { readAsk } from './forms.ts';
import { tableView } from './tables.ts';
import { diffLines } from './text-diff.ts';

const ZONE = 'Europe/Berlin';
const form = (values: Record<string, string | string[]>): FormValues =>
  new Map(Object.entries(values).map(([name, value]) => [name, [value].flat()]));

const FIELDS: Record<string, FieldDefinition> = {
  title: { kind: 'text', label: 'Title', required: true, maxLength: 10 },
  mail: { kind: 'email', label: 'Mail' },
  link: { kind: 'url', label: 'Link' },
  stock: { kind: 'integer', label: 'Stock', min: 1, max: 9 },
  price: { kind: 'decimal', label: 'Price' },
  on: { kind: 'boolean', label: 'On' },
  starts: { kind: 'datetime', label: 'Starts' },
  size: { kind: 'select', label: 'Size', choices: { s: 'Small', l: 'Large' } },
  days: { kind: 'multiselect', label: 'Days', choices: { mo: 'Monday', tu: 'Tuesday' } },
  data: { kind: 'json', label: 'Data' },
  cover: { kind: 'media', label: 'Cover' },
  others: { kind: 'relation', label: 'Others', to: 'post', many: true },
  place: { kind: 'group', label: 'Place', fields: { city: { kind: 'text', label: 'City' } } },
  rows: {
    kind: 'repeater',
    label: 'Rows',
    fields: { name: { kind: 'text', label: 'Name', required: true }, count: { kind: 'integer', label: 'Count' } },
  },
};

test('every kind is read from its control', () => {
  const { values, mistakes } = readFields(
    FIELDS,
    form({
      'f.title': 'Fair',
      'f.stock': '3',
      'f.price': '12.50',
      'f.on': ['0', '1'],
      'f.starts': '2026-07-01T09:30',
      'f.size': 'l',
      'f.days': ['mo', 'tu'],
      'f.data': '{"a":[1]}',
      'f.cover': '7',
      'f.others': ['3', 'x', '3', '9'],
      'f.place.city': 'Mainz',
      'f.rows.count': '3',
      'f.rows.0.name': 'second',
      'f.rows.0._order': '2',
      'f.rows.1.name': 'first',
      'f.rows.1.count': '5',
      'f.rows.1._order': '1',
      'f.rows.2.name': 'gone',
      'f.rows.2._remove': '1',
    }),
    { prefix: 'f', zone: ZONE },
  );
  assert.deepEqual(mistakes, []);
  assert.deepEqual(values, {
    title: 'Fair',
    mail: null,
    link: null,
    stock: 3,
    price: '12.50',
    on: true,
    starts: '2026-07-01T07:30:00.000Z',
    size: 'l',
    days: ['mo', 'tu'],
    data: { a: [1] },
    cover: 7,
    others: [3, 9],
    place: { city: 'Mainz' },
    rows: [
      { name: 'first', count: 5 },
      { name: 'second', count: null },
    ],
  });
  assert.deepEqual(compileFields(FIELDS)(values), []);
});

test('a decimal comma is taken, but not where it may set thousands apart', () => {
  const read = (price: string): unknown =>
    readFields(FIELDS, form({ 'f.price': price }), { prefix: 'f', zone: ZONE }).values['price'];
  assert.deepEqual(['3,50', '-1234,5', '1,0625', '1,500', '1,2,3', ' 12.5 '].map(read), [
    '3.50',
    '-1234.5',
    '1.0625',
    '1,500',
    '1,2,3',
    '12.5',
  ]);
});

test('what is no value of its kind stays as it was typed and is said in words at its control', () => {
  const typed = form({
    'f.title': 'far too long a title',
    'f.mail': 'nobody',
    'f.link': 'javascript:alert(1)',
    'f.stock': 'ten',
    'f.data': '{',
    'f.rows.count': '1',
    'f.rows.0.count': '4',
  });
  const { values, mistakes } = readFields(FIELDS, typed, { prefix: 'f', zone: ZONE });
  assert.equal(values['stock'], 'ten');
  const errors = errorsOf(FIELDS, [...mistakes, ...compileFields(FIELDS)({ ...values, data: null })], 'f');
  assert.deepEqual(errors, {
    'f.data': 'This is no JSON.',
    'f.title': 'At most 10 characters.',
    'f.mail': 'This is no e-mail address.',
    'f.link': 'Write an address such as https://example.org/page.',
    'f.stock': 'Write a whole number.',
    'f.rows.0.name': 'Fill this in.',
  });
});

test('a row that was offered and left blank is no row', () => {
  const { values } = readFields(FIELDS, form({ 'f.rows.count': '2', 'f.rows.0.name': '', 'f.rows.1.name': 'x' }), {
    prefix: 'f',
    zone: ZONE,
  });
  assert.deepEqual(values['rows'], [{ name: 'x', count: null }]);
});

test('moments go to the control and back without moving, in any zone', () => {
  for (const zone of ['UTC', ZONE, 'America/St_Johns', 'Pacific/Kiritimati']) {
    const time = Date.UTC(2026, 2, 29, 12, 5);
    assert.equal(readLocalTime(localTime(time, zone), zone), time, zone);
  }
  assert.equal(readLocalTime('tomorrow', ZONE), undefined);
});

test('a select that needs no choice offers none', () => {
  const control = makeControl(
    { kind: 'select', label: 'Size', choices: { s: 'Small' } },
    { name: 'size', value: null, zone: ZONE },
  );
  assert.deepEqual(control.options, [
    { value: '', label: '–', selected: true },
    { value: 's', label: 'Small', selected: false },
  ]);
});

test('a form knows whether it is saved or only asked', () => {
  assert.deepEqual(readAsk(form({ _find: 'f.others', 'find.f.others': 'ink' })), {
    searches: { 'f.others': 'ink' },
    spareRows: {},
    isOnlyAsking: true,
  });
  assert.deepEqual(readAsk(form({ _add: 'f.rows' })), { searches: {}, spareRows: { 'f.rows': 1 }, isOnlyAsking: true });
  assert.equal(readAsk(form({ 'find.f.others': '' })).isOnlyAsking, false);
});

test('a list that is paged by key goes both ways and ends where it ends', async () => {
  const all = Array.from({ length: 7 }, (_, index) => ({ id: 7 - index }));
  const read = async (cursor: { id: number } | undefined, isReversed: boolean) => {
    const list = isReversed ? all.toReversed() : all;
    const from = cursor ? list.findIndex(({ id }) => id === cursor.id) + 1 : 0;
    return { items: list.slice(from, from + 3), hasMore: from + 3 < list.length };
  };
  const cursorOf = ({ id }: { id: number }) => ({ value: id, id });
  const at = async (after?: string, before?: string) =>
    pageBothWays({ after: decodeCursor(after ?? ''), before: decodeCursor(before ?? '') }, read, cursorOf);
  const first = await at();
  assert.deepEqual([first.items.map(({ id }) => id), first.newer], [[7, 6, 5], undefined]);
  const last = await at((await at(first.older)).older);
  assert.deepEqual([last.items.map(({ id }) => id), last.older], [[1], undefined]);
  const middle = await at(undefined, last.newer);
  assert.deepEqual(
    middle.items.map(({ id }) => id),
    [4, 3, 2],
  );
  const again = await at(undefined, middle.newer);
  assert.deepEqual([again.items.map(({ id }) => id), again.newer], [[7, 6, 5], undefined]);
});

test('a place in a list that was tampered with is no place', () => {
  assert.deepEqual(decodeCursor(encodeCursor({ value: 'é', id: 3 })), { value: 'é', id: 3 });
  for (const bad of [
    '',
    'x',
    Buffer.from('{"a":1}').toString('base64url'),
    Buffer.from('[{"raw":1},2]').toString('base64url'),
    Buffer.from('[1,"2 or 1=1"]').toString('base64url'),
  ])
    assert.equal(decodeCursor(bad), undefined, bad);
});

test('parameters are added to an address, replaced and taken away', () => {
  assert.equal(withParameters('/a?x=1&y=2', { y: '3 4', x: '' }), '/a?y=3+4');
  assert.equal(withParameters('/a', { x: undefined }), '/a');
});

test('a table that is sorted by a column offers the other direction next', () => {
  const { columns } = tableView({
    caption: 'Things',
    columns: [
      { key: 'name', label: 'Name', sort: 'asc' },
      { key: 'time', label: 'Time', sort: 'desc' },
    ],
    rows: [],
    address: '/x?after=abc&status=draft',
    sort: { by: 'name', direction: 'asc' },
    empty: { title: '', text: '' },
  });
  assert.deepEqual(
    columns.map(({ sortUrl, sorted }) => [sortUrl, sorted]),
    [
      ['/x?status=draft&sort=name&direction=desc', 'ascending'],
      ['/x?status=draft&sort=time&direction=desc', ''],
    ],
  );
});

test('a comparison tells what is the same and adds up to both texts', () => {
  const [before, after] = ['a\nb\nc\nd', 'a\nc\nx\nd\ne'];
  const lines = diffLines(before, after);
  const of = (...kinds: string[]) =>
    lines
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ text }) => text)
      .join('\n');
  assert.deepEqual([of('same', 'removed'), of('same', 'added')], [before, after]);
  assert.deepEqual(
    lines.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => `${kind} ${text}`),
    ['removed b', 'added x', 'added e'],
  );
});

test('a comparison of two large texts takes little time', () => {
  const text = (seed: number): string =>
    Array.from({ length: 20_000 }, (_, index) => `${(index * seed) % 997}`).join('\n');
  const from = cpuMs();
  assert.ok(diffLines(text(7), text(11)).length > 20_000);
  assert.ok(cpuMs() - from < 1000);
});
