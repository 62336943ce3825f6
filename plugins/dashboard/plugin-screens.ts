import type { Screen, ScreenContext, Site } from 'galley';
import {
  askToDelete,
  deletePlugin,
  putAgain,
  rollBackPlugin,
  switchAutoUpdate,
  updatePlugin,
  updateSeveral,
  verifyPlugin,
} from './plugin-acts.ts';
import { answerBisect, showBisect } from './plugin-bisect.ts';
import { retryPlugin } from './plugin-breakers.ts';
import { agreeToChange, cancelChange, deleteWithData, showChange } from './plugin-change.ts';
import { lookAtOffers, showFind, showOffer } from './plugin-find.ts';
import { showInstall, takePlugin } from './plugin-install.ts';
import { definePluginJob } from './plugin-job.ts';
import { showPlugin } from './plugin-page.ts';
import { askForRight, changeRight } from './plugin-rights.ts';
import { actOnSeveral } from './plugin-several.ts';
import { lookForUpdates, showUpdates } from './plugin-updates.ts';
import { movePlugin, showPlugins, switchPlugin } from './plugins.ts';

const CHANGES = ['install_plugins', 'update_plugins', 'delete_plugins'];

/** The screens of plugins. Whatever changes them is a job, which asks again what the person may. */
export function addPluginScreens(site: Site): void {
  const screen = (path: string, title: string, more: Omit<Screen, 'path' | 'title'>): void =>
    site.admin.screen({ path, title, ...more });
  definePluginJob(site);
  const menu = {
    group: 'system',
    icon: 'plug',
    order: 20,
    searchWords: 'add, install, upload or update a plugin, extensions, add-ons',
  } as const;
  const activate = { capability: 'activate_plugins', fresh: true } as const;
  const install = { capability: 'install_plugins', fresh: true } as const;
  const update = { capability: 'update_plugins', fresh: true } as const;
  const remove = { capability: 'delete_plugins', fresh: true } as const;
  screen('/plugins', 'Plugins', {
    capability: 'activate_plugins',
    menu,
    help: 'Contained plugins can do only what they were granted; trusted ones can do all that the site can. One that fails is switched off by itself, with its reason, and the site goes on.',
    get: showPlugins,
  });
  screen('/plugins/install', 'Install a plugin', { ...install, get: showInstall, post: takePlugin });
  screen('/plugins/several', 'Plugins', { ...activate, post: actOnSeveral });
  screen('/plugins/find', 'Find plugins', {
    capability: 'install_plugins',
    query: ['search', 'page'],
    help: 'What the registry offers that is set for this site. What you choose is fetched and shown first, with all that it asks for.',
    get: showFind,
  });
  screen('/plugins/find/look', 'Find plugins', { ...install, post: lookAtOffers });
  screen('/plugins/find/:name', 'Find plugins', { capability: 'install_plugins', get: showOffer });
  screen('/plugins/updates', 'Updates of plugins', { capability: 'update_plugins', get: showUpdates });
  screen('/plugins/updates/look', 'Updates of plugins', { ...update, post: lookForUpdates });
  screen('/plugins/updates/all', 'Updates of plugins', { ...update, post: updateSeveral });

  screen('/plugins/bisect', 'Find what breaks the site', { ...activate, get: showBisect, post: answerBisect });

  const change = '/plugins/changes/:id(int)';
  const allow = ({ viewer }: ScreenContext): boolean => CHANGES.some((capability) => viewer.can(capability));
  const own = { authenticated: true, allow } as const;
  screen(change, 'A change of plugins', { ...own, get: showChange });
  screen(`${change}/cancel`, 'Stop it', { ...own, fresh: true, post: cancelChange });
  screen(`${change}/agree`, 'A change of plugins', { ...own, fresh: true, post: agreeToChange });
  screen(`${change}/delete`, 'Delete a plugin', { ...remove, post: deleteWithData });

  const one = '/plugins/:name';
  screen(one, 'Plugin', { capability: 'activate_plugins', get: showPlugin });
  for (const what of ['activate', 'deactivate'] as const)
    screen(`${one}/${what}`, 'Plugins', { ...activate, post: switchPlugin(what) });
  screen(`${one}/rights`, 'Rights of a plugin', {
    ...activate,
    query: ['right'],
    get: askForRight,
    post: changeRight,
  });
  screen(`${one}/retry`, 'Plugins', { ...activate, post: retryPlugin });
  for (const what of ['trust', 'contain'] as const)
    screen(`${one}/${what}`, 'Plugins', { ...activate, post: movePlugin(what) });
  screen(`${one}/update`, 'Plugins', { ...update, post: updatePlugin });
  screen(`${one}/again`, 'Plugins', { ...update, post: putAgain });
  screen(`${one}/rollback`, 'Plugins', { ...update, post: rollBackPlugin });
  screen(`${one}/auto-update`, 'Plugins', { ...update, post: switchAutoUpdate });
  screen(`${one}/verify`, 'Plugins', { ...update, post: verifyPlugin });
  screen(`${one}/delete`, 'Delete a plugin', { ...remove, get: askToDelete, post: deletePlugin });
}
