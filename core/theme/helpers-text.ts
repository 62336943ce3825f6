import { escapeHtml, SafeHtml } from '../lib/escape.ts';
import type { Messages } from '../lib/i18n.ts';
import { slugify } from '../lib/slug.ts';
import type { HelperDefinition } from './helper-types.ts';
import { isTruthy, listOf, numberOf, plainTextOf, textOf } from './helper-values.ts';

/** Cuts a text to at most `length` characters, between words where that is possible, and marks the cut. */
function truncate(text: string, length: number, end = '…'): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const cut = characters.slice(0, Math.max(0, length - [...end].length)).join('');
  const space = cut.search(/\s\S*$/);
  return (space > cut.length / 2 ? cut.slice(0, space) : cut).trimEnd() + end;
}

/** The first `count` words of a text, with a mark where something was cut. */
function firstWords(text: string, count: number, end = '…'): string {
  const words = text.trim().split(/\s+/);
  return words.length <= count ? words.join(' ') : words.slice(0, count).join(' ') + end;
}

const DEFAULT_LENGTH = 120;
const DEFAULT_WORDS = 55;

/** Helpers that make text from text. */
export const textHelpers: Record<string, HelperDefinition> = {
  truncate: {
    minimum: 1,
    run: ([value, length], { hash }) =>
      truncate(plainTextOf(value), numberOf(length) || DEFAULT_LENGTH, textOf(hash['end'] ?? '…')),
  },
  excerpt: {
    minimum: 1,
    run: ([value], { hash }) =>
      firstWords(plainTextOf(value), numberOf(hash['words']) || DEFAULT_WORDS, textOf(hash['end'] ?? '…')),
  },
  stripTags: { minimum: 1, run: ([value]) => plainTextOf(value) },
  upper: { minimum: 1, run: ([value], { view }) => plainTextOf(value).toLocaleUpperCase(view.site.language) },
  lower: { minimum: 1, run: ([value], { view }) => plainTextOf(value).toLocaleLowerCase(view.site.language) },
  slug: { minimum: 1, run: ([value]) => slugify(plainTextOf(value)) },
  concat: { run: (values) => values.map(plainTextOf).join('') },
  join: {
    minimum: 1,
    run: ([list, separator]) =>
      listOf(list)
        .filter(isTruthy)
        .map(plainTextOf)
        .join(separator === undefined ? ', ' : textOf(separator)),
  },
  default: { minimum: 2, run: (values) => values.find((value) => value === 0 || isTruthy(value)) ?? values.at(-1) },
  t: { minimum: 1, run: ([text], { hash, state }) => translated(textOf(text), hash, state.messages) },
};

/** Where a value is HTML the whole is HTML, and the text and the other values are escaped for it. */
function translated(text: string, hash: Readonly<Record<string, unknown>>, messages: Messages): string | SafeHtml {
  const given = Object.values(hash);
  if (given.length === 0) return messages.translate(text);
  const forms = pluralForms(hash);
  if (!given.some((value) => value instanceof SafeHtml)) return messages.translate(text, hash, forms);
  const html = escapeHtml(messages.choose(text, hash, forms)).replace(
    /\{([a-zA-Z_][\w-]*)\}/g,
    (place, name: string) => {
      if (!Object.hasOwn(hash, name)) return place;
      const value = hash[name];
      return value instanceof SafeHtml ? value.value : escapeHtml(messages.format(value));
    },
  );
  return new SafeHtml(html);
}

const PLURAL_CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'];

function pluralForms(hash: Readonly<Record<string, unknown>>): Record<string, string> {
  const forms: Record<string, string> = {};
  for (const category of PLURAL_CATEGORIES) {
    const form = hash[category];
    if (typeof form === 'string') forms[category] = form;
  }
  return forms;
}
