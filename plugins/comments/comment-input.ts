import type { NewComment } from './comment.ts';

const CONTENT_MAX = 65_000;
const NAME_MAX = 245;
const EMAIL_MAX = 200;
const URL_MAX = 500;
const EMAIL = /^[^\s@<>"]+@[^\s@<>".]+(?:\.[^\s@<>".]+)+$/;

/** Turns what was typed into HTML: paragraphs and line breaks, unless it brings its own. */
export function formatText(text: string): string {
  const trimmed = text.replace(/\r\n?/g, '\n').trim();
  if (trimmed === '' || /<(p|blockquote|pre|ul|ol)\b/i.test(trimmed)) return trimmed;
  return trimmed
    .split(/\n{2,}/)
    .map((part) => `<p>${part.replaceAll('\n', '<br>\n')}</p>`)
    .join('\n');
}

/** Text in one line. */
export function oneLine(text = ''): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}

/** The address of a website; people leave the beginning out. */
export function readUrl(text = ''): string {
  const url = text.trim();
  return url === '' || /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`;
}

function isWebsite(url: string): boolean {
  return /^https?:\/\/[^\s<>"]+$/i.test(url) && URL.canParse(url);
}

/** A sentence that is told, and translated where it is shown. */
export const says = (text: string): string => text;

const tooLong = (most: number): string => says(`Shorten this to ${most} characters.`);

/** What is wrong with a comment, by the fields of the form. */
export function checkComment(comment: NewComment, { needsEmail }: { needsEmail: boolean }): Record<string, string> {
  const { authorName, authorEmail, authorUrl, content } = comment;
  const mistakes: Record<string, string> = {};
  const wrong = (text: string, field: string): void => {
    mistakes[field] = text;
  };
  if (authorName === '') wrong('Write your name.', 'author');
  else if (authorName.length > NAME_MAX) wrong(tooLong(NAME_MAX), 'author');
  if (needsEmail && !EMAIL.test(authorEmail)) wrong('Write your e-mail address. It is not shown.', 'email');
  else if (authorEmail.length > EMAIL_MAX) wrong(tooLong(EMAIL_MAX), 'email');
  if (authorUrl.length > URL_MAX) wrong(tooLong(URL_MAX), 'url');
  else if (authorUrl !== '' && !isWebsite(authorUrl)) wrong('Write an address such as https://example.org.', 'url');
  if (content.replace(/<[^>]*>|&nbsp;/g, '').trim() === '') wrong('Write something.', 'comment');
  else if (content.length > CONTENT_MAX) wrong(tooLong(CONTENT_MAX), 'comment');
  return mistakes;
}
