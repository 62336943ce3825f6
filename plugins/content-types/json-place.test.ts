import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonMistake } from './json-place.ts';

test('the place where a text stops being JSON is told', () => {
  const places: [string, string][] = [
    ['', '1:1'],
    ['{', '1:2'],
    ['{"a": 1,\n  "b": tru}', '2:8'],
    ['{"a": [1, 2,]}', '1:13'],
    ['{"a": 1} x', '1:10'],
    ['{"a" 1}', '1:6'],
    ['[1 2]', '1:4'],
    ['{"a": "\t"}', '1:7'],
    ["{'a': 1}", '1:2'],
  ];
  for (const [text, place] of places) {
    const found = jsonMistake(text);
    assert.equal(`${found?.line}:${found?.column}`, place, text);
    assert.throws(() => JSON.parse(text));
  }
});

test('what is JSON has no such place', () => {
  const whole = [{ a: [1, -2.5e3, true, null, { b: {} }, []], 'c "d"': '\u00e9\n' }, [], 'x', 0];
  for (const value of whole)
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)])
      assert.equal(jsonMistake(text), undefined);
  assert.equal(jsonMistake(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), undefined);
});
