import type { ClusterTimes } from './database-cluster.ts';
import { type Connections, openMysql, openSqlite } from './database-connections.ts';
import { type DatabaseTarget, parseDatabaseUrl } from './database-url.ts';
import { type DatabaseLog, QueryCounter } from './query-counter.ts';
import { TransactionScope } from './transaction-scope.ts';

/** How the store is opened. */
export interface DatabaseOptions {
  /** `sqlite:path`, `sqlite::memory:` or `mysql://user:password@host1,host2/database?ssl=verify`. */
  url: string;
  /** Folder that a relative SQLite path is relative to; default: the current one. */
  root?: string;
  /** Most connections of this process; default 10. */
  poolMax?: number;
  /** The longest wait for a free connection, in milliseconds; default 10,000. */
  acquireTimeoutMs?: number;
  /** Unused connections are closed after this, in milliseconds; default 30,000. */
  idleMs?: number;
  /** Connections to a server are made anew after this, in milliseconds; default 1,800,000. */
  lifetimeMs?: number;
  /** The longest a SELECT outside of a transaction may run on a server, in milliseconds; default 30,000; 0 for no bound. */
  statementTimeoutMs?: number;
  /** Statements at least this long are logged, in milliseconds; default 500; 0 for none. */
  slowQueryMs?: number;
  /** SQLite: acknowledged writes survive a loss of power too; for production. */
  durable?: boolean;
  /** Several servers: how patient the store is with them; for tests. */
  cluster?: Partial<ClusterTimes>;
  log?: DatabaseLog;
}

/** What all views of one store share. */
export interface Core {
  readonly target: DatabaseTarget;
  readonly connections: Connections;
  readonly scope: TransactionScope;
  readonly counter: QueryCounter;
  readonly unknown: Set<() => void>;
}

/** Opens a store; nothing is connected before the first statement. */
export function openCore(options: DatabaseOptions): Core {
  const target = parseDatabaseUrl(options.url, options.root);
  const {
    poolMax = 10,
    acquireTimeoutMs = 10_000,
    idleMs = 30_000,
    lifetimeMs = 1_800_000,
    statementTimeoutMs = 30_000,
    durable = false,
    log,
  } = options;
  const { cluster } = options;
  const limits = { poolMax, acquireTimeoutMs, idleMs, lifetimeMs, statementTimeoutMs, durable, cluster };
  const unknown = new Set<() => void>();
  const counter = new QueryCounter(options.slowQueryMs ?? 500, log);
  const events = {
    log,
    record: (sql: string, ms: number, owner = 'core') => counter.record(sql, ms, owner),
    failed: (error: Parameters<TransactionScope['failed']>[0]) => core.scope.failed(error),
    unknown: () => {
      for (const listener of unknown) listener();
    },
  };
  const connections = target.kind === 'sqlite' ? openSqlite(target, limits, events) : openMysql(target, limits, events);
  const scope = new TransactionScope(connections.writer, log, events.unknown);
  const core: Core = { target, connections, counter, unknown, scope };
  return core;
}
