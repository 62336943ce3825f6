import { GalleyError, type JobInfo, type JobRun, jobProgress, type Reply, type ScreenContext, type Site } from 'galley';
import { markOf } from './import-made.ts';
import { SHEET_JOB } from './sheet-job.ts';
import { viewerOf } from './transfer-jobs.ts';
import { undoImport } from './undo.ts';
import type { UndoReport } from './undo-report.ts';

/** The job that takes an import back, or tells what would go. */
export const UNDO_JOB = 'import-undo';

interface UndoOrder {
  /** The job that brought in what is taken back. */
  job: number;
  filename: string;
  dryRun: boolean;
}

const HOUR_MS = 3_600_000;
const TOLD_EVERY = 25;
const BASE = '/admin/tools/jobs';
const STEP = { label: 'Things' };

/** What an import made goes to the trash again, behind the requests; what would go is shown before. */
export function addUndo(site: Site): void {
  site.jobs.define(UNDO_JOB, {
    summary: 'Moves what an import made to the trash, or tells what would go.',
    schema: {
      type: 'object',
      required: ['job', 'filename', 'dryRun'],
      additionalProperties: false,
      properties: {
        job: { type: 'integer', minimum: 1 },
        filename: { type: 'string', maxLength: 500 },
        dryRun: { type: 'boolean' },
      },
    },
    attempts: 5,
    timeoutMs: 12 * HOUR_MS,
    run: takeBack,
  });
  site.admin.screen({
    path: '/tools/jobs/:id(int)/undo',
    title: 'Take an import back',
    capability: 'import',
    fresh: true,
    post: startUndo,
  });
}

async function startUndo(page: ScreenContext): Promise<Reply> {
  const job = await page.site.jobs.get(page.id());
  if (!job || job.userId !== page.viewer.id || !(await undoOf(page, job)))
    throw new GalleyError('GALLEY_JOB_UNKNOWN', page.t('This is no longer there.'));
  const { filename } = job.data as { filename: string };
  const dryRun = page.value('press') !== 'do';
  const order: UndoOrder = { job: job.id, filename, dryRun };
  const undo = await page.site.jobs.enqueue(UNDO_JOB, order, {
    userId: page.user.id,
    unique: `${markOf(job.id)}:${dryRun}`,
  });
  return page.redirect(`/tools/jobs/${undo}`);
}

/** The address that takes back what a job made; empty where it made nothing that is still known. */
export async function undoOf({ site }: ScreenContext, { id, name, data, state }: JobInfo): Promise<string> {
  const isImport = name === SHEET_JOB || name === 'import';
  if (!isImport || !['done', 'failed', 'cancelled'].includes(state)) return '';
  if ((data as { dryRun: boolean }).dryRun) return '';
  return (await site.services.use('importer').made.has(markOf(id))) ? `${BASE}/${id}/undo` : '';
}

async function takeBack(site: Site, job: JobRun): Promise<UndoReport> {
  const order = job.data as UndoOrder;
  const viewer = await viewerOf(site, job);
  return undoImport(site, {
    run: markOf(order.job),
    viewer,
    dryRun: order.dryRun,
    signal: job.signal,
    progress: (done) => {
      if (done % TOLD_EVERY === 0) job.progress(done, 0, STEP.label);
    },
  });
}

/** What such a job is called. */
export function undoTitle(page: ScreenContext, { data }: JobInfo): string {
  const { filename, dryRun } = data as UndoOrder;
  return dryRun
    ? page.t('What would go of the import of {file}', { file: filename })
    : page.t('Import of {file} is taken back', { file: filename });
}

/** How far it is, and in the end what went to the trash and what stays. */
export async function showUndo(page: ScreenContext, job: JobInfo): Promise<Reply> {
  const order = job.data as UndoOrder;
  const report = job.state === 'done' ? (job.result as UndoReport) : undefined;
  const left = report?.rows.reduce((sum, row) => sum + row.left, 0) ?? 0;
  const gone = report?.rows.reduce((sum, row) => sum + row.gone, 0) ?? 0;
  const more = left - (report?.notes.length ?? 0);
  const source = order.dryRun && gone > 0 ? await page.site.jobs.get(order.job) : undefined;
  return page.view('importer/undo', {
    title: undoTitle(page, job),
    breadcrumbs: [
      { label: 'Tools', url: '/admin/tools' },
      { label: page.t('Import of {file}', { file: order.filename }), url: `${BASE}/${order.job}` },
    ],
    job: jobProgress(job, page),
    isWaiting: job.state === 'waiting' || job.state === 'delayed',
    cancel: `${BASE}/${job.id}/cancel`,
    error: job.error ?? '',
    report,
    left,
    more: more > 0 ? page.t('and {count} more like that', { count: more }) : '',
    undo: source && source.userId === page.viewer.id ? await undoOf(page, source) : '',
  });
}
