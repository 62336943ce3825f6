import { join } from 'node:path';
import { definePlugin, type Screen } from 'galley';
import { findEverything } from './commands.ts';
import { addContentScreens } from './content-screens.ts';
import { entryFormService } from './entry-form-service.ts';
import { addFormatBox, readFormat } from './format-box.ts';
import { homeWidgets } from './home.ts';
import { defineHooks } from './hooks.ts';
import { addMenu } from './menu.ts';
import { changePermalinks, showPermalinks } from './permalinks.ts';
import { addPluginScreens } from './plugin-screens.ts';
import { addKeyScreen } from './service-keys.ts';
import { definePages } from './settings.ts';
import { addThemeScreens } from './theme-screens.ts';

export default definePlugin((site) => {
  const { admin } = site;
  const screen = (path: string, title: string, more: Omit<Screen, 'path' | 'title'>): void =>
    admin.screen({ path, title, ...more });
  admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('dashboard-merge', join(import.meta.dirname, 'assets'));
  site.hooks.addCollector('admin:dashboard', homeWidgets);
  site.hooks.addCollector('admin:commands', findEverything);
  defineHooks(site);
  site.hooks.addFilter('entry-form:building', addFormatBox);
  site.hooks.addFilter('entry-form:sent', readFormat);
  site.services.provide('entry-form', entryFormService);
  definePages(site);
  addKeyScreen(site);
  screen('/settings/permalinks', 'Addresses', {
    capability: 'manage_options',
    help: 'How the addresses of posts are built. Addresses of before lead to the new ones, so links and bookmarks go on working.',
    get: showPermalinks,
    post: changePermalinks,
  });
  addMenu(site);

  addContentScreens(site);

  addPluginScreens(site);
  addThemeScreens(site);
});
