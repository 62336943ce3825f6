import {
  autoUpdated,
  isLocal,
  knownObjections,
  type LockedPlugin,
  type PluginInfo,
  parseSource,
  type Reply,
  reasonsOf,
  type ScreenContext,
} from 'galley';
import { pluginFigures } from './plugin-figures.ts';
import { packagesOf } from './plugin-order.ts';
import { rightsOf } from './plugin-rights.ts';

const STATES = {
  active: { word: 'Active', tone: 'success' },
  inactive: { word: 'Off', tone: 'muted' },
  failed: { word: 'Failed', tone: 'danger' },
} as const;

/** One plugin: what it is and may, where it came from, and what can be done with it. */
export async function showPlugin(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const plugin = site.plugins.need(page.params['name'] ?? '');
  const { name, title, description, state, reason = '', faults } = plugin;
  const locked = (await site.pluginChanges.lock.read())[name];
  const isChosen = (await site.pluginChoice.active()).includes(name);
  const isOwn = !plugin.isFirstParty;
  return page.view('dashboard/plugin', {
    title: page.t(title),
    ...(description ? { intro: page.t(description) } : {}),
    breadcrumbs: [{ label: 'Plugins', url: '/admin/plugins' }],
    stylesheets: [await site.assets.url('dashboard-merge', 'plugins.css')],
    url: `/admin/plugins/${name}`,
    badge: STATES[state],
    reason,
    isChosen,
    facts: factsOf(page, plugin),
    reasons: await whyOf(page, name),
    notices: (await knownObjections(site))
      .filter((one) => one.name === name)
      .map(({ isRevoked, text }) => ({
        kind: isRevoked ? ('danger' as const) : ('warning' as const),
        text: page.t(text),
      })),
    capabilities: await rightsOf(page, plugin),
    isOwn,
    origin: locked && originOf(page, locked),
    updates: isOwn && viewer.can('update_plugins') ? await updatesOf(page, name, locked) : undefined,
    mayDelete: isOwn && viewer.can('delete_plugins'),
    faults,
  });
}

function factsOf(page: ScreenContext, { name, version, tier, requires, setupMs, state }: PluginInfo): object[] {
  const { adds, store, hooks } = pluginFigures(page)(name);
  const rows = [
    { label: 'Version', text: version },
    { label: 'Runs', text: page.t(tier === 'contained' ? 'in the plugin host, contained' : 'in the site itself') },
    { label: 'Requires', text: requires.join(', ') },
    { label: 'Adds', text: adds },
    { label: 'Statements', text: store },
    { label: 'Calls of hooks', text: hooks },
    { label: 'Set-up', text: state === 'active' ? `${Math.round(setupMs)} ms` : '' },
  ];
  return rows.filter(({ text }) => text !== '');
}

/** Why it is there, as the command line says it too. */
async function whyOf(page: ScreenContext, name: string): Promise<object[]> {
  const { plugins } = page.site;
  return (await reasonsOf(page.site, name)).map(({ by, status, reason }) => ({
    title: by === '' ? '' : page.t(plugins.get(by)?.title ?? by),
    url: by === '' ? '' : `/admin/plugins/${by}`,
    isOff: by !== '' && status === 'inactive',
    reason: page.t(reason),
  }));
}

function originOf(page: ScreenContext, { source, owner, key, sha512, packages }: LockedPlugin): object[] {
  const brings = packagesOf(packages);
  return [
    { label: 'Came from', text: source },
    { label: 'Publisher', text: owner || page.t('Nobody is named') },
    { label: 'Signed with', text: key ?? page.t('It is not signed') },
    { label: 'Digest', text: sha512 },
    ...(brings === '' ? [] : [{ label: 'npm packages', text: brings }]),
  ];
}

/** What can be done about its version. */
async function updatesOf(page: ScreenContext, name: string, locked: LockedPlugin | undefined): Promise<object> {
  const { site } = page;
  const former = await site.pluginChanges.former(name);
  return {
    isKnown: locked !== undefined,
    isLocal: locked !== undefined && isLocal(parseSource(locked.source)),
    isAuto: (await autoUpdated(site)).includes(name),
    former,
    outgrown: former && former.outgrown.length > 0 ? former.outgrown.join(', ') : '',
  };
}
