/** The screens of this plugin, for the tabs on each. */
const SCREEN_LABELS = [
  ['queue', 'Queue'],
  ['cron', 'Scheduled jobs'],
  ['cache', 'Cache'],
  ['queries', 'Queries'],
  ['logs', 'Logs'],
  ['information', 'Information'],
] as const;

/** Address of a screen of this plugin. */
export const BASE = '/admin/system';

/** The tabs, with the one that is open. */
export function tabs(current: (typeof SCREEN_LABELS)[number][0]): { label: string; url: string; current: boolean }[] {
  return SCREEN_LABELS.map(([name, label]) => ({ label, url: `${BASE}/${name}`, current: name === current }));
}
