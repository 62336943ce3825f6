import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { withDefaults } from '../content/fields.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { LoadedTheme } from './loaded-theme.ts';
import type { TemplateFolder } from './template-files.ts';
import type { TemplateProblem } from './template-problem.ts';
import { checkTheme } from './theme-check.ts';
import { inherit, ManifestReader, type ThemeManifest } from './theme-manifest.ts';
import { createTheme, type NewTheme } from './theme-new.ts';
import { ThemePreviews } from './theme-previews.ts';
import type { ThemeSettings } from './theme-tokens.ts';

/** A theme as lists show it. */
export interface ThemeInfo {
  name: string;
  title: string;
  version: string;
  description: string;
  author: string;
  parent: string | undefined;
  directory: string;
  /** Comes with Galley. */
  isFirstParty: boolean;
  isActive: boolean;
  /** Why it cannot be used, where that can be seen without building it. */
  problem: string | undefined;
}

/** The site's theme and how the site uses it. */
export interface ActiveTheme extends ThemeSettings {
  theme: LoadedTheme;
  /** The address of an asset with these settings. */
  asset(name: string): string;
}

interface Found extends TemplateFolder {
  isFirstParty: boolean;
}

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const OPTION = 'theme';
const MAX_PARENTS = 5;
const LOOK_EVERY_MS = 500;

/** The themes of the site: those in the project and those in the content folder. */
export class Themes {
  readonly #site: Site;
  readonly #manifests = new ManifestReader();
  readonly #loaded = new Map<string, Promise<LoadedTheme>>();
  /** Themes that failed and for which the default one stands in, so that each is logged once. */
  readonly #failed = new Set<string>();
  #lookedAt = 0;
  /** What single people try before visitors see it. */
  readonly previews: ThemePreviews;

  constructor(site: Site) {
    this.#site = site;
    this.previews = new ThemePreviews(site);
    site.options.define(OPTION, {
      default: site.config.themes.default,
      schema: { type: 'string', pattern: NAME.source },
      label: 'Theme',
    });
  }

