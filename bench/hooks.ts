// What it costs to fire a hook, beside other engines and beside a plain loop. Nanoseconds, medians of interleaved runs.
import { addFilter, applyFilters } from '@wordpress/hooks';
import { createHooks } from 'hookable';
import { SyncWaterfallHook } from 'tapable';
import { HookEngine } from '../core/kernel/hooks.ts';
import type { Bench, Row } from './report.ts';

const COUNTS = [0, 1, 10, 30] as const;
/** Fired in turns, as a request fires one hook after the other: with one name alone the look-up is hoisted out of the loop. */
const NAMES = ['entry', 'entries', 'view', 'blocks', 'menu', 'comment', 'search', 'feed'].map(
  (noun) => `${noun}:measured`,
);
const LAST = NAMES.length - 1;
const CALLS_A_REQUEST = 100;
const CALLS_A_TURN = 20_000;
const WARM_UP_CALLS = 200_000;

type Listener = (value: number, factor: number) => number;
/** Fires so many times and returns what came out last. The loop stands in it, so that no engine pays for another's. */
type Fire = (times: number) => unknown;
/** Makes what fires the hooks of all names, each with the listeners. */
type Engine = (listeners: readonly Listener[]) => Fire;

/** Different functions, as in life: one function called again and again would be inlined. */
function makeListeners(count: number): Listener[] {
  return Array.from({ length: count }, (_, index) => {
    const shapes: Listener[] = [
      (value, factor) => value + factor + index,
      (value, factor) => value * 1 + factor - index,
      (value, factor) => value + factor * 2,
      (value, factor) => (value > factor ? value - 1 : value + factor),
    ];
    return shapes[index % shapes.length] as Listener;
  });
}

/** The part of the hook engine that is measured, without the types of real hooks. */
interface Measured {
  applyFiltersSync(name: string, value: number, factor: number): unknown;
  isolate<T>(work: () => T): T;
}

const nameAt = (time: number): string => NAMES[time & LAST] as string;

function galley(listeners: readonly Listener[]): Measured {
  const engine = new HookEngine();
  for (const name of NAMES) {
    engine.define(name, { kind: 'filterSync', summary: 'measured' });
    for (const listener of listeners) engine.addFilter(name as never, listener as never);
  }
  return engine as unknown as Measured;
}

const ENGINES: Record<string, Engine> = {
  'Map look-up': (listeners) => {
    const map = new Map(NAMES.map((name) => [name, listeners]));
    return (times) => {
      let found: unknown;
      for (let time = 0; time < times; time++) found = map.get(nameAt(time));
      return found;
    };
  },
  'plain loop': (listeners) => (times) => {
    let result = 0;
    for (let time = 0; time < times; time++) {
      result = time;
      for (const listener of listeners) result = listener(result, 3);
    }
    return result;
  },
  Galley: (listeners) => {
    const engine = galley(listeners);
    return (times) => {
      let result: unknown;
      for (let time = 0; time < times; time++) result = engine.applyFiltersSync(nameAt(time), time, 3);
      return result;
    };
  },
  // A frame for each request, as the server opens it, and a hundred hooks fired in it; the cost of one of them.
  'Galley in a request': (listeners) => {
    const engine = galley(listeners);
    const request = (): unknown => {
      let result: unknown;
      for (let call = 0; call < CALLS_A_REQUEST; call++) result = engine.applyFiltersSync(nameAt(call), call, 3);
      return result;
    };
    return (times) => {
      let result: unknown;
      for (let time = 0; time < times; time += CALLS_A_REQUEST) result = engine.isolate(request);
      return result;
    };
  },
  'tapable SyncWaterfall': (listeners) => {
    const hooks = NAMES.map(() => new SyncWaterfallHook<[number, number]>(['value', 'factor']));
    for (const hook of hooks)
      for (const [index, listener] of listeners.entries()) hook.tap(`listener ${index}`, listener);
    return (times) => {
      let result: unknown;
      for (let time = 0; time < times; time++) result = hooks[time & LAST]?.call(time, 3);
      return result;
    };
  },
  '@wordpress/hooks': (listeners) => {
    // Its registry is one for the whole process.
    const dotted = NAMES.map((name) => `${name.replace(':', '.')}.${listeners.length}`);
    for (const name of dotted)
      for (const [index, listener] of listeners.entries()) addFilter(name, `bench/l${index}`, listener as never);
    return (times) => {
      let result: unknown;
      for (let time = 0; time < times; time++) result = applyFilters(dotted[time & LAST] as string, time, 3);
      return result;
    };
  },
  'hookable (no value)': (listeners) => {
    const hooks = createHooks();
    for (const name of NAMES) for (const listener of listeners) hooks.hook(name, listener as never);
    return async (times: number) => {
      for (let time = 0; time < times; time++) await hooks.callHook(nameAt(time), time, 3);
    };
  },
};

async function nanoseconds(fire: Fire, times: number): Promise<number> {
  const from = process.hrtime.bigint();
  await fire(times);
  return Number(process.hrtime.bigint() - from) / times;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

interface Entrant {
  name: string;
  count: number;
  fire: Fire;
  samples: number[];
}

/** The engines side by side. */
export const hooksBench: Bench = {
  title: 'Hooks: one synchronous filter with 0 to 30 listeners, nanoseconds a call',
  async run({ quick }): Promise<Row[]> {
    const entrants = COUNTS.flatMap((count) => {
      const listeners = makeListeners(count);
      return Object.entries(ENGINES).map(([name, make]): Entrant => {
        return { name, count, fire: make(listeners), samples: [] };
      });
    });
    // Short turns and many: what else the machine does meets a few of them, and the median does not see it.
    for (const { fire } of entrants) await fire(WARM_UP_CALLS);
    for (let round = 0; round < (quick ? 5 : 99); round++) {
      for (const { fire, samples } of entrants) samples.push(await nanoseconds(fire, CALLS_A_TURN));
    }
    const of = (name: string, count: number): number =>
      median(entrants.find((entrant) => entrant.name === name && entrant.count === count)?.samples ?? []);
    return Object.keys(ENGINES).map((name): Row => {
      const cells = COUNTS.map((count) => [`${count} listeners`, of(name, count)]);
      return {
        engine: name,
        ...Object.fromEntries(cells),
        '0, × Map': of(name, 0) / of('Map look-up', 0),
        '10, × loop': of(name, 10) / of('plain loop', 10),
      };
    });
  },
};
