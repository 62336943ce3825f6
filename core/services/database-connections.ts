import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import knex, { type Knex } from 'knex';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { type ClusterTimes, DatabaseCluster, type Role } from './database-cluster.ts';
import { addressOf, DatabaseNode, type NodeClient } from './database-node.ts';
import type { MysqlTarget, SqliteTarget } from './database-url.ts';
import type { GalleyClientConfig } from './knex-client.ts';
import { MysqlClient, type MysqlServer, type MysqlSettings, TEXT_COLLATION } from './mysql-client.ts';
import { MysqlRoutedClient, type RoutedSettings } from './mysql-routed-client.ts';
import type { DatabaseLog } from './query-counter.ts';
import { makeScratch } from './scratch.ts';
import { SqliteClient, type SqliteSettings } from './sqlite-client.ts';

/** Bounds of the connections. */
export interface ConnectionLimits {
  /** Most connections of this process. SQLite writes through one, whatever is said here. */
  poolMax: number;
  /** The longest wait for a free connection, in milliseconds. */
  acquireTimeoutMs: number;
  /** Connections unused for this long are closed, in milliseconds. */
  idleMs: number;
  /** Servers: connections older than this are not used again, in milliseconds. */
  lifetimeMs: number;
  /** The longest a SELECT outside of a transaction may run on a server, in milliseconds; 0 for no bound. */
  statementTimeoutMs: number;
  /** SQLite: acknowledged writes survive also a loss of power, at the price of a disk flush for each. */
  durable: boolean;
  /** Servers: how patient the cluster is. */
  cluster?: Partial<ClusterTimes> | undefined;
}

/** The open store: one knex to write, one to read. */
export interface Connections {
  readonly writer: Knex;
  readonly reader: Knex;
  /** What is known of the server; undefined on SQLite. */
  readonly server: MysqlServer | undefined;
  /** The servers; undefined on SQLite. */
  readonly cluster: DatabaseCluster | undefined;
  close(): Promise<void>;
}

/** How the connections tell what happens on them. */
export interface ConnectionEvents extends Pick<GalleyClientConfig, 'record' | 'failed' | 'unknown'> {
  log: DatabaseLog | undefined;
}

const SQLITE_READERS = 2;
const CONNECT_TIMEOUT_MS = 5_000;

/** The same complaint again is only counted for so long: while a server is gone, each attempt to reach it makes one. */
const REPEAT_MS = 10_000;
const COMPLAINTS_MAX = 100;

function logger(log: DatabaseLog | undefined): Knex.Logger {
  const said = new Map<string, { at: number; unsaid: number }>();
  const warn = (message: unknown): void => {
    const text = `database: ${String(message).split('\n')[0]}`;
    const last = said.get(text);
    if (last && performance.now() - last.at < REPEAT_MS) {
      last.unsaid++;
      return;
    }
    if (said.size >= COMPLAINTS_MAX) said.clear();
    said.set(text, { at: performance.now(), unsaid: 0 });
    log?.warn(last && last.unsaid > 0 ? { repeated: last.unsaid } : {}, text);
  };
  return { warn, error: warn, deprecate: () => undefined, debug: () => undefined };
}

function configOf(events: ConnectionEvents, settings: unknown): object {
  const { record, failed, unknown, log } = events;
  const galley: GalleyClientConfig = { record, failed, unknown, settings };
  return { galley, log: logger(log), compileSqlOnError: false, useNullAsDefault: true };
}

function createSqliteFile(filename: string): void {
  const isNew = !existsSync(filename);
  try {
    mkdirSync(dirname(filename), { recursive: true });
    const db = new DatabaseSync(filename, { timeout: CONNECT_TIMEOUT_MS });
    if (isNew) chmodSync(filename, 0o600); // It holds password hashes; the -wal and -shm files take over its mode.
    db.exec('PRAGMA journal_mode=WAL');
    db.close();
  } catch (error) {
    throw new GalleyError(
      'GALLEY_DATABASE_UNAVAILABLE',
      `The SQLite file ${filename} cannot be opened: ${messageOf(error)}. Check DATABASE_URL and the rights of its folder.`,
      { cause: error },
    );
  }
}

