import type { Knex } from 'knex';
import type { Database } from './database.ts';
import { decodeValue } from './model-fields.ts';
import { boundedLimit, ModelOrder } from './model-query.ts';
import { type FindShape, ModelRelations } from './model-relations.ts';
import type { ModelShape } from './model-shape.ts';
import type {
  FieldValue,
  ListOptions,
  LoadedRow,
  ModelDefinition,
  ModelKey,
  ModelPage,
  ModelRow,
  Where,
} from './model-types.ts';
import { ModelValidation } from './model-validation.ts';
import { ModelWhere } from './model-where.ts';

type Row = Record<string, unknown>;

/** Fields whose values can be added up. */
type Summable<Definition extends ModelDefinition> = {
  [Name in keyof Definition['fields']]: Definition['fields'][Name] extends {
    kind: 'integer' | 'number' | 'bigint' | 'decimal' | 'duration';
  }
    ? Name
    : never;
}[keyof Definition['fields']] &
  string;

type OwnField<Definition extends ModelDefinition> = keyof Definition['fields'] & string;

/** One group of rows. */
export interface ModelGroup<Value> {
  value: Value | null;
  count: number;
  /** Of the summed field. */
  sum: number | undefined;
}

const MAX_GROUPS = 1_000;
const ITERATE_ROWS = 500;

/** The reading half of a model: every read is typed and bounded. */
export class ModelReader<const Definition extends ModelDefinition = ModelDefinition> {
  readonly shape: ModelShape;
  protected readonly database: Database;
  protected readonly validation: ModelValidation;
  protected readonly conditions: ModelWhere;
  protected readonly relations: ModelRelations;
  readonly #order: ModelOrder;

  constructor(shape: ModelShape, database: Database, findShape: FindShape) {
    this.shape = shape;
    this.database = database;
    this.validation = new ModelValidation(shape);
    this.conditions = new ModelWhere(shape, database.dialect, this.validation);
    this.relations = new ModelRelations(database, findShape);
    this.#order = new ModelOrder(shape, this.validation);
  }

  get name(): string {
    return this.shape.name;
  }

  /** The row with this key, or undefined. */
  async find(
    id: ModelKey<Definition>,
    options: { with?: readonly string[] } = {},
  ): Promise<LoadedRow<Definition> | undefined> {
    return await this.findBy({ id } as Where<ModelRow<Definition>>, options);
  }

  /** The first row (by key) that meets the conditions, or undefined. */
  async findBy(
    where: Where<ModelRow<Definition>>,
    options: { with?: readonly string[] } = {},
  ): Promise<LoadedRow<Definition> | undefined> {
    return (await this.list({ where, limit: 1, ...options })).items[0];
  }

  /** A page of rows; go on with `after: next`. @throws GALLEY_MODEL_INVALID for unknown fields or wrong values */
  async list({
    where = {},
    orderBy,
    limit,
    after,
    with: related = [],
  }: ListOptions<Definition> = {}): Promise<ModelPage<LoadedRow<Definition>>> {
    const size = boundedLimit(limit);
    const terms = this.#order.parse(orderBy);
    const query = this.#select(where)
      .select(`${this.shape.table}.*`)
      .limit(size + 1);
    this.#order.apply(query, terms);
    if (after !== undefined) this.#order.applyAfter(query, terms, after);
    const found: Row[] = await query;
    const items = found.slice(0, size).map((row) => this.shape.decode(row));
    const last = items.at(-1);
    const next = found.length > size && last ? this.#order.cursor(terms, last) : undefined;
    await this.relations.load(this.shape, items, related);
    return { items: items as LoadedRow<Definition>[], next };
  }

  /** The place of a row in an order: `after` it the next page begins, or, in the opposite order, the page before. */
  cursorOf(row: ModelRow<Definition>, orderBy?: ListOptions<Definition>['orderBy']): string {
    return this.#order.cursor(this.#order.parse(orderBy), row as Row);
  }

  /** All rows that meet the conditions, one after the other, read in pages by key. */
  async *iterate({
    where,
    with: related,
  }: Pick<ListOptions<Definition>, 'where' | 'with'> = {}): AsyncGenerator<LoadedRow<Definition>> {
    let after: string | undefined;
    do {
      const page: ModelPage<LoadedRow<Definition>> = await this.list({
        ...(where ? { where } : {}),
        ...(related ? { with: related } : {}),
        limit: ITERATE_ROWS,
        after,
      });
      yield* page.items;
      after = page.next;
    } while (after !== undefined);
  }

