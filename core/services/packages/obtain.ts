import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type PluginManifest, readManifest } from '../../kernel/plugin-manifest.ts';
import type { Site } from '../../kernel/site.ts';
import { says } from '../../lib/told-texts.ts';
import { type Choice, chooseRelease, engineProblem, type Wish } from './choose-release.ts';
import { installDependencies } from './dependencies.ts';
import { digestOfFile, digestOfTree, digestsOfFolder, type FileDigests } from './digest.ts';
import { cloneRepository } from './git-clone.ts';
import { fetchArchive, type NpmRelease, npmReleases } from './npm-reader.ts';
import { describePackages } from './package-files.ts';
import type { LockedPlugin, LockedPlugins } from './plugin-lock.ts';
import { isSignedBy } from './publisher-key.ts';
import type { Release } from './registry-format.ts';
import { predecessorsOf } from './registry-keys.ts';
import { RegistryReader } from './registry-reader.ts';
import { type PluginSource, sourceText } from './source.ts';
import { preparePackage, refused } from './unpack.ts';

/** A plugin that was fetched, unpacked and checked, in a temporary folder. */
export interface ObtainedPlugin {
  manifest: PluginManifest;
  /** Where its files lie for now. */
  directory: string;
  files: FileDigests;
  /** Those of its npm packages. */
  packageFiles: FileDigests;
  entry: LockedPlugin;
  /** The keys that the one it is signed with follows. */
  follows: string[];
}

/** What else counts when a plugin is fetched. */
export interface ObtainWish {
  /** The version of Galley that runs here. */
  engine: string;
  /** `sha512-…` that the archive must have. */
  integrity?: string | undefined;
  /** The state of a lock file, which is to be reached again. */
  locked?: LockedPlugin | undefined;
  /** The installed plugins: the same files get the same npm packages again. */
  present?: LockedPlugins | undefined;
  /** Stops it. */
  signal?: AbortSignal | undefined;
}

type Named = Extract<PluginSource, { name: string }>;

/** What a source gave: a folder or an archive, and who stands for it. */
interface Fetched {
  from: string;
  announced?: Pick<LockedPlugin, 'version' | 'sha512'> & { name?: string };
  owner?: string;
  key?: string;
  follows?: string[];
}

/** Brings plugins from wherever they come into temporary folders. Runs nothing of theirs. */
export class PluginFetcher {
  readonly #site: Site;
  readonly #registry: RegistryReader;

  constructor(site: Site) {
    this.#site = site;
    this.#registry = new RegistryReader(site);
  }

  /**
   * Fetches, verifies and unpacks a plugin.
   * @param temporary a folder of ours, in which a new one is made
   * @throws GALLEY_PACKAGE_INVALID, GALLEY_PLUGIN_INVALID, GALLEY_FETCH_FAILED, and the reason of the signal
   */
  async obtain(source: PluginSource, wish: ObtainWish, temporary: string): Promise<ObtainedPlugin> {
    try {
      return await this.#obtain(source, wish, temporary);
    } finally {
      // Whatever broke off says so in words of its own; what counts is that somebody stopped it.
      wish.signal?.throwIfAborted();
    }
  }

  async #obtain(source: PluginSource, wish: ObtainWish, temporary: string): Promise<ObtainedPlugin> {
    const folder = await mkdtemp(join(temporary, 'fetched-'));
    const { from, announced, owner, key, follows = [] } = await this.#fetch(source, wish, folder);
    const integrity = announced?.sha512 ?? wish.integrity;
    const directory = await preparePackage(from, await mkdtemp(join(folder, 'unpacked-')), integrity);
    const manifest = await readManifest(directory);
    checkAnnounced(manifest, announced);
    const problem = engineProblem(manifest.engine, wish.engine);
    if (problem) throw refused(`"${manifest.name}" ${manifest.version} cannot be installed: ${problem}`);
    const files = await digestsOfFolder(directory);
    const tree = digestOfTree(files);
    const isArchive = source.kind !== 'folder' && source.kind !== 'git';
    const entry: LockedPlugin = {
      version: manifest.version,
      source: sourceText(source),
      sha512: isArchive ? await digestOfFile(from) : tree,
      tree,
      owner: owner ?? manifest.author,
      ...(key === undefined ? {} : { key }),
      capabilities: manifest.capabilities,
    };
    checkLocked(manifest.name, entry, wish.locked);
    const before = wish.locked ?? wish.present?.[manifest.name];
    const known = before?.tree === tree ? before.packages : undefined;
    const needed = await installDependencies(this.#site, directory, { packages: known, signal: wish.signal });
    if (!needed) return { manifest, directory, files, packageFiles: {}, entry, follows };
    const { packages, files: packageFiles } = await describePackages(directory, needed);
    return { manifest, directory, files, packageFiles, entry: { ...entry, packages }, follows };
  }

