import { LRUCache } from 'lru-cache';
import { knownLanguage } from '../lib/i18n.ts';
import type { HelperCall, HelperDefinition } from './helper-types.ts';
import { numberOf, textOf } from './helper-values.ts';

const DATE_FORMATS: Record<string, Intl.DateTimeFormatOptions> = {
  short: { dateStyle: 'short' },
  medium: { dateStyle: 'medium' },
  long: { dateStyle: 'long' },
  full: { dateStyle: 'full' },
  time: { timeStyle: 'short' },
  datetime: { dateStyle: 'medium', timeStyle: 'short' },
  month: { year: 'numeric', month: 'long' },
  year: { year: 'numeric' },
  day: { day: 'numeric', month: 'long' },
};
const NUMBER_STYLES: Record<string, Intl.NumberFormatOptions> = {
  decimal: {},
  percent: { style: 'percent', maximumFractionDigits: 1 },
  compact: { notation: 'compact' },
};
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
const MAX_FORMATTERS = 200;
const MAX_DATES = 1000;

type Formatter = Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat;

function timeOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'object' && value !== null && 'iso' in value) return Date.parse(String(value.iso));
  return typeof value === 'number' ? value : Date.parse(textOf(value));
}

/** Dates and figures in the language and zone of the site. Formatters are dear to make, so they are kept. */
export class FormatHelpers {
  readonly #formatters = new LRUCache<string, Formatter>({ max: MAX_FORMATTERS });
  readonly #dates = new LRUCache<string, string>({ max: MAX_DATES });
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The helpers by name. */
  definitions(): Record<string, HelperDefinition> {
    return {
      date: { minimum: 1, run: ([value], call) => this.#date(timeOf(value), call) },
      number: { minimum: 1, run: ([value], call) => this.#number(numberOf(value), call) },
      bytes: { minimum: 1, run: ([value], call) => this.#bytes(numberOf(value), call) },
    };
  }

  #formatter<T extends Formatter>(key: string, make: () => T): T {
    const known = this.#formatters.get(key) as T | undefined;
    if (known) return known;
    const made = make();
    this.#formatters.set(key, made);
    return made;
  }

  #date(time: number, { hash, view, state }: HelperCall): string {
    if (!Number.isFinite(time)) return '';
    const format = textOf(hash['format'] ?? 'medium');
    if (format === 'iso') return new Date(time).toISOString();
    if (format === 'relative') return this.#relative(time, view.site.language);
    const { timeZone } = state;
    const key = `date ${view.site.language} ${timeZone} ${format}`;
    // Lists show the same moments again and again; writing one costs as much as ten other values.
    const known = this.#dates.get(`${key} ${time}`);
    if (known !== undefined) return known;
    const formatter = this.#formatter(key, () => {
      const options = Object.hasOwn(DATE_FORMATS, format) ? DATE_FORMATS[format] : DATE_FORMATS['medium'];
      return new Intl.DateTimeFormat(knownLanguage(view.site.language), { ...options, timeZone });
    });
    const text = formatter.format(time);
    this.#dates.set(`${key} ${time}`, text);
    return text;
  }

  #relative(time: number, language: string): string {
    const distance = time - this.#now();
    const [unit, length] = UNITS.find(([, ms]) => Math.abs(distance) >= ms) ?? ['second', 1000];
    const formatter = this.#formatter(
      `relative ${language}`,
      () => new Intl.RelativeTimeFormat(knownLanguage(language), { numeric: 'auto' }),
    );
    return unit === 'second' ? formatter.format(0, 'second') : formatter.format(Math.trunc(distance / length), unit);
  }

  #number(value: number, { hash, view }: HelperCall): string {
    const style = textOf(hash['style'] ?? 'decimal');
    const digits = hash['digits'] === undefined ? undefined : Math.min(20, Math.max(0, numberOf(hash['digits'])));
    const formatter = this.#formatter(`number ${view.site.language} ${style} ${digits}`, () => {
      const options = Object.hasOwn(NUMBER_STYLES, style) ? NUMBER_STYLES[style] : {};
      const fixed = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
      return new Intl.NumberFormat(knownLanguage(view.site.language), { ...options, ...fixed });
    });
    return formatter.format(value);
  }

  #bytes(value: number, { view }: HelperCall): string {
    const power = Math.min(BYTE_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
    const formatter = this.#formatter(`bytes ${view.site.language} ${power}`, () => {
      const options = {
        style: 'unit',
        unit: BYTE_UNITS[power],
        unitDisplay: 'short',
        maximumFractionDigits: power === 0 ? 0 : 1,
      } as const;
      return new Intl.NumberFormat(knownLanguage(view.site.language), options);
    });
    return formatter.format(value / 1000 ** power);
  }
}
