import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { Entry } from './entry.ts';
import type { Meta } from './meta.ts';

/** A term of an entry as it was: its name is kept for the day when it is gone. */
export interface RevisionTerm {
  id: number;
  taxonomy: string;
  name: string;
}

/** What stood beside the text. Passwords are never kept. */
export interface RevisionState {
  terms: RevisionTerm[];
  featuredId: number | null;
  slug: string;
  parentId: number | null;
  order: number;
  template: string;
  authorId: number | null;
  publishedAt: number | null;
  unpublishAt: number | null;
  unpublishTo: Entry['unpublishTo'];
  sticky: boolean;
  commentStatus: 'open' | 'closed';
  /** Meta that is a part of the text, such as footnotes. Undefined in revisions that are older than this. */
  meta?: Meta;
}

/** An entry as it was saved once. */
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
  /** Undefined in revisions that are older than this. */
  state: RevisionState | undefined;
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
  state: string | null;
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
  state: row.state === null ? undefined : (JSON.parse(row.state) as RevisionState),
});

/** How many revisions of an entry are kept unless somebody sets it. */
const KEPT = 200;

/** Defines how many revisions are kept. */
export function defineRevisionOptions(site: Site): void {
  site.options.define('revisions_kept', {
    default: KEPT,
    schema: { type: 'integer', minimum: 2, maximum: 10_000 },
    label: 'Earlier versions kept of each entry',
  });
}

const BESIDE = [
  'featuredId',
  'slug',
  'parentId',
  'order',
  'template',
  'authorId',
  'publishedAt',
  'unpublishAt',
  'unpublishTo',
  'sticky',
  'commentStatus',
] as const satisfies (keyof RevisionState & keyof Entry)[];

/** Whether a save changed what revisions keep, its terms aside. */
export function differs(before: Entry | undefined, after: Entry): boolean {
  if (!before) return true;
  return (
    before.title !== after.title ||
    before.content !== after.content ||
    before.excerpt !== after.excerpt ||
    BESIDE.some((name) => before[name] !== after[name]) ||
    JSON.stringify(before.fields) !== JSON.stringify(after.fields)
  );
}

/** What stands beside the text of an entry now. */
function stateOf(entry: Entry, terms: readonly RevisionTerm[], meta: Meta): RevisionState {
  const beside = Object.fromEntries(BESIDE.map((name) => [name, entry[name]])) as Omit<RevisionState, 'terms' | 'meta'>;
  return { terms: terms.map(({ id, taxonomy, name }) => ({ id, taxonomy, name })), ...beside, meta };
}

/**
 * Before an entry changes that has no revision yet, because it was imported or is older than its type's revisions: what
 * it was is kept too.
 */
export async function recordOrigin(
  site: Site,
  previous: Entry,
  { termIds, meta }: { termIds: readonly number[]; meta: Meta },
): Promise<void> {
  const known = await site.database.write('revisions').select('id').where({ entry_id: previous.id }).first();
  if (known) return;
  const terms = [...(await site.terms.getMany(termIds)).values()];
  await insertRevision(site, previous, { terms, meta, authorId: previous.authorId });
}

async function insertRevision(
  site: Site,
  entry: Entry,
  { terms, meta, authorId }: { terms: readonly RevisionTerm[]; meta: Meta; authorId: number | null },
): Promise<void> {
  await site.database.insert('revisions', {
    entry_id: entry.id,
    version: entry.version,
    author_id: authorId,
    created_at: entry.modifiedAt,
    title: entry.title,
    content: entry.content,
    excerpt: entry.excerpt,
    fields: JSON.stringify(entry.fields),
    state: JSON.stringify(stateOf(entry, terms, meta)),
  });
}

/** Keeps an entry as it was just saved; of many, the oldest go. */
export async function recordRevision(
  site: Site,
  entry: Entry,
  { viewer, termIds, meta }: { viewer: Viewer; termIds: readonly number[]; meta: Meta },
): Promise<void> {
  const terms = await site.terms.getMany(termIds);
  const inOrder = termIds.flatMap((id) => terms.get(id) ?? []);
  await insertRevision(site, entry, { terms: inOrder, meta, authorId: viewer.id });
  const kept = await site.options.get<number>('revisions_kept');
  const oldest = (await site.database
    .write('revisions')
    .select('id')
    .where({ entry_id: entry.id })
    .orderBy('id', 'desc')
    .offset(kept)
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

/**
 * The entry as it was in one version: the newest revision that is no newer, since versions that changed nothing of this
 * have none. Undefined where none is kept that old.
 */
export async function findRevisionAt(site: Site, entryId: number, version: number): Promise<Revision | undefined> {
  const rows = (await site.database
    .read<RevisionRow>('revisions')
    .select('*')
    .where({ entry_id: entryId })
    .where('version', '<=', version)
    .orderBy('id', 'desc')
    .limit(1)) as RevisionRow[];
  return rows[0] && decode(rows[0]);
}
