import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import type { Entry } from './entry.ts';
import { mayDoWith } from './entry-rights.ts';

/** Who took an entry away, and when. */
export interface Farewell {
  /** Null where the system did it. */
  authorId: number | null;
  createdAt: number;
}

/** An entry that is gone for good: what is still known of it. */
export interface RemovedEntry extends Farewell, Pick<Entry, 'type' | 'title'> {
  /** The number of the note, by which lists go on. */
  number: number;
  /** What its id was. */
  id: number;
  /** Its status, as it was before it was in the trash. */
  status: Entry['status'];
  /** Who moved it to the trash before, where it was there. */
  trashed: Farewell | undefined;
}

/** Which removed entries are meant. All parts must hold. */
export interface RemovedQuery {
  /** Default: all types. */
  types?: readonly string[];
  /** Who removed it, or moved it to the trash. */
  by?: number;
  /** Words that its title must contain. */
  title?: string;
  /** From this moment on. */
  since?: number;
  /** Before this moment. */
  until?: number;
  /** The number of the last note of the page before. */
  before?: number;
  /** How many at most. */
  limit?: number;
}

/** Kept as long as the entry is in the trash. */
export const TRASHED = 'farewell';
/** Kept with its title for as many days as what can come back; nothing comes back by it, and it holds no text. */
const REMOVED = 'removed';
const KINDS = [TRASHED, REMOVED];
const LIMIT = 50;
const BATCH = 200;
const BATCHES = 25;
const MOST = 1000;

interface Known extends Pick<Entry, 'type' | 'status' | 'authorId' | 'formerStatus'> {
  trashed?: Farewell;
}

interface Row {
  kind: string;
  id: number;
  scope: string;
  title: string;
  author_id: number | null;
  created_at: number;
  data: string;
}

const farewellOf = (row: Row): Farewell => ({ authorId: row.author_id, createdAt: row.created_at });

const knownOf = ({ type, status, authorId, formerStatus }: Entry): Known => ({ type, status, authorId, formerStatus });

/** Notes who moves an entry to the trash, in the transaction of that. What the system does is nobody's. */
export async function noteTrashed(site: Site, entry: Entry, viewer: Viewer): Promise<void> {
  await forgetTrashed(site, await trashedRows(site, entry.id));
  if (viewer.id === null) return;
  await site.trash.put({ kind: TRASHED, scope: String(entry.id), title: '', data: knownOf(entry) }, viewer);
}

/** Notes who removes an entry for good, in the transaction of that. What nobody ever saved is no loss. */
export async function noteRemoved(site: Site, entry: Entry, viewer: Viewer): Promise<void> {
  const rows = await trashedRows(site, entry.id);
  await forgetTrashed(site, rows);
  if (entry.status === 'auto-draft') return;
  const data: Known = { ...knownOf(entry), ...(rows[0] ? { trashed: farewellOf(rows[0]) } : {}) };
  await site.trash.put({ kind: REMOVED, scope: String(entry.id), title: entry.title, data }, viewer);
}

/** By number, and only where there is one: a delete that finds nothing would lock the gap for others. */
async function forgetTrashed(site: Site, rows: readonly Row[]): Promise<void> {
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await site.database.write('trash').whereIn('id', ids).delete();
}

const trashedRows = (site: Site, id: number): Promise<Row[]> => rowsOf(site, [TRASHED], [id]);

/** The latest first. */
async function rowsOf(site: Site, kinds: readonly string[], ids: readonly number[]): Promise<Row[]> {
  return (await site.database
    .read<Row>('trash')
    .select('*')
    .whereIn('kind', [...kinds])
    .whereIn('scope', ids.map(String))
    .orderBy('id', 'desc')) as Row[];
}

/** Who took each of these entries away last; left out where nobody knows, and what this person could not have edited. */
export async function findFarewells(
  site: Site,
  ids: readonly number[],
  viewer: Viewer,
): Promise<Map<number, Farewell>> {
  const found = new Map<number, Farewell>();
  if (ids.length === 0) return found;
  for (const row of await rowsOf(site, KINDS, ids)) {
    const id = Number(row.scope);
    if (!found.has(id) && mayDoWith(site, viewer, 'edit', JSON.parse(row.data) as Known))
      found.set(id, farewellOf(row));
  }
  return found;
}

/** The ids of the entries that somebody moved to the trash last, as far as they are there; the newest of very many. */
export async function findTrashedBy(site: Site, userId: number): Promise<number[]> {
  const rows = (await site.database
    .read<Row>('trash')
    .select('scope')
    .where({ kind: TRASHED, author_id: userId })
    .orderBy('id', 'desc')
    .limit(MOST)) as Pick<Row, 'scope'>[];
  return rows.map(({ scope }) => Number(scope));
}

/** What is gone for good and this person could have edited, newest first, and the number where it goes on. */
export async function listRemoved(
  site: Site,
  query: RemovedQuery,
  viewer: Viewer,
): Promise<{ items: RemovedEntry[]; before: number | undefined }> {
  const { types, by, limit = LIMIT } = query;
  const items: RemovedEntry[] = [];
  let { before } = query;
  // Rights hang on what the entry was, so they are asked here: of a bounded number of rows at a time.
  for (let batch = 0; batch < BATCHES; batch++) {
    const rows = await readRemoved(site, query, before);
    for (const row of rows) {
      before = row.id;
      const known = JSON.parse(row.data) as Known;
      if (types && !types.includes(known.type)) continue;
      if (by !== undefined && row.author_id !== by && known.trashed?.authorId !== by) continue;
      if (!mayDoWith(site, viewer, 'edit', known)) continue;
      items.push(removedOf(row, known));
      if (items.length === limit) return { items, before };
    }
    if (rows.length < BATCH) return { items, before: undefined };
  }
  return { items, before };
}

async function readRemoved(site: Site, { title, since, until }: RemovedQuery, before?: number): Promise<Row[]> {
  const builder = site.database.read<Row>('trash').select('*').where({ kind: REMOVED });
  if (before !== undefined) void builder.where('id', '<', before);
  if (since !== undefined) void builder.where('created_at', '>=', since);
  if (until !== undefined) void builder.where('created_at', '<', until);
  if (title) void builder.where(site.database.dialect.contains('title', title, { ignoreCase: true }));
  return (await builder.orderBy('id', 'desc').limit(BATCH)) as Row[];
}

const removedOf = (row: Row, { type, status, formerStatus, trashed }: Known): RemovedEntry => ({
  ...farewellOf(row),
  number: row.id,
  id: Number(row.scope),
  type,
  title: row.title,
  status: status === 'trash' ? (formerStatus ?? status) : status,
  trashed,
});
