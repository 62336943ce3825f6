import type { FieldDefinition, ModelField, Site, Viewer } from 'galley';
import { type KnownModel, knownModel, labelOf, type Row, titleField, titleOf } from './shown-model.ts';

/** So many rows of another model are offered in a list; of more, one is looked for. */
const OFFERED = 200;

/** The controls of the kinds that are not called the same. Bytes have none. */
const CONTROLS: Partial<Record<ModelField['kind'], FieldDefinition['kind']>> = {
  string: 'text',
  text: 'textarea',
  uuid: 'text',
  file: 'text',
  image: 'text',
  enum: 'select',
};

/** The fields of a form for the rows of a model, by name. */
export async function fieldsOf(
  site: Site,
  model: KnownModel,
  { viewer, without, row }: { viewer: Viewer; without?: string; row?: Row },
): Promise<Record<string, FieldDefinition>> {
  const named = Object.entries(model.definition.fields).filter(
    ([name, { kind }]) => name !== without && kind !== 'binary',
  );
  const fields = await Promise.all(
    named.map(([name, field]) => fieldOf(site, name, field, { viewer, value: row?.[name] })),
  );
  return Object.fromEntries(named.map(([name], at) => [name, fields[at] as FieldDefinition]));
}

/** Who fills in a field, and what it holds. */
interface Filled {
  viewer: Viewer;
  value: unknown;
}

async function fieldOf(site: Site, name: string, field: ModelField, filled: Filled): Promise<FieldDefinition> {
  const { kind, help, min, max, minLength, maxLength, pattern } = field;
  const isNeeded = !field.null && !field.blank && field.default === undefined && kind !== 'boolean';
  const shared = {
    label: labelOf(name, field),
    required: isNeeded,
    ...(help === undefined ? {} : { help }),
    ...(min === undefined || kind === 'datetime' ? {} : { min }),
    ...(max === undefined || kind === 'datetime' ? {} : { max }),
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(pattern === undefined ? {} : { pattern }),
  };
  if (kind === 'reference') return { ...shared, ...(await referenceOf(site, field, filled)) };
  if (kind === 'enum') return { ...shared, kind: 'select', choices: choicesOf(field) };
  if (kind === 'boolean') return { ...shared, kind, nullable: field.null === true };
  return { ...shared, kind: CONTROLS[kind] ?? (kind as FieldDefinition['kind']) };
}

/** The values of an enum in words. */
export function choicesOf({ choices = [] }: ModelField): Record<string, string> {
  return Object.fromEntries(choices.map((choice) => [choice, labelOf(choice.replaceAll(/[_-]+/g, ' '), {})]));
}

async function referenceOf(
  site: Site,
  field: ModelField,
  { viewer, value }: Filled,
): Promise<Pick<FieldDefinition, 'kind' | 'choices' | 'to'>> {
  const choices = await referenceChoices(site, field, value);
  if (choices) return { kind: 'select', choices };
  const { definition, name } = knownModel(site, field.to ?? '');
  // Only who may see the list of the others is offered them; everybody else has to know the number.
  if (definition.admin && viewer.can(definition.admin.capability)) return { kind: 'relation', to: `model:${name}` };
  return { kind: field.toUuid ? 'text' : 'integer' };
}

/** The rows that a reference may lead to, by key, in order of their names; undefined where there are too many. */
export async function referenceChoices(
  site: Site,
  { to = '' }: ModelField,
  value?: unknown,
): Promise<Record<string, string> | undefined> {
  const other = knownModel(site, to);
  const title = titleField(other);
  const { items, next } = await other.rows.list({ ...(title ? { orderBy: [title] } : {}), limit: OFFERED });
  if (next !== undefined) return undefined;
  const isThere = value === null || value === undefined || items.some(({ id }) => id === value);
  const chosen = isThere ? undefined : await other.rows.find(value as number);
  return Object.fromEntries(
    [...items, ...(chosen ? [chosen] : [])].map((row) => [String(row.id), titleOf(other, row)]),
  );
}

/** A value as the form has it. */
export function toForm({ kind }: ModelField, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'datetime') return new Date(Number(value)).toISOString();
  if (kind === 'duration') return Number(value) / 1000;
  if (kind === 'time') return String(value).replace(/:00$/, '');
  return kind === 'bigint' || kind === 'reference' ? String(value) : value;
}

/** What was typed as the model has it; what is no value of its kind stays, so that the model says what is wrong. */
export function toModel(field: ModelField, typed: unknown): unknown {
  const { kind } = field;
  if (typed === null) return field.blank && !field.null ? '' : null;
  if (kind === 'datetime' && typeof typed === 'string')
    return Number.isNaN(Date.parse(typed)) ? typed : Date.parse(typed);
  if (kind === 'duration' && typeof typed === 'number') return typed * 1000;
  if (kind === 'time' && /^\d\d:\d\d$/.test(String(typed))) return `${typed}:00`;
  if (kind === 'bigint' && /^-?\d{1,19}$/.test(String(typed))) return BigInt(String(typed));
  if (kind === 'reference' && !field.toUuid && /^\d{1,15}$/.test(String(typed))) return Number(typed);
  return typed;
}
