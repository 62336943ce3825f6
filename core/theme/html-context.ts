import { says } from '../lib/told-texts.ts';
import { type HtmlMode, type HtmlTag, lessDecided, type UrlState, urlStateOf } from './html-place.ts';

const RAW = new Set(['script', 'style', 'xmp', 'iframe', 'noembed', 'noframes', 'plaintext']);
const RCDATA = new Set(['title', 'textarea']);
const SPACE = /[\s\f]/;

/**
 * Follows HTML from left to right and knows at each point where it is. A small version of the tokeniser of the HTML
 * standard: enough to say how a value that is put there must be escaped, and strict where the two could differ.
 */
export class HtmlContext {
  mode: HtmlMode = 'text';
  /** The tag that is being read, or whose raw text this is; lower case. */
  element = '';
  /** The attribute that is being read. */
  attribute = '';
  /** The static text of the value so far. */
  value = '';
  url: UrlState = 'start';
  attributes = new Map<string, string | null>();
  /** Line within the text fed last, from 0, where the last tag ended. */
  lines = 0;
  #isEndTag = false;
  #pending = '';
  readonly #onTag: (tag: HtmlTag, line: number) => void;

  constructor(onTag: (tag: HtmlTag, line: number) => void = () => undefined) {
    this.#onTag = onTag;
  }

  /** A copy that goes its own way. */
  clone(): HtmlContext {
    const copy = new HtmlContext(this.#onTag);
    copy.mode = this.mode;
    copy.element = this.element;
    copy.attribute = this.attribute;
    copy.value = this.value;
    copy.url = this.url;
    copy.attributes = new Map(this.attributes);
    copy.#isEndTag = this.#isEndTag;
    copy.#pending = this.#pending;
    return copy;
  }

  /** Whether no tag has been begun: what comes next starts afresh. */
  get isSettled(): boolean {
    return this.#pending === '';
  }

  /** Whether this is inside a quoted attribute value. */
  get isQuotedValue(): boolean {
    return this.mode === 'value-double' || this.mode === 'value-single';
  }

  /** Whether raw text is the data of a script that does not run. */
  get isDataScript(): boolean {
    const type = this.attributes.get('type');
    return (
      this.mode === 'raw' &&
      this.element === 'script' &&
      typeof type === 'string' &&
      /^application\/(ld\+)?json$/i.test(type)
    );
  }

  /** Takes note that a value stands here whose text is not known. */
  feedValue(): void {
    if (this.isQuotedValue) this.attributes.set(this.attribute, null);
    this.url = 'fixed';
    this.#pending = '';
  }

  /** Reads on. */
  feed(text: string): void {
    this.lines = 0;
    let at = 0;
    while (at < text.length) {
      const from = at;
      at = this.#step(text, at);
      for (let index = from; index < at; index++) if (text[index] === '\n') this.lines++;
    }
  }

  /**
   * Joins two ways through a block. Returns false where they end at places that differ; a difference only in how far
   * a URL is decided is settled for the less decided.
   */
  join(other: HtmlContext): boolean {
    this.#endName();
    other.#endName();
    for (const [name, value] of other.attributes) {
      if (value === null || !this.attributes.has(name)) this.attributes.set(name, value);
    }
    if (this.mode !== other.mode) return this.#joinInTag(other);
    if (this.mode === 'text') return true;
    if (this.element !== other.element || this.#isEndTag !== other.#isEndTag || this.#pending !== other.#pending)
      return false;
    if (this.isQuotedValue && this.attribute !== other.attribute) return false;
    if (this.mode === 'attribute-name' && this.attribute !== other.attribute) this.mode = 'boundary';
    this.url = lessDecided(this.url, other.url);
    if (this.value !== other.value) this.value = '';
    return true;
  }

  /** `<option {{#if x}}selected{{/if}}>`: what follows must begin anew. */
  #joinInTag(other: HtmlContext): boolean {
    const within = new Set<HtmlMode>(['tag', 'attribute-name', 'after-name', 'value-unquoted', 'boundary']);
    if (!within.has(this.mode) || !within.has(other.mode) || this.element !== other.element) return false;
    this.mode = 'boundary';
    return true;
  }

  #step(text: string, at: number): number {
    const character = text[at] ?? '';
    switch (this.mode) {
      case 'text':
        return this.#text(text, at);
      case 'rcdata':
      case 'raw':
        return this.#rawText(text, at);
      case 'tag-open':
        return this.#tagOpen(character, at);
      case 'tag-name':
        return this.#tagName(character, at);
      case 'markup':
        return this.#markup(character, at);
      case 'comment':
        return this.#until(text, at, '-->');
      case 'bogus':
        return this.#until(text, at, '>');
      case 'before-value':
        return this.#beforeValue(character, at);
      case 'value-double':
        return this.#quoted(text, at, '"');
      case 'value-single':
        return this.#quoted(text, at, "'");
      case 'value-unquoted':
        return this.#unquoted(character, at);
      default:
        return this.#inTag(character, at);
    }
  }

