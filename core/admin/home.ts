import type { Reply } from '../http/reply.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { chartView } from './chart-view.ts';
import { ownPanels, saveHomeArrangement, showHomeArrangement } from './home-arrange.ts';
import { knownIcon } from './icons.ts';
import { saveLook } from './list-look.ts';
import { sendView } from './list-view-screen.ts';
import type { ScreenContext } from './screen-context.ts';
import { readSettingsScreen, sendSettingsScreen } from './settings-screen.ts';

async function showHome(page: ScreenContext): Promise<Reply> {
  const { site, user } = page;
  const { panels, layout } = await ownPanels(page);
  const hidden = new Set(layout.hidden);
  const widgets = panels
    .filter(({ id }) => !hidden.has(id))
    .map((widget) => ({ ...widget, icon: knownIcon(widget.icon ?? 'card-text'), chart: chartView(widget, page) }));
  return page.view('home', {
    title: page.t(greeting(Date.now(), await site.options.get<string>('timezone')), { name: user.name }),
    actions: panels.length > 0 ? [{ label: 'Arrange', url: '/admin/home', icon: 'layout-wtf' }] : [],
    widgets,
    isAllHidden: panels.length > 0 && widgets.length === 0,
    charts: widgets.flatMap(({ id, chart }) => (chart ? [{ id, ...chart, rows: undefined }] : [])),
  });
}

const GREETING_TEXTS = {
  morning: 'Good morning, {name}',
  afternoon: 'Good afternoon, {name}',
  evening: 'Good evening, {name}',
};

/** By the clock of the site. */
function greeting(now: number, timeZone: string): string {
  const hour = Number(new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone }).format(now));
  return GREETING_TEXTS[hour < 5 || hour >= 18 ? 'evening' : hour < 12 ? 'morning' : 'afternoon'];
}

/** The screens that exist with every plugin off. */
export function addCoreScreens(site: Site): void {
  site.admin.screen({
    path: '/',
    name: 'admin',
    title: 'Dashboard',
    authenticated: true,
    menu: { group: 'top', icon: 'grid-1x2', order: 1, key: 'g d' },
    help: 'What waits for you and what happened lately. Which panels stand here and in which order is yours alone to choose, with Arrange.',
    get: showHome,
  });
  site.admin.screen({
    path: '/home',
    title: 'Arrange the dashboard',
    authenticated: true,
    get: showHomeArrangement,
    post: saveHomeArrangement,
  });
  site.admin.menu.add(({ viewer }) => {
    return site.admin.settings.tabs(viewer).length > 0
      ? [
          {
            label: 'Settings',
            path: '/settings',
            group: 'system',
            icon: 'sliders',
            order: 5,
            key: 'g s',
            searchWords: 'options, preferences, title and language of the site, time zone',
          },
        ]
      : [];
  });
  site.admin.screen({ path: '/lists/look', title: 'Columns of a list', authenticated: true, post: saveLook });
  site.admin.screen({ path: '/lists/views', title: 'Views of a list', authenticated: true, post: sendView });
  site.admin.screen({ path: '/settings', title: 'Settings', authenticated: true, get: firstSettings });
  site.admin.screen({
    path: '/settings/:page',
    name: 'admin.settings',
    help: 'Nothing changes until you save. What was set before can be looked up and brought back.',
    title: 'Settings',
    authenticated: true,
    allow: ({ params, viewer }) => {
      const found = site.admin.settings.get(params['page'] ?? '');
      const none = new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is no such page of settings.');
      if (!found) throw none;
      if (!viewer.can(found.capability ?? 'manage_options')) return false;
      // What stands within the form of another page has none of its own.
      if (found.within !== undefined && site.admin.settings.get(found.within)) throw none;
      return true;
    },
    get: readSettingsScreen,
    post: sendSettingsScreen,
  });
}

function firstSettings(page: ScreenContext): Reply {
  const [first] = page.site.admin.settings.tabs(page.viewer);
  if (!first) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not open the settings.');
  return page.redirect(`/settings/${first.name}`);
}
