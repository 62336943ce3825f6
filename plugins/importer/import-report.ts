/** What became of something. `existing`: an earlier run brought it, or the site has it already. */
export type Outcome = 'imported' | 'existing' | 'skipped' | 'failed';

/** Something that did not come in as it was, and why. */
export interface ImportNote {
  outcome: 'skipped' | 'failed' | 'changed';
  kind: string;
  /** `export.xml:120`, where it stands. */
  where: string;
  what: string;
  reason: string;
}

/** How many of a kind came in, were there, were left out and failed. */
export interface ReportRow extends Record<Outcome, number> {
  kind: string;
}

/** Where something stands in the export, and what it is called. */
export interface Place {
  line: number;
  what: string;
  /** Name of the export, where it is not the one at hand. */
  file?: string;
}

/** A report as it was at a moment. */
export interface ReportMark {
  rows: ReportRow[];
  reasons: [string, number][];
  notes: number;
}

const NOTES_MAX = 200;
const WHAT_MAX = 200;

/** What an import did, in bounded memory: exact numbers, and the first notes of each kind of reason. */
export class ImportReport {
  /** Name of the export. */
  readonly file: string;
  readonly #rows = new Map<string, ReportRow>();
  readonly #reasons = new Map<string, number>();
  readonly notes: ImportNote[] = [];
  /** Whether it was stopped before its end. */
  isStopped = false;
  /** Whether nothing was stored. */
  readonly isDry: boolean;

  /** @param file name of the export, for where things stand */
  constructor(file: string, isDry = false) {
    this.file = file;
    this.isDry = isDry;
  }

  count(kind: string, outcome: Outcome, amount = 1): void {
    if (amount === 0) return;
    const row = this.#rows.get(kind) ?? { kind, imported: 0, existing: 0, skipped: 0, failed: 0 };
    row[outcome] += amount;
    this.#rows.set(kind, row);
  }

  /** What stands in it now, to go back to where something is undone and tried again. */
  mark(): ReportMark {
    const rows = this.rows.map((row) => ({ ...row }));
    return { rows, reasons: [...this.#reasons], notes: this.notes.length };
  }

  /** Forgets what was told since. */
  rewind({ rows, reasons, notes }: ReportMark): void {
    this.#rows.clear();
    for (const row of rows) this.#rows.set(row.kind, { ...row });
    this.#reasons.clear();
    for (const [reason, count] of reasons) this.#reasons.set(reason, count);
    this.notes.length = notes;
  }

  /** Counts something that was left out or failed, and says why. */
  refuse(kind: string, outcome: 'skipped' | 'failed', reason: string, place: Place): void {
    this.count(kind, outcome);
    this.note(kind, outcome, reason, place);
  }

  /** Says what was done differently, without counting. */
  note(kind: string, outcome: ImportNote['outcome'], reason: string, { line, what, file = this.file }: Place): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    if (this.notes.length >= NOTES_MAX) return;
    const where = line > 0 ? `${file}:${line}` : file;
    this.notes.push({ outcome, kind, where, what: what.slice(0, WHAT_MAX), reason: reason.replace(/\.$/, '') });
  }

  /** By kind, in the order in which they appeared. */
  get rows(): ReportRow[] {
    return [...this.#rows.values()];
  }

  /** How often each reason was given. */
  get reasons(): { reason: string; count: number }[] {
    return [...this.#reasons].map(([reason, count]) => ({ reason, count }));
  }

  /** The sum of an outcome over all kinds. */
  total(outcome: Outcome): number {
    return this.rows.reduce((sum, row) => sum + row[outcome], 0);
  }
}
