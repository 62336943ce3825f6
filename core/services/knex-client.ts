import { createRequire } from 'node:module';
import type { Knex } from 'knex';
import { GalleyError } from '../lib/errors.ts';
import { toDatabaseError } from './database-errors.ts';

/** What a driver is asked to run; knex's own object, or a bare statement such as BEGIN. */
export interface KnexQuery {
  sql: string;
  method?: string;
  bindings?: readonly unknown[];
  response?: unknown;
  context?: unknown;
  options?: { galleyOwner?: string; galleyMaxMs?: number };
}

/** What Galley hands to its clients in knex's configuration; it survives into the clients of transactions. */
export interface GalleyClientConfig {
  /** Called for each finished statement, also a failed one. */
  record(sql: string, ms: number, owner: string | undefined): void;
  /** Called for each failed statement, in the caller's context. */
  failed(error: GalleyError): void;
  /** Called when nobody knows whether a statement or transaction counts. */
  unknown(): void;
  /** Connection set-up that differs by store. */
  settings: unknown;
}

/** Runs one statement of knex on a connection. */
export interface KnexRunner {
  run(): Promise<unknown>;
}

/** The parts of knex's own client that Galley's clients build on; knex does not type them. */
export interface KnexClientBase {
  config: Knex.Config & { galley: GalleyClientConfig };
  connectionSettings: Record<string, unknown>;
  driver: unknown;
  transacting?: boolean;
  query(connection: unknown, query: string | KnexQuery): Promise<unknown>;
  _query(connection: unknown, query: KnexQuery): Promise<unknown>;
  _formatBindings(bindings: readonly unknown[] | undefined): unknown[];
  acquireConnection(): Promise<unknown>;
  releaseConnection(connection: unknown): Promise<unknown>;
  destroyRawConnection(connection: unknown): Promise<unknown>;
  runner(builder: unknown): KnexRunner;
  checkVersion(connection: unknown): Promise<unknown>;
  transaction(...args: unknown[]): { query(connection: unknown, sql: string): Promise<unknown> };
}

/** Loads one of knex's clients, to be extended. */
export function knexClientClass(path: string): new (config: Knex.Config) => KnexClientBase {
  return createRequire(import.meta.url)(path) as new (
    config: Knex.Config,
  ) => KnexClientBase;
}

/** Infinity and NaN: mysql2 writes them as the names of columns, and SQLite keeps the first and makes NULL of the second. */
const isNoNumber = (value: unknown): boolean => typeof value === 'number' && !Number.isFinite(value);

/**
 * Runs a statement through knex's `query`, measures it and gives its error the class that all stores share.
 * @throws GALLEY_INPUT_INVALID for numbers that no store has
 */
export async function observeQuery(
  client: KnexClientBase,
  query: string | KnexQuery,
  run: () => Promise<unknown>,
): Promise<unknown> {
  const sql = typeof query === 'string' ? query : query.sql;
  const owner = typeof query === 'string' ? undefined : query.options?.galleyOwner;
  if (typeof query !== 'string' && query.bindings?.some(isNoNumber))
    throw new GalleyError('GALLEY_INPUT_INVALID', 'A number is too large, or is none.');
  const from = performance.now();
  try {
    return await run();
  } catch (error) {
    const failure = toDatabaseError(error, sql);
    client.config.galley.failed(failure);
    throw failure;
  } finally {
    client.config.galley.record(sql, performance.now() - from, owner);
  }
}
