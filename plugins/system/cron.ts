import { type Cell, isGalleyError, type Reply, type ScreenContext, tableView } from 'galley';
import { BASE, tabs } from './tabs.ts';

const RUNS = 50;
const WORDS: Readonly<Record<string, { word: string; tone: string }>> = {
  ok: { word: 'Well', tone: 'success' },
  failed: { word: 'Failed', tone: 'danger' },
  missed: { word: 'Missed', tone: 'warning' },
  aborted: { word: 'Broken off', tone: 'warning' },
};

function outcome(status: string | null, error: string | null): Cell {
  const badge = WORDS[status ?? ''];
  return badge ? { badge, note: error ?? '' } : { text: status ?? '' };
}

const milliseconds = (page: ScreenContext, ms: number): string =>
  new Intl.NumberFormat(page.language, { style: 'unit', unit: 'millisecond' }).format(Math.round(ms));

/** The scheduled jobs and when they ran. */
export async function showCron(page: ScreenContext): Promise<Reply> {
  const jobs = await page.site.cron.list();
  const table = tableView({
    caption: 'Scheduled jobs',
    columns: [
      { key: 'name', label: 'Job' },
      { key: 'status', label: 'Last run' },
      { key: 'when', label: 'When', isMinor: true },
      { key: 'took', label: 'Took', isMinor: true, isNumber: true },
      { key: 'next', label: 'Next' },
    ],
    rows: jobs.map((job) => {
      const url = `${BASE}/cron/${encodeURIComponent(job.name)}`;
      return {
        id: job.name,
        label: job.name,
        cells: {
          name: { text: job.name, url, note: page.t(job.summary), marks: [job.schedule] },
          status: job.isRunning
            ? { badge: { word: 'Running', tone: 'info' } }
            : job.lastStatus === null
              ? { text: page.t('Never') }
              : outcome(job.lastStatus, job.lastError),
          when: job.lastRun === null ? { text: '–' } : { time: job.lastRun },
          took: { text: job.lastMs === null ? '' : milliseconds(page, job.lastMs) },
          next: { time: job.nextDue },
        },
        actions: [
          { label: 'Run now', url: `${url}/run`, isPost: true },
          { label: 'Former runs', url },
        ],
      };
    }),
    address: `${BASE}/cron`,
    empty: { title: 'No jobs', text: 'Plugins bring jobs that run by the clock.' },
  });
  return page.view('list', {
    table,
    tabs: tabs('cron'),
    intro: 'What runs by the clock. Each job runs once for the whole site, however many processes there are.',
  });
}

/** The last runs of a job. */
export async function showCronHistory(page: ScreenContext): Promise<Reply> {
  const name = page.params['name'] ?? '';
  const runs = await page.site.cron.history(name, RUNS);
  const table = tableView({
    caption: 'Former runs',
    columns: [
      { key: 'when', label: 'When' },
      { key: 'status', label: 'Outcome' },
      { key: 'took', label: 'Took', isNumber: true },
      { key: 'node', label: 'Where', isMinor: true },
    ],
    rows: runs.map((run, index) => ({
      id: String(index),
      label: new Date(run.startedAt).toISOString(),
      cells: {
        when: { time: run.startedAt },
        status: outcome(run.status, run.error),
        took: { text: milliseconds(page, run.ms) },
        node: { text: run.node },
      },
    })),
    address: `${BASE}/cron/${encodeURIComponent(name)}`,
    empty: { title: 'It has not run yet', text: 'Its runs show here.' },
  });
  return page.view('list', {
    title: page.t('Runs of {name}', { name }),
    breadcrumbs: [{ label: 'Scheduled jobs', url: `${BASE}/cron` }],
    table,
  });
}

/** Runs a job and waits for it. */
export async function runCron(page: ScreenContext): Promise<Reply> {
  const name = page.params['name'] ?? '';
  try {
    const { status, ms, error } = await page.site.cron.run(name);
    const isWell = status === 'ok';
    const text = isWell
      ? page.t('“{name}” ran in {ms} ms.', { name, ms: Math.round(ms) })
      : page.t('“{name}” failed: {error}', { name, error: error ?? status });
    return page.redirect('/system/cron', { kind: isWell ? 'success' : 'danger', text });
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_CRON_BUSY')) throw error;
    return page.redirect('/system/cron', { kind: 'warning', text: error.message });
  }
}
