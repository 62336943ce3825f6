import type { DatabaseCluster, Role } from './database-cluster.ts';
import { databaseErrorDetails, toDatabaseError, unknownOutcome } from './database-errors.ts';
import type { KnexQuery, KnexRunner } from './knex-client.ts';
import { isReadMethod, MysqlClient, type MysqlSettings } from './mysql-client.ts';
import { retry, STORE_RETRIES } from './retry.ts';

/** How a routed client works. */
export interface RoutedSettings extends MysqlSettings {
  cluster: DatabaseCluster;
  role: Role;
}

/** A compiled statement, or the several ones of a change of the schema. */
type Compiled = KnexQuery | KnexQuery[];

const READ = /^\s*(?:select|show|explain)\b/i;
const COMMIT = /^COMMIT\b/;
/** The node said that it takes no statements, so it has not run this one. */
const NOT_PREPARED = 1047;

// Functions, not private methods: knex makes the clients of transactions from the prototype alone.

function settingsOf(client: MysqlClient): RoutedSettings {
  return client.config.galley.settings as RoutedSettings;
}

function textOf(query: string | KnexQuery): string {
  return typeof query === 'string' ? query : query.sql;
}

function isRead(query: string | KnexQuery): boolean {
  return (typeof query === 'object' && isReadMethod(query)) || READ.test(textOf(query));
}

/** Whether a statement outside of a transaction may be run again after this error. */
function isRepeatable(compiled: Compiled, error: unknown): boolean {
  const details = databaseErrorDetails(error);
  if (!details?.retryable || Array.isArray(compiled)) return false;
  return !details.lost || isRead(compiled) || errorNumber(error) === NOT_PREPARED;
}

function errorNumber(error: unknown): number | undefined {
  return ((error as Error).cause as { errno?: number } | undefined)?.errno;
}

/** knex whose connections come from the nodes of a cluster, and whose statements outlive the end of a node. */
export class MysqlRoutedClient extends MysqlClient {
  override async acquireConnection(): Promise<unknown> {
    const { cluster, role } = settingsOf(this);
    return await cluster.acquire(role).catch((error: unknown) => Promise.reject(toDatabaseError(error)));
  }

  override async releaseConnection(connection: unknown): Promise<void> {
    await settingsOf(this).cluster.release(connection);
  }

  /** Runs a statement again, where it may be, when another one was in the way or its node was lost. */
  override runner(builder: { toSQL(): Compiled }): KnexRunner {
    const runner = super.runner(builder);
    if (this.transacting) return runner;
    const first = runner.run.bind(runner);
    // A runner keeps its connection, so each further try has one of its own.
    const attempt = (tried: number): Promise<unknown> => (tried === 0 ? first() : super.runner(builder).run());
    runner.run = async () => {
      try {
        return await retry(attempt, { isRetryable: (error) => isRepeatable(builder.toSQL(), error), ...STORE_RETRIES });
      } catch (error) {
        if (!databaseErrorDetails(error)?.lost || !databaseErrorDetails(error)?.retryable) throw error;
        const compiled = builder.toSQL();
        if (Array.isArray(compiled) || isRead(compiled)) throw error;
        this.config.galley.unknown();
        throw unknownOutcome('a statement was run', error);
      }
    };
    return runner;
  }

  override async query(connection: unknown, query: string | KnexQuery): Promise<unknown> {
    const { cluster } = settingsOf(this);
    try {
      const result = await super.query(connection, query);
      if (this.transacting ? COMMIT.test(textOf(query)) : !isRead(query)) cluster.noteChange();
      return result;
    } catch (error) {
      cluster.failed(connection, error);
      throw error;
    }
  }

  protected override readVariables(query: KnexQuery): string[] {
    const { cluster, server } = settingsOf(this);
    const variables = super.readVariables(query);
    return server.isMariaDB && cluster.mustWait ? [...variables, 'wsrep_sync_wait=1'] : variables;
  }
}
