import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Viewer } from '../identity/viewer.ts';
import { GalleyError } from '../lib/errors.ts';
import { isSafeUrl } from '../lib/escape.ts';
import { createAjv } from '../lib/json-schema.ts';
import { sanitizeHtmlFragment } from './blocks/sanitize.ts';
import { isFilled, rowFields, walkShown } from './field-conditions.ts';
import { fieldsSchema } from './field-schema.ts';
import type { FieldDefinition, Fields, FieldValues } from './field-types.ts';

export type { FieldDefinition, FieldKind } from './field-types.ts';

/** A mistake in one field, in words for whoever filled it in. */
export interface FieldMistake {
  field: string;
  message: string;
}

/** Errors of these keywords say only that none of several forms fits; the form's own errors say why. */
const ECHOES = new Set(['anyOf', 'oneOf', 'null', 'if']);

function mistakeOf(error: ErrorObject): FieldMistake[] {
  if (ECHOES.has(error.keyword) || (error.keyword === 'type' && error.params['type'] === 'null')) return [];
  const { missingProperty, additionalProperty } = error.params as Record<string, string>;
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const named = missingProperty ?? additionalProperty;
  return [
    { field: [path, named].filter((part) => part).join('.') || (named ?? ''), message: error.message ?? 'is wrong' },
  ];
}

/** What is missing, and what the fields' own checks complain of. A field that is not there is not asked for. */
function furtherMistakes(fields: Fields, values: FieldValues): FieldMistake[] {
  const mistakes: FieldMistake[] = [];
  walkShown(fields, values, (field, value, path) => {
    const isMissing = value === null || value === undefined || (Array.isArray(value) && !isFilled(value));
    if (isMissing && field.required) mistakes.push({ field: path, message: 'is required' });
    const complaint = isMissing || value === '' ? undefined : field.validate?.(value);
    if (complaint) mistakes.push({ field: path, message: complaint });
  });
  return mistakes;
}

function compileSchema(schema: object): ValidateFunction {
  const ajv = createAjv({ allErrors: true, strict: false, unicodeRegExp: true, discriminator: true });
  ajv.addFormat('safe-url', { type: 'string', validate: isSafeUrl });
  return ajv.compile(schema);
}

/** The check of a set of fields; compiled when it is first needed, as a site starts with many and saves with few. */
export function compileFields(fields: Fields): (values: FieldValues) => FieldMistake[] {
  const schema = fieldsSchema(fields);
  let validate: ValidateFunction | undefined;
  return (values) => {
    validate ??= compileSchema(schema);
    return mistakesIn(validate, fields, values);
  };
}

function mistakesIn(validate: ValidateFunction, fields: Fields, values: FieldValues): FieldMistake[] {
  return [...(validate(values) ? [] : (validate.errors ?? []).flatMap(mistakeOf)), ...furtherMistakes(fields, values)];
}

/** The values with the defaults of those that are absent. */
export function withDefaults(fields: Fields, values: FieldValues): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...values };
  for (const [name, field] of Object.entries(fields)) {
    if (filled[name] === undefined && field.default !== undefined) filled[name] = structuredClone(field.default);
  }
  return filled;
}

const recordOf = (value: unknown): FieldValues | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as FieldValues) : undefined;

/** The values with the HTML of formatted text cleaned, also inside of groups and rows. */
export function cleanFields(fields: Fields, values: FieldValues): Record<string, unknown> {
  const cleaned: Record<string, unknown> = { ...values };
  for (const [name, field] of Object.entries(fields))
    if (Object.hasOwn(values, name)) cleaned[name] = cleanValue(field, values[name]);
  return cleaned;
}

function cleanValue(field: FieldDefinition, value: unknown): unknown {
  if (field.kind === 'richtext') return typeof value === 'string' ? sanitizeHtmlFragment(value) : value;
  const record = recordOf(value);
  if (field.kind === 'group' && record) return cleanFields(field.fields ?? {}, record);
  if (!Array.isArray(value) || (field.kind !== 'repeater' && field.kind !== 'flexible')) return value;
  return value.map((row: unknown) => {
    const own = recordOf(row);
    return own ? cleanFields(rowFields(field, own), own) : row;
  });
}

/** The values to be checked. What is left of a field that the type no longer has is kept, and nobody's mistake. */
export function askedFields(fields: Fields, values: FieldValues, given: FieldValues = {}): FieldValues {
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => Object.hasOwn(fields, name) || Object.hasOwn(given, name)),
  );
}

/** The fields that somebody may see, or change. */
export function fieldsFor(fields: Fields, viewer: Viewer, action: 'read' | 'write'): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, { readable, writable }]) => {
      if (readable !== undefined && !viewer.can(readable)) return false;
      return action === 'read' || writable === undefined || viewer.can(writable);
    }),
  );
}

/**
 * Refuses to change fields that the viewer may not change.
 * @throws GALLEY_PERMISSION_DENIED naming the field
 */
export function refuseForeignFields(fields: Fields, given: FieldValues, before: FieldValues, viewer: Viewer): void {
  const allowed = fieldsFor(fields, viewer, 'write');
  for (const [name, value] of Object.entries(given)) {
    if (!fields[name] || allowed[name]) continue;
    if (JSON.stringify(value ?? null) === JSON.stringify(before[name] ?? null)) continue;
    throw new GalleyError('GALLEY_PERMISSION_DENIED', `You may not change the field “${fields[name].label}”.`);
  }
}

/**
 * Throws the mistakes as one error.
 * @throws GALLEY_INPUT_INVALID with the mistakes as details
 */
export function refuseMistakes(what: string, mistakes: readonly FieldMistake[]): void {
  if (mistakes.length === 0) return;
  const list = mistakes.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new GalleyError('GALLEY_INPUT_INVALID', `${what} cannot be saved: ${list}.`, { details: mistakes });
}
