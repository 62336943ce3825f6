import {
  GalleyError,
  isGalleyError,
  knownObjections,
  type PluginInfo,
  type Reply,
  type Row,
  type ScreenContext,
  tableView,
} from 'galley';
import { breakerLines } from './plugin-breakers.ts';
import { type PluginFigures, pluginFigures } from './plugin-figures.ts';
import { severalOptions } from './plugin-several.ts';
import { pluginTabs, THESE_SCREENS } from './plugin-tabs.ts';

/** All plugins, how each is, and what went wrong in it. */
export async function showPlugins(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const chosen = new Set(await site.pluginChoice.active());
  const plugins = site.plugins.list().sort((a, b) => (a.title < b.title ? -1 : 1));
  const failures = await site.pluginChoice.failures();
  const waiting = plugins.filter((plugin) => chosen.has(plugin.name) !== (plugin.state !== 'inactive'));
  const figures = pluginFigures(page);
  const breakers = await site.breakers.list();
  const objections = await knownObjections(site);
  const isToldAnyway = (text: string): boolean => failures.some(({ reason }) => reason === text);
  const table = tableView({
    caption: 'Plugins',
    columns: [
      { key: 'name', label: 'Plugin' },
      { key: 'state', label: 'State' },
      { key: 'adds', label: 'Adds', isMinor: true },
      { key: 'store', label: 'Statements', isMinor: true, isNumber: true },
      { key: 'hooks', label: 'Calls of hooks', isMinor: true, isNumber: true },
      { key: 'version', label: 'Version', isMinor: true },
      { key: 'setup', label: 'Set-up', isMinor: true, isNumber: true },
    ],
    rows: plugins.map((plugin) =>
      rowOf(page, plugin, {
        isChosen: chosen.has(plugin.name),
        isRevoked: objections.some((one) => one.isRevoked && one.name === plugin.name),
        isLeftOut: breakers.some((one) => one.plugin === plugin.name),
        figures: figures(plugin.name),
      }),
    ),
    address: '/admin/plugins',
    bulk: { action: '/admin/plugins/several', options: severalOptions(page) },
    empty: { title: 'No plugins', text: 'Not even those that come with Galley were found.' },
  });
  const faults = plugins.flatMap(({ title, faults: list }) =>
    list.map((fault) => ({
      title: `${title}: ${fault.message}`,
      note: `${fault.where}${fault.count > 1 ? `, ${fault.count} times` : ''}`,
      time: fault.at,
    })),
  );
  return page.view('dashboard/plugins', {
    actions: [
      { label: 'Find what breaks the site', url: '/admin/plugins/bisect', icon: 'search' },
      ...(viewer.can('install_plugins')
        ? [{ label: 'Install a plugin', url: '/admin/plugins/install', icon: 'plus-lg', isPrimary: true }]
        : []),
    ],
    intro: 'What you switch on or off is taken over within seconds. The data of a plugin stay when you switch it off.',
    notices: [
      ...(waiting.length > 0
        ? [
            {
              kind: 'info' as const,
              text: page.t('The site is taking over: {changes}.', {
                changes: waiting
                  .map(({ name, title }) =>
                    chosen.has(name)
                      ? page.t('{plugin} on', { plugin: title })
                      : page.t('{plugin} off', { plugin: title }),
                  )
                  .join(', '),
              }),
            },
          ]
        : []),
      ...objections
        .filter(({ text }) => !isToldAnyway(text))
        .map(({ isRevoked, text }) => ({
          kind: isRevoked ? ('danger' as const) : ('warning' as const),
          text: page.t(text),
        })),
      ...failures.map(({ name, reason }) => ({
        kind: 'warning' as const,
        text: failureText(page, { name, reason, isChosen: chosen.has(name) }),
      })),
      ...site.plugins.problems.map((text) => ({ kind: 'warning' as const, text })),
    ],
    tabs: pluginTabs(page, 'installed'),
    table,
    breakers: breakerLines(page, breakers),
    faults: faults.sort((a, b) => b.time - a.time).slice(0, 30),
  });
}

