import {
  GalleyError,
  type Notice,
  type RegistryLine,
  type Reply,
  type ScreenContext,
  type TableView,
  tableView,
  withParameters,
} from 'galley';
import { capabilityViews } from './capability-words.ts';
import { order } from './plugin-install.ts';
import { pluginTabs } from './plugin-tabs.ts';

const FIND = '/admin/plugins/find';
/** As many as somebody reads what they ask for: all of a page can be looked at together. */
const PER_PAGE = 20;
const SHOWN_RELEASES = 20;
/** Seconds for which the list of a registry counts that is elsewhere. */
const FRESH = 60;

/** What the registry offers. */
export async function showFind(page: ScreenContext): Promise<Reply> {
  const { registry } = page.site.config.plugins;
  if (registry === '') return list(page, tableWithout(NO_REGISTRY), []);
  try {
    const search = page.text('search').trim();
    const found = await linesOf(page, search);
    return list(page, tableOf(page, found, search), [], registry);
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error;
    return list(page, tableWithout(UNREADABLE), [{ kind: 'danger', text: page.t(error.message) }], registry);
  }
}

function list(page: ScreenContext, table: TableView, notices: readonly Notice[], registry = ''): Promise<Reply> {
  return page.view('list', {
    tabs: pluginTabs(page, 'find'),
    notices,
    ...(registry === '' ? {} : { intro: page.t('What {registry} offers.', { registry: placeOf(registry) }) }),
    table,
  });
}

/** Where a registry is, without what may be a secret in its address. */
function placeOf(registry: string): string {
  if (!URL.canParse(registry)) return registry;
  const { host, pathname } = new URL(registry);
  return `${host}${pathname.replace(/\/+$/, '')}`;
}

async function linesOf({ site }: ScreenContext, search: string): Promise<RegistryLine[]> {
  const words = search.split(/\s+/).filter(Boolean);
  const ask = async (): Promise<RegistryLine[]> => (await site.pluginChanges.registry()).search(words);
  const { registry } = site.config.plugins;
  // Another machine is not asked again for each page that somebody turns.
  if (registry.startsWith('/')) return ask();
  return site.cache.remember(`registry:${registry}:${words.join(' ').toLowerCase()}`, { ttl: FRESH }, ask);
}

const columns = [
  { key: 'name', label: 'Plugin' },
  { key: 'version', label: 'Newest' },
  { key: 'owner', label: 'Publisher', isMinor: true },
  { key: 'installed', label: 'Installed' },
];

/** A table that says why it has no rows. */
function tableWithout(empty: TableView['empty']): TableView {
  return tableView({ caption: 'Plugins of the registry', columns, rows: [], address: FIND, empty });
}

const NO_REGISTRY: TableView['empty'] = {
  title: 'No registry is set',
  text: 'A registry is a folder or an address with plugins that sites find by name. Set plugins.registry (GALLEY_PLUGINS_REGISTRY) to one, and what it offers is listed here. Plugins can be installed from files and addresses without it.',
  action: { label: 'Install a plugin', url: '/admin/plugins/install' },
};

const UNREADABLE: TableView['empty'] = {
  title: 'The registry cannot be read',
  text: 'Nothing of the site depends on it. Look again later, or see whether plugins.registry leads to the right place.',
  action: { label: 'Look again', url: FIND },
};

function tableOf(page: ScreenContext, found: readonly RegistryLine[], search: string): TableView {
  const at = Math.max(1, Number.parseInt(page.text('page'), 10) || 1);
  const lines = found.slice((at - 1) * PER_PAGE, at * PER_PAGE);
  const to = (number: number): string => withParameters(FIND, { search, page: number > 1 ? String(number) : '' });
  const isLast = at * PER_PAGE >= found.length;
  return tableView({
    caption: 'Plugins of the registry',
    columns,
    rows: lines.map((line) => rowOf(page, line)),
    address: withParameters(FIND, { search }),
    search: { action: FIND, label: 'Find plugins', value: search },
    total: { count: found.length, isMore: false },
    paging: { ...(at > 1 ? { newer: to(at - 1) } : {}), ...(isLast ? {} : { older: to(at + 1) }) },
    ...(page.viewer.can('install_plugins')
      ? { bulk: { action: `${FIND}/look`, options: [{ value: 'look', label: 'Look at them' }] } }
      : {}),
    empty:
      search === ''
        ? { title: 'The registry is empty', text: 'Nobody has published a plugin there.' }
        : {
            title: 'Nothing fits',
            text: 'No plugin of the registry has all these words in its name or description.',
            action: { label: 'All plugins', url: FIND },
          },
  });
}

function rowOf({ site }: ScreenContext, { name, title, description, owner, version }: RegistryLine) {
  const installed = site.plugins.get(name);
  return {
    id: name,
    label: title,
    isSelectable: installed === undefined,
    cells: {
      name: { text: title, url: `${FIND}/${name}`, note: description },
      version: { text: version },
      owner: { text: owner },
      installed: installed ? { text: installed.version, url: `/admin/plugins/${name}` } : { text: '' },
    },
  };
}

async function needOffer({ site, params }: ScreenContext) {
  const { name = '' } = params;
  const found = await (await site.pluginChanges.registry()).offer(name);
  if (found) return found;
  throw new GalleyError('GALLEY_PLUGIN_UNKNOWN', `The registry has no plugin "${name}".`);
}

/** One plugin of the registry: who publishes it, and what each of its versions asks for. */
export async function showOffer(page: ScreenContext): Promise<Reply> {
  const { name, title, description, owner, releases } = await needOffer(page);
  const installed = page.site.plugins.get(name);
  const newest = releases.find(({ refusal }) => refusal === undefined) ?? releases[0];
  return page.view('dashboard/plugin-offer', {
    title,
    ...(description ? { intro: description } : {}),
    breadcrumbs: [
      { label: 'Plugins', url: '/admin/plugins' },
      { label: 'Find plugins', url: FIND },
    ],
    stylesheets: [await page.site.assets.url('dashboard-merge', 'plugins.css')],
    name,
    owner,
    newest: newest && {
      ...newest,
      refusal: page.t(newest.refusal ?? ''),
      time: Date.parse(newest.released),
      asks: capabilityViews(page, newest.capabilities),
      needs: newest.requires.join(', '),
    },
    installed: installed?.version ?? '',
    installedUrl: installed ? `/admin/plugins/${name}` : '',
    mayInstall:
      page.viewer.can('install_plugins') &&
      installed === undefined &&
      newest !== undefined &&
      newest.refusal === undefined,
    look: `${FIND}/look`,
    releases: releases.slice(0, SHOWN_RELEASES).map(({ version, released, key, engine, size, refusal = '' }) => ({
      version,
      refusal: page.t(refusal),
      time: Date.parse(released),
      engine,
      isSigned: key !== undefined,
      size: Math.max(1, Math.round(size / 1024)),
    })),
    more: Math.max(0, releases.length - SHOWN_RELEASES),
  });
}

/** Has what was chosen looked at: all of it is shown before anything is installed. */
export async function lookAtOffers(page: ScreenContext): Promise<Reply> {
  const names = (page.values.get('ids') ?? []).slice(0, PER_PAGE);
  if (names.length === 0)
    return page.redirect('/plugins/find', { kind: 'info', text: page.t('Choose what you want to look at.') });
  return order(page, { act: 'look', wishes: names.map((name) => ({ source: { kind: 'registry', name, range: '' } })) });
}
