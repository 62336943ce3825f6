import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';

/** How results are printed. */
export const FORMATS = ['table', 'json', 'csv', 'yaml', 'ids', 'count'] as const;
export type Format = (typeof FORMATS)[number];

/** Rows with the fields to print, in order. */
export interface Table {
  fields: readonly string[];
  rows: readonly Readonly<Record<string, unknown>>[];
  /** The field of `--format=ids`. */
  id: string;
  /** Columns of the terminal; the widest fields are cut to fit. Not set in a pipe, where nothing is cut. */
  columns?: number | undefined;
}

// A terminal obeys these; they come from whoever wrote a title.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const WIDE = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[！-｠]/u;
const ZERO = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** The columns that text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** A value as plain text: objects as JSON, nothing as nothing. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Text for a terminal: control characters cannot act. */
export function plain(text: string): string {
  return text.replace(/\r?\n/g, ' ').replace(CONTROL, '·');
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

const GAP = 2;
const NARROWEST = 12;

/** Takes from the widest column until all fit, but never below what is of use. */
function fit(widths: readonly number[], columns: number): number[] {
  const fitted = [...widths];
  for (;;) {
    const total = fitted.reduce((sum, width) => sum + width + GAP, -GAP);
    const widest = Math.max(...fitted);
    if (total <= columns || widest <= NARROWEST) return fitted;
    fitted[fitted.indexOf(widest)] = Math.max(NARROWEST, widest - (total - columns));
  }
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (widthOf(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function asTable({ fields, rows, columns }: Table): string {
  const cells = rows.map((row) => fields.map((field) => plain(textOf(row[field]))));
  const natural = fields.map((field, index) =>
    Math.max(widthOf(field), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  const widths = columns === undefined ? natural : fit(natural, columns);
  const cell = (text: string, index: number): string => padded(cut(text, widths[index] ?? 0), widths[index] ?? 0);
  const line = (row: readonly string[]): string => row.map(cell).join(' '.repeat(GAP)).trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join(' '.repeat(GAP));
  return `${[line(fields), rule, ...cells.map(line)].join('\n')}\n`;
}

function csvCell(value: unknown): string {
  const text = textOf(value);
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180. Raw: programs read it; what people open in a spreadsheet is exported in the admin. */
function asCsv({ fields, rows }: Table): string {
  const lines = [fields, ...rows.map((row) => fields.map((field) => row[field]))];
  return `${lines.map((line) => line.map(csvCell).join(',')).join('\n')}\n`;
}

function picked({ fields, rows }: Table): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(fields.map((field) => [field, row[field] ?? null])));
}

/** Any value as YAML. */
export async function asYaml(value: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(value);
}

/** Any value as JSON for people: indented. */
export function asJson(value: unknown): string {
  return `${JSON.stringify(value ?? null, undefined, 2)}\n`;
}

/** Prints a table in a format. */
export async function formatTable(table: Table, format: Format): Promise<string> {
  switch (format) {
    case 'table':
      return table.rows.length === 0 ? '' : asTable(table);
    case 'json':
      return asJson(picked(table));
    case 'yaml':
      return asYaml(picked(table));
    case 'csv':
      return asCsv(table);
    case 'ids':
      return `${table.rows.map((row) => textOf(row[table.id] ?? row[table.fields[0] ?? ''])).join(' ')}\n`;
    case 'count':
      return `${table.rows.length}\n`;
  }
}

/**
 * The fields that `--fields` or `--field` asks for.
 * @throws GALLEY_COMMAND_USAGE for a field that no row has
 */
export function chooseFields(
  asked: readonly string[] | undefined,
  rows: readonly object[],
  usual?: readonly string[],
): string[] {
  const known = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (!asked) return [...(usual ?? Object.keys(rows[0] ?? {}))];
  const unknown = rows.length === 0 ? undefined : asked.find((field) => !known.includes(field));
  if (unknown === undefined) return [...asked];
  const hint = didYouMean(unknown, known);
  throw new GalleyError('GALLEY_COMMAND_USAGE', `There is no field "${unknown}".${hint} Fields: ${known.join(', ')}.`);
}
