import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortDifference } from './short-difference.ts';

test('a difference is the lines between the first and the last that differ', () => {
  assert.equal(shortDifference('a\nb\nc', 'a\nb\nc'), '');
  assert.equal(shortDifference('a\nb\nc', 'a\nx\ny\nc'), '- b\n+ x\n+ y');
  assert.equal(shortDifference('a\na', 'a\na\na'), '+ a');
  assert.equal(shortDifference('a\na\na', 'a'), '- a\n- a');
});

test('a long difference is shortened, and says so', () => {
  const lines = Array.from({ length: 9 }, (_, index) => `line ${index}`).join('\n');
  assert.match(shortDifference('', lines), /\+ line 5\n\+ … and 3 lines more$/);
  assert.ok(shortDifference('', 'x'.repeat(1000)).length < 200);
});
