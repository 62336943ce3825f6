import { GalleyError } from 'galley';
import type { SheetContext } from './sheet-target.ts';
import { refuse } from './sheet-values.ts';

/** What is done to the cells of a column before they are read, in this order. */
export interface SheetChange {
  /** Takes blanks away at both ends. */
  trim?: boolean;
  search?: string;
  /** Stands where `search` stood. */
  replace?: string;
  letters?: 'lower' | 'upper';
  /** How dates are written there: `DD.MM.YYYY HH:mm`. */
  date?: string;
  /** The sign that stands between several values. */
  split?: string;
  /** What an empty cell means. */
  empty?: string;
}

/** Changes by the headings of their columns. */
export type SheetChanges = Readonly<Record<string, SheetChange>>;

/** Forms of dates that spreadsheets write. */
export const DATE_FORMS = ['DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYY/MM/DD', 'DD.MM.YYYY HH:mm'] as const;

const ARGUMENT_MAX = 200;
const argument = { type: 'string', maxLength: ARGUMENT_MAX };

/** The schema of the changes of all columns. */
export const CHANGES_SCHEMA = {
  type: 'object',
  maxProperties: 1000,
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    properties: {
      trim: { type: 'boolean' },
      letters: { enum: ['lower', 'upper'] },
      ...Object.fromEntries(['search', 'replace', 'date', 'split', 'empty'].map((name) => [name, argument])),
    },
  },
};

/** The cells of a row as the changes make them. @throws GALLEY_INPUT_INVALID for what is no date of the form that was said */
export function changeCells(
  cells: Readonly<Record<string, unknown>>,
  changes: SheetChanges,
  context: Pick<SheetContext, 't'>,
): Record<string, unknown> {
  const changed: Record<string, unknown> = { ...cells };
  for (const [heading, change] of Object.entries(changes)) {
    if (!Object.hasOwn(cells, heading)) continue;
    changed[heading] = changeCell(cells[heading], change, context);
  }
  return changed;
}

function changeCell(cell: unknown, change: SheetChange, context: Pick<SheetContext, 't'>): unknown {
  const value = Array.isArray(cell)
    ? cell.map((item) => changeText(item, change, context))
    : changeText(cell, change, context);
  const { split, empty } = change;
  const parts =
    split && typeof value === 'string' && value !== '' ? value.split(split).map((part) => part.trim()) : value;
  const isEmpty = parts === '' || parts === null || (Array.isArray(parts) && parts.length === 0);
  return isEmpty && empty ? empty : parts;
}

function changeText(value: unknown, change: SheetChange, context: Pick<SheetContext, 't'>): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  const { trim, search, replace = '', letters, date } = change;
  let text = String(value);
  if (trim) text = text.trim();
  if (search) text = text.replaceAll(search, () => replace);
  if (letters === 'lower') text = text.toLowerCase();
  if (letters === 'upper') text = text.toUpperCase();
  return date && text.trim() !== '' ? dateOf(text.trim(), date, context) : text;
}

const PART = /YYYY|YY|MM?|DD?|HH?|mm|ss/g;
const CENTURY = 2000;

/** A date written in that form, as 2026-12-24 18:00:00. */
function dateOf(text: string, form: string, { t }: Pick<SheetContext, 't'>): string {
  const parts = form.match(PART) ?? [];
  const literals = form.split(PART).map((literal) => literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  const digits = parts.map((part) => (part === 'YYYY' ? String.raw`(\d{4})` : String.raw`(\d{1,2})`));
  const pattern = literals.map((literal, at) => literal + (digits[at] ?? '')).join('');
  const found = new RegExp(`^${pattern}$`).exec(text);
  const values = new Map(parts.map((part, at) => [part.slice(0, part === 'YY' ? 2 : 1), Number(found?.[at + 1])]));
  const year = values.get('Y') ?? CENTURY + (values.get('YY') ?? Number.NaN);
  const [month = 1, day = 1] = [values.get('M'), values.get('D')];
  const isReal = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day && month <= 12;
  if (!found || !isReal) throw refuse(t('“{text}” is no date such as {form}.', { text: text.slice(0, 60), form }));
  const two = (number = 0): string => String(number).padStart(2, '0');
  const time = [values.get('H'), values.get('m'), values.get('s')].map(two).join(':');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${time}`;
}

const WISH = /^(.+)=(trim|lower|upper|replace|date|split|empty)(?::(.*))?$/s;

/**
 * Reads `Heading=trim`, `=lower`, `=upper`, `=date:DD.MM.YYYY`, `=split:|`, `=empty:draft` and `=replace:/old/new`,
 * where the first sign stands between the two.
 * @throws GALLEY_COMMAND_USAGE
 */
export function readChanges(wishes: readonly string[], headings: readonly string[]): SheetChanges {
  const changes: Record<string, SheetChange> = {};
  for (const wish of wishes) {
    const [, heading = '', verb = '', value = ''] = WISH.exec(wish) ?? [];
    const change = headings.includes(heading) ? changeFor(verb, value) : undefined;
    if (!change)
      throw new GalleyError(
        'GALLEY_COMMAND_USAGE',
        `"${wish}" is no change of a column. Write Heading=trim, lower, upper, date:DD.MM.YYYY, split:|, empty:TEXT or replace:/old/new. The headings: ${headings.join(', ')}.`,
      );
    changes[heading] = { ...changes[heading], ...change };
  }
  return changes;
}

function changeFor(verb: string, value: string): SheetChange | undefined {
  if (verb === 'trim') return { trim: true };
  if (verb === 'lower' || verb === 'upper') return { letters: verb };
  if (value === '' || value.length > ARGUMENT_MAX) return undefined;
  if (verb !== 'replace') return { [verb]: value };
  const [search = '', replace = ''] = value.slice(1).split(value.charAt(0));
  return search === '' ? undefined : { search, replace };
}
