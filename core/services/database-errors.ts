import { GalleyError, messageOf } from '../lib/errors.ts';

/** What the drivers put on their errors. */
interface DriverError extends Error {
  code?: string;
  /** mysql2: the server's number. */
  errno?: number;
  /** node:sqlite: the extended result code. */
  errcode?: number;
  /** mysql2: the connection is gone. */
  fatal?: boolean;
}

/** Facts about a failed statement, in `GalleyError.details`. */
export interface DatabaseErrorDetails {
  /** The statement with its placeholders; never the values. */
  sql?: string;
  /** The whole transaction may be run again. */
  retryable: boolean;
  /** The connection was lost; at COMMIT nobody knows whether the transaction counts. */
  lost: boolean;
  /** Nobody knows whether what was being written counts. */
  unknown?: boolean;
}

// 1213 deadlock (or Galera conflict), 1205 lock wait, 1020 snapshot conflict, 1637 too many transactions.
const MYSQL_CONFLICT = new Set([1213, 1205, 1020, 1637]);
// 1047 Galera node not ready, 1053 shutdown, 1152/1158-1161 network, 1927 killed, 2006/2013 gone, 3169 killed.
const MYSQL_LOST = new Set([1047, 1053, 1152, 1158, 1159, 1160, 1161, 1927, 2006, 2013, 3169]);
// 1040/1203/1226 too many connections, 1044/1045 access denied, 1049 unknown database, 1130 host not allowed.
const MYSQL_REFUSED = new Set([1040, 1044, 1045, 1049, 1130, 1203, 1226, 1698]);
const MYSQL_DUPLICATE = new Set([1062, 1586, 1859]);
const MYSQL_CONSTRAINT = new Set([1048, 1216, 1217, 1364, 1406, 1264, 1366, 1451, 1452, 3819, 4025]);
const MYSQL_TIMEOUT = new Set([1317, 1969, 3024]);
/** A node that is cut off in the very moment of a COMMIT (1180): perhaps the others have it. */
const CUT_OFF = /not connected to primary component/i;
const LOST_CODES = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CONSTRAINT = 19;
const SQLITE_DUPLICATE = new Set([1555, 2067, 2579]);
const SQLITE_BROKEN = new Set([8, 10, 11, 13, 14, 26]);

function keyIn(error: DriverError): string {
  const name =
    /for key '([^']+)'/.exec(error.message)?.[1] ?? /UNIQUE constraint failed: (.+)$/.exec(error.message)?.[1];
  return name === undefined ? '' : ` (${name})`;
}

type Verdict = [
  code: ConstructorParameters<typeof GalleyError>[0],
  message: string,
  details?: Partial<DatabaseErrorDetails>,
];

function verdictOnMysql(error: DriverError): Verdict | undefined {
  const number = error.errno ?? 0;
  if (MYSQL_DUPLICATE.has(number))
    return ['GALLEY_DATABASE_DUPLICATE', `A row with this key exists already${keyIn(error)}.`];
  if (MYSQL_CONFLICT.has(number))
    return ['GALLEY_DATABASE_CONFLICT', `Another transaction was in the way (${number}).`, { retryable: true }];
  if (MYSQL_TIMEOUT.has(number)) return ['GALLEY_DATABASE_TIMEOUT', 'The statement took too long and was stopped.'];
  if (MYSQL_CONSTRAINT.has(number))
    return ['GALLEY_DATABASE_CONSTRAINT', `The database refused the row (${error.code ?? number}).`];
  if (MYSQL_REFUSED.has(number))
    return [
      'GALLEY_DATABASE_UNAVAILABLE',
      `The database server refused the connection (${error.code ?? number}). Check DATABASE_URL.`,
    ];
  const lost =
    MYSQL_LOST.has(number) ||
    LOST_CODES.has(error.code ?? '') ||
    CUT_OFF.test(error.message) ||
    error.fatal === true ||
    /in closed state/.test(error.message);
  if (lost)
    return [
      'GALLEY_DATABASE_UNAVAILABLE',
      `The database server cannot be reached (${error.code ?? number}).`,
      { retryable: true, lost: true },
    ];
  return undefined;
}

