import {
  GalleyError,
  isGalleyError,
  type JobInfo,
  jobProgress,
  type Reply,
  type ScreenContext,
  type Site,
  withParameters,
} from 'galley';
import { changesOf, columnsOf, dateForms } from './sheet-columns.ts';
import { runSheet, type SheetOutcome, type SheetReport, type SheetResult, sheetContext } from './sheet-import.ts';
import { SHEET_JOB, type SheetOrder } from './sheet-job.ts';
import { guessKey, guessMap, type SheetPlan } from './sheet-map.ts';
import { headingsOf, isSheet, readSheet } from './sheet-reader.ts';
import { needTarget, type SheetContext, type SheetTarget, targetsOf } from './sheet-target.ts';
import { type Transfer, Transfers } from './transfers.ts';
import { undoOf } from './undo-screens.ts';

const BASE = '/admin/tools/sheets';
const PREVIEWED = 8;
const OUTCOMES: Record<SheetOutcome, { word: string; tone: string }> = {
  new: { word: 'New', tone: 'success' },
  changed: { word: 'Changed', tone: 'info' },
  same: { word: 'As it is', tone: 'muted' },
  left: { word: 'Left out', tone: 'warning' },
};

/** The screens that bring in rows of CSV, JSON and XML. */
export function addSheetScreens(site: Site): void {
  const capability = 'import';
  const one = '/tools/sheets/:file';
  site.admin.screen({ path: '/tools/sheets', title: 'Bring in rows', capability, post: takeSheet });
  site.admin.screen({
    path: one,
    title: 'Bring in rows',
    capability,
    query: ['to', 'from'],
    get: askSheet,
    post: askSheet,
  });
  site.admin.screen({ path: `${one}/run`, title: 'Bring in rows', capability, fresh: true, post: startSheet });
}

/** Keeps the file until somebody says what its columns are. */
async function takeSheet(page: ScreenContext): Promise<Reply> {
  const upload = (await page.context.files()).find(({ field, size }) => field === 'file' && size > 0);
  if (!upload || !(isSheet(upload.filename) || /\.xml$/i.test(upload.filename)))
    return page.redirect('/tools', {
      kind: 'warning',
      text: page.t('Choose a file of Excel, CSV, JSON or XML first.'),
    });
  try {
    await headingsOf(upload.path);
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    return page.redirect('/tools', { kind: 'warning', text: page.t(error.message) });
  }
  const { id } = await new Transfers(page.site).keep(upload, page.user.id);
  return page.redirect(`/tools/sheets/${id}`);
}

interface Sheet {
  file: Transfer;
  headings: string[];
  samples: Record<string, unknown>;
  target: SheetTarget;
  context: SheetContext;
}

/** The file with what its rows are to become: as it was chosen, or what most of its headings fit. */
async function readSheetOf(page: ScreenContext): Promise<Sheet> {
  const { site, viewer } = page;
  const file = await new Transfers(site).need(page.params['file'] ?? '', viewer.id);
  const context = await sheetContext(site, viewer, [page.language]);
  const headings = await headingsOf(file.path);
  const asked = page.value('to') || page.text('to');
  const target = asked ? needTarget(site, viewer, asked) : guessTarget(site, file, headings, context);
  if (!target) throw new GalleyError('GALLEY_PERMISSION_DENIED', page.t('There is nothing that you may bring in.'));
  let samples: Record<string, unknown> = {};
  for await (const { cells } of readSheet(file.path)) {
    samples = cells;
    break;
  }
  return { file, headings, samples, target, context };
}

/** Exports of our lists bear the name of what is in them; else the target wins that most headings fit. */
function guessTarget(
  site: Site,
  { filename }: Transfer,
  headings: readonly string[],
  context: SheetContext,
): SheetTarget | undefined {
  const all = targetsOf(site, context.viewer);
  const named = filename.replace(/-\d{4}-\d\d-\d\d\.\w+$/, '').replace(/\.\w+$/, '');
  const known = all.find(({ name }) => name.split(':').at(-1) === (named === 'people' ? 'users' : named));
  if (known) return known;
  const fits = all.map((target) => Object.keys(guessMap(headings, target, context)).length);
  return all[fits.indexOf(Math.max(...fits))];
}

/** What was chosen in the form, or what is guessed where nothing was sent yet for this target. */
function planOf(page: ScreenContext, { headings, target, context }: Sheet): SheetPlan {
  if (!page.values.has('map.0')) {
    const map = guessMap(headings, target, context);
    return { map, key: guessKey(map, target) };
  }
  const known = new Set(target.fields.map(({ name }) => name));
  const pairs = headings.map((heading, at) => [heading, page.value(`map.${at}`)] as const);
  const map = Object.fromEntries(pairs.filter(([, field]) => known.has(field)));
  const key = headings[Number(page.value('key') || Number.NaN)] ?? '';
  return { map, key, changes: changesOf(page, headings) };
}

