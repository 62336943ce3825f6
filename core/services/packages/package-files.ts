import { digestOfTree, digestsOfPackages, type FileDigests } from './digest.ts';
import type { LockedPackages } from './npm-lock.ts';

/** How files differ from those that were installed. */
export interface Difference {
  changed: string[];
  missing: string[];
  added: string[];
  /** npm packages of which nobody has kept what was installed. */
  unknown: string[];
}

const FOLDER = /^node_modules\/(?:@[^/]+\/)?[^/]+/;
/** What npm notes for itself, by which nothing is loaded. */
const NOTES = 'node_modules/.package-lock.json';

/** Files of npm packages by the package that each belongs to; those of none by the folder that a package would have. */
function byPackage(files: FileDigests, packages: LockedPackages): Map<string, FileDigests> {
  const found = new Map<string, FileDigests>();
  for (const [path, digest] of Object.entries(files)) {
    if (path === NOTES) continue;
    let owner = FOLDER.exec(path)?.[0] ?? path;
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      if (packages[path.slice(0, at)] === undefined) continue;
      owner = path.slice(0, at);
      break;
    }
    const own = found.get(owner) ?? {};
    own[path] = digest;
    found.set(owner, own);
  }
  return found;
}

/** The installed files of npm packages, and the packages with a digest of the files of each that is there. */
export async function describePackages(
  folder: string,
  packages: LockedPackages,
): Promise<{ packages: LockedPackages; files: FileDigests }> {
  const files = await digestsOfPackages(folder);
  const there = byPackage(files, packages);
  const described = Object.entries(packages).map(([path, entry]) => {
    const own = there.get(path);
    return [path, own ? { ...entry, tree: digestOfTree(own) } : entry] as const;
  });
  return { packages: Object.fromEntries(described), files };
}

/**
 * How the files of npm packages differ from those that were installed.
 * @param known the files as they were written down, which name what differs where they are those of the lock file
 */
export async function packageDifference(
  folder: string,
  locked: LockedPackages,
  known: FileDigests,
): Promise<Difference> {
  const [now, before] = [byPackage(await digestsOfPackages(folder), locked), byPackage(known, locked)];
  const difference: Difference = { changed: [], missing: [], added: [], unknown: [] };
  // Written down before digests were kept: what is there now can be compared with nothing.
  const isOld = Object.values(locked).every(({ tree }) => tree === undefined);
  for (const [path, { tree, optional }] of Object.entries(locked)) {
    const [is, was] = [now.get(path), before.get(path)];
    now.delete(path);
    if (!is) {
      // What is made for other machines was never here.
      if (was || !optional) difference.missing.push(path);
    } else if (tree === undefined) difference[isOld ? 'unknown' : 'added'].push(path);
    else if (digestOfTree(is) === tree) continue;
    else if (was && digestOfTree(was) === tree) compareFiles(is, was, difference);
    else difference.changed.push(path);
  }
  difference.added.push(...now.keys());
  return difference;
}

/** Adds to a difference what files differ. */
export function compareFiles(is: FileDigests, was: FileDigests, { changed, missing, added }: Difference): void {
  for (const path of Object.keys(is))
    if (was[path] === undefined) added.push(path);
    else if (was[path] !== is[path]) changed.push(path);
  missing.push(...Object.keys(was).filter((path) => is[path] === undefined));
}
