import { escapeHtml, foldText } from 'galley';

const AROUND = 90;
const LENGTH = 260;

/** The text with the words that were looked for in `<mark>`. Case and accents do not count. */
export function highlight(text: string, words: readonly string[]): string {
  const folded = foldText(text);
  if (!words.some((word) => folded.includes(word))) return escapeHtml(text);
  const wanted = new Set(words);
  return text
    .split(/([\p{L}\p{N}\p{M}]+)/u)
    .map((part, index) =>
      index % 2 === 1 && wanted.has(foldText(part)) ? `<mark>${escapeHtml(part)}</mark>` : escapeHtml(part),
    )
    .join('');
}

/** The passage of a plain text, one blank between words, in which the words stand, cut at blanks. */
export function passage(clean: string, words: readonly string[]): string {
  const folded = foldText(clean);
  const first = Math.min(...words.map((word) => folded.indexOf(word)).filter((at) => at >= 0));
  if (!Number.isFinite(first) || clean.length <= LENGTH)
    return clean.length <= LENGTH ? clean : `${cut(clean.slice(0, LENGTH))} …`;
  const from = Math.max(0, first - AROUND);
  const start = from === 0 ? 0 : clean.indexOf(' ', from) + 1;
  const piece = clean.slice(start, start + LENGTH);
  return `${start > 0 ? '… ' : ''}${start + LENGTH < clean.length ? `${cut(piece)} …` : piece}`;
}

function cut(text: string): string {
  return text.slice(0, Math.max(text.lastIndexOf(' '), 1));
}
