import type { FieldKind, Fields, FieldValues } from './field-types.ts';

/** One row of the index table. */
interface IndexValue {
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
export function indexValues(fields: Fields, values: FieldValues): IndexValue[] {
  return Object.entries(fields).flatMap(([name, field]) =>
    field.index ? indexValue(name, field.kind, values[name]) : [],
  );
}

/** The value that lists are sorted by, as the index has it; undefined where there is none. */
export function indexedValue(fields: Fields, name: string, values: FieldValues): string | number | undefined {
  const field = fields[name];
  const [first] = field ? indexValue(name, field.kind, values[name]) : [];
  return first?.text ?? first?.number ?? undefined;
}

/** The relations held by fields: for each relation field the ids it leads to, in order. Other sides are not held here. */
export function relationValues(fields: Fields, values: FieldValues): { field: string; ids: number[] }[] {
  return Object.entries(fields)
    .filter(([, field]) => field.kind === 'relation' && field.inverse === undefined)
    .map(([name]) => ({
      field: name,
      ids: [values[name] ?? []].flat().filter((id): id is number => typeof id === 'number'),
    }));
}
