// German and Arabic of the admin, the plugins that come along and the default theme: nothing wrong, and hardly anything missing.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { catalogueFaults, readCatalogue } from '../core/theme/catalogue-file.ts';
import { CORE_PARTS, sourceTexts } from '../core/theme/extract.ts';
import { listFiles } from '../core/theme/template-files.ts';

const ROOT = join(import.meta.dirname, '..');
/** What may wait for its translation in each language at a time. */
const MISSING_ALLOWED = {
  de: 0,
  ar: 0,
};

/** What is shown to people, as templates with values in them: `text: \`${count} posts\`` is found by no extraction. */
const PUT_TOGETHER = /\b(?:text|title|label|question|submit|intro|words|said)\b(?::| =)\s*(?:[^`;,\n]*\? )?`([^`]*)`/g;

describe('catalogues of Galley', () => {
  test('no sentence of a screen is put together in English, where nobody could translate it', async () => {
    const found: string[] = [];
    for (const folder of ['core/admin', 'plugins'])
      for (const name of await listFiles(join(ROOT, folder), '.ts')) {
        if (/\.test\.ts$|(^|\/)(assets|migrations|test-[^/]*|[\w-]*cli[\w-]*\.ts)/.test(name)) continue;
        const source = readFileSync(join(ROOT, folder, name), 'utf8');
        for (const [, text = ''] of source.matchAll(PUT_TOGETHER))
          if (
            text.includes('${') &&
            !/<|\bt\(/.test(text) &&
            /[a-z]{2,} [a-z]{2,}/.test(text.replace(/\$\{[^}]*\}/g, ''))
          )
            found.push(`${folder}/${name}: ${text}`);
      }
    assert.deepEqual(found, []);
  });

  test('nothing is translated wrongly, and next to nothing is missing', async () => {
    const core = await sourceTexts(ROOT, CORE_PARTS);
    for (const [language, allowed] of Object.entries(MISSING_ALLOWED)) {
      const faults = catalogueFaults(core, await readCatalogue(join(ROOT, 'core/admin'), language), language);
      for (const name of readdirSync(join(ROOT, 'plugins'))) {
        const directory = join(ROOT, 'plugins', name);
        const own = [...(await sourceTexts(directory))].filter(([text]) => !core.has(text));
        faults.push(...catalogueFaults(new Map(own), await readCatalogue(directory, language), language));
      }
      const wrong = faults.filter(({ fault }) => !/^(missing|unused)/.test(fault));
      assert.deepEqual(wrong, [], language);
      const missing = faults.filter(({ fault }) => fault.startsWith('missing'));
      assert.ok(
        missing.length <= allowed,
        `${language} lacks ${missing.length}: ${missing
          .slice(0, 20)
          .map(({ text }) => text)
          .join(' | ')}`,
      );
    }
  });
});
