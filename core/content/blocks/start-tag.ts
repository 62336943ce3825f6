import { escapeHtml } from '../../lib/escape.ts';
import { scanTags } from './html-tokens.ts';

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
  if (name === 'class' && value.split(/\s+/).includes(addition)) return tag;
  const added = quoted[0] === "'" ? escapeHtml(addition) : addition.replaceAll('"', '&quot;');
  const joined = value === '' ? added : `${value}${glue}${added}`;
  return tag.slice(0, match.index) + before + quoted[0] + joined + quoted[0] + tag.slice(match.index + whole.length);
}

/** Where the first start tag is, or the first that names `className`: its offsets, or undefined. */
function findTag(html: string, className: string | undefined): { start: number; end: number } | undefined {
  if (className !== undefined) {
    return scanTags(html).find((tag) => tag.kind === 'start' && html.slice(tag.start, tag.end).includes(className));
  }
  const start = html.search(/\S/);
  if (start === -1 || !/^<[a-z]/i.test(html.slice(start, start + 2))) return undefined;
  const end = endOfTag(html, start);
  return end === -1 ? undefined : { start, end };
}

/**
 * Adds classes and style to the first tag of HTML that begins with one.
 *
 * @param className adds to the first tag whose attributes name this class instead
 */
export function addToTag(html: string, additions: TagAdditions, className?: string): string {
  const found = findTag(html, className);
  if (!found) return html;
  const { start, end } = found;
  let tag = html.slice(start, end);
  for (const name of additions.classes ?? []) tag = addTo(tag, 'class', name);
  if (additions.style) tag = addTo(tag, 'style', additions.style);
  return html.slice(0, start) + tag + html.slice(end);
}
