import { GalleyError, readLocalTime } from 'galley';
import type { SheetContext } from './sheet-target.ts';

/** A sentence about a value that cannot be taken. */
export const refuse = (message: string): GalleyError => new GalleyError('GALLEY_INPUT_INVALID', message);

/** What stands in a cell, as text. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The items of a cell: of a list, or of a text with commas, semicolons or bars. */
export function itemsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value.map(textOf) : textOf(value).split(/\s*[,;|]\s*/);
  return list.map((item) => item.trim()).filter((item) => item !== '');
}

const YES = new Set(['1', 'true', 'yes', 'on', 'x']);
const NO = new Set(['0', 'false', 'no', 'off', '']);

/** Yes or no, in the words of the file. */
export function readBoolean(value: unknown, context: SheetContext): boolean {
  const text = textOf(value).trim().toLowerCase();
  const is = (word: string): boolean => context.words(word).some((known) => known.toLowerCase() === text);
  if (YES.has(text) || is('Yes')) return true;
  if (NO.has(text) || is('No')) return false;
  throw refuse(context.t('“{text}” is neither yes nor no.', { text: text.slice(0, 60) }));
}

const WHOLE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
const LOCAL = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?$/;

/** A moment: with its zone, or as it is meant in the zone of the site. */
export function readTime(value: unknown, context: SheetContext): number {
  const { zone } = context;
  const text = textOf(value).trim();
  const [, day, time = '00:00'] = LOCAL.exec(text) ?? [];
  const moment = WHOLE.test(text) ? Date.parse(text) : day ? readLocalTime(`${day}T${time}`, zone) : Number.NaN;
  if (moment === undefined || Number.isNaN(moment))
    throw refuse(context.t('“{text}” is no date. Write one such as 2026-12-24 18:00.', { text: text.slice(0, 60) }));
  return moment;
}

/** A whole number. */
export function readId(value: unknown, context: SheetContext): number {
  const text = textOf(value).trim();
  if (!/^\d{1,15}$/.test(text)) throw refuse(context.t('“{text}” is no number.', { text: text.slice(0, 60) }));
  return Number(text);
}