function verdictOnSqlite(error: DriverError): Verdict | undefined {
  const code = error.errcode ?? 0;
  if (SQLITE_DUPLICATE.has(code))
    return ['GALLEY_DATABASE_DUPLICATE', `A row with this key exists already${keyIn(error)}.`];
  if (code % 256 === SQLITE_CONSTRAINT)
    return ['GALLEY_DATABASE_CONSTRAINT', `The database refused the row: ${error.message}.`];
  if (code % 256 === SQLITE_BUSY || code % 256 === SQLITE_LOCKED) {
    return ['GALLEY_DATABASE_CONFLICT', 'Another process is writing to the SQLite file.', { retryable: true }];
  }
  if (SQLITE_BROKEN.has(code % 256))
    return ['GALLEY_DATABASE_UNAVAILABLE', `The SQLite file cannot be used: ${error.message}.`];
  return undefined;
}

/**
 * One class of errors for all drivers. Messages hold the statement's placeholders, never its values; the driver's
 * own error is the cause, except where its text quotes values (duplicates).
 */
export function toDatabaseError(error: unknown, sql?: string): GalleyError {
  if (error instanceof GalleyError) return error;
  const driver = (error instanceof Error ? error : new Error(String(error))) as DriverError;
  delete (driver as { sql?: string }).sql; // mysql2's has the values in it.
  // knex puts the statement before the message; here it comes after it, and shortened.
  if (sql !== undefined && driver.message.startsWith(`${sql} - `))
    driver.message = driver.message.slice(sql.length + 3);
  const isTimeout = driver.name === 'KnexTimeoutError' || driver.name === 'TimeoutError';
  const verdict: Verdict = (isTimeout
    ? ['GALLEY_DATABASE_TIMEOUT', 'No database connection became free in time: the pool is full.']
    : driver.errcode === undefined
      ? verdictOnMysql(driver)
      : verdictOnSqlite(driver)) ?? [
    'GALLEY_DATABASE_FAILED',
    `The database could not run a statement: ${messageOf(driver)}.`,
  ];
  const [code, message, facts] = verdict;
  const details: DatabaseErrorDetails = {
    retryable: false,
    lost: false,
    ...facts,
    ...(sql === undefined ? {} : { sql }),
  };
  return new GalleyError(code, sql === undefined ? message : `${message} In: ${sql.slice(0, 300)}`, {
    details,
    ...(code === 'GALLEY_DATABASE_DUPLICATE' ? {} : { cause: error }),
  });
}

/**
 * The error when a connection was lost while something was being written, and nobody knows whether it counts.
 * @param doing for instance "a transaction was being committed"
 */
export function unknownOutcome(doing: string, cause: unknown): GalleyError {
  return new GalleyError(
    'GALLEY_DATABASE_UNAVAILABLE',
    `The connection was lost while ${doing}: it may count or not. Look before you repeat it.`,
    { cause, details: { retryable: false, lost: true, unknown: true } },
  );
}

/** The error that lets the running transaction be run again from its start. */
export function conflict(message: string): GalleyError {
  return new GalleyError('GALLEY_DATABASE_CONFLICT', message, { details: { retryable: true, lost: false } });
}

/** The facts that toDatabaseError put on an error, or undefined when the store did not fail. */
export function databaseErrorDetails(error: unknown): DatabaseErrorDetails | undefined {
  if (!(error instanceof GalleyError) || !error.code.startsWith('GALLEY_DATABASE_')) return undefined;
  const details = error.details as Partial<DatabaseErrorDetails> | undefined;
  return typeof details?.retryable === 'boolean' ? (details as DatabaseErrorDetails) : undefined;
}
