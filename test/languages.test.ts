// German and Arabic of the admin, the plugins that come along and the default theme: nothing wrong, and hardly anything missing.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { catalogueFaults, readCatalogue } from '../core/theme/catalogue-file.ts';
import { CORE_PARTS, sourceTexts } from '../core/theme/extract.ts';

const ROOT = join(import.meta.dirname, '..');
/** What may wait for its translation in each language at a time. */
const MISSING_ALLOWED = {
  de: 0,
  ar: 0,
};

describe('catalogues of Galley', () => {
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
