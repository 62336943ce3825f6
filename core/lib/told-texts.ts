import { escapeRegExp } from './escape.ts';
import type { Catalogue, MessageValues } from './i18n.ts';

const PLACE = /\{([a-zA-Z_][\w-]*)\}/g;
/** Less than this is no sentence that could be told from what somebody wrote. */
const WORDS_MIN = 10;
const LONGEST = 600;
const HEAD = 4;
const SENTENCE_BREAK = /[.!?] [\p{Lu}"“<{]/u;

interface Told {
  text: string;
  names: string[];
  head: string;
  tail: string;
  pattern: RegExp;
}

/** Marks a sentence that is kept or handed on before it is shown to people, so that its translation is looked for. */
export const says = (sentence: string): string => sentence;

/** Whether a text is a sentence that would be known again when its places are filled; it may end with another one. */
export function isSentence(text: string): boolean {
  return /([.!?]|: \{\w+\})$/.test(text) && text.replace(PLACE, '').length >= WORDS_MIN;
}

/**
 * Sentences that were put together in English, such as the messages of errors and of health checks, known again by the
 * source texts of catalogues. So whoever throws writes an English sentence with its values in it, and it can be stored,
 * sent and logged as it is; where a person reads it, it is translated.
 *
 * @example new ToldTexts([{ 'There is no entry {id}.': 'Es gibt keinen Eintrag {id}.' }]).find('There is no entry 7.')
 */
export class ToldTexts {
  readonly #byHead = new Map<string, Told[]>();

  constructor(catalogues: readonly Catalogue[]) {
    for (const text of new Set(catalogues.flatMap((catalogue) => Object.keys(catalogue)))) {
      if (!text.includes('{') || !isSentence(text)) continue;
      const told = toldOf(text);
      const key = told.head.length < HEAD ? '' : told.head.slice(0, HEAD);
      this.#byHead.set(key, [...(this.#byHead.get(key) ?? []), told]);
    }
  }

  /**
   * The source text that a sentence was made from, with what stands in its places; `isLoose` where one of them would
   * hold the rest of another sentence.
   */
  find(sentence: string): { text: string; values: MessageValues; isLoose: boolean } | undefined {
    if (sentence.length > LONGEST || !/[.!?]$/.test(sentence)) return undefined;
    const candidates = [...(this.#byHead.get(sentence.slice(0, HEAD)) ?? []), ...(this.#byHead.get('') ?? [])];
    let longest: ReturnType<ToldTexts['find']>;
    for (const { text, names, head, tail, pattern } of candidates) {
      if (!sentence.startsWith(head) || !sentence.endsWith(tail)) continue;
      const filled = pattern.exec(sentence)?.slice(1);
      if (!filled) continue;
      const values = Object.fromEntries(names.map((name, at) => [name, placeValue(filled[at])]));
      const isLoose = filled.some((value) => SENTENCE_BREAK.test(value));
      const found = { text, values, isLoose };
      // A text that has that sentence itself is meant, if there is one.
      if (!isLoose) return found;
      longest ??= found;
    }
    return longest;
  }
}

/** A number is written and counted as the language does. */
const placeValue = (value = ''): string | number => (/^\d{1,6}$/.test(value) ? Number(value) : value);

function toldOf(text: string): Told {
  const pieces = text.split(PLACE);
  const literals = pieces.filter((_, at) => at % 2 === 0);
  return {
    text,
    names: pieces.filter((_, at) => at % 2 === 1),
    head: literals[0] ?? '',
    tail: literals.at(-1) ?? '',
    pattern: new RegExp(`^${literals.map(escapeRegExp).join('(.+?)')}$`, 's'),
  };
}
