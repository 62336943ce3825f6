import type { FieldDefinition } from '../content/field-types.ts';
import type { FieldMistake } from '../content/fields.ts';
import { zonedTime } from '../content/time-zone.ts';
import type { FormValues } from '../http/form-values.ts';
import { rowKeys } from '../lib/row-key.ts';
import { readDuration } from './form-duration.ts';

/** What was typed, as values of fields. */
export interface ReadFields {
  values: Record<string, unknown>;
  /** What could not even be read. */
  mistakes: FieldMistake[];
}

interface Reader {
  form: FormValues;
  zone: string;
  mistakes: FieldMistake[];
}

const MAX_ROWS = 1000;
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?$/;

/**
 * Reads the fields of a form. What does not look like a value of its kind stays text, so that the check of the fields
 * says what is wrong with it.
 *
 * @param prefix what the names of the controls begin with, such as `fields`
 * @param zone in which moments were typed
 */
export function readFields(
  fields: Record<string, FieldDefinition>,
  form: FormValues,
  { prefix, zone }: { prefix: string; zone: string },
): ReadFields {
  const reader: Reader = { form, zone, mistakes: [] };
  const values = readAll(fields, prefix, reader);
  return {
    values,
    mistakes: reader.mistakes.map((mistake) => ({ ...mistake, field: mistake.field.slice(prefix.length + 1) })),
  };
}

/** The moment that was typed into a `datetime-local`, or undefined. */
export function readLocalTime(text: string, zone: string): number | undefined {
  const [, year, month, day, hour, minute, second = '0'] = LOCAL.exec(text) ?? [];
  if (year === undefined) return undefined;
  const parts = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
  };
  return zonedTime(zone, { ...parts, second: Number(second) });
}

function readAll(fields: Record<string, FieldDefinition>, prefix: string, reader: Reader): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, readOne(field, `${prefix}.${name}`, reader)]),
  );
}

function readOne(field: FieldDefinition, name: string, reader: Reader): unknown {
  const list = reader.form.get(name) ?? [];
  const text = list.at(-1) ?? '';
  switch (field.kind) {
    case 'boolean':
      return field.nullable && text === '' ? null : text === '1';
    case 'integer':
    case 'number':
      return readNumber(text);
    case 'decimal':
      return readDecimal(text);
    case 'duration':
      return readDuration(text);
    case 'multiselect':
      return list.filter((item) => item !== '');
    case 'media':
    case 'file':
    case 'relation':
    case 'user':
    case 'term':
      return field.many ? readKeys(field, list) : (readKeys(field, list).at(-1) ?? null);
    case 'datetime':
      return readMoment(text, reader.zone);
    case 'json':
      return readJson(text, name, reader);
    case 'group':
      return readAll(field.fields ?? {}, name, reader);
    case 'repeater':
    case 'flexible':
    case 'children':
      return readRows(field, name, reader);
    default:
      return text === '' ? null : text.replace(/\r\n?/g, '\n');
  }
}

function readNumber(text: string): number | string | null {
  if (text.trim() === '') return null;
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(text.trim()) ? Number(text) : text;
}

/** A comma before three digits may set thousands apart, so it is no decimal one for sure, and is left to be asked about. */
function readDecimal(text: string): string | null {
  const plain = text.trim().replace(/^([+-]?\d+),(\d{1,2}|\d{4,})$/, '$1.$2');
  return plain === '' ? null : plain;
}

function readIds(list: readonly string[]): number[] {
  return [...new Set(list.filter((item) => /^\d{1,15}$/.test(item)).map(Number))].filter((id) => id > 0);
}

/** The rows of a model may be named by UUIDs. */
function readKeys({ to = '' }: FieldDefinition, list: readonly string[]): (number | string)[] {
  if (!to.startsWith('model:')) return readIds(list);
  return [
    ...new Set(list.flatMap((item) => (/^\d{1,15}$/.test(item) ? readIds([item]) : rowKeys(item.toLowerCase())))),
  ];
}

function readMoment(text: string, zone: string): string | null {
  if (text === '') return null;
  const time = readLocalTime(text, zone);
  return time === undefined ? text : new Date(time).toISOString();
}

function readJson(text: string, name: string, { mistakes }: Reader): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    mistakes.push({ field: name, message: 'is no JSON' });
    return text;
  }
}

function readRows(field: FieldDefinition, name: string, reader: Reader): unknown[] {
  const last = (part: string): string | undefined => reader.form.get(`${name}.${part}`)?.at(-1);
  const count = Math.min(Number(last('count') ?? 0) || 0, MAX_ROWS);
  const rows: { order: number; values: Record<string, unknown> }[] = [];
  for (let index = 0; index < count; index++) {
    const isRemoved = last(`${index}._remove`) === '1';
    const values = readRow(field, name, { index, isRemoved, reader });
    const order = Number(last(`${index}._order`) ?? index + 1);
    if (values) rows.push({ order: Number.isFinite(order) ? order : index + 1, values });
  }
  return rows.sort((a, b) => a.order - b.order).map((row) => row.values);
}

/** A row, or nothing where it was removed or only offered. A child that was removed is still told of. */
function readRow(
  field: FieldDefinition,
  name: string,
  { index, isRemoved, reader }: { index: number; isRemoved: boolean; reader: Reader },
): Record<string, unknown> | undefined {
  const last = (part: string): string | undefined => reader.form.get(`${name}.${index}.${part}`)?.at(-1);
  const layout = last('layout') ?? '';
  const fields = field.kind === 'flexible' ? field.layouts?.[layout]?.fields : field.fields;
  const values = readAll(fields ?? {}, `${name}.${index}`, reader);
  if (field.kind === 'flexible') return isRemoved || !fields ? undefined : { layout, ...values };
  if (field.kind !== 'children') return isRemoved || isBlank(values) ? undefined : values;
  const id = Number(last('_id')) || undefined;
  if (!id) return isRemoved || isBlank(values) ? undefined : values;
  return { ...values, _id: id, _version: Number(last('_version')) || 0, ...(isRemoved ? { _remove: true } : {}) };
}

/** Whether nothing was filled in: such a row was only offered. */
function isBlank(values: Record<string, unknown>): boolean {
  return Object.values(values).every(
    (value) => value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0),
  );
}
