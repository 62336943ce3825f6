import { randomBytes } from 'node:crypto';
import { type Entry, GalleyError, type Site, slugify, type Term, type Viewer } from 'galley';

/** The taxonomy that folders are. Moving a file is filing it elsewhere: its address stays. */
export const FOLDERS = 'media_folder';
/** Who may make, rename, move and delete folders. Whoever may edit a file may put it into one. */
export const FOLDER_RIGHT = 'manage_categories';
const MAX_FOLDERS = 1000;
const MAX_SLUG = 60;

/** A folder as lists show it. */
export interface Folder {
  id: number;
  name: string;
  parentId: number | null;
  /** 0 for one at the top. */
  depth: number;
  version: number;
}

/** Defines folders as terms of files. */
export function defineFolders(site: Site): void {
  site.taxonomies.define(FOLDERS, {
    title: 'Folders',
    singular: 'Folder',
    hierarchical: true,
    capability: FOLDER_RIGHT,
    showInAdmin: false,
  });
}

/** All folders in the order of the tree, each below its parent. */
export async function listFolders(site: Site): Promise<Folder[]> {
  const terms = await site.terms.list(FOLDERS, { limit: MAX_FOLDERS });
  const below = Map.groupBy(terms, ({ parentId }) => parentId);
  const walk = (parentId: number | null, depth: number): Folder[] =>
    (below.get(parentId) ?? []).flatMap(({ id, name, version }) => [
      { id, name, parentId, depth, version },
      ...walk(id, depth + 1),
    ]);
  return walk(null, 0);
}

/** A folder by id. @throws GALLEY_TERM_UNKNOWN */
export async function needFolder(site: Site, id: number): Promise<Term> {
  const term = await site.terms.get(id);
  if (term?.taxonomy === FOLDERS) return term;
  throw new GalleyError('GALLEY_TERM_UNKNOWN', `There is no folder ${id}.`);
}

/** The folder of each file that has one. */
export async function foldersOf(site: Site, entryIds: readonly number[]): Promise<Map<number, Term>> {
  const found = new Map<number, Term>();
  for (const [id, terms] of await site.terms.ofEntries(entryIds)) {
    const folder = terms.find(({ taxonomy }) => taxonomy === FOLDERS);
    if (folder) found.set(id, folder);
  }
  return found;
}

/** Makes a folder. @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID | GALLEY_TERM_UNKNOWN */
export async function makeFolder(
  site: Site,
  { name, parentId }: { name: string; parentId: number | null },
  viewer: Viewer,
): Promise<Term> {
  await refuseTwin(site, name, parentId);
  // Two folders of one name may stand below different ones, so the name alone is no key.
  const slug = `${slugify(name, MAX_SLUG) || 'folder'}-${randomBytes(4).toString('hex')}`;
  return site.terms.save({ taxonomy: FOLDERS, name, parentId, slug }, { viewer });
}

/** Renames or moves a folder. @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID | GALLEY_TERM_UNKNOWN */
export async function changeFolder(
  site: Site,
  id: number,
  change: { name?: string; parentId?: number | null },
  viewer: Viewer,
): Promise<Term> {
  const folder = await needFolder(site, id);
  const { name = folder.name, parentId = folder.parentId } = change;
  await refuseTwin(site, name, parentId, id);
  return site.terms.save({ id, name, parentId }, { viewer });
}

async function refuseTwin(site: Site, name: string, parentId: number | null, ownId?: number): Promise<void> {
  const beside = await site.terms.list(FOLDERS, { parent: parentId, limit: MAX_FOLDERS });
  if (beside.some((other) => other.id !== ownId && other.name === name.trim()))
    throw new GalleyError('GALLEY_TERM_DUPLICATE', `There is a folder “${name.trim()}” here already.`);
}

/** What is in a folder, in numbers. */
export async function contentOf(site: Site, id: number, viewer: Viewer): Promise<{ files: number; folders: number }> {
  const status: Entry['status'][] = ['inherit', 'publish', 'private', 'draft', 'trash'];
  const [files, folders] = await Promise.all([
    site.entries.count({ type: 'attachment', status, term: { taxonomy: FOLDERS, ids: [id] } }, viewer),
    site.terms.list(FOLDERS, { parent: id, limit: MAX_FOLDERS }),
  ]);
  return { files, folders: folders.length };
}

/**
 * Deletes a folder. What is in it moves up into the folder above, or out of all folders.
 * @throws GALLEY_PERMISSION_DENIED | GALLEY_TERM_UNKNOWN
 */
export async function removeFolder(site: Site, id: number, viewer: Viewer): Promise<void> {
  const folder = await needFolder(site, id);
  if (!viewer.can(FOLDER_RIGHT))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', `You may not change folders: that needs "${FOLDER_RIGHT}".`);
  await site.database.transaction(async () => {
    if (folder.parentId !== null) await moveUp(site, id, folder.parentId);
    await site.terms.remove(id, { viewer });
  });
}

/** Files of one folder become those of another, whoever may edit each: deleting the folder decides it for all. */
async function moveUp(site: Site, from: number, to: number): Promise<void> {
  await site.database.write('entry_terms').where({ term_id: from, taxonomy: FOLDERS }).update({ term_id: to });
  await site.database.afterCommit(() => site.cache.invalidate([`term:${to}`]));
}
