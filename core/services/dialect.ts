import type { Knex } from 'knex';
import type { FullTextTerm } from './full-text.ts';

/** A row to be written: columns and their values. */
export type Row = Record<string, unknown>;

/** What a dialect needs of the database; it runs in the transaction of the caller. */
export interface DialectHost {
  /** A piece of SQL, to be put into a builder, or run when it is awaited. */
  raw(sql: string, bindings?: readonly unknown[]): Knex.Raw;
  write(table: string): Knex.QueryBuilder;
  /** Name of the schema, for the server's catalogue. */
  readonly schemaName: string;
}

/** Something about the store that an administrator should put right. */
export interface DatabaseProblem {
  /** The table it is about, or undefined for the server. */
  table: string | undefined;
  severity: 'error' | 'warning';
  message: string;
}

/** What to search and where. */
export interface FullTextMatch {
  table: string;
  /** The columns given to createFullText, in the same order. */
  columns: readonly string[];
  terms: readonly FullTextTerm[];
  /** How much a word in each column counts, in the order of the columns; default 1 each. On MariaDB columns that are not `weighted` count 1. */
  weights?: readonly number[];
  /** How many of the best are enough, where nothing else in the query leaves any of them out. */
  best?: number;
}

/** How text is compared. */
export interface TextMatch {
  /** Also without regard to case and accents; slower, no index can help. */
  ignoreCase?: boolean;
}

/** A step into a JSON value: the name of a member, or an index. */
export type JsonPath = readonly (string | number)[];

/**
 * All in which SQLite and MariaDB or MySQL differ. Nothing outside of the dialect files contains SQL that only one
 * of them understands.
 */
export interface Dialect {
  readonly name: 'sqlite' | 'mysql';
  /** The most rows of one INSERT. */
  readonly maxInsertRows: number;
  /** A word that is in more documents than these costs a full-text search more than reading what a rarer one finds. */
  readonly frequentWord: number;
  /** Collation of machine keys: byte for byte, trailing blanks count. */
  readonly keyCollation: string;
  /** Column type of bytes of any length. */
  readonly blobType: string;
  /** Column type of a machine key of at most `length` characters. */
  keyType(length: number): string;
  /** Column type of a text of at most `length` characters that is compared without regard to case. */
  textType(length: number): string;

  /** One INSERT of at most `maxInsertRows` rows. A column that a row lacks gets its default. */
  insertRows(table: string, rows: readonly Row[]): Promise<unknown>;
  /** A time in so many milliseconds, by the clock of the store: those of processes differ, and may be set. */
  fromNow(ms: number): Knex.Raw;
  /**
   * Inserts the row; where a row with the same `conflictColumns` exists, sets its `mergeColumns` instead. Safe for
   * tables with a second unique key: a clash on that one is an error, never an overwritten row.
   * @throws GALLEY_DATABASE_DUPLICATE when another unique key is taken
   */
  upsert(table: string, row: Row, conflictColumns: readonly string[], mergeColumns?: readonly string[]): Promise<void>;
  /** Inserts the row unless one with the same `conflictColumns` exists; tells whether it did. */
  insertIgnore(table: string, row: Row, conflictColumns: readonly string[]): Promise<boolean>;
  /** Locks the rows of a SELECT until the end of the transaction (on one Galera node only: have a version in the WHERE too). */
  lockRow<Builder extends Knex.QueryBuilder>(query: Builder): Builder;

  /** Year, month (1-12) and day of a column of epoch milliseconds, in UTC plus `offsetMinutes`. */
  yearOf(column: string, offsetMinutes?: number): Knex.Raw;
  monthOf(column: string, offsetMinutes?: number): Knex.Raw;
  dayOf(column: string, offsetMinutes?: number): Knex.Raw;
  /** The greatest of the columns; null if one of them is. */
  greatest(columns: readonly string[]): Knex.Raw;
  /** The least of the columns; null if one of them is. */
  least(columns: readonly string[]): Knex.Raw;
  /** Condition: the column contains the text, in which % and _ mean themselves. */
  contains(column: string, text: string, match?: TextMatch): Knex.Raw;
  /** Condition: the column begins with the text; can use an index unless case is ignored. */
  startsWith(column: string, text: string, match?: TextMatch): Knex.Raw;
  /** Condition: the column ends with the text. */
  endsWith(column: string, text: string, match?: TextMatch): Knex.Raw;
  /** Condition: the column matches a regular expression. The pattern is code, never input. */
  matches(column: string, pattern: string): Knex.Raw;
  /** For orderBy: any order. Reads the whole result, so bound the rows first. */
  random(): Knex.Raw;
  /** A scalar inside of a JSON column as text; null when there is none. */
  jsonText(column: string, path: JsonPath): Knex.Raw;
  /** A scalar inside of a JSON column as number. */
  jsonNumber(column: string, path: JsonPath): Knex.Raw;

  /**
   * Makes the columns of a table with an integer key `id` searchable. The columns hold texts made by fullTextDocument.
   * @param weighted columns that matchFullText may give a weight of its own
   */
  createFullText(table: string, columns: readonly string[], weighted?: readonly string[]): Promise<void>;
  /** Takes back createFullText. */
  dropFullText(table: string, columns: readonly string[], weighted?: readonly string[]): Promise<void>;
  /** What to store in a searchable column for this text. */
  fullTextDocument(text: string): string;
  /**
   * Restricts a query on the table to rows that match and returns the relevance, for select or orderBy descending.
   * Without any wanted term nothing matches.
   */
  matchFullText(query: Knex.QueryBuilder, match: FullTextMatch): Knex.Raw;

  /** The columns of a table's primary key; empty when it has none. */
  primaryKey(table: string): Promise<string[]>;
  /** Names of the indexes of a table. */
  indexNames(table: string): Promise<string[]>;
  /** Problems of tables and server. */
  check(): Promise<DatabaseProblem[]>;
}

/** The part of `row` with these columns. */
export function pickColumns(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(
    columns.filter((column) => row[column] !== undefined).map((column) => [column, row[column]]),
  );
}

/** Name of the full-text index (or table) of some columns; short enough for all stores. */
export function fullTextName(table: string, column?: string): string {
  return column === undefined ? `${table}_fts` : `${table}_${column}_fts`.slice(-64);
}
