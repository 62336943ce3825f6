import type { ValidateFunction } from 'ajv';
import type { Knex } from 'knex';
import type { DeclaredTable } from '../kernel/contained-manifest.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { createAjv } from '../lib/json-schema.ts';

const MAX_RECORDS = 10_000;
const MAX_CHARS = 32 * 1024;
const TEXT_MAX = 100;
const LIMIT = 50;

/** A comparison with the value of an indexed field. */
export type RecordCondition = string | number | boolean | { gte?: number; gt?: number; lte?: number; lt?: number };

/** Which records to read; all conditions must hold. */
export interface RecordQuery {
  where?: Record<string, RecordCondition>;
  /** An indexed field; in order of id where there is none. */
  order?: string;
  direction?: 'asc' | 'desc';
  /** At most 50. */
  limit?: number;
}

/** A record with what the kernel knows of it. */
export type StoredRecord = Record<string, unknown> & { id: number; version: number };

interface Row {
  id: number;
  plugin: string;
  collection: string;
  version: number;
  data: string;
  modified_at: number;
}

interface ValueRow {
  record_id: number;
  plugin: string;
  collection: string;
  field: string;
  text: string | null;
  number: number | null;
}

const isNumeric = (value: unknown): value is number | boolean =>
  typeof value === 'number' || typeof value === 'boolean';
const decode = ({ id, version, data }: Row): StoredRecord => ({
  ...(JSON.parse(data) as Record<string, unknown>),
  id: Number(id),
  version,
});

/** One table that a contained plugin declares. All such tables stand in one of the store: none needs a migration. */
export class PluginRecords {
  readonly #site: Site;
  readonly #scope: { plugin: string; collection: string };
  readonly #indexed: readonly string[];
  readonly #check: ValidateFunction;

  constructor(site: Site, plugin: string, collection: string, { fields, required = [] }: DeclaredTable) {
    this.#site = site;
    this.#scope = { plugin, collection };
    this.#indexed = Object.keys(fields).filter((name) => fields[name]?.['index'] === true);
    const properties = Object.fromEntries(
      Object.entries(fields).map(([name, { index: _index, ...schema }]) => [name, schema]),
    );
    const schema = { type: 'object', additionalProperties: false, required, properties };
    this.#check = createAjv({ strict: false }).compile(schema);
  }

  async get(id: number): Promise<StoredRecord | null> {
    const query = this.#site.database.read<Row>('plugin_records').where({ ...this.#scope, id });
    const row = (await query.first()) as Row | undefined;
    return row ? decode(row) : null;
  }

  /** @throws GALLEY_INPUT_INVALID for a field that is not indexed */
  async find({ where = {}, order, direction = 'asc', limit = 20 }: RecordQuery): Promise<StoredRecord[]> {
    const { plugin, collection } = this.#scope;
    const { database } = this.#site;
    const query = database.read<Row>('plugin_records').select('plugin_records.*');
    void query.where('plugin_records.plugin', plugin).where('plugin_records.collection', collection);
    for (const [index, [field, condition]] of Object.entries(where).entries()) {
      const alias = this.#join(query, `w${index}`, field);
      restrict(query, alias, condition);
    }
    if (order !== undefined) {
      const alias = this.#join(query, 'o', order);
      void query.orderBy(`${alias}.number`, direction).orderBy(`${alias}.text`, direction);
    }
    void query.orderBy('plugin_records.id', direction).limit(Math.min(limit, LIMIT));
    return ((await query) as Row[]).map(decode);
  }

