import type { NewComment } from './comment.ts';

const CONTENT_MAX = 65_000;
const NAME_MAX = 245;
const EMAIL_MAX = 200;
const URL_MAX = 500;
const EMAIL = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/;

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

/** What is wrong with a comment, by the fields of the form. */
export function checkComment(comment: NewComment, { needsEmail }: { needsEmail: boolean }): Record<string, string> {
  const { authorName, authorEmail, authorUrl, content } = comment;
  const mistakes: Record<string, string> = {};
  if (authorName === '') mistakes['author'] = 'Write your name.';
  else if (authorName.length > NAME_MAX) mistakes['author'] = `Shorten this to ${NAME_MAX} characters.`;
  if (needsEmail && !EMAIL.test(authorEmail)) mistakes['email'] = 'Write your e-mail address. It is not shown.';
  else if (authorEmail.length > EMAIL_MAX) mistakes['email'] = `Shorten this to ${EMAIL_MAX} characters.`;
  if (authorUrl.length > URL_MAX) mistakes['url'] = `Shorten this to ${URL_MAX} characters.`;
  else if (authorUrl !== '' && !isWebsite(authorUrl)) mistakes['url'] = 'Write an address such as https://example.org.';
  if (content.replace(/<[^>]*>|&nbsp;/g, '').trim() === '') mistakes['comment'] = 'Write something.';
  else if (content.length > CONTENT_MAX) mistakes['comment'] = `Shorten this to ${CONTENT_MAX} characters.`;
  return mistakes;
}
