import { dateTimeFormat } from './date-time-formats.ts';
import { zonedParts } from './time-zone.ts';

/** How a moment is written: in which zone, language and pattern (WordPress's letters, such as `F j, Y`). */
export interface DateFormat {
  zone: string;
  language: string;
  format: string;
}

const two = (number: number): string => String(number).padStart(2, '0');

function named(time: number, { zone, language }: DateFormat, options: Intl.DateTimeFormatOptions): string {
  return dateTimeFormat(language, { timeZone: zone, ...options }).format(time);
}

/** What each letter of a pattern stands for. */
const LETTERS: Record<string, (time: number, format: DateFormat) => string> = {
  d: (time, { zone }) => two(zonedParts(time, zone).day),
  j: (time, { zone }) => String(zonedParts(time, zone).day),
  m: (time, { zone }) => two(zonedParts(time, zone).month),
  n: (time, { zone }) => String(zonedParts(time, zone).month),
  Y: (time, { zone }) => String(zonedParts(time, zone).year),
  y: (time, { zone }) => two(zonedParts(time, zone).year % 100),
  H: (time, { zone }) => two(zonedParts(time, zone).hour),
  G: (time, { zone }) => String(zonedParts(time, zone).hour),
  g: (time, { zone }) => String(zonedParts(time, zone).hour % 12 || 12),
  h: (time, { zone }) => two(zonedParts(time, zone).hour % 12 || 12),
  i: (time, { zone }) => two(zonedParts(time, zone).minute),
  s: (time, { zone }) => two(zonedParts(time, zone).second),
  a: (time, { zone }) => (zonedParts(time, zone).hour < 12 ? 'am' : 'pm'),
  A: (time, { zone }) => (zonedParts(time, zone).hour < 12 ? 'AM' : 'PM'),
  D: (time, format) => named(time, format, { weekday: 'short' }),
  l: (time, format) => named(time, format, { weekday: 'long' }),
  F: (time, format) => named(time, format, { month: 'long' }),
  M: (time, format) => named(time, format, { month: 'short' }),
  T: (time, format) => named(time, format, { timeZoneName: 'short' }).split(' ').at(-1) ?? '',
};

const MAX_WRITTEN = 2000;
/** Moments that were written: the memo of a pure function, since the same entries stand on many pages. */
const written = new Map<string, string>();

/**
 * Writes a moment. The pattern `long` is the language's own long form; others use WordPress's letters, with a
 * backslash before a letter that stands for itself.
 *
 * @param time milliseconds since 1970, UTC
 * @example formatDate(0, { zone: 'UTC', language: 'en', format: 'j F Y' }) // '1 January 1970'
 */
export function formatDate(time: number, format: DateFormat): string {
  const key = `${time} ${format.zone} ${format.language} ${format.format}`;
  const known = written.get(key);
  if (known !== undefined) return known;
  if (written.size >= MAX_WRITTEN) written.clear();
  const text = write(time, format);
  written.set(key, text);
  return text;
}

function write(time: number, format: DateFormat): string {
  if (format.format === 'long') return named(time, format, { dateStyle: 'long' });
  return format.format.replace(
    /\\(.)|([A-Za-z])/g,
    (_, literal: string | undefined, letter: string | undefined) =>
      literal ?? LETTERS[letter ?? '']?.(time, format) ?? letter ?? '',
  );
}
