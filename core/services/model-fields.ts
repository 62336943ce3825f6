import type { ModelField, ModelFieldKind } from './model-types.ts';

/** How a column is made; kept in the snapshot of a model, so plain data. */
export interface ColumnShape {
  type: 'key' | 'text' | 'longtext' | 'bigint' | 'reference' | 'double' | 'boolean' | 'binary';
  /** Of keys and texts, in characters. */
  length?: number;
  null: boolean;
}

/** What JavaScript takes a field's value for. */
export type ValueType = 'string' | 'number' | 'bigint' | 'boolean' | 'bytes' | 'json';

/** What a kind of field is: how it is checked, stored and read. */
interface Kind {
  /** JSON schema of the value; undefined where JSON has no such value. */
  schema?(field: ModelField): Record<string, unknown>;
  /** A message when the value is wrong, for what a schema cannot say. */
  check?(value: unknown, field: ModelField): string | undefined;
  encode?(value: unknown, field: ModelField): unknown;
  decode?(value: unknown, field: ModelField): unknown;
  column(field: ModelField): Omit<ColumnShape, 'null'>;
  /** Type of the value in JavaScript; default string. */
  type?: ValueType;
  /** What a row that is older than the column has where null is not allowed. */
  blank: unknown;
}

const MAX_KEY = 190;
const BIGINT_MAX = 2n ** 63n - 1n;
const LINE = '^[^\\u0000-\\u0008\\u000a-\\u001f\\u007f]*$';
const SLUG = '^[\\p{L}\\p{N}\\p{M}]+(?:-[\\p{L}\\p{N}\\p{M}]+)*$';
const PATH = '^(?!/)(?!.*(?:^|/)\\.{1,2}(?:/|$))[^\\u0000-\\u001f\\\\]+$';
const TIME = '^(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$';
const INTEGER_BOUND = Number.MAX_SAFE_INTEGER;

function text(field: ModelField, rules: Record<string, unknown> = {}): Record<string, unknown> {
  const { minLength = field.blank ? 0 : 1, maxLength, pattern } = field;
  const own = pattern === undefined ? {} : { allOf: [{ pattern }] };
  const schema = { type: 'string', ...rules, minLength, ...(maxLength === undefined ? {} : { maxLength }), ...own };
  return field.blank ? { anyOf: [{ const: '' }, schema] } : schema;
}

function number(
  field: ModelField,
  type: 'integer' | 'number',
  low = -INTEGER_BOUND,
  high = INTEGER_BOUND,
): Record<string, unknown> {
  return {
    type,
    minimum: field.min ?? (type === 'number' ? -Number.MAX_VALUE : low),
    maximum: field.max ?? (type === 'number' ? Number.MAX_VALUE : high),
  };
}

function line(longest: number, rules: Record<string, unknown> = {}, isKey = false): Kind {
  return {
    schema: (field) =>
      text({ ...field, maxLength: Math.min(field.maxLength ?? longest, longest) }, { pattern: LINE, ...rules }),
    column: (field) => {
      const length = Math.min(field.maxLength ?? longest, longest);
      return isKey || field.unique || field.index ? { type: 'key', length } : { type: 'text', length };
    },
    blank: '',
  };
}

const WHOLE: Kind = {
  type: 'number',
  schema: (field) => number(field, 'integer'),
  decode: Number,
  column: () => ({ type: 'bigint' }),
  blank: 0,
};

function decimalParts({ precision = 18, scale = 2 }: ModelField): { whole: number; scale: number } {
  return { whole: precision - scale, scale };
}

/** Exact decimals are whole numbers of their smallest unit, because SQLite has no decimals. */
const DECIMAL: Kind = {
  schema: (field) => {
    const { whole, scale } = decimalParts(field);
    return { type: 'string', pattern: `^-?\\d{1,${Math.max(1, whole)}}${scale > 0 ? `(?:\\.\\d{1,${scale}})?` : ''}$` };
  },
  check: (value, { min, max }) => {
    if (min !== undefined && Number(value) < min) return `must be at least ${min}`;
    return max !== undefined && Number(value) > max ? `must be at most ${max}` : undefined;
  },
  encode: (value, field) => {
    const [whole = '0', part = ''] = String(value).split('.');
    return BigInt(whole + part.padEnd(decimalParts(field).scale, '0'));
  },
  decode: (value, field) => {
    const { scale } = decimalParts(field);
    const digits = BigInt(String(value));
    const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
    const cut = text.length - scale;
    return `${digits < 0n ? '-' : ''}${text.slice(0, cut)}${scale > 0 ? `.${text.slice(cut)}` : ''}`;
  },
  column: () => ({ type: 'bigint' }),
  blank: 0,
};

const BIGINT: Kind = {
  type: 'bigint',
  check: (value, { min, max }) => {
    if (typeof value !== 'bigint') return 'must be a bigint';
    if (value > BIGINT_MAX || value < -BIGINT_MAX - 1n) return 'must fit in 64 bits';
    return (min !== undefined && value < min) || (max !== undefined && value > max)
      ? `must be between ${min ?? 'any'} and ${max ?? 'any'}`
      : undefined;
  },
  decode: (value) => BigInt(value as string | number),
  column: () => ({ type: 'bigint' }),
  blank: 0,
};

