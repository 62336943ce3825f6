import type { Site } from '../kernel/site.ts';
import { countForTerm } from './tallies.ts';
import type { Term } from './term.ts';

const BATCH = 500;

interface LinkRow {
  entry_id: number;
  type: string;
  status: string;
}

/**
 * Gives the entries of one term to another, in the running transaction; those that have both keep one. Counts follow.
 * @returns the entries that changed
 */
export async function moveEntries(site: Site, from: Term, into: Term): Promise<number[]> {
  const { database } = site;
  const changed: number[] = [];
  for (let after = 0; ; ) {
    const rows = (await database
      .write('entry_terms')
      .select('entry_id', 'type', 'status')
      .where({ term_id: from.id })
      .where('entry_id', '>', after)
      .orderBy('entry_id')
      .limit(BATCH)
      .forUpdate()) as LinkRow[];
    if (rows.length > 0) await moveSome(site, { rows, from, into });
    changed.push(...rows.map((row) => row.entry_id));
    after = rows.at(-1)?.entry_id ?? after;
    if (rows.length < BATCH) return changed;
  }
}

async function moveSome(site: Site, { rows, from, into }: { rows: LinkRow[]; from: Term; into: Term }): Promise<void> {
  const { database } = site;
  const ids = rows.map((row) => row.entry_id);
  const both = (await database
    .write('entry_terms')
    .select('entry_id')
    .where({ term_id: into.id })
    .whereIn('entry_id', ids)) as Pick<LinkRow, 'entry_id'>[];
  const have = new Set(both.map((row) => row.entry_id));
  const moved = rows.filter((row) => !have.has(row.entry_id));
  await database
    .write('entry_terms')
    .where({ term_id: from.id })
    .whereIn('entry_id', [...have])
    .delete();
  await database
    .write('entry_terms')
    .where({ term_id: from.id })
    .whereIn(
      'entry_id',
      moved.map((row) => row.entry_id),
    )
    .update({ term_id: into.id });
  await countForTerm(site, into.id, moved);
}
