import { join } from 'node:path';
import { type Context, definePlugin, type Screen } from 'galley';
import { maySeeHistory, restorePast, showHistory, showPast } from './history.ts';
import { chooseRevisions, restoreRevision, showRevision, showRevisionPage, showRevisions } from './screens.ts';
import { forgetThing, mayUseTrash, restoreThings, showTrash, TRASH_ITEM } from './trash.ts';

export default definePlugin((site) => {
  const { admin, routes } = site;
  admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('revisions', join(import.meta.dirname, 'assets'));
  const ofType = {
    authenticated: true,
    allow: ({ site: { types }, viewer, params }) => {
      const type = types.get(params['type'] ?? '');
      return type === undefined || viewer.can(`edit_${type.capability}s`);
    },
  } as const satisfies Partial<Screen>;
  const base = '/content/:type/:id(int)/revisions';
  admin.screen({ path: base, title: 'Earlier versions', ...ofType, get: showRevisions });
  admin.screen({
    path: `${base}/compare`,
    title: 'Compare',
    ...ofType,
    query: ['older', 'newer'],
    get: chooseRevisions,
  });
  admin.screen({
    path: `${base}/:revision(int)`,
    title: 'Earlier version',
    ...ofType,
    query: ['with'],
    get: showRevision,
    post: restoreRevision,
  });
  // The page of the theme, so the policy of public pages; its guard is that of the admin.
  routes.get(
    `/admin${base}/:revision(int)/page`,
    { name: 'admin.revision.page', authenticated: true, area: 'public' },
    (context) => showRevisionPage(context as Context),
  );
  const ofThing = { authenticated: true, allow: maySeeHistory } as const satisfies Partial<Screen>;
  const history = '/history/:kind/:subject';
  admin.screen({ path: history, name: 'admin.history', title: 'Earlier versions', ...ofThing, get: showHistory });
  admin.screen({
    path: `${history}/:id(int)`,
    title: 'Earlier version',
    ...ofThing,
    get: showPast,
    post: restorePast,
  });
  const trash = { title: 'Trash', authenticated: true, allow: mayUseTrash } as const satisfies Partial<Screen>;
  admin.screen({
    path: '/trash',
    ...trash,
    help: 'What was thrown away, whatever its kind, the latest first. It comes back as it was; what is deleted for good does not.',
    query: ['before'],
    get: showTrash,
  });
  admin.screen({ path: '/trash/restore', name: 'admin.trash.restore', ...trash, post: restoreThings });
  admin.screen({ path: '/trash/forget', ...trash, post: forgetThing });
  admin.menu.add(({ viewer }) => (site.trash.isOpenTo(viewer) ? [TRASH_ITEM] : []));
  site.hooks.addFilter('entry-form:building', (form, { page, type, entry }) => {
    if (entry && type.supports.includes('revisions'))
      form.links.push({
        label: page.t('Earlier versions'),
        url: `/admin/content/${type.name}/${entry.id}/revisions`,
        icon: 'clock-history',
      });
    return form;
  });
});
