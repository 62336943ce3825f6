import { directionOf, escapeHtml, type SafeHtml } from 'galley';
import type { MailAddress } from './address.ts';
import type { Piece } from './template.ts';

/** A mail as it goes out. */
export interface Letter {
  /** Names it in its head; the same for each attempt to send it. */
  id: string;
  from: MailAddress;
  to: MailAddress;
  subject: string;
  text: string;
  html: string;
  language: string;
}

/** What a letter is made of. */
export interface LetterParts {
  subject: string;
  body: readonly Piece[];
  /** What stands below the text, in small letters. */
  foot: readonly Piece[];
  language: string;
  /** The body as HTML, where it is not to be made from the text. */
  html?: SafeHtml | undefined;
}

const STYLE =
  'body{margin:0;padding:1.5rem;font:1rem/1.6 system-ui,sans-serif}main,footer{max-width:36rem;margin:0 auto}' +
  'p{margin:0 0 1rem;overflow-wrap:anywhere}footer{margin-top:2rem;padding-top:1rem;border-top:1px solid;font-size:.875rem}';

function pieceHtml({ kind, text }: Piece): string {
  const escaped = escapeHtml(text);
  if (kind === 'link') return `<a href="${escaped}" dir="ltr">${escaped}</a>`;
  // What somebody wrote keeps its own direction, in whatever language the mail is.
  return kind === 'value' && !text.includes('\n') ? `<bdi>${escaped}</bdi>` : escaped;
}

/** Paragraphs stand apart by an empty line, lines by a break. */
function paragraphs(pieces: readonly Piece[]): string {
  const html = pieces.map(pieceHtml).join('');
  return html
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== '')
    .map((part) => `<p>${part.trim().replaceAll('\n', '<br>\n')}</p>`)
    .join('\n');
}

const plain = (pieces: readonly Piece[]): string =>
  pieces
    .map(({ text }) => text)
    .join('')
    .trim();

/** The text of a letter, and the same as a page that any mail program shows. */
export function writeLetter(parts: LetterParts): Pick<Letter, 'subject' | 'text' | 'html'> {
  const { subject, body, foot, language } = parts;
  const text = `${plain(body)}\n${foot.length > 0 ? `\n-- \n${plain(foot)}\n` : ''}`;
  const html = `<!doctype html>
<html lang="${escapeHtml(language)}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${parts.html?.value ?? paragraphs(body)}
</main>
<footer>
${paragraphs(foot)}
</footer>
</body>
</html>
`;
  return { subject, text, html };
}
