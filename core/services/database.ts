import type { Knex } from 'knex';
import type { Owned } from '../kernel/site.ts';
import type { Connections } from './database-connections.ts';
import { type Core, type DatabaseOptions, openCore } from './database-core.ts';
import type { NodeClient } from './database-node.ts';
import { assertReady, IS_READY, type NodeState, nodeStates, type PoolStats, poolStats } from './database-nodes.ts';
import type { ClusterReport } from './database-report.ts';
import type { DatabaseProblem, Dialect, DialectHost, Row } from './dialect.ts';
import { MysqlDialect } from './dialect-mysql.ts';
import { SqliteDialect } from './dialect-sqlite.ts';
import type { QueryCounter, QueryRecord, SlowQuery } from './query-counter.ts';
import type { AfterCommit } from './transaction-scope.ts';

export type { DatabaseOptions } from './database-core.ts';

const BATCH_VALUES = 30_000;

function openDialect(host: DialectHost, { server }: Connections): Dialect {
  return server === undefined ? new SqliteDialect(host) : new MysqlDialect(host, server);
}

/** The row without members that are undefined, which the drivers treat differently. */
function defined(row: object): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}

/**
 * The store. Reads and writes are knex builders; inside `transaction` they all belong to the transaction, without
 * being told. Values: numbers, strings, booleans (come back as 0/1), Uint8Array, bigint, null. Times are epoch
 * milliseconds, JSON is text.
 *
 * @example
 * const posts = await site.database.read<PostRow>('entries').where({ status: 'publish' }).limit(10);
 * await site.database.transaction(async () => {
 *   const id = await site.database.insert('entries', { title: 'Hello' });
 *   await site.database.afterCommit(() => site.cache.invalidate([`entry:${id}`]));
 * });
 */
export class Database implements Owned {
  /** Whose statements these are, for figures and the slow-query log. */
  readonly owner: string;
  /** All in which the stores differ. */
  readonly dialect: Dialect;
  readonly #core: Core;

  /** @throws GALLEY_CONFIG_INVALID for a wrong address, GALLEY_DATABASE_UNAVAILABLE when the SQLite file cannot be opened */
  constructor(options: DatabaseOptions | { core: Core; owner: string }) {
    this.#core = 'core' in options ? options.core : openCore(options);
    this.owner = 'core' in options ? options.owner : 'core';
    const { target, connections } = this.#core;
    const host: DialectHost = {
      raw: (sql, bindings) => this.raw(sql, bindings),
      write: (table) => this.write(table) as unknown as Knex.QueryBuilder,
      schemaName: target.kind === 'mysql' ? target.database : 'main',
    };
    this.dialect = openDialect(host, connections);
  }

  ownedBy(owner: string): this {
    return new Database({ core: this.#core, owner }) as this;
  }

  /** A query on `table` that only reads. */
  read<R extends object = Row>(table: string): Knex.QueryBuilder<R, R[]> {
    return this.#builder(this.#core.scope.handle ?? this.#core.connections.reader, table);
  }

  /** A query on `table` that writes, or reads what was just written elsewhere. */
  write<R extends object = Row>(table: string): Knex.QueryBuilder<R, R[]> {
    return this.#builder(this.#core.scope.handle ?? this.#core.connections.writer, table);
  }

  /**
   * A read that the server ends after so many milliseconds, if it runs in no transaction; it fails then with
   * GALLEY_DATABASE_TIMEOUT. SQLite works within this process and has no such bound: give the query a limit there.
   */
  bounded<Builder extends Knex.QueryBuilder>(query: Builder, ms: number): Builder {
    query.options({ galleyMaxMs: ms });
    return query;
  }

  #builder<R extends object>(handle: Knex, table: string): Knex.QueryBuilder<R, R[]> {
    const builder = handle<R>(table);
    if (this.owner !== 'core') builder.options({ galleyOwner: this.owner });
    return builder as unknown as Knex.QueryBuilder<R, R[]>;
  }

  /**
   * Inserts one row and returns the id that the store gave it (no promise is made that ids follow each other).
   * @throws GALLEY_DATABASE_DUPLICATE | GALLEY_DATABASE_CONSTRAINT
   */
  async insert(table: string, row: object): Promise<number> {
    const ids: unknown[] = await this.write(table).insert(defined(row));
    return Number(ids[0]);
  }

  /** Inserts many rows, some at a time. Not atomic by itself: run it in a transaction where that matters. */
  async insertMany(table: string, rows: readonly object[]): Promise<void> {
    const columns = Object.keys(rows[0] ?? {}).length || 1;
    const size = Math.max(1, Math.min(this.dialect.maxInsertRows, Math.floor(BATCH_VALUES / columns)));
    for (let from = 0; from < rows.length; from += size) {
      await this.dialect.insertRows(table, rows.slice(from, from + size).map(defined));
    }
  }

  /**
   * Runs `work` in a transaction; all queries in it, also deep inside other functions, belong to it. A nested one is
   * a savepoint. When another transaction is in the way, or the connection is lost before the commit, the outermost
   * one is run again from its start, for some seconds at most: do nothing in it that cannot be repeated (mail, files, hooks
   * that tell others); that belongs into `afterCommit`. Keep it short.
   */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#core.scope.run(work);
  }

