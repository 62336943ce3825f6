import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { decodeValue, encodeValue, fieldKinds, isFieldKind } from './model-fields.ts';
import type { ModelDefinition, ModelField } from './model-types.ts';

type Row = Record<string, unknown>;

const NAME = /^[a-z][A-Za-z0-9]{0,62}$/;
const TABLE = /^[a-z][a-z0-9_]{0,60}$/;
const RESERVED = new Set(['id', 'createdAt', 'updatedAt', 'version', 'or', 'and', 'not']);
const TIME: ModelField = { kind: 'datetime' };
const VERSION: ModelField = { kind: 'integer' };
const KEYS: Record<'id' | 'uuid', ModelField> = { id: { kind: 'integer' }, uuid: { kind: 'uuid' } };

/** `firstName` as a column: `first_name`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function pluralOf(name: string): string {
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

function refuse(model: string, problem: string): never {
  throw new GalleyError('GALLEY_MODEL_INVALID', `The model "${model}" ${problem}.`, { status: 500 });
}

function checkField(model: string, name: string, field: ModelField): void {
  if (!NAME.test(name)) refuse(model, `has a field "${name}"; names are like firstName`);
  if (RESERVED.has(name)) refuse(model, `has a field "${name}", which every model has or which groups conditions`);
  if (!isFieldKind(field.kind))
    refuse(
      model,
      `has the field "${name}" of the unknown kind "${String(field.kind)}".${didYouMean(String(field.kind), fieldKinds())}`,
    );
  if (field.kind === 'enum' && (field.choices ?? []).length === 0)
    refuse(model, `has the enum "${name}" without choices`);
  if (field.kind === 'reference' && field.to === undefined)
    refuse(model, `has the reference "${name}" that does not say to which model (to)`);
  const isLong = field.kind === 'text' || field.kind === 'json' || field.kind === 'binary' || field.kind === 'url';
  if (isLong && (field.unique || field.index))
    refuse(model, `has an index on "${name}"; a ${field.kind} is too long for one`);
  if ((field.precision ?? 18) > 18 || (field.scale ?? 0) > (field.precision ?? 18))
    refuse(model, `has the decimal "${name}" with more than 18 digits, or more of them after the point than in all`);
}

/** A model's names and columns, checked: what turns rows into objects and back. */
export class ModelShape {
  readonly name: string;
  readonly table: string;
  readonly key: 'id' | 'uuid';
  readonly definition: ModelDefinition;
  /** All fields that a row has, also those that every model has. */
  readonly fields: ReadonlyMap<string, ModelField>;

  /** @throws GALLEY_MODEL_INVALID when the definition makes no sense */
  constructor(name: string, definition: ModelDefinition) {
    this.name = name;
    this.definition = definition;
    this.key = definition.key ?? 'id';
    this.table = definition.table ?? pluralOf(snakeCase(name));
    if (!NAME.test(name)) refuse(name, 'has a name that is not like orderItem');
    if (!TABLE.test(this.table)) refuse(name, `has the table "${this.table}"; names are like order_items`);
    for (const [field, of] of Object.entries(definition.fields)) checkField(name, field, of);
    const stamps: [string, ModelField][] =
      definition.timestamps === false
        ? []
        : [
            ['createdAt', TIME],
            ['updatedAt', TIME],
          ];
    const version: [string, ModelField][] = definition.versioned ? [['version', VERSION]] : [];
    this.fields = new Map([['id', KEYS[this.key]], ...Object.entries(definition.fields), ...stamps, ...version]);
    for (const index of definition.indexes ?? []) for (const field of index.fields) this.need(field);
  }

  /** The field of this name. @throws GALLEY_MODEL_INVALID with a suggestion when there is none */
  need(name: string): ModelField {
    const field = this.fields.get(name);
    if (field) return field;
    throw new GalleyError(
      'GALLEY_MODEL_INVALID',
      `The model "${this.name}" has no field "${name}".${didYouMean(name, this.fields.keys())}`,
    );
  }

  /** The column of a field, with the table's name in front. */
  column(name: string): string {
    this.need(name);
    return `${this.table}.${snakeCase(name)}`;
  }

  encode(values: Row): Row {
    const row: Row = {};
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) row[snakeCase(name)] = encodeValue(value, this.need(name));
    }
    return row;
  }

  decode(row: Row): Row {
    const values: Row = {};
    for (const [name, field] of this.fields) values[name] = decodeValue(row[snakeCase(name)], field);
    return values;
  }
}
