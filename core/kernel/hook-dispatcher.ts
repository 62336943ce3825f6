import { GalleyError, messageOf } from '../lib/errors.ts';
import { HookBreakers } from './hook-breakers.ts';
import { HookFlow, type HookFrame } from './hook-flow.ts';
import type { HookListener, HookRecord } from './hook-records.ts';
import { isProfiled, measured } from './profile.ts';

/** A listener that threw. */
export interface HookFailure {
  hook: string;
  owner: string;
  error: unknown;
}

const MAX_DEPTH = 64;
const SAMPLE_EVERY = 128;
const NO_ARGUMENTS: readonly unknown[] = [];

/** Whether a value is to be waited for. */
export function isThenable(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** A filter that waits for one of its listeners. */
interface AsyncRun {
  pending: unknown;
  /** The value that the listener was given, kept where it fails. */
  before: unknown;
  listeners: readonly HookListener[];
  index: number;
  args: readonly unknown[];
}

function joined(first: unknown, more: readonly unknown[]): unknown[] {
  return first === undefined && more.length === 0 ? [] : [first, ...more];
}

/** Calls a listener; a spread costs more than the listener itself, so the usual counts are written out. */
function invoke(listener: HookListener, value: unknown, args: readonly unknown[]): unknown {
  listener.calls++;
  switch (args.length) {
    case 0:
      return listener.run(value);
    case 1:
      return listener.run(value, args[0]);
    default:
      return listener.run(value, ...args);
  }
}

/**
 * The list and the place in it that come after the listener at `index`, by WP_Hook's rule: the list is live between
 * priorities, and a snapshot within one.
 */
function after(
  record: HookRecord,
  listeners: readonly HookListener[],
  index: number,
): [listeners: readonly HookListener[], index: number] {
  const priority = listeners[index]?.priority ?? 0;
  if (listeners === record.listeners || listeners[index + 1]?.priority === priority) return [listeners, index + 1];
  return [record.listeners, record.listeners.findLastIndex((item) => item.priority <= priority) + 1];
}

/** Runs the listeners of hooks: in order, contained, timed by samples, each in the frame of its owner. */
export class HookDispatcher {
  readonly flow = new HookFlow();
  readonly breakers: HookBreakers;
  /** Called with each listener that throws. */
  report: (failure: HookFailure) => void = () => undefined;
  #ticks = 0;

  constructor(breakers = new HookBreakers()) {
    this.breakers = breakers;
  }

  /** The frame of a listener of `owner`, or of a whole firing where it is empty. @throws GALLEY_HOOK_DEPTH */
  frame(name: string, owner: string, parent: HookFrame | undefined): HookFrame {
    const depth = (parent?.depth ?? 0) + 1;
    if (depth > MAX_DEPTH) {
      throw new GalleyError(
        'GALLEY_HOOK_DEPTH',
        `Hooks fired each other ${MAX_DEPTH} deep, last "${name}": there is an endless recursion.`,
      );
    }
    return { name, owner, parent, depth, isFiring: owner === '' };
  }

  /** The listeners to run, one after the other. */
  *walk(record: HookRecord): Generator<HookListener> {
    let { listeners } = record;
    for (let index = 0; index < listeners.length; [listeners, index] = after(record, listeners, index))
      yield listeners[index] as HookListener;
  }

  /**
   * The synchronous run: one frame for the whole firing, until a listener turns out to be asynchronous. Nearly all
   * filters have one argument at most besides the value; nothing is asked again for each listener of these.
   */
  filter(record: HookRecord, initial: unknown, first: unknown, more: readonly unknown[]): unknown {
    const { current } = this.flow;
    const outer = current.frame;
    const frame = this.frame(record.name, '', outer);
    const isSampled = ++this.#ticks % SAMPLE_EVERY === 0 || isProfiled();
    const isPlain = more.length === 0 && !isSampled;
    let value = initial;
    let { listeners } = record;
    let index = 0;
    current.frame = frame;
    try {
      for (;;) {
        try {
          while (index < listeners.length) {
            const listener = listeners[index] as HookListener;
            let next: unknown;
            frame.owner = listener.owner;
            if (isPlain && !listener.isAsync) {
              const { run } = listener;
              listener.calls++;
              next = run(value, first);
            } else {
              const args = joined(first, more);
              const isFramed = isSampled || listener.isAsync;
              next = isFramed ? this.call(record, listener, value, args) : invoke(listener, value, args);
            }
            if (typeof next === 'object' && isThenable(next)) {
              listener.isAsync = true;
              const args = joined(first, more);
              return this.#filterAsync(record, { pending: next, before: value, listeners, index, args });
            }
            value = next;
            if (listeners === record.listeners) index++;
            else [listeners, index] = after(record, listeners, index);
          }
          return value;
        } catch (error) {
          value = this.#skipOrStop(record, listeners[index] as HookListener, error, value);
          [listeners, index] = after(record, listeners, index);
        }
      }
    } finally {
      current.frame = outer;
    }
  }

  /** Goes on with a filter whose listener at `index` returned a promise. */
  async #filterAsync(record: HookRecord, run: AsyncRun): Promise<unknown> {
    let { pending, before, listeners, index } = run;
    for (;;) {
      const listener = listeners[index] as HookListener;
      let value: unknown;
      try {
        value = await pending;
      } catch (error) {
        value = this.#skipOrStop(record, listener, error, before);
      }
      [listeners, index] = after(record, listeners, index);
      const next = listeners[index];
      if (!next) return value;
      before = value;
      try {
        pending = this.call(record, next, value, run.args);
      } catch (error) {
        pending = this.#skipOrStop(record, next, error, before);
      }
    }
  }

  /** Runs one listener of an action. Returns what to wait for, if it is asynchronous; never throws. */
  callAction(record: HookRecord, listener: HookListener, args: unknown[]): Promise<void> | undefined {
    try {
      const result = this.call(record, listener, args[0], args.length > 1 ? args.slice(1) : []);
      if (isThenable(result))
        return result.then(
          () => undefined,
          (error: unknown) => this.fail(record, listener, error),
        );
    } catch (error) {
      this.fail(record, listener, error);
    }
    return undefined;
  }

  /** Runs one listener of a collection. Returns its answer, or a promise of it; undefined where it fails, and never throws. */
  ask(record: HookRecord, listener: HookListener, input: unknown): unknown {
    const failed = (error: unknown): undefined => this.fail(record, listener, error);
    try {
      const answer = this.call(record, listener, input, NO_ARGUMENTS);
      return isThenable(answer) ? answer.then(undefined, failed) : answer;
    } catch (error) {
      return failed(error);
    }
  }

  /** Runs one listener in a frame of its own. @throws what it throws */
  call(record: HookRecord, listener: HookListener, value: unknown, args: readonly unknown[]): unknown {
    if (!isProfiled()) return this.#call(record, listener, value, args);
    const { owner, priority } = listener;
    return measured({ hook: record.name, owner, priority }, value, () => this.#call(record, listener, value, args));
  }

  #call(record: HookRecord, listener: HookListener, value: unknown, args: readonly unknown[]): unknown {
    const { flow } = this;
    const current = flow.current;
    const outer = current.frame?.name === record.name && current.frame.isFiring ? current.frame.parent : current.frame;
    const frame = this.frame(record.name, listener.owner, outer);
    const sampled = ++this.#ticks % SAMPLE_EVERY === 0 ? performance.now() : 0;
    let result: unknown;
    if (listener.isAsync) {
      result = flow.run(frame, () => invoke(listener, value, args));
    } else {
      const saved = current.frame;
      current.frame = frame;
      try {
        result = invoke(listener, value, args);
      } finally {
        current.frame = saved;
      }
      if (isThenable(result)) listener.isAsync = true;
    }
    if (sampled) this.#sample(listener, sampled, result);
    return result;
  }

  #sample(listener: HookListener, from: number, result: unknown): void {
    const done = (): void => {
      listener.sampledMs += performance.now() - from;
      listener.samples++;
    };
    if (isThenable(result)) result.then(done, done);
    else done();
  }

  /** Counts and reports a listener that threw. */
  fail(record: HookRecord, listener: HookListener, error: unknown): undefined {
    listener.errors++;
    this.breakers.fail(record, listener, error);
    this.report({ hook: record.name, owner: listener.owner, error });
  }

  #skipOrStop(record: HookRecord, listener: HookListener, error: unknown, before: unknown): unknown {
    if (record.definition?.onError === 'skip') {
      this.fail(record, listener, error);
      return before;
    }
    if (error instanceof GalleyError) throw error;
    this.fail(record, listener, error);
    throw new GalleyError(
      'GALLEY_HOOK_FAILED',
      `"${listener.owner}" failed in the filter "${record.name}": ${messageOf(error)}`,
      { cause: error },
    );
  }
}
