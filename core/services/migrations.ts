import { attach, type Module } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';
import type { Database } from './database.ts';
import { MigrationContext } from './migration-context.ts';
import {
  checksumOf,
  findMigrations,
  loadMigration,
  type MigrationFile,
  type MigrationSource,
  writeMigration,
} from './migration-files.ts';
import { type LockTimes, StoreLock } from './store-lock.ts';

export { MigrationContext } from './migration-context.ts';
export type { MigrationFile, MigrationSource } from './migration-files.ts';

/** A migration that has run, or has begun to. */
export interface AppliedMigration {
  owner: string;
  name: string;
  /** Those that ran together have the same number. */
  batch: number;
  /** Epoch milliseconds; undefined where its process fell half-way, or it failed. */
  appliedAt: number | undefined;
}

/** Where a migration stands. */
export interface MigrationStatus {
  owner: string;
  name: string;
  /** `changed`: the file was edited after it had run. `missing`: it ran, and the file is gone. */
  state: 'applied' | 'pending' | 'changed' | 'missing';
  batch: number | undefined;
  appliedAt: number | undefined;
}

/** What Migrations needs. */
export interface MigrationsOptions extends Partial<LockTimes> {
  database: Database;
  sources?: readonly MigrationSource[];
  log?: { info(facts: object, message: string): void };
}

interface DownOptions {
  steps?: number;
  owner?: string;
  folder?: string;
}

interface AppliedRow {
  owner: string;
  name: string;
  batch: number;
  applied_at: number;
  checksum: string;
}

const TABLE = 'galley_migrations';
const LOCKS = 'galley_locks';
const DEFAULT_TIMES: LockTimes = { ttlMs: 60_000, waitMs: 120_000 };

/** Stands where the time stands later: it has begun, and nobody knows how far it came. */
const BEGUN = 0;

const keyOf = ({ owner, name }: { owner: string; name: string }): string => `${owner}/${name}`;

/**
 * The steps from one schema to the next: files of core and plugins, run once each, in order, by one process at a
 * time. Each is recorded before it runs and again after it, because MariaDB commits every change of the schema by
 * itself: what was cut off between the two runs again from its start, or is taken back.
 */
export class Migrations {
  readonly #database: Database;
  readonly #sources: MigrationSource[];
  readonly #times: LockTimes;
  readonly #log: MigrationsOptions['log'];

  constructor({ database, sources = [], log, ...times }: MigrationsOptions) {
    this.#database = database;
    this.#sources = [...sources];
    this.#times = { ...DEFAULT_TIMES, ...times };
    this.#log = log;
  }

  /** Adds a folder of migrations, after those known so far. */
  addSource(owner: string, folder: string): void {
    const known = this.#sources.find((source) => source.owner === owner);
    if (known) known.folder = folder;
    else this.#sources.push({ owner, folder });
  }

