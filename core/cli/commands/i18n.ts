import { join } from 'node:path';
import { GalleyError } from '../../lib/errors.ts';
import { defineCommand } from '../../services/commands.ts';
import { catalogueFaults, mergeCatalogue, readCatalogue, writeCatalogue } from '../../theme/catalogue-file.ts';
import { listFiles } from '../../theme/template-files.ts';
import { partsOf } from '../text-parts.ts';

const FOLDERS = {
  name: 'folders',
  summary: 'Folders of plugins or themes; without any, all that come with Galley.',
  many: true,
  optional: true,
} as const;
const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;
const LANGUAGE = { type: 'list', summary: 'Which languages; those there are unless given.' } as const;
const PRUNE = { type: 'boolean', summary: 'Lets go what no source says any more.' } as const;
/** @throws GALLEY_COMMAND_USAGE for what cannot be the name of a language, and so not that of a file */
function checkLanguages(languages: readonly string[] = []): void {
  const wrong = languages.find((language) => !LANGUAGE_TAG.test(language));
  if (wrong !== undefined)
    throw new GalleyError('GALLEY_COMMAND_USAGE', `"${wrong}" is no language. Write de, pt-BR and the like.`);
}

async function languagesOf(directory: string): Promise<string[]> {
  const files = await listFiles(join(directory, 'locales'), '.json');
  return files.map((file) => file.slice(0, -'.json'.length));
}

export const commands = {
  'i18n extract': defineCommand({
    summary: 'Writes the texts of plugins, themes and the admin into their catalogues.',
    description:
      'Each folder has locales/<language>.json. New texts come in with an empty translation, what is translated stays. What no source says any more is named, and goes with --prune only.',
    needs: 'services',
    arguments: [FOLDERS],
    options: { language: LANGUAGE, prune: PRUNE },
    examples: ['galley i18n extract --language=fr', 'galley i18n extract plugins/events --language=de,ar'],
    async run({ site, args, options, output }) {
      checkLanguages(options.language);
      for (const { name, directory, texts } of await partsOf(site, args.folders)) {
        for (const language of options.language ?? (await languagesOf(directory))) {
          const { prune = false } = options;
          const merged = mergeCatalogue(texts.values(), await readCatalogue(directory, language), { language, prune });
          await writeCatalogue(directory, language, merged);
          const obsolete = Object.keys(merged).filter((text) => !texts.has(text));
          if (obsolete.length > 0)
            output.warn(`${name}, ${language}: nobody seems to say these any more: ${obsolete.join(' | ')}`);
        }
        output.info(`${name}: ${texts.size} texts`);
      }
      output.success('The catalogues have all texts.');
    },
  }),

  'i18n check': defineCommand({
    summary: 'Says which texts have no translation, a wrong one, or one too much. Ends with 1 where one was found.',
    needs: 'services',
    arguments: [FOLDERS],
    options: { language: LANGUAGE },
    examples: ['galley i18n check --language=de', 'galley i18n check plugins/events'],
    async run({ site, args, options, output }) {
      checkLanguages(options.language);
      const rows: Record<string, string>[] = [];
      for (const { name, directory, texts } of await partsOf(site, args.folders)) {
        for (const language of options.language ?? (await languagesOf(directory))) {
          const faults = catalogueFaults(texts, await readCatalogue(directory, language), language);
          for (const { text, fault, place } of faults) rows.push({ folder: name, language, fault, text, place });
        }
      }
      if (rows.length > 0) output.table(rows, { fields: ['folder', 'language', 'fault', 'text', 'place'], id: 'text' });
      else output.success('Every text has its translation.');
      return rows.length > 0 ? 1 : 0;
    },
  }),
};
