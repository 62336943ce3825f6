import { join } from 'node:path';
import { type Context, definePlugin, type ScreenContext } from 'galley';
import { addToForm } from './form.ts';
import { makeLink, revokeLink, showFrame } from './frame.ts';
import { defineHooks } from './hooks.ts';
import { PreviewLinks } from './links.ts';
import { showBlank, showStored, showTyped } from './live.ts';
import { showLinked } from './outside.ts';

declare module 'galley' {
  interface Services {
    previews: PreviewLinks;
  }
}

export default definePlugin((site) => {
  const links = new PreviewLinks(site);
  site.services.provide('previews', links);
  defineHooks(site);
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('preview', join(import.meta.dirname, 'assets'));
  addToForm(site);

  const mayWrite = ({ site: host, viewer, params }: ScreenContext): boolean => {
    const type = host.types.get(params['type'] ?? '');
    return type !== undefined && viewer.can(`edit_${type.capability}s`);
  };
  const own = { authenticated: true, allow: mayWrite } as const;
  const one = '/preview/:type/:id(int)';
  const query = ['width', 'mode', 'shows'];
  site.admin.screen({ path: one, title: 'Preview', ...own, query, get: (page) => showFrame(page, links) });
  site.admin.screen({ path: `${one}/links`, title: 'Preview link', ...own, post: (page) => makeLink(page, links) });
  const revoke = `${one}/links/:link(int)/revoke`;
  site.admin.screen({ path: revoke, title: 'Take a link back', ...own, post: (page) => revokeLink(page, links) });
  site.admin.screen({ path: `${one}/typed`, title: 'Live preview', ...own, longTexts: true, post: showTyped });

  // Pages of the theme, so the policy of public pages; their guard is that of the admin.
  const frame = { authenticated: true, area: 'public' } as const;
  const shows = { type: 'string', enum: ['entry', 'pending'] };
  const schema = { query: { type: 'object', properties: { shows } } };
  const summary = 'The page of an entry for a frame of the admin';
  site.routes.get('/admin/preview-page/:type/:id(int)', { ...frame, schema, summary }, (context) =>
    showStored(context as Context),
  );
  site.routes.get('/admin/preview-page/:type/new', { ...frame, summary }, (context) => showBlank(context as Context));
  const limit = { public: true, rateLimit: { max: 120, seconds: 60 }, summary: 'A preview by a secret link' } as const;
  site.routes.get('/preview/:token', limit, (context) => showLinked(context as Context, links));

  site.cron.define('preview-links', {
    schedule: '29 4 * * *',
    summary: 'Forgets preview links that ended a week ago.',
    run: () => links.forgetOld(),
  });
  site.hooks.addAction('entry:removed', ({ entry }) => links.forgetEntry(entry.id));
});
