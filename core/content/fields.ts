import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { GalleyError } from '../lib/errors.ts';
import { isSafeUrl } from '../lib/escape.ts';

/** What a field holds, and with it which control edits it. */
export type FieldKind =
  | 'text'
  | 'textarea'
  | 'richtext'
  | 'markdown'
  | 'email'
  | 'url'
  | 'slug'
  | 'integer'
  | 'bigint'
  | 'number'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'time'
  | 'datetime'
  | 'duration'
  | 'select'
  | 'multiselect'
  | 'color'
  | 'json'
  | 'media'
  | 'file'
  | 'relation'
  | 'user'
  | 'term'
  | 'group'
  | 'repeater';

/** A field of a content type. */
export interface FieldDefinition {
  kind: FieldKind;
  label: string;
  help?: string;
  required?: boolean;
  default?: unknown;
  /** The allowed values of `select` and `multiselect` and their labels. */
  choices?: Record<string, string>;
  min?: number;
  max?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  /** Written to the typed index table too, so that lists may filter and sort by it. */
  index?: boolean;
  /** For `relation`: the type of the entries it leads to. For `term`: the taxonomy. */
  to?: string;
  /** Whether `relation`, `media`, `user` and `term` hold several. */
  many?: boolean;
  /** The fields of a `group`, or of each row of a `repeater`. */
  fields?: Record<string, FieldDefinition>;
}

type Schema = Record<string, unknown>;

const TEXT_MAX = 65_535;
const LONG_TEXT = new Set<FieldKind>(['textarea', 'richtext', 'markdown']);

function textSchema(field: FieldDefinition, extra: Schema = {}): Schema {
  const maxLength = field.maxLength ?? (LONG_TEXT.has(field.kind) ? TEXT_MAX * 16 : TEXT_MAX);
  return {
    type: 'string',
    minLength: field.minLength ?? 0,
    maxLength,
    ...(field.pattern ? { pattern: field.pattern } : {}),
    ...extra,
  };
}

function numberSchema(field: FieldDefinition, type: 'integer' | 'number'): Schema {
  return {
    type,
    ...(field.min === undefined ? {} : { minimum: field.min }),
    ...(field.max === undefined ? {} : { maximum: field.max }),
  };
}

function referenceSchema(field: FieldDefinition): Schema {
  const id = { type: 'integer', minimum: 1 };
  return field.many ? { type: 'array', items: id, uniqueItems: true, maxItems: field.max ?? 1000 } : id;
}

const SCHEMAS: Record<FieldKind, (field: FieldDefinition) => Schema> = {
  text: (field) => textSchema(field),
  textarea: (field) => textSchema(field),
  richtext: (field) => textSchema(field),
  markdown: (field) => textSchema(field),
  email: (field) => textSchema(field, { format: 'email' }),
  url: (field) => textSchema(field, { format: 'safe-url' }),
  slug: (field) => textSchema(field, { pattern: '^[\\p{L}\\p{N}\\p{M}]+(-[\\p{L}\\p{N}\\p{M}]+)*$' }),
  integer: (field) => numberSchema(field, 'integer'),
  bigint: (field) => textSchema(field, { pattern: '^-?\\d{1,19}$' }),
  number: (field) => numberSchema(field, 'number'),
  decimal: (field) => textSchema(field, { pattern: '^-?\\d{1,20}(\\.\\d{1,10})?$' }),
  boolean: () => ({ type: 'boolean' }),
  date: (field) => textSchema(field, { format: 'date' }),
  time: (field) => textSchema(field, { pattern: '^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?$' }),
  datetime: (field) => textSchema(field, { format: 'date-time' }),
  duration: (field) => numberSchema(field, 'integer'),
  select: (field) => ({ enum: Object.keys(field.choices ?? {}) }),
  multiselect: (field) => ({ type: 'array', items: { enum: Object.keys(field.choices ?? {}) }, uniqueItems: true }),
  color: (field) => textSchema(field, { pattern: '^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$' }),
  json: () => ({}),
  media: referenceSchema,
  file: referenceSchema,
  relation: referenceSchema,
  user: referenceSchema,
  term: referenceSchema,
  group: (field) => fieldsSchema(field.fields ?? {}),
  repeater: (field) => ({
    type: 'array',
    items: fieldsSchema(field.fields ?? {}),
    minItems: field.min ?? 0,
    maxItems: field.max ?? 1000,
  }),
};

