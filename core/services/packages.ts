import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { attach, type Module } from '../kernel/module.ts';
import { type PluginManifest, readManifest } from '../kernel/plugin-manifest.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { invalid, preparePackage } from './packages/unpack.ts';
import { pathProblem } from './safe-path.ts';

/** What is to be installed. */
export interface PackageSource {
  /** Path of a folder, of a zip file or of a compressed tar file. */
  from: string;
  /** `sha512-` and the digest in base64: the archive must have it. */
  integrity?: string;
  /** Whether an installed package of the same name is replaced; the former version is kept beside. */
  replace?: boolean;
}

/** A package that was put in place. */
export interface InstalledPackage<Manifest> {
  manifest: Manifest;
  directory: string;
  /** Where the version before is kept, if there was one. */
  previous?: string;
}

/** A kind of package. */
export interface PackageKind<Manifest extends { name: string }> {
  /** Folder below the content folder: `plugins`, `themes`. */
  folder: string;
  /** Reads and checks what the package says of itself. @throws when it is wrong */
  read(directory: string): Promise<Manifest>;
  /** Names that no package may take: those that come with Galley. */
  reserved(): Promise<readonly string[]>;
}

const PREVIOUS = '.previous';

/** Plugins and themes in the content folder: each is prepared beside and put in place whole. */
export class Packages {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /**
   * Installs a plugin from a folder or a zip file. It is not activated.
   * @throws GALLEY_PACKAGE_INVALID, GALLEY_PLUGIN_INVALID with every mistake of the manifest
   */
  installPlugin(source: PackageSource): Promise<InstalledPackage<PluginManifest>> {
    return this.install(source, this.#plugins());
  }

  /** Removes an installed plugin's files. Its data stay. @throws GALLEY_PLUGIN_UNKNOWN, also for one that comes with Galley */
  async removePlugin(name: string): Promise<void> {
    const directory = join(this.#folder('plugins'), name);
    if (pathProblem(name) || name.includes('/') || name.startsWith('.') || !(await exists(directory))) {
      throw new GalleyError(
        'GALLEY_PLUGIN_UNKNOWN',
        `No plugin "${name}" was installed here; what comes with Galley stays.`,
      );
    }
    await rm(directory, { recursive: true });
    await rm(join(this.#folder('plugins'), PREVIOUS, name), { recursive: true, force: true });
  }

  /**
   * Installs a package of any kind: unpacked or copied to a temporary folder, checked there, and renamed into place.
   * @throws GALLEY_PACKAGE_INVALID, or what `kind.read` throws; nothing is left behind then
   */
  async install<Manifest extends { name: string }>(
    source: PackageSource,
    kind: PackageKind<Manifest>,
  ): Promise<InstalledPackage<Manifest>> {
    const folder = this.#folder(kind.folder);
    const temporary = join(folder, `.incoming-${randomBytes(8).toString('hex')}`);
    await mkdir(temporary, { recursive: true, mode: 0o750 });
    try {
      const prepared = await preparePackage(source.from, temporary, source.integrity);
      const manifest = await kind.read(prepared);
      await this.#checkName(manifest.name, kind);
      return await place(prepared, { folder, manifest, replace: source.replace === true });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  /** Puts the version before back. @throws GALLEY_PLUGIN_UNKNOWN when none was kept */
  async rollBackPlugin(name: string): Promise<PluginManifest> {
    const folder = this.#folder('plugins');
    const kept = join(folder, PREVIOUS, name);
    if (pathProblem(name) || name.includes('/') || !(await exists(kept))) {
      throw new GalleyError('GALLEY_PLUGIN_UNKNOWN', `No former version of "${name}" was kept.`);
    }
    const manifest = await readManifest(kept);
    await rm(join(folder, name), { recursive: true, force: true });
    await rename(kept, join(folder, name));
    return { ...manifest, directory: join(folder, name) };
  }

  #folder(name: string): string {
    return join(this.#site.config.content.dir, name);
  }

  #plugins(): PackageKind<PluginManifest> {
    const reserved = async (): Promise<string[]> => readdir(join(this.#site.root, 'plugins')).catch(() => []);
    return { folder: 'plugins', read: readManifest, reserved };
  }

  async #checkName<Manifest extends { name: string }>(name: string, kind: PackageKind<Manifest>): Promise<void> {
    const problem =
      pathProblem(name) ?? (name.includes('/') || name.startsWith('.') ? 'it is no plain name' : undefined);
    if (problem) throw invalid(`The name ${JSON.stringify(name)} cannot be: ${problem}.`);
    if ((await kind.reserved()).includes(name)) throw invalid(`"${name}" comes with Galley and cannot be replaced.`);
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

async function place<Manifest extends { name: string }>(
  prepared: string,
  { folder, manifest, replace }: { folder: string; manifest: Manifest; replace: boolean },
): Promise<InstalledPackage<Manifest>> {
  const directory = join(folder, manifest.name);
  const installed = { manifest: { ...manifest, directory }, directory };
  if (!(await exists(directory))) {
    await rename(prepared, directory);
    return installed;
  }
  if (!replace) throw invalid(`"${manifest.name}" is installed already. Say that it is to be replaced.`);
  const previous = join(folder, PREVIOUS, manifest.name);
  await rm(previous, { recursive: true, force: true });
  await mkdir(join(folder, PREVIOUS), { recursive: true });
  await rename(directory, previous);
  try {
    await rename(prepared, directory);
  } catch (error) {
    await rename(previous, directory);
    throw error;
  }
  return { ...installed, previous };
}

export const packagesModule: Module = {
  name: 'packages',
  start: (site) => attach(site, 'packages', new Packages(site)),
};

declare module '../kernel/site.ts' {
  interface Site {
    /** Installs and removes plugins and themes. */
    readonly packages: Packages;
  }
}
