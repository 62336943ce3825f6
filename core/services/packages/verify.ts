import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Site } from '../../kernel/site.ts';
import { digestOfTree, digestsOfFolder } from './digest.ts';
import type { LockedPackages } from './npm-lock.ts';

/** How the files of a plugin differ from those that were installed. */
export interface Difference {
  changed: string[];
  missing: string[];
  added: string[];
}

/** The folders of npm packages below a folder, with the version that each says it has. */
async function packagesIn(folder: string, prefix = ''): Promise<[string, string][]> {
  const entries = await readdir(join(folder, prefix, 'node_modules'), { withFileTypes: true }).catch(() => []);
  const found: [string, string][] = [];
  for (const { name } of entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))) {
    const inside = name.startsWith('@') ? await readdir(join(folder, prefix, 'node_modules', name)) : [''];
    for (const more of inside) {
      const path = `${prefix}node_modules/${name}${more && '/'}${more}`;
      const json = await readFile(join(folder, path, 'package.json'), 'utf8').catch(() => '{}');
      found.push([path, String((JSON.parse(json) as { version?: string }).version)]);
      found.push(...(await packagesIn(folder, `${path}/`)));
    }
  }
  return found;
}

/** Which npm packages are in other versions than the lock file says. What is inside them is not looked at. */
async function packageDifference(folder: string, locked: LockedPackages): Promise<Difference> {
  const now = new Map(await packagesIn(folder));
  const isBundled = (path: string): boolean => Object.keys(locked).some((place) => path.startsWith(`${place}/`));
  return {
    changed: Object.keys(locked).filter((path) => now.has(path) && now.get(path) !== locked[path]?.version),
    missing: Object.keys(locked).filter((path) => !now.has(path) && locked[path]?.optional !== true),
    added: [...now.keys()].filter((path) => locked[path] === undefined && !isBundled(path)),
  };
}

/**
 * Compares the files of an installed plugin, and the versions of its npm packages, with what was installed.
 * @returns undefined where they are the same; what differs, with empty lists where nobody knows what was there
 */
export async function differenceOf(site: Site, name: string): Promise<Difference | undefined> {
  const { versions, lock } = site.pluginChanges;
  const locked = (await lock.read())[name];
  const id = await versions.current(name);
  const none = { changed: [], missing: [], added: [] };
  if (!locked || id === undefined) return none;
  const now = await digestsOfFolder(versions.path(name, id));
  const packages = locked.packages ? await packageDifference(versions.path(name, id), locked.packages) : none;
  const isSame = Object.values(packages).every((paths) => paths.length === 0);
  if (digestOfTree(now) === locked.tree) return isSame ? undefined : packages;
  // Only the lock file counts; the record beside the files may name what differs.
  const { files } = await versions.record(name, id);
  if (digestOfTree(files) !== locked.tree) return none;
  const paths = Object.keys(now);
  return {
    changed: [...paths.filter((path) => files[path] !== undefined && files[path] !== now[path]), ...packages.changed],
    missing: [...Object.keys(files).filter((path) => now[path] === undefined), ...packages.missing],
    added: [...paths.filter((path) => files[path] === undefined), ...packages.added],
  };
}
