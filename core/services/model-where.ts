import type { Knex } from 'knex';
import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { Dialect } from './dialect.ts';
import { encodeValue, typeOf } from './model-fields.ts';
import type { ModelShape } from './model-shape.ts';
import type { ModelField } from './model-types.ts';
import type { ModelValidation } from './model-validation.ts';

type Builder = Knex.QueryBuilder;
type Conditions = Record<string, unknown>;

/** One comparison on its way into SQL. */
interface Term {
  query: Builder;
  column: string;
  field: ModelField;
  name: string;
  value: unknown;
}

const MAX_VALUES = 1_000;
const MAX_PATTERN = 200;

function isComparison(value: unknown): value is Conditions {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Turns conditions into SQL. Every value is checked against its field first, so no object becomes a part of the statement. */
export class ModelWhere {
  readonly #shape: ModelShape;
  readonly #dialect: Dialect;
  readonly #validation: ModelValidation;

  constructor(shape: ModelShape, dialect: Dialect, validation: ModelValidation) {
    this.#shape = shape;
    this.#dialect = dialect;
    this.#validation = validation;
  }

  /** Adds the conditions to a query. @throws GALLEY_MODEL_INVALID for an unknown field or comparison, or a value of the wrong kind */
  apply(query: Builder, where: Conditions): Builder {
    for (const [name, condition] of Object.entries(where)) {
      if (condition === undefined) continue;
      if (name === 'or') this.#group(query, condition as Conditions[], 'or');
      else if (name === 'and') this.#group(query, condition as Conditions[], 'and');
      else if (name === 'not') query.whereNot((inner) => void this.apply(inner, condition as Conditions));
      else this.#field(query, name, condition);
    }
    return query;
  }

  #group(query: Builder, groups: readonly Conditions[], kind: 'or' | 'and'): void {
    if (groups.length === 0) return;
    query.where((inner) => {
      for (const group of groups) {
        if (kind === 'or') inner.orWhere((one) => void this.apply(one, group));
        else inner.where((one) => void this.apply(one, group));
      }
    });
  }

  #field(query: Builder, name: string, condition: unknown): void {
    const field = this.#shape.need(name);
    const comparisons =
      isComparison(condition) && (field.kind !== 'json' || 'null' in condition) ? condition : { eq: condition };
    for (const [operator, value] of Object.entries(comparisons)) {
      if (value === undefined) continue;
      const add = OPERATORS.get(operator);
      if (!add)
        throw new GalleyError(
          'GALLEY_MODEL_INVALID',
          `There is no comparison "${operator}".${didYouMean(operator, OPERATORS.keys())}`,
        );
      add({ query, column: this.#shape.column(name), field, name, value }, this);
    }
  }

  /** A value as its column keeps it. */
  value(name: string, value: unknown): never {
    const field = this.#shape.need(name);
    const type = typeOf(field);
    if (type === 'json') throw new GalleyError('GALLEY_MODEL_INVALID', `"${name}" is JSON and cannot be compared.`);
    const isRight =
      type === 'bytes'
        ? value instanceof Uint8Array
        : typeof value === type && (type !== 'number' || Number.isFinite(value));
    // One may ask for what could not be stored, such as an empty text; only these would not even fit into the statement.
    const isNarrow = field.kind === 'decimal' || field.kind === 'bigint';
    const mistake = isRight ? isNarrow && this.#validation.mistake(name, value) : `must be a ${type}`;
    if (mistake) throw new GalleyError('GALLEY_MODEL_INVALID', `The value for "${name}" ${mistake}.`);
    return encodeValue(value, field) as never;
  }

  /** A list of values. */
  values(name: string, value: unknown): never[] {
    if (!Array.isArray(value))
      throw new GalleyError('GALLEY_MODEL_INVALID', `"${name}" is compared with a list and got ${typeof value}.`);
    if (value.length > MAX_VALUES)
      throw new GalleyError(
        'GALLEY_MODEL_INVALID',
        `"${name}" is compared with ${value.length} values; at most ${MAX_VALUES} are allowed.`,
      );
    return value.map((one) => this.value(name, one));
  }

  get dialect(): Dialect {
    return this.#dialect;
  }
}

function textOf({ field, name, value }: Term): string {
  if (typeOf(field) !== 'string' || field.kind === 'decimal')
    throw new GalleyError('GALLEY_MODEL_INVALID', `"${name}" is no text and has no parts to look for.`);
  if (typeof value === 'string') return value;
  throw new GalleyError('GALLEY_MODEL_INVALID', `"${name}" is searched for a text and got ${typeof value}.`);
}

function wholeOf({ name, value }: Term): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 10_000) return value;
  throw new GalleyError('GALLEY_MODEL_INVALID', `Parts of the date "${name}" are whole numbers.`);
}

