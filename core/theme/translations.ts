import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../lib/errors.ts';
import { type Catalogue, languageChain, type Message, Messages } from '../lib/i18n.ts';
import { says } from '../lib/told-texts.ts';
import { listFiles } from './template-files.ts';

const CATEGORIES = new Set(['zero', 'one', 'two', 'few', 'many', 'other']);

/** What is wrong with a catalogue, in words; undefined where it is one. */
function catalogueProblem(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    return says('A catalogue is an object of texts.');
  for (const [text, message] of Object.entries(data)) {
    if (typeof message === 'string') continue;
    const forms: unknown[] =
      typeof message === 'object' && message !== null ? Object.entries(message).flat() : [undefined];
    const isPlural = forms.every(
      (part, index) => typeof part === 'string' && (index % 2 === 1 || CATEGORIES.has(part)),
    );
    if (!isPlural)
      return says(`"${text}" is neither a text nor an object of plural forms (zero, one, two, few, many, other).`);
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(says(`It is no JSON: ${messageOf(error)}.`), { cause: error });
  }
}

/** Without the texts that nobody has translated yet: `galley i18n extract` writes them with nothing behind. */
function translatedOnly(catalogue: Catalogue): Catalogue {
  const filled = ([, message]: [string, Message]): boolean =>
    (typeof message === 'string' ? message : message.other) !== '';
  return Object.fromEntries(Object.entries(catalogue).filter(filled));
}

/** The translations of a theme: `locales/<language>.json` of each folder, the first folder's going first. */
export class Translations {
  /** What could not be read, by file. */
  readonly problems: { file: string; message: string }[] = [];
  readonly #catalogues = new Map<string, Catalogue[]>();
  readonly #messages = new Map<string, Messages>();

  /** Reads the catalogues of the folders. A broken one is reported in `problems` and left out. */
  static async load(folders: readonly { name: string; directory: string }[]): Promise<Translations> {
    const translations = new Translations();
    for (const { name, directory } of folders) {
      for (const file of await listFiles(join(directory, 'locales'), '.json')) {
        await translations.#read(join(directory, 'locales', file), `${name}/locales/${file}`);
      }
    }
    return translations;
  }

  /** The languages that there are catalogues for. */
  get languages(): string[] {
    return [...this.#catalogues.keys()];
  }

  /** The texts of a language; those of `de` serve `de-AT` too. */
  for(language: string): Messages {
    const known = this.#messages.get(language);
    if (known) return known;
    const catalogues = languageChain(language).flatMap((name) => this.#catalogues.get(name.toLowerCase()) ?? []);
    const messages = new Messages(language, catalogues);
    this.#messages.set(language, messages);
    return messages;
  }

  async #read(path: string, file: string): Promise<void> {
    try {
      const data = parsed(await readFile(path, 'utf8'));
      const problem = catalogueProblem(data);
      if (problem) throw new Error(problem);
      const language = path
        .replace(/^.*[\\/]/, '')
        .slice(0, -'.json'.length)
        .replaceAll('_', '-')
        .toLowerCase();
      this.#catalogues.set(language, [...(this.#catalogues.get(language) ?? []), translatedOnly(data as Catalogue)]);
    } catch (error) {
      this.problems.push({ file, message: messageOf(error) });
    }
  }
}
