import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { escapeHtml } from '../../lib/escape.ts';
import type { HtmlPolicy } from './html-policy.ts';
import { findComments, isSameMarkup, nestingOf } from './html-tokens.ts';

/** Elements of which the content goes too: it is no text that anybody was meant to read. */
const WITHOUT_TEXT = `script style textarea option noscript noembed noframes xmp plaintext template title svg math
  galley-removed`.split(/\s+/);
const REMOVED = 'galley-removed';
const MAX_NESTING = 200;
/** The sanitiser's time grows with the square of the depth, so what no page nests is not given to it. */
const ABSURD_NESTING = 1000;
const SCHEMES = ['http', 'https', 'mailto', 'tel'];

const load = createRequire(import.meta.url);

/** Loaded by the first text that is cleaned: a process that only shows pages never needs it. */
const library = (): typeof import('sanitize-html') => load('sanitize-html') as typeof import('sanitize-html');

/** Says what was removed, in words for the author. */
export type Report = (what: string) => void;

function sanitize(html: string, policy: HtmlPolicy, report: Report): string {
  if (html.length > ABSURD_NESTING * 3 && nestingOf(html) > ABSURD_NESTING) {
    report('HTML that nests too deeply');
    return escapeHtml(html);
  }
  return library()(html, {
    allowedTags: [...policy.tags],
    allowedAttributes: false, // The policy has dealt with them in transformTags; what follows is the second wall.
    nonBooleanAttributes: [],
    allowedSchemes: SCHEMES,
    allowedSchemesByTag: { img: [...SCHEMES, 'data'], source: [...SCHEMES, 'data'] },
    allowIframeRelativeUrls: false,
    parseStyleAttributes: false,
    nonTextTags: WITHOUT_TEXT,
    nestingLimit: MAX_NESTING,
    transformTags: {
      '*': (tagName, attributes) => {
        if (!policy.tags.has(tagName)) {
          report(`<${tagName.slice(0, 40)}>`);
          return { tagName, attribs: {} };
        }
        const attribs = policy.clean(tagName, attributes, report);
        return attribs ? { tagName, attribs } : { tagName: REMOVED, attribs: {} };
      },
    },
    textFilter: (text, tagName) => (tagName === 'iframe' ? '' : text),
  });
}

/** Cleans HTML that stands by itself. Comments go. What has nothing to remove stays as it was written. */
export function cleanFragment(html: string, policy: HtmlPolicy, report: Report): string {
  if (!/[<\0]/.test(html)) return html;
  const cleaned = sanitize(html, policy, report);
  return isSameMarkup(html, cleaned) ? html : cleaned;
}

/** Cleans HTML and writes it in its plain form also where nothing was to remove. */
export function cleanCanonical(html: string, policy: HtmlPolicy, report: Report): string {
  return sanitize(html, policy, report);
}

/** Comments that may stay: nothing in them can end them early or be taken for HTML. */
function isHarmless(data: string, source: string): boolean {
  return source === `<!--${data}-->` && !/[<>[\]\0]|--/.test(data) && !data.endsWith('-');
}

/**
 * Marks the places where something else stands in the HTML: inner blocks and comments. A mark is a word that nobody
 * can guess, so it survives as text; where it does not stand as text, it was inside a tag or an attribute.
 */
class Slots {
  readonly #word = `galleyslot${randomBytes(9).toString('hex')}`;
  readonly contents: (string | null)[] = [];

  add(content: string | null): string {
    this.contents.push(content);
    return `${this.#word}x${this.contents.length - 1}x`;
  }

  isIn(text: string): boolean {
    return text.toLowerCase().includes(this.#word);
  }

  /** The text between the marks and the numbers of the marks, alternating. */
  split(text: string): string[] {
    return text.split(new RegExp(`${this.#word}x(\\d+)x`));
  }
}

/** Forbids marks in attributes: their text would be put where it ends the attribute. */
function withoutSlots(policy: HtmlPolicy, slots: Slots): HtmlPolicy {
  return {
    tags: policy.tags,
    clean(tag, attributes, report) {
      const kept = Object.entries(attributes).filter(([name, value]) => !slots.isIn(name) && !slots.isIn(value));
      return policy.clean(tag, Object.fromEntries(kept), report);
    },
  };
}

function markPieces(pieces: readonly (string | null)[], slots: Slots): string {
  return pieces.map((piece) => piece ?? slots.add(null)).join('');
}

function markComments(html: string, slots: Slots, report: Report): string {
  let marked = '';
  let from = 0;
  for (const { start, end, data } of findComments(html)) {
    const source = html.slice(start, end);
    if (slots.isIn(data) || !isHarmless(data, source)) {
      report('a comment');
      continue;
    }
    marked += html.slice(from, start) + slots.add(source);
    from = end;
  }
  return marked + html.slice(from);
}

/** Puts everything back in its place; undefined when an inner block's place was lost. */
function fill(text: string, slots: Slots): (string | null)[] | undefined {
  const pieces: (string | null)[] = [];
  let expected = 0;
  let html = '';
  for (const [index, part] of slots.split(text).entries()) {
    if (index % 2 === 0) html += part;
    else {
      const content = slots.contents[Number(part)];
      if (content === undefined) return undefined;
      if (typeof content === 'string') html += content;
      else {
        // The marks of inner blocks were made first, so they are numbered from 0 in reading order.
        if (Number(part) !== expected++) return undefined;
        if (html !== '') pieces.push(html);
        pieces.push(null);
        html = '';
      }
    }
  }
  if (html !== '') pieces.push(html);
  return expected === slots.contents.filter((content) => content === null).length ? pieces : undefined;
}

/**
 * Cleans the HTML of one block around its inner blocks. Harmless comments such as `<!--more-->` stay.
 *
 * @param pieces strings of HTML and null for each inner block, as in `innerContent`
 * @returns the same array when there is nothing to remove
 */
export function cleanPieces(
  pieces: readonly (string | null)[],
  policy: HtmlPolicy,
  report: Report,
): readonly (string | null)[] {
  if (!pieces.some((piece) => piece !== null && /[<\0]/.test(piece))) return pieces;
  const slots = new Slots();
  const marked = markComments(markPieces(pieces, slots), slots, report);
  const cleaned = sanitize(marked, withoutSlots(policy, slots), report);
  if (isSameMarkup(marked, cleaned)) return pieces;
  const filled = fill(cleaned, slots);
  if (filled) return filled;
  report('HTML around inner blocks that did not close its tags');
  return pieces.filter((piece) => piece === null);
}
