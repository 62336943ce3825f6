// Layer: admin. Knows all layers up to http.

import type { ErrorPage } from '../http/errors.ts';
import { attach, type Module } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import type { View } from '../theme/view.ts';
import { Admin } from './admin.ts';
import './admin-hooks.ts';
import { addAppearance } from './appearance.ts';
import { addFieldRoutes } from './field-routes.ts';
import { addFind } from './find.ts';
import { addFlagsScreen } from './flags-screen.ts';
import { addCoreScreens } from './home.ts';
import { addJobRoutes } from './job-routes.ts';
import { defineListViews } from './list-views.ts';
import { addLoginRoutes } from './login.ts';
import { addPasswordRoutes } from './password-pages.ts';
import { defineSettingsHistory } from './settings-history.ts';

/** The admin: log-in, shell, screens. Early, so that plugins can register with it. */
export const adminModule: Module = {
  name: 'admin',
  start(site) {
    attach(site, 'admin', new Admin(site));
    site.errorPages.set('admin', (failure) => errorPage(site, failure));
    site.assets.onMiss(async () => (await site.admin.views.texts()).makeScripts());
    defineListViews(site);
    defineSettingsHistory(site);
    addLoginRoutes(site);
    addPasswordRoutes(site);
    addCoreScreens(site);
    addFieldRoutes(site);
    addAppearance(site);
    addFind(site);
    addFlagsScreen(site);
    addJobRoutes(site);
  },
};

/** Errors that end a request before its screen: no right, no such address, something broken. */
function errorPage(site: Site, { title, message, status, id }: Parameters<ErrorPage>[0]): string | undefined {
  return site.admin.views.renderNow('failure', {
    site: { title: 'Galley', tagline: '', url: '', home: '/', language: 'en', direction: 'ltr', timeZone: 'UTC' },
    page: { title, heading: title, kind: 'error', bodyClasses: [], number: 1, head: [] },
    preferences: { mode: 'system' },
    intro: message,
    failure: { status, id },
  } as View);
}
