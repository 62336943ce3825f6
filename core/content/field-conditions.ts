import type { FieldDefinition, Fields, FieldValues, ShowCondition } from './field-types.ts';

/** Whether a field holds anything. */
export function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return false;
  return !Array.isArray(value) || value.length > 0;
}

/** Whether a condition is met by the value of the field that it names. */
export function holds(condition: ShowCondition, value: unknown): boolean {
  const held = [value].flat().map((item) => (typeof item === 'string' ? item : (item ?? null)));
  const includes = (wanted: unknown): boolean => held.some((item) => item === wanted || String(item) === wanted);
  if (condition.is !== undefined) return includes(condition.is) || (condition.is === false && !isFilled(value));
  if (condition.in !== undefined) return condition.in.some(includes);
  if (condition.not !== undefined) return !includes(condition.not) && (condition.not !== false || isFilled(value));
  return isFilled(value) === (condition.filled ?? true);
}

/**
 * Whether a field is there, by what the fields beside it hold. One that depends on a field that is not there is not
 * there either. A condition that names no field, or goes round in a circle, holds.
 */
export function isShown(fields: Fields, name: string, values: FieldValues, seen: readonly string[] = []): boolean {
  const condition = fields[name]?.showIf;
  if (!condition || !fields[condition.field] || seen.includes(name)) return true;
  if (!isShown(fields, condition.field, values, [...seen, name])) return false;
  return holds(condition, values[condition.field]);
}

const recordOf = (value: unknown): FieldValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as FieldValues) : {};

/** Calls `visit` for every field that is there, with those inside of groups and rows, each with its path. */
export function walkShown(
  fields: Fields,
  values: FieldValues,
  visit: (field: FieldDefinition, value: unknown, path: string) => void,
  prefix = '',
): void {
  for (const [name, field] of Object.entries(fields)) {
    if (!isShown(fields, name, values)) continue;
    const [value, path] = [values[name], `${prefix}${name}`];
    visit(field, value, path);
    if (field.kind === 'group') walkShown(field.fields ?? {}, recordOf(value), visit, `${path}.`);
    if (!Array.isArray(value)) continue;
    for (const [index, row] of value.entries())
      walkShown(rowFields(field, recordOf(row)), recordOf(row), visit, `${path}.${index}.`);
  }
}

/** The fields of a row of a `repeater` or `flexible` field; none for other kinds. */
export function rowFields(field: FieldDefinition, row: FieldValues): Fields {
  if (field.kind === 'repeater') return field.fields ?? {};
  return field.kind === 'flexible' ? (field.layouts?.[String(row['layout'])]?.fields ?? {}) : {};
}