/** What was chosen for a trial that somebody comes back from. */
async function triedPlan(page: ScreenContext, file: string): Promise<SheetPlan | undefined> {
  const from = page.values.size === 0 ? Number(page.text('from')) : 0;
  const job = from > 0 && Number.isSafeInteger(from) ? await page.site.jobs.get(from) : undefined;
  const order = job?.name === SHEET_JOB && job.userId === page.user.id ? (job.data as SheetOrder) : undefined;
  return order?.file === file ? order.plan : undefined;
}

/** Which column is what, and what the first rows would become. */
async function askSheet(page: ScreenContext): Promise<Reply> {
  const sheet = await readSheetOf(page);
  const { file, headings, samples, target, context } = sheet;
  const plan = (await triedPlan(page, file.id)) ?? planOf(page, sheet);
  const rows: SheetResult[] = [];
  const told = (result: SheetResult): void => void rows.push(result);
  const trial = { path: file.path, filename: file.filename, plan, dryRun: true, limit: PREVIEWED, told };
  await runSheet(target, context, trial);
  return page.view('importer/sheet', {
    breadcrumbs: [{ label: 'Tools', url: '/admin/tools' }],
    intro: 'Say what each column is. Nothing is stored before you have seen what would happen.',
    stylesheets: [await page.site.assets.url('importer', 'sheet.css')],
    filename: file.filename,
    url: `${BASE}/${file.id}`,
    to: target.name,
    targets: targetsOf(page.site, page.viewer).map(({ name, title }) => ({
      value: name,
      label: page.t(title),
      selected: name === target.name,
    })),
    columns: columnsOf(page, { headings, samples, fields: target.fields, plan }),
    dateForms,
    hasKey: plan.key !== '',
    rows: rows.map(shownRow),
  });
}

const shownRow = ({ outcome, changes, ...row }: SheetResult) => ({
  ...row,
  state: OUTCOMES[outcome],
  changes: changes.join(', '),
});

async function startSheet(page: ScreenContext): Promise<Reply> {
  const sheet = await readSheetOf(page);
  const plan = planOf(page, sheet);
  const { file, target } = sheet;
  if (Object.keys(plan.map).length === 0)
    return page.redirect(withParameters(`${BASE}/${file.id}`, { to: target.name }), {
      kind: 'warning',
      text: page.t('Say of at least one column what it is.'),
    });
  const order: SheetOrder = {
    file: file.id,
    filename: file.filename,
    target: target.name,
    plan,
    dryRun: page.value('press') === 'try',
    language: page.language,
  };
  const job = await page.site.jobs.enqueue(SHEET_JOB, order, { userId: page.user.id, unique: file.id });
  return page.redirect(`/tools/jobs/${job}`);
}

/** What a job that brings in rows is called. */
export function sheetTitle(page: ScreenContext, { data }: JobInfo): string {
  const { filename, dryRun } = data as SheetOrder;
  return dryRun ? page.t('Trial of {file}', { file: filename }) : page.t('Import of {file}', { file: filename });
}

/** How far it is, and in the end what came of each row that did not come in. */
export async function showSheetJob(page: ScreenContext, job: JobInfo): Promise<Reply> {
  const order = job.data as SheetOrder;
  const report = job.state === 'done' ? (job.result as SheetReport) : undefined;
  const { rows } = report ?? {};
  const all = Object.values(report?.counts ?? {}).reduce((sum, count) => sum + count, 0);
  const more = report ? (rows ? all - rows.length : report.counts.left - report.notes.length) : 0;
  return page.view('importer/sheet-job', {
    title: sheetTitle(page, job),
    breadcrumbs: [{ label: 'Tools', url: '/admin/tools' }],
    job: jobProgress(job, page),
    isWaiting: job.state === 'waiting' || job.state === 'delayed',
    cancel: `/admin/tools/jobs/${job.id}/cancel`,
    error: job.error ?? '',
    heading: order.dryRun ? page.t('What would come in') : page.t('What came in'),
    counts:
      report &&
      (Object.keys(OUTCOMES) as SheetOutcome[]).map((name) => ({
        state: OUTCOMES[name],
        count: report.counts[name],
      })),
    rows: rows?.map(shownRow),
    notes: rows ? [] : (report?.notes ?? []),
    more: more > 0 ? page.t('and {count} more like that', { count: more }) : '',
    undo: await undoOf(page, job),
    again:
      report && order.dryRun ? withParameters(`${BASE}/${order.file}`, { to: order.target, from: String(job.id) }) : '',
  });
}
