import { type Reply, type ScreenContext, tableView } from 'galley';
import { BASE, tabs } from './tabs.ts';

const SHOWN = 200;
const LEVELS = ['warn', 'error', 'fatal'] as const;
const WORDS: Readonly<Record<string, { word: string; tone: string }>> = {
  warn: { word: 'Warning', tone: 'warning' },
  error: { word: 'Error', tone: 'danger' },
  fatal: { word: 'Fatal', tone: 'danger' },
};

/** The latest warnings and errors of this process, as they were redacted when they were written. */
export function showLogs(page: ScreenContext): Promise<Reply> {
  const [level, owner, search] = [page.text('level'), page.text('owner'), page.text('search').trim().slice(0, 100)];
  const all = page.site.log.recent.list();
  const needle = search.toLowerCase();
  const entries = all.filter(
    (entry) =>
      (level === '' || entry.level === level) &&
      (owner === '' || entry.owner === owner) &&
      `${entry.message} ${entry.error ?? ''}`.toLowerCase().includes(needle),
  );
  const owners = [...new Set(all.map((entry) => entry.owner))].sort();
  const any = { value: '', label: 'All', selected: false };
  const option = (value: string, label: string, chosen: string) => ({ value, label, selected: value === chosen });
  const table = tableView({
    caption: 'Log',
    columns: [
      { key: 'message', label: 'Message' },
      { key: 'level', label: 'Level' },
      { key: 'owner', label: 'Part', isMinor: true },
      { key: 'time', label: 'When' },
    ],
    rows: entries.slice(0, SHOWN).map((entry, index) => ({
      id: String(index),
      label: entry.message,
      cells: {
        message: { text: entry.message, note: entry.error ?? '' },
        level: WORDS[entry.level] ? { badge: WORDS[entry.level] } : { text: entry.level },
        owner: { text: entry.owner },
        time: { time: Date.parse(entry.time) },
      },
    })),
    search: { action: `${BASE}/logs`, label: 'Find in the log', value: search },
    selects: [
      {
        name: 'level',
        label: 'Level',
        options: [any, ...LEVELS.map((name) => option(name, WORDS[name]?.word ?? name, level))],
      },
      { name: 'owner', label: 'Part', options: [any, ...owners.map((name) => option(name, name, owner))] },
    ],
    total: { count: entries.length, isMore: false },
    address: `${BASE}/logs`,
    empty: { title: 'Nothing to worry about', text: 'No warning or error like that since the start.' },
  });
  return page.view('list', {
    table,
    tabs: tabs('logs'),
    intro: 'The latest warnings and errors of this process. Everything else stands in the log itself.',
  });
}
