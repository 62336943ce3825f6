// What a bench prints and keeps.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type Chart, drawChart } from './chart.ts';
import { loader } from './load.ts';
import { keepInReadme } from './readme.ts';
import { type Row, table } from './table.ts';

export type { Row } from './table.ts';

/** How thorough a run is. */
export interface BenchOptions {
  /** Smaller and shorter: to see that everything works. */
  quick: boolean;
  /** What was told to this bench alone, such as `--rounds=20`. */
  given?: Readonly<Record<string, string | undefined>>;
  /** Leaves what was started running, to look at. */
  keep?: boolean;
}

/** One bench: its figures as rows of a table. */
export interface Bench {
  /** What is measured, in a line. */
  title: string;
  /** What its chart shows, if it has one. */
  chart?: Chart;
  run(options: BenchOptions): Promise<Row[]>;
}

const RESULTS = join(import.meta.dirname, 'results');

/** Prints a bench's table and keeps its figures, in bench/results/<name>.json and, of a whole run, in the README with its chart. */
export function report(
  name: string,
  { title, chart }: Bench,
  rows: readonly Row[],
  { quick, isLong }: BenchOptions & { isLong: boolean },
): void {
  process.stdout.write(`\n${title}\n\n${table(rows)}\n`);
  mkdirSync(RESULTS, { recursive: true });
  const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}, ${loader}`;
  const text = JSON.stringify({ name, title, date: new Date().toISOString(), machine, rows }, null, 2);
  writeFileSync(join(RESULTS, `${name}.json`), `${text}\n`);
  if (quick) return;
  if (chart) writeFileSync(join(import.meta.dirname, `${name}.svg`), drawChart(title, chart, rows));
  keepInReadme({ name, title, machine, rows, hasChart: chart !== undefined, isLong });
}
