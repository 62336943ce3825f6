import {
  GalleyError,
  isGalleyError,
  type JobInfo,
  type JobRun,
  jobProgress,
  type Reply,
  type ScreenContext,
  type Site,
} from 'galley';
import { markOf, SHEET_JOB, type SheetOrder } from './sheet-job.ts';
import { SheetMemory } from './sheet-memory.ts';
import { needTarget } from './sheet-target.ts';
import { viewerOf } from './transfer-jobs.ts';

/** The job that takes an import of rows back. */
export const UNDO_JOB = 'import-sheet-undo';

interface UndoOrder {
  target: string;
  /** The heading or the file by which its rows are known. */
  known: string;
  mark: string;
  filename: string;
}

interface UndoReport {
  trashed: number;
  left: number;
}

const STEP = 100;
const HOUR_MS = 3_600_000;
const text = { type: 'string', maxLength: 500 };

/** What an import made goes to the trash again, behind the requests. */
export function addUndo(site: Site): void {
  site.jobs.define(UNDO_JOB, {
    summary: 'Moves what rows of a file made to the trash.',
    schema: {
      type: 'object',
      required: ['target', 'known', 'mark', 'filename'],
      additionalProperties: false,
      properties: { target: text, known: text, mark: text, filename: text },
    },
    attempts: 5,
    timeoutMs: HOUR_MS,
    run: takeBack,
  });
  site.admin.screen({
    path: '/tools/jobs/:id(int)/undo',
    title: 'Move what came in new to the trash',
    capability: 'import',
    post: startUndo,
  });
}

async function startUndo(page: ScreenContext): Promise<Reply> {
  const job = await page.site.jobs.get(page.id());
  if (!job || job.userId !== page.viewer.id || !mayUndo(page, job))
    throw new GalleyError('GALLEY_JOB_UNKNOWN', page.t('This is no longer there.'));
  const { target, plan, filename } = job.data as SheetOrder;
  const order: UndoOrder = { target, known: plan.key || filename, mark: markOf(job.id), filename };
  const undo = await page.site.jobs.enqueue(UNDO_JOB, order, { userId: page.user.id, unique: order.mark });
  return page.redirect(`/tools/jobs/${undo}`);
}

/** Whether a job made something that can go to the trash. */
export function mayUndo(page: ScreenContext, { name, data, state }: JobInfo): boolean {
  if (name !== SHEET_JOB || !['done', 'failed', 'cancelled'].includes(state)) return false;
  const { dryRun, target } = data as SheetOrder;
  return !dryRun && needTarget(page.site, page.viewer, target).trash !== undefined;
}

async function takeBack(site: Site, job: JobRun): Promise<UndoReport> {
  const { target, known, mark } = job.data as UndoOrder;
  const viewer = await viewerOf(site, job);
  const { name, trash } = needTarget(site, viewer, target);
  const memory = new SheetMemory(site, name, known);
  const report: UndoReport = { trashed: 0, left: 0 };
  let after = '';
  for (;;) {
    const made = await memory.made(mark, after, STEP);
    for (const { key, id } of made) {
      job.signal.throwIfAborted();
      try {
        await site.database.transaction(async () => {
          await trash?.(id, { site, viewer });
          // So that the same file can bring it in anew.
          await memory.forget(key);
        });
        report.trashed += 1;
      } catch (error) {
        if (!isGalleyError(error) || error.status >= 500) throw error;
        report.left += 1;
      }
      after = key;
    }
    job.progress(report.trashed + report.left, 0, 'Rows');
    if (made.length < STEP) return report;
  }
}

/** What such a job is called. */
export function undoTitle(page: ScreenContext, { data }: JobInfo): string {
  return page.t('Import of {file} is taken back', { file: (data as UndoOrder).filename });
}

/** How far it is, and in the end what went to the trash. */
export function showUndo(page: ScreenContext, job: JobInfo): Promise<Reply> {
  const report = job.state === 'done' ? (job.result as UndoReport) : undefined;
  return page.view('importer/sheet-job', {
    title: undoTitle(page, job),
    breadcrumbs: [{ label: 'Tools', url: '/admin/tools' }],
    job: jobProgress(job, page),
    isWaiting: job.state === 'waiting' || job.state === 'delayed',
    cancel: `/admin/tools/jobs/${job.id}/cancel`,
    error: job.error ?? '',
    heading: page.t('What was taken back'),
    counts: report && [
      { state: { word: 'In the trash', tone: 'muted' }, count: report.trashed },
      { state: { word: 'Left as it is', tone: 'warning' }, count: report.left },
    ],
  });
}
