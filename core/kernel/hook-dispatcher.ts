import { GalleyError, messageOf } from '../lib/errors.ts';
import { HookFlow, type HookFrame } from './hook-flow.ts';
import type { HookListener, HookRecord } from './hook-records.ts';

/** A listener that threw. */
export interface HookFailure {
  hook: string;
  owner: string;
  error: unknown;
}

const MAX_DEPTH = 64;
const SAMPLE_EVERY = 128;

/** Whether a value is to be waited for. */
export function isThenable(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Calls a listener; a spread costs more than the listener itself, so the usual counts are written out. */
function invoke(listener: HookListener, value: unknown, args: readonly unknown[]): unknown {
  listener.calls++;
  switch (args.length) {
    case 0:
      return listener.callback(value);
    case 1:
      return listener.callback(value, args[0]);
    default:
      return listener.callback(value, ...args);
  }
}

/** Runs the listeners of hooks: in order, contained, timed by samples, each in the frame of its owner. */
export class HookDispatcher {
  readonly flow = new HookFlow();
  /** Called with each listener that throws. */
  report: (failure: HookFailure) => void = () => undefined;
  #ticks = 0;

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

  /** The listeners to run, by WP_Hook's rule: the list is live between priorities, and a snapshot within one. */
  *walk(record: HookRecord): Generator<HookListener> {
    let listeners = record.listeners;
    for (let index = 0; index < listeners.length; index++) {
      const listener = listeners[index] as HookListener;
      yield listener;
      if (listeners !== record.listeners && listeners[index + 1]?.priority !== listener.priority) {
        listeners = record.listeners;
        index = listeners.findLastIndex((item) => item.priority <= listener.priority);
      }
    }
  }

  /** The synchronous run: one frame for the whole firing, until a listener turns out to be asynchronous. */
  filter(record: HookRecord, initial: unknown, args: readonly unknown[]): unknown {
    const { current } = this.flow;
    const saved = current.frame;
    const frame = this.frame(record.name, '', saved);
    const isSampled = ++this.#ticks % SAMPLE_EVERY === 0;
    // Nearly all filters have one argument besides the value; for these nothing is asked again for each listener.
    const isPlain = args.length === 1 && !isSampled;
    const first = args[0];
    let value = initial;
    let listeners = record.listeners;
    current.frame = frame;
    try {
      for (let index = 0; index < listeners.length; index++) {
        const listener = listeners[index] as HookListener;
        let next: unknown;
        frame.owner = listener.owner;
        try {
          if (isPlain && !listener.isAsync) {
            const { callback } = listener;
            listener.calls++;
            next = callback(value, first);
          } else {
            next =
              isSampled || listener.isAsync ? this.call(record, listener, value, args) : invoke(listener, value, args);
          }
        } catch (error) {
          next = this.#skipOrStop(record, listener, error, value);
        }
        if (typeof next === 'object' && isThenable(next)) {
          listener.isAsync = true;
          return this.#filterAsync(record, { value: next, before: value, listener, listeners, index, args });
        }
        value = next;
        if (listeners !== record.listeners && listeners[index + 1]?.priority !== listener.priority) {
          listeners = record.listeners;
          index = listeners.findLastIndex((item) => item.priority <= listener.priority);
        }
      }
    } finally {
      current.frame = saved;
    }
    return value;
  }

  async #filterAsync(
    record: HookRecord,
    state: {
      value: Promise<unknown>;
      before: unknown;
      listener: HookListener;
      listeners: readonly HookListener[];
      index: number;
      args: readonly unknown[];
    },
  ): Promise<unknown> {
    let { listeners, index, listener } = state;
    let value: unknown;
    let pending: unknown = state.value;
    let before = state.before;
    for (;;) {
      try {
        value = await pending;
      } catch (error) {
        value = this.#skipOrStop(record, listener, error, before);
      }
      if (listeners !== record.listeners && listeners[index + 1]?.priority !== listener.priority) {
        const { priority } = listener;
        listeners = record.listeners;
        index = listeners.findLastIndex((item) => item.priority <= priority);
      }
      const next = listeners[++index];
      if (!next) return value;
      listener = next;
      before = value;
      try {
        pending = this.call(record, listener, value, state.args);
      } catch (error) {
        pending = this.#skipOrStop(record, listener, error, before);
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

  /** Runs one listener in a frame of its own. @throws what it throws */
  call(record: HookRecord, listener: HookListener, value: unknown, args: readonly unknown[]): unknown {
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
  fail(record: HookRecord, listener: HookListener, error: unknown): void {
    listener.errors++;
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
