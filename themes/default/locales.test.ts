import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { themeTexts } from '../../core/theme/manifest-texts.ts';
import { patternTexts } from '../../core/theme/pattern-texts.ts';
import { readPattern } from '../../core/theme/theme-patterns.ts';

const folder = new URL('./', import.meta.url);

function textsOfTemplates(): Set<string> {
  const texts = new Set<string>();
  for (const kind of ['templates', 'partials', 'layouts']) {
    for (const file of readdirSync(new URL(`${kind}/`, folder))) {
      const source = readFileSync(new URL(`${kind}/${file}`, folder), 'utf8');
      for (const [, text = ''] of source.matchAll(/[{(]t '([^']+)'/g)) texts.add(text);
    }
  }
  for (const file of readdirSync(new URL('patterns/', folder))) {
    const source = readFileSync(new URL(`patterns/${file}`, folder), 'utf8');
    for (const text of patternTexts(readPattern(file, source))) texts.add(text);
  }
  const manifest = JSON.parse(readFileSync(new URL('theme.json', folder), 'utf8')) as Record<string, unknown>;
  for (const text of themeTexts(manifest)) texts.add(text);
  return texts;
}

function catalogue(language: string): Record<string, string | Record<string, string>> {
  return JSON.parse(readFileSync(new URL(`locales/${language}.json`, folder), 'utf8'));
}

/** The `{places}` of a text, sorted. */
function places(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
}

for (const language of ['en', 'de', 'ar']) {
  test(`${language}: every text of the templates is in the catalogue, and nothing else`, () => {
    assert.deepEqual(Object.keys(catalogue(language)).sort(), [...textsOfTemplates()].sort());
  });

  test(`${language}: a translation has the places of its source`, () => {
    for (const [source, message] of Object.entries(catalogue(language))) {
      const full = typeof message === 'string' ? message : (message['other'] ?? '');
      assert.deepEqual(places(full), places(source), source);
    }
  });
}
