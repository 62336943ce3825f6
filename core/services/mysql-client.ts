import type { Connection, ConnectionOptions } from 'mysql2';
import { toDatabaseError } from './database-errors.ts';
import type { DatabaseHost } from './database-url.ts';
import { type KnexClientBase, type KnexQuery, knexClientClass, observeQuery } from './knex-client.ts';

/** How connections to MariaDB or MySQL are made. */
export interface MysqlSettings {
  /** Tried in order, beginning with the one that answered last. Empty when a socket is used. */
  hosts: readonly DatabaseHost[];
  /** The longest a SELECT outside of a transaction may run, in milliseconds; 0 for no bound. */
  statementTimeoutMs: number;
  /** What is known of the server; filled in by the first connection. */
  server: MysqlServer;
}

/** What kind of server answers. */
export interface MysqlServer {
  known: boolean;
  version: string;
  isMariaDB: boolean;
  /** Whether it has `innodb_snapshot_isolation`, which turns lost updates into errors. */
  hasSnapshotIsolation: boolean;
  /** Index of the host that answered last. */
  host: number;
}

const SQL_MODE =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';
/** Collation of text: in MariaDB and MySQL alike, without regard to case and accents, emoji apart. */
export const TEXT_COLLATION = 'utf8mb4_unicode_520_ci';
const LOCK_WAIT_SECONDS = 10;
const TABLE_LOCK_WAIT_SECONDS = 60;

const Base = knexClientClass('knex/lib/dialects/mysql2/index.js');

type Row = Record<string, unknown>;

function run(connection: Connection, sql: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) => (error ? reject(error) : resolve(rows as Row[])));
  });
}

// Functions, not private methods: knex makes the clients of transactions from the prototype alone.

function settingsOf(client: KnexClientBase): MysqlSettings {
  return client.config.galley.settings as MysqlSettings;
}

async function detect(connection: Connection, server: MysqlServer): Promise<void> {
  const [row] = await run(connection, 'SELECT VERSION() AS version');
  server.version = String(row?.['version'] ?? '');
  server.isMariaDB = /mariadb/i.test(server.version);
  server.hasSnapshotIsolation = (await run(connection, "SHOW VARIABLES LIKE 'innodb_snapshot_isolation'")).length > 0;
  server.known = true;
}

async function setUp(connection: Connection, { server, statementTimeoutMs }: MysqlSettings): Promise<void> {
  if (!server.known) await detect(connection, server);
  const variables = [
    `sql_mode='${SQL_MODE}'`,
    "time_zone='+00:00'",
    `collation_connection='${TEXT_COLLATION}'`,
    'default_storage_engine=InnoDB',
    `innodb_lock_wait_timeout=${LOCK_WAIT_SECONDS}`,
    `lock_wait_timeout=${TABLE_LOCK_WAIT_SECONDS}`,
  ];
  if (server.hasSnapshotIsolation) variables.push('innodb_snapshot_isolation=ON');
  if (!server.isMariaDB && statementTimeoutMs > 0)
    variables.push(`max_execution_time=${Math.ceil(statementTimeoutMs)}`);
  await run(connection, `SET SESSION ${variables.join(', ')}`);
  await run(connection, 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
}

/** knex over mysql2: several hosts, one session set-up for all, one class of errors, bounded reads. */
export class MysqlClient extends Base {
  async acquireRawConnection(): Promise<Connection> {
    const { hosts, server } = settingsOf(this);
    if (hosts.length === 0) return await this.#connect({});
    let failure: unknown;
    for (let tried = 0; tried < hosts.length; tried++) {
      const index = (server.host + tried) % hosts.length;
      try {
        const connection = await this.#connect(hosts[index] ?? {});
        server.host = index;
        return connection;
      } catch (error) {
        failure ??= error;
      }
    }
    throw toDatabaseError(failure);
  }

  async #connect(address: Partial<DatabaseHost>): Promise<Connection> {
    const driver = this.driver as { createConnection(options: ConnectionOptions): Connection };
    const { collate: _, ...settings } = this.connectionSettings as ConnectionOptions & { collate?: string };
    // knex hides the password from enumeration, so a copy has to take it by name.
    const connection = driver.createConnection({
      ...settings,
      password: this.connectionSettings['password'] as string,
      ...address,
    });
    connection.on('error', (error) => Object.assign(connection, { __knex__disposed: error }));
    try {
      await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
      await setUp(connection, settingsOf(this));
      await this.checkVersion(connection);
      return connection;
    } catch (error) {
      connection.destroy();
      throw toDatabaseError(error);
    }
  }

  override async acquireConnection(): Promise<unknown> {
    return await super.acquireConnection().catch((error: unknown) => Promise.reject(toDatabaseError(error)));
  }

  override query(connection: unknown, query: string | KnexQuery): Promise<unknown> {
    return observeQuery(this, query, () => super.query(connection, query));
  }

  override _query(connection: unknown, query: KnexQuery): Promise<unknown> {
    const { statementTimeoutMs, server } = settingsOf(this);
    const isRead = query.method === 'select' || query.method === 'first' || query.method === 'pluck';
    if (!isRead || this.transacting || !server.isMariaDB || statementTimeoutMs === 0)
      return super._query(connection, query);
    // A copy, because messages and counts should show the statement as it was written.
    return super._query(connection, {
      ...query,
      sql: `SET STATEMENT max_statement_time=${statementTimeoutMs / 1_000} FOR ${query.sql}`,
    });
  }
}
