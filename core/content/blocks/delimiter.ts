import type { BlockAttributes } from './block.ts';

/** A comment that opens, closes or is a whole block. */
export interface Delimiter {
  kind: 'open' | 'close' | 'void';
  /** With its namespace, `core/` where the comment has none. */
  name: string;
  /** The raw JSON, empty where there is none. */
  json: string;
  /** Offset of `<!--`. */
  start: number;
  /** Offset after `-->`. */
  end: number;
}

const TAB = 9;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
/** Deeper JSON is not read: it could not be written again without exhausting the stack. */
const MAX_JSON_DEPTH = 64;

function isSpace(code: number): boolean {
  return code === SPACE || (code >= TAB && code <= CARRIAGE_RETURN);
}

function isLetter(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isNameCharacter(code: number): boolean {
  return isLetter(code) || (code >= 48 && code <= 57) || code === 45 || code === 95;
}

/**
 * Finds the comments that delimit blocks, one after the other, in one pass: every character is looked at a bounded
 * number of times whatever the text, which a regular expression for the same grammar does not promise.
 */
export class DelimiterScanner {
  readonly #text: string;
  #position = 0;
  /** The last search for the end of JSON: from where it ran and what it found. Comments that share an end share it. */
  #searchedFrom = 0;
  #jsonEnd = -2;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next delimiter, or undefined at the end of the text. */
  next(): Delimiter | undefined {
    for (;;) {
      const start = this.#text.indexOf('<!--', this.#position);
      if (start === -1) return undefined;
      const found = this.#read(start);
      this.#position = found ? found.end : start + 4;
      if (found) return found;
    }
  }

  #skipSpace(from: number): number {
    let at = from;
    while (isSpace(this.#text.charCodeAt(at))) at++;
    return at;
  }

  /** The offset after a name that begins at `from`, or `from` when there is none. */
  #skipName(from: number): number {
    if (!isLetter(this.#text.charCodeAt(from))) return from;
    let at = from + 1;
    while (isNameCharacter(this.#text.charCodeAt(at))) at++;
    return at;
  }

  #read(start: number): Delimiter | undefined {
    const text = this.#text;
    let at = this.#skipSpace(start + 4);
    if (at === start + 4) return undefined;
    const isClosing = text.charCodeAt(at) === 47;
    if (isClosing) at++;
    if (!text.startsWith('wp:', at)) return undefined;
    const nameStart = at + 3;
    at = this.#skipName(nameStart);
    if (at === nameStart) return undefined;
    const hasNamespace = text.charCodeAt(at) === 47;
    if (hasNamespace) {
      const local = at + 1;
      at = this.#skipName(local);
      if (at === local) return undefined;
    }
    const name = text.slice(nameStart, at);
    const afterName = this.#skipSpace(at);
    if (afterName === at) return undefined;
    const rest = this.#readRest(afterName);
    if (!rest) return undefined;
    const kind = rest.isVoid ? 'void' : isClosing ? 'close' : 'open';
    return { kind, name: hasNamespace ? name : `core/${name}`, json: rest.json, start, end: rest.end };
  }

  /** What follows the name and its blanks: JSON or not, the slash of a void block, the end of the comment. */
  #readRest(from: number): { json: string; isVoid: boolean; end: number } | undefined {
    const text = this.#text;
    if (text.charCodeAt(from) === 123) {
      const close = this.#findJsonEnd(from);
      if (close === -1) return undefined;
      const after = this.#skipSpace(close + 1);
      const isVoid = text.charCodeAt(after) === 47;
      return { json: text.slice(from, close + 1), isVoid, end: after + (isVoid ? 4 : 3) };
    }
    const isVoid = text.charCodeAt(from) === 47;
    const arrow = isVoid ? from + 1 : from;
    return text.startsWith('-->', arrow) ? { json: '', isVoid, end: arrow + 3 } : undefined;
  }

  /** The first `}` at or after `from` that blanks and the end of the comment follow, or -1. */
  #findJsonEnd(from: number): number {
    const isKnown = this.#jsonEnd !== -2 && from >= this.#searchedFrom;
    if (isKnown && (this.#jsonEnd === -1 || from <= this.#jsonEnd)) return this.#jsonEnd;
    this.#searchedFrom = from;
    for (let close = this.#text.indexOf('}', from); close !== -1; close = this.#text.indexOf('}', close + 1)) {
      const after = this.#skipSpace(close + 1);
      if (after === close + 1) continue;
      if (this.#text.startsWith('-->', after) || this.#text.startsWith('/-->', after)) {
        this.#jsonEnd = close;
        return close;
      }
    }
    this.#jsonEnd = -1;
    return -1;
  }
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  return Object.values(value).some((item) => isDeeperThan(item, depth - 1));
}

/** The attributes that a comment's JSON says, or undefined where it is malformed or nested too deeply. */
export function parseAttributes(json: string): BlockAttributes | undefined {
  if (json === '') return {};
  try {
    const value: unknown = json.includes('__proto__')
      ? JSON.parse(json, (key, item: unknown) => (key === '__proto__' ? undefined : item))
      : JSON.parse(json);
    if (typeof value !== 'object' || value === null || isDeeperThan(value, MAX_JSON_DEPTH)) return undefined;
    return value as BlockAttributes;
  } catch {
    return undefined;
  }
}

/** JSON that may stand in a comment: what could end the comment, or look like HTML, is written as \u escapes. */
export function writeAttributes(attrs: BlockAttributes): string {
  return JSON.stringify(attrs)
    .replace(/\\[\\"]/g, (escaped) => (escaped === '\\"' ? '\\u0022' : '\\u005c'))
    .replaceAll('--', '\\u002d\\u002d')
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026');
}

function shortName(blockName: string): string {
  return blockName.startsWith('core/') ? blockName.slice(5) : blockName;
}

/** The opening comment of a block, or the only one of a void block. */
export function writeOpening(blockName: string, attrs: BlockAttributes, isVoid: boolean): string {
  const json = Object.keys(attrs).length > 0 ? `${writeAttributes(attrs)} ` : '';
  return `<!-- wp:${shortName(blockName)} ${json}${isVoid ? '/' : ''}-->`;
}

/** The closing comment of a block. */
export function writeClosing(blockName: string): string {
  return `<!-- /wp:${shortName(blockName)} -->`;
}
