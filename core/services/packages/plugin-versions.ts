import {
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { GalleyError } from '../../lib/errors.ts';
import { digestOfText, digestOfTree, type FileDigests } from './digest.ts';
import { type LockedPackages, packagesText } from './npm-lock.ts';
import { type LockedPlugin, writeWhole } from './plugin-lock.ts';

/** What was written down of a version when it was installed. */
export interface VersionRecord {
  entry: LockedPlugin;
  files: FileDigests;
  /** Those of its npm packages; none where it needs none. */
  packageFiles?: FileDigests;
}

const KEPT = 3;
const PREVIOUS = 'previous';
const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** The name of a version's folder: the same files with the same npm packages have the same. */
export function versionId(version: string, files: FileDigests, packages?: LockedPackages): string {
  const tree = digestOfTree(files);
  const digest = packages ? digestOfText(`${tree}\n${packagesText(packages)}`) : tree;
  const mark = Buffer.from(digest.slice('sha512-'.length), 'base64').toString('hex').slice(0, 8);
  return `${version}-${mark}`;
}

async function kindOf(path: string): Promise<'link' | 'folder' | undefined> {
  const facts = await lstat(path).catch(() => undefined);
  return facts && (facts.isSymbolicLink() ? 'link' : 'folder');
}

/**
 * The versions of installed plugins. Each lies in a folder that never changes, `plugin-versions/<name>/<id>`, and
 * `plugins/<name>` points to the one that counts: a switch is one rename, and processes that still run the version
 * before keep its files.
 */
export class PluginVersions {
  /** Where versions lie. */
  readonly folder: string;
  readonly #pointers: string;

  constructor(contentDir: string) {
    this.folder = join(contentDir, 'plugin-versions');
    this.#pointers = join(contentDir, 'plugins');
  }

  /** The folder of a version. */
  path(name: string, id: string): string {
    return join(this.#home(name), id);
  }

  /** Where `plugins/<name>` is. */
  pointer(name: string): string {
    this.#home(name);
    return join(this.#pointers, name);
  }

  /** The version that counts; undefined where none does, or where the folder is somebody's own. */
  async current(name: string): Promise<string | undefined> {
    return this.#target(this.pointer(name), name);
  }

  /** Whether `plugins/<name>` is a plain folder, which nobody installed. */
  async isOwnFolder(name: string): Promise<boolean> {
    return (await kindOf(this.pointer(name))) === 'folder';
  }

  /** The version before, where one is kept. */
  async previous(name: string): Promise<string | undefined> {
    return this.#target(join(this.#home(name), PREVIOUS), name);
  }

  async has(name: string, id: string): Promise<boolean> {
    return (await kindOf(this.path(name, id))) === 'folder';
  }

  /** The folder of a version that has a file of this name, whatever its ending: of the one that counts where it has. */
  async folderWith(name: string, file: string): Promise<string | undefined> {
    const entries = await readdir(this.#home(name), { withFileTypes: true }).catch(() => []);
    const others = entries.filter((entry) => entry.isDirectory()).map((entry) => this.path(name, entry.name));
    for (const folder of [this.pointer(name), ...others])
      for (const ending of ['.ts', '.js']) if (await kindOf(join(folder, `${file}${ending}`))) return folder;
    return undefined;
  }

  /** What was written down of a version. @throws GALLEY_PLUGIN_INVALID where nothing was */
  async record(name: string, id: string): Promise<VersionRecord> {
    const json = await readFile(`${this.path(name, id)}.json`, 'utf8').catch(() => undefined);
    if (json !== undefined) return JSON.parse(json) as VersionRecord;
    throw new GalleyError('GALLEY_PLUGIN_INVALID', `Nothing is known of the version ${id} of "${name}".`);
  }

  /** Puts a prepared folder in its place. Nothing points to it yet. */
  async add(name: string, id: string, prepared: string, record: VersionRecord): Promise<void> {
    await mkdir(this.#home(name), { recursive: true, mode: 0o750 });
    await writeWhole(`${this.path(name, id)}.json`, JSON.stringify(record));
    if (await this.has(name, id)) return;
    await rename(prepared, this.path(name, id));
    await utimes(this.path(name, id), new Date(), new Date());
  }

  /** Makes a version count, or none. */
  async point(name: string, id: string | undefined): Promise<void> {
    await mkdir(this.#pointers, { recursive: true, mode: 0o750 });
    await this.#link(this.pointer(name), id === undefined ? undefined : this.path(name, id));
  }

  /** Remembers the version before, or forgets it. */
  async keepPrevious(name: string, id: string | undefined): Promise<void> {
    await this.#link(join(this.#home(name), PREVIOUS), id === undefined ? undefined : this.path(name, id));
  }

  /** Removes a version, unless it counts. */
  async remove(name: string, id: string): Promise<void> {
    if ((await this.current(name)) === id) return;
    await rm(`${this.path(name, id)}.json`, { force: true });
    await rm(this.path(name, id), { recursive: true, force: true });
  }

  /** Removes all versions of a plugin. */
  async removeAll(name: string): Promise<void> {
    await rm(this.#home(name), { recursive: true, force: true });
  }

  /** Removes old versions. The newest few stay for processes that still run them. */
  async prune(name: string): Promise<void> {
    const entries = await readdir(this.#home(name), { withFileTypes: true }).catch(() => []);
    const ages = await Promise.all(
      entries
        .filter((entry) => entry.isDirectory())
        .map(async (entry) => ({ id: entry.name, at: (await stat(this.path(name, entry.name))).mtimeMs })),
    );
    const kept = [await this.current(name), await this.previous(name)];
    const old = ages.sort((a, b) => b.at - a.at).slice(KEPT);
    for (const { id } of old) if (!kept.includes(id)) await this.remove(name, id);
  }

  #home(name: string): string {
    if (NAME.test(name)) return join(this.folder, name);
    throw new GalleyError('GALLEY_PLUGIN_UNKNOWN', `There is no plugin ${JSON.stringify(name)}.`);
  }

  async #target(link: string, name: string): Promise<string | undefined> {
    if ((await kindOf(link)) !== 'link') return undefined;
    const real = await realpath(link).catch(async () => readlink(link));
    return join(real, '..') === (await realpath(this.#home(name)).catch(() => '')) ? basename(real) : undefined;
  }

  async #link(link: string, target: string | undefined): Promise<void> {
    if (target === undefined) {
      if ((await kindOf(link)) === 'link') await rm(link);
      return;
    }
    const fresh = `${link}.fresh`;
    await rm(fresh, { force: true });
    await symlink(relative(join(link, '..'), target), fresh, 'dir');
    await rename(fresh, link);
  }
}