/** Year, month or day: of a date by its digits, of a datetime by the store; a year is a range, so that an index helps. */
function datePart(part: 'year' | 'month' | 'day'): (term: Term, where: ModelWhere) => void {
  return (term, { dialect }) => {
    const { query, column, field, name } = term;
    const number = wholeOf(term);
    if (field.kind === 'date') {
      const digits = String(number).padStart(part === 'year' ? 4 : 2, '0');
      query.where(column, 'like', { year: `${digits}-%`, month: `____-${digits}-__`, day: `____-__-${digits}` }[part]);
    } else if (field.kind !== 'datetime') {
      throw new GalleyError('GALLEY_MODEL_INVALID', `"${name}" is no date and has no ${part}.`);
    } else if (part === 'year') {
      query.where(column, '>=', Date.UTC(number, 0)).where(column, '<', Date.UTC(number + 1, 0));
    } else {
      query.where(part === 'month' ? dialect.monthOf(column) : dialect.dayOf(column), '=', number);
    }
  };
}

function compare(sign: string): (term: Term, where: ModelWhere) => void {
  return ({ query, column, name, value }, where) => void query.where(column, sign, where.value(name, value));
}

const OPERATORS = new Map<string, (term: Term, where: ModelWhere) => void>([
  [
    'eq',
    ({ query, column, name, value }, where) =>
      void (value === null ? query.whereNull(column) : query.where(column, where.value(name, value))),
  ],
  [
    'ne',
    ({ query, column, name, value }, where) => {
      if (value === null) query.whereNotNull(column);
      else query.where((inner) => void inner.whereNull(column).orWhere(column, '<>', where.value(name, value)));
    },
  ],
  ['lt', compare('<')],
  ['lte', compare('<=')],
  ['gt', compare('>')],
  ['gte', compare('>=')],
  ['in', ({ query, column, name, value }, where) => void query.whereIn(column, where.values(name, value))],
  [
    'notIn',
    ({ query, column, name, value }, where) =>
      void query.where((inner) => void inner.whereNull(column).orWhereNotIn(column, where.values(name, value))),
  ],
  [
    'between',
    ({ query, column, name, value }, where) => {
      const [from, to] = where.values(name, value);
      if (from === undefined || to === undefined)
        throw new GalleyError('GALLEY_MODEL_INVALID', `"${name}" is compared with two values: from and to.`);
      query.where(column, '>=', from).where(column, '<=', to);
    },
  ],
  ['null', ({ query, column, value }) => void (value ? query.whereNull(column) : query.whereNotNull(column))],
  ['contains', (term, { dialect }) => void term.query.where(dialect.contains(term.column, textOf(term)))],
  [
    'icontains',
    (term, { dialect }) => void term.query.where(dialect.contains(term.column, textOf(term), { ignoreCase: true })),
  ],
  ['startsWith', (term, { dialect }) => void term.query.where(dialect.startsWith(term.column, textOf(term)))],
  ['endsWith', (term, { dialect }) => void term.query.where(dialect.endsWith(term.column, textOf(term)))],
  [
    'regex',
    (term, { dialect }) => void term.query.where(dialect.matches(term.column, textOf(term).slice(0, MAX_PATTERN))),
  ],
  ['year', datePart('year')],
  ['month', datePart('month')],
  ['day', datePart('day')],
]);
