import { after, before, describe } from 'node:test';
import { Database, type DatabaseOptions } from '../../core/services/database.ts';
import { createGaleraDatabase, galeraMissing } from './galera.ts';
import { createDatabase, mariadbMissing, type TestDatabase } from './mariadb.ts';

/** Which SQL a store speaks. */
export type StoreKind = 'sqlite' | 'mysql';

/** A place where suites run. */
export interface Place {
  title: string;
  kind: StoreKind;
  isCluster: boolean;
  /** Why it cannot be had here. */
  skip: string | false;
  create(): Promise<Pick<TestDatabase, 'url' | 'drop'>>;
}

/** A store for one suite. */
export interface Store {
  readonly kind: StoreKind;
  /** Whether it is a cluster of several nodes. */
  readonly isCluster: boolean;
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

/** The address of the same store for another process, which writes to another node of a cluster: the last one. */
export const fromTheEnd = (url: string): string =>
  url.replace(/@([^/]+)/, (_, hosts: string) => `@${hosts.split(',').reverse().join(',')}`);

/** Where suites run: on SQLite, on one MariaDB, on a Galera cluster of three nodes. */
export function places(): Place[] {
  return [
    { title: 'on SQLite', kind: 'sqlite', isCluster: false, skip: false, create: openSqlite },
    { title: 'on MariaDB', kind: 'mysql', isCluster: false, skip: mariadbMissing(), create: createDatabase },
    { title: 'on Galera', kind: 'mysql', isCluster: true, skip: galeraMissing(), create: createGaleraDatabase },
  ];
}

/**
 * Declares the same suite for SQLite, for MariaDB and for a Galera cluster, each with a fresh schema. Where a server
 * is not installed, its suite is skipped with the reason.
 *
 * @example
 * forEachStore((store) => {
 *   test('a row comes back as it was written', async () => {
 *     await store.database.insert('things', { name: 'x' });
 *   });
 * });
 */
export function forEachStore(declare: (store: Store) => void, options: Partial<DatabaseOptions> = {}): void {
  for (const { title, kind, isCluster, skip, create } of places()) {
    describe(title, { skip }, () => {
      const opened: Opened = { url: '', databases: [], drop: async () => undefined };
      const open = (more: Partial<DatabaseOptions> = {}): Database => {
        const database = new Database({ url: opened.url, ...options, ...more });
        opened.databases.push(database);
        return database;
      };
      before(async () => {
        Object.assign(opened, await create());
        await open().ping();
      });
      after(async () => {
        for (const database of opened.databases) await database.close();
        await opened.drop();
      });
      declare({
        kind,
        isCluster,
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
