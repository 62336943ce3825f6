// What the published tests import from their runner, on Node's.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';

export { beforeEach, describe, test };

type Spy = ReturnType<typeof mock.fn>;

/** What was written to the console as an error and was not yet asked for. */
let complaints: unknown[] = [];
console.error = (...texts: unknown[]) => void complaints.push(texts);
beforeEach(() => {
  complaints = [];
});

export const vi = {
  fn(work?: (...args: unknown[]) => unknown): Spy & { mockClear(): void } {
    const spy = mock.fn(work);
    return Object.assign(spy, { mockClear: () => spy.mock.resetCalls() });
  },
};

/** How many assertions the running test has made, and is to make. */
const counted = { made: 0, wanted: 0 };
afterEach(() => {
  if (counted.wanted > 0) assert.equal(counted.made, counted.wanted);
  Object.assign(counted, { made: 0, wanted: 0 });
});

const callsOf = (spy: unknown): unknown[][] => (spy as Spy).mock.calls.map((call) => [...call.arguments]);

/** That there was a complaint: its words are the adapter's own. */
function complained(): void {
  assert.notEqual(complaints.length, 0, 'nothing was reported');
  complaints = [];
}

const matchers = (actual: unknown) => ({
  toBe: (wanted: unknown) => assert.ok(Object.is(actual, wanted), `${String(actual)} is not ${String(wanted)}`),
  toEqual: (wanted: unknown) => assert.deepEqual(actual, wanted),
  toHaveBeenCalledTimes: (count: number) => assert.equal(callsOf(actual).length, count),
  toHaveBeenCalledWith: (...args: unknown[]) =>
    assert.ok(
      callsOf(actual).some((call) => call.every((one, index) => one === args[index]) && call.length === args.length),
    ),
  toHaveErrored: complained,
  toHaveErroredWith: complained,
  not: {
    toBe: (wanted: unknown) => assert.ok(!Object.is(actual, wanted)),
    toHaveBeenCalled: () => assert.equal(callsOf(actual).length, 0),
    toHaveErrored: () => assert.deepEqual(complaints, []),
  },
  rejects: {
    toThrow: (message: string) => assert.rejects(actual as Promise<unknown>, { message }),
  },
});

export const expect = Object.assign(
  (actual: unknown) => {
    counted.made += 1;
    return matchers(actual);
  },
  {
    assertions(count: number): void {
      counted.wanted = count;
    },
  },
);
