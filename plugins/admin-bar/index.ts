import { join } from 'node:path';
import { type Context, definePlugin, type PresentedEntry, SafeHtml } from 'galley';
import { answerBar } from './bar.ts';
import { defineHooks } from './hooks.ts';

export default definePlugin((site) => {
  defineHooks(site);
  site.assets.folder('admin-bar', join(import.meta.dirname, 'assets'));
  // The same for everybody: whether somebody is logged in, the script finds out.
  site.hooks.addCollector('view:head', async ({ view }) => {
    const [script, stylesheet] = await Promise.all([
      site.assets.url('admin-bar', 'admin-bar.js'),
      site.assets.url('admin-bar', 'bar.css'),
    ]);
    const { id = 0 } = (view['entry'] ?? {}) as Partial<PresentedEntry>;
    const about = Number.isInteger(id) && id > 0 ? ` data-entry="${id}"` : '';
    return new SafeHtml(`<script src="${script}" defer id="galley-bar" data-style="${stylesheet}"${about}></script>`);
  });
  const entry = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
  site.routes.get(
    '/admin/api/bar',
    {
      authenticated: true,
      schema: { query: { type: 'object', properties: { entry } } },
      summary: 'What the bar on the site shows.',
    },
    (context) => answerBar(context as Context),
  );
});