  /** How many rows meet the conditions. */
  async count(where: Where<ModelRow<Definition>> = {}): Promise<number> {
    const row: { n: unknown } | undefined = await this.#select(where).count({ n: '*' }).first();
    return Number(row?.n ?? 0);
  }

  /** Whether a row meets the conditions. */
  async exists(where: Where<ModelRow<Definition>> = {}): Promise<boolean> {
    return (await this.#select(where).select(this.shape.column('id')).first()) !== undefined;
  }

  /** The sum of a field; 0 without rows. Decimals come as strings, 64-bit numbers as bigint. */
  async sum<Name extends Summable<Definition>>(
    name: Name,
    where: Where<ModelRow<Definition>> = {},
  ): Promise<FieldValue<Definition['fields'][Name]>> {
    const row: { n: unknown } | undefined = await this.#select(where)
      .sum({ n: this.shape.column(name) })
      .first();
    return decodeValue(row?.n ?? 0, this.shape.need(name)) as FieldValue<Definition['fields'][Name]>;
  }

  /** The average of a field; null without rows. */
  async avg(name: Summable<Definition>, where: Where<ModelRow<Definition>> = {}): Promise<number | null> {
    const field = this.shape.need(name);
    const row: { n: unknown } | undefined = await this.#select(where)
      .avg({ n: this.shape.column(name) })
      .first();
    if (row?.n === null || row?.n === undefined) return null;
    return field.kind === 'decimal' ? Number(row.n) / 10 ** (field.scale ?? 2) : Number(row.n);
  }

  /** The smallest value of a field; null without rows. */
  async min<Name extends OwnField<Definition>>(
    name: Name,
    where: Where<ModelRow<Definition>> = {},
  ): Promise<FieldValue<Definition['fields'][Name]> | null> {
    const row: { n: unknown } | undefined = await this.#select(where)
      .min({ n: this.shape.column(name) })
      .first();
    return this.#edge(name, row?.n);
  }

  /** The greatest value of a field; null without rows. */
  async max<Name extends OwnField<Definition>>(
    name: Name,
    where: Where<ModelRow<Definition>> = {},
  ): Promise<FieldValue<Definition['fields'][Name]> | null> {
    const row: { n: unknown } | undefined = await this.#select(where)
      .max({ n: this.shape.column(name) })
      .first();
    return this.#edge(name, row?.n);
  }

  #edge<Name extends OwnField<Definition>>(name: Name, value: unknown): FieldValue<Definition['fields'][Name]> | null {
    return (value === null || value === undefined ? null : decodeValue(value, this.shape.need(name))) as FieldValue<
      Definition['fields'][Name]
    > | null;
  }

  /** Rows counted by the value of a field, the largest groups first. @param options.sum a field to add up in each */
  async group<Name extends OwnField<Definition>>(
    name: Name,
    {
      where = {},
      sum,
      limit = MAX_GROUPS,
    }: { where?: Where<ModelRow<Definition>>; sum?: Summable<Definition>; limit?: number } = {},
  ): Promise<ModelGroup<FieldValue<Definition['fields'][Name]>>[]> {
    const field = this.shape.need(name);
    const query = this.#select(where)
      .select({ value: this.shape.column(name) })
      .count({ n: '*' });
    if (sum !== undefined) query.sum({ sum: this.shape.column(sum) });
    const rows: { value: unknown; n: unknown; sum?: unknown }[] = await query
      .groupBy(this.shape.column(name))
      .orderBy('n', 'desc')
      .limit(boundedLimit(limit));
    const scale =
      sum !== undefined && this.shape.need(sum).kind === 'decimal' ? 10 ** (this.shape.need(sum).scale ?? 2) : 1;
    return rows.map((row) => ({
      value: (row.value === null ? null : decodeValue(row.value, field)) as FieldValue<
        Definition['fields'][Name]
      > | null,
      count: Number(row.n),
      sum: row.sum === undefined ? undefined : Number(row.sum ?? 0) / scale,
    }));
  }

  #select(where: object): Knex.QueryBuilder {
    return this.conditions.apply(this.database.read(this.shape.table), where as Row);
  }
}
