import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { freeSlug, slugify } from '../lib/slug.ts';
import { tellWritten } from '../services/written.ts';
import { demandChanged } from './changed-row.ts';
import type { Entry, EntryRow } from './entry.ts';
import { isSpokenFor, looksLikeDate, typesBeside } from './reserved-path.ts';
import type { ContentType } from './types.ts';

const MAX_DEPTH = 50;
const PATH_MAX = 600;

/** The path of an entry below its parent. All above are locked: whoever moves one of them at this moment must wait. */
async function parentPath(
  site: Site,
  type: ContentType,
  entry: Omit<Entry, 'id'>,
  id: number | undefined,
): Promise<string> {
  if (!type.hierarchical || entry.parentId === null) return '';
  let above: number | null = entry.parentId;
  let path: string | undefined;
  for (let depth = 0; above !== null; depth++) {
    const row = (await site.database
      .write('entries')
      .select('id', 'type', 'path', 'slug', 'parent_id')
      .where({ id: above })
      .forUpdate()
      .first()) as EntryRow | undefined;
    if (!row || row.type !== type.name)
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        `Entry ${above} cannot be the parent of a ${type.singular.toLowerCase()}.`,
      );
    if (row.id === id || depth > MAX_DEPTH)
      throw new GalleyError('GALLEY_INPUT_INVALID', 'An entry cannot stand below itself. Choose another parent.');
    path ??= row.path ?? row.slug;
    above = row.parent_id;
  }
  return path ? `${path}/` : '';
}

/** Which of the paths that are asked for are free, where many are asked for at once. */
export interface KnownPaths {
  /** The structure of addresses, read once. */
  readonly structure: string;
  /** Undefined where the store must be asked. */
  isTaken(types: readonly string[], path: string): boolean | undefined;
}

async function isTaken(
  site: Site,
  entry: Omit<Entry, 'id'>,
  path: string,
  { id, known }: { id: number | undefined; known: KnownPaths | undefined },
): Promise<boolean> {
  if (await looksLikeDate(site, entry, path)) return true;
  if (await isSpokenFor(site, entry.type, path)) return true;
  const types = await typesBeside(site, entry.type, path, known?.structure);
  const answer = known?.isTaken(types, path);
  if (answer !== undefined) return answer;
  const builder = site.database.write('entries').select('id').whereIn('type', types).where({ path });
  if (id !== undefined) void builder.whereNot({ id });
  return (await builder.first()) !== undefined;
}

/** The slug that an entry asks for, or that its title gives it; empty for a draft that has neither. */
export function wantedSlug(type: Pick<ContentType, 'name'>, entry: Omit<Entry, 'id'>): string {
  const isUnpublished = entry.status === 'draft' || entry.status === 'auto-draft' || entry.status === 'pending';
  const slug =
    slugify(entry.slug) || (isUnpublished && entry.title === '' ? '' : slugify(entry.title.replace(/<[^>]*>/g, '')));
  return slug === '' && !isUnpublished ? `${slugify(type.name)}-${entry.uuid.slice(-8)}` : slug;
}

/**
 * Decides slug and path: from the title where no slug was given, with `-2` and so on where the address is taken.
 * A draft without title and slug, and what is in the trash, has no path.
 */
export async function settlePath(
  site: Site,
  type: ContentType,
  entry: Omit<Entry, 'id'>,
  id: number | undefined,
  known?: KnownPaths,
): Promise<void> {
  entry.slug = wantedSlug(type, entry);
  if (entry.slug === '' || entry.status === 'trash') {
    entry.path = null;
    return;
  }
  const above = await parentPath(site, type, entry, id);
  entry.slug = await freeSlug(entry.slug, (slug) => isTaken(site, { ...entry, slug }, above + slug, { id, known }));
  entry.path = above + entry.slug;
  if (entry.path.length > PATH_MAX)
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `The address "${entry.path.slice(0, 60)}…" is too long. Choose shorter slugs.`,
    );
}

/** Remembers the address that an entry had while it was public, so that old links lead on. */
export async function rememberPath(
  site: Site,
  entryId: number,
  previous: Pick<Entry, 'type' | 'path' | 'status'>,
  path: string | null,
): Promise<void> {
  const oldPath = previous.path;
  if (oldPath === null || oldPath === path || previous.status !== 'publish') return;
  await site.database.write('entry_paths').where({ type: previous.type, path: oldPath }).delete();
  await site.database.write('entry_paths').insert({ type: previous.type, path: oldPath, entry_id: entryId });
  if (path !== null) await site.database.write('entry_paths').where({ type: previous.type, path }).delete();
}

/** Moves what stands below an entry whose path changed. Returns the ids of all that moved. */
export async function moveChildren(
  site: Site,
  type: string,
  parentId: number,
  path: string,
  depth = 0,
): Promise<number[]> {
  if (depth > MAX_DEPTH) return [];
  const children = (await site.database
    .write('entries')
    .select('id', 'type', 'slug', 'path', 'status', 'version')
    .where({ type, parent_id: parentId })
    .whereNotNull('path')
    // Sees also what was put below since this transaction began.
    .forUpdate()
    .limit(10_000)) as EntryRow[];
  const moved: number[] = [];
  for (const child of children) {
    const next = `${path}/${child.slug}`;
    if (child.path === next) continue;
    await rememberPath(site, child.id, { type, path: child.path, status: child.status as Entry['status'] }, next);
    const count = await site.database
      .write('entries')
      .where({ id: child.id, version: child.version })
      .update({ path: next, version: child.version + 1 });
    demandChanged(count, 'entries');
    await tellWritten(site, 'entry', { id: child.id, version: child.version + 1, previous: child.version });
    moved.push(child.id, ...(await moveChildren(site, type, child.id, next, depth + 1)));
  }
  return moved;
}
