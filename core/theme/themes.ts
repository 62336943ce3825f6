import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { withDefaults } from '../content/fields.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, isGalleyError, messageOf } from '../lib/errors.ts';
import { LoadedTheme } from './loaded-theme.ts';
import type { TemplateProblem } from './template-problem.ts';
import { checkTheme } from './theme-check.ts';
import { THEME_NAME, ThemeFolders } from './theme-folders.ts';
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

/** A theme as this process has read it. */
interface Known {
  made: Promise<LoadedTheme>;
  /** What the files of themes were when that was. */
  files: string;
}

const OPTION = 'theme';
/** Changes whenever files of themes were changed while the site runs, so that every process reads them again. */
const FILES = 'theme_files';
const MAX_DRAFTS = 20;
const LOOK_EVERY_MS = 500;

/** The themes of the site: those in the project and those in the content folder. */
export class Themes {
  readonly #site: Site;
  readonly #loaded = new Map<string, Known>();
  /** Themes with files that somebody tries, by theme and draft. */
  readonly #drafts = new Map<string, Promise<LoadedTheme>>();
  /** Themes that failed and for which the default one stands in, so that each is logged once. */
  readonly #failed = new Set<string>();
  #lookedAt = 0;
  /** Where they lie. */
  readonly folders: ThemeFolders;
  /** What single people try before visitors see it. */
  readonly previews: ThemePreviews;

  constructor(site: Site) {
    this.#site = site;
    this.folders = new ThemeFolders(site);
    this.previews = new ThemePreviews(site);
    site.options.define(OPTION, {
      default: site.config.themes.default,
      schema: { type: 'string', pattern: THEME_NAME.source },
      label: 'Theme',
    });
    site.options.define(FILES, {
      default: '',
      schema: { type: 'string', maxLength: 64 },
      label: 'Mark of the files of themes',
    });
  }

  /** Every theme that there is, by name. */
  async list(): Promise<ThemeInfo[]> {
    const [found, active] = [await this.folders.find(), await this.#activeName()];
    return Promise.all(
      [...found.values()].map(async ({ name, directory, isFirstParty }) => {
        const own = { name, directory, isFirstParty, isActive: name === active };
        try {
          const { title, version, description, author, parent } = await this.folders.manifest(directory);
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
    const theme = preview?.draft
      ? await this.#loadDraft(preview.name, preview.draft)
      : await this.#loadOrDefault(preview?.name ?? (await this.#activeName()));
    const settings = preview ? checkedSettings(theme, preview) : await this.settings(theme);
    const tokens = await theme.tokens(settings);
    return { theme, ...settings, asset: (file) => (file === tokens.name ? tokens.path : theme.assetUrl(file)) };
  }

  /**
   * A theme, read and built. In development it is read again when a file has changed.
   * @throws GALLEY_THEME_UNKNOWN | GALLEY_THEME_INVALID
   */
  async load(name: string): Promise<LoadedTheme> {
    const files = await this.#site.options.get<string>(FILES);
    const known = this.#loaded.get(name);
    if (known?.files === files && !(await this.#isStale(known.made))) return known.made;
    const made = this.#load(name);
    this.#loaded.set(name, { made, files });
    made.catch(() => {
      if (this.#loaded.get(name)?.made === made) this.#loaded.delete(name);
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
   * @param draft a folder of `folders.draft`: the theme as it would be with these files
   * @throws GALLEY_THEME_UNKNOWN
   */
  async check(name: string, draft?: string): Promise<TemplateProblem[]> {
    const found = await this.folders.need(name);
    try {
      const { manifest, folders } = await this.folders.chain(found, draft && this.folders.draft(draft));
      return await checkTheme(this.#site, manifest, folders);
    } catch (error) {
      const details = isGalleyError(error) ? (error.details as { mistakes?: string[] } | undefined) : undefined;
      const messages = details?.mistakes ?? [messageOf(error)];
      return messages.map((message) => ({ level: 'error', file: `${name}/theme.json`, line: 0, message }));
    }
  }

  /**
   * Makes a new theme in the content folder, whole or as the child of another.
   * @returns its folder
   * @throws GALLEY_THEME_INVALID for a name that is taken or cannot be one | GALLEY_THEME_UNKNOWN for an unknown parent
   */
  async create(name: string, options: Omit<NewTheme, 'name'> = {}): Promise<string> {
    if (!THEME_NAME.test(name))
      throw new GalleyError('GALLEY_THEME_INVALID', `"${name}" cannot name a theme: small letters, digits and "-".`);
    if ((await this.folders.find()).has(name))
      throw new GalleyError('GALLEY_THEME_INVALID', `There is a theme "${name}" already.`);
    if (options.parent) await this.folders.need(options.parent);
    return createTheme(join(this.folders.own, name), { ...options, name });
  }

  /** Has every process read the themes again, after files were changed. Visitors see it at once. */
  async refresh(): Promise<void> {
    await this.#site.options.set(FILES, randomUUID());
    await this.#site.cache.invalidate(['theme']);
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

  async #load(name: string): Promise<LoadedTheme> {
    const { manifest, folders } = await this.folders.chain(await this.folders.need(name));
    return LoadedTheme.load(this.#site, manifest, folders);
  }

  /** A theme with the files that somebody tries; they are read again whenever they have changed. */
  async #loadDraft(name: string, draft: string): Promise<LoadedTheme> {
    const key = `${name}|${draft}`;
    const known = await this.#drafts.get(key)?.catch(() => undefined);
    if (known && !(await known.isStale())) return known;
    if (this.#drafts.size > MAX_DRAFTS) this.#drafts.clear();
    const { manifest, folders } = await this.folders.chain(await this.folders.need(name), this.folders.draft(draft));
    const made = LoadedTheme.load(this.#site, manifest, folders);
    this.#drafts.set(key, made);
    return made;
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
