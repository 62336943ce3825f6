import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpolate, knownLanguage, languageChain, Messages } from './i18n.ts';

test('places are filled and unknown ones stay', () => {
  assert.equal(interpolate('{a} and {b} and {c}', { a: 1, b: '<x>' }), '1 and <x> and {c}');
  assert.equal(interpolate('{constructor} {toString}', {}), '{constructor} {toString}');
});

test('a text that no catalogue has is its own translation', () => {
  assert.equal(new Messages('de', []).translate('Read more'), 'Read more');
  assert.equal(new Messages('de', [{}]).translate('toString'), 'toString');
});

test('the first catalogue that has a text wins', () => {
  const messages = new Messages('de', [{ Home: 'Start' }, { Home: 'Heim', Search: 'Suche' }]);
  assert.equal(messages.translate('Home'), 'Start');
  assert.equal(messages.translate('Search'), 'Suche');
});

test('the plural form follows the rules of the language', () => {
  const forms = { one: '{count} wpis', few: '{count} wpisy', many: '{count} wpisów', other: '{count} wpisu' };
  const messages = new Messages('pl', [{ '{count} posts': forms }]);
  assert.deepEqual(
    [1, 3, 5, 1.5].map((count) => messages.translate('{count} posts', { count })),
    ['1 wpis', '3 wpisy', '5 wpisów', '1,5 wpisu'],
  );
});

test('forms of the source language are used where there is no translation', () => {
  const messages = new Messages('en', []);
  const forms = { one: '{count} comment', zero: 'No comments' };
  assert.deepEqual(
    [0, 1, 2, 12345].map((count) => messages.translate('{count} comments', { count }, forms)),
    ['No comments', '1 comment', '2 comments', '12,345 comments'],
  );
});

test('a language is looked up from the particular to the general and a broken code becomes English', () => {
  assert.deepEqual(languageChain('zh-Hant-TW'), ['zh-Hant-TW', 'zh-Hant', 'zh']);
  assert.equal(knownLanguage('de_AT'), 'de-AT');
  assert.equal(knownLanguage('not a language'), 'en');
});
