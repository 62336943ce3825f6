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
import { MigrationRecords } from './migration-records.ts';
import { type LockTimes, StoreLock } from './store-lock.ts';

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

const DEFAULT_TIMES: LockTimes = { ttlMs: 60_000, waitMs: 120_000 };

const keyOf = ({ owner, name }: { owner: string; name: string }): string => `${owner}/${name}`;

/**
 * The steps from one schema to the next: files of core and plugins, run once each, in order, by one process at a
 * time. What was cut off runs again from its start, or is taken back.
 */
export class Migrations {
  readonly #database: Database;
  readonly #records: MigrationRecords;
  readonly #sources: MigrationSource[];
  readonly #times: LockTimes;
  readonly #log: MigrationsOptions['log'];

  constructor({ database, sources = [], log, ...times }: MigrationsOptions) {
    this.#database = database;
    this.#records = new MigrationRecords(database);
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
    const applied = new Set((await this.#records.applied()).map(keyOf));
    return (await this.#files()).filter(
      (file) => !applied.has(keyOf(file)) && (owner === undefined || file.owner === owner),
    );
  }

  /** All migrations, run or not, in order. */
  async status(): Promise<MigrationStatus[]> {
    const applied = new Map((await this.#records.applied()).map((row) => [keyOf(row), row]));
    const statuses: MigrationStatus[] = [];
    for (const file of await this.#files()) {
      const row = applied.get(keyOf(file));
      applied.delete(keyOf(file));
      const state = !row ? 'pending' : row.checksum === (await checksumOf(file)) ? 'applied' : 'changed';
      statuses.push({ owner: file.owner, name: file.name, state, batch: row?.batch, appliedAt: row?.appliedAt });
    }
    const missing = [...applied.values()].map(
      ({ owner, name, batch, appliedAt }): MigrationStatus => ({ owner, name, state: 'missing', batch, appliedAt }),
    );
    return [...missing, ...statuses];
  }

  /** What has run or begun to, newest first. */
  async history(): Promise<AppliedMigration[]> {
    return (await this.#records.all())
      .map(({ owner, name, batch, appliedAt }) => ({ owner, name, batch, appliedAt }))
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

  async #lastBatch(): Promise<number> {
    return Math.max(0, ...(await this.#records.all()).map((row) => row.batch));
  }

  async #locked<T>(work: (lock: StoreLock) => Promise<T>): Promise<T> {
    await this.#records.createTables();
    const lock = new StoreLock('migrations', this.#database, this.#times);
    return await lock.hold(() => work(lock));
  }

  async #apply(file: MigrationFile, batch: number): Promise<void> {
    const from = performance.now();
    const { owner, name } = file;
    const id = await this.#records.begin({ owner, name, batch, checksum: await checksumOf(file) });
    await this.#run(file, 'up');
    await this.#records.finish(id);
    this.#log?.info({ owner: file.owner, migration: file.name, ms: Math.round(performance.now() - from) }, 'migrated');
  }

  async #revert(file: MigrationFile): Promise<void> {
    await this.#run(file, 'down');
    await this.#records.forget(file);
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
