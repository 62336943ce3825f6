// What a bench prints and keeps.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { loader } from './load.ts';

/** How thorough a run is. */
export interface BenchOptions {
  /** Smaller and shorter: to see that everything works. */
  quick: boolean;
}

/** One bench: its figures as rows of a table. */
export interface Bench {
  /** What is measured, in a line. */
  title: string;
  run(options: BenchOptions): Promise<Row[]>;
}

/** A row of a table. The first column names what was measured. */
export type Row = Record<string, string | number>;

const RESULTS = join(import.meta.dirname, 'results');

function cell(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  if (Number.isNaN(value)) return '–';
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

/** Rows as a table of text, numbers to the right. */
export function table(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const width = (column: string): number => Math.max(column.length, ...rows.map((row) => cell(row[column]).length));
  const line = (cells: (column: string) => string, isHead = false): string =>
    columns
      .map((column) => {
        const isNumber = !isHead && typeof rows[0]?.[column] === 'number';
        return isNumber ? cells(column).padStart(width(column)) : cells(column).padEnd(width(column));
      })
      .join('  ')
      .trimEnd();
  return [line((column) => column, true), ...rows.map((row) => line((column) => cell(row[column])))].join('\n');
}

/** Prints a bench's table and keeps its figures in bench/results/<name>.json. */
export function report(name: string, title: string, rows: readonly Row[]): void {
  process.stdout.write(`\n${title}\n\n${table(rows)}\n`);
  mkdirSync(RESULTS, { recursive: true });
  const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}, ${loader}`;
  const text = JSON.stringify({ name, title, date: new Date().toISOString(), machine, rows }, null, 2);
  writeFileSync(join(RESULTS, `${name}.json`), `${text}\n`);
}
