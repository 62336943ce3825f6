import { type Reply, type ScreenContext, tableView } from 'galley';
import { order } from './plugin-install.ts';
import { PLUGIN_JOB, type PluginOrder, type PluginResult } from './plugin-order.ts';
import { pluginTabs } from './plugin-tabs.ts';
import { saidWords } from './plugin-words.ts';

const LOOKED_THROUGH = 50;

/** The plugins of which there is a newer version, as the last look found them. */
export async function showUpdates(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const jobs = await site.jobs.list({ name: PLUGIN_JOB, state: 'done', limit: LOOKED_THROUGH });
  const last = jobs.find(({ data }) => (data as PluginOrder).act === 'outdated');
  const found = last ? ((last.result as PluginResult).outdated ?? []) : [];
  // What was updated or deleted since then is not shown any more.
  const lines = found.filter(({ name, current }) => site.plugins.get(name)?.version === current);
  const table = tableView({
    caption: 'Updates of plugins',
    columns: [
      { key: 'name', label: 'Plugin' },
      { key: 'current', label: 'Version' },
      { key: 'minor', label: 'Newest without breaks', isMinor: true },
      { key: 'latest', label: 'Newest' },
    ],
    rows: lines.map(({ name, current, minor, latest, notes }) => ({
      id: name,
      label: page.t(site.plugins.get(name)?.title ?? name),
      isSelectable: latest !== '',
      cells: {
        name: {
          text: page.t(site.plugins.get(name)?.title ?? name),
          url: `/admin/plugins/${name}`,
          note: saidWords(page, notes.join(' ')),
        },
        current: { text: current },
        minor: { text: minor },
        latest: { text: latest },
      },
      actions: latest === '' ? [] : [{ label: 'Look at it', url: `/admin/plugins/${name}/update`, isPost: true }],
    })),
    address: '/admin/plugins/updates',
    bulk: {
      action: '/admin/plugins/updates/all',
      options: [
        { value: 'look', label: 'Look at them' },
        { value: 'minor', label: 'Only those without breaks' },
      ],
    },
    empty: last
      ? { title: 'All is current', text: 'No installed plugin has a newer version where it came from.' }
      : { title: 'Nobody has looked yet', text: 'Where the plugins came from is asked when you press the button.' },
  });
  const newer = lines.filter(({ latest }) => latest !== '');
  return page.view('dashboard/plugin-updates', {
    tabs: pluginTabs(page, 'updates'),
    intro: 'Before anything is changed you see what each version asks for and who it comes from.',
    table,
    at: last?.finishedAt ?? 0,
    names: newer.map(({ name }) => name),
    minors: newer.filter(({ minor }) => minor !== '').map(({ name }) => name),
  });
}

/** Asks where the plugins came from. */
export async function lookForUpdates(page: ScreenContext): Promise<Reply> {
  return order(page, { act: 'outdated' });
}
