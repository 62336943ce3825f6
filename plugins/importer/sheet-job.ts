import { GalleyError, isGalleyError, type JobRun, type Site } from 'galley';
import { markOf } from './import-made.ts';
import { CHANGES_SCHEMA } from './sheet-changes.ts';
import { runSheet, type SheetReport, sheetContext } from './sheet-import.ts';
import type { SheetPlan } from './sheet-map.ts';
import { readSheet } from './sheet-reader.ts';
import { needTarget } from './sheet-target.ts';
import { viewerOf } from './transfer-jobs.ts';
import { Transfers } from './transfers.ts';

const STEP = { label: 'Rows' };

/** The job that brings in rows. */
export const SHEET_JOB = 'import-sheet';

/** What it is given. */
export interface SheetOrder {
  file: string;
  filename: string;
  target: string;
  plan: SheetPlan;
  dryRun: boolean;
  /** Of whoever asked, in whose words the file may be. */
  language: string;
}

const HOUR_MS = 3_600_000;
const TOLD_EVERY = 25;
const text = (maxLength: number) => ({ type: 'string', maxLength });
const SCHEMA = {
  type: 'object',
  required: ['file', 'filename', 'target', 'plan', 'dryRun', 'language'],
  additionalProperties: false,
  properties: {
    file: text(60),
    filename: text(120),
    target: text(120),
    language: text(40),
    dryRun: { type: 'boolean' },
    plan: {
      type: 'object',
      required: ['map', 'key'],
      additionalProperties: false,
      properties: { map: { type: 'object', additionalProperties: text(120) }, key: text(500), changes: CHANGES_SCHEMA },
    },
  },
};

/** Bringing in rows behind the requests, for whoever asked, with what he may do now. */
export function defineSheetJob(site: Site): void {
  site.jobs.define(SHEET_JOB, {
    summary: 'Brings in rows of an Excel, CSV, JSON or XML file.',
    schema: SCHEMA,
    attempts: 5,
    timeoutMs: 12 * HOUR_MS,
    run: bringIn,
  });
}

async function bringIn(site: Site, job: JobRun): Promise<SheetReport> {
  const { file, filename, target, plan, dryRun, language } = job.data as SheetOrder;
  const transfers = new Transfers(site);
  const viewer = await viewerOf(site, job);
  if (!viewer.can('import')) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not import.');
  const { path } = await transfers.need(file, job.userId);
  try {
    let total = 0;
    // Read to its end before anything is stored: half a file is none.
    for await (const _ of readSheet(path)) total += 1;
    let done = 0;
    const report = await runSheet(needTarget(site, viewer, target), await sheetContext(site, viewer, [language]), {
      path,
      filename,
      plan,
      dryRun,
      mark: markOf(job.id),
      signal: job.signal,
      told: () => {
        done += 1;
        if (done % TOLD_EVERY === 0 || done === total) job.progress(done, total, STEP.label);
      },
    });
    job.signal.throwIfAborted(); // What was stopped is not done: it goes on where it was.
    if (!dryRun) await transfers.remove(file);
    return report;
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    throw new GalleyError(error.code, error.message.replaceAll(path, filename).slice(0, 400));
  }
}
