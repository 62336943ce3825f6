import assert from 'node:assert/strict';
import test from 'node:test';
import { canonicalPath, canonicalQuery, splitTarget } from './page-key.ts';

test('a path has one spelling; others are no key', () => {
  const kept: [string, string][] = [
    ['/', '/'],
    ['/a/b-c_d.html', '/a/b-c_d.html'],
    ['/2024/05/', '/2024/05/'],
    ['/.well-known/x', '/.well-known/x'],
    ['/caf%C3%A9', '/café'],
    ['/caf%c3%a9', '/café'],
    ['/%41', '/A'],
    ['/a%20b', '/a b'],
  ];
  for (const [raw, path] of kept) assert.equal(canonicalPath(raw), path, raw);
  const refused = [
    '',
    'a',
    '*',
    'http://x/',
    '//',
    '/a//b',
    '/a/../b',
    '/a/.',
    '/..',
    '/a%2fb',
    '/a%5Cb',
    '/a\\b',
    '/a;b',
    '/a%00',
    '/a%0a',
    '/%',
    '/%zz',
    '/cafe%CC%81',
    '/a#b',
    '/%2e%2e/x',
  ];
  for (const raw of refused) assert.equal(canonicalPath(raw), undefined, raw);
});

test('of a query only allowed parameters count, in one order and spelling', () => {
  const text = (search: string, allowed: string[]): string | undefined => canonicalQuery(search, allowed)?.text;
  assert.equal(text('?b=2&a=1&utm_source=x', ['a', 'b']), 'a=1&b=2');
  assert.equal(text('a=1&b=2', ['a', 'b']), 'a=1&b=2');
  assert.equal(text('%61=%31&b=2', ['a', 'b']), 'a=1&b=2');
  assert.equal(text('x=1&y=2', ['a']), '');
  assert.equal(text('', ['a']), '');
  assert.equal(text('a', ['a']), 'a=');
  assert.equal(text('a[]=2&a[]=1', ['a']), 'a=2&a=1');
  assert.equal(text('s=a+b', ['s']), text('s=a%20b', ['s']));
  assert.notEqual(text('s=a%26b=1', ['s', 'b']), text('s=a&b=1', ['s', 'b']));
  assert.equal(text('A=1', ['a']), '');
  assert.equal(text('__proto__=1&constructor=2', ['a']), '');
});

test('what a handler sees of a query is exactly what the key holds', () => {
  assert.deepEqual(
    canonicalQuery('b=2&junk=1&a=1', ['a', 'b'])?.values,
    new Map([
      ['a', ['1']],
      ['b', ['2']],
    ]),
  );
});

test('a query that is refused anyway has no key', () => {
  for (const search of ['a=%zz', 'junk=%', '%=1', 'a=1&'.repeat(40)])
    assert.equal(canonicalQuery(search, ['a']), undefined, search);
});

test('a target is cut at the first question mark', () => {
  assert.deepEqual(splitTarget('/a?b?c'), { rawPath: '/a', search: 'b?c' });
  assert.deepEqual(splitTarget('/a'), { rawPath: '/a', search: '' });
});
