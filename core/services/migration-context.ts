import type { Knex } from 'knex';
import { GalleyError } from '../lib/errors.ts';
import type { Database } from './database.ts';
import type { Row } from './dialect.ts';

/** Builds the columns of a table. */
export type TableBuild = (table: Knex.CreateTableBuilder) => void;
/** Changes a table. */
export type TableChange = (table: Knex.AlterTableBuilder) => void;

/** A foreign key: the table it refers to and what happens to the row when its target is deleted. */
export interface ForeignKey {
  table: string;
  /** Default `id`. */
  column?: string;
  /** Default `restrict`: the target cannot be deleted while it is referred to. */
  onDelete?: 'restrict' | 'cascade' | 'set null';
}

const BATCH_ROWS = 1_000;

/**
 * What a migration changes the schema with. Every helper does nothing where its work is done already, because on
 * MariaDB a migration that was killed half-way is not rolled back and runs again from its start.
 *
 * @example
 * export async function up(schema: MigrationContext): Promise<void> {
 *   await schema.createTable('orders', (table) => {
 *     table.bigIncrements('id');
 *     schema.keyColumn(table, 'state', 20).notNullable();
 *     schema.timeColumn(table, 'created_at').notNullable();
 *     table.index(['state', 'created_at']);
 *   });
 * }
 */
export class MigrationContext {
  /** The store, to move rows. */
  readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** A table in InnoDB and utf8mb4. @throws GALLEY_MIGRATION_FAILED when it gets no primary key */
  async createTable(name: string, build: TableBuild): Promise<void> {
    if (await this.#isFinished(name)) return;
    await this.database.schema().createTable(name, (table) => {
      if (this.database.dialect.name === 'mysql') {
        table.engine('InnoDB');
        table.charset('utf8mb4');
      }
      build(table);
    });
    if ((await this.database.dialect.primaryKey(name)).length > 0) return;
    await this.database.schema().dropTable(name);
    throw new GalleyError(
      'GALLEY_MIGRATION_FAILED',
      `The table "${name}" has no primary key, and Galera needs one. Add table.bigIncrements('id') or .primary().`,
    );
  }

  /** A killed run may have left the table without its indexes: an empty one is made anew. */
  async #isFinished(name: string): Promise<boolean> {
    if (!(await this.hasTable(name))) return false;
    const row: unknown = await this.database.write(name).first();
    if (row !== undefined) return true;
    await this.database.schema().dropTable(name);
    return false;
  }

  async dropTable(name: string): Promise<void> {
    await this.database.schema().dropTableIfExists(name);
  }

  async renameTable(from: string, to: string): Promise<void> {
    if ((await this.hasTable(from)) && !(await this.hasTable(to))) await this.database.schema().renameTable(from, to);
  }

  /** Any change that knex knows. Ask hasColumn first, so that it can run again. */
  async alterTable(name: string, change: TableChange): Promise<void> {
    await this.database.schema().alterTable(name, change);
  }

  async hasTable(name: string): Promise<boolean> {
    return await this.database.schema().hasTable(name);
  }

  async hasColumn(table: string, column: string): Promise<boolean> {
    return await this.database.schema().hasColumn(table, column);
  }

  /** Adds a column: make it nullable or give it a default, for the generation of code that still runs does not know it. */
  async addColumn(table: string, column: string, build: TableChange): Promise<void> {
    if (!(await this.hasColumn(table, column))) await this.alterTable(table, build);
  }

  async dropColumn(table: string, column: string): Promise<void> {
    if (await this.hasColumn(table, column)) await this.alterTable(table, (change) => change.dropColumn(column));
  }

  async renameColumn(table: string, from: string, to: string): Promise<void> {
    if (await this.hasColumn(table, from)) await this.alterTable(table, (change) => change.renameColumn(from, to));
  }

  /** An index on existing columns. @param name must be unique in the whole schema (SQLite) */
  async addIndex(
    table: string,
    columns: readonly string[],
    { name = `${table}_${columns.join('_')}_index`, unique = false } = {},
  ): Promise<void> {
    if ((await this.database.dialect.indexNames(table)).includes(name)) return;
    await this.alterTable(table, (change) => {
      if (unique) change.unique([...columns], { indexName: name });
      else change.index([...columns], name);
    });
  }

  async dropIndex(
    table: string,
    columns: readonly string[],
    { name = `${table}_${columns.join('_')}_index`, unique = false } = {},
  ): Promise<void> {
    if (!(await this.database.dialect.indexNames(table)).includes(name)) return;
    await this.alterTable(table, (change) => {
      if (unique) change.dropUnique([...columns], name);
      else change.dropIndex([...columns], name);
    });
  }

  /** A machine key (capability, state, hash): compared byte for byte, trailing blanks count. @param length in characters */
  keyColumn(table: Knex.TableBuilder, name: string, length = 190): Knex.ColumnBuilder {
    return table.specificType(name, this.database.dialect.keyType(length));
  }

  /** As keyColumn, for keys in any script, such as slugs and folded logins; they should be in NFC. */
  slugColumn(table: Knex.TableBuilder, name: string, length = 190): Knex.ColumnBuilder {
    return this.keyColumn(table, name, length);
  }

  /** A short text that is compared without regard to case: names, titles. */
  textColumn(table: Knex.TableBuilder, name: string, length = 255): Knex.ColumnBuilder {
    return table.specificType(name, this.database.dialect.textType(length));
  }

  /** JSON, kept as text of any length; who reads it decodes it. */
  jsonColumn(table: Knex.TableBuilder, name: string): Knex.ColumnBuilder {
    return table.text(name, 'longtext');
  }

  /** Bytes of any length. */
  blobColumn(table: Knex.TableBuilder, name: string): Knex.ColumnBuilder {
    return table.specificType(name, this.database.dialect.blobType);
  }

  /** A moment, in epoch milliseconds (UTC). */
  timeColumn(table: Knex.TableBuilder, name: string): Knex.ColumnBuilder {
    return table.bigInteger(name);
  }

  /** A column that refers to a row of another table by its id, with an index and a foreign key. */
  foreign(
    table: Knex.CreateTableBuilder,
    name: string,
    { table: target, column = 'id', onDelete = 'restrict' }: ForeignKey,
  ): Knex.ColumnBuilder {
    const built = table.bigInteger(name).unsigned().index();
    built.references(column).inTable(target).onDelete(onDelete);
    return built;
  }

  /** Makes columns searchable; see Dialect.createFullText. */
  async createFullText(table: string, columns: readonly string[], weighted?: readonly string[]): Promise<void> {
    await this.database.dialect.createFullText(table, columns, weighted);
  }

  async dropFullText(table: string, columns: readonly string[], weighted?: readonly string[]): Promise<void> {
    await this.database.dialect.dropFullText(table, columns, weighted);
  }

  /** Walks over all rows of a table in batches of at most 1,000, by its integer key. */
  async inBatches(table: string, work: (rows: Row[]) => Promise<void>, { key = 'id' } = {}): Promise<void> {
    for (let after = 0; ; ) {
      const rows = await this.database.write(table).where(key, '>', after).orderBy(key).limit(BATCH_ROWS);
      if (rows.length === 0) return;
      await work(rows);
      after = Number(rows.at(-1)?.[key]);
    }
  }
}
