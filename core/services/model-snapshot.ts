import { type ColumnShape, columnOf } from './model-fields.ts';
import { type ModelShape, snakeCase } from './model-shape.ts';

/** A column as a migration makes it. */
export interface ColumnSnapshot extends ColumnShape {
  /** Of references: the table, and what happens when its row is deleted. */
  to?: { table: string; onDelete: 'restrict' | 'cascade' | 'set null' };
  /** The column's former name. */
  renamedFrom?: string;
}

/** An index as a migration makes it. */
export interface IndexSnapshot {
  columns: string[];
  unique: boolean;
}

/** A table of pairs. */
export interface PairsSnapshot {
  from: { column: string; type: 'reference' | 'key' };
  to: { column: string; type: 'reference' | 'key' };
}

/** All of a model that is in the schema; kept as JSON beside the migrations. */
export interface ModelSnapshot {
  table: string;
  key: 'id' | 'uuid';
  columns: Record<string, ColumnSnapshot>;
  /** By name. */
  indexes: Record<string, IndexSnapshot>;
  /** By table. */
  pairs: Record<string, PairsSnapshot>;
}

const MAX_INDEX_NAME = 64;

function indexName(table: string, columns: readonly string[], suffix: 'unique' | 'index'): string {
  return `${table}_${columns.join('_')}`.slice(0, MAX_INDEX_NAME - suffix.length - 1).concat('_', suffix);
}

function columnsOf(shape: ModelShape, tableOf: (model: string) => string): Record<string, ColumnSnapshot> {
  const columns: Record<string, ColumnSnapshot> = {};
  for (const [name, field] of shape.fields) {
    if (name === 'id') continue;
    const column: ColumnSnapshot = columnOf(field);
    if (field.kind === 'reference' && field.to !== undefined)
      column.to = { table: tableOf(field.to), onDelete: field.onDelete ?? 'restrict' };
    if (field.renamedFrom !== undefined) column.renamedFrom = snakeCase(field.renamedFrom);
    columns[snakeCase(name)] = column;
  }
  return columns;
}

function indexesOf({ table, fields, definition }: ModelShape): Record<string, IndexSnapshot> {
  const indexes: Record<string, IndexSnapshot> = {};
  const add = (
    columns: string[],
    unique: boolean,
    name = indexName(table, columns, unique ? 'unique' : 'index'),
  ): void => {
    indexes[name] = { columns, unique };
  };
  for (const [name, field] of fields) {
    if (field.unique) add([snakeCase(name)], true);
    else if (field.index || field.kind === 'reference') add([snakeCase(name)], false);
  }
  for (const { fields: names, unique = false, name } of definition.indexes ?? [])
    add(names.map(snakeCase), unique, name);
  return indexes;
}

function pairsOf({ definition, key }: ModelShape): Record<string, PairsSnapshot> {
  const pairs: Record<string, PairsSnapshot> = {};
  for (const relation of Object.values(definition.relations ?? {})) {
    if (relation.kind !== 'manyToMany' || relation.owner === false) continue;
    pairs[relation.through] = {
      from: { column: relation.from, type: key === 'uuid' ? 'key' : 'reference' },
      to: { column: relation.to, type: relation.toUuid ? 'key' : 'reference' },
    };
  }
  return pairs;
}

/** The schema that a model asks for. @param tableOf finds the table of another model */
export function snapshotOf(shape: ModelShape, tableOf: (model: string) => string): ModelSnapshot {
  return {
    table: shape.table,
    key: shape.key,
    columns: columnsOf(shape, tableOf),
    indexes: indexesOf(shape),
    pairs: pairsOf(shape),
  };
}
