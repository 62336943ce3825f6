import type { FieldDefinition, FieldLayout, Fields, ShowCondition, TypeSupport } from 'galley';
import type { StoredTaxonomy, StoredType } from './definitions.ts';

type Values = Record<string, unknown>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
const listOf = (value: unknown): Values[] => (Array.isArray(value) ? (value as Values[]) : []);

/** The parts that a field and its row in the form share as they are. */
const SAME = [
  'help',
  'to',
  'inverse',
  'by',
  'prefix',
  'suffix',
  'placeholder',
  'min',
  'max',
  'step',
  'maxLength',
] as const;

/** `key : label` on each line. A line without a colon is both. */
function readChoices(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => line.trim());
  return Object.fromEntries(
    lines
      .filter((line) => line !== '')
      .map((line) => {
        const [key = '', ...label] = line.split(':');
        return [key.trim(), label.join(':').trim() || key.trim()];
      }),
  );
}

function conditionOf(row: Values, fields: readonly Values[], before?: ShowCondition): ShowCondition | undefined {
  const field = textOf(row['ifField']);
  if (field === '') return undefined;
  const value = textOf(row['ifValue']);
  // Conditions that the form cannot say came by import, and stay.
  if (value === '' && before?.field === field && before.is === undefined) return before;
  const other = fields.find((item) => textOf(item['key']) === field);
  if (other?.['kind'] === 'boolean') return { field, is: !['no', 'false', '0'].includes(value.toLowerCase()) };
  return value === '' ? { field, filled: true } : { field, is: value };
}

function fieldOf(row: Values, beside: readonly Values[], before: FieldDefinition | undefined): FieldDefinition {
  const kind = textOf(row['kind']) as FieldDefinition['kind'];
  const showIf = conditionOf(row, beside, before?.showIf);
  const same = SAME.flatMap((name) => {
    const value = typeof row[name] === 'string' ? row[name].trim() : row[name];
    return value === '' || value === null || value === undefined ? [] : [[name, value]];
  });
  // What the form does not show, because it came by import, stays.
  const { pattern, readable, writable, accept, display, nullable, minLength } =
    before?.kind === kind ? before : ({} as never);
  const kept = Object.entries({ pattern, readable, writable, accept, display, nullable, minLength });
  return {
    kind,
    label: textOf(row['label']),
    ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
    ...Object.fromEntries(same),
    ...(row['required'] === true ? { required: true } : {}),
    ...(row['index'] === true ? { index: true } : {}),
    ...(row['many'] === true ? { many: true } : {}),
    ...(row['width'] === true ? { width: 'half' as const } : {}),
    ...(kind === 'select' || kind === 'multiselect' ? { choices: readChoices(textOf(row['choices'])) } : {}),
    ...(kind === 'group' || kind === 'repeater' ? { fields: fieldsOf(row['fields'], before?.fields) } : {}),
    ...(kind === 'flexible' ? { layouts: layoutsOf(row['layouts'], before?.layouts) } : {}),
    ...(showIf ? { showIf } : {}),
  };
}

function layoutsOf(value: unknown, before: Record<string, FieldLayout> = {}): Record<string, FieldLayout> {
  return Object.fromEntries(
    listOf(value).map((row) => {
      const key = textOf(row['key']);
      return [key, { label: textOf(row['label']) || key, fields: fieldsOf(row['fields'], before[key]?.fields) }];
    }),
  );
}

function fieldsOf(value: unknown, before: Fields = {}): Fields {
  const rows = listOf(value);
  return Object.fromEntries(
    rows.map((row) => {
      const key = textOf(row['key']);
      return [key, fieldOf(row, rows, Object.hasOwn(before, key) ? before[key] : undefined)];
    }),
  );
}

/** Rows of which nothing was filled in, but for the kind, which has a value from the start, are none. */
export function withoutBlank(value: unknown): Values[] {
  const isFilled = (part: unknown): boolean => (Array.isArray(part) ? part.length > 0 : Boolean(part));
  return listOf(value)
    .map((row) => ({ ...row, fields: withoutBlank(row['fields']), layouts: withoutBlank(row['layouts']) }))
    .filter((row) => Object.entries(row).some(([name, part]) => name !== 'kind' && isFilled(part)));
}

/** The first key that is missing or stands twice in a form, on any level, with its place: `fields.2.key`. */
export function doubleKey(value: unknown, place: string): { key: string; field: string } | undefined {
  const rows = listOf(value);
  const keys = rows.map((row) => textOf(row['key']));
  for (const [index, key] of keys.entries()) {
    if (key === '' || keys.indexOf(key) !== index) return { key, field: `${place}.${index}.key` };
    const row = `${place}.${index}`;
    const inner =
      doubleKey(rows[index]?.['fields'], `${row}.fields`) ?? doubleKey(rows[index]?.['layouts'], `${row}.layouts`);
    if (inner) return inner;
  }
  return undefined;
}

/** The type that a form describes. */
export function typeOfValues(values: Values, before?: StoredType): StoredType {
  return {
    title: textOf(values['title']),
    singular: textOf(values['singular']),
    description: textOf(values['description']),
    icon: textOf(values['icon']) || 'file-earmark-text',
    public: values['public'] === true,
    hierarchical: values['hierarchical'] === true,
    ...(textOf(values['base']) ? { base: textOf(values['base']) } : {}),
    ...(textOf(values['archive']) ? { archive: textOf(values['archive']) } : {}),
    supports: listOf(values['supports']) as unknown as TypeSupport[],
    taxonomies: listOf(values['taxonomies']) as unknown as string[],
    fields: fieldsOf(values['fields'], before?.fields),
  };
}

/** The taxonomy that a form describes. */
export function taxonomyOfValues(values: Values): StoredTaxonomy {
  const base = textOf(values['base']);
  return {
    title: textOf(values['title']),
    singular: textOf(values['singular']),
    hierarchical: values['hierarchical'] === true,
    ...(base ? { base } : {}),
  };
}

function rowOf(key: string, field: FieldDefinition): Values {
  const { showIf } = field;
  return {
    ...field,
    key,
    width: field.width === 'half',
    choices: Object.entries(field.choices ?? {})
      .map(([name, label]) => `${name} : ${label}`)
      .join('\n'),
    ifField: showIf?.field ?? '',
    ifValue:
      showIf?.is === undefined ? '' : showIf.is === true ? 'yes' : showIf.is === false ? 'no' : String(showIf.is),
    fields: rowsOf(field.fields),
    layouts: Object.entries(field.layouts ?? {}).map(([name, { label, fields }]) => ({
      key: name,
      label,
      fields: rowsOf(fields),
    })),
  };
}

const rowsOf = (fields: Fields = {}): Values[] => Object.entries(fields).map(([key, field]) => rowOf(key, field));

/** A type as its form shows it. */
export function valuesOfType(type: StoredType): Values {
  return { ...type, fields: rowsOf(type.fields) };
}
