import { GalleyError } from '../lib/errors.ts';
import type { Database } from './database.ts';
import { encodeValue } from './model-fields.ts';
import { ModelReader } from './model-reader.ts';
import type { FindShape, RelatedChange } from './model-relations.ts';
import type { ModelShape } from './model-shape.ts';
import type { ModelDefinition, ModelKey, ModelRow, NewRow, RowChanges, Where } from './model-types.ts';
import { withDefaults } from './model-validation.ts';
import { uuidV7 } from './uuid.ts';

type Row = Record<string, unknown>;

/** What listeners of the hooks around a write get. */
export interface ModelEvent {
  /** Name of the model. */
  model: string;
  /** The row as it is now; undefined when it is gone. */
  row: Readonly<Row> | undefined;
  /** The row as it was; undefined when it is new. */
  previous: Readonly<Row> | undefined;
}

/** What listeners get when a row is tied to other rows than before, or in another order. */
export interface ModelRelatedEvent extends RelatedChange {
  /** Name of the model. */
  model: string;
  /** Key of the row. */
  id: string | number;
  /** Name of the manyToMany relation. */
  relation: string;
}

/** The part of the hook engine that models use. */
export interface ModelHooks {
  /** Filter, inside the transaction: returns the row to write, or throws to refuse. */
  saving(row: Row, event: ModelEvent): Promise<Row>;
  /** Filter, inside the transaction: throws to refuse. */
  removing(event: ModelEvent): Promise<void>;
  /** Actions, after the commit. */
  saved(event: ModelEvent): Promise<void>;
  removed(event: ModelEvent): Promise<void>;
  related(event: ModelRelatedEvent): Promise<void>;
}

/** What a model works with. */
export interface ModelParts {
  database: Database;
  hooks: ModelHooks | undefined;
  findShape: FindShape;
}

/**
 * A table of a plugin, by its definition: rows are typed, checked and bounded, and every write fires hooks.
 *
 * @example
 * const orders = site.models.define('order', { fields: { number: { kind: 'string', unique: true }, total: { kind: 'decimal' } } });
 * const order = await orders.create({ number: 'A-1', total: '12.50' });
 * const { items, next } = await orders.list({ where: { total: { gte: '10.00' } }, orderBy: ['-createdAt'], limit: 20 });
 */
export class Model<const Definition extends ModelDefinition = ModelDefinition> extends ModelReader<Definition> {
  readonly #hooks: ModelHooks | undefined;

  constructor(shape: ModelShape, { database, hooks, findShape }: ModelParts) {
    super(shape, database, findShape);
    this.#hooks = hooks;
  }

  /**
   * Makes a row. Fires `model:saving` in the transaction and `model:saved` after it.
   * @throws GALLEY_MODEL_INVALID with `details.fields`, GALLEY_DATABASE_DUPLICATE when a unique value is taken
   */
  async create(values: NewRow<Definition>): Promise<ModelRow<Definition>> {
    return await this.database.transaction(async () => {
      const row = await this.#checked(withDefaults(this.shape, values), undefined);
      const stamped = {
        ...row,
        ...this.#stamps(Date.now(), true),
        ...(this.shape.key === 'uuid' ? { id: uuidV7() } : {}),
      };
      const id = await this.database.insert(this.shape.table, this.shape.encode(stamped));
      return await this.#announce({ id, ...stamped }, undefined);
    });
  }

