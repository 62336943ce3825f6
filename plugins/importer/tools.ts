import {
  GalleyError,
  type JobInfo,
  type JobState,
  jobProgress,
  type Reply,
  type ScreenContext,
  type Site,
  sendFile,
} from 'galley';
import { SHEET_JOB } from './sheet-job.ts';
import { sheetTitle, showSheetJob } from './sheet-screens.ts';
import type { ExportResult, ImportOrder, ImportResult } from './transfer-jobs.ts';
import { EXPORT_KEPT_MS, Transfers } from './transfers.ts';
import { showUndo, UNDO_JOB, undoOf, undoTitle } from './undo-screens.ts';

const LISTED = 50;
const SHOWN = 8;
const JOBS: readonly string[] = ['import', 'export', SHEET_JOB, UNDO_JOB];
const BASE = '/admin/tools';

/** The screens for moving in and out: whoever may do one of the two may open them. */
export function addTools(site: Site): void {
  const allow = ({ viewer }: ScreenContext): boolean => viewer.can('import') || viewer.can('export');
  site.admin.menu.add(({ viewer }) =>
    viewer.can('import') || viewer.can('export')
      ? [
          {
            label: 'Tools',
            path: '/tools',
            group: 'system',
            icon: 'tools',
            order: 30,
            searchWords: 'import, export, backup, WordPress, CSV, JSON',
          },
        ]
      : [],
  );
  site.admin.screen({
    path: '/tools',
    title: 'Tools',
    authenticated: true,
    allow,
    help: 'Bring in an export of WordPress or rows of a table, or take everything out. You see what is in a file before anything is stored, and what came in twice is there once.',
    get: showTools,
  });
  site.admin.screen({ path: '/tools/import', title: 'Import', capability: 'import', post: takeFile });
  site.admin.screen({
    path: '/tools/import/:file',
    title: 'Bring it in',
    capability: 'import',
    get: askImport,
  });
  site.admin.screen({
    path: '/tools/import/:file/run',
    title: 'Import',
    capability: 'import',
    fresh: true,
    post: startImport,
  });
  site.admin.screen({ path: '/tools/export', title: 'Export', capability: 'export', fresh: true, post: startExport });
  const job = '/tools/jobs/:id(int)';
  site.admin.screen({ path: job, title: 'Import or export', authenticated: true, allow, get: showTransfer });
  site.admin.screen({ path: `${job}/cancel`, title: 'Stop it', authenticated: true, allow, post: cancelTransfer });
  site.admin.screen({
    path: `${job}/file`,
    title: 'Download the export',
    capability: 'export',
    fresh: true,
    get: downloadExport,
  });
}

/** Moving in and out, and what was moved last. */
async function showTools(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const lists = await Promise.all(JOBS.map((name) => site.jobs.list({ name, limit: LISTED })));
  const own = lists
    .flat()
    .filter(({ userId }) => userId === viewer.id)
    .sort((a, b) => b.id - a.id)
    .slice(0, SHOWN);
  return page.view('importer/tools', {
    mayImport: viewer.can('import'),
    mayExport: viewer.can('export'),
    jobs: own.map((job) => ({
      title: titleOf(page, job),
      url: `${BASE}/jobs/${job.id}`,
      time: job.createdAt,
      job: jobProgress(job, page),
    })),
  });
}

function titleOf(page: ScreenContext, job: JobInfo): string {
  if (job.name === 'export') return page.t('Export');
  if (job.name === SHEET_JOB) return sheetTitle(page, job);
  if (job.name === UNDO_JOB) return undoTitle(page, job);
  const { filename, dryRun } = job.data as ImportOrder;
  return dryRun ? page.t('Trial of {file}', { file: filename }) : page.t('Import of {file}', { file: filename });
}

/** Keeps the file until somebody says that it is to come in. */
async function takeFile(page: ScreenContext): Promise<Reply> {
  const upload = (await page.context.files()).find(({ field, size }) => field === 'file' && size > 0);
  if (!upload)
    return page.redirect('/tools', { kind: 'warning', text: page.t('Choose the file of the export first.') });
  const { id } = await new Transfers(page.site).keep(upload, page.user.id);
  return page.redirect(`/tools/import/${id}`);
}

async function askImport(page: ScreenContext): Promise<Reply> {
  const file = await new Transfers(page.site).need(page.params['file'] ?? '', page.viewer.id);
  return page.view('importer/ask', {
    breadcrumbs: [{ label: 'Tools', url: BASE }],
    intro: 'The file is here. Nothing comes twice, however often you do it.',
    url: `${BASE}/import/${file.id}/run`,
    filename: file.filename,
    size: new Intl.NumberFormat(page.language, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 1 }).format(
      file.bytes / 1024,
    ),
  });
}

async function startImport(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const { id, filename } = await new Transfers(site).need(page.params['file'] ?? '', page.viewer.id);
  const dryRun = page.value('press') === 'try';
  const order: ImportOrder = { file: id, filename, fetch: page.value('fetch') === '1', dryRun };
  const job = await site.jobs.enqueue('import', order, { userId: page.user.id, unique: id });
  return page.redirect(`/tools/jobs/${job}`);
}