  /**
   * Runs all pending migrations, or those of one owner. A second process waits and then finds nothing to do.
   * @returns what ran, in order
   * @throws GALLEY_MIGRATION_FAILED naming the migration; those before it stay applied
   * @throws GALLEY_MIGRATION_LOCKED when another process holds the lock for too long
   */
  async up({ owner }: { owner?: string } = {}): Promise<MigrationFile[]> {
    if ((await this.pending({ owner })).length === 0) return [];
    return await this.#locked(async (lock) => {
      const pending = await this.pending({ owner });
      const batch = (await this.#lastBatch()) + 1;
      for (const file of pending) {
        lock.assertHeld();
        await this.#apply(file, batch);
      }
      return pending;
    });
  }

  /**
   * Takes back the last migrations, newest first.
   * @param options.steps how many; default 1
   * @param options.folder where the owner's files lie, where that is not the folder that is known
   * @throws GALLEY_MIGRATION_FAILED when one fails or its file is gone
   */
  async down({ steps = 1, owner, folder }: DownOptions = {}): Promise<AppliedMigration[]> {
    return await this.#locked(async (lock) => {
      const known = owner && folder ? await findMigrations({ owner, folder }) : await this.#files();
      const files = new Map(known.map((file) => [keyOf(file), file]));
      const last = (await this.history())
        .filter((applied) => owner === undefined || applied.owner === owner)
        // One that failed and whose file was thrown away is nothing to take back.
        .filter((applied) => applied.appliedAt !== undefined || files.has(keyOf(applied)))
        .slice(0, steps);
      for (const applied of last) {
        lock.assertHeld();
        const file = files.get(keyOf(applied));
        if (!file)
          throw new GalleyError(
            'GALLEY_MIGRATION_FAILED',
            `The file of the migration ${keyOf(applied)} is gone, so it cannot be taken back.`,
          );
        await this.#revert(file);
      }
      return last;
    });
  }

  /** Migrations that have not run yet, in the order in which they will. */
  async pending({ owner }: { owner?: string | undefined } = {}): Promise<MigrationFile[]> {
    const applied = new Set((await this.#applied()).map(keyOf));
    return (await this.#files()).filter(
      (file) => !applied.has(keyOf(file)) && (owner === undefined || file.owner === owner),
    );
  }

  /** All migrations, run or not, in order. */
  async status(): Promise<MigrationStatus[]> {
    const applied = new Map((await this.#applied()).map((row) => [keyOf(row), row]));
    const statuses: MigrationStatus[] = [];
    for (const file of await this.#files()) {
      const row = applied.get(keyOf(file));
      applied.delete(keyOf(file));
      const state = !row ? 'pending' : row.checksum === (await checksumOf(file)) ? 'applied' : 'changed';
      statuses.push({ owner: file.owner, name: file.name, state, batch: row?.batch, appliedAt: row?.applied_at });
    }
    const missing = [...applied.values()].map(
      ({ owner, name, batch, applied_at }): MigrationStatus => ({
        owner,
        name,
        state: 'missing',
        batch,
        appliedAt: applied_at,
      }),
    );
    return [...missing, ...statuses];
  }

  /** What has run or begun to, newest first. */
  async history(): Promise<AppliedMigration[]> {
    return (await this.#recorded())
      .map(({ owner, name, batch, applied_at }) => ({ owner, name, batch, appliedAt: applied_at || undefined }))
      .reverse();
  }

  /**
   * Writes a new migration file and returns its path.
   * @param text its source, for instance from diffModel; default: one to fill in
   * @throws GALLEY_INPUT_INVALID when the owner has no folder or the name no letter
   */
  async make(name: string, owner: string, text?: string): Promise<string> {
    const source = this.#sources.find((known) => known.owner === owner);
    if (!source)
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        `"${owner}" has no migrations folder; known are ${this.#sources.map((known) => known.owner).join(', ')}.`,
      );
    return await writeMigration(source, name, text);
  }

  async #files(): Promise<MigrationFile[]> {
    return (await Promise.all(this.#sources.map(findMigrations))).flat();
  }

  async #applied(): Promise<AppliedRow[]> {
    return (await this.#recorded()).filter((row) => row.applied_at !== BEGUN);
  }

  /** Also those that have only begun. */
  async #recorded(): Promise<AppliedRow[]> {
    if (!(await this.#database.schema().hasTable(TABLE))) return [];
    return await this.#database
      .write<AppliedRow>(TABLE)
      .select('*')
      .orderBy('batch')
      .orderByRaw('applied_at = ?', [BEGUN])
      .orderBy('applied_at')
      .orderBy('id');
  }

  async #lastBatch(): Promise<number> {
    return Math.max(0, ...(await this.#recorded()).map((row) => row.batch));
  }

  async #locked<T>(work: (lock: StoreLock) => Promise<T>): Promise<T> {
    await this.#createTables();
    const lock = new StoreLock('migrations', this.#database, this.#times);
    return await lock.hold(() => work(lock));
  }

  async #apply(file: MigrationFile, batch: number): Promise<void> {
    const from = performance.now();
    const { owner, name } = file;
    const checksum = await checksumOf(file);
    await this.#database.write(TABLE).where({ owner, name }).delete();
    const id = await this.#database.insert(TABLE, { owner, name, batch, applied_at: BEGUN, checksum });
    await this.#run(file, 'up');
    await this.#database.write(TABLE).where({ id }).update({ applied_at: Date.now() });
    this.#log?.info({ owner: file.owner, migration: file.name, ms: Math.round(performance.now() - from) }, 'migrated');
  }

  async #revert(file: MigrationFile): Promise<void> {
    await this.#run(file, 'down');
    await this.#database.write(TABLE).where({ owner: file.owner, name: file.name }).delete();
    this.#log?.info({ owner: file.owner, migration: file.name }, 'migration taken back');
  }

  async #run(file: MigrationFile, direction: 'up' | 'down'): Promise<void> {
    const code = await loadMigration(file);
    try {
      await code[direction](new MigrationContext(this.#database));
    } catch (error) {
      throw new GalleyError(
        'GALLEY_MIGRATION_FAILED',
        `The migration ${keyOf(file)} failed (${direction}): ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  async #createTables(): Promise<void> {
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

/** The kernel module that makes `site.migrations`; it runs nothing by itself. @param sources the folders, core's first */
export function migrationsModule(sources: (site: Site) => readonly MigrationSource[]): Module {
  return {
    name: 'migrations',
    start(site) {
      const { log } = site as { log?: MigrationsOptions['log'] };
      attach(
        site,
        'migrations',
        new Migrations({ database: site.database, sources: sources(site), ...(log ? { log } : {}) }),
      );
    },
  };
}

declare module '../kernel/site.ts' {
  interface Site {
    /** The steps from one schema to the next. */
    readonly migrations: Migrations;
  }
}