  /** @throws GALLEY_INPUT_INVALID, GALLEY_INPUT_TOO_LARGE */
  async insert(record: Record<string, unknown>): Promise<StoredRecord> {
    const data = this.#encode(record);
    return this.#site.database.transaction(async () => {
      await this.#demandRoom();
      const id = await this.#site.database.insert('plugin_records', {
        ...this.#scope,
        version: 1,
        data,
        modified_at: Date.now(),
      });
      await this.#index(id, record);
      return { ...record, id, version: 1 };
    });
  }

  /** Replaces a record. @throws GALLEY_DATABASE_CONFLICT where it is another than the plugin read */
  async update(id: number, version: number, record: Record<string, unknown>): Promise<StoredRecord> {
    const data = this.#encode(record);
    return this.#site.database.transaction(async () => {
      const changed = await this.#site.database
        .write<Row>('plugin_records')
        .where({ ...this.#scope, id, version })
        .update({ data, version: version + 1, modified_at: Date.now() });
      if (changed === 0)
        throw new GalleyError(
          'GALLEY_DATABASE_CONFLICT',
          `The record ${id} is gone, or was changed since it was read.`,
        );
      await this.#site.database.write<ValueRow>('plugin_record_values').where({ record_id: id }).delete();
      await this.#index(id, record);
      return { ...record, id, version: version + 1 };
    });
  }

  async delete(ids: readonly number[]): Promise<void> {
    const { database } = this.#site;
    await database.transaction(async () => {
      // Only its own: the values stand beside those of other plugins.
      const own = database
        .write<Row>('plugin_records')
        .where(this.#scope)
        .whereIn('id', [...ids]);
      const found = ((await own.clone().select('id')) as { id: number }[]).map(({ id }) => id);
      await database.write<ValueRow>('plugin_record_values').whereIn('record_id', found).delete();
      await own.delete();
    });
  }

  /**
   * Writes some records to the index again: after fields were marked for it, or no longer.
   * @returns the id of the last one, from which it goes on; null at the end
   */
  async reindex({ after, limit }: { after: number; limit: number }): Promise<number | null> {
    const { database } = this.#site;
    return database.transaction(async () => {
      const rows = (await database
        .write<Row>('plugin_records')
        .where(this.#scope)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .forUpdate()) as Row[];
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await database.write<ValueRow>('plugin_record_values').whereIn('record_id', ids).delete();
      for (const row of rows) await this.#index(Number(row.id), JSON.parse(row.data) as Record<string, unknown>);
      return rows.length < limit ? null : Number(rows.at(-1)?.id);
    });
  }

  /** Forgets all records of a plugin, of all its tables. */
  static async forget(site: Site, plugin: string): Promise<void> {
    for (const table of ['plugin_record_values', 'plugin_records'])
      await site.database.write(table).where({ plugin }).delete();
  }

  #join(query: Knex.QueryBuilder, alias: string, field: string): string {
    if (!this.#indexed.includes(field)) {
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        `Records cannot be found by "${field}". Indexed are: ${this.#indexed.join(', ') || 'none'}.`,
      );
    }
    void query.join(`plugin_record_values as ${alias}`, `${alias}.record_id`, 'plugin_records.id');
    void query.where(`${alias}.field`, field).where(`${alias}.plugin`, this.#scope.plugin);
    void query.where(`${alias}.collection`, this.#scope.collection);
    return alias;
  }

  #encode(record: Record<string, unknown>): string {
    if (!this.#check(record)) {
      const { instancePath, message } = this.#check.errors?.[0] ?? {};
      throw new GalleyError('GALLEY_INPUT_INVALID', `The record does not fit: ${instancePath || 'it'} ${message}.`);
    }
    const text = JSON.stringify(record);
    if (text.length <= MAX_CHARS) return text;
    throw new GalleyError('GALLEY_INPUT_TOO_LARGE', `A record has at most ${MAX_CHARS} characters.`);
  }

  async #index(id: number, record: Record<string, unknown>): Promise<void> {
    const rows = this.#indexed.flatMap((field): ValueRow[] => {
      const value = record[field];
      if (value === undefined || value === null) return [];
      const number = isNumeric(value) ? Number(value) : null;
      return [
        {
          record_id: id,
          ...this.#scope,
          field,
          number,
          text: number === null ? String(value).slice(0, TEXT_MAX) : null,
        },
      ];
    });
    if (rows.length > 0) await this.#site.database.insertMany('plugin_record_values', rows);
  }

  async #demandRoom(): Promise<void> {
    const query = this.#site.database.read<Row>('plugin_records').where({ plugin: this.#scope.plugin });
    const [row] = (await query.count({ count: '*' })) as { count: number }[];
    if (Number(row?.count ?? 0) >= MAX_RECORDS)
      throw new GalleyError('GALLEY_INPUT_TOO_LARGE', `A plugin keeps at most ${MAX_RECORDS} records.`);
  }
}

function restrict(query: Knex.QueryBuilder, alias: string, condition: RecordCondition): void {
  if (typeof condition === 'string') void query.where(`${alias}.text`, condition.slice(0, TEXT_MAX));
  else if (isNumeric(condition)) void query.where(`${alias}.number`, Number(condition));
  else {
    const { gte, gt, lte, lt } = condition;
    if (gte !== undefined) void query.where(`${alias}.number`, '>=', gte);
    if (gt !== undefined) void query.where(`${alias}.number`, '>', gt);
    if (lte !== undefined) void query.where(`${alias}.number`, '<=', lte);
    if (lt !== undefined) void query.where(`${alias}.number`, '<', lt);
  }
}
