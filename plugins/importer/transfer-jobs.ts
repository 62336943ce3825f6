import { createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GalleyError, isGalleyError, type JobRun, type Site, type Viewer } from 'galley';
import { markOf } from './import-made.ts';
import type { ImportReport, ReportRow } from './import-report.ts';
import { Transfers } from './transfers.ts';

/** What an import is given. */
export interface ImportOrder {
  file: string;
  filename: string;
  fetch: boolean;
  dryRun: boolean;
}

/** What stays of an import. */
export interface ImportResult {
  filename: string;
  dryRun: boolean;
  rows: ReportRow[];
  notes: { what: string; reason: string; where: string }[];
  /** How many notes were left out. */
  more: number;
}

/** What stays of an export. */
export interface ExportResult {
  file: string;
  filename: string;
  bytes: number;
  entries: number;
}

const HOURS_MS = 3_600_000;
const NOTES = 80;
const NOTE_MAX = 160;
const PHASES = { items: { label: 'Entries' }, files: { label: 'Files' }, links: { label: 'Links' } } as const;
const READING = { label: 'The file is read' };
const IMPORT_SCHEMA = {
  type: 'object',
  required: ['file', 'filename', 'fetch', 'dryRun'],
  additionalProperties: false,
  properties: {
    file: { type: 'string', maxLength: 60 },
    filename: { type: 'string', maxLength: 120 },
    fetch: { type: 'boolean' },
    dryRun: { type: 'boolean' },
  },
};

/** Importing and exporting behind the requests; both act for whoever asked, with what he may do now. */
export function defineTransferJobs(site: Site): void {
  site.jobs.define('import', {
    summary: 'Brings in an export of WordPress or Galley.',
    schema: IMPORT_SCHEMA,
    attempts: 5,
    timeoutMs: 12 * HOURS_MS,
    run: bringIn,
  });
  site.jobs.define('export', {
    summary: 'Writes the site as a file to be downloaded.',
    attempts: 3,
    timeoutMs: 6 * HOURS_MS,
    run: writeOut,
  });
  site.cron.define('transfers-tidy', {
    schedule: '17 * * * *',
    summary: 'Removes exports that were not downloaded within a day, and files that were never brought in.',
    run: (owner) => new Transfers(owner).tidy(),
  });
}

/** Whoever asked for a job, with what he may do now. @throws GALLEY_PERMISSION_DENIED when he is gone */
export async function viewerOf(site: Site, { userId }: JobRun): Promise<Viewer> {
  const user = userId === null ? undefined : await site.users.find(userId);
  if (user?.status !== 'active')
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Whoever asked for this is no longer here.');
  return site.roles.viewerFor(user);
}

async function bringIn(site: Site, job: JobRun): Promise<ImportResult> {
  const { file, filename, fetch, dryRun } = job.data as ImportOrder;
  const transfers = new Transfers(site);
  const viewer = await viewerOf(site, job);
  const { path } = await transfers.need(file, job.userId);
  job.progress(0, 0, READING.label);
  try {
    const report = await site.services.use('importer').run(
      path,
      { dryRun, fetch },
      {
        viewer,
        mark: markOf(job.id),
        signal: job.signal,
        progress: (done, total, phase) => job.progress(done, total, PHASES[phase].label),
      },
    );
    job.signal.throwIfAborted(); // What was stopped is not done: it goes on where it was.
    if (!dryRun) await transfers.remove(file);
    return resultOf(report, filename, dryRun);
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    throw new GalleyError(error.code, error.message.replaceAll(path, filename).slice(0, 400));
  }
}

function resultOf(report: ImportReport, filename: string, dryRun: boolean): ImportResult {
  const notes = report.notes.slice(0, NOTES).map(({ what, reason, where }) => ({
    what: what.slice(0, NOTE_MAX),
    reason: reason.slice(0, NOTE_MAX),
    where: where.slice(0, NOTE_MAX),
  }));
  const all = report.reasons.reduce((sum, { count }) => sum + count, 0);
  return { filename, dryRun, rows: report.rows, notes, more: Math.max(0, all - notes.length) };
}

async function writeOut(site: Site, job: JobRun): Promise<ExportResult> {
  const viewer = await viewerOf(site, job);
  const transfers = new Transfers(site);
  const day = new Date().toISOString().slice(0, 10);
  const { id, path, filename } = await transfers.place(`galley-export-${day}.xml`, viewer.id ?? 0);
  let entries = 0;
  const progress = (done: number): void => {
    entries = done;
    job.progress(done, 0, PHASES.items.label);
  };
  try {
    const source = site.services.use('importer').export({ viewer, signal: job.signal, progress });
    await pipeline(Readable.from(source), createWriteStream(`${path}.part`, { mode: 0o600 }), { signal: job.signal });
    await rename(`${path}.part`, path);
  } catch (error) {
    await transfers.remove(id);
    throw error;
  }
  return { file: id, filename, bytes: (await stat(path)).size, entries };
}
