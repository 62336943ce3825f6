// Figures as a picture: bars on a logarithmic scale, grouped, with each value as text beside its bar.
import { escapeHtml } from '../core/lib/escape.ts';
import { cell, type Row } from './table.ts';

/** Which columns of the rows are drawn. */
export interface Chart {
  /** Rows with the same value here stand together under it. */
  group: string;
  /** The name of a bar. */
  label: string;
  /** The figure. Must be above 0 to be drawn. */
  value: string;
}

const WIDTH = 820;
const LEFT = 300;
const RIGHT = 80;
const BAR = 16;
const LINE = 22;
const HEAD = 40;
const TITLE = 30;

const STYLE = `text{font:13px system-ui,sans-serif;fill:#1f2933}.group{font-weight:600}.bar{fill:#7b8794}.own{fill:#0b6e4f}
@media(prefers-color-scheme:dark){text{fill:#e4e7eb}.bar{fill:#8a96a3}.own{fill:#3fbf8f}}`;

function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${x}" y="${y}"${attributes}>${escapeHtml(words)}</text>`;
}

/** A chart as SVG. Bars whose name begins with "Galley" stand out. */
export function drawChart(title: string, { group, label, value }: Chart, rows: readonly Row[]): string {
  const drawn = rows.filter((row) => Number(row[value]) > 0);
  const logs = drawn.map((row) => Math.log10(Number(row[value])));
  const [low, high] = [Math.min(...logs) - 0.3, Math.max(...logs)];
  const lengthOf = (log: number): number => ((log - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const parts: string[] = [];
  let y = TITLE;
  for (const [name, members = []] of Object.entries(Object.groupBy(drawn, (row) => String(row[group])))) {
    y += HEAD;
    parts.push(text(0, y - 12, `${name}: ${value}`, ' class="group"'));
    for (const row of members) {
      const length = lengthOf(Math.log10(Number(row[value])));
      const kind = String(row[label]).startsWith('Galley') ? 'own' : 'bar';
      parts.push(text(LEFT - 8, y + 12, String(row[label]), ' text-anchor="end"'));
      parts.push(
        `<rect class="${kind}" x="${LEFT}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"></rect>`,
      );
      parts.push(text(LEFT + length + 6, y + 12, cell(row[value])));
      y += LINE;
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 10}" role="img" aria-label="${escapeHtml(title)}">
<style>${STYLE}</style>
${text(0, 18, 'The scale is logarithmic; shorter is better.')}
${parts.join('\n')}
</svg>
`;
}
