import { GalleyError, type Site } from 'galley';
import { UndoEntries } from './undo-entries.ts';
import { undoComments, undoPeople } from './undo-people.ts';
import type { UndoReport } from './undo-report.ts';
import { undoMenus, undoTerms } from './undo-terms.ts';
import { type UndoRun, UndoWork } from './undo-work.ts';

/**
 * Moves to the trash what an import made: entries, files, menus, comments, terms and people. What somebody changed
 * since, and what something uses that stays, stays. It can be stopped and run again.
 *
 * @throws GALLEY_PERMISSION_DENIED without the right to import | GALLEY_INPUT_INVALID where nothing is known of it
 */
export async function undoImport(site: Site, options: UndoRun): Promise<UndoReport> {
  if (!options.viewer.can('import')) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not import.');
  const { made } = site.services.use('importer');
  const work = new UndoWork(site, made, options);
  const keptMenus = await undoMenus(work);
  await new UndoEntries(work, keptMenus).run();
  await undoComments(work);
  await undoTerms(work);
  await undoPeople(work);
  return work.count.report(options.dryRun);
}
