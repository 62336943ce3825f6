import { inspect } from 'node:util';

const WIDTH = 100;

/** A value as an author writes it in TypeScript; what is a function says so only. */
export const codeOf = (value: unknown): string =>
  inspect(value, { depth: 8, breakLength: WIDTH, maxArrayLength: 50, maxStringLength: 500, sorted: false });