  #text(text: string, at: number): number {
    const open = text.indexOf('<', at);
    if (open < 0) return text.length;
    this.mode = 'tag-open';
    this.#isEndTag = false;
    this.#pending = '';
    return open + 1;
  }

  #tagOpen(character: string, at: number): number {
    if (/[a-z]/i.test(character)) {
      this.mode = 'tag-name';
      this.element = '';
      return at;
    }
    if (character === '/' && !this.#isEndTag) {
      this.#isEndTag = true;
      return at + 1;
    }
    if (character === '!' && !this.#isEndTag) this.mode = 'markup';
    else if (character === '?' || this.#isEndTag) this.mode = 'bogus';
    else {
      this.mode = 'text';
      return at; // A lone `<` is text.
    }
    return at + 1;
  }

  #markup(character: string, at: number): number {
    if (character === '[') throw new Error(says('CDATA is not allowed: browsers disagree on where it ends.'));
    this.#pending += character;
    if (this.#pending === '-') return at + 1;
    this.mode = this.#pending === '--' ? 'comment' : 'bogus';
    this.#pending = '';
    return this.mode === 'comment' ? at + 1 : at;
  }

  #until(text: string, at: number, end: string): number {
    this.#pending = (this.#pending + (text[at] ?? '')).slice(-end.length);
    if (this.#pending === end) {
      this.mode = 'text';
      this.#pending = '';
    }
    return at + 1;
  }

  #tagName(character: string, at: number): number {
    if (SPACE.test(character) || character === '/' || character === '>') {
      this.mode = 'tag';
      this.attributes = new Map();
      return at;
    }
    this.element += character.toLowerCase();
    return at + 1;
  }

  #inTag(character: string, at: number): number {
    if (character === '>') return this.#endTag(at);
    if (SPACE.test(character) || character === '/') {
      const named = this.mode === 'attribute-name' || this.mode === 'after-name';
      this.#endName();
      this.mode = named && character !== '/' ? 'after-name' : 'tag';
      return at + 1;
    }
    if (this.mode === 'boundary')
      throw new Error(says('Write a blank after the block: what follows would join the attribute before it.'));
    if (character === '=' && (this.mode === 'attribute-name' || this.mode === 'after-name')) {
      this.#endName();
      this.mode = 'before-value';
      return at + 1;
    }
    if (this.mode !== 'attribute-name') {
      this.mode = 'attribute-name';
      this.attribute = '';
    }
    this.attribute += character.toLowerCase();
    return at + 1;
  }

  #endName(): void {
    if (this.mode === 'attribute-name' && !this.attributes.has(this.attribute)) this.attributes.set(this.attribute, '');
  }

  #beforeValue(character: string, at: number): number {
    this.value = '';
    this.url = 'start';
    if (SPACE.test(character)) return at + 1;
    if (character === '>') return this.#endTag(at);
    this.mode = character === '"' ? 'value-double' : character === "'" ? 'value-single' : 'value-unquoted';
    return this.mode === 'value-unquoted' ? at : at + 1;
  }

  #quoted(text: string, at: number, quote: string): number {
    const end = text.indexOf(quote, at);
    this.#addValue(text.slice(at, end < 0 ? text.length : end));
    if (end < 0) return text.length;
    this.mode = 'tag';
    return end + 1;
  }

  #unquoted(character: string, at: number): number {
    if (character === '>') return this.#endTag(at);
    if (SPACE.test(character)) this.mode = 'tag';
    else this.#addValue(character);
    return at + 1;
  }

  #addValue(text: string): void {
    this.value += text;
    if (this.attributes.get(this.attribute) !== null) this.attributes.set(this.attribute, this.value);
    if (this.url === 'fixed' || text === '') return;
    this.url = urlStateOf(this.value);
  }

  #endTag(at: number): number {
    this.#endName();
    if (this.#isEndTag) this.mode = 'text';
    else {
      this.#onTag({ element: this.element, attributes: this.attributes }, this.lines);
      this.mode = RAW.has(this.element) ? 'raw' : RCDATA.has(this.element) ? 'rcdata' : 'text';
    }
    this.#pending = '';
    return at + 1;
  }

  /** Raw text ends with the end tag of its element and nothing else. */
  #rawText(text: string, at: number): number {
    const end = `</${this.element}`;
    this.#pending += (text[at] ?? '').toLowerCase();
    if (this.mode === 'rcdata' && /^<[a-z]/.test(this.#pending)) {
      throw new Error(says(`There is a tag inside <${this.element}>, which holds text only.`));
    }
    if (this.mode === 'raw' && this.element === 'plaintext') this.#pending = '';
    if (!end.startsWith(this.#pending.slice(0, end.length))) this.#pending = text[at] === '<' ? '<' : '';
    if (this.#pending.length <= end.length) return at + 1;
    if (!/[\s/>]$/.test(this.#pending)) {
      this.#pending = '';
      return at + 1;
    }
    this.#isEndTag = true;
    this.mode = 'tag';
    this.attributes = new Map();
    this.#pending = '';
    return at;
  }
}