const KINDS: Record<ModelFieldKind, Kind> = {
  string: line(255),
  text: { schema: (field) => text(field), column: () => ({ type: 'longtext' }), blank: '' },
  email: line(254, { format: 'email' }),
  url: line(2_000, { format: 'uri', pattern: '^https?://[^\\s]+$' }),
  slug: {
    ...line(MAX_KEY, { pattern: SLUG }, true),
    check: (value) => (value === String(value).normalize('NFC') ? undefined : 'must be in Unicode form NFC'),
  },
  uuid: line(36, { format: 'uuid' }, true),
  file: line(400, { pattern: PATH }),
  image: line(400, { pattern: PATH }),
  enum: {
    schema: ({ choices = [] }) => ({ enum: [...choices] }),
    column: () => ({ type: 'key', length: 64 }),
    blank: '',
  },
  integer: WHOLE,
  duration: { ...WHOLE, schema: (field) => number(field, 'integer', 0) },
  datetime: { ...WHOLE, schema: (field) => number(field, 'integer', -8_640_000_000_000_000, 8_640_000_000_000_000) },
  number: {
    type: 'number',
    schema: (field) => number(field, 'number'),
    decode: Number,
    column: () => ({ type: 'double' }),
    blank: 0,
  },
  bigint: BIGINT,
  decimal: DECIMAL,
  date: { schema: () => ({ type: 'string', format: 'date' }), column: () => ({ type: 'key', length: 10 }), blank: '' },
  time: { schema: () => ({ type: 'string', pattern: TIME }), column: () => ({ type: 'key', length: 8 }), blank: '' },
  boolean: {
    type: 'boolean',
    schema: () => ({ type: 'boolean' }),
    decode: Boolean,
    column: () => ({ type: 'boolean' }),
    blank: 0,
  },
  json: {
    type: 'json',
    schema: () => ({}),
    encode: (value) => JSON.stringify(value),
    decode: (value) => (value === '' ? null : JSON.parse(String(value))),
    column: () => ({ type: 'longtext' }),
    blank: '',
  },
  binary: {
    type: 'bytes',
    check: (value, { maxLength }) => {
      if (!(value instanceof Uint8Array)) return 'must be bytes';
      return maxLength !== undefined && value.length > maxLength ? `must have at most ${maxLength} bytes` : undefined;
    },
    encode: (value) => Buffer.from(value as Uint8Array),
    decode: (value) => new Uint8Array(value as Uint8Array),
    column: () => ({ type: 'binary' }),
    blank: Buffer.alloc(0),
  },
  reference: {
    schema: ({ toUuid }) =>
      toUuid ? { type: 'string', format: 'uuid' } : { type: 'integer', minimum: 1, maximum: INTEGER_BOUND },
    decode: (value, { toUuid }) => (toUuid ? value : Number(value)),
    column: ({ toUuid }) => (toUuid ? { type: 'key', length: 36 } : { type: 'reference' }),
    blank: 0,
  },
};

/** Whether there is such a kind of field. */
export function isFieldKind(kind: string): kind is ModelFieldKind {
  return Object.hasOwn(KINDS, kind);
}

/** All kinds of fields, for messages. */
export function fieldKinds(): string[] {
  return Object.keys(KINDS);
}

/** JSON schema of a field's value, for validation, REST and forms. */
export function schemaOf(field: ModelField): Record<string, unknown> {
  const own = KINDS[field.kind].schema?.(field) ?? {};
  const both = field.schema === undefined ? own : { allOf: [own, field.schema] };
  return field.null ? { anyOf: [{ type: 'null' }, both] } : both;
}

/** What JavaScript takes the field's value for. */
export function typeOf(field: ModelField): ValueType {
  if (field.kind === 'reference') return field.toUuid ? 'string' : 'number';
  return KINDS[field.kind].type ?? 'string';
}

/** What is wrong with a value that a schema cannot tell. */
export function checkValue(value: unknown, field: ModelField): string | undefined {
  return value === null ? undefined : KINDS[field.kind].check?.(value, field);
}

/** The value as the column keeps it. */
export function encodeValue(value: unknown, field: ModelField): unknown {
  if (value === null) return null;
  return KINDS[field.kind].encode?.(value, field) ?? value;
}

/** The value of a column; a column that is younger than its row gives a blank value where null is not allowed. */
export function decodeValue(value: unknown, field: ModelField): unknown {
  if (value === null || value === undefined) {
    if (field.null) return null;
    return decodeValue(KINDS[field.kind].blank, field);
  }
  const { decode } = KINDS[field.kind];
  return decode ? decode(value, field) : value;
}

/** How the column of a field is made. */
export function columnOf(field: ModelField): ColumnShape {
  return { ...KINDS[field.kind].column(field), null: field.null === true };
}
