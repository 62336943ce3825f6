import { text as textOfStream } from 'node:stream/consumers';
import { isGalleyError } from 'galley';
import type { Entry, ZipFile } from 'yauzl';
import { DateStyles, partReader, SharedWords, unreadable, type XlsxEvents } from './xlsx-parts.ts';

/** A row of a sheet: its number, and its cells by their place. */
export interface XlsxRow {
  line: number;
  cells: (string | undefined)[];
}

const ENTRIES_MAX = 2000;
const SMALL_MAX = 4 * 1024 * 1024;
const WORDS_MAX = 64 * 1024 * 1024;
const CELL_MAX = 1024 * 1024;
const COLUMNS_MAX = 16_384;
const DAY_MS = 86_400_000;
const EPOCH = Date.UTC(1899, 11, 30);
/** So many days later begin the workbooks of old Macintoshes. */
const LATER_DAYS = 1462;

interface Book {
  zip: ZipFile;
  entries: ReadonlyMap<string, Entry>;
}

/**
 * The rows of the first sheet of a workbook of Excel. The words that cells share are in memory, up to a bound; of the
 * sheet one row is. Dates come as 2026-12-24 or 2026-12-24 18:00:00.
 * @throws GALLEY_INPUT_INVALID
 */
export async function* readXlsx(path: string): AsyncGenerator<XlsxRow> {
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(path, { autoClose: false }).catch((error: unknown) => {
    throw unreadable(error);
  });
  try {
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) {
      entries.set(entry.fileName, entry);
      if (entries.size > ENTRIES_MAX) throw unreadable();
    }
    yield* rowsOf({ zip, entries });
  } catch (error) {
    throw isGalleyError(error) ? error : unreadable(error);
  } finally {
    zip.close();
  }
}

async function* rowsOf(book: Book): AsyncGenerator<XlsxRow> {
  const [workbook, links] = await Promise.all([
    small(book, 'xl/workbook.xml'),
    small(book, 'xl/_rels/workbook.xml.rels'),
  ]);
  const relation = /<(?:\w+:)?sheet\b[^>]*\br:id="([^"]+)"/.exec(workbook)?.[1];
  const targets = [...links.matchAll(/<(?:\w+:)?Relationship\b[^>]*>/g)].map(([tag]) => tag);
  const link = targets.find((tag) => tag.includes(`Id="${relation}"`));
  const target = /\bTarget="([^"]+)"/.exec(link ?? '')?.[1] ?? 'worksheets/sheet1.xml';
  const words = new SharedWords(WORDS_MAX);
  const styles = new DateStyles();
  await readPart(book, 'xl/sharedStrings.xml', words.events);
  await readPart(book, 'xl/styles.xml', styles.events);
  const isLater = /\bdate1904="(1|true)"/.test(workbook);
  const sheet = new SheetRows({ words: words.list, isDate: styles.list, days: isLater ? LATER_DAYS : 0 });
  const name = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  for await (const _ of pieces(book, name, sheet.events)) yield* sheet.take();
}

async function small({ zip, entries }: Book, name: string): Promise<string> {
  const entry = entries.get(name);
  if (!entry || entry.uncompressedSize > SMALL_MAX) throw unreadable();
  return textOfStream(await zip.openReadStreamPromise(entry));
}

/** Reads a part that may be missing. */
async function readPart(book: Book, name: string, events: XlsxEvents): Promise<void> {
  if (!book.entries.has(name)) return;
  for await (const _ of pieces(book, name, events));
}

async function* pieces({ zip, entries }: Book, name: string, events: XlsxEvents): AsyncGenerator<void> {
  const entry = entries.get(name);
  if (!entry) throw unreadable();
  const read = partReader(events, CELL_MAX);
  const decoder = new TextDecoder();
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    read(decoder.decode(chunk as Buffer, { stream: true }));
    yield;
  }
  read(decoder.decode());
  read(undefined);
  yield;
}

/** What cells mean: shared words, which styles are dates, and where days are counted from. */
interface Meaning {
  words: readonly string[];
  isDate: readonly boolean[];
  days: number;
}

/** Builds rows from the events of a sheet. */
class SheetRows {
  readonly #meaning: Meaning;
  #rows: XlsxRow[] = [];
  #row: XlsxRow = { line: 0, cells: [] };
  #at = -1;
  #type = '';
  #style = 0;
  #value = '';

  constructor(meaning: Meaning) {
    this.#meaning = meaning;
  }

  readonly events: XlsxEvents = {
    open: (name, attributes) => {
      if (name === 'row') this.#begin(Number(attributes['r']));
      if (name === 'c') this.#cell(attributes);
    },
    close: (name, text) => {
      if (name === 'v' || name === 't') this.#value += text;
      if (name === 'c' && this.#value !== '') this.#row.cells[this.#at] = this.#read();
      if (name === 'row' && this.#row.cells.length > 0) this.#rows.push(this.#row);
    },
  };

  take(): XlsxRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #begin(number: number): void {
    this.#row = { line: Number.isSafeInteger(number) ? number : this.#row.line + 1, cells: [] };
    this.#at = -1;
  }

  #cell(attributes: Readonly<Record<string, string>>): void {
    const letters = /^[A-Z]{1,3}/.exec(attributes['r'] ?? '')?.[0] ?? '';
    const place = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
    this.#at = place >= 0 ? place : this.#at + 1;
    if (this.#at >= COLUMNS_MAX) throw unreadable();
    this.#type = attributes['t'] ?? 'n';
    this.#style = Number(attributes['s'] ?? 0);
    this.#value = '';
  }

  #read(): string {
    const { words, isDate, days } = this.#meaning;
    if (this.#type === 's') return words[Number(this.#value)] ?? '';
    if (this.#type === 'b') return this.#value === '1' ? 'true' : 'false';
    if (this.#type === 'e') return '';
    const number = Number(this.#value);
    if (this.#type !== 'n' || Number.isNaN(number)) return this.#value;
    return isDate[this.#style] ? dateOf(number + days) : String(number);
  }
}

/** A number of days as a date, without the time where it is midnight. */
function dateOf(days: number): string {
  const date = new Date(Math.round((EPOCH + days * DAY_MS) / 1000) * 1000);
  if (Number.isNaN(date.getTime())) return '';
  return date
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ')
    .replace(/ 00:00:00$/, '');
}
