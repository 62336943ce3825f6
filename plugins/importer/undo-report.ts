/** Something that stays, and why. */
export interface UndoNote {
  what: string;
  /** What it is: `Posts`, `Categories`, `People`. */
  kind: string;
  reason: string;
}

/** How many of a kind go, and how many stay. */
export interface UndoRow {
  kind: string;
  gone: number;
  left: number;
}

/** What came of taking an import back, or would. */
export interface UndoReport {
  /** Whether it only tells what would happen. */
  dryRun: boolean;
  rows: UndoRow[];
  /** What stays and why, up to a bound. */
  notes: UndoNote[];
}

const NOTES = 200;
const WHAT_MAX = 160;
const REASON_MAX = 300;

/** Counts what goes and what stays, in bounded memory. */
export class UndoCount {
  readonly #rows = new Map<string, UndoRow>();
  readonly #notes: UndoNote[] = [];

  gone(kind: string): void {
    this.#row(kind).gone += 1;
  }

  left(kind: string, what: string, reason: string): void {
    this.#row(kind).left += 1;
    if (this.#notes.length < NOTES)
      this.#notes.push({ kind, what: what.slice(0, WHAT_MAX), reason: reason.slice(0, REASON_MAX) });
  }

  /** How many of all kinds were looked at. */
  get total(): number {
    return [...this.#rows.values()].reduce((sum, { gone, left }) => sum + gone + left, 0);
  }

  report(dryRun: boolean): UndoReport {
    return { dryRun, rows: [...this.#rows.values()], notes: this.#notes };
  }

  #row(kind: string): UndoRow {
    const row = this.#rows.get(kind) ?? { kind, gone: 0, left: 0 };
    this.#rows.set(kind, row);
    return row;
  }
}
