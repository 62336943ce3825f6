import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from './csv.ts';

test('a line of CSV quotes what it must, and nothing in it runs as a formula', () => {
  assert.equal(csvLine(['plain', 'a,b', 'say "x"', ' two\nlines']), 'plain,"a,b","say ""x"""," two\nlines"\r\n');
  for (const text of ['=1+1', '+1+1', '-1+1', '@sum', '\ta', '\r=1'])
    assert.match(csvLine([text]), /^"?'/, JSON.stringify(text));
  assert.equal(csvLine(['-5', '-5.25', '12']), '-5,-5.25,12\r\n', 'numbers stay numbers');
});
