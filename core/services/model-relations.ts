import type { Knex } from 'knex';
import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { Database } from './database.ts';
import type { ModelShape } from './model-shape.ts';
import type { BelongsTo, HasMany, ManyToMany, ModelRelation } from './model-types.ts';

type Row = Record<string, unknown>;

/** Finds the shape of another model. */
export type FindShape = (name: string) => ModelShape;

/** What became of the rows that a row is tied to, by key. */
export interface RelatedChange {
  /** All that are tied to it now, in order. */
  related: readonly (string | number)[];
  added: readonly (string | number)[];
  removed: readonly (string | number)[];
}

const MAX_RELATED = 10_000;
const MAX_DEPTH = 4;
/** Alias of the near key in a query over a table of pairs; no field has such a name. */
const NEAR = '__near';

/** `['author', 'items.product']` as a tree. */
function treeOf(paths: readonly string[]): Map<string, string[]> {
  const tree = new Map<string, string[]>();
  for (const path of paths) {
    const [first = '', ...rest] = path.split('.');
    if (rest.length >= MAX_DEPTH)
      throw new GalleyError(
        'GALLEY_MODEL_INVALID',
        `"${path}" is too deep; relations are loaded ${MAX_DEPTH} levels deep at most.`,
      );
    tree.set(first, [...(tree.get(first) ?? []), ...(rest.length > 0 ? [rest.join('.')] : [])]);
  }
  return tree;
}

function keysOf(rows: readonly Row[], name: string): (string | number)[] {
  return [...new Set(rows.map((row) => row[name]).filter((key) => key !== null && key !== undefined))] as (
    | string
    | number
  )[];
}

function groupBy(rows: readonly Row[], name: string): Map<unknown, Row[]> {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) {
    const group = groups.get(row[name]);
    if (group) group.push(row);
    else groups.set(row[name], [row]);
  }
  return groups;
}

/** Loads related rows: one query a relation, whatever the number of rows. */
export class ModelRelations {
  readonly #database: Database;
  readonly #find: FindShape;

  constructor(database: Database, find: FindShape) {
    this.#database = database;
    this.#find = find;
  }

  /** Adds to each row what `paths` name. @throws GALLEY_MODEL_INVALID for an unknown relation, or when it is too much */
  async load(shape: ModelShape, rows: readonly Row[], paths: readonly string[]): Promise<void> {
    if (rows.length === 0) return;
    for (const [name, deeper] of treeOf(paths)) {
      const relation = this.#relation(shape, name);
      const target = this.#find(relation.model);
      const related = await this.#loadOne(shape, name, relation, rows);
      await this.load(target, related, deeper);
    }
  }

