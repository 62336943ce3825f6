import { isGalleyError, type Site, type Viewer } from 'galley';
import { fingerprintOf } from './import-store.ts';
import { changeCells } from './sheet-changes.ts';
import type { SheetPlan } from './sheet-map.ts';
import { SheetMemory } from './sheet-memory.ts';
import { readSheet, type SheetRow } from './sheet-reader.ts';
import type { SheetContext, SheetSaved, SheetTarget, SheetValues } from './sheet-target.ts';
import { textOf } from './sheet-values.ts';

/** What a row came to. */
export type SheetOutcome = SheetSaved['outcome'] | 'left';

/** A row with what came of it. */
export interface SheetResult {
  line: number;
  outcome: SheetOutcome;
  /** What it is called. */
  what: string;
  /** Why it was left out. */
  reason: string;
  /** What of it changes, by the labels of the fields. */
  changes: readonly string[];
}

/** What came of a file. */
export interface SheetReport {
  counts: Record<SheetOutcome, number>;
  /** What was left out and why, up to a bound. */
  notes: Pick<SheetResult, 'line' | 'what' | 'reason'>[];
  /** Of a trial: each of the first rows. */
  rows?: SheetResult[];
  isStopped: boolean;
}

/** How a file is brought in. */
export interface SheetRun {
  path: string;
  /** What the file is called, by which rows without a key are known again. */
  filename: string;
  plan: SheetPlan;
  /** Stores nothing, and tells what would happen: each row is saved and taken back. */
  dryRun: boolean;
  /** Names the run, so that what it made can be taken back. */
  mark?: string;
  signal?: AbortSignal;
  /** Stops after so many rows. */
  limit?: number;
  told?(result: SheetResult): void;
}

const NOTES = 200;
const ROWS = 500;
const WORDS_MAX = 160;
const REASON_MAX = 300;

/** Thrown to take back what was only tried. */
class TakenBack extends Error {}

/** For whom rows come in, and in which languages their words may be. */
export async function sheetContext(
  site: Site,
  viewer: Viewer,
  languages: readonly string[] = [],
): Promise<SheetContext> {
  const [texts, zone, language] = await Promise.all([
    site.admin.views.texts(),
    site.options.get<string>('timezone'),
    site.options.get<string>('language'),
  ]);
  const all = [...new Set([language, ...languages])].map((name) => texts.for(name));
  const reader = texts.for(languages[0] ?? 'en');
  const t: SheetContext['t'] = (text, values = {}) => reader.translate(text, values);
  return { site, viewer, zone, t, words: (text) => [...new Set([text, ...all.map((one) => one.translate(text))])] };
}

/** Brings rows in, each in a transaction of its own: whatever stops it, what has come in is whole, and it can be run again. */
export function runSheet(target: SheetTarget, context: SheetContext, run: SheetRun): Promise<SheetReport> {
  const work = (): Promise<SheetReport> => bringAll(target, context, run);
  const { made } = context.site.services.use('importer');
  return run.mark === undefined || run.dryRun ? work() : made.remember(run.mark, work);
}

async function bringAll(target: SheetTarget, context: SheetContext, run: SheetRun): Promise<SheetReport> {
  const report: SheetReport = { counts: { new: 0, changed: 0, same: 0, left: 0 }, notes: [], isStopped: false };
  const memory = new SheetMemory(context.site, target.name, run.plan.key || run.filename);
  if (run.dryRun) report.rows = [];
  let count = 0;
  for await (const row of readSheet(run.path)) {
    if (run.signal?.aborted) return { ...report, isStopped: true };
    if (count === run.limit) break;
    count += 1;
    const result = await bringIn(target, context, { run, row, memory });
    report.counts[result.outcome] += 1;
    if (result.outcome === 'left' && report.notes.length < NOTES)
      report.notes.push({ line: result.line, what: result.what, reason: result.reason });
    if (report.rows && report.rows.length < ROWS) report.rows.push(result);
    run.told?.(result);
  }
  return report;
}

interface Input {
  run: SheetRun;
  row: SheetRow;
  memory: SheetMemory;
}

async function bringIn(target: SheetTarget, context: SheetContext, input: Input): Promise<SheetResult> {
  const { run, row } = input;
  let values: SheetValues = valuesOf(row.cells, run.plan);
  let saved: SheetSaved | undefined;
  try {
    const cells = changeCells(row.cells, run.plan.changes ?? {}, context);
    values = valuesOf(cells, run.plan);
    await context.site.database.transaction(async () => {
      saved = await saveRow(target, context, { values, cells, ...input });
      if (run.dryRun) throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) {
      if (!isGalleyError(error) || error.status >= 500) throw error;
      return {
        line: row.line,
        outcome: 'left',
        what: nameOf(values),
        reason: context.t(error.message).slice(0, REASON_MAX),
        changes: [],
      };
    }
  }
  const { outcome = 'same', name = '', fields = [] } = saved ?? {};
  const changes = outcome === 'changed' ? labelsOf(target, fields).map((label) => context.t(label)) : [];
  return { line: row.line, outcome, what: name, reason: '', changes };
}

const labelsOf = (target: SheetTarget, names: readonly string[]): string[] =>
  names.flatMap((name) => target.fields.find((field) => field.name === name)?.label ?? []);

function valuesOf(cells: SheetRow['cells'], { map }: SheetPlan): SheetValues {
  return Object.fromEntries(
    Object.entries(map).flatMap(([heading, field]) => (cells[heading] === undefined ? [] : [[field, cells[heading]]])),
  );
}

async function saveRow(
  target: SheetTarget,
  context: SheetContext,
  { values, cells, run: { plan, mark }, row, memory }: Input & { values: SheetValues; cells: SheetRow['cells'] },
): Promise<SheetSaved> {
  const given = plan.key ? textOf(cells[plan.key]).trim() : '';
  // A row without a key is known again by its place and all that stands in it.
  const key = given || fingerprintOf('row', String(row.line), JSON.stringify(row.cells));
  const field = target.fields.find(({ name, isKey }) => isKey && name === plan.map[plan.key]);
  const direct = field && given ? await target.find(field.name, given, context) : undefined;
  const kept = direct === undefined ? await memory.find(key) : undefined;
  const id = direct ?? (kept !== undefined && (await target.has(kept, context)) ? kept : undefined);
  const saved = await target.save(values, id, context);
  if (direct === undefined && saved.id !== kept)
    await memory.keep(key, saved.id, saved.outcome === 'new' ? mark : undefined);
  return saved;
}

const nameOf = (values: SheetValues): string =>
  textOf(values['title'] ?? values['name'] ?? values['login'] ?? values['id']).slice(0, WORDS_MAX);