async function startExport(page: ScreenContext): Promise<Reply> {
  const job = await page.site.jobs.enqueue('export', {}, { userId: page.user.id, unique: String(page.user.id) });
  return page.redirect(`/tools/jobs/${job}`);
}

/** A job of this person. @throws GALLEY_JOB_UNKNOWN also where it is somebody else's: nobody learns that it exists */
async function needOwn(page: ScreenContext): Promise<JobInfo> {
  const job = await page.site.jobs.get(page.id());
  if (!job || job.userId !== page.viewer.id || !JOBS.includes(job.name))
    throw new GalleyError('GALLEY_JOB_UNKNOWN', page.t('This is no longer there.'));
  return job;
}

/** What kinds that are no type and no taxonomy are called. */
const KINDS: Readonly<Record<string, { label: string }>> = {
  author: { label: 'People' },
  comment: { label: 'Comments' },
  file: { label: 'Files' },
};

/** Why something did not come in, in the reader's language. Messages of errors are kept without the stop at their end. */
function reasonIn(page: ScreenContext, reason: string): string {
  const said = page.t(reason);
  return said === reason ? page.t(`${reason}.`).replace(/\.$/, '') : said;
}

function namedReport(page: ScreenContext, report: ImportResult): ImportResult {
  const { site } = page;
  const titleOfKind = (kind: string): string =>
    site.types.get(kind)?.title ?? site.taxonomies.get(kind)?.title ?? KINDS[kind]?.label ?? kind;
  return {
    ...report,
    rows: report.rows.map((row) => ({ ...row, kind: titleOfKind(row.kind) })),
    notes: report.notes.map((note) => ({ ...note, reason: reasonIn(page, note.reason) })),
  };
}

/** Where what was stopped, or failed, or was only tried can be brought in, as long as its file is there. */
async function againAt(page: ScreenContext, job: JobInfo): Promise<string> {
  const { file } = job.data as ImportOrder;
  const isOver = (['cancelled', 'failed', 'done'] satisfies JobState[]).some((state) => state === job.state);
  const isThere = isOver && (await new Transfers(page.site).need(file, page.viewer.id).catch(() => undefined));
  return isThere ? `${BASE}/import/${file}` : '';
}

/** How far it is, and in the end what came of it. */
async function showTransfer(page: ScreenContext): Promise<Reply> {
  const job = await needOwn(page);
  if (job.name === SHEET_JOB) return showSheetJob(page, job);
  if (job.name === UNDO_JOB) return showUndo(page, job);
  const isDone = job.state === 'done';
  const order = job.name === 'import' ? (job.data as ImportOrder) : undefined;
  const report = isDone && order ? (job.result as ImportResult) : undefined;
  const made = isDone && !order ? (job.result as ExportResult) : undefined;
  const isKept = made !== undefined && (job.finishedAt ?? 0) > Date.now() - EXPORT_KEPT_MS;
  return page.view('importer/transfer', {
    title: titleOf(page, job),
    breadcrumbs: [{ label: 'Tools', url: BASE }],
    job: jobProgress(job, page),
    isWaiting: (['waiting', 'delayed'] satisfies JobState[]).some((state) => state === job.state),
    cancel: `${BASE}/jobs/${job.id}/cancel`,
    error: job.error ?? '',
    report: report && namedReport(page, report),
    more: report && report.more > 0 ? page.t('and {count} more like that', { count: report.more }) : '',
    undo: await undoOf(page, job),
    again: order ? await againAt(page, job) : '',
    download: isKept ? `${BASE}/jobs/${job.id}/file` : '',
    isGone: made !== undefined && !isKept,
    made: made ? page.t('{count} entries in {file}', { count: made.entries, file: made.filename }) : '',
  });
}

async function cancelTransfer(page: ScreenContext): Promise<Reply> {
  const job = await needOwn(page);
  const isCancelled = await page.site.jobs.cancel(job.id);
  return page.redirect(
    `/tools/jobs/${job.id}`,
    isCancelled
      ? { kind: 'success', text: page.t('It stops. What has come in stays; start it again and it goes on.') }
      : { kind: 'warning', text: page.t('It had ended already.') },
  );
}

/** The export, for its owner alone. */
async function downloadExport(page: ScreenContext): Promise<Reply> {
  const job = await needOwn(page);
  if (job.name !== 'export' || job.state !== 'done' || (job.finishedAt ?? 0) <= Date.now() - EXPORT_KEPT_MS)
    throw new GalleyError('GALLEY_FILE_UNKNOWN', page.t('This export is no longer there. Make it anew.'));
  const { file } = job.result as ExportResult;
  const { path, filename } = await new Transfers(page.site).need(file, page.viewer.id);
  return sendFile(page.context, {
    file: path,
    filename,
    type: 'application/xml; charset=utf-8',
    cacheControl: 'private, no-store',
  });
}
