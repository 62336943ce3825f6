import { join } from 'node:path';
import { type Context, definePlugin } from 'galley';
import { PAGE_SCHEMA } from './costs.ts';
import { answerPanel } from './panel.ts';
import { followPages, showCosts } from './screen.ts';

/** Who may see what pages cost; the same right lets a browser ask for Server-Timing. */
const capability = 'manage_options';

export default definePlugin((site) => {
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('profiler', join(import.meta.dirname, 'assets'));
  site.admin.screen({
    path: '/profiler',
    title: 'Page costs',
    capability,
    query: ['page'],
    menu: {
      group: 'system',
      icon: 'speedometer2',
      order: 45,
      searchWords: 'speed, slow queries, performance, profiler',
    },
    get: showCosts,
  });
  site.admin.screen({ path: '/profiler/follow', title: 'Page costs', capability, post: followPages });
  site.routes.get(
    '/admin/api/profiler',
    {
      capability,
      schema: { query: { type: 'object', required: ['page'], properties: { page: PAGE_SCHEMA } } },
      summary: 'What a page costs, by plugin.',
    },
    (context) => answerPanel(context as Context),
  );
  site.hooks.addFilter('admin-bar:items', async (items, { viewer }) => {
    if (!viewer.can(capability)) return items;
    const script = await site.assets.url('profiler', 'panel.js');
    return [...items, { label: 'Page costs', url: '/admin/profiler', script }];
  });
  site.hooks.addCollector('admin:bar', async ({ viewer, path }) => {
    if (!viewer.can(capability) || path.startsWith('/admin/profiler')) return undefined;
    const url = `/admin/profiler?page=${encodeURIComponent(path)}`;
    return { label: 'Page costs', url, icon: 'speedometer2', script: await site.assets.url('profiler', 'panel.js') };
  });
});
