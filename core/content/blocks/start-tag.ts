import { escapeHtml } from '../../lib/escape.ts';

/** What to add to a tag. */
export interface TagAdditions {
  classes?: readonly string[];
  /** Declarations without a semicolon at the end. */
  style?: string;
}

/** Offset after the start tag that begins at `start`, or -1: quotes may hold `>`. */
function endOfTag(html: string, start: number): number {
  let quote = '';
  for (let at = start + 1; at < html.length; at++) {
    const character = html[at] ?? '';
    if (quote) {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at + 1;
  }
  return -1;
}

/** Adds to an attribute of a tag, or gives the tag the attribute. */
function addTo(tag: string, name: 'class' | 'style', addition: string): string {
  const match = new RegExp(`(\\s${name}\\s*=\\s*)("[^"]*"|'[^']*')`, 'i').exec(tag);
  if (!match) return tag.replace(/^<[a-z][a-z0-9-]*/i, (start) => `${start} ${name}="${escapeHtml(addition)}"`);
  const [whole, before = '', quoted = '""'] = match;
  const value = quoted.slice(1, -1).trim();
  const glue = name === 'class' ? ' ' : value.endsWith(';') ? '' : ';';
  const added = quoted[0] === "'" ? escapeHtml(addition) : addition.replaceAll('"', '&quot;');
  const joined = value === '' ? added : `${value}${glue}${added}`;
  return tag.slice(0, match.index) + before + quoted[0] + joined + quoted[0] + tag.slice(match.index + whole.length);
}

/** Where the first start tag is, or the first whose class names `className`; -1 when there is none. */
function findTag(html: string, className: string | undefined): number {
  if (className === undefined) {
    const start = html.search(/\S/);
    return start !== -1 && /^<[a-z]/i.test(html.slice(start, start + 2)) ? start : -1;
  }
  const named = html.indexOf(className);
  return named === -1 ? -1 : html.lastIndexOf('<', named);
}

/**
 * Adds classes and style to the first tag of HTML that begins with one.
 *
 * @param className adds to the first tag whose attributes name this class instead
 */
export function addToTag(html: string, additions: TagAdditions, className?: string): string {
  const start = findTag(html, className);
  const end = start === -1 ? -1 : endOfTag(html, start);
  if (end === -1) return html;
  let tag = html.slice(start, end);
  if (additions.classes?.length) tag = addTo(tag, 'class', additions.classes.join(' '));
  if (additions.style) tag = addTo(tag, 'style', additions.style);
  return html.slice(0, start) + tag + html.slice(end);
}
