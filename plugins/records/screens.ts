import type { Screen, Site } from 'galley';
import { sendRow, showNew, showRow } from './record-form.ts';
import { actOnRows, askToDelete, deleteRow, exportRows, RECORDS_QUERY, showList } from './record-list.ts';
import { mayUse } from './shown-model.ts';

/** The screens of the rows of a model. Who may open them is said by the model that the address names. */
export function addScreens(site: Site): void {
  const screen = (path: string, more: Omit<Screen, 'path' | 'authenticated' | 'allow'>): void =>
    site.admin.screen({ path: `/records/:model${path}`, authenticated: true, allow: mayUse, ...more });
  screen('', {
    title: 'Records',
    query: RECORDS_QUERY,
    help: 'Rows of a table that a plugin keeps. Filter, sort and export them; what several people change at once is put side by side, and nothing is overwritten.',
    get: showList,
  });
  screen('/export', { title: 'Export a list', query: [...RECORDS_QUERY, 'format'], get: exportRows });
  screen('/bulk', { title: 'Several records', post: actOnRows });
  screen('/new', { title: 'New record', get: showNew, post: sendRow });
  screen('/:id', { title: 'Record', get: showRow, post: sendRow });
  screen('/:id/delete', { title: 'Delete a record', get: askToDelete, post: deleteRow });
}
