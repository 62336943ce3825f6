import { join } from 'node:path';
import type { Screen, Site } from 'galley';
import { sendThemeOptions, showThemeOptions, startTheme, tryThemeOptions, undoThemeOptions } from './theme-options.ts';
import { activateTheme, showThemes } from './themes.ts';

/** The screens of themes: which there are, and how the site looks with each. */
export function addThemeScreens(site: Site): void {
  const { admin } = site;
  const screen = (path: string, title: string, more: Omit<Screen, 'path' | 'title'>): void =>
    admin.screen({ path, title, ...more });
  site.assets.folder('dashboard', join(import.meta.dirname, 'assets'));
  const options = { capability: 'edit_theme_options' };
  const menu = {
    group: 'design',
    icon: 'palette',
    searchWords: 'appearance, design, add or change the theme',
  } as const;
  screen('/themes', 'Themes', {
    capability: 'switch_themes',
    menu,
    help: 'A theme decides how the site looks, never what it says. Try one first: only you see it until you use it.',
    get: showThemes,
  });
  screen('/themes/:name', 'Theme', { ...options, get: showThemeOptions, post: sendThemeOptions });
  screen('/themes/:name/try', 'Try options of a theme', { ...options, post: tryThemeOptions });
  screen('/themes/:name/start', 'Try a theme', { ...options, post: startTheme });
  screen('/themes/:name/undo', 'Take back options of a theme', { ...options, post: undoThemeOptions });
  screen('/themes/:name/activate', 'Use theme', { capability: 'switch_themes', fresh: true, post: activateTheme });
}
