import type { Knex } from 'knex';
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
import { type FullTextTerm, fullTextTokens } from './full-text.ts';

const DAY = 'unixepoch';

function globOf(text: string): string {
  return text.replace(/[*?[]/g, '[$&]');
}

function likeOf(text: string): string {
  return text.replace(/[!%_]/g, '!$&');
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function jsonPath(path: JsonPath): string {
  return `$${path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${JSON.stringify(step)}`)).join('')}`;
}

/** A term in the language of FTS5's MATCH; tokens have letters and digits only, so quotes are enough. */
function ftsTerm({ words, prefix }: FullTextTerm): string {
  return `"${words.join(' ')}"${prefix ? ' *' : ''}`;
}

/** SQLite. */
export class SqliteDialect implements Dialect {
  readonly name = 'sqlite';
  readonly blobType = 'blob';
  readonly maxInsertRows = 500; // Larger ones are not faster.
  readonly frequentWord = Number.POSITIVE_INFINITY;
  readonly keyCollation = 'BINARY';
  readonly #host: DialectHost;

  constructor(host: DialectHost) {
    this.#host = host;
  }

  keyType(length: number): string {
    return `varchar(${length}) collate binary`;
  }

  textType(length: number): string {
    return `varchar(${length}) collate nocase`;
  }

  fromNow(ms: number): Knex.Raw {
    return this.#host.raw("CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?", [ms]);
  }

  /** knex would write a compound SELECT, which takes longer to compile than to run. */
  async insertRows(table: string, rows: readonly Row[]): Promise<void> {
    const [first = {}] = rows;
    const columns = Object.keys(first).sort();
    const isEven = rows.every(
      (row) => Object.keys(row).length === columns.length && columns.every((name) => name in row),
    );
    if (!isEven || columns.length === 0) {
      await this.#host.write(table).insert(rows);
      return;
    }
    const places = `(${columns.map(() => '?').join(', ')})`;
    const sql = `insert into ${quote(table)} (${columns.map(quote).join(', ')}) values ${rows.map(() => places).join(', ')}`;
    await this.#host.raw(
      sql,
      rows.flatMap((row) => columns.map((name) => row[name])),
    );
  }

  async upsert(
    table: string,
    row: Row,
    conflictColumns: readonly string[],
    mergeColumns?: readonly string[],
  ): Promise<void> {
    const merge = mergeColumns ?? Object.keys(row).filter((column) => !conflictColumns.includes(column));
    const insert = this.#host
      .write(table)
      .insert(pickColumns(row, Object.keys(row)))
      .onConflict([...conflictColumns]);
    await (merge.length === 0 ? insert.ignore() : insert.merge([...merge]));
  }

  async insertIgnore(table: string, row: Row, conflictColumns: readonly string[]): Promise<boolean> {
    const insert = this.#host
      .write(table)
      .insert(pickColumns(row, Object.keys(row)))
      .onConflict([...conflictColumns])
      .ignore();
    // RETURNING tells what was inserted; the id that SQLite reports after a conflict means nothing.
    const inserted: unknown[] = await insert.returning(conflictColumns[0] ?? '*');
    return inserted.length > 0;
  }

  lockRow<Builder extends Knex.QueryBuilder>(query: Builder): Builder {
    return query; // The transaction began IMMEDIATE: nobody else writes.
  }

  yearOf(column: string, offsetMinutes = 0): Knex.Raw {
    return this.#datePart('%Y', column, offsetMinutes);
  }

  monthOf(column: string, offsetMinutes = 0): Knex.Raw {
    return this.#datePart('%m', column, offsetMinutes);
  }

  dayOf(column: string, offsetMinutes = 0): Knex.Raw {
    return this.#datePart('%d', column, offsetMinutes);
  }

  #datePart(format: string, column: string, offsetMinutes: number): Knex.Raw {
    const ms = '(?? + ?)'; // Division cuts towards zero, so dates before 1970 are taken down to a whole second first.
    const sql = `cast(strftime(?, (${ms} - ((${ms} % 1000) + 1000) % 1000) / 1000, '${DAY}') as integer)`;
    const offset = offsetMinutes * 60_000;
    return this.#host.raw(sql, [format, column, offset, column, offset]);
  }

  greatest(columns: readonly string[]): Knex.Raw {
    return this.#host.raw(`max(${columns.map(() => '??').join(', ')})`, columns);
  }

  least(columns: readonly string[]): Knex.Raw {
    return this.#host.raw(`min(${columns.map(() => '??').join(', ')})`, columns);
  }

  contains(column: string, text: string, { ignoreCase = false }: TextMatch = {}): Knex.Raw {
    if (ignoreCase) return this.#like(column, (part) => `%${part}%`, text);
    return this.#host.raw('instr(??, ?) > 0', [column, text]);
  }

  startsWith(column: string, text: string, { ignoreCase = false }: TextMatch = {}): Knex.Raw {
    if (ignoreCase) return this.#like(column, (part) => `${part}%`, text);
    return this.#host.raw('?? glob ?', [column, `${globOf(text)}*`]);
  }

  endsWith(column: string, text: string, { ignoreCase = false }: TextMatch = {}): Knex.Raw {
    if (ignoreCase) return this.#like(column, (part) => `%${part}`, text);
    return this.#host.raw('?? glob ?', [column, `*${globOf(text)}`]);
  }

  #like(column: string, wrap: (part: string) => string, text: string): Knex.Raw {
    const folded = text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase();
    return this.#host.raw(`galley_fold(??) like ? escape '!'`, [column, wrap(likeOf(folded))]);
  }

  matches(column: string, pattern: string): Knex.Raw {
    return this.#host.raw('?? regexp ?', [column, pattern]);
  }

  random(): Knex.Raw {
    return this.#host.raw('random()');
  }

  jsonText(column: string, path: JsonPath): Knex.Raw {
    const at = jsonPath(path);
    const sql = `case json_type(??, ?) when 'true' then 'true' when 'false' then 'false' else cast(json_extract(??, ?) as text) end`;
    return this.#host.raw(sql, [column, at, column, at]);
  }

  jsonNumber(column: string, path: JsonPath): Knex.Raw {
    return this.#host.raw('cast(json_extract(??, ?) as real)', [column, jsonPath(path)]);
  }

  async createFullText(table: string, columns: readonly string[]): Promise<void> {
    const fts = quote(fullTextName(table));
    const names = columns.map(quote).join(', ');
    const values = (row: string): string => columns.map((column) => `${row}.${quote(column)}`).join(', ');
    const remove = `insert into ${fts}(${fts}, rowid, ${names}) values ('delete', old.id, ${values('old')})`;
    const insert = `insert into ${fts}(rowid, ${names}) values (new.id, ${values('new')})`;
    const trigger = (event: string, body: string): string =>
      `create trigger if not exists ${quote(`${fullTextName(table)}_${event}`)} after ${event} on ${quote(table)} begin ${body}; end`;
    const tokenizer = `unicode61 remove_diacritics 2 categories ''L* N* Co Mn Mc''`;
    await this.#host.raw(
      `create virtual table if not exists ${fts} using fts5(${names}, content=${quote(table)}, content_rowid='id', tokenize='${tokenizer}', prefix='2 3')`,
    );
    await this.#host.raw(trigger('insert', insert));
    await this.#host.raw(trigger('delete', remove));
    await this.#host.raw(trigger('update', `${remove}; ${insert}`));
    await this.#host.raw(`insert into ${fts}(${fts}) values ('rebuild')`);
  }

  async dropFullText(table: string): Promise<void> {
    for (const event of ['insert', 'delete', 'update']) {
      await this.#host.raw(`drop trigger if exists ${quote(`${fullTextName(table)}_${event}`)}`);
    }
    await this.#host.raw(`drop table if exists ${quote(fullTextName(table))}`);
  }

  fullTextDocument(text: string): string {
    return fullTextTokens(text).join(' ');
  }

  matchFullText(query: Knex.QueryBuilder, { table, columns, terms, weights, best }: FullTextMatch): Knex.Raw {
    const wanted = terms.filter((term) => !term.exclude).map(ftsTerm);
    const unwanted = terms.filter((term) => term.exclude).map(ftsTerm);
    const fts = fullTextName(table);
    if (wanted.length === 0) {
      query.whereRaw('1 = 0');
      return this.#host.raw('abs(0)');
    }
    const expression = [`(${wanted.join(' AND ')})`, ...unwanted].join(' NOT ');
    const score = this.#host.raw(`-bm25(??${columns.map(() => ', ?').join('')})`, [
      fts,
      ...columns.map((_, index) => weights?.[index] ?? 1),
    ]);
    if (best === undefined) {
      query.join(fts, `${fts}.rowid`, `${table}.id`).whereRaw('?? match ?', [fts, expression]);
      return score;
    }
    // Ranked before they are joined: of a frequent word's documents only the best are read at all.
    const ranked = `(select rowid as id, ? as score from ?? where ?? match ? order by score desc limit ?) as ranked`;
    query.join(this.#host.raw(ranked, [score, fts, fts, expression, best]), 'ranked.id', `${table}.id`);
    return this.#host.raw('ranked.score');
  }

  async primaryKey(table: string): Promise<string[]> {
    const rows: { name: string }[] = await this.#host.raw(
      'select name from pragma_table_info(?) where pk > 0 order by pk',
      [table],
    );
    return rows.map((row) => row.name);
  }

  async indexNames(table: string): Promise<string[]> {
    const rows: { name: string }[] = await this.#host.raw('select name from pragma_index_list(?)', [table]);
    return rows.map((row) => row.name);
  }

  async check(): Promise<DatabaseProblem[]> {
    const sql = `select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite\\_%' escape '\\'
      and not exists (select 1 from pragma_table_info(pragma_table_list.name) as columns where columns.pk > 0)`;
    const keyless: { name: string }[] = await this.#host.raw(sql);
    const orphans: { table: string; n: number }[] = await this.#host.raw(
      'select "table", count(*) as n from pragma_foreign_key_check group by 1',
    );
    return [
      ...keyless.map(
        ({ name }): DatabaseProblem => ({
          table: name,
          severity: 'error',
          message: `The table "${name}" has no primary key. Add one by a migration.`,
        }),
      ),
      ...orphans.map(
        ({ table, n }): DatabaseProblem => ({
          table,
          severity: 'error',
          message: `${n} rows of "${table}" refer to rows that do not exist.`,
        }),
      ),
    ];
  }
}
