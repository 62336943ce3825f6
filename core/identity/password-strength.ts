import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const SHORTEST_WORD = 4;
const LONGEST_WORD = 25;
/** What a word that everybody tries is worth, in characters. */
const WORD_WORTH = 2;
/** Nothing that follows makes a password weaker, and looking at all of a kilobyte would cost more than it tells. */
const LOOKED_AT = 64;

/** Rows and columns of keyboards and the alphabet: runs along them count as one word. */
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  '!@#$%^&*()_+',
].flatMap((row) => [row, [...row].reverse().join('')]);

/** Figures and signs that people write for letters. */
const LETTERS: Record<string, string> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' };

/** The words that everybody tries first, as the first 40 bits of their SHA-256: a list to refuse with, not to try. */
export type CommonPasswords = ReadonlySet<string>;

/** Reads the list that comes with Galley. */
export function readCommonPasswords(): CommonPasswords {
  return new Set(
    readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8')
      .trim()
      .split(/\s+/),
  );
}

function fold(password: string): string {
  return password.normalize('NFKC').toLowerCase().slice(0, LOOKED_AT);
}

function withLetters(text: string): string {
  return text.replace(/[013457@$!]/g, (sign) => LETTERS[sign] ?? sign);
}

/** The shortest text that gives `text` when it is repeated. */
function unitOf(text: string): string {
  const period = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, period);
}

function runLength(text: string, from: number): number {
  if (/^(19|20)\d\d$/.test(text.slice(from, from + 4))) return 4; // A year.
  let same = from + 1;
  while (same < text.length && text[same] === text[from]) same += 1;
  let length = same - from;
  for (const row of ROWS) {
    let to = Math.max(from + length + 1, from + SHORTEST_WORD);
    while (to <= text.length && row.includes(text.slice(from, to))) {
      length = to - from;
      to += 1;
    }
  }
  return length;
}

/** Knows how much of a password is guessed by whoever tries words first. */
export class PasswordStrength {
  readonly #common: CommonPasswords;

  constructor(common: CommonPasswords = readCommonPasswords()) {
    this.#common = common;
  }

  /**
   * How many characters of a password have to be guessed one by one: every common word, word of the context, repetition,
   * year and run along the keyboard counts as two characters, and as none when it comes again.
   *
   * @param context words that are easily guessed here: the site's name, the login, the e-mail address
   */
  worth(password: string, context: readonly string[] = []): number {
    const text = unitOf(fold(password));
    const folded = withLetters(text);
    const words = context.flatMap((word) => fold(word).split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length >= 3);
    const seen = new Set<string>();
    let worth = 0;
    for (let at = 0; at < text.length; ) {
      const length = Math.max(
        this.#wordLength(text, at, words),
        this.#wordLength(folded, at, words),
        runLength(text, at),
      );
      const part = text.slice(at, at + Math.max(length, 1));
      if (length < 3) worth += 1;
      else if (!seen.has(part)) worth += WORD_WORTH;
      seen.add(part);
      at += length < 3 ? 1 : length;
    }
    return worth;
  }

  #wordLength(text: string, from: number, words: readonly string[]): number {
    const here = words.filter((word) => text.startsWith(word, from)).map((word) => word.length);
    for (let length = Math.min(LONGEST_WORD, text.length - from); length >= SHORTEST_WORD; length -= 1) {
      if (this.#isCommon(text.slice(from, from + length))) return Math.max(length, ...here);
    }
    return Math.max(0, ...here);
  }

  #isCommon(word: string): boolean {
    return this.#common.has(hash('sha256', `galley:${word}`).slice(0, 10));
  }
}
