import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { tellWritten } from '../services/written.ts';
import { demandChanged } from './changed-row.ts';
import type { Term, TermRow } from './term.ts';
import { forgetSlugs } from './term-slugs.ts';
import { moveTermPaths } from './term-tree.ts';

const MOST_CHILDREN = 5000;

/** Removes a term, in the running transaction: its entries lose it, and what stands below it moves up to its parent. */
export async function removeTerm(site: Site, term: Term, viewer: Viewer): Promise<void> {
  const { database } = site;
  const { id } = term;
  await moveUp(site, term);
  await database.write('entry_terms').where({ term_id: id }).delete();
  await database.write('term_meta').where({ term_id: id }).delete();
  await forgetSlugs(site, id);
  await database
    .write('tallies')
    .where({ scope: `term:${id}` })
    .delete();
  await database.write('terms').where({ id }).delete();
  await database.afterCommit(async () => {
    await site.cache.invalidate([`term:${id}`, `taxonomy:${term.taxonomy}`, 'anchors']);
    await site.hooks.doAction('term:removed', { term, viewer });
  });
}

/** The terms right below one; locked, so that none is moved until the running transaction ends. */
export async function childrenOf(site: Site, id: number): Promise<TermRow[]> {
  const rows = site.database.write<TermRow>('terms').select('*').where({ parent_id: id });
  return (await rows.forUpdate().limit(MOST_CHILDREN)) as TermRow[];
}

async function moveUp(site: Site, { id, parentId }: Term): Promise<void> {
  const { database } = site;
  const parent =
    parentId === null
      ? undefined
      : ((await database.write<TermRow>('terms').select('path').where({ id: parentId }).first()) as
          | Pick<TermRow, 'path'>
          | undefined);
  for (const child of await childrenOf(site, id)) {
    const path = parent ? `${parent.path}/${child.slug}` : child.slug;
    const changed = await database
      .write('terms')
      .where({ id: child.id, version: child.version })
      .update({ parent_id: parentId, path, version: child.version + 1 });
    demandChanged(changed, 'terms');
    await tellWritten(site, 'term', { id: child.id, version: child.version + 1, previous: child.version });
    await moveTermPaths(site, child.id, path);
  }
}
