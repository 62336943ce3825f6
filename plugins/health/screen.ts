import { release } from 'node:os';
import type { Reply, ScreenContext } from 'galley';

const STATUS_TEXTS = {
  ok: 'All is well.',
  degraded: 'The site serves, with less than it should have.',
  down: 'A part of the site does not work.',
};

/** What the checks that come with Galley are called; those of plugins have their own names. */
const CHECK_TITLES: Readonly<Record<string, string>> = {
  store: 'Store',
  cache: 'Cache',
  cron: 'Scheduled work',
  plugins: 'Plugins',
  registry: 'Registry of plugins',
  users: 'Users',
  mail: 'Mail',
  environment: 'Environment',
  jobs: 'Jobs',
  'scheduled-jobs': 'Schedule',
};

/** What a check is called for people. */
export const checkTitle = (name: string): string =>
  (Object.hasOwn(CHECK_TITLES, name) ? CHECK_TITLES[name] : undefined) ?? name;

/** How the site is, part by part, and what it runs on. */
export async function showHealth(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const [report, problems] = await Promise.all([site.health.report(), site.database.check()]);
  const words = {
    ok: { word: 'Well', tone: 'success' },
    degraded: { word: 'With less', tone: 'warning' },
    down: { word: 'Down', tone: 'danger' },
  };
  const failed = site.plugins.list().filter(({ state, faults }) => state === 'failed' || faults.length > 0);
  return page.view('health/health', {
    intro: STATUS_TEXTS[report.status],
    checks: Object.entries(report.checks).map(([name, { status, message, ms }]) => ({
      name: checkTitle(name),
      message,
      ms,
      badge: words[status],
    })),
    problems: problems.map(({ severity, table, message }) => ({
      message: table ? `${table}: ${message}` : message,
      badge: severity === 'error' ? { word: 'Put right', tone: 'danger' } : { word: 'Better', tone: 'warning' },
    })),
    failed: failed.map(({ title, reason, faults }) => ({ title, note: reason ?? faults[0]?.message ?? '' })),
    recent: site.log.recent.list().slice(0, 20),
    facts: await facts(page),
  });
}

async function facts(page: ScreenContext): Promise<{ label: string; value: string }[]> {
  const { site } = page;
  const { hits, misses, redis, backend } = site.cache.stats();
  const asked = hits + misses;
  const minutes = Math.round(process.uptime() / 60);
  const megabytes = Math.round(process.memoryUsage().rss / 1024 / 1024);
  return [
    { label: 'Environment', value: site.config.environment.name },
    { label: 'Node', value: `${process.version}, ${process.platform} ${release()}` },
    { label: 'Memory of this process', value: `${megabytes} MB` },
    { label: 'Running since', value: page.t('{count} minutes', { count: minutes }, { one: 'One minute' }) },
    { label: 'Store', value: site.database.dialect.name === 'mysql' ? page.t('MariaDB or MySQL') : 'SQLite' },
    { label: 'Cache', value: `${backend}${redis === 'off' ? '' : `, Redis: ${redis}`}` },
    { label: 'Answered from the cache', value: asked === 0 ? '–' : `${Math.round((hits / asked) * 100)} %` },
    { label: 'Requests now', value: String(site.http.inFlight) },
    { label: 'Event loop late by', value: `${Math.round(site.http.lagMs)} ms` },
    { label: 'Theme', value: (await site.themes.active()).theme.manifest.title },
  ];
}
