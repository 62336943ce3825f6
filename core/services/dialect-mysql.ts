import type { Knex } from 'knex';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import {
  type DatabaseProblem,
  type Dialect,
  type DialectHost,
  type FullTextMatch,
  fullTextName,
  type JsonPath,
  pickColumns,
  type Row,
  type TextMatch,
} from './dialect.ts';
import { checkMysql } from './dialect-mysql-check.ts';
import { type FullTextTerm, fullTextTokens } from './full-text.ts';
import { type MysqlServer, TEXT_COLLATION } from './mysql-client.ts';

// InnoDB's own list; it never indexes them, so they are stored in a shape that it does not know.
const STOP_WORDS = new Set(
  'a about an are as at be by com de en for from how i in is it la of on or that the this to was what when where who will with und www'.split(
    ' ',
  ),
);
const MIN_WORD = 3;
const UPSERT_ROUNDS = 3;

/** InnoDB drops short words and stop words; padded, they are words like all others. */
function encode(token: string): string {
  return [...token].length < MIN_WORD || STOP_WORDS.has(token) ? `${token}__` : token;
}

function likeOf(text: string): string {
  return text.replace(/[!%_]/g, '!$&');
}

function jsonPath(path: JsonPath): string {
  return `$${path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${JSON.stringify(step)}`)).join('')}`;
}

/** A term in the language of boolean mode; tokens have letters and digits only, so no operator can come from input. */
function booleanTerm({ words, prefix, exclude }: FullTextTerm): string {
  const sign = exclude ? '-' : '+';
  if (words.length > 1) return `${sign}"${words.map(encode).join(' ')}"`;
  const word = words[0] ?? '';
  return prefix ? `${sign}${word}*` : `${sign}${encode(word)}`;
}

/** MariaDB and MySQL. */
export class MysqlDialect implements Dialect {
  readonly name = 'mysql';
  readonly blobType = 'longblob';
  readonly maxInsertRows = 1_000; // Larger ones conflict more often on Galera.
  readonly frequentWord = 20_000; // InnoDB reads all that is kept of each word, about a microsecond for each document.
  readonly #host: DialectHost;
  readonly #server: MysqlServer;

  constructor(host: DialectHost, server: MysqlServer) {
    this.#host = host;
    this.#server = server;
  }

  get keyCollation(): string {
    return this.#server.isMariaDB ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  }

  keyType(length: number): string {
    return `varchar(${length}) character set utf8mb4 collate ${this.keyCollation}`;
  }

  textType(length: number): string {
    return `varchar(${length}) character set utf8mb4 collate ${TEXT_COLLATION}`;
  }

  fromNow(ms: number): Knex.Raw {
    return this.#host.raw('CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) + ?', [ms]);
  }

  async insertRows(table: string, rows: readonly Row[]): Promise<void> {
    await this.#host.write(table).insert(rows);
  }

  async upsert(
    table: string,
    row: Row,
    conflictColumns: readonly string[],
    mergeColumns?: readonly string[],
  ): Promise<void> {
    // ON DUPLICATE KEY UPDATE fires on any unique key and would overwrite another row, so it is two statements.
    const merge = mergeColumns ?? Object.keys(row).filter((column) => !conflictColumns.includes(column));
    for (let round = 0; round < UPSERT_ROUNDS; round++) {
      if (await this.#update(table, row, conflictColumns, merge)) return;
      if (await this.insertIgnore(table, row, conflictColumns)) return;
    }
    throw new GalleyError(
      'GALLEY_DATABASE_CONFLICT',
      `A row of "${table}" kept coming and going while it was written.`,
    );
  }

  async #update(
    table: string,
    row: Row,
    conflictColumns: readonly string[],
    merge: readonly string[],
  ): Promise<boolean> {
    const key = pickColumns(row, conflictColumns);
    if (Object.values(key).length < conflictColumns.length || Object.values(key).includes(null)) return false; // NULL equals nothing.
    if (merge.length === 0) return false;
    const changed: number = await this.#host.write(table).where(key).update(pickColumns(row, merge));
    return changed > 0;
  }

  async insertIgnore(table: string, row: Row, conflictColumns: readonly string[]): Promise<boolean> {
    try {
      await this.#host.write(table).insert(pickColumns(row, Object.keys(row)));
      return true;
    } catch (error) {
      if (!isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE')) throw error;
      // A locking read sees what was committed after this transaction's snapshot.
      const present: unknown = await this.#host
        .write(table)
        .where(pickColumns(row, conflictColumns))
        .forShare()
        .first();
      if (present === undefined) throw error;
      return false;
    }
  }

  lockRow<Builder extends Knex.QueryBuilder>(query: Builder): Builder {
    query.forUpdate();
    return query;
  }

  yearOf(column: string, offsetMinutes = 0): Knex.Raw {
    return this.#datePart('year', column, offsetMinutes);
  }

  monthOf(column: string, offsetMinutes = 0): Knex.Raw {
    return this.#datePart('month', column, offsetMinutes);
  }

  dayOf(column: string, offsetMinutes = 0): Knex.Raw {
    return this.#datePart('day', column, offsetMinutes);
  }

  #datePart(part: 'year' | 'month' | 'day', column: string, offsetMinutes: number): Knex.Raw {
    // FROM_UNIXTIME ends in 2038 and has no dates before 1970.
    const sql = `${part}(date_add('1970-01-01 00:00:00', interval floor((?? + ?) / 1000) second))`;
    return this.#host.raw(sql, [column, offsetMinutes * 60_000]);
  }

  greatest(columns: readonly string[]): Knex.Raw {
    return this.#host.raw(`greatest(${columns.map(() => '??').join(', ')})`, columns);
  }

  least(columns: readonly string[]): Knex.Raw {
    return this.#host.raw(`least(${columns.map(() => '??').join(', ')})`, columns);
  }

  contains(column: string, text: string, match: TextMatch = {}): Knex.Raw {
    return this.#like(column, `%${likeOf(text)}%`, match);
  }

  startsWith(column: string, text: string, match: TextMatch = {}): Knex.Raw {
    const pattern = `${likeOf(text)}%`;
    if (match.ignoreCase) return this.#like(column, pattern, match);
    // The first condition can use the column's index, the second is exact also where the column ignores case.
    const sql = `(?? like ? escape '!' and ?? like ? collate ${this.keyCollation} escape '!')`;
    return this.#host.raw(sql, [column, pattern, column, pattern]);
  }

  endsWith(column: string, text: string, match: TextMatch = {}): Knex.Raw {
    return this.#like(column, `%${likeOf(text)}`, match);
  }

  #like(column: string, pattern: string, { ignoreCase = false }: TextMatch): Knex.Raw {
    const collation = ignoreCase ? TEXT_COLLATION : this.keyCollation;
    return this.#host.raw(`?? like ? collate ${collation} escape '!'`, [column, pattern]);
  }

  matches(column: string, pattern: string): Knex.Raw {
    return this.#host.raw(`?? regexp ? collate ${this.keyCollation}`, [column, pattern]);
  }

  random(): Knex.Raw {
    return this.#host.raw('rand()');
  }

  jsonText(column: string, path: JsonPath): Knex.Raw {
    const at = jsonPath(path);
    const sql = `if(json_type(json_extract(??, ?)) = 'NULL', null, json_unquote(json_extract(??, ?)))`;
    return this.#host.raw(sql, [column, at, column, at]);
  }

  jsonNumber(column: string, path: JsonPath): Knex.Raw {
    return this.#host.raw('cast(json_unquote(json_extract(??, ?)) as double)', [column, jsonPath(path)]);
  }

  async createFullText(table: string, columns: readonly string[], weighted: readonly string[] = []): Promise<void> {
    const present = await this.indexNames(table);
    const add = async (name: string, of: readonly string[]): Promise<void> => {
      if (present.includes(name)) return;
      await this.#host.raw(`alter table ?? add fulltext index ?? (${of.map(() => '??').join(', ')})`, [
        table,
        name,
        ...of,
      ]);
    };
    await add(fullTextName(table), columns);
    if (columns.length > 1) for (const column of weighted) await add(fullTextName(table, column), [column]);
  }

  async dropFullText(table: string, columns: readonly string[], weighted: readonly string[] = []): Promise<void> {
    const present = await this.indexNames(table);
    const names = [
      fullTextName(table),
      ...(columns.length > 1 ? weighted.map((column) => fullTextName(table, column)) : []),
    ];
    for (const name of names)
      if (present.includes(name)) await this.#host.raw('alter table ?? drop index ??', [table, name]);
  }

  fullTextDocument(text: string): string {
    return fullTextTokens(text).map(encode).join(' ');
  }

  matchFullText(query: Knex.QueryBuilder, { table, columns, terms, weights }: FullTextMatch): Knex.Raw {
    if (!terms.some((term) => !term.exclude)) {
      query.whereRaw('1 = 0');
      return this.#host.raw('abs(0)');
    }
    const expression = terms.map(booleanTerm).join(' ');
    const qualified = columns.map((column) => `${table}.${column}`);
    const match = (of: readonly string[]): string =>
      `match(${of.map(() => '??').join(', ')}) against (? in boolean mode)`;
    query.whereRaw(match(qualified), [...qualified, expression]);
    // Only the weighted columns have an index of their own; what a weight adds to the common relevance counts for them.
    const extra = qualified.flatMap((name, index) =>
      (weights?.[index] ?? 1) > 1 && columns.length > 1 ? [{ name, more: (weights?.[index] ?? 1) - 1 }] : [],
    );
    const loose = terms
      .filter((term) => !term.exclude)
      .map((term) => booleanTerm(term).slice(1))
      .join(' ');
    const sql = [match(qualified), ...extra.map(({ name }) => `? * ${match([name])}`)].join(' + ');
    return this.#host.raw(sql, [...qualified, expression, ...extra.flatMap(({ name, more }) => [more, name, loose])]);
  }

  async primaryKey(table: string): Promise<string[]> {
    const sql = `select column_name as name from information_schema.key_column_usage
      where table_schema = ? and table_name = ? and constraint_name = 'PRIMARY' order by ordinal_position`;
    const [rows] = (await this.#host.raw(sql, [this.#host.schemaName, table])) as [{ name: string }[]];
    return rows.map((row) => row.name);
  }

  async indexNames(table: string): Promise<string[]> {
    const sql =
      'select distinct index_name as name from information_schema.statistics where table_schema = ? and table_name = ?';
    const [rows] = (await this.#host.raw(sql, [this.#host.schemaName, table])) as [{ name: string }[]];
    return rows.map((row) => row.name);
  }

  check(): Promise<DatabaseProblem[]> {
    return checkMysql(this.#host, this.#server);
  }
}
