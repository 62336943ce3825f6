/** One thing that a search asks for. */
export interface FullTextTerm {
  /** Folded tokens; more than one is a phrase in this order. */
  words: readonly string[];
  /** Also words that only begin with it. */
  prefix: boolean;
  /** Texts with it are left out. */
  exclude: boolean;
}

const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const RUN = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, 'gu');
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, 'u');
const HAS_UNSPACED = new RegExp(`[${UNSPACED}]`, 'u');
/** Text in which nothing has to be decomposed. */
const IS_ASCII = /^[\0-\x7f]*$/;
const MAX_TOKEN = 60;

/** Case, accents and width away: what is written differently and means the same becomes one. */
export function foldText(text: string): string {
  if (IS_ASCII.test(text)) return text.toLowerCase().replaceAll("'", '');
  return text
    .normalize('NFKD')
    .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, '$1')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’‘ʼ]/g, '');
}

/** Scripts without spaces are cut into pairs, so that a word inside a sentence can be found. */
function pairs(run: string, withLast: boolean): string[] {
  const letters = [...run];
  const found = letters.slice(0, -1).map((letter, index) => letter + (letters[index + 1] ?? ''));
  const last = letters.at(-1);
  return last !== undefined && (withLast || found.length === 0) ? [...found, last] : found;
}

function tokensOf(folded: string, withLast: boolean): string[] {
  if (!HAS_UNSPACED.test(folded)) return (folded.match(WORD) ?? []).map((word) => word.slice(0, MAX_TOKEN));
  const tokens: string[] = [];
  for (const [word] of folded.matchAll(WORD)) {
    for (const [run] of word.matchAll(RUN)) {
      if (IS_UNSPACED.test(run)) tokens.push(...pairs(run, withLast));
      else tokens.push(run.slice(0, MAX_TOKEN));
    }
  }
  return tokens;
}

/** The tokens of a text as they are indexed. The order is that of the text. */
export function fullTextTokens(text: string): string[] {
  return tokensOf(foldText(text), true);
}

/**
 * What a visitor typed, as terms: words (all wanted), "a phrase", -unwanted and begin*. Anything else in it is
 * punctuation, so there is no input that is a syntax error.
 *
 * @param maxTerms further terms are ignored
 */
export function parseFullTextQuery(input: string, { maxTerms = 12, prefixLast = false } = {}): FullTextTerm[] {
  const terms: FullTextTerm[] = [];
  for (const [, minus, phrase, plain] of input.slice(0, 1_000).matchAll(/(-?)(?:"([^"]*)"?|([^\s"]+))/g)) {
    const words = tokensOf(foldText(phrase ?? plain ?? ''), false);
    if (words.length === 0) continue;
    const isLoneLetter = words.length === 1 && IS_UNSPACED.test(words[0] ?? '') && [...(words[0] ?? '')].length === 1;
    terms.push({ words, prefix: isLoneLetter || (plain?.endsWith('*') ?? false), exclude: minus === '-' });
    if (terms.length === maxTerms) break;
  }
  const last = terms.at(-1);
  if (prefixLast && last && !last.exclude && !/["\s]$/.test(input)) terms[terms.length - 1] = { ...last, prefix: true };
  return terms;
}
