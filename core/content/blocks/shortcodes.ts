import { scanTags } from './html-tokens.ts';

/** A shortcode as it was written: `[name a="1" b]content[/name]`. */
export interface ParsedShortcode {
  name: string;
  /** Named values; values without a name under `0`, `1` … */
  attrs: Record<string, string>;
  /** What stands between the opening and the closing tag; empty where there is none. */
  content: string;
}

const ATTRIBUTE = /([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))|"([^"]*)"|'([^']*)'|([^\s"']+)/g;

/** Reads the attributes of a shortcode. */
export function parseShortcodeAttributes(text: string): Record<string, string> {
  const attrs: Record<string, string> = Object.create(null) as Record<string, string>;
  let position = 0;
  for (const [, name, double, single, bare, ...unnamed] of text.replace(/[\u00a0\u200b]/g, ' ').matchAll(ATTRIBUTE)) {
    if (name !== undefined) attrs[name.toLowerCase()] = double ?? single ?? bare ?? '';
    else attrs[String(position++)] = unnamed.find((value) => value !== undefined) ?? '';
  }
  return attrs;
}

interface Tag {
  name: string;
  isClosing: boolean;
  isSelfClosing: boolean;
  isEscaped: boolean;
  attributes: string;
  start: number;
  end: number;
}

const TAG = /(\[?)\[(\/?)([a-z][\w-]*)(?=[\s\]/])([^[\]]*)\](\]?)/gi;

/** The tags of known shortcodes in the text, but not inside HTML tags or comments. */
function findTags(html: string, isKnown: (name: string) => boolean): Tag[] {
  const found: Tag[] = [];
  const skipped = scanTags(html);
  let next = 0;
  for (const match of html.matchAll(TAG)) {
    const [whole, before, slash, name = '', attributes = '', after] = match;
    while ((skipped[next]?.end ?? Number.POSITIVE_INFINITY) <= match.index) next++;
    const isInTag = (skipped[next]?.start ?? Number.POSITIVE_INFINITY) < match.index;
    if (isInTag || !isKnown(name.toLowerCase())) continue;
    const isEscaped = before === '[' && after === ']';
    const start = match.index + (isEscaped ? 0 : (before?.length ?? 0));
    const end = match.index + whole.length - (isEscaped ? 0 : (after?.length ?? 0));
    const isSelfClosing = attributes.trimEnd().endsWith('/');
    const own = isSelfClosing ? attributes.trimEnd().slice(0, -1) : attributes;
    found.push({
      name: name.toLowerCase(),
      isClosing: slash === '/',
      isSelfClosing,
      isEscaped,
      attributes: own,
      start,
      end,
    });
  }
  return found;
}

/** For each opening tag the closing one that belongs to it, found in one pass from the end. */
function matchTags(tags: readonly Tag[]): Map<Tag, Tag> {
  const pairs = new Map<Tag, Tag>();
  const closing = new Map<string, Tag[]>();
  for (const tag of [...tags].reverse()) {
    if (tag.isEscaped) continue;
    const waiting = closing.get(tag.name) ?? [];
    if (tag.isClosing) closing.set(tag.name, [...waiting.slice(-50), tag]);
    else if (!tag.isSelfClosing) {
      const partner = waiting.pop();
      if (partner) pairs.set(tag, partner);
    }
  }
  return pairs;
}

/**
 * Splits HTML at its shortcodes. Unknown ones stay as they are written, also those in HTML tags; `[[name]]` is written
 * `[name]` and not run.
 *
 * @param isKnown whether a shortcode of this name is registered
 */
export function splitShortcodes(html: string, isKnown: (name: string) => boolean): (string | ParsedShortcode)[] {
  if (!html.includes('[')) return [html];
  const tags = findTags(html, isKnown);
  const pairs = matchTags(tags);
  const parts: (string | ParsedShortcode)[] = [];
  let from = 0;
  for (const tag of tags) {
    if (tag.start < from || (tag.isClosing && !tag.isEscaped)) continue;
    if (tag.start > from) parts.push(html.slice(from, tag.start));
    const partner = pairs.get(tag);
    from = partner?.end ?? tag.end;
    if (tag.isEscaped) parts.push(html.slice(tag.start + 1, tag.end - 1));
    else {
      const content = partner ? html.slice(tag.end, partner.start) : '';
      parts.push({ name: tag.name, attrs: parseShortcodeAttributes(tag.attributes), content });
    }
  }
  if (from < html.length) parts.push(html.slice(from));
  return parts;
}
