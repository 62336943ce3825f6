import type { Site } from '../kernel/site.ts';
import { tellWritten } from '../services/written.ts';
import { demandChanged } from './changed-row.ts';
import type { TermRow } from './term.ts';

const MAX_DEPTH = 50;
const MOST_CHILDREN = 5000;

/** The ids of a term and of all below it. */
export async function descendantsOf(site: Site, id: number): Promise<number[]> {
  const all = [id];
  let level = [id];
  for (let depth = 0; level.length > 0 && depth < MAX_DEPTH; depth++) {
    const rows = await site.database
      .read<{ id: number }>('terms')
      .select('id')
      .whereIn('parent_id', level)
      .limit(MOST_CHILDREN);
    level = rows.map((row) => row.id).filter((child) => !all.includes(child));
    all.push(...level);
  }
  return all;
}

/**
 * Whether a term is the one with that id (a new one has none yet) or stands below it. All above it are locked, so that nobody moves one of them
 * until the running transaction ends: two terms moved below each other at once would make a circle.
 */
export async function isBelow(site: Site, term: Pick<TermRow, 'id'>, id: number | undefined): Promise<boolean> {
  let above: number | null = term.id;
  for (let depth = 0; above !== null && depth < MAX_DEPTH; depth++) {
    if (above === id) return true;
    const row = (await site.database
      .write<TermRow>('terms')
      .select('parent_id')
      .where({ id: above })
      .forUpdate()
      .first()) as Pick<TermRow, 'parent_id'> | undefined;
    above = row?.parent_id ?? null;
  }
  return above !== null;
}

/** Renews the paths of all terms below one whose path changed. */
export async function moveTermPaths(site: Site, parentId: number, path: string, depth = 0): Promise<void> {
  const children = (await site.database
    .write<TermRow>('terms')
    .select('*')
    .where({ parent_id: parentId })
    // Sees also what was put below since this transaction began.
    .forUpdate()
    .limit(MOST_CHILDREN)) as TermRow[];
  for (const child of children) {
    const moved = `${path}/${child.slug}`;
    const count = await site.database
      .write('terms')
      .where({ id: child.id, version: child.version })
      .update({ path: moved, version: child.version + 1 });
    demandChanged(count, 'terms');
    await tellWritten(site, 'term', { id: child.id, version: child.version + 1, previous: child.version });
    if (depth < MAX_DEPTH) await moveTermPaths(site, child.id, moved, depth + 1);
  }
}
