import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { catalogueFaults, mergeCatalogue, readCatalogue, writeCatalogue } from './catalogue-file.ts';
import { type SourceText, sourceTexts } from './extract.ts';

let directory: string;
let texts: Map<string, SourceText>;

describe('catalogues', () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'galley-texts-'));
    await mkdir(join(directory, 'views'));
    await writeFile(
      join(directory, 'views', 'page.hbs'),
      `<p>{{t 'Plain'}}</p>\n{{> part label=(t "It's {name}" name=x)}}{{t '{count} posts' count=n one='{count} post'}}`,
    );
    await writeFile(join(directory, 'index.ts'), "screen({ title: 'Events' }); page.t('Plain');");
    await writeFile(join(directory, 'index.test.ts'), "t('Of a test');");
    texts = await sourceTexts(directory);
  });
  after(() => rm(directory, { recursive: true }));

  test('are filled from templates and scripts, with the place of each text', () => {
    assert.deepEqual(
      [...texts.values()].map(({ text, isPlural, place }) => `${text} ${isPlural} ${place}`).sort(),
      [
        'Events false index.ts:1',
        "It's {name} false views/page.hbs:2",
        'Plain false index.ts:1',
        '{count} posts true views/page.hbs:2',
      ].sort(),
    );
  });

  test('keep what is translated, also what nobody seems to say any more, and have all plural forms of their language', async () => {
    await writeCatalogue(directory, 'ar', { Plain: 'بسيط', Gone: 'x', Empty: '' });
    const stored = await readCatalogue(directory, 'ar');
    const merged = mergeCatalogue(texts.values(), stored, { language: 'ar' });
    assert.equal(merged['Plain'], 'بسيط');
    assert.deepEqual(['Gone' in merged, 'Empty' in merged], [true, false]);
    const pruned = mergeCatalogue(texts.values(), stored, { language: 'ar', prune: true });
    assert.deepEqual([pruned['Plain'], 'Gone' in pruned], ['بسيط', false]);
    assert.deepEqual(Object.keys(merged['{count} posts'] as object).sort(), [
      'few',
      'many',
      'one',
      'other',
      'two',
      'zero',
    ]);
  });

  test('are reported for what is missing, unused or wrong', () => {
    const catalogue = {
      Plain: { one: 'a', other: 'b' },
      "It's {name}": 'Das ist {nam}',
      '{count} posts': { one: '', other: '{count} Beiträge' },
      Gone: 'Weg',
    };
    assert.deepEqual(
      catalogueFaults(texts, catalogue, 'de')
        .map(({ text, fault }) => `${text}: ${fault}`)
        .sort(),
      [
        'Events: missing',
        'Gone: unused',
        "It's {name}: its places differ",
        'Plain: no count chooses its form, so it has one only',
        '{count} posts: missing: one',
      ].sort(),
    );
  });
});
