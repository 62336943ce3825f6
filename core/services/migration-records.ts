import type { Database } from './database.ts';
import { MigrationContext } from './migration-context.ts';

/** What is written down of a migration. */
export interface MigrationRecord {
  id: number;
  owner: string;
  name: string;
  batch: number;
  /** Epoch milliseconds; undefined where it has begun and nobody knows how far it came. */
  appliedAt: number | undefined;
  checksum: string;
}

const TABLE = 'galley_migrations';
const LOCKS = 'galley_locks';
const BEGUN = 0;

/**
 * Which migrations ran, in the store. Each is written down before it runs and again after it, because MariaDB commits
 * every change of the schema by itself: what was cut off between the two runs again from its start, or is taken back.
 */
export class MigrationRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All of them, oldest first; also those that have only begun. */
  async all(): Promise<MigrationRecord[]> {
    if (!(await this.#database.schema().hasTable(TABLE))) return [];
    const rows = await this.#database
      .write<Omit<MigrationRecord, 'appliedAt'> & { applied_at: number }>(TABLE)
      .select('*')
      .orderBy('batch')
      .orderByRaw('applied_at = ?', [BEGUN])
      .orderBy('applied_at')
      .orderBy('id');
    return rows.map(({ applied_at, ...row }) => ({ ...row, appliedAt: applied_at === BEGUN ? undefined : applied_at }));
  }

  /** Those that have run to their end, oldest first. */
  async applied(): Promise<MigrationRecord[]> {
    return (await this.all()).filter(({ appliedAt }) => appliedAt !== undefined);
  }

  /** Writes down that one begins. @returns what `finish` is told when it has ended */
  async begin(record: Pick<MigrationRecord, 'owner' | 'name' | 'batch' | 'checksum'>): Promise<number> {
    await this.forget(record);
    return this.#database.insert(TABLE, { ...record, applied_at: BEGUN });
  }

  async finish(id: number): Promise<void> {
    await this.#database.write(TABLE).where({ id }).update({ applied_at: Date.now() });
  }

  /** It was taken back. */
  async forget({ owner, name }: Pick<MigrationRecord, 'owner' | 'name'>): Promise<void> {
    await this.#database.write(TABLE).where({ owner, name }).delete();
  }

  /** Makes the tables that migrations themselves need, where they are not there. */
  async createTables(): Promise<void> {
    const schema = new MigrationContext(this.#database);
    await this.#createOnce(TABLE, (table) => {
      table.bigIncrements('id');
      schema.keyColumn(table, 'owner', 100).notNullable();
      schema.keyColumn(table, 'name', 100).notNullable();
      table.integer('batch').notNullable();
      schema.timeColumn(table, 'applied_at').notNullable();
      schema.keyColumn(table, 'checksum', 64).notNullable();
    });
    await this.#createOnce(LOCKS, (table) => {
      schema.keyColumn(table, 'name', 64).notNullable().primary();
      schema.keyColumn(table, 'holder', 64).notNullable();
      schema.timeColumn(table, 'until').notNullable();
    });
  }

  /** Two processes may come here at once: whoever is second finds the table there. */
  async #createOnce(name: string, build: Parameters<MigrationContext['createTable']>[1]): Promise<void> {
    if (await this.#database.schema().hasTable(name)) return;
    try {
      await this.#database.schema().createTable(name, build);
    } catch (error) {
      if (!(await this.#database.schema().hasTable(name))) throw error;
    }
  }
}
