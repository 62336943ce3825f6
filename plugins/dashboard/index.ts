import { join } from 'node:path';
import { type Context, definePlugin, type Screen } from 'galley';
import { actOnMany, actOnOne, askToDelete, deleteEntry } from './entry-actions.ts';
import { showEdit, showNew } from './entry-form.ts';
import { LIST_QUERY, showEntries } from './entry-list.ts';
import { createEntry, updateEntry } from './entry-save.ts';
import { homeWidgets } from './home.ts';
import { addMenu } from './menu.ts';
import { showPlugins, switchPlugin } from './plugins.ts';
import { previewEntry } from './preview.ts';
import { restoreRevision, showRevision, showRevisions } from './revisions.ts';
import { definePages } from './settings.ts';
import { askToDeleteTerm, createTerm, deleteTerm, mayEditTaxonomy, showTerm, showTerms, updateTerm } from './terms.ts';
import { activateTheme, saveThemeOptions, showThemeOptions, showThemes } from './themes.ts';
import { runCron, runExport, runImport, showCron, showTools } from './tools.ts';
import { mayWrite, typeOf } from './types.ts';

export default definePlugin((site) => {
  const { admin, routes } = site;
  const screen = (path: string, title: string, more: Omit<Screen, 'path' | 'title'>): void =>
    admin.screen({ path, title, ...more });
  admin.views.folder(join(import.meta.dirname, 'views'));
  site.hooks.addCollector('admin:dashboard', homeWidgets);
  definePages(site);
  addMenu(site);

  // One set of screens serves every content type, those made later too; who may open them depends on the type.
  const ofType = {
    authenticated: true,
    allow: (page) => mayWrite(page.viewer, typeOf(page)),
  } as const satisfies Partial<Screen>;
  screen('/content/:type', 'Entries', { ...ofType, name: 'admin.entries', query: LIST_QUERY, get: showEntries });
  screen('/content/:type/bulk', 'Several entries', { ...ofType, post: actOnMany });
  screen('/content/:type/new', 'New entry', { ...ofType, name: 'admin.entry.new', get: showNew, post: createEntry });
  const one = '/content/:type/:id(int)';
  screen(one, 'Edit entry', { ...ofType, name: 'admin.entry', get: showEdit, post: updateEntry });
  screen(`${one}/trash`, 'Move to the trash', { ...ofType, post: actOnOne('trash') });
  screen(`${one}/restore`, 'Restore', { ...ofType, post: actOnOne('restore') });
  screen(`${one}/publish`, 'Publish', { ...ofType, post: actOnOne('publish') });
  screen(`${one}/draft`, 'Make a draft', { ...ofType, post: actOnOne('draft') });
  screen(`${one}/delete`, 'Delete', { ...ofType, get: askToDelete, post: deleteEntry });
  screen(`${one}/revisions`, 'Earlier versions', { ...ofType, get: showRevisions });
  screen(`${one}/revisions/:revision(int)`, 'Earlier version', { ...ofType, get: showRevision, post: restoreRevision });
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
    query: ['search'],
    get: showTerms,
    post: createTerm,
  });
  screen('/terms/:taxonomy/:id(int)', 'Edit term', { ...terms, get: showTerm, post: updateTerm });
  screen('/terms/:taxonomy/:id(int)/delete', 'Delete term', { ...terms, get: askToDeleteTerm, post: deleteTerm });

  const menu = { group: 'system', icon: 'plug', order: 20 } as const;
  screen('/plugins', 'Plugins', { capability: 'activate_plugins', menu, get: showPlugins });
  for (const what of ['activate', 'deactivate'] as const)
    screen(`/plugins/:name/${what}`, 'Plugins', {
      capability: 'activate_plugins',
      fresh: true,
      post: switchPlugin(what),
    });
  screen('/themes', 'Themes', {
    capability: 'switch_themes',
    menu: { group: 'design', icon: 'palette' },
    get: showThemes,
  });
  screen('/themes/:name', 'Theme', { capability: 'edit_theme_options', get: showThemeOptions, post: saveThemeOptions });
  screen('/themes/:name/activate', 'Use theme', { capability: 'switch_themes', post: activateTheme });
  screen('/cron', 'Scheduled jobs', {
    capability: 'manage_options',
    menu: { ...menu, icon: 'alarm', order: 40 },
    get: showCron,
  });
  screen('/cron/:name/run', 'Run a job', { capability: 'manage_options', post: runCron });
  screen('/tools', 'Tools', { capability: 'import', menu: { ...menu, icon: 'tools', order: 30 }, get: showTools });
  screen('/tools/import', 'Import', { capability: 'import', post: runImport });
  screen('/tools/export', 'Export', { capability: 'export', fresh: true, post: runExport });
});