  /** Makes many rows, in batches, all or none. They are checked, but fire no hooks, and their keys are not told. */
  async createMany(rows: readonly NewRow<Definition>[]): Promise<number> {
    const encoded: Row[] = [];
    for (const values of rows) {
      const row = withDefaults(this.shape, values);
      await this.validation.check(row);
      const key = this.shape.key === 'uuid' ? { id: uuidV7() } : {};
      encoded.push(this.shape.encode({ ...row, ...this.#stamps(Date.now(), true), ...key }));
    }
    await this.database.transaction(() => this.database.insertMany(this.shape.table, encoded));
    return encoded.length;
  }

  /**
   * Changes a row. Fires the same hooks as create.
   * @param options.version the version that the change is based on, for versioned models
   * @throws GALLEY_ENTRY_UNKNOWN when there is no such row, GALLEY_DATABASE_CONFLICT when somebody was faster
   */
  async update(
    id: ModelKey<Definition>,
    changes: RowChanges<Definition>,
    { version }: { version?: number } = {},
  ): Promise<ModelRow<Definition>> {
    return await this.database.transaction(async () => {
      const previous = await this.#need(id);
      if (version !== undefined && previous['version'] !== version) this.#conflict(id);
      const own = Object.fromEntries(Object.keys(this.shape.definition.fields).map((name) => [name, previous[name]]));
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      const row = await this.#checked({ ...own, ...given }, previous);
      const now = Math.max(Date.now(), Number(previous['updatedAt'] ?? 0));
      const stamped: Row = {
        ...row,
        ...this.#stamps(now, false),
        ...(this.shape.definition.versioned ? { version: Number(previous['version']) + 1 } : {}),
      };
      const where = {
        id: encodeValue(id, this.shape.need('id')),
        ...(this.shape.definition.versioned ? { version: previous['version'] } : {}),
      };
      const changed: number = await this.database
        .write(this.shape.table)
        .where(where as Row)
        .update(this.shape.encode(stamped));
      if (changed === 0) this.#conflict(id);
      return await this.#announce({ ...previous, ...stamped }, previous);
    });
  }

  /** Changes all rows that meet the conditions, by one statement and without hooks. @returns how many */
  async updateMany(where: Where<ModelRow<Definition>>, changes: RowChanges<Definition>): Promise<number> {
    for (const [name, value] of Object.entries(changes)) {
      const mistake = Object.hasOwn(this.shape.definition.fields, name)
        ? this.validation.mistake(name, value)
        : 'cannot be set';
      if (mistake !== undefined)
        throw new GalleyError('GALLEY_MODEL_INVALID', `${name} ${mistake}.`, {
          details: { fields: { [name]: mistake } },
        });
    }
    const query = this.conditions.apply(this.database.write(this.shape.table), where);
    if (this.shape.definition.versioned) query.increment('version', 1);
    const changed: number = await query.update(this.shape.encode({ ...changes, ...this.#stamps(Date.now(), false) }));
    return changed;
  }

  /** Removes a row. Fires `model:removing` in the transaction and `model:removed` after it. @returns whether there was one */
  async remove(id: ModelKey<Definition>, { version }: { version?: number } = {}): Promise<boolean> {
    return await this.database.transaction(async () => {
      const previous = await this.#row(id);
      if (!previous) return false;
      if (version !== undefined && previous['version'] !== version) this.#conflict(id);
      const event: ModelEvent = { model: this.name, row: undefined, previous };
      await this.#hooks?.removing(event);
      for (const relation of Object.values(this.shape.definition.relations ?? {})) {
        if (relation.kind === 'manyToMany')
          await this.database.write(relation.through).where(relation.from, id).delete();
      }
      await this.database.write(this.shape.table).where('id', id).delete();
      await this.database.afterCommit(() => this.#hooks?.removed(event));
      return true;
    });
  }

  /** Removes all rows that meet the conditions, by one statement and without hooks. @returns how many */
  async removeMany(where: Where<ModelRow<Definition>>): Promise<number> {
    const removed: number = await this.conditions.apply(this.database.write(this.shape.table), where).delete();
    return removed;
  }

  /** Sets the rows that a manyToMany relation ties to a row, in this order. Fires `model:related` where that changes any. */
  async relate(id: ModelKey<Definition>, relation: string, others: readonly (string | number)[]): Promise<void> {
    await this.database.transaction(async () => {
      const change = await this.relations.replace(this.shape, relation, id, others);
      if (!change) return;
      const event: ModelRelatedEvent = { model: this.name, id, relation, ...change };
      await this.database.afterCommit(() => this.#hooks?.related(event));
    });
  }

  async #row(id: string | number): Promise<Row | undefined> {
    // Locked, so that of two who change it at once the second sees what the first wrote.
    const row = await this.database.dialect.lockRow(this.database.write(this.shape.table)).where('id', id).first();
    return row && this.shape.decode(row as Row);
  }

  async #need(id: string | number): Promise<Row> {
    const row = await this.#row(id);
    if (row) return row;
    throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no ${this.name} ${id}.`);
  }

  #conflict(id: string | number): never {
    throw new GalleyError(
      'GALLEY_DATABASE_CONFLICT',
      `The ${this.name} ${id} was changed by somebody else in the meantime. Load it again.`,
    );
  }

  async #checked(values: Row, previous: Row | undefined): Promise<Row> {
    const event: ModelEvent = { model: this.name, row: values, previous };
    const row = (await this.#hooks?.saving(values, event)) ?? values;
    await this.validation.check(row);
    return row;
  }

  #stamps(now: number, isNew: boolean): Row {
    const times =
      this.shape.definition.timestamps === false ? {} : { updatedAt: now, ...(isNew ? { createdAt: now } : {}) };
    return { ...times, ...(isNew && this.shape.definition.versioned ? { version: 1 } : {}) };
  }

  async #announce(row: Row, previous: Row | undefined): Promise<ModelRow<Definition>> {
    // Through the columns and back, so that the caller sees what the next reader will.
    const stored = this.shape.decode(
      Object.fromEntries(Object.entries(this.shape.encode(row)).map(([name, value]) => [name, value])),
    );
    await this.database.afterCommit(() => this.#hooks?.saved({ model: this.name, row: stored, previous }));
    return stored as ModelRow<Definition>;
  }
}