/** The JSON schema of a set of fields. An empty value is null; a required field may not be null. */
export function fieldsSchema(fields: Record<string, FieldDefinition>): Schema {
  const required = Object.keys(fields).filter((name) => fields[name]?.required);
  const properties = Object.entries(fields).map(([name, field]) => {
    const schema = SCHEMAS[field.kind](field);
    return [name, field.required ? schema : { anyOf: [schema, { type: 'null' }] }];
  });
  return { type: 'object', additionalProperties: false, required, properties: Object.fromEntries(properties) };
}

/** A mistake in one field, in words for whoever filled it in. */
export interface FieldMistake {
  field: string;
  message: string;
}

/** Compiles the check of a set of fields. */
export function compileFields(
  fields: Record<string, FieldDefinition>,
): (values: Record<string, unknown>) => FieldMistake[] {
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: true });
  formats.default(ajv);
  ajv.addFormat('safe-url', { type: 'string', validate: isSafeUrl });
  const validate: ValidateFunction = ajv.compile(fieldsSchema(fields));
  return (values) => {
    if (validate(values)) return [];
    return (validate.errors ?? [])
      .filter(
        (error) =>
          error.keyword !== 'anyOf' &&
          error.keyword !== 'null' &&
          !(error.keyword === 'type' && error.params['type'] === 'null'),
      )
      .map((error) => ({
        field:
          error.instancePath.slice(1).replaceAll('/', '.') ||
          String(error.params['missingProperty'] ?? error.params['additionalProperty'] ?? ''),
        message: error.message ?? 'is wrong',
      }));
  };
}

/** The values with the defaults of those that are absent. */
export function withDefaults(
  fields: Record<string, FieldDefinition>,
  values: Record<string, unknown>,
): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...values };
  for (const [name, field] of Object.entries(fields)) {
    if (filled[name] === undefined && field.default !== undefined) filled[name] = structuredClone(field.default);
  }
  return filled;
}

/** One row of the index table. */
export interface IndexValue {
  field: string;
  text: string | null;
  number: number | null;
}

const INDEX_TEXT_MAX = 190;

function indexValue(field: string, kind: FieldKind, value: unknown): IndexValue[] {
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value)) return value.flatMap((item) => indexValue(field, kind, item));
  if (typeof value === 'number') return [{ field, text: null, number: value }];
  if (typeof value === 'boolean') return [{ field, text: null, number: value ? 1 : 0 }];
  if (kind === 'date' || kind === 'datetime') return [{ field, text: null, number: Date.parse(String(value)) }];
  if (kind === 'decimal' || kind === 'bigint') return [{ field, text: null, number: Number(value) }];
  if (typeof value === 'string') return [{ field, text: value.slice(0, INDEX_TEXT_MAX), number: null }];
  return [];
}

const NUMBERS = new Set<FieldKind>([
  'integer',
  'bigint',
  'number',
  'decimal',
  'boolean',
  'date',
  'datetime',
  'duration',
  'media',
  'file',
  'relation',
  'user',
  'term',
]);

/** Which column of the index table holds the values of a kind. */
export function indexColumn(kind: FieldKind): 'text_value' | 'number_value' {
  return NUMBERS.has(kind) ? 'number_value' : 'text_value';
}

/** The rows of the index table for the fields that are marked `index`. */
export function indexValues(fields: Record<string, FieldDefinition>, values: Record<string, unknown>): IndexValue[] {
  return Object.entries(fields).flatMap(([name, field]) =>
    field.index ? indexValue(name, field.kind, values[name]) : [],
  );
}

/** The value that lists are sorted by, as the index has it; undefined where there is none. */
export function indexedValue(
  fields: Record<string, FieldDefinition>,
  name: string,
  values: Record<string, unknown>,
): string | number | undefined {
  const field = fields[name];
  const [first] = field ? indexValue(name, field.kind, values[name]) : [];
  return first?.text ?? first?.number ?? undefined;
}

/** The relations held by fields: for each relation field the ids it leads to, in order. */
export function relationValues(
  fields: Record<string, FieldDefinition>,
  values: Record<string, unknown>,
): { field: string; ids: number[] }[] {
  return Object.entries(fields)
    .filter(([, field]) => field.kind === 'relation')
    .map(([name]) => ({
      field: name,
      ids: [values[name] ?? []].flat().filter((id): id is number => typeof id === 'number'),
    }));
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
