import { access } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { CORE_PARTS, type SourceText, sourceTexts } from '../theme/extract.ts';
import { listFiles } from '../theme/template-files.ts';

/** A folder with texts of its own. */
interface TextPart {
  name: string;
  /** Where its `locales` are. */
  directory: string;
  texts: Map<string, SourceText>;
}

/** The texts that core itself says. */
export const coreTexts = (site: Site): Promise<Map<string, SourceText>> => sourceTexts(site.root, CORE_PARTS);

/** The texts that a plugin or theme has to translate; what core says, a plugin need not translate again. */
export async function ownTexts(
  directory: string,
  core: ReadonlyMap<string, SourceText>,
): Promise<Map<string, SourceText>> {
  const all = await sourceTexts(directory);
  const isTheme = await exists(join(directory, 'theme.json'));
  return new Map([...all].filter(([text]) => isTheme || !core.has(text)));
}

/**
 * The folders that have texts, with these.
 *
 * @param folders those that are meant; all that come with Galley where there is none
 * @throws GALLEY_FILE_UNKNOWN
 */
export async function partsOf(site: Site, folders: readonly string[]): Promise<TextPart[]> {
  const core = await coreTexts(site);
  const named = folders.map((folder) => resolve(folder));
  for (const folder of named)
    if (!(await exists(folder))) throw new GalleyError('GALLEY_FILE_UNKNOWN', `There is no folder ${folder}.`);
  const directories = named.length > 0 ? named : await ownFolders(site.root);
  const parts = await Promise.all(
    directories.map(async (directory) => ({
      name: relative(site.root, directory),
      directory,
      texts: await ownTexts(directory, core),
    })),
  );
  const admin = { name: 'core/admin', directory: join(site.root, 'core', 'admin'), texts: core };
  return named.length > 0 ? parts : [admin, ...parts.filter(({ texts }) => texts.size > 0)];
}

async function ownFolders(root: string): Promise<string[]> {
  const manifests = await Promise.all([
    listFiles(join(root, 'plugins'), 'package.json'),
    listFiles(join(root, 'themes'), 'theme.json'),
  ]);
  const [plugins = [], themes = []] = manifests.map((files) => files.filter((file) => file.split('/').length === 2));
  return [
    ...plugins.map((file) => join(root, 'plugins', file, '..')),
    ...themes.map((file) => join(root, 'themes', file, '..')),
  ];
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
