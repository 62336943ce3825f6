import { html, type Token, Tokenizer, TokenizerMode } from 'parse5';

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

interface Tokens {
  tokens: HtmlToken[];
  comments: HtmlComment[];
  /** Whether the text ends inside a tag, a comment or the like: what follows would become part of it. */
  isOpenEnded: boolean;
}

/** Elements whose end tag may be left out: adding it changes nothing. */
const OPTIONAL_END = new Set('p li dt dd td th tr tbody thead tfoot colgroup caption rb rt rtc rp'.split(' '));

function attributesKey(attributes: readonly Token.Attribute[]): string {
  const pairs = attributes.map(({ name, value }) => [name, name === 'srcset' ? value.replace(/\s+/g, '') : value]);
  return JSON.stringify(pairs);
}

/** Reads HTML with the tokenizer of the standard; no tree is built, so broken nesting stays visible. */
function tokenize(text: string): Tokens {
  const result: Tokens = { tokens: [], comments: [], isOpenEnded: false };
  const addText = ({ chars }: Token.CharacterToken): void => {
    const last = result.tokens.at(-1);
    if (last?.kind === 'text') last.text += chars;
    else result.tokens.push({ kind: 'text', text: chars });
  };
  const tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: true },
    {
      onStartTag(token) {
        result.tokens.push({ kind: 'start', name: token.tagName, attributes: attributesKey(token.attrs) });
        if (token.tagID === html.TAG_ID.IFRAME) tokenizer.state = TokenizerMode.RAWTEXT;
      },
      onEndTag: (token) => result.tokens.push({ kind: 'end', name: token.tagName }),
      onComment(token) {
        result.tokens.push({ kind: 'other' });
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
  if (left.isOpenEnded) return false;
  const right = tokenize(cleaned).tokens;
  let at = 0;
  for (const token of right) {
    const own = left.tokens[at];
    if (own && isSameToken(own, token)) at++;
    else if (token.kind !== 'end' || !OPTIONAL_END.has(token.name)) return false;
  }
  return at === left.tokens.length;
}
