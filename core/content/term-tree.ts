import type { Site } from '../kernel/site.ts';
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

/** Renews the paths of all terms below one whose path changed. */
export async function moveTermPaths(site: Site, parentId: number, path: string, depth = 0): Promise<void> {
  const children = (await site.database
    .write<TermRow>('terms')
    .select('*')
    .where({ parent_id: parentId })
    .limit(MOST_CHILDREN)) as TermRow[];
  for (const child of children) {
    const moved = `${path}/${child.slug}`;
    await site.database
      .write('terms')
      .where({ id: child.id, version: child.version })
      .update({ path: moved, version: child.version + 1 });
    if (depth < MAX_DEPTH) await moveTermPaths(site, child.id, moved, depth + 1);
  }
}