  /** The release that would be taken of a source that has many; undefined for other sources. */
  async choose(source: PluginSource, wish: ObtainWish): Promise<Choice<Release | NpmRelease> | undefined> {
    if (source.kind === 'npm')
      return chooseRelease(await npmReleases(this.#site, source.name), this.#wish(source, wish));
    if (source.kind !== 'registry') return undefined;
    const publication = await this.#registry.offer(source.name);
    return publication && chooseRelease(publication.releases, this.#wish(source, wish));
  }

  #wish({ name, range }: Named, { engine, locked }: ObtainWish): Wish {
    // What a lock file names was let through before.
    const minimumAge = locked ? 0 : this.#site.config.plugins.minimumReleaseAge;
    return { name, range: locked?.version ?? range, engine, minimumAge, now: Date.now() };
  }

  async #fetch(source: PluginSource, wish: ObtainWish, folder: string): Promise<Fetched> {
    const archive = join(folder, 'archive');
    switch (source.kind) {
      case 'folder':
      case 'file':
        return { from: source.path };
      case 'url':
        await fetchArchive(this.#site, source.url, { file: archive, signal: wish.signal });
        return { from: archive };
      case 'git':
        await cloneRepository(source, join(folder, 'clone'), wish.signal);
        return { from: join(folder, 'clone') };
      case 'npm':
        return this.#fromNpm(source, wish, archive);
      case 'registry':
        return this.#fromRegistry(source, wish, archive);
    }
  }

  async #fromNpm(source: Named, wish: ObtainWish, archive: string): Promise<Fetched> {
    const releases = await npmReleases(this.#site, source.name);
    const { release, reasons } = chooseRelease(releases, this.#wish(source, wish));
    if (!release) throw refused(noneOf(source.name, reasons));
    await fetchArchive(this.#site, release.tarball, { file: archive, signal: wish.signal });
    return { from: archive, announced: { version: release.version, sha512: release.sha512 } };
  }

  async #fromRegistry(source: Named, wish: ObtainWish, archive: string): Promise<Fetched> {
    const { name } = source;
    const publication = await this.#registry.offer(name);
    if (!publication) throw refused(`The registry has no plugin "${name}".`);
    const { release, reasons } = chooseRelease(publication.releases, this.#wish(source, wish));
    if (!release) throw refused(noneOf(name, reasons));
    const { version, sha512, key, signature } = release;
    if (key !== undefined && !isSignedBy(key, { name, version, sha512 }, signature ?? ''))
      throw refused(`"${name}" ${version} is refused: its signature was not made with the key that stands beside it.`);
    await this.#registry.fetchArchive(release, { file: archive, signal: wish.signal });
    const announced = { name, version, sha512 };
    if (key === undefined) return { from: archive, announced, owner: publication.owner };
    const follows = predecessorsOf(key, await this.#registry.keys());
    return { from: archive, announced, owner: publication.owner, key, follows };
  }
}

/** What was announced must be what came. */
function checkAnnounced({ name, version }: PluginManifest, announced: Fetched['announced']): void {
  if (!announced) return;
  if (announced.name !== undefined && announced.name !== name)
    throw refused(`The archive of "${announced.name}" has the plugin "${name}" in it.`);
  if (announced.version !== version)
    throw refused(`The archive of "${name}" ${announced.version} has ${version} in it.`);
}

function checkLocked(name: string, { version, tree, key }: LockedPlugin, locked: LockedPlugin | undefined): void {
  if (!locked || (locked.version === version && locked.tree === tree && locked.key === key)) return;
  throw refused(
    locked.version === version
      ? `"${name}" ${version} has other files than plugins.lock.json says, or another key.`
      : `${locked.source} has "${name}" ${version} now; plugins.lock.json asks for ${locked.version}.`,
  );
}

const noneOf = (name: string, reasons: readonly string[]): string =>
  `${says(`Nothing of "${name}" can be installed.`)} ${reasons.join(' ')}`;
