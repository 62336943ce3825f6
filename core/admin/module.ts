// Layer: admin. Knows all layers up to http.

import type { ErrorPage } from '../http/errors.ts';
import { readCookies } from '../http/session.ts';
import { attach, type Module } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import { directionOf } from '../lib/languages.ts';
import type { View } from '../theme/view.ts';
import { accentSheet, addAccent, knownAccentSheet } from './accent.ts';
import { Admin } from './admin.ts';
import './admin-hooks.ts';
import { addAppearance } from './appearance.ts';
import { addFieldRoutes } from './field-routes.ts';
import { addFind } from './find.ts';
import { addFlagsScreen } from './flags-screen.ts';
import { addCoreScreens } from './home.ts';
import { addJobRoutes } from './job-routes.ts';
import { errorWords } from './language.ts';
import { defineListViews } from './list-views.ts';
import { addLoginRoutes } from './login.ts';
import { addPasswordRoutes } from './password-pages.ts';
import { lastMode } from './preferences.ts';
import { defineSettingsHistory } from './settings-history.ts';

/** The admin: log-in, shell, screens. Early, so that plugins can register with it. */
export const adminModule: Module = {
  name: 'admin',
  start(site) {
    attach(site, 'admin', new Admin(site));
    site.errorPages.set('admin', (failure) => errorPage(site, failure));
    attach(site, 'errorWords', async (visit, status) => {
      // Where something is broken, or the store does not answer, the colour that was known will do.
      if (status < 500) await accentSheet(site).catch(() => undefined);
      return errorWords(site, visit, status);
    });
    site.i18n.readFrom(async (language) => (await site.admin.views.pageTexts()).for(language));
    site.assets.onMiss(async () => (await site.admin.views.texts()).makeScripts());
    defineListViews(site);
    defineSettingsHistory(site);
    addLoginRoutes(site);
    addPasswordRoutes(site);
    addCoreScreens(site);
    addFieldRoutes(site);
    addAppearance(site);
    addAccent(site);
    addFind(site);
    addFlagsScreen(site);
    addJobRoutes(site);
  },
};

const NO_SITE = { title: 'Galley', tagline: '', url: '', home: '/', timeZone: 'UTC' };

/** Errors that end a request before its screen: no right, no such address, something broken. */
function errorPage(
  site: Site,
  { title, message, status, id, cookie, language = 'en' }: Parameters<ErrorPage>[0],
): string | undefined {
  return site.admin.views.renderNow('failure', {
    site: { ...NO_SITE, language, direction: directionOf(language) },
    page: { title, heading: title, kind: 'error', bodyClasses: [], number: 1, head: [] },
    preferences: { mode: lastMode(readCookies(cookie)) },
    accent: knownAccentSheet(site),
    intro: message,
    failure: { status, id },
  } as View);
}
