import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { Entry } from './entry.ts';

/** The text of an entry as it was saved once. */
export interface Revision {
  id: number;
  entryId: number;
  /** The version of the entry that this is. */
  version: number;
  authorId: number | null;
  createdAt: number;
  title: string;
  content: string;
  excerpt: string;
  fields: Record<string, unknown>;
}

interface RevisionRow {
  id: number;
  entry_id: number;
  version: number;
  author_id: number | null;
  created_at: number;
  title: string;
  content: string;
  excerpt: string;
  fields: string;
}

const decode = (row: RevisionRow): Revision => ({
  id: row.id,
  entryId: row.entry_id,
  version: row.version,
  authorId: row.author_id,
  createdAt: row.created_at,
  title: row.title,
  content: row.content,
  excerpt: row.excerpt,
  fields: JSON.parse(row.fields) as Record<string, unknown>,
});

const KEPT = 200;

/** Whether a save changed what revisions keep. */
export function differs(before: Entry | undefined, after: Entry): boolean {
  if (!before) return true;
  return (
    before.title !== after.title ||
    before.content !== after.content ||
    before.excerpt !== after.excerpt ||
    JSON.stringify(before.fields) !== JSON.stringify(after.fields)
  );
}

/** Keeps the text of an entry as it was just saved; of many, the oldest go. */
export async function recordRevision(site: Site, entry: Entry, viewer: Viewer): Promise<void> {
  await site.database.insert('revisions', {
    entry_id: entry.id,
    version: entry.version,
    author_id: viewer.id,
    created_at: entry.modifiedAt,
    title: entry.title,
    content: entry.content,
    excerpt: entry.excerpt,
    fields: JSON.stringify(entry.fields),
  });
  const oldest = (await site.database
    .write('revisions')
    .select('id')
    .where({ entry_id: entry.id })
    .orderBy('id', 'desc')
    .offset(KEPT)
    .first()) as { id: number } | undefined;
  if (oldest)
    await site.database.write('revisions').where({ entry_id: entry.id }).where('id', '<=', oldest.id).delete();
}

/** The revisions of an entry, newest first. Whoever calls has checked that the entry may be edited. */
export async function listRevisions(site: Site, entryId: number, limit = 50): Promise<Revision[]> {
  const rows = (await site.database
    .read<RevisionRow>('revisions')
    .select('*')
    .where({ entry_id: entryId })
    .orderBy('id', 'desc')
    .limit(limit)) as RevisionRow[];
  return rows.map(decode);
}

/**
 * One revision of an entry.
 * @throws GALLEY_ENTRY_UNKNOWN
 */
export async function getRevision(site: Site, entryId: number, revisionId: number): Promise<Revision> {
  const row = (await site.database
    .read<RevisionRow>('revisions')
    .select('*')
    .where({ id: revisionId, entry_id: entryId })
    .first()) as RevisionRow | undefined;
  if (!row) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `Entry ${entryId} has no revision ${revisionId}.`);
  return decode(row);
}
