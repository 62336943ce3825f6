import { UUID_PATTERN } from '../lib/row-key.ts';
import type { FieldDefinition, FieldKind, Fields } from './field-types.ts';

type Schema = Record<string, unknown>;

const TEXT_MAX = 65_535;
const LONG_TEXT = new Set<FieldKind>(['textarea', 'richtext', 'markdown']);
const MAX_ROWS = 1000;

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
  const number = { type: 'integer', minimum: 1 };
  // The rows of a model are named by numbers or by UUIDs, which the model alone knows.
  const isOfModel = field.kind === 'relation' && field.to?.startsWith('model:');
  const id = isOfModel ? { anyOf: [number, { type: 'string', pattern: UUID_PATTERN }] } : number;
  return field.many ? { type: 'array', items: id, uniqueItems: true, maxItems: field.max ?? MAX_ROWS } : id;
}

function rowsSchema(field: FieldDefinition, items: Schema): Schema {
  return { type: 'array', items, minItems: field.min ?? 0, maxItems: field.max ?? MAX_ROWS };
}

function flexibleSchema(field: FieldDefinition): Schema {
  const layouts = Object.entries(field.layouts ?? {}).map(([name, { fields }]) => {
    const { properties, ...rest } = fieldsSchema(fields) as { properties: Schema };
    return { ...rest, required: ['layout'], properties: { ...properties, layout: { const: name } } };
  });
  const items =
    layouts.length === 0
      ? { not: {} }
      : { type: 'object', required: ['layout'], discriminator: { propertyName: 'layout' }, oneOf: layouts };
  return rowsSchema(field, items);
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
  repeater: (field) => rowsSchema(field, fieldsSchema(field.fields ?? {})),
  flexible: flexibleSchema,
  // Entries of their own, which their own types check.
  children: () => ({ type: 'null' }),
};

/**
 * The JSON schema of a set of fields, where every value may be null: whether one has to be there depends on the others,
 * which a schema cannot say.
 */
export function fieldsSchema(fields: Fields): Schema {
  const properties = Object.entries(fields).map(([name, field]) => [
    name,
    { anyOf: [SCHEMAS[field.kind](field), { type: 'null' }] },
  ]);
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}
