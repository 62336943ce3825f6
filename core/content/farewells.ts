import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import type { Entry } from './entry.ts';
import { mayDoWith } from './entry-rights.ts';

/** Who took an entry away, and when. */
export interface Farewell {
  authorId: number;
  createdAt: number;
}

/** Kept beside what can come back, and forgotten with it; nothing comes back by it, and it holds no text. */
const KIND = 'farewell';

type Known = Pick<Entry, 'type' | 'status' | 'authorId' | 'formerStatus'>;

/** Notes who moves an entry to the trash or removes it, in the transaction of that. What the system does is nobody's. */
export async function noteFarewell(site: Site, entry: Entry, viewer: Viewer): Promise<void> {
  if (viewer.id === null) return;
  const { type, status, authorId, formerStatus } = entry;
  const data: Known = { type, status, authorId, formerStatus };
  await site.trash.put({ kind: KIND, scope: String(entry.id), title: '', data }, viewer);
}

/** Who took an entry away last; undefined where nobody knows, and for those who could not have edited it. */
export async function findFarewell(site: Site, id: number, viewer: Viewer): Promise<Farewell | undefined> {
  const row = (await site.database
    .read('trash')
    .select('author_id', 'created_at', 'data')
    .where({ kind: KIND, scope: String(id) })
    .orderBy('id', 'desc')
    .first()) as { author_id: number; created_at: number; data: string } | undefined;
  if (!row || !mayDoWith(site, viewer, 'edit', JSON.parse(row.data) as Known)) return undefined;
  return { authorId: row.author_id, createdAt: row.created_at };
}
