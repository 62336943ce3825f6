import { readText } from './html-tokens.ts';

const INLINE = new Set(
  `a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q s samp small span strike strong sub
  sup time tt u var wbr`.split(/\s+/),
);

// Scripts that write no blanks between words: each character counts as a word.
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const EXCERPT_WORDS = 55;
const WORD = new RegExp(`${UNSPACED.source}|[^\\s\\p{P}\\p{S}](?:(?!${UNSPACED.source})[^\\s])*`, 'gu');

/**
 * The text of a body as readers see it: no block comments, no tags, no shortcodes' brackets, one blank between words.
 *
 * @param content block markup or classic content
 */
export function textOf(content: string): string {
  const text = readText(content, (name) => INLINE.has(name));
  const open = text.includes('[') ? text.replace(/\[\/?[a-z][\w-]{0,40}(?:\s[^[\]]{0,500})?\]/gi, ' ') : text;
  // A single blank, which is nearly all that there is between words, stays as it is.
  return open.replace(/\s{2,}|[^\S ]/g, ' ').trim();
}

const countWords = (text: string): number => text.match(WORD)?.length ?? 0;

/** How many words a body has; in scripts without blanks each character counts as one. */
export function wordCount(content: string): number {
  return countWords(textOf(content));
}

function withoutEndMarks(text: string): string {
  let end = text.length;
  while (end > 0 && ' ,;:–—-'.includes(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
}

/**
 * The first words of a body as plain text (not HTML), with an ellipsis where something was left out.
 *
 * @param words how many words at most
 * @example excerptOf('<p>One two three</p>', 2) // 'One two…'
 */
export function excerptOf(content: string, words = EXCERPT_WORDS): string {
  return firstWords(textOf(content), words);
}

/** What lists show of a body, and how long it is: its text is read once for both. */
export function summarize(content: string): { summary: string; wordCount: number } {
  const text = textOf(content);
  return { summary: firstWords(text, EXCERPT_WORDS), wordCount: countWords(text) };
}

function firstWords(text: string, words: number): string {
  let count = 0;
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    if (count++ === words) return `${withoutEndMarks(text.slice(0, end))}…`;
    end = match.index + match[0].length;
  }
  return text;
}
