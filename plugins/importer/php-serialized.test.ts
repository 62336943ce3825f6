import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPhp, readPhpStrings, writePhp } from './php-serialized.ts';

test('scalars and nested arrays are read, with lengths in bytes', () => {
  assert.equal(readPhp('N;'), null);
  assert.equal(readPhp('b:1;'), true);
  assert.equal(readPhp('i:-12;'), -12);
  assert.equal(readPhp('d:0.5;'), 0.5);
  assert.equal(readPhp('s:7:"größe";'), 'größe');
  const nested = readPhp('a:2:{s:3:"foo";a:1:{i:0;s:2:"hi";}i:7;b:0;}');
  assert.deepEqual(
    nested,
    new Map<string | number, unknown>([
      ['foo', new Map([[0, 'hi']])],
      [7, false],
    ]),
  );
});

test('objects, references and custom classes are never read', () => {
  for (const text of [
    'O:8:"stdClass":0:{}',
    'a:1:{i:0;O:8:"stdClass":0:{}}',
    'C:11:"ArrayObject":0:{}',
    'E:3:"A:B";',
    'a:2:{i:0;s:1:"x";i:1;R:2;}',
    'r:1;',
  ])
    assert.equal(readPhp(text), undefined, text);
});

test('wrong lengths, rests and broken ends make the text opaque', () => {
  for (const text of [
    '',
    's:3:"ab";',
    's:1:"ab";',
    's:9999999999:"a";',
    'i:1',
    'i:1;x',
    'a:1:{i:0;}',
    'a:9999999:{}',
    'a:-1:{}',
    'i:1e9;',
    'd:NAN;',
    'plain text',
  ])
    assert.equal(readPhp(text), undefined, text);
});

test('more than 32 levels are not read, and a million do no harm', () => {
  const nest = (depth: number): string => `${'a:1:{i:0;'.repeat(depth)}N;${'}'.repeat(depth)}`;
  assert.ok(readPhp(nest(30)) instanceof Map);
  assert.equal(readPhp(nest(40)), undefined);
  assert.equal(readPhp('a:1:{i:0;'.repeat(1_000_000)), undefined);
});

test('what is written is read again', () => {
  const items = ['', 'größe', 'a"b;c', '👍'];
  assert.deepEqual(readPhpStrings(writePhp(items)), items);
  assert.deepEqual(readPhpStrings('s:1:"a";'), []);
  assert.equal(
    writePhp({ ü: [1, -0.5, true, null], none: {} }),
    'a:2:{s:2:"ü";a:4:{i:0;i:1;i:1;d:-0.5;i:2;b:1;i:3;N;}s:4:"none";a:0:{}}',
  );
});
