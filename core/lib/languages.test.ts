import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptedLanguages, chooseLanguage, directionOf, languageName } from './languages.ts';

describe('the language of a reader', () => {
  it('comes from the header of the browser, the dearest first', () => {
    assert.deepEqual(acceptedLanguages('fr;q=0.5, de-AT, en;q=0.8, *;q=0.1, xx;q=0'), ['de-AT', 'en', 'fr']);
    assert.deepEqual(acceptedLanguages(undefined), []);
    assert.deepEqual(acceptedLanguages('de;q=oops,<script>'), []);
  });

  it('is read at once, whatever blanks a header is made of', () => {
    const from = performance.now();
    assert.deepEqual(acceptedLanguages(`en${' '.repeat(200_000)}!, de${' '.repeat(200_000)};q=0.5`), ['de']);
    assert.ok(performance.now() - from < 5000);
  });

  it('is the first of the wishes that there are texts for, and keeps its region', () => {
    const available = new Set(['en', 'de', 'ar']);
    assert.equal(chooseLanguage(['', 'fr', 'de-at', 'en'], available), 'de-AT');
    assert.equal(chooseLanguage(['ar', 'de'], available), 'ar');
    assert.equal(chooseLanguage(['de-x-very-private'], available), 'de');
    assert.equal(chooseLanguage(['fr', 'not a language'], new Set(['de'])), undefined);
  });

  it('knows which way it is written and what it calls itself', () => {
    assert.equal(directionOf('ar-EG'), 'rtl');
    assert.equal(directionOf('arn'), 'ltr');
    assert.equal(languageName('de'), 'Deutsch');
    assert.equal(languageName('ar'), 'العربية');
  });
});
