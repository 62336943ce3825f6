import type { Knex } from 'knex';
import { GalleyError } from '../lib/errors.ts';
import { decodeValue, encodeValue } from './model-fields.ts';
import type { ModelShape } from './model-shape.ts';
import type { ModelValidation } from './model-validation.ts';

type Row = Record<string, unknown>;

/** One field of an order. */
export interface OrderTerm {
  name: string;
  isDescending: boolean;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;
const MAX_ORDER = 4;

/** How many rows: 1 to 1,000. @throws GALLEY_MODEL_INVALID for anything else */
export function boundedLimit(limit = DEFAULT_LIMIT): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new GalleyError('GALLEY_MODEL_INVALID', `A limit is a whole number from 1 to ${MAX_LIMIT}.`);
}

/** Orders of one model, and the pages that follow a key instead of an offset. */
export class ModelOrder {
  readonly #shape: ModelShape;
  readonly #validation: ModelValidation;

  constructor(shape: ModelShape, validation: ModelValidation) {
    this.#shape = shape;
    this.#validation = validation;
  }

  /** Reads an order; the key is always its last field, so that it is total. */
  parse(orderBy: readonly string[] = []): OrderTerm[] {
    if (orderBy.length > MAX_ORDER)
      throw new GalleyError('GALLEY_MODEL_INVALID', `Rows are sorted by at most ${MAX_ORDER} fields.`);
    const terms = orderBy.map((term) => ({ name: term.replace(/^-/, ''), isDescending: term.startsWith('-') }));
    for (const { name } of terms) {
      const { kind } = this.#shape.need(name);
      if (kind === 'json' || kind === 'binary')
        throw new GalleyError('GALLEY_MODEL_INVALID', `"${name}" has no order.`);
    }
    return terms.some(({ name }) => name === 'id')
      ? terms
      : [...terms, { name: 'id', isDescending: terms.at(-1)?.isDescending ?? false }];
  }

  apply(query: Knex.QueryBuilder, terms: readonly OrderTerm[]): void {
    for (const { name, isDescending } of terms) query.orderBy(this.#shape.column(name), isDescending ? 'desc' : 'asc');
  }

  /** Where the page after this row begins. */
  cursor(terms: readonly OrderTerm[], row: Row): string {
    const values = terms.map(({ name }) => encodeValue(row[name], this.#shape.need(name)));
    return Buffer.from(
      JSON.stringify(values.map((value) => (typeof value === 'bigint' ? value.toString() : value))),
    ).toString('base64url');
  }

  /** Only the rows behind the cursor. @throws GALLEY_MODEL_INVALID when it does not fit the order */
  applyAfter(query: Knex.QueryBuilder, terms: readonly OrderTerm[], cursor: string): void {
    const values = this.#read(terms, cursor);
    query.where((alternatives) => {
      terms.forEach((term, index) => {
        alternatives.orWhere((one) => {
          terms.slice(0, index).forEach(({ name }, before) => {
            this.#equal(one, this.#shape.column(name), values[before]);
          });
          this.#behind(one, term, values[index]);
        });
      });
    });
  }

  #equal(query: Knex.QueryBuilder, column: string, value: unknown): void {
    if (value === null) query.whereNull(column);
    else query.where(column, value as string);
  }

  /** Nulls come first upwards and last downwards, in both stores. */
  #behind(query: Knex.QueryBuilder, { name, isDescending }: OrderTerm, value: unknown): void {
    const column = this.#shape.column(name);
    if (value === null) {
      if (isDescending) query.whereIn(column, []);
      else query.whereNotNull(column);
    } else if (isDescending) {
      query.where((inner) => void inner.where(column, '<', value as string).orWhereNull(column));
    } else {
      query.where(column, '>', value as string);
    }
  }

  #read(terms: readonly OrderTerm[], cursor: string): unknown[] {
    const problem = new GalleyError(
      'GALLEY_MODEL_INVALID',
      'The cursor does not belong to this list. Begin with its first page.',
    );
    let values: unknown;
    try {
      values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    } catch {
      throw problem;
    }
    if (!Array.isArray(values) || values.length !== terms.length) throw problem;
    return values.map((value: unknown, index) => {
      const name = terms[index]?.name ?? 'id';
      const field = this.#shape.need(name);
      if (value === null && field.null) return null;
      const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      const decoded = isScalar ? this.#decoded(name, value) : undefined;
      if (decoded === undefined) throw problem;
      return encodeValue(decoded, field);
    });
  }

  #decoded(name: string, value: string | number | boolean): unknown {
    try {
      const decoded = decodeValue(value, this.#shape.need(name));
      if (typeof decoded === 'string') return decoded;
      return this.#validation.mistake(name, decoded) === undefined ? decoded : undefined;
    } catch {
      return undefined; // BigInt('x') throws.
    }
  }
}
