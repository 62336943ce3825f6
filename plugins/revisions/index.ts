import { join } from 'node:path';
import { type Context, definePlugin, type Screen } from 'galley';
import { chooseRevisions, restoreRevision, showRevision, showRevisionPage, showRevisions } from './screens.ts';

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
