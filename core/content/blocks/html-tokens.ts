import { html, type Token, Tokenizer, TokenizerMode } from 'parse5';
import { readPlainMarkup } from './plain-markup.ts';

/** A piece of HTML as a browser's tokenizer sees it. */
type HtmlToken =
  | { kind: 'text'; text: string }
  | { kind: 'start'; name: string; attributes: string }
  | { kind: 'end'; name: string }
  | { kind: 'other' };

/** A comment in HTML: where it stands and what it says. */
export interface HtmlComment {
  start: number;
  end: number;
  data: string;
}

/** A tag or comment and where it stands; the text lies between them. */
export interface HtmlTag {
  kind: 'start' | 'end' | 'comment';
  /** Lower case; empty for a comment. */
  name: string;
  start: number;
  end: number;
}

interface Tokens {
  tags: HtmlTag[];
  tokens: HtmlToken[];
  comments: HtmlComment[];
  /** Whether the text ends inside a tag, a comment or the like: what follows would become part of it. */
  isOpenEnded: boolean;
  /** Whether `<` or `>` stands in an attribute: allowed, but a trap for whoever looks for tags without a parser. */
  hasBareAngles: boolean;
}

/** Elements whose content is no markup. */
const RAW_TEXT = new Set([html.TAG_ID.IFRAME, html.TAG_ID.SCRIPT, html.TAG_ID.STYLE, html.TAG_ID.NOSCRIPT]);
/** Elements whose end tag may be left out: adding it changes nothing. */
const OPTIONAL_END = new Set('p li dt dd td th tr tbody thead tfoot colgroup caption rb rt rtc rp'.split(' '));

function attributesKey(attributes: readonly Token.Attribute[]): string {
  const pairs = attributes.map(({ name, value }) => [name, name === 'srcset' ? value.replace(/\s+/g, '') : value]);
  return JSON.stringify(pairs);
}

/** Reads HTML with the tokenizer of the standard; no tree is built, so broken nesting stays visible. */
function tokenize(text: string): Tokens {
  const result: Tokens = { tokens: [], tags: [], comments: [], isOpenEnded: false, hasBareAngles: false };
  const addText = ({ chars }: Token.CharacterToken): void => {
    const last = result.tokens.at(-1);
    if (last?.kind === 'text') last.text += chars;
    else result.tokens.push({ kind: 'text', text: chars });
  };
  const addTag = (kind: HtmlTag['kind'], name: string, location: Token.Location | null | undefined): void => {
    if (location) result.tags.push({ kind, name, start: location.startOffset, end: location.endOffset });
  };
  const tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: true },
    {
      onStartTag(token) {
        result.tokens.push({ kind: 'start', name: token.tagName, attributes: attributesKey(token.attrs) });
        addTag('start', token.tagName, token.location);
        const source = token.location ? text.slice(token.location.startOffset + 1, token.location.endOffset - 1) : '';
        if (/[<>]/.test(source)) result.hasBareAngles = true;
        if (RAW_TEXT.has(token.tagID)) tokenizer.state = TokenizerMode.RAWTEXT;
      },
      onEndTag(token) {
        result.tokens.push({ kind: 'end', name: token.tagName });
        addTag('end', token.tagName, token.location);
      },
      onComment(token) {
        result.tokens.push({ kind: 'other' });
        addTag('comment', '', token.location);
        const { location } = token;
        if (location) result.comments.push({ start: location.startOffset, end: location.endOffset, data: token.data });
      },
      onDoctype: () => result.tokens.push({ kind: 'other' }),
      onCharacter: addText,
      onNullCharacter: () => result.tokens.push({ kind: 'other' }),
      onWhitespaceCharacter: addText,
      onEof: () => undefined,
      onParseError(error) {
        if (error.code.startsWith('eof-')) result.isOpenEnded = true;
      },
    },
  );
  tokenizer.write(text, true);
  return result;
}

/** All tags and comments of HTML, in order, as a browser's tokenizer sees them. Linear in the text. */
export function scanTags(text: string): HtmlTag[] {
  return text.includes('<') ? tokenize(text).tags : [];
}

/** Elements whose content is no text for readers. */
const UNREAD = new Set('script style iframe noscript template svg math object'.split(' '));

/** The text of HTML as readers see it: decoded, with a blank where a tag of a block element stands. */
export function readText(html: string, isInline: (name: string) => boolean): string {
  let text = '';
  const isPlain = readPlainMarkup(html, (name) => UNREAD.has(name), {
    text: (piece) => {
      text += piece;
    },
    tag: (_kind, name) => {
      if (!isInline(name)) text += ' ';
    },
  });
  return isPlain ? text : readAnyText(html, isInline);
}

function readAnyText(html: string, isInline: (name: string) => boolean): string {
  let text = '';
  let unread = '';
  for (const token of tokenize(html).tokens) {
    if (unread) unread = token.kind === 'end' && token.name === unread ? '' : unread;
    else if (token.kind === 'start' && UNREAD.has(token.name)) unread = token.name;
    else if (token.kind === 'text') text += token.text;
    else if (token.kind !== 'other' && !isInline(token.name)) text += ' ';
  }
  return text;
}

/** The comments of HTML, in order: those that a browser takes for comments. */
export function findComments(text: string): HtmlComment[] {
  return text.includes('<!') ? tokenize(text).comments : [];
}

const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));

/** How deep the elements of HTML nest at most; those that close themselves do not count. */
export function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const token of tokenize(text).tokens) {
    if (token.kind === 'start' && !VOID.has(token.name) && !OPTIONAL_END.has(token.name))
      deepest = Math.max(deepest, ++depth);
    else if (token.kind === 'end' && depth > 0 && !OPTIONAL_END.has(token.name)) depth--;
  }
  return deepest;
}

function isSameToken(one: HtmlToken, other: HtmlToken): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Whether a browser reads both texts as the same tags, attributes and text, apart from end tags that HTML lets one
 * leave out. Then the first text is as safe as the second, wherever it is put.
 *
 * @param original the text as it was written
 * @param cleaned what the sanitiser made of it
 */
export function isSameMarkup(original: string, cleaned: string): boolean {
  if (original === cleaned) return true;
  const left = tokenize(original);
  if (left.isOpenEnded || left.hasBareAngles) return false;
  const right = tokenize(cleaned).tokens;
  let at = 0;
  for (const token of right) {
    const own = left.tokens[at];
    if (own && isSameToken(own, token)) at++;
    else if (token.kind !== 'end' || !OPTIONAL_END.has(token.name)) return false;
  }
  return at === left.tokens.length;
}
