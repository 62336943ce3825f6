import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isGalleyError, LocalStorage, type Site } from 'galley';
import { type FileKind, kindOf } from './file-path.ts';

/** A file of the theme, wherever in the chain of parents it lies. */
export interface ThemeFile {
  path: string;
  kind: FileKind;
  /** The theme that it lies in. */
  from: string;
  /** Whether the theme itself has it, rather than one of its parents. */
  isOwn: boolean;
}

/** A file with its text. */
export interface OpenedThemeFile extends ThemeFile {
  text: string;
  /** Whether it also lies in a parent, so that the own one can be taken away. */
  isCopy: boolean;
}

/** The longest text that is taken, in bytes. */
export const MAX_BYTES = 200 * 1024;
const FOLDERS = ['templates', 'layouts', 'partials', 'assets'];

/** Text as it is kept: lines end with a line feed, the last one too. */
export const tidyText = (text: string): string =>
  text === '' ? '' : `${text.replace(/\r\n?/g, '\n').replace(/\n+$/, '')}\n`;

/** Reads and writes the files of one theme. What it inherits is read only. */
export class ThemeFiles {
  readonly #site: Site;
  readonly theme: string;

  constructor(site: Site, theme: string) {
    this.#site = site;
    this.theme = theme;
  }

  /** All files that can be shown, by path: each where it is taken from. `theme.json` is the theme's own. */
  async list(): Promise<ThemeFile[]> {
    const found = new Map<string, ThemeFile>();
    for (const { name, directory } of await this.#folders()) {
      for (const path of await pathsIn(directory)) {
        const kind = kindOf(path);
        const isOwn = name === this.theme;
        if (kind && !found.has(path)) found.set(path, { path, kind, from: name, isOwn });
      }
    }
    found.set('theme.json', this.#settings());
    return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** A file with its text; undefined where neither the theme nor a parent has it. */
  async open(path: string): Promise<OpenedThemeFile | undefined> {
    const kind = kindOf(path);
    if (!kind) return undefined;
    const folders = kind === 'settings' ? (await this.#folders()).slice(0, 1) : await this.#folders();
    const texts = await Promise.all(folders.map(({ directory }) => readText(directory, path)));
    const index = texts.findIndex((text) => text !== undefined);
    const [folder, text] = [folders[index], texts[index]];
    if (!folder || text === undefined) return undefined;
    const isCopy = index === 0 && texts.slice(1).some((other) => other !== undefined);
    return { path, kind, from: folder.name, isOwn: index === 0, isCopy, text };
  }

  /** The text that a file would have if the theme had no copy of it. */
  async inherited(path: string): Promise<string | undefined> {
    for (const { directory } of (await this.#folders()).slice(1)) {
      const text = await readText(directory, path);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** Writes a file of the theme itself, whole or not at all. */
  async write(path: string, text: string): Promise<void> {
    await (await this.#storage()).put(path, Buffer.from(text));
  }

  /** Takes a file of the theme itself away. */
  async remove(path: string): Promise<void> {
    await (await this.#storage()).remove(path);
  }

  async #storage(): Promise<LocalStorage> {
    return new LocalStorage((await this.#site.themes.folders.need(this.theme)).directory);
  }

  async #folders() {
    const { folders } = this.#site.themes;
    return (await folders.chain(await folders.need(this.theme))).folders;
  }

  #settings(): ThemeFile {
    return { path: 'theme.json', kind: 'settings', from: this.theme, isOwn: true };
  }
}

async function readText(directory: string, path: string): Promise<string | undefined> {
  try {
    return (await new LocalStorage(directory).read(path, MAX_BYTES)).toString('utf8').replace(/^\ufeff/, '');
  } catch (error) {
    if (isGalleyError(error, 'GALLEY_FILE_UNKNOWN')) return undefined;
    throw error;
  }
}

async function pathsIn(directory: string): Promise<string[]> {
  const lists = await Promise.all(
    FOLDERS.map(async (folder) => {
      const base = join(directory, folder);
      const entries = await readdir(base, { recursive: true, withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(directory.length + 1)
            .replaceAll('\\', '/'),
        );
    }),
  );
  return lists.flat();
}
