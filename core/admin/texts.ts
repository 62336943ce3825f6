import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Site } from '../kernel/site.ts';
import type { Catalogue, Messages } from '../lib/i18n.ts';
import { calledTexts } from '../lib/script-texts.ts';
import { listFiles } from '../theme/template-files.ts';
import { Translations } from '../theme/translations.ts';

const HERE = import.meta.dirname;
const CLIENT = join(HERE, 'client');

/** The texts of the admin in all languages: `locales/<language>.json` of core and of each active plugin. */
export class AdminTexts {
  /** What could not be read. */
  readonly problems: readonly { file: string; message: string }[];
  /** The languages that there are texts in, in small letters; English is its own key. */
  readonly languages: ReadonlySet<string>;
  readonly #site: Site;
  readonly #translations: Translations;
  readonly #scripts = new Map<string, Promise<string | undefined>>();
  #scriptTexts: Promise<Set<string>> | undefined;

  constructor(site: Site, translations: Translations) {
    this.#site = site;
    this.#translations = translations;
    this.problems = translations.problems;
    this.languages = new Set(['en', ...translations.languages]);
  }

  /**
   * Reads the catalogues: core's first, then those of the plugins in the order they are set up, then those of themes.
   * Plugins that come along and are switched off come last: their names are shown too.
   */
  static async load(site: Site): Promise<AdminTexts> {
    const idle = site.plugins.list().filter(({ state, isFirstParty }) => state !== 'active' && isFirstParty);
    const folders = [
      { name: 'admin', directory: HERE },
      ...pluginFolders(site),
      ...(await site.themes.list()),
      ...idle,
    ];
    return new AdminTexts(site, await Translations.load(folders));
  }

  /** The folders that catalogues are read from. */
  static folders(site: Site): string[] {
    return [HERE, ...pluginFolders(site).map(({ directory }) => directory)].map((folder) => join(folder, 'locales'));
  }

  /** The texts of a language. */
  for(language: string): Messages {
    return this.#translations.for(language);
  }

  /**
   * The address of a script with the texts that scripts say in that language; undefined where there is nothing to
   * translate. The browser keeps it for as long as no text changes.
   */
  script(language: string): Promise<string | undefined> {
    const known = this.#scripts.get(language);
    if (known) return known;
    const made = this.#makeScript(language);
    this.#scripts.set(language, made);
    made.catch(() => this.#scripts.delete(language)); // The next one tries again.
    return made;
  }

  /** Makes the scripts of all languages, for a process that is asked for one that another has made. */
  async makeScripts(): Promise<void> {
    await Promise.all([...this.languages].map((language) => this.script(language)));
  }

  async #makeScript(language: string): Promise<string | undefined> {
    const messages = this.for(language);
    this.#scriptTexts ??= scriptTexts(this.#site);
    const known: Record<string, Catalogue[string]> = {};
    for (const text of [...(await this.#scriptTexts)].sort()) {
      const message = messages.find(text);
      if (message !== undefined) known[text] = message;
    }
    if (Object.keys(known).length === 0) return undefined;
    const source = `globalThis.galleyMessages=${JSON.stringify(known).replaceAll('<', '\\u003c')};`;
    return (await this.#site.assets.add(`messages-${language}.js`, source)).path;
  }
}

/** The folders of the plugins that run. */
function pluginFolders(site: Site): { name: string; directory: string }[] {
  const running = site.plugins.list().filter(({ state }) => state === 'active');
  return running.map(({ name, directory }) => ({ name, directory }));
}

/** All that scripts of the admin and of plugins say. */
async function scriptTexts(site: Site): Promise<Set<string>> {
  const folders = [CLIENT, join(HERE, 'assets'), ...site.assets.folders().map(({ value }) => value)];
  const found = new Set<string>();
  for (const directory of folders) {
    const files = (await listFiles(directory)).filter((name) => /(?<!\.test)\.[jt]s$/.test(name));
    for (const name of files)
      for (const { text } of calledTexts(await readFile(join(directory, name), 'utf8'))) found.add(text);
  }
  return found;
}
