import { SafeHtml } from '../lib/escape.ts';
import type { HelperDefinition } from './helper-types.ts';
import { isTruthy, listOf, numberOf } from './helper-values.ts';

const MAX_RANGE = 1000;

/** Values are compared as they are printed, so that `eq page.number '2'` holds; texts are not taken for numbers. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a instanceof SafeHtml) return isEqual(a.value, b);
  if (b instanceof SafeHtml) return isEqual(a, b.value);
  if ((typeof a === 'number' && typeof b === 'string') || (typeof a === 'string' && typeof b === 'number'))
    return String(a) === String(b);
  return a === b;
}

function compare(test: (a: number, b: number) => boolean): HelperDefinition {
  return {
    minimum: 2,
    run: ([a, b]) =>
      a === undefined || b === undefined || a === null || b === null ? false : test(numberOf(a), numberOf(b)),
  };
}

/** Conditions. `and` and `or` give the deciding value, as in JavaScript. */
const conditionHelpers: Record<string, HelperDefinition> = {
  eq: { minimum: 2, run: ([a, b]) => isEqual(a, b) },
  ne: { minimum: 2, run: ([a, b]) => !isEqual(a, b) },
  gt: compare((a, b) => a > b),
  gte: compare((a, b) => a >= b),
  lt: compare((a, b) => a < b),
  lte: compare((a, b) => a <= b),
  and: {
    minimum: 1,
    run: (values) => values.find((value) => !isTruthy(value)) ?? (values.every(isTruthy) ? values.at(-1) : false),
  },
  or: { minimum: 1, run: (values) => values.find(isTruthy) ?? values.at(-1) },
  not: { minimum: 1, run: ([value]) => !isTruthy(value) },
  includes: {
    minimum: 2,
    run: ([list, item]) =>
      typeof list === 'string' ? list.includes(String(item)) : listOf(list).some((one) => isEqual(one, item)),
  },
};

/** Helpers for lists, records and figures. */
export const listHelpers: Record<string, HelperDefinition> = {
  ...conditionHelpers,
  array: { run: (values) => [...values] },
  object: { run: (_values, { hash }) => ({ ...hash }) },
  first: { minimum: 1, run: ([list]) => listOf(list)[0] },
  last: { minimum: 1, run: ([list]) => listOf(list).at(-1) },
  slice: {
    minimum: 2,
    run: ([list, from, to]) => listOf(list).slice(numberOf(from), to === undefined ? undefined : numberOf(to)),
  },
  count: { minimum: 1, run: ([list]) => listOf(list).length },
  range: {
    minimum: 2,
    run: ([from, to]) =>
      Array.from(
        { length: Math.min(MAX_RANGE, Math.max(0, numberOf(to) - numberOf(from) + 1)) },
        (_, index) => numberOf(from) + index,
      ),
  },
  add: { minimum: 2, run: (values) => values.reduce<number>((sum, value) => sum + numberOf(value), 0) },
  subtract: { minimum: 2, run: ([a, b]) => numberOf(a) - numberOf(b) },
};