  /** Every theme that there is, by name. */
  async list(): Promise<ThemeInfo[]> {
    const [found, active] = [await this.#find(), await this.#activeName()];
    return Promise.all(
      [...found.values()].map(async ({ name, directory, isFirstParty }) => {
        const own = { name, directory, isFirstParty, isActive: name === active };
        try {
          const { title, version, description, author, parent } = await this.#manifests.read(directory);
          const problem = parent && !found.has(parent) ? `Its parent "${parent}" is not here.` : undefined;
          return { title, version, description, author, parent, problem, ...own };
        } catch (error) {
          return {
            title: name,
            version: '',
            description: '',
            author: '',
            parent: undefined,
            problem: messageOf(error),
            ...own,
          };
        }
      }),
    );
  }

  /**
   * The theme that pages are rendered with: the site's, or what somebody tries in a page that is only for him. One that
   * cannot be used is logged, and the default one stands in.
   * @throws GALLEY_THEME_INVALID | GALLEY_THEME_UNKNOWN when the default one cannot be used either
   */
  async active(): Promise<ActiveTheme> {
    const preview = this.previews.current;
    const theme = await this.#loadOrDefault(preview?.name ?? (await this.#activeName()));
    const settings = preview ? checkedSettings(theme, preview) : await this.settings(theme);
    const tokens = await theme.tokens(settings);
    return { theme, ...settings, asset: (file) => (file === tokens.name ? tokens.path : theme.assetUrl(file)) };
  }

  /**
   * A theme, read and built. In development it is read again when a file has changed.
   * @throws GALLEY_THEME_UNKNOWN | GALLEY_THEME_INVALID
   */
  async load(name: string): Promise<LoadedTheme> {
    const known = this.#loaded.get(name);
    if (known && !(await this.#isStale(known))) return known;
    const made = this.#load(name);
    this.#loaded.set(name, made);
    made.catch(() => {
      if (this.#loaded.get(name) === made) this.#loaded.delete(name);
    });
    return made;
  }

  /** Variation and options that the site has chosen for a theme. */
  async settings(theme: Pick<LoadedTheme, 'name' | 'manifest'>): Promise<ThemeSettings> {
    return checkedSettings(theme, await this.#site.options.get<Partial<ThemeSettings>>(this.#settingsName(theme.name)));
  }

  /** Chooses variation and options of a theme. Visitors see it at once. */
  async configure(name: string, settings: Partial<ThemeSettings>): Promise<void> {
    await this.load(name);
    await this.#site.options.update<Partial<ThemeSettings>>(this.#settingsName(name), (current) => ({
      ...current,
      ...settings,
    }));
    await this.#site.cache.invalidate(['theme']);
  }

  /**
   * Makes a theme the site's.
   * @throws GALLEY_THEME_UNKNOWN | GALLEY_THEME_INVALID with what is wrong; the theme before stays then
   */
  async activate(name: string): Promise<void> {
    const errors = (await this.check(name)).filter(({ level }) => level === 'error');
    if (errors[0]) {
      const first = `${errors[0].file}${errors[0].line ? `, line ${errors[0].line}` : ''}: ${errors[0].message}`;
      throw new GalleyError(
        'GALLEY_THEME_INVALID',
        `The theme "${name}" has ${errors.length} errors; the first: ${first}`,
        { details: { problems: errors } },
      );
    }
    const previous = await this.#activeName();
    await this.#site.options.set(OPTION, name);
    await this.#site.cache.invalidate(['theme']);
    await this.#site.hooks.doAction('theme:activated', { name, previous });
  }

  /**
   * Everything that is wrong with a theme: manifest, templates, translations, assets.
   * @throws GALLEY_THEME_UNKNOWN
   */
  async check(name: string): Promise<TemplateProblem[]> {
    const found = await this.#need(name);
    try {
      const { manifest, folders } = await this.#chain(found);
      return await checkTheme(this.#site, manifest, folders);
    } catch (error) {
      return [{ level: 'error', file: `${name}/theme.json`, line: 0, message: messageOf(error) }];
    }
  }

  /**
   * Makes a new theme in the content folder, whole or as the child of another.
   * @returns its folder
   * @throws GALLEY_THEME_INVALID for a name that is taken or cannot be one | GALLEY_THEME_UNKNOWN for an unknown parent
   */
  async create(name: string, options: Omit<NewTheme, 'name'> = {}): Promise<string> {
    if (!NAME.test(name))
      throw new GalleyError('GALLEY_THEME_INVALID', `"${name}" cannot name a theme: small letters, digits and "-".`);
    if ((await this.#find()).has(name))
      throw new GalleyError('GALLEY_THEME_INVALID', `There is a theme "${name}" already.`);
    if (options.parent) await this.#need(options.parent);
    return createTheme(join(this.#contentDirectory(), name), { ...options, name });
  }

  async #activeName(): Promise<string> {
    return this.#site.options.get<string>(OPTION);
  }

  #settingsName(name: string): string {
    const option = `theme:${name}`;
    const { options } = this.#site;
    if (!options.has(option))
      options.define(option, { default: {}, schema: { type: 'object' }, label: `Settings of the theme ${name}` });
    return option;
  }

  #contentDirectory(): string {
    const { dir } = this.#site.config.content;
    return join(isAbsolute(dir) ? dir : join(this.#site.root, dir), 'themes');
  }

  /** The project's themes go first: nobody replaces one of ours by a folder of the same name. */
  async #find(): Promise<Map<string, Found>> {
    const found = new Map<string, Found>();
    for (const [base, isFirstParty] of [
      [join(this.#site.root, 'themes'), true],
      [this.#contentDirectory(), false],
    ] as const) {
      const folders = await readdir(base, { withFileTypes: true }).catch(() => []);
      for (const folder of folders) {
        if (!folder.isDirectory() || !NAME.test(folder.name) || found.has(folder.name)) continue;
        found.set(folder.name, { name: folder.name, directory: join(base, folder.name), isFirstParty });
      }
    }
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async #need(name: string): Promise<Found> {
    const found = await this.#find();
    const theme = found.get(name);
    if (theme) return theme;
    throw new GalleyError('GALLEY_THEME_UNKNOWN', `There is no theme "${name}".${didYouMean(name, found.keys())}`);
  }

  /** The manifest with all that is inherited, and the folders from the theme to its last parent. */
  async #chain(theme: Found): Promise<{ manifest: ThemeManifest; folders: TemplateFolder[] }> {
    const own = await this.#manifests.read(theme.directory);
    if (own.name !== theme.name)
      throw new GalleyError(
        'GALLEY_THEME_INVALID',
        `The theme in ${theme.directory} calls itself "${own.name}". Folder and name must be the same.`,
      );
    let manifest = own;
    const folders: TemplateFolder[] = [{ name: theme.name, directory: theme.directory }];
    for (let parentName = own.parent; parentName !== undefined; ) {
      if (folders.length > MAX_PARENTS || folders.some(({ name }) => name === parentName)) {
        throw new GalleyError(
          'GALLEY_THEME_INVALID',
          `The theme "${theme.name}" has itself among its parents, or more than ${MAX_PARENTS} of them.`,
        );
      }
      const parent = await this.#need(parentName);
      const parentManifest = await this.#manifests.read(parent.directory);
      manifest = inherit(manifest, parentManifest);
      folders.push({ name: parent.name, directory: parent.directory });
      parentName = parentManifest.parent;
    }
    return { manifest, folders };
  }

  async #load(name: string): Promise<LoadedTheme> {
    const { manifest, folders } = await this.#chain(await this.#need(name));
    return LoadedTheme.load(this.#site, manifest, folders);
  }

  async #loadOrDefault(name: string): Promise<LoadedTheme> {
    const { default: fallback } = this.#site.config.themes;
    try {
      const theme = await this.load(name);
      this.#failed.delete(name);
      return theme;
    } catch (error) {
      if (name === fallback) throw error;
      if (!this.#failed.has(name))
        this.#site.log.error(
          { theme: name, reason: messageOf(error) },
          `the theme "${name}" cannot be used; "${fallback}" stands in`,
        );
      this.#failed.add(name);
      return this.load(fallback);
    }
  }

  async #isStale(known: Promise<LoadedTheme>): Promise<boolean> {
    if (this.#site.config.environment.name !== 'development' || Date.now() - this.#lookedAt < LOOK_EVERY_MS)
      return false;
    this.#lookedAt = Date.now();
    const theme = await known.catch(() => undefined);
    return theme === undefined || theme.isStale();
  }
}

/** Settings as far as the theme knows them, with its defaults for the rest. */
function checkedSettings({ manifest }: Pick<LoadedTheme, 'manifest'>, given: Partial<ThemeSettings>): ThemeSettings {
  const variation = given.variation ?? '';
  return {
    variation: Object.hasOwn(manifest.variations, variation) ? variation : '',
    options: withDefaults(manifest.options, given.options ?? {}),
  };
}

declare module '../kernel/site.ts' {
  interface Site {
    /** The themes of the site. */
    readonly themes: Themes;
  }
}
