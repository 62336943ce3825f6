/** A comment as the hook `comment:saving` shows it. */
export interface SeenComment {
  /** HTML. */
  content: string;
  authorName: string;
  authorUrl: string;
}

const LINK = /<a\s|https?:\/\//gi;
const BULLETIN_BOARD = /\[(url|link)[=\]]/i;
const SIGN_OF_ADDRESS = /https?:|www\.|\.(com|net|ru|cn|xyz|shop|online)\b/i;
const HIDDEN = /[\u200b\u2060\ufeff]/g;

const wordsOf = (html: string): string[] =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/https?:\/\/\S+/gi, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** Stands for a text, however it is broken into lines and written large or small. */
export function markOf(content: string): string {
  const text = wordsOf(content).join(' ').toLowerCase();
  let mark = 0;
  for (const sign of text) mark = (Math.imul(mark, 31) + (sign.codePointAt(0) ?? 0)) | 0;
  return `${text.length}:${mark.toString(36)}`;
}

/** How much a comment looks like an advertisement. @param same how often its words came lately */
export function pointsOf({ content, authorName, authorUrl }: SeenComment, same: number): number {
  const links = content.match(LINK)?.length ?? 0;
  const words = wordsOf(content).length;
  const signs = [
    // Written for a machine of another kind, by a machine.
    BULLETIN_BOARD.test(content) ? 3 : 0,
    SIGN_OF_ADDRESS.test(authorName) ? 2 : 0,
    links > 0 && words < 4 ? 2 : 0,
    (content.match(HIDDEN)?.length ?? 0) > 2 ? 2 : 0,
    authorUrl !== '' && links > 0 ? 1 : 0,
    // "Thanks" is said by many.
    words > 3 ? Math.min(same * 2, 4) : 0,
  ];
  return signs.reduce((sum, sign) => sum + sign, 0);
}
