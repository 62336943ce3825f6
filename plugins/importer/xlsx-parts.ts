import { GalleyError } from 'galley';
import { SaxesParser } from 'saxes';

/** What is told of an element while its part of a workbook is read. */
export interface XlsxEvents {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  /** @param text what stood directly in it */
  close?(name: string, text: string): void;
}

const DEPTH_MAX = 32;
const STYLES_MAX = 65_536;
/** What an empty word takes, counted as characters. */
const WORD_COSTS = 16;

/** The mistake that a workbook cannot be read. */
export const unreadable = (cause?: unknown): GalleyError =>
  new GalleyError('GALLEY_INPUT_INVALID', 'The file cannot be read as a workbook of Excel.', { cause });

/** Reads a part of a workbook piece by piece; names come without their prefix. @throws GALLEY_INPUT_INVALID */
export function partReader({ open, close }: XlsxEvents, charactersMax: number): (text: string | undefined) => void {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const texts: string[] = [];
  const local = (name: string): string => name.replace(/^.*:/, '');
  const refuse = (): never => {
    throw unreadable();
  };
  const take = (text: string): void => {
    if (texts.length === 0) return;
    const whole = (texts.pop() ?? '') + text;
    if (whole.length > charactersMax) refuse();
    texts.push(whole);
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('text', take);
  parser.on('cdata', take);
  parser.on('opentag', ({ name, attributes }) => {
    if (texts.length >= DEPTH_MAX) refuse();
    texts.push('');
    open?.(local(name), attributes);
  });
  parser.on('closetag', ({ name }) => close?.(local(name), texts.pop() ?? ''));
  return (text) => void (text === undefined ? parser.close() : parser.write(text));
}

/** The words that cells share, in their order. Phonetic readings are none of them. */
export class SharedWords {
  readonly list: string[] = [];
  readonly #max: number;
  #word = '';
  #total = 0;
  #isReading = false;

  /** @param max characters of all */
  constructor(max: number) {
    this.#max = max;
  }

  readonly events: XlsxEvents = {
    open: (name) => {
      if (name === 'si') this.#word = '';
      if (name === 'rPh') this.#isReading = true;
    },
    close: (name, text) => {
      if (name === 't' && !this.#isReading) this.#word += text;
      if (name === 'rPh') this.#isReading = false;
      if (name !== 'si') return;
      this.#total += this.#word.length + WORD_COSTS;
      if (this.#total > this.#max) throw unreadable();
      this.list.push(this.#word);
    },
  };
}

/** The numbers of the formats for dates that every workbook has. */
const isBuiltIn = (id: number): boolean => (id >= 14 && id <= 22) || (id >= 45 && id <= 47);

/** Which styles of cells show a number as a date. */
export class DateStyles {
  readonly list: boolean[] = [];
  readonly #own = new Map<number, boolean>();
  #isCell = false;

  readonly events: XlsxEvents = {
    open: (name, attributes) => {
      const id = Number(attributes['numFmtId'] ?? 0);
      if (name === 'numFmt') this.#own.set(id, isDateFormat(attributes['formatCode'] ?? ''));
      if (name === 'cellXfs') this.#isCell = true;
      if (name === 'xf' && this.#isCell) this.list.push(this.#own.get(id) ?? isBuiltIn(id));
      if (this.list.length > STYLES_MAX || this.#own.size > STYLES_MAX) throw unreadable();
    },
    close: (name) => {
      if (name === 'cellXfs') this.#isCell = false;
    },
  };
}

/** Letters that stand for themselves say nothing: in quotes, after a backslash, in brackets. */
const isDateFormat = (code: string): boolean => /[ymdhs]/i.test(code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, ''));
