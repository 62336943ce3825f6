import { type Cell, isGalleyError, type Reply, type ScreenContext, stream, tableView } from 'galley';

/** The scheduled jobs and when they ran. */
export async function showCron(page: ScreenContext): Promise<Reply> {
  const jobs = await page.site.cron.list();
  const badges: Record<string, Cell> = {
    ok: { badge: { word: 'Well', tone: 'success' } },
    failed: { badge: { word: 'Failed', tone: 'danger' } },
    missed: { badge: { word: 'Missed', tone: 'warning' } },
  };
  const table = tableView({
    caption: 'Scheduled jobs',
    columns: [
      { key: 'name', label: 'Job' },
      { key: 'status', label: 'Last run' },
      { key: 'when', label: 'When', isMinor: true },
      { key: 'took', label: 'Took', isMinor: true, isNumber: true },
      { key: 'next', label: 'Next' },
    ],
    rows: jobs.map((job) => ({
      id: job.name,
      label: job.name,
      cells: {
        name: { text: job.name, note: job.summary, marks: [job.schedule] },
        status: job.isRunning
          ? { badge: { word: 'Running', tone: 'info' } }
          : { ...(badges[job.lastStatus ?? ''] ?? { text: job.lastStatus ?? 'Never' }), note: job.lastError ?? '' },
        when: job.lastRun === null ? { text: '–' } : { time: job.lastRun },
        took: { text: job.lastMs === null ? '' : `${job.lastMs} ms` },
        next: { time: job.nextDue },
      },
      actions: [{ label: 'Run now', url: `/admin/cron/${encodeURIComponent(job.name)}/run`, isPost: true }],
    })),
    address: '/admin/cron',
    empty: { title: 'No jobs', text: 'Plugins bring jobs that run by the clock.' },
  });
  return page.view('list', {
    table,
    intro: 'What runs by the clock. Each job runs once for the whole site, however many processes there are.',
  });
}

/** Runs a job and waits for it. */
export async function runCron(page: ScreenContext): Promise<Reply> {
  const name = page.params['name'] ?? '';
  try {
    const { status, ms, error } = await page.site.cron.run(name);
    const isWell = status === 'ok';
    const text = isWell ? `“${name}” ran in ${ms} ms.` : `“${name}” failed: ${error ?? status}`;
    return page.redirect('/cron', { kind: isWell ? 'success' : 'danger', text });
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_CRON_BUSY')) throw error;
    return page.redirect('/cron', { kind: 'warning', text: error.message });
  }
}

/** Moving in and out. */
export function showTools(page: ScreenContext): Promise<Reply> {
  const importer = page.site.services.find('importer');
  return page.view('dashboard/tools', {
    mayImport: importer !== undefined && page.viewer.can('import'),
    mayExport: importer !== undefined && page.viewer.can('export'),
  });
}

/** Brings a WordPress export in, or tells what would come in. */
export async function runImport(page: ScreenContext): Promise<Reply> {
  const { context, site, viewer } = page;
  const importer = site.services.use('importer');
  const file = (await context.files()).find(({ field, size }) => field === 'file' && size > 0);
  if (!file) return page.redirect('/tools', { kind: 'warning', text: 'Choose the file of the export first.' });
  const dryRun = page.value('dry') === '1';
  try {
    const report = await importer.run(
      file.path,
      { dryRun, fetch: page.value('fetch') === '1' },
      { viewer, signal: context.signal },
    );
    return page.view('dashboard/import-report', {
      title: dryRun ? 'What would come in' : 'What came in',
      breadcrumbs: [{ label: 'Tools', url: '/admin/tools' }],
      file: file.filename,
      dryRun,
      rows: report.rows,
      notes: report.notes.slice(0, 100),
    });
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    const text = error.message.replaceAll(file.path, file.filename).slice(0, 400);
    return page.redirect('/tools', { kind: 'danger', text });
  }
}

/** The whole site as a file that WordPress and Galley take. */
export function runExport(page: ScreenContext): Reply {
  const { site, viewer } = page;
  const day = new Date().toISOString().slice(0, 10);
  const source = site.services.use('importer').export({ viewer });
  return stream(source, 'application/xml; charset=utf-8', {
    headers: {
      'content-disposition': `attachment; filename="galley-${day}.xml"`,
      'cache-control': 'private, no-store',
    },
  });
}
