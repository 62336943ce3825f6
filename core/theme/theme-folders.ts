import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { TemplateFolder } from './template-files.ts';
import { inherit, ManifestReader, type ThemeManifest } from './theme-manifest.ts';

/** The folder of a theme. */
export interface FoundTheme extends TemplateFolder {
  isFirstParty: boolean;
}

/** What a theme is made of: its manifest with all that is inherited, and the folders from it to its last parent. */
export interface ThemeChain {
  manifest: ThemeManifest;
  folders: TemplateFolder[];
}

/** What a theme's name looks like. */
export const THEME_NAME = /^[a-z][a-z0-9-]{0,63}$/;
const DRAFT = /^[A-Za-z0-9_-]{8,80}$/;
const MAX_PARENTS = 5;

/** Where the themes of the site lie: in the project and in the content folder. */
export class ThemeFolders {
  readonly #site: Site;
  readonly #manifests = new ManifestReader();

  constructor(site: Site) {
    this.#site = site;
  }

  /** The folder that themes of the site's own lie in. */
  get own(): string {
    return join(this.#content, 'themes');
  }

  /** The folder of files that somebody tries before they are put into a theme. @throws GALLEY_INPUT_INVALID */
  draft(id: string): string {
    if (!DRAFT.test(id)) throw new GalleyError('GALLEY_INPUT_INVALID', 'This names no draft of a theme.');
    return join(this.#content, 'theme-drafts', id);
  }

  get #content(): string {
    const { dir } = this.#site.config.content;
    return isAbsolute(dir) ? dir : join(this.#site.root, dir);
  }

  /** The project's themes go first: nobody replaces one of ours by a folder of the same name. */
  async find(): Promise<Map<string, FoundTheme>> {
    const found = new Map<string, FoundTheme>();
    for (const [base, isFirstParty] of [
      [join(this.#site.root, 'themes'), true],
      [this.own, false],
    ] as const) {
      const folders = await readdir(base, { withFileTypes: true }).catch(() => []);
      for (const folder of folders) {
        if (!folder.isDirectory() || !THEME_NAME.test(folder.name) || found.has(folder.name)) continue;
        found.set(folder.name, { name: folder.name, directory: join(base, folder.name), isFirstParty });
      }
    }
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** @throws GALLEY_THEME_UNKNOWN */
  async need(name: string): Promise<FoundTheme> {
    const found = await this.find();
    const theme = found.get(name);
    if (theme) return theme;
    throw new GalleyError('GALLEY_THEME_UNKNOWN', `There is no theme "${name}".${didYouMean(name, found.keys())}`);
  }

  /** What `theme.json` of a folder says. @throws GALLEY_THEME_INVALID */
  manifest(directory: string): Promise<ThemeManifest> {
    return this.#manifests.read(directory);
  }

  /**
   * What a theme is made of.
   * @param draft a folder whose files stand before those of the theme
   * @throws GALLEY_THEME_UNKNOWN | GALLEY_THEME_INVALID
   */
  async chain(theme: FoundTheme, draft?: string): Promise<ThemeChain> {
    const own = await this.#manifestOf(theme, draft);
    let manifest = own;
    const folders: TemplateFolder[] = [{ name: theme.name, directory: theme.directory }];
    for (let parentName = own.parent; parentName !== undefined; ) {
      if (folders.length > MAX_PARENTS || folders.some(({ name }) => name === parentName)) {
        throw new GalleyError(
          'GALLEY_THEME_INVALID',
          `The theme "${theme.name}" has itself among its parents, or more than ${MAX_PARENTS} of them.`,
        );
      }
      const parent = await this.need(parentName);
      const parentManifest = await this.manifest(parent.directory);
      manifest = inherit(manifest, parentManifest);
      folders.push({ name: parent.name, directory: parent.directory });
      parentName = parentManifest.parent;
    }
    return { manifest, folders: draft ? [{ name: theme.name, directory: draft }, ...folders] : folders };
  }

  async #manifestOf(theme: FoundTheme, draft: string | undefined): Promise<ThemeManifest> {
    const isDrafted = draft !== undefined && (await stat(join(draft, 'theme.json')).catch(() => undefined));
    const own = await this.manifest(isDrafted ? draft : theme.directory);
    if (own.name === theme.name) return own;
    throw new GalleyError(
      'GALLEY_THEME_INVALID',
      `The theme in ${theme.directory} calls itself "${own.name}". Folder and name must be the same.`,
    );
  }
}
