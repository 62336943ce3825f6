import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fullTextTokens, parseFullTextQuery } from './full-text.ts';

test('case, accents and apostrophes are folded', () => {
  assert.deepEqual(fullTextTokens("Tükörfúrógép, don't  STOP"), ['tukorfurogep', 'dont', 'stop']);
});

test('scripts without spaces are cut into pairs that overlap', () => {
  assert.deepEqual(fullTextTokens('東京都 and ABC'), ['東京', '京都', '都', 'and', 'abc']);
});

test('words, phrases, unwanted and begun words are told apart', () => {
  assert.deepEqual(parseFullTextQuery('red "open sea" -storm sail*'), [
    { words: ['red'], prefix: false, exclude: false },
    { words: ['open', 'sea'], prefix: false, exclude: false },
    { words: ['storm'], prefix: false, exclude: true },
    { words: ['sail'], prefix: true, exclude: false },
  ]);
});

test('the last word can be taken for a beginning while somebody types', () => {
  assert.equal(parseFullTextQuery('red sai', { prefixLast: true }).at(-1)?.prefix, true);
  assert.equal(parseFullTextQuery('red sail ', { prefixLast: true }).at(-1)?.prefix, false);
});

test('punctuation alone asks for nothing', () => {
  assert.deepEqual(parseFullTextQuery('()@~+-<>"*'), []);
});

test('there is a bound on the terms', () => {
  assert.equal(parseFullTextQuery('a '.repeat(500)).length, 12);
});
