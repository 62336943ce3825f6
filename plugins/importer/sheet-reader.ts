import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { GalleyError } from 'galley';
import { splitObjects } from './json-objects.ts';
import { readXlsx } from './xlsx-rows.ts';
import { XmlRows } from './xml-rows.ts';

/** A row of a file, with what stands in it under each heading. */
export interface SheetRow {
  /** The line that it ends on, or its number in a file of JSON. */
  line: number;
  cells: Record<string, unknown>;
}

const PROBE_BYTES = 65_536;
const RECORD_MAX = 16 * 1024 * 1024;
/** What `csvLine` puts an apostrophe before, so that no spreadsheet runs it. */
const GUARDED = /^'(?=[=+\-@\t\r])/;
const DELIMITERS = [',', ';', '\t', '|'];

/** Whether a file of this name is read as rows; XML may be a whole site as well. */
export const isSheet = (filename: string): boolean => /\.(csv|tsv|txt|json|jsonl|ndjson|xlsx)$/i.test(filename);

/**
 * The rows of a CSV, JSON, XML or Excel file, one after the other, so that memory holds one only. CSV has its headings in the first
 * line; commas, semicolons, tabs and bars are told apart. JSON is a list of objects, or one object on each line.
 * XML has rows in its outermost element, the cells of which are elements or attributes. Of a
 * workbook it is the first sheet, with its headings in the first row.
 * @throws GALLEY_INPUT_INVALID with the line where the file cannot be read
 */
export async function* readSheet(path: string): AsyncGenerator<SheetRow> {
  if (await isZip(path)) return yield* readWorkbook(path);
  const probe = await readProbe(path);
  const first = probe.text.trimStart()[0];
  if (first === '<') yield* readXml(path, probe.encoding);
  else if (first === '[' || first === '{') yield* readJson(path, probe.encoding);
  else yield* readCsv(path, probe);
}

/** The headings of a file, from its first rows. */
export async function headingsOf(path: string, rows = 50): Promise<string[]> {
  const found = new Set<string>();
  let count = 0;
  for await (const { cells } of readSheet(path)) {
    for (const name of Object.keys(cells)) found.add(name);
    count += 1;
    if (count >= rows) break;
  }
  return [...found];
}

interface Probe {
  text: string;
  encoding: string;
}

/** Spreadsheets still write Windows-1252: what is no UTF-8 is read as that. */
async function readProbe(path: string): Promise<Probe> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(PROBE_BYTES), position: 0 });
    const bytes = buffer.subarray(0, bytesRead);
    for (const encoding of ['utf-8', 'utf-16le', 'windows-1252']) {
      const isMarked = bytes[0] === 0xff && bytes[1] === 0xfe;
      if ((encoding === 'utf-16le') !== isMarked) continue;
      try {
        return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true }), encoding };
      } catch {}
    }
    throw new GalleyError('GALLEY_INPUT_INVALID', 'This is no file of text.');
  } finally {
    await file.close();
  }
}

async function* textOf(path: string, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(path)) yield decoder.decode(chunk as Buffer, { stream: true });
  const rest = decoder.decode();
  if (rest) yield rest;
}

async function* readJson(path: string, encoding: string): AsyncGenerator<SheetRow> {
  let line = 0;
  for await (const text of splitObjects(textOf(path, encoding), RECORD_MAX)) {
    line += 1;
    let cells: unknown;
    try {
      cells = JSON.parse(text);
    } catch (error) {
      throw new GalleyError('GALLEY_INPUT_INVALID', `Object ${line} of the file is no JSON.`, { cause: error });
    }
    yield { line, cells: cells as Record<string, unknown> };
  }
}

async function isZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(4), position: 0 });
    return buffer.toString('latin1') === 'PK\u0003\u0004';
  } finally {
    await file.close();
  }
}

async function* readWorkbook(path: string): AsyncGenerator<SheetRow> {
  let headings: string[] | undefined;
  for await (const { line, cells } of readXlsx(path)) {
    const texts = Array.from(cells, (cell = '') => cell);
    if (headings) yield { line, cells: Object.fromEntries(headings.map((name, at) => [name, texts[at] ?? ''])) };
    headings ??= distinct(texts);
  }
}

async function* readXml(path: string, encoding: string): AsyncGenerator<SheetRow> {
  const rows = new XmlRows(RECORD_MAX);
  for await (const text of textOf(path, encoding)) yield* rows.write(text);
  rows.end();
}

async function* readCsv(path: string, { text, encoding }: Probe): AsyncGenerator<SheetRow> {
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(text),
    columns: distinct,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: RECORD_MAX,
  });
  const source = Readable.from(textOf(path, encoding));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: Record<string, string>;
      info: { lines: number };
    }>)
      yield { line: info.lines, cells: unguarded(record) };
  } catch (error) {
    // Not by the beginning of its code, which not every one has.
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      lines === undefined
        ? 'The file cannot be read as CSV.'
        : `The file cannot be read as CSV. Look at line ${lines}.`,
      { cause: error },
    );
  } finally {
    source.destroy();
  }
}

function unguarded(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value.replace(GUARDED, '')]));
}

/** What separates the headings, outside of quotes. */
function delimiterOf(text: string): string {
  const [head = ''] = text.replace(/"(?:[^"]|"")*"/g, '').split(/\r?\n/);
  const counts = DELIMITERS.map((delimiter) => head.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** Two columns of one name would be one; a column without a name has its number. */
function distinct(headings: string[]): string[] {
  const seen = new Map<string, number>();
  return headings.map((heading, at) => {
    const name = heading.trim() || `#${at + 1}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
