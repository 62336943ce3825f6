import { after, before, describe } from 'node:test';
import { Database, type DatabaseOptions } from '../../core/services/database.ts';
import { createDatabase, mariadbMissing, type TestDatabase } from './mariadb.ts';

/** A store for one suite. */
export interface Store {
  readonly kind: 'sqlite' | 'mysql';
  /** The open database; use it inside of tests, not while they are being declared. */
  readonly database: Database;
  /** Its DATABASE_URL, for a second process or connection. On SQLite a temporary file. */
  readonly url: string;
  /** A second, independent database on the same schema; closed with the suite. */
  open(options?: Partial<DatabaseOptions>): Database;
}

interface Opened {
  url: string;
  databases: Database[];
  drop(): Promise<void>;
}

async function openSqlite(): Promise<Pick<Opened, 'url' | 'drop'>> {
  const { mkdtemp, rm } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const { scratchFolder } = await import('./mariadb.ts');
  const folder = await mkdtemp(join(scratchFolder(), 'galley-store-'));
  return { url: `sqlite:${join(folder, 'test.sqlite')}`, drop: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Declares the same suite for SQLite and for MariaDB, each with a fresh schema. Where MariaDB is not installed, its
 * suite is skipped with the reason.
 *
 * @example
 * forEachStore((store) => {
 *   test('a row comes back as it was written', async () => {
 *     await store.database.insert('things', { name: 'x' });
 *   });
 * });
 */
export function forEachStore(declare: (store: Store) => void, options: Partial<DatabaseOptions> = {}): void {
  for (const kind of ['sqlite', 'mysql'] as const) {
    const skip = kind === 'mysql' ? mariadbMissing() : false;
    describe(kind === 'mysql' ? 'on MariaDB' : 'on SQLite', { skip }, () => {
      const opened: Opened = { url: '', databases: [], drop: async () => undefined };
      const open = (more: Partial<DatabaseOptions> = {}): Database => {
        const database = new Database({ url: opened.url, ...options, ...more });
        opened.databases.push(database);
        return database;
      };
      before(async () => {
        const made: Pick<TestDatabase, 'url' | 'drop'> = kind === 'mysql' ? await createDatabase() : await openSqlite();
        Object.assign(opened, made);
        await open().ping();
      });
      after(async () => {
        for (const database of opened.databases) await database.close();
        await opened.drop();
      });
      declare({
        kind,
        get database() {
          const database = opened.databases[0];
          if (!database) throw new Error('The store is open only while tests run.');
          return database;
        },
        get url() {
          return opened.url;
        },
        open,
      });
    });
  }
}