  #relation(shape: ModelShape, name: string): ModelRelation<unknown> {
    const relations = shape.definition.relations ?? {};
    const relation = Object.hasOwn(relations, name) ? relations[name] : undefined;
    if (relation) return relation;
    throw new GalleyError(
      'GALLEY_MODEL_INVALID',
      `The model "${shape.name}" has no relation "${name}".${didYouMean(name, Object.keys(relations))}`,
    );
  }

  #loadOne(shape: ModelShape, name: string, relation: ModelRelation<unknown>, rows: readonly Row[]): Promise<Row[]> {
    if (relation.kind === 'belongsTo') return this.#belongsTo(name, relation, rows);
    if (relation.kind === 'manyToMany') return this.#manyToMany(shape, name, relation, rows);
    return this.#hasMany(name, relation, rows);
  }

  async #belongsTo(name: string, relation: BelongsTo<unknown>, rows: readonly Row[]): Promise<Row[]> {
    const target = this.#find(relation.model);
    const keys = keysOf(rows, relation.field);
    const related = await this.#select(target, (query) => void query.whereIn(target.column('id'), keys), keys.length);
    const byKey = new Map(related.map((row) => [row['id'], row]));
    for (const row of rows) row[name] = byKey.get(row[relation.field]) ?? null;
    return related;
  }

  async #hasMany(name: string, relation: HasMany<unknown>, rows: readonly Row[]): Promise<Row[]> {
    const target = this.#find(relation.model);
    const keys = keysOf(rows, 'id');
    const order = relation.orderBy ?? 'id';
    const related = await this.#select(
      target,
      (query) => {
        query.whereIn(target.column(relation.field), keys);
        query
          .orderBy(target.column(order.replace(/^-/, '')), order.startsWith('-') ? 'desc' : 'asc')
          .orderBy(target.column('id'));
      },
      keys.length,
    );
    const groups = groupBy(related, relation.field);
    for (const row of rows) {
      const own = groups.get(row['id']) ?? [];
      row[name] = relation.kind === 'hasMany' ? own : (own[0] ?? null);
    }
    return related;
  }

  async #manyToMany(
    shape: ModelShape,
    name: string,
    relation: ManyToMany<unknown>,
    rows: readonly Row[],
  ): Promise<Row[]> {
    const target = this.#find(relation.model);
    const near = `${relation.through}.${relation.from}`;
    const keys = keysOf(rows, 'id');
    const pairs = await this.#select(
      target,
      (query) => {
        query.join(relation.through, `${relation.through}.${relation.to}`, target.column('id')).whereIn(near, keys);
        query
          .orderBy(`${relation.through}.position`)
          .orderBy(target.column('id'))
          .select({ [NEAR]: near });
      },
      keys.length,
    );
    const groups = groupBy(pairs, NEAR);
    for (const row of rows)
      row[name] = (groups.get(shape.key === 'uuid' ? row['id'] : Number(row['id'])) ?? []).map(
        ({ [NEAR]: _, ...own }) => own,
      );
    return rows.flatMap((row) => row[name] as Row[]);
  }

  async #select(target: ModelShape, build: (query: Knex.QueryBuilder) => void, keys: number): Promise<Row[]> {
    if (keys === 0) return [];
    const query: Knex.QueryBuilder = this.#database
      .read(target.table)
      .select(`${target.table}.*`)
      .limit(MAX_RELATED + 1);
    build(query);
    const rows: Row[] = await query;
    if (rows.length > MAX_RELATED) {
      throw new GalleyError(
        'GALLEY_MODEL_INVALID',
        `More than ${MAX_RELATED} rows of "${target.name}" are related. List them by themselves, in pages.`,
      );
    }
    return rows.map((row) => ({ ...target.decode(row), ...(row[NEAR] === undefined ? {} : { [NEAR]: row[NEAR] }) }));
  }

  /** Sets what the table of pairs ties to a row, in this order, in a transaction. @returns undefined where that is so already */
  async replace(
    shape: ModelShape,
    name: string,
    id: string | number,
    others: readonly (string | number)[],
  ): Promise<RelatedChange | undefined> {
    const relation = this.#relation(shape, name);
    if (relation.kind !== 'manyToMany')
      throw new GalleyError('GALLEY_MODEL_INVALID', `"${name}" is ${relation.kind}; only manyToMany has pairs to set.`);
    const { through, from, to } = relation;
    const keyOf = this.#find(relation.model).key === 'uuid' ? String : Number;
    const related = [...new Set(others.map((other) => keyOf(other)))];
    return await this.#database.transaction(async () => {
      const own = () => this.#database.write(through).where(from, id);
      const pairs: Row[] = await this.#database.dialect.lockRow(own()).select(to).orderBy('position');
      const previous = pairs.map((pair) => keyOf(pair[to]));
      if (previous.length === related.length && previous.every((key, place) => key === related[place]))
        return undefined;
      await own().delete();
      await this.#database.insertMany(
        through,
        related.map((key, position) => ({ [from]: id, [to]: key, position })),
      );
      const [before, after] = [new Set(previous), new Set(related)];
      return {
        related,
        added: related.filter((key) => !before.has(key)),
        removed: previous.filter((key) => !after.has(key)),
      };
    });
  }
}
