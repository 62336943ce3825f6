import type { Site } from '../../kernel/site.ts';
import { digestOfTree, digestsOfFolder } from './digest.ts';

/** How the files of a plugin differ from those that were installed. */
export interface Difference {
  changed: string[];
  missing: string[];
  added: string[];
}

/**
 * Compares the files of an installed plugin with what was installed.
 * @returns undefined where they are the same; what differs, with empty lists where nobody knows what was there
 */
export async function differenceOf(site: Site, name: string): Promise<Difference | undefined> {
  const { versions, lock } = site.pluginChanges;
  const locked = (await lock.read())[name];
  const id = await versions.current(name);
  const none = { changed: [], missing: [], added: [] };
  if (!locked || id === undefined) return none;
  const now = await digestsOfFolder(versions.path(name, id));
  if (digestOfTree(now) === locked.tree) return undefined;
  // Only the lock file counts; the record beside the files may name what differs.
  const { files } = await versions.record(name, id);
  if (digestOfTree(files) !== locked.tree) return none;
  return {
    changed: Object.keys(now).filter((path) => files[path] !== undefined && files[path] !== now[path]),
    missing: Object.keys(files).filter((path) => now[path] === undefined),
    added: Object.keys(now).filter((path) => files[path] === undefined),
  };
}