function failureText(
  page: ScreenContext,
  { name, reason, isChosen }: { name: string; reason: string; isChosen: boolean },
): string {
  const facts = { plugin: page.t(page.site.plugins.get(name)?.title ?? name), reason };
  return isChosen
    ? page.t('The site did not start with the newer version of {plugin}, so it runs the one before. {reason}', facts)
    : page.t('{plugin} was switched off by the site itself. {reason}', facts);
}

function rowOf(
  page: ScreenContext,
  plugin: PluginInfo,
  facts: { isChosen: boolean; isLeftOut: boolean; isRevoked: boolean; figures: PluginFigures },
): Row {
  const { name, title, description, state, reason, version, setupMs, isFirstParty, tier, contained } = plugin;
  const isContained = tier === 'contained';
  const { isChosen, isLeftOut } = facts;
  const { adds, store, hooks } = facts.figures;
  const url = `/admin/plugins/${name}`;
  const badge = {
    active: { word: 'Active', tone: 'success' },
    inactive: { word: 'Off', tone: 'muted' },
    failed: { word: 'Failed', tone: 'danger' },
  }[state];
  return {
    id: name,
    label: page.t(title),
    isSelectable: true,
    cells: {
      name: {
        text: page.t(title),
        url,
        marks: [
          ...(isFirstParty ? [] : [page.t('from elsewhere')]),
          ...(isContained ? [page.t('contained')] : []),
          ...(isLeftOut ? [page.t('fails in a hook')] : []),
          ...(facts.isRevoked ? [page.t('revoked')] : []),
        ],
        note: page.t(description),
      },
      state: {
        badge,
        note:
          reason ??
          (isChosen === (state !== 'inactive')
            ? ''
            : isChosen
              ? page.t('is being set up')
              : page.t('is being taken out')),
      },
      adds: { text: adds },
      store: { text: store },
      hooks: { text: hooks },
      version: { text: version },
      setup: { text: state === 'active' ? `${Math.round(setupMs)} ms` : '' },
    },
    actions: [
      isChosen
        ? { label: 'Deactivate', url: `${url}/deactivate`, isPost: true }
        : { label: 'Activate', url: `${url}/activate`, isPost: true },
      ...(isLeftOut ? [{ label: 'Ask it again', url: `${url}/retry`, isPost: true }] : []),
      ...(contained
        ? [
            isContained
              ? { label: 'Trust it', url: `${url}/trust`, isPost: true }
              : { label: 'Contain it', url: `${url}/contain`, isPost: true },
          ]
        : []),
    ],
  };
}

/** Switches a plugin on or off. */
export function switchPlugin(what: 'activate' | 'deactivate'): (page: ScreenContext) => Promise<Reply> {
  return async (page) => {
    const name = page.params['name'] ?? '';
    const { title } = page.site.plugins.need(name);
    try {
      if (what === 'deactivate' && name === THESE_SCREENS)
        throw new GalleyError(
          'GALLEY_PLUGIN_INVALID',
          'These screens are that plugin. Switch it off on the command line: bin/galley plugin deactivate dashboard',
        );
      await page.site.pluginChoice[what](name);
      return page.redirect('/plugins', {
        kind: 'success',
        text:
          what === 'activate'
            ? page.t('{plugin} is switched on. The site takes it over within seconds.', { plugin: title })
            : page.t('{plugin} is switched off. The site leaves it out within seconds.', { plugin: title }),
      });
    } catch (error) {
      if (!isGalleyError(error, 'GALLEY_PLUGIN_INVALID')) throw error;
      return page.redirect('/plugins', { kind: 'warning', text: error.message });
    }
  };
}

/** Moves a plugin into the site itself, or out of it into the plugin host. */
export function movePlugin(what: 'trust' | 'contain'): (page: ScreenContext) => Promise<Reply> {
  return async (page) => {
    const name = page.params['name'] ?? '';
    const { title } = page.site.plugins.need(name);
    await page.site.pluginChoice.setTier(name, what === 'trust' ? 'trusted' : 'contained');
    return page.redirect('/plugins', {
      kind: 'success',
      text:
        what === 'trust'
          ? page.t('{plugin} is trusted: it runs with all rights of the site, within seconds.', { plugin: title })
          : page.t('{plugin} is contained: it runs with no rights but those it declares, within seconds.', {
              plugin: title,
            }),
    });
  };
}
