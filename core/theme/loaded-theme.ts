import { join } from 'node:path';
import type { Site } from '../kernel/site.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { Asset } from './asset-store.ts';
import type { AssetBundle } from './assets.ts';
import { fingerprint, type TemplateFolder } from './template-files.ts';
import { TemplateSet } from './templates.ts';
import type { ThemeManifest } from './theme-manifest.ts';
import { readPatterns, type ThemePattern } from './theme-patterns.ts';
import { effectiveTokens, type ThemeSettings, tokensCss } from './theme-tokens.ts';
import { Translations } from './translations.ts';

/** The stylesheet that is made of the tokens. */
const TOKENS_FILE = 'tokens.css';

interface Parts {
  site: Site;
  manifest: ThemeManifest;
  folders: TemplateFolder[];
  templates: TemplateSet;
  translations: Translations;
  patterns: readonly ThemePattern[];
  assets: ReadonlyMap<string, Asset>;
  stamp: string;
}

/** A theme, ready to render: what it inherits merged in, templates read, assets built. */
export class LoadedTheme {
  readonly #parts: Parts;
  /** Stylesheets of tokens by settings. */
  readonly #tokens = new Map<string, Promise<Asset>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Reads and builds a theme.
   *
   * @param folders its own, then its parents'
   * @throws GALLEY_THEME_INVALID when its assets cannot be built
   */
  static async load(site: Site, manifest: ThemeManifest, folders: TemplateFolder[]): Promise<LoadedTheme> {
    const stamp = await fingerprint(folders.map(({ directory }) => directory));
    const assets = await collectAssets(site, folders);
    const templates = await TemplateSet.load(folders, site.templates, new Set([TOKENS_FILE, ...assets.keys()]));
    const translations = await Translations.load(folders);
    const patterns = await readPatterns(folders);
    return new LoadedTheme({ site, manifest, folders, templates, translations, patterns, assets, stamp });
  }

  get name(): string {
    return this.#parts.manifest.name;
  }

  get manifest(): ThemeManifest {
    return this.#parts.manifest;
  }

  get templates(): TemplateSet {
    return this.#parts.templates;
  }

  get translations(): Translations {
    return this.#parts.translations;
  }

  /** Its patterns and those of its parents. */
  get patterns(): readonly ThemePattern[] {
    return this.#parts.patterns;
  }

  /** The theme's folder and those of its parents. */
  get folders(): readonly TemplateFolder[] {
    return this.#parts.folders;
  }

  /** Whether a file has changed since the theme was read. */
  async isStale(): Promise<boolean> {
    return (await fingerprint(this.#parts.folders.map(({ directory }) => directory))) !== this.#parts.stamp;
  }

  /** The stylesheet of the tokens with these settings. */
  tokens(settings: ThemeSettings): Promise<Asset> {
    const key = JSON.stringify([settings.variation, settings.options]);
    let made = this.#tokens.get(key);
    if (!made) {
      if (this.#tokens.size > 50) this.#tokens.clear(); // Somebody is trying colours; what is served stays served.
      made = this.#parts.site.assets.add(TOKENS_FILE, tokensCss(effectiveTokens(this.manifest, settings)));
      this.#tokens.set(key, made);
    }
    return made;
  }

  /**
   * The address of an asset: of the theme, of its parents, or of a plugin (`comments/comments.js`).
   * @throws GALLEY_FILE_UNKNOWN with a suggestion
   */
  assetUrl(name: string): string {
    const asset = this.#parts.assets.get(name);
    if (asset) return asset.path;
    throw new GalleyError(
      'GALLEY_FILE_UNKNOWN',
      `There is no asset "${name}".${didYouMean(name, this.#parts.assets.keys())}`,
    );
  }
}

/** The assets of a theme and its parents, the child's first, and those of plugins below the plugin's name. */
async function collectAssets(site: Site, folders: readonly TemplateFolder[]): Promise<Map<string, Asset>> {
  const all = new Map<string, Asset>();
  const add = (bundle: AssetBundle, prefix = ''): void => {
    for (const [name, asset] of bundle) if (!all.has(prefix + name)) all.set(prefix + name, asset);
  };
  const directories = folders.map(({ directory }) => join(directory, 'assets'));
  // Asked for all at once, so that they are built in one go; a child's come before its parents', and all before plugins'.
  const ofTheme = directories.map((directory, index) =>
    site.assets.build(directory, true, directories.slice(index + 1)),
  );
  const ofPlugins = site.assets.folders().map(async ({ name, value, owner }) => {
    try {
      return { prefix: `${name}/`, bundle: await site.assets.build(value) };
    } catch (error) {
      site.log.error({ owner, reason: messageOf(error) }, 'the assets of a plugin cannot be built');
      return undefined;
    }
  });
  for (const bundle of await Promise.all(ofTheme)) add(bundle);
  for (const built of await Promise.all(ofPlugins)) if (built) add(built.bundle, built.prefix);
  return all;
}
