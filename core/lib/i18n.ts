import { ToldTexts } from './told-texts.ts';

/** A translation: one text, or one for each plural category of the language. */
export type Message = string | Partial<Record<Intl.LDMLPluralRule, string>>;

/** Plural forms of a source text. */
export type PluralForms = Exclude<Message, string>;

/** Translations by source text. */
export type Catalogue = Readonly<Record<string, Message>>;

/** Values of the `{name}` places of a text. */
export type MessageValues = Readonly<Record<string, unknown>>;

const MAX_WRITTEN = 999;
const MAX_SOUGHT = 2000;
/** Of several sentences together. */
const LONGEST = 3000;
const MOST_SENTENCES = 30;
const BETWEEN_SENTENCES = /(?<=[.!?]) (?=[\p{Lu}"“<{])/u;
const PLACE = /\{[a-zA-Z_][\w-]*\}/;

const asText = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

/**
 * Puts values into the `{name}` places of a text; a place without a value stays as it is.
 *
 * @param format turns a value into text; by default `String`
 * @example interpolate('Page {page} of {pages}', { page: 2, pages: 9 }) // 'Page 2 of 9'
 */
export function interpolate(text: string, values: MessageValues, format: (value: unknown) => string = asText): string {
  if (!text.includes('{')) return text;
  return text.replace(/\{([a-zA-Z_][\w-]*)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? format(values[name]) : place,
  );
}

/** The languages to look in for one: `de-AT` gives `de-AT` and `de`. */
export function languageChain(language: string): string[] {
  const parts = language.split(/[-_]/);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}

/** A language code that Intl accepts: the one given, or `en`. */
export function knownLanguage(language: string): string {
  try {
    return Intl.getCanonicalLocales(language.replaceAll('_', '-'))[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/**
 * The texts of one language. The first catalogue that has a text wins; a text that none has is its own translation.
 *
 * @example
 * const messages = new Messages('de', [{ '{count} comments': { one: '{count} Kommentar', other: '{count} Kommentare' } }]);
 * messages.translate('{count} comments', { count: 1 }) // '1 Kommentar'
 */
export class Messages {
  readonly language: string;
  readonly #catalogues: readonly Catalogue[];
  /** All of them as one. */
  readonly #known: ReadonlyMap<string, Message>;
  readonly #plurals: Intl.PluralRules;
  readonly #numbers: Intl.NumberFormat;
  /** Small numbers as they are written: of comments, minutes and pages, the same few on all pages. */
  readonly #written: string[] = [];
  readonly #sought = new Map<string, string | undefined>();
  #told: ToldTexts | undefined;

  constructor(language: string, catalogues: readonly Catalogue[]) {
    this.language = knownLanguage(language);
    this.#catalogues = catalogues;
    this.#known = new Map(catalogues.toReversed().flatMap((catalogue) => Object.entries(catalogue)));
    this.#plurals = new Intl.PluralRules(this.language);
    this.#numbers = new Intl.NumberFormat(this.language);
  }

  /** The message of a source text, or undefined where no catalogue has it. */
  find(text: string): Message | undefined {
    return this.#known.get(text);
  }

  /** The translated text before its places are filled; `values.count` chooses the plural form. */
  choose(text: string, values: MessageValues = {}, forms: PluralForms = {}): string {
    const message = this.find(text) ?? forms;
    if (typeof message === 'string') return message;
    const count = Number(values['count']);
    const category = Number.isFinite(count) ? this.#plurals.select(count) : 'other';
    return (count === 0 ? message.zero : undefined) ?? message[category] ?? message.other ?? text;
  }

  /**
   * Translates a text and fills its places; numbers are written as the language does. A sentence whose places are
   * filled already, such as the message of an error, is known again by its source text.
   *
   * @param text the source text, which is its own key
   * @param values for the `{name}` places; `count` chooses the plural form
   * @param forms plural forms of the source language, used where no catalogue has the text
   */
  translate(text: string, values: MessageValues = {}, forms: PluralForms = {}): string {
    const said = this.find(text) === undefined ? this.#toldBefore(text) : undefined;
    if (said !== undefined) return said;
    return interpolate(this.choose(text, values, forms), values, (value) => this.format(value));
  }

  /** Sentences within a sentence: “The field “price”: it needs a label.” */
  #translated(values: MessageValues): MessageValues {
    const said = (value: unknown): unknown =>
      typeof value === 'string' && /[.!?]$/.test(value) ? this.translate(value) : value;
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, said(value)]));
  }

  /** What a sentence was made from; a text with places of its own was made from nothing. */
  #toldText(text: string): ReturnType<ToldTexts['find']> {
    if (this.#catalogues.length === 0 || PLACE.test(text)) return undefined;
    this.#told ??= new ToldTexts(this.#catalogues);
    return this.#told.find(text);
  }

  /** As `#translateTold`, looked for once: texts that no catalogue has stand on every screen of the source language. */
  #toldBefore(text: string): string | undefined {
    if (this.#sought.has(text)) return this.#sought.get(text);
    if (this.#sought.size >= MAX_SOUGHT) this.#sought.clear();
    const said = this.#translateTold(text);
    this.#sought.set(text, said);
    return said;
  }

  #translateTold(text: string): string | undefined {
    const told = this.#toldText(text);
    const sentences = told && !told.isLoose ? undefined : this.#knownSentences(text);
    if (sentences) return sentences.map((sentence) => this.translate(sentence)).join(' ');
    return told && this.translate(told.text, this.#translated(told.values));
  }

  /** The sentences of a text, where there are several and each is known: “There is no x. Did you mean y?” */
  #knownSentences(text: string): string[] | undefined {
    if (this.#catalogues.length === 0 || text.length > LONGEST) return undefined;
    const parts = text.split(BETWEEN_SENTENCES);
    if (parts.length < 2 || parts.length > MOST_SENTENCES) return undefined;
    const known: string[] = [];
    for (let at = 0; at < parts.length; ) {
      let end = parts.length;
      while (end > at && !this.#isKnown(parts.slice(at, end).join(' '))) end--;
      if (end === at) return undefined;
      known.push(parts.slice(at, end).join(' '));
      at = end;
    }
    return known.length > 1 ? known : undefined;
  }

  #isKnown(text: string): boolean {
    return this.find(text) !== undefined || this.#toldText(text)?.isLoose === false;
  }

  /** A value as it stands in a text. */
  format(value: unknown): string {
    if (typeof value !== 'number') return asText(value);
    if (!Number.isInteger(value) || value <= 0 || value > MAX_WRITTEN) return this.#numbers.format(value);
    this.#written[value] ??= this.#numbers.format(value);
    return this.#written[value];
  }
}
