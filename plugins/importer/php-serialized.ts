/** A value that PHP's `serialize` wrote: scalars and arrays. Arrays keep the order of their keys. */
export type PhpValue = string | number | boolean | null | Map<string | number, PhpValue>;

const DEPTH_MAX = 32;
const COLON = 0x3a;
const SEMICOLON = 0x3b;

/** Thrown inside only: the text is not what this reader takes. */
class NotPlain extends Error {}

/** Reads bytes, because the lengths that PHP writes count bytes. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  whole(): PhpValue {
    const value = this.#value(0);
    if (this.#at !== this.#bytes.length) throw new NotPlain();
    return value;
  }

  #value(depth: number): PhpValue {
    if (depth > DEPTH_MAX) throw new NotPlain();
    const kind = String.fromCharCode(this.#byte());
    if (kind === 'N') {
      this.#expect(SEMICOLON);
      return null;
    }
    this.#expect(COLON);
    switch (kind) {
      case 'b':
        return this.#number(/^[01]$/) === 1;
      case 'i':
        return this.#number(/^[+-]?\d{1,19}$/);
      case 'd':
        return this.#number(/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/);
      case 's': {
        const text = this.#text();
        this.#expect(SEMICOLON);
        return text;
      }
      case 'a':
        return this.#array(depth);
      default:
        // Objects (O, C, E) and references (R, r) are never read: see SECURITY, foreign data.
        throw new NotPlain();
    }
  }

  #array(depth: number): Map<string | number, PhpValue> {
    const count = this.#length();
    const result = new Map<string | number, PhpValue>();
    this.#expect(0x7b);
    for (let index = 0; index < count; index++) {
      const key = this.#value(DEPTH_MAX);
      if (typeof key !== 'string' && typeof key !== 'number') throw new NotPlain();
      result.set(key, this.#value(depth + 1));
    }
    this.#expect(0x7d);
    return result;
  }

  #text(): string {
    const length = this.#length();
    this.#expect(0x22);
    if (this.#at + length > this.#bytes.length) throw new NotPlain();
    const text = this.#bytes.toString('utf8', this.#at, this.#at + length);
    this.#at += length;
    this.#expect(0x22);
    return text;
  }

  /** A length or count with its colon. It never exceeds what is left to read. */
  #length(): number {
    const length = Number(this.#until(COLON, /^\d{1,10}$/));
    if (length > this.#bytes.length - this.#at) throw new NotPlain();
    return length;
  }

  #number(shape: RegExp): number {
    return Number(this.#until(SEMICOLON, shape));
  }

  #until(end: number, shape: RegExp): string {
    const stop = this.#bytes.indexOf(end, this.#at);
    const text = stop < 0 || stop - this.#at > 40 ? '' : this.#bytes.toString('latin1', this.#at, stop);
    if (!shape.test(text)) throw new NotPlain();
    this.#at = stop + 1;
    return text;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new NotPlain();
    return byte;
  }

  #expect(byte: number): void {
    if (this.#byte() !== byte) throw new NotPlain();
  }
}

/**
 * Reads what PHP's `serialize` wrote. Nothing is ever instantiated: objects, references, wrong lengths and more than
 * 32 levels make the whole text opaque.
 *
 * @returns undefined for what is no plain serialised value; keep such text as it is
 * @example readPhp('a:1:{i:0;s:2:"hi";}') // Map { 0 => 'hi' }
 */
export function readPhp(text: string): PhpValue | undefined {
  try {
    return new Reader(Buffer.from(text, 'utf8')).whole();
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

/** The strings of a serialised list; none for anything else. */
export function readPhpStrings(text: string): string[] {
  const value = readPhp(text);
  return value instanceof Map ? [...value.values()].filter((item) => typeof item === 'string') : [];
}

/** JSON data as PHP's `serialize` writes it. @example writePhp(['hi']) // 'a:1:{i:0;s:2:"hi";}' */
export function writePhp(value: unknown): string {
  if (typeof value === 'string') return `s:${Buffer.byteLength(value)}:"${value}";`;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? `i:${value};` : `d:${value};`;
  if (typeof value === 'boolean') return `b:${value ? 1 : 0};`;
  if (typeof value !== 'object' || value === null) return 'N;';
  const rows = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return `a:${rows.length}:{${rows.map((row) => row.map(writePhp).join('')).join('')}}`;
}
