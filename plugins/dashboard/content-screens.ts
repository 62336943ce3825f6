import type { Context, Screen, Site } from 'galley';
import { undoBulk } from './bulk-run.ts';
import { actOnMany, actOnOne, askToDelete, deleteEntry } from './entry-actions.ts';
import { duplicateEntry } from './entry-duplicate.ts';
import { exportEntries, listIds } from './entry-export.ts';
import { showEdit, showNew } from './entry-form.ts';
import { showEntries } from './entry-list.ts';
import { createEntry, mergeEntry, updateEntry } from './entry-save.ts';
import { LIST_QUERY } from './list-query.ts';
import { previewEntry } from './preview.ts';
import { saveQuickEdit, showQuickEdit } from './quick-edit.ts';
import { REMOVED_QUERY, removableTypes, showRemoved } from './removed-list.ts';
import { askToDeleteTerm, createTerm, deleteTerm, showTerm, updateTerm } from './terms.ts';
import { saveArrangement, showArrangement } from './terms-arrange.ts';
import { actOnTerms, askToMerge, askToRemove, mergeTerms, removeTerms } from './terms-bulk.ts';
import { mayEditTaxonomy } from './terms-form.ts';
import { exportTerms, showTerms, TERMS_QUERY } from './terms-list.ts';
import { mayWrite, typeOf } from './types.ts';

/** The screens of entries and terms. */
export function addContentScreens({ admin, routes }: Site): void {
  const screen = (path: string, title: string, more: Omit<Screen, 'path' | 'title'>): void =>
    admin.screen({ path, title, ...more });

  // One set of screens serves every content type, those made later too; who may open them depends on the type.
  const ofType = {
    authenticated: true,
    allow: (page) => mayWrite(page.viewer, typeOf(page)),
  } as const satisfies Partial<Screen>;
  admin.lists.extend('content:*', { parameters: LIST_QUERY });
  screen('/content/:type', 'Entries', {
    ...ofType,
    name: 'admin.entries',
    help: 'Filter and sort until the list shows what you need; a view keeps it that way under a name. What you select is changed together, and every such change can be taken back.',
    query: LIST_QUERY,
    get: showEntries,
  });
  const whole = { ...ofType, query: [...LIST_QUERY, 'format'] };
  screen('/content/:type/export', 'Export a list', { ...whole, get: exportEntries });
  screen('/content/:type/ids', 'All of a list', { ...whole, get: listIds });
  screen('/content/:type/bulk', 'Several entries', { ...ofType, post: actOnMany });
  screen('/content/:type/bulk/undo', 'Take back a change of several entries', { ...ofType, post: undoBulk });
  screen('/removed', 'Removed for good', {
    name: 'admin.removed',
    authenticated: true,
    allow: ({ site, viewer }) => removableTypes(site, viewer).length > 0,
    help: 'Look here when something is not in the trash either: the note says who deleted it and when. A backup is the only way back.',
    query: REMOVED_QUERY,
    get: showRemoved,
  });
  const written = {
    ...ofType,
    longTexts: true,
    help: 'What you type is kept while you type, here and on the server, and counts for readers only once it is published or updated. Earlier versions can be compared and brought back.',
  } as const;
  screen('/content/:type/new', 'New entry', {
    ...written,
    name: 'admin.entry.new',
    query: ['restore'],
    get: showNew,
    post: createEntry,
  });
  const one = '/content/:type/:id(int)';
  screen(one, 'Edit entry', { ...written, name: 'admin.entry', query: ['restore'], get: showEdit, post: updateEntry });
  screen(`${one}/merge`, 'Put both together', { ...written, post: mergeEntry });
  screen(`${one}/duplicate`, 'Duplicate', { ...ofType, post: duplicateEntry });
  screen(`${one}/trash`, 'Move to the trash', { ...ofType, post: actOnOne('trash') });
  screen(`${one}/restore`, 'Restore', { ...ofType, post: actOnOne('restore') });
  screen(`${one}/publish`, 'Publish', { ...ofType, post: actOnOne('publish') });
  screen(`${one}/draft`, 'Make a draft', { ...ofType, post: actOnOne('draft') });
  screen(`${one}/quick`, 'Quick edit', { ...ofType, get: showQuickEdit, post: saveQuickEdit });
  screen(`${one}/delete`, 'Delete', { ...ofType, get: askToDelete, post: deleteEntry });
  // The page of the theme, so the policy of public pages; its guard is that of the admin.
  routes.get(
    '/admin/content/:type/:id(int)/preview',
    { name: 'admin.preview', authenticated: true, area: 'public' },
    (context) => previewEntry(context as Context),
  );

  const terms = { authenticated: true, allow: mayEditTaxonomy } as const satisfies Partial<Screen>;
  screen('/terms/:taxonomy', 'Terms', {
    ...terms,
    name: 'admin.terms',
    help: 'Terms put entries together. One that is merged into another or deleted takes no entry with it, and old addresses lead on.',
    query: TERMS_QUERY,
    get: showTerms,
    post: createTerm,
  });
  admin.lists.extend('terms:*', { parameters: TERMS_QUERY });
  screen('/terms/:taxonomy/export', 'Export a list', {
    ...terms,
    query: [...TERMS_QUERY, 'format'],
    get: exportTerms,
  });
  screen('/terms/:taxonomy/:id(int)', 'Edit term', { ...terms, get: showTerm, post: updateTerm });
  screen('/terms/:taxonomy/:id(int)/delete', 'Delete term', { ...terms, get: askToDeleteTerm, post: deleteTerm });
  const several = { ...terms, query: ['ids'] } as const;
  screen('/terms/:taxonomy/bulk', 'Several terms', { ...terms, post: actOnTerms });
  screen('/terms/:taxonomy/merge', 'Make one of several terms', { ...several, get: askToMerge, post: mergeTerms });
  screen('/terms/:taxonomy/remove', 'Delete several terms', { ...several, get: askToRemove, post: removeTerms });
  screen('/terms/:taxonomy/arrange', 'Order of terms', {
    ...terms,
    get: (page) => showArrangement(page),
    post: saveArrangement,
  });
}
