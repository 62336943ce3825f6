import type { Duplex } from 'node:stream';
import type { Connection, ConnectionOptions } from 'mysql2';
import { toDatabaseError } from './database-errors.ts';
import type { DatabaseHost } from './database-url.ts';
import { type KnexClientBase, type KnexQuery, knexClientClass, observeQuery } from './knex-client.ts';

/** How connections to one server are made. */
export interface MysqlSettings {
  /** Undefined when a socket is used. */
  host: DatabaseHost | undefined;
  /** The connections that are there, also those that are being made. */
  connections: Set<Connection>;
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
  /** Whether it is a node of a MariaDB/Galera cluster. */
  isGalera: boolean;
}

const SQL_MODE =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';
/** Collation of text: in MariaDB and MySQL alike, without regard to case and accents, emoji apart. */
export const TEXT_COLLATION = 'utf8mb4_unicode_520_ci';
const VARIABLES = "'innodb_snapshot_isolation', 'wsrep_on', 'wsrep_provider'";
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
  const rows = await run(connection, `SHOW VARIABLES WHERE Variable_name IN (${VARIABLES})`);
  const values = new Map(rows.map((variable) => [String(variable['Variable_name']), String(variable['Value'])]));
  server.hasSnapshotIsolation = values.has('innodb_snapshot_isolation');
  server.isGalera = server.isMariaDB && values.get('wsrep_on') === 'ON' && values.get('wsrep_provider') !== 'none';
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
  // A node that is cut off must refuse to read rather than tell what was, whatever its own settings say.
  if (server.isGalera) variables.push('wsrep_dirty_reads=OFF');
  if (server.hasSnapshotIsolation) variables.push('innodb_snapshot_isolation=ON');
  if (!server.isMariaDB && statementTimeoutMs > 0)
    variables.push(`max_execution_time=${Math.ceil(statementTimeoutMs)}`);
  await run(connection, `SET SESSION ${variables.join(', ')}`);
  await run(connection, 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
}

/** The read with the bound of its own, as MySQL takes it: the session has that of all others. */
function withHint(query: KnexQuery, { isMariaDB }: MysqlServer): KnexQuery {
  const ms = query.options?.galleyMaxMs;
  if (isMariaDB || ms === undefined) return query;
  return { ...query, sql: query.sql.replace(/^select /i, `select /*+ MAX_EXECUTION_TIME(${Math.ceil(ms)}) */ `) };
}

/** knex over mysql2, to one server: one session set-up for all, one class of errors, bounded reads. */
export class MysqlClient extends Base {
  async acquireRawConnection(): Promise<Connection> {
    const { host, connections } = settingsOf(this);
    const driver = this.driver as { createConnection(options: ConnectionOptions): Connection };
    const { collate: _, ...settings } = this.connectionSettings as ConnectionOptions & { collate?: string };
    // knex hides the password from enumeration, so a copy has to take it by name.
    const connection = driver.createConnection({
      ...settings,
      password: this.connectionSettings['password'] as string,
      ...host,
    });
    connections.add(connection);
    (connection as unknown as { stream: Duplex }).stream.once('close', () => connections.delete(connection));
    connection.on('error', (error) => Object.assign(connection, { __knex__disposed: error }));
    try {
      await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
      await setUp(connection, settingsOf(this));
      await this.checkVersion(connection);
      return connection;
    } catch (error) {
      connections.delete(connection);
      connection.destroy();
      throw toDatabaseError(error);
    }
  }

  override async destroyRawConnection(connection: Connection): Promise<unknown> {
    settingsOf(this).connections.delete(connection); // Nobody listens to it from now on, so it must not be cut.
    return await super.destroyRawConnection(connection);
  }

  override async acquireConnection(): Promise<unknown> {
    return await super.acquireConnection().catch((error: unknown) => Promise.reject(toDatabaseError(error)));
  }

  override query(connection: unknown, query: string | KnexQuery): Promise<unknown> {
    return observeQuery(this, query, () => super.query(connection, query));
  }

  override _query(connection: unknown, query: KnexQuery): Promise<unknown> {
    if (!isReadMethod(query) || this.transacting) return super._query(connection, query);
    const variables = this.readVariables(query);
    if (variables.length === 0) return super._query(connection, withHint(query, settingsOf(this).server));
    // A copy, because messages and counts should show the statement as it was written.
    return super._query(connection, { ...query, sql: `SET STATEMENT ${variables.join(', ')} FOR ${query.sql}` });
  }

  /** What is set for a read outside of a transaction. */
  protected readVariables({ options }: KnexQuery): string[] {
    const { statementTimeoutMs, server } = settingsOf(this);
    const bounds = [statementTimeoutMs, options?.galleyMaxMs ?? 0].filter((ms) => ms > 0);
    return server.isMariaDB && bounds.length > 0 ? [`max_statement_time=${Math.min(...bounds) / 1_000}`] : [];
  }
}

/** Whether knex made it a statement that only reads. */
export function isReadMethod({ method }: KnexQuery): boolean {
  return method === 'select' || method === 'first' || method === 'pluck';
}
