import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';

/** A form in which a page is sent. */
export type Encoding = 'br' | 'gzip' | 'identity';

const OURS: readonly Encoding[] = ['br', 'gzip', 'identity']; // In the order that we like best.
const MAX_HEADER = 256;
const LEAST_BYTES = 256;
/** What is asked for again and again is compressed well; what hardly anybody asks for again in a third of the time. */
const LEVELS = { well: { gzip: 6, br: 5 }, quickly: { gzip: 3, br: 3 } };
const TEXT =
  /^(?:text\/|image\/svg\+xml|application\/(?:[\w.-]+\+)?(?:json|xml)\b|application\/(?:javascript|manifest))/;

function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [, digits] = /^\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*$/i.exec(parameter) ?? [];
    if (digits !== undefined) return Math.min(1, Number(digits));
  }
  return 1;
}

function readHeader(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const item of header.split(',', 20)) {
    const [name = '', ...parameters] = item.split(';');
    const coding = name.trim().toLowerCase();
    if (coding !== '') weights.set(coding === 'x-gzip' ? 'gzip' : coding, weightOf(parameters));
  }
  return weights;
}

/**
 * The forms that a client takes, best first, from its Accept-Encoding (RFC 9110 §12.5.3). `identity` is always among
 * them, last where the client refuses it: something must be sent.
 */
export function acceptedEncodings(header: string | undefined): readonly Encoding[] {
  if (header === undefined || header.trim() === '') return ['identity'];
  const weights = readHeader(header);
  const any = weights.get('*');
  // Identity is welcome unless it is refused, but anything that is named comes before it.
  const weight = (coding: Encoding): number => weights.get(coding) ?? any ?? (coding === 'identity' ? 0.0001 : 0);
  const accepted = OURS.filter((coding) => weight(coding) > 0).sort((a, b) => weight(b) - weight(a));
  return accepted.includes('identity') ? accepted : [...accepted, 'identity'];
}

/** Remembers what the few headers that browsers send mean. */
export class EncodingChoices {
  readonly #known = new LRUCache<string, readonly Encoding[]>({ max: 200 });

  of(header: string | undefined): readonly Encoding[] {
    if (header === undefined || header.length > MAX_HEADER) return acceptedEncodings(header);
    const known = this.#known.get(header);
    if (known) return known;
    const encodings = acceptedEncodings(header);
    this.#known.set(header, encodings);
    return encodings;
  }
}

/** Whether a body of this type and size gets smaller by compression. */
export function isCompressible(type: string | undefined, bytes: number): boolean {
  return bytes >= LEAST_BYTES && TEXT.test(type ?? '');
}

const toGzip = promisify(gzip);
const toBrotli = promisify(brotliCompress);

/** Compresses on the thread pool, away from requests. */
export function compress(encoding: 'br' | 'gzip', body: Buffer, effort: keyof typeof LEVELS = 'well'): Promise<Buffer> {
  const level = LEVELS[effort][encoding];
  if (encoding === 'gzip') return toGzip(body, { level });
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: level,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  return toBrotli(body, { params });
}

/** Runs few compressions at a time, so that they leave threads for files and name look-ups. */
export class CompressionQueue {
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #most: number;
  #running = 0;

  constructor(most = 2) {
    this.#most = most;
  }

  get length(): number {
    return this.#waiting.length + this.#running;
  }

  add(work: () => Promise<void>): void {
    this.#waiting.push(work);
    this.#next();
  }

  #next(): void {
    const work = this.#running < this.#most ? this.#waiting.shift() : undefined;
    if (work === undefined) return;
    this.#running += 1;
    void work().finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }
}
