import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Registry } from '../kernel/registry.ts';
import type { Owned, Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { type AssetProblem, buildAssets, contentId, endBundler } from './asset-build.ts';
import { type Asset, AssetStore, makeAsset } from './asset-store.ts';
import { fingerprint } from './template-files.ts';
import { THEME_BOOT_HASH } from './theme-boot.ts';

/** What was built from one folder, by name. */
export type AssetBundle = ReadonlyMap<string, Asset>;

interface Shared {
  site: Site;
  store: AssetStore;
  folders: Registry<string>;
  /** By folder. */
  bundles: Map<string, Promise<AssetBundle>>;
  /** By address. */
  served: Map<string, Asset>;
  /** Builds run one after the other: they share the bundler's process, which ends with the last. */
  queue: Promise<unknown>;
  waiting: number;
  /** Called when an address is not known: another process may have made it from newer settings. */
  onMiss: (() => Promise<unknown>)[];
}

/**
 * Stylesheets, scripts, fonts and images of themes, plugins and the admin: bundled, minified, compressed once and
 * served under the hash of their content for a year.
 *
 * @example
 * site.assets.folder('comments', join(import.meta.dirname, 'assets'));
 * const address = await site.assets.url('comments', 'comments.js');
 */
export class Assets implements Owned {
  readonly #shared: Shared;
  readonly #folders: Registry<string>;

  constructor(site: Site, shared?: Shared, owner = 'core') {
    this.#shared = shared ?? {
      site,
      store: new AssetStore(join(site.root, '.cache', 'assets')),
      folders: new Registry<string>('asset folder'),
      bundles: new Map(),
      served: new Map(),
      queue: Promise.resolve(),
      waiting: 0,
      onMiss: [],
    };
    this.#folders = this.#shared.folders.ownedBy(owner);
  }

  /** SHA-256, in base64, of the inline scripts that pages have; the content security policy allows these only. */
  get inlineHashes(): readonly string[] {
    return [THEME_BOOT_HASH];
  }

  ownedBy(owner: string): this {
    return new Assets(this.#shared.site, this.#shared, owner) as this;
  }

  removeOwner(owner: string): void {
    this.#folders.removeOwner(owner);
  }

  /** Makes the folder's files known under `name`; templates write `{{asset 'name/file.css'}}`. It is built when first needed. */
  folder(name: string, directory: string): () => void {
    return this.#folders.define(name, directory);
  }

  /** The names of the folders of plugins and the admin. */
  folders(): { name: string; value: string; owner: string }[] {
    return this.#folders.list();
  }

  /**
   * The address of a file of a folder.
   * @throws GALLEY_REGISTRY_UNKNOWN | GALLEY_FILE_UNKNOWN | GALLEY_THEME_INVALID when it cannot be built
   */
  async url(folder: string, name: string): Promise<string> {
    const bundle = await this.build(this.#folders.need(folder));
    const asset = bundle.get(name);
    if (asset) return asset.path;
    throw new GalleyError(
      'GALLEY_FILE_UNKNOWN',
      `There is no asset "${name}" in "${folder}".${didYouMean(name, bundle.keys())}`,
    );
  }

  /**
   * The asset at an address such as `/assets/1f2e.css`, or undefined. One that this process has not made is looked for
   * in what others have: while a new generation of workers takes over, pages of both ask either.
   */
  async find(path: string): Promise<Asset | undefined> {
    const { served, store, onMiss } = this.#shared;
    const known = served.get(path);
    if (known || !path.startsWith('/assets/')) return known;
    const kept = await store.find(path.slice('/assets/'.length));
    if (kept) served.set(path, kept);
    else for (const make of onMiss) await make();
    return served.get(path);
  }

  /** What to do when an address is not known. */
  onMiss(make: () => Promise<unknown>): void {
    this.#shared.onMiss.push(make);
  }

  /** Serves a text that was made here, for instance the tokens of a theme. */
  async add(name: string, text: string): Promise<Asset> {
    const body = Buffer.from(text);
    const id = contentId(body, name);
    const asset = this.#shared.served.get(`/assets/${id}`) ?? (await makeAsset(name, id, body));
    if (!this.#shared.served.has(asset.path)) await this.#shared.store.keep(asset);
    this.#shared.served.set(asset.path, asset);
    return asset;
  }

  /**
   * Builds a folder, or takes what was built before from the same sources.
   * @param isFresh whether the sources may have changed since this process built them
   * @param behind the folders of a theme's parents, whose stylesheets may have parts replaced by this one
   * @throws GALLEY_THEME_INVALID with file and line
   */
  build(directory: string, isFresh = false, behind: readonly string[] = []): Promise<AssetBundle> {
    const { bundles } = this.#shared;
    const known = isFresh ? undefined : bundles.get(directory);
    if (known) return known;
    const made = this.#enqueue(() => this.#build(directory, behind));
    bundles.set(directory, made);
    made.catch(() => {
      if (bundles.get(directory) === made) bundles.delete(directory); // The next one tries again.
    });
    return made;
  }

  /**
   * Builds a folder to see what is wrong with it, and keeps nothing.
   * @throws GALLEY_THEME_INVALID with file and line of each error
   */
  async check(directory: string, behind: readonly string[] = []): Promise<AssetProblem[]> {
    const { warnings } = await this.#enqueue(() => buildAssets(directory, this.#modules(), behind));
    return warnings;
  }

  #modules(): string[] {
    return [join(this.#shared.site.root, 'node_modules')];
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const shared = this.#shared;
    shared.waiting++;
    const result = shared.queue.then(work);
    const end = (): Promise<void> | undefined => (--shared.waiting === 0 ? endBundler() : undefined);
    shared.queue = result.then(end, end);
    return result;
  }

  async #build(directory: string, behind: readonly string[]): Promise<AssetBundle> {
    const { store, served } = this.#shared;
    const key = createHash('sha256')
      .update([directory, ...behind].join('\n'))
      .digest('hex')
      .slice(0, 16);
    const sources = await fingerprint([directory, ...behind]);
    let assets = await store.load(key, sources);
    if (!assets) {
      const build = await buildAssets(directory, this.#modules(), behind);
      assets = await Promise.all(build.files.map(({ name, id, body }) => makeAsset(name, id, body)));
      await store.save(key, sources, { build, assets });
    }
    for (const asset of assets) served.set(asset.path, asset);
    return new Map(assets.map((asset) => [asset.name, asset]));
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** Stylesheets, scripts, fonts and images under the hash of their content. */
    readonly assets: Assets;
  }
}
