import { randomInt } from 'node:crypto';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { toDatabaseError } from './database-errors.ts';
import { type KnexClientBase, type KnexQuery, knexClientClass, observeQuery } from './knex-client.ts';

/** How SQLite connections are opened. */
export interface SqliteSettings {
  readOnly: boolean;
  /** PRAGMA synchronous: FULL survives a loss of power, NORMAL a killed process, OFF is for tests. */
  synchronous: 'FULL' | 'NORMAL' | 'OFF';
  /** How long a write waits for another process's, in milliseconds. */
  busyTimeoutMs: number;
}

/** A statement with the names of its columns; none for one that returns no rows. */
interface Prepared {
  readonly statement: StatementSync;
  names: string[];
}

interface Connection {
  readonly db: DatabaseSync;
  readonly statements: Map<string, Prepared>;
  /** When it last let others have their turn. */
  turnAt: number;
}

const MAX_STATEMENTS = 500;
const MAX_CACHED_SQL = 8_000;
const SQLITE_BUSY = 5;
const BUSY_PAUSE_MS = 5;
const TURN_MS = 20;

const Base = knexClientClass('knex/lib/dialects/better-sqlite3/index.js');

/** Folds for comparison without case and accents, as MariaDB's collation does. */
function fold(value: unknown): string | null {
  return value === null
    ? null
    : String(value)
        .normalize('NFKD')
        .replace(/\p{M}+/gu, '')
        .toLowerCase();
}

function regexp(pattern: unknown, value: unknown): number {
  return value !== null && new RegExp(String(pattern), 'u').test(String(value)) ? 1 : 0;
}

function code(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) % 256;
}

/** Numbers beyond 2^53 come as strings, as mysql2 gives them; smaller ones as numbers. */
function narrow(value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString();
}

const namesOf = (statement: StatementSync): string[] => statement.columns().map(({ name }) => name);

function toRow(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < names.length; index++) row[names[index] as string] = values[index];
  return row;
}

/** Rows as arrays: SQLite's own objects have no prototype, which surprises templates, and copying them takes longer. */
function readArrays(statement: StatementSync, bindings: SQLInputValue[]): unknown[][] {
  try {
    return statement.all(...bindings) as unknown as unknown[][];
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_OUT_OF_RANGE') throw error;
    statement.setReadBigInts(true);
    try {
      return (statement.all(...bindings) as unknown as unknown[][]).map((values) => values.map(narrow));
    } finally {
      statement.setReadBigInts(false);
    }
  }
}

/** All rows as plain objects. */
function readAll(prepared: Prepared, bindings: SQLInputValue[]): unknown[] {
  const rows = readArrays(prepared.statement, bindings);
  // A column that was added meanwhile: SQLite has prepared the statement anew.
  if (rows[0] && rows[0].length !== prepared.names.length) prepared.names = namesOf(prepared.statement);
  return rows.map((values) => toRow(prepared.names, values));
}

// Functions, not private methods: knex makes the clients of transactions from the prototype alone.

function settingsOf(client: KnexClientBase): SqliteSettings {
  return client.config.galley.settings as SqliteSettings;
}

function prepare({ db, statements }: Connection, sql: string): Prepared {
  const known = statements.get(sql);
  if (known) return known;
  const statement = db.prepare(sql);
  const prepared: Prepared = { statement, names: namesOf(statement) };
  if (prepared.names.length > 0) statement.setReturnArrays(true);
  if (sql.length > MAX_CACHED_SQL) return prepared;
  if (statements.size >= MAX_STATEMENTS) statements.clear();
  statements.set(sql, prepared);
  return prepared;
}

function runStatement(connection: Connection, query: KnexQuery, bindings: SQLInputValue[]): void {
  const prepared = prepare(connection, query.sql);
  if (prepared.names.length > 0) {
    query.response = readAll(prepared, bindings);
    return;
  }
  const { lastInsertRowid, changes } = prepared.statement.run(...bindings);
  query.response = { lastInsertRowid: Number(lastInsertRowid), changes: Number(changes) };
  query.context = { lastID: Number(lastInsertRowid), changes: Number(changes) };
}

/** Runs again while another process writes. The pauses are timers, so the event loop goes on. */
async function retryBusy(timeoutMs: number, run: () => void): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (code(error) !== SQLITE_BUSY || performance.now() > end) throw error;
      await delay(BUSY_PAUSE_MS * (0.5 + randomInt(1000) / 1000));
    }
  }
}

/**
 * SQLite answers at once, so a long row of statements would never let the event loop turn: no signal, timer or request
 * would be heard until its end.
 */
async function giveWay(connection: Connection): Promise<void> {
  if (performance.now() - connection.turnAt < TURN_MS) return;
  await nextTurn();
  connection.turnAt = performance.now();
}

/**
 * knex over Node's own SQLite. Transactions begin IMMEDIATE (a deferred one that reads and then writes fails at
 * once when another process wrote in between), and waiting for another process's write never blocks the event loop.
 */
export class SqliteClient extends Base {
  _driver(): unknown {
    return DatabaseSync;
  }

  async acquireRawConnection(): Promise<Connection> {
    const { readOnly, synchronous, busyTimeoutMs } = settingsOf(this);
    const filename = String(this.connectionSettings['filename']);
    try {
      const db = new DatabaseSync(filename, { readOnly, timeout: BUSY_PAUSE_MS, enableForeignKeyConstraints: true });
      if (!readOnly) await retryBusy(busyTimeoutMs, () => db.exec('PRAGMA journal_mode=WAL'));
      db.exec(
        `PRAGMA synchronous=${synchronous}; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000; PRAGMA journal_size_limit=67108864`,
      );
      db.function('galley_fold', { deterministic: true }, fold);
      db.function('regexp', { deterministic: true }, regexp);
      return { db, statements: new Map(), turnAt: performance.now() };
    } catch (error) {
      throw toDatabaseError(error);
    }
  }

  override async destroyRawConnection({ db }: Connection): Promise<void> {
    if (db.isOpen) db.close();
  }

  validateConnection({ db }: Connection): boolean {
    return db.isOpen && !db.isTransaction;
  }

  override async acquireConnection(): Promise<unknown> {
    return await super.acquireConnection().catch((error: unknown) => Promise.reject(toDatabaseError(error)));
  }

  override transaction(...args: unknown[]): ReturnType<InstanceType<typeof Base>['transaction']> {
    const transaction = super.transaction(...args);
    return Object.assign(transaction, {
      begin: (connection: unknown) => transaction.query(connection, 'BEGIN IMMEDIATE;'),
    });
  }

  override query(connection: unknown, query: string | KnexQuery): Promise<unknown> {
    return observeQuery(this, query, () => super.query(connection, query));
  }

  override async _query(connection: Connection, query: KnexQuery): Promise<unknown> {
    const bindings = this._formatBindings(query.bindings).map((value) =>
      value === undefined ? null : value,
    ) as SQLInputValue[];
    const run = (): void => runStatement(connection, query, bindings);
    // Inside a transaction nobody else can be writing; outside, only this statement has to be run again.
    if (connection.db.isTransaction) run();
    else await retryBusy(settingsOf(this).busyTimeoutMs, run);
    await giveWay(connection);
    return query;
  }
}
Object.assign(SqliteClient.prototype, { driverName: 'node:sqlite' });
