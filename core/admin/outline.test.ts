import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OutlineItem, parentAt, place, step } from './client/outline.ts';

const list = (text: string): OutlineItem[] =>
  text.split(' ').map((word) => ({
    id: word.replace(/[^a-z]/g, ''),
    list: /^[A-Z]/.exec(word)?.[0] ?? 'M',
    depth: (word.match(/-/g) ?? []).length,
  }));
const words = (items: readonly OutlineItem[] | undefined): string =>
  (items ?? []).map(({ id, list: name, depth }) => `${name === 'M' ? '' : name}${'-'.repeat(depth)}${id}`).join(' ');
const go = (text: string, id: string, direction: 'up' | 'down' | 'in' | 'out', maxDepth = 3, lists = ['M']): string => {
  const items = list(text);
  return words(
    step(
      items,
      items.findIndex((item) => item.id === id),
      direction,
      { lists, maxDepth },
    ),
  );
};

test('an item moves with all below it, past what stands beside it', () => {
  assert.equal(go('a -b c', 'c', 'up'), 'c a -b');
  assert.equal(go('a -b c', 'a', 'down'), 'c a -b');
  assert.equal(go('a -b -c d', 'c', 'up'), 'a -c -b d');
});

test('an item goes below the one before it and comes out behind all its kin', () => {
  assert.equal(go('a b c', 'b', 'in'), 'a -b c');
  assert.equal(go('a -b --c -d e', 'b', 'out'), 'a -d b -c e');
  assert.equal(go('a b', 'a', 'in'), '');
});

test('no item stands deeper than allowed, counted with what is below it', () => {
  assert.equal(go('a b -c', 'b', 'in', 1), '');
  assert.equal(go('a b -c', 'b', 'in', 2), 'a -b --c');
});

test('at the end of a list the next one begins, also an empty one', () => {
  assert.equal(go('Aa Bb', 'a', 'down', 0, ['A', 'B']), 'Ba Bb');
  assert.equal(go('Aa Bb', 'b', 'up', 0, ['A', 'B']), 'Aa Ab');
  assert.equal(go('Aa', 'a', 'down', 0, ['A', 'B']), 'Ba');
  assert.equal(go('Aa', 'a', 'up', 0, ['A', 'B']), '');
});

test('what is dropped takes a depth that its new place allows', () => {
  const items = list('a -b --c d');
  assert.equal(words(place(items, 3, { list: 'M', target: 2, depth: 0 }, 5)), 'a -b --d --c');
  assert.equal(words(place(items, 3, { list: 'M', target: 1, depth: 9 }, 5)), 'a -d -b --c');
  assert.equal(place(items, 0, { list: 'M', target: 0, depth: 0 }, 5), undefined);
  assert.deepEqual(
    items.map((_, index) => parentAt(items, index)),
    ['', 'a', 'b', ''],
  );
});