/** Opens a SQLite file: a single writing connection, because SQLite has one writer, and read-only ones beside it. */
export function openSqlite(target: SqliteTarget, limits: ConnectionLimits, events: ConnectionEvents): Connections {
  const scratch = target.filename === undefined ? makeScratch('sqlite') : undefined;
  const filename = target.filename ?? join(scratch ?? '', 'memory.sqlite');
  createSqliteFile(filename);
  const synchronous = scratch !== undefined ? 'OFF' : limits.durable ? 'FULL' : 'NORMAL';
  const open = (readOnly: boolean): Knex => {
    const settings: SqliteSettings = { readOnly, synchronous, busyTimeoutMs: limits.acquireTimeoutMs };
    const pool = {
      min: 1,
      max: readOnly ? SQLITE_READERS : 1,
      acquireTimeoutMillis: limits.acquireTimeoutMs,
      propagateCreateError: true,
    };
    return knex({
      ...configOf(events, settings),
      client: SqliteClient as unknown as typeof Knex.Client,
      connection: { filename },
      pool,
    });
  };
  const writer = open(false);
  const reader = open(true);
  const close = async (): Promise<void> => {
    await reader.destroy();
    await writer.destroy();
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  };
  return { writer, reader, server: undefined, cluster: undefined, close };
}

/** Opens MariaDB or MySQL, one server or several; nothing is connected before the first statement. */
export function openMysql(target: MysqlTarget, limits: ConnectionLimits, events: ConnectionEvents): Connections {
  const server: MysqlServer = {
    known: false,
    version: '',
    isMariaDB: false,
    hasSnapshotIsolation: false,
    isGalera: false,
  };
  const { statementTimeoutMs } = limits;
  const open = (client: unknown, settings: MysqlSettings): Knex =>
    knex({
      ...configOf(events, settings),
      client: client as typeof Knex.Client,
      connection: connectionOf(target) as Knex.MySql2ConnectionConfig,
      pool: poolOf(limits),
    });
  const hosts = target.socket === undefined ? target.hosts : [undefined];
  const pools = hosts.map((host) => {
    const settings: MysqlSettings = { host, connections: new Set(), statementTimeoutMs, server };
    return { host, settings, handle: open(MysqlClient, settings) };
  });
  const nodes = pools.map(
    ({ host, settings, handle }, index) =>
      new DatabaseNode(index, addressOf(host, target.socket), handle.client as NodeClient, settings.connections),
  );
  const cluster = new DatabaseCluster({
    nodes,
    isGalera: () => server.isGalera,
    log: events.log,
    times: limits.cluster,
  });
  const routed = (role: Role): Knex => {
    const settings: RoutedSettings = {
      host: undefined,
      connections: new Set(),
      statementTimeoutMs,
      server,
      cluster,
      role,
    };
    return open(MysqlRoutedClient, settings);
  };
  const close = async (): Promise<void> => {
    cluster.close();
    await Promise.all(pools.map(({ handle }) => handle.destroy()));
  };
  return { writer: routed('writer'), reader: routed('reader'), server, cluster, close };
}

function connectionOf(target: MysqlTarget): object {
  const ca = target.ca === undefined ? {} : { ca: readFileSync(target.ca) };
  return {
    user: target.user,
    password: target.password,
    database: target.database,
    ...(target.socket === undefined ? {} : { socketPath: target.socket }),
    ...(target.ssl === 'verify'
      ? { ssl: { ...ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' } }
      : {}),
    charset: 'utf8mb4',
    collate: TEXT_COLLATION, // Of tables that knex creates.
    timezone: 'Z',
    supportBigNumbers: true,
    decimalNumbers: false,
    multipleStatements: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
  };
}

function poolOf(limits: ConnectionLimits): Knex.PoolConfig {
  return {
    min: 0,
    max: limits.poolMax,
    acquireTimeoutMillis: limits.acquireTimeoutMs,
    createTimeoutMillis: CONNECT_TIMEOUT_MS + 1_000,
    idleTimeoutMillis: limits.idleMs,
    maxConnectionLifetimeMillis: limits.lifetimeMs,
    // Those that were made together do not end together.
    maxConnectionLifetimeJitterMillis: Math.ceil(limits.lifetimeMs / 10),
    propagateCreateError: true,
  };
}
