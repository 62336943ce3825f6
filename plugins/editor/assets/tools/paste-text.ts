// Pasted words without HTML: a table where they are one, else paragraphs; Markdown is told by its signs.
import { encodeText } from '../model/inline-html.ts';

/** Signs of Markdown that hardly stand in other texts, each in a line of its own. */
const SIGNS = [
  /^#{1,6} \S/m,
  /^(?:[-*+] \S.*\n){2,}/m,
  /^(?:\d+\. \S.*\n){2,}/m,
  /^> \S/m,
  /^```/m,
  /\[[^\]\n]+\]\(\S+\)/,
  /^\[\^[^\]\s]+\]: ?\S/m,
  /\*\*\S[^*\n]*\*\*/,
];

/** Whether somebody wrote Markdown. */
export const isMarkdown = (text: string): boolean => !rowsOf(text) && SIGNS.some((sign) => sign.test(`${text}\n`));

/** The rows of a spreadsheet as its cells are copied, parted by tabs; undefined where it is none. */
export function rowsOf(text: string): string[][] | undefined {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  const rows = lines.map((line) => line.split('\t'));
  const [first] = rows;
  const columns = first?.length ?? 0;
  const isTable = columns > 1 && rows.every((row) => row.length === columns);
  return isTable && (rows.length > 1 || columns > 2) ? rows : undefined;
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${encodeText(cell.trim())}</td>`).join('')}</tr>`);
  return `<table><tbody>${body.join('')}</tbody></table>`;
}

function paragraphsOf(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== '')
    .map((part) => `<p>${encodeText(part.replace(/^\n+|\n+$/g, '')).replaceAll('\n', '<br>')}</p>`)
    .join('');
}

/** HTML of pasted words that are no Markdown. */
export function htmlOfText(text: string): string {
  const rows = rowsOf(text);
  return rows ? tableOf(rows) : paragraphsOf(text);
}
