// Keeps the latest figures in bench/README.md: a table for each bench, between two marks.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { cell, type Row } from './table.ts';

const FILE = join(import.meta.dirname, 'README.md');
const HEAD = `# Benches

\`npm run bench\` measures everything; \`npm run bench -- --only=pages\` a part, \`--quick\` only looks whether it works. What
is compared runs in turns within one run. The large sites are made once, into \`.cache/bench\`. The tables below are written
by the runs themselves.

Long ones run by name only: \`npm run bench -- faults --rounds=20\` (as root, with the packages of infra/local and faketime)
and \`npm run bench -- soak --minutes=20\`.

CPU is that of the server and of the database together. It and the ratios hold on a busy machine too, though a busy one
makes each instruction dearer; requests a second and latencies hold on an idle one only.

\`--only=peers\` compares with nginx and WordPress where they are installed; on Debian:
\`apt-get install nginx wordpress wordpress-theme-twentytwentythree php-fpm php-mysql php-xml\`.
`;

/** One run of a bench, as it is to be shown. */
export interface Run {
  name: string;
  title: string;
  machine: string;
  rows: readonly Row[];
  /** Whether `<name>.svg` shows them. */
  hasChart: boolean;
  /** Whether it runs by its name only. */
  isLong: boolean;
}

/** How busy the machine is besides. */
function business(): string {
  const [minute = 0] = loadavg();
  const cores = availableParallelism();
  const isBusy = minute > cores * 1.5;
  return isBusy ? `busy: a load of ${minute.toFixed(0)} on ${cores} cores` : 'idle but for this';
}

function markdown(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const isNumber = (column: string): boolean => rows.some((row) => typeof row[column] === 'number');
  return [
    line(columns),
    line(columns.map((column) => (isNumber(column) ? '--:' : '---'))),
    ...rows.map((row) => line(columns.map((column) => cell(row[column])))),
  ].join('\n');
}

/** Puts the table of a run in the place of the one before. */
export function keepInReadme({ name, title, machine, rows, hasChart, isLong }: Run): void {
  const known = existsSync(FILE) ? readFileSync(FILE, 'utf8') : HEAD;
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const date = new Date().toISOString().slice(0, 10);
  const facts = `${date}, ${machine}, ${business()}. Again: \`npm run bench -- ${isLong ? '' : '--only='}${name}\`.`;
  const chart = hasChart ? `![The same as a chart](${name}.svg)\n\n` : '';
  const section = `${open}\n\n## ${title}\n\n${facts}\n\n${chart}${markdown(rows)}\n\n${close}`;
  const from = known.indexOf(open);
  const to = known.indexOf(close);
  const text =
    from < 0 || to < 0
      ? `${known.trimEnd()}\n\n${section}\n`
      : known.slice(0, from) + section + known.slice(to + close.length);
  writeFileSync(FILE, text);
}