  /** Whether a transaction is running here. */
  get isInTransaction(): boolean {
    return this.#core.scope.handle !== undefined;
  }

  /**
   * Runs `callback` after the outermost transaction has committed, in order and awaited before `transaction` returns;
   * dropped when it is rolled back; outside of a transaction at once. An error in it is logged, not thrown.
   */
  afterCommit(callback: AfterCommit): Promise<void> {
    return this.#core.scope.afterCommit(callback);
  }

  /**
   * Reads something once in the running transaction, where nobody else can change it; outside of one each time. Who
   * writes it calls `forget` with the same key.
   */
  once<T>(key: string, read: () => Promise<T>): Promise<T> {
    return this.#core.scope.once(key, read);
  }

  /** Forgets what `once` has read in the running transaction. */
  forget(key: string): void {
    this.#core.scope.forget(key);
  }

  /** Runs `work` as if no transaction was running. On SQLite it must not write: the transaction holds the only writer. */
  outside<T>(work: () => T): T {
    return this.#core.scope.outside(work);
  }

  /** A piece of SQL for a builder, or a statement when it is awaited. For dialect files and the entry query only. */
  raw(sql: string, bindings: readonly unknown[] = []): Knex.Raw {
    const handle = this.#core.scope.handle ?? this.#core.connections.writer;
    const raw = handle.raw(sql, bindings as Knex.RawBinding[]);
    if (this.owner !== 'core') raw.options({ galleyOwner: this.owner });
    return raw;
  }

  /** knex's schema builder, for migrations. */
  schema(): Knex.SchemaBuilder {
    return (this.#core.scope.handle ?? this.#core.connections.writer).schema;
  }

  /** Runs `work` and tells which statements it ran. */
  countQueries<T>(work: () => Promise<T>): Promise<{ result: T; queries: QueryRecord[] }> {
    return this.#core.counter.count(work);
  }

  /** Statements of the running count, for the profiler; undefined when nobody counts. */
  get counter(): readonly QueryRecord[] | undefined {
    return this.#core.counter.current;
  }

  /** The latest slow statements, newest first. */
  get slowQueries(): readonly SlowQuery[] {
    return this.#core.counter.slow;
  }

  /** Statements and their milliseconds by owner since the start. */
  get totals(): ReturnType<() => QueryCounter['totals']> {
    return this.#core.counter.totals;
  }

  /**
   * Somebody else has changed the store, as this process has just learned: on a cluster, reads of the next moments go
   * where they see it. What this process changes it knows by itself.
   */
  noteChange(): void {
    this.#core.connections.cluster?.noteChange(true);
  }

  /** Tells `listener` when a connection was lost while something was being committed: it may count or not. */
  onUnknownOutcome(listener: () => void): void {
    this.#core.unknown.add(listener);
  }

  /** Runs `work` so that its reads see all that was acknowledged before, also by another process on another node. */
  async fresh<T>(work: () => PromiseLike<T>): Promise<T> {
    const { cluster } = this.#core.connections;
    return await (cluster ? cluster.fresh(work) : work());
  }

  /**
   * Asks the store for a sign of life; a node of a cluster must also take statements.
   * @returns how long it took, in milliseconds
   * @throws GALLEY_DATABASE_UNAVAILABLE
   */
  async ping(): Promise<number> {
    const from = performance.now();
    const { writer } = this.#core.connections;
    await this.outside(() => writer.raw('select 1'));
    if (this.#core.connections.server?.isGalera) assertReady(await this.outside(() => this.raw(IS_READY)));
    return performance.now() - from;
  }

  /** How the servers of the store are, as this process sees them; empty on SQLite. */
  get nodes(): NodeState[] {
    const { cluster } = this.#core.connections;
    return cluster ? nodeStates(cluster) : [];
  }

  /** Problems of tables and server that an administrator should put right. */
  async check(): Promise<DatabaseProblem[]> {
    await this.ping();
    return await this.dialect.check();
  }

  /** What kind of store and which version, for the health page; without credentials. */
  get description(): string {
    const { target, connections } = this.#core;
    if (target.kind === 'sqlite')
      return `SQLite ${process.versions['sqlite'] ?? ''} ${target.filename ?? '(temporary)'}`;
    const where = target.socket ?? target.hosts.map(({ host, port }) => `${host}:${port}`).join(',');
    return `${connections.server?.version || 'MySQL'} at ${where}/${target.database}`;
  }

  /** Asks every server of the store how it is; undefined on SQLite. */
  async report(): Promise<ClusterReport | undefined> {
    const { cluster } = this.#core.connections;
    if (!cluster) return undefined;
    const { reportCluster } = await import('./database-report.ts');
    return await reportCluster(cluster);
  }

  /** What the pools are doing; each node has one of the same size. */
  get pool(): PoolStats {
    const { cluster, writer } = this.#core.connections;
    return poolStats(cluster ? cluster.nodes.map(({ client }) => client) : [writer.client as NodeClient]);
  }

  /** Closes all connections; waits for running statements. */
  close(): Promise<void> {
    return this.#core.connections.close();
  }
}
