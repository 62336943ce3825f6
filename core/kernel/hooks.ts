import { GalleyError, messageOf } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { HookFlow, type HookFrame } from './hook-flow.ts';
import type {
  ActionListener,
  Collector,
  FilterListener,
  HookArgs,
  HookDefinition,
  HookKind,
  HookName,
  HookPart,
  Responder,
} from './hook-types.ts';
import type { Owned } from './site.ts';

export * from './hook-types.ts';

type Callback = (...args: never[]) => unknown;
type AnyCallback = (...args: unknown[]) => unknown;

/** One registered listener with its figures. */
export interface HookListener {
  readonly callback: AnyCallback;
  readonly priority: number;
  readonly owner: string;
  /** The hook may be absent: it belongs to a plugin that need not be active. */
  readonly isOptional: boolean;
  /** Whether it returned a promise before, so that it runs in a flow of its own. */
  isAsync: boolean;
  calls: number;
  errors: number;
  /** Milliseconds spent in the sampled calls, and how many were sampled. */
  sampledMs: number;
  samples: number;
}

/** How a listener is added. */
export interface ListenOptions {
  /** Lower ones run first. Default 10. */
  priority?: number;
  /** Nobody is warned where the hook is not defined: it belongs to a plugin that need not be active. */
  optional?: boolean;
}

interface HookRecord {
  readonly name: string;
  /** Sorted by priority, ties by insertion; replaced whole on each change, so a reference to it is a snapshot. */
  listeners: readonly HookListener[];
  definition: HookDefinition | undefined;
  kind: HookKind | undefined;
  definedBy: string;
  fired: number;
}

interface Shared {
  readonly records: Map<string, HookRecord>;
  readonly flow: HookFlow;
  report: (failure: HookFailure) => void;
  ticks: number;
}

/** A listener that threw. */
export interface HookFailure {
  hook: string;
  owner: string;
  error: unknown;
}

/** One line of the catalogue. */
export interface HookInfo extends HookDefinition {
  name: string;
  definedBy: string;
  listeners: readonly Readonly<HookListener>[];
  fired: number;
}

const MAX_DEPTH = 64;
const SAMPLE_EVERY = 128;
const NO_LISTENERS: readonly HookListener[] = [];
const AsyncFunction = (async () => undefined).constructor;

function isThenable(value: unknown): value is Promise<unknown> {
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

/**
 * Actions, filters and their kin, in WordPress's words and with the order rules of its `WP_Hook`: lower priorities
 * run first, ties in order of registration; a listener added or removed while its hook runs counts from the next
 * priority on; adding the same function at the same priority twice replaces it.
 */
export class HookEngine implements Owned {
  readonly owner: string;
  readonly #shared: Shared;
  readonly #records: Map<string, HookRecord>;

  constructor(owner = 'core', shared?: Shared) {
    this.owner = owner;
    this.#shared = shared ?? { records: new Map(), flow: new HookFlow(), report: () => undefined, ticks: 0 };
    this.#records = this.#shared.records;
  }

  ownedBy(owner: string): this {
    return new HookEngine(owner, this.#shared) as this;
  }

  /** Calls `report` with each listener that throws, besides what the kind of the hook says happens. */
  onFailure(report: (failure: HookFailure) => void): void {
    this.#shared.report = report;
  }

  /**
   * Defines a hook: who fires it calls this once, before it fires.
   * @throws GALLEY_REGISTRY_DUPLICATE when somebody defined it already
   */
  define(name: string, definition: HookDefinition): void {
    const record = this.#record(name);
    if (record.definition) {
      throw new GalleyError(
        'GALLEY_REGISTRY_DUPLICATE',
        `The hook "${name}" is defined already, by ${record.definedBy}.`,
      );
    }
    record.definition = definition;
    record.kind = definition.kind;
    record.definedBy = this.owner;
  }

  /** Listens to an action. Returns the function that removes the listener. */
  addAction<Name extends HookName<'action'>>(
    name: Name,
    listener: ActionListener<Name>,
    options?: ListenOptions,
  ): () => void {
    const record = this.#record(name);
    if (record.definition?.once && record.fired > 0)
      void this.#callAction(record, this.#listener(listener, options), []);
    return this.#add(name, listener, options);
  }

  /** Listens to a filter and returns the value, changed or not. Returns the function that removes the listener. */
  addFilter<Name extends HookName<'filter' | 'filterSync'>>(
    name: Name,
    listener: FilterListener<Name>,
    options?: ListenOptions,
  ): () => void {
    return this.#add(name, listener, options);
  }

  /** Contributes to a collect hook. Returns the function that removes the listener. */
  addCollector<Name extends HookName<'collect'>>(
    name: Name,
    listener: Collector<Name>,
    options?: ListenOptions,
  ): () => void {
    return this.#add(name, listener, options);
  }

  /** Answers a first hook, or leaves it to the next by returning undefined. Returns the function that removes the listener. */
  addResponder<Name extends HookName<'first'>>(
    name: Name,
    listener: Responder<Name>,
    options?: ListenOptions,
  ): () => void {
    return this.#add(name, listener, options);
  }

  /** Removes a listener; needs the same function and priority. Returns whether it was there. */
  removeAction(name: HookName, listener: Callback, priority = 10): boolean {
    const record = this.#record(name);
    const kept = record.listeners.filter((item) => item.callback !== listener || item.priority !== priority);
    const existed = kept.length < record.listeners.length;
    if (existed) record.listeners = kept;
    return existed;
  }

  /** As removeAction, for filters. */
  removeFilter(name: HookName, listener: Callback, priority = 10): boolean {
    return this.removeAction(name, listener, priority);
  }

  /** Removes all listeners of a hook, or those of one priority. */
  removeAll(name: HookName, priority?: number): void {
    const record = this.#record(name);
    record.listeners =
      priority === undefined ? NO_LISTENERS : record.listeners.filter((item) => item.priority !== priority);
  }

  /** Removes every listener that `owner` added. */
  removeOwner(owner: string): void {
    for (const record of this.#records.values()) {
      if (record.listeners.some((item) => item.owner === owner)) {
        record.listeners = record.listeners.filter((item) => item.owner !== owner);
      }
    }
  }

  /** Whether anybody listens; with a listener, its priority, or false. */
  hasAction(name: HookName): boolean;
  hasAction(name: HookName, listener: Callback): number | false;
  hasAction(name: HookName, listener?: Callback): number | boolean {
    const listeners = this.#records.get(name)?.listeners ?? NO_LISTENERS;
    if (!listener) return listeners.length > 0;
    return listeners.find((item) => item.callback === listener)?.priority ?? false;
  }

  /** As hasAction, for filters. */
  hasFilter(name: HookName): boolean;
  hasFilter(name: HookName, listener: Callback): number | false;
  hasFilter(name: HookName, listener?: Callback): number | boolean {
    return listener ? this.hasAction(name, listener) : this.hasAction(name);
  }

  /** How often the hook has been fired, also with nobody listening. */
  didAction(name: HookName): number {
    return this.#records.get(name)?.fired ?? 0;
  }

  /** The innermost hook that runs now in this line of execution, or undefined. */
  currentHook(): string | undefined {
    return this.#shared.flow.current.frame?.name;
  }

  /** Whose listener runs now, or undefined. */
  currentOwner(): string | undefined {
    return this.#shared.flow.current.frame?.owner;
  }

  /** Whether the hook (or, without a name, any hook) runs now, at any depth. */
  doingAction(name?: HookName): boolean {
    let frame = this.#shared.flow.current.frame;
    if (name === undefined) return frame !== undefined;
    while (frame && frame.name !== name) frame = frame.parent;
    return frame !== undefined;
  }

  /** Runs `work` in a line of execution of its own: the server does so for each request. */
  isolate<T>(work: () => T): T {
    return this.#shared.flow.run(undefined, work);
  }

  /** Runs `work` as done by `owner`: for routes, cron jobs and commands of plugins, so that faults are attributed. */
  runAs<T>(owner: string, name: string, work: () => T): T {
    return this.#shared.flow.run(this.#frame(this.#record(name), owner, this.#shared.flow.current.frame), work);
  }

  /** Fires an action. Listeners that throw are reported; this never rejects for them. */
  async doAction<Name extends HookName<'action'>>(name: Name, ...args: HookArgs<Name>): Promise<void> {
    const record = this.#begin(name, 'action');
    if (record.listeners.length === 0) return;
    for (const listener of this.#walk(record)) {
      const pending = this.#callAction(record, listener, args);
      if (pending) await pending;
    }
  }

  /**
   * Passes a value through a filter.
   * @returns the value, or a promise of it when a listener returned one; `await` takes both
   * @throws GALLEY_HOOK_FAILED naming the owner when a listener throws (a GalleyError is passed on as it is)
   */
  applyFilters<Name extends HookName<'filter'>>(
    name: Name,
    value: HookPart<Name, 'value'>,
    ...args: HookArgs<Name>
  ): HookPart<Name, 'value'> | Promise<HookPart<Name, 'value'>> {
    const record = this.#begin(name, 'filter');
    if (record.listeners.length === 0) return value;
    return this.#filter(record, value, args) as HookPart<Name, 'value'> | Promise<HookPart<Name, 'value'>>;
  }

  /** As applyFilters, for filters whose listeners are all synchronous. */
  applyFiltersSync<Name extends HookName<'filterSync'>>(
    name: Name,
    value: HookPart<Name, 'value'>,
    ...args: HookArgs<Name>
  ): HookPart<Name, 'value'> {
    const record = this.#begin(name, 'filterSync');
    if (record.listeners.length === 0) return value;
    const result = this.#filter(record, value, args);
    if (isThenable(result)) {
      throw new GalleyError(
        'GALLEY_HOOK_FAILED',
        `A listener of "${name}" returned a promise, but this filter cannot wait. Return the value itself.`,
      );
    }
    return result as HookPart<Name, 'value'>;
  }

  /** Asks all listeners at once and joins what they return in order of priority; those that throw are left out. */
  async collect<Name extends HookName<'collect'>>(
    name: Name,
    input: HookPart<Name, 'input'>,
  ): Promise<HookPart<Name, 'item'>[]> {
    const record = this.#begin(name, 'collect');
    if (record.listeners.length === 0) return [];
    const answers = await Promise.all(
      record.listeners.map(async (listener) => {
        try {
          return await this.#call(record, listener, input, []);
        } catch (error) {
          this.#fail(record, listener, error);
          return undefined;
        }
      }),
    );
    return answers.filter((answer) => answer !== undefined).flat() as HookPart<Name, 'item'>[];
  }

  /** Asks the listeners in order until one answers; one that throws counts as no answer. */
  async first<Name extends HookName<'first'>>(
    name: Name,
    input: HookPart<Name, 'input'>,
  ): Promise<HookPart<Name, 'result'> | undefined> {
    const record = this.#begin(name, 'first');
    for (const listener of this.#walk(record)) {
      try {
        const answer = await this.#call(record, listener, input, []);
        if (answer !== undefined && answer !== null) return answer as HookPart<Name, 'result'>;
      } catch (error) {
        this.#fail(record, listener, error);
      }
    }
    return undefined;
  }

  /** The catalogue, by name. */
  list(): HookInfo[] {
    return [...this.#records.values()]
      .flatMap(({ definition, ...record }) => (definition ? [{ ...record, ...definition }] : []))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Listeners of hooks that nobody defined: almost always a mistyped name. */
  unknown(): { name: string; owner: string; message: string }[] {
    const known = this.list().map((hook) => hook.name);
    return [...this.#records.values()]
      .filter((record) => !record.definition && record.name !== 'all')
      .flatMap((record) =>
        record.listeners.flatMap(({ owner, isOptional }) => {
          if (isOptional) return [];
          const hint = didYouMean(record.name, known);
          return {
            name: record.name,
            owner,
            message: `"${owner}" listens to the unknown hook "${record.name}".${hint}`,
          };
        }),
      );
  }

  #record(name: string): HookRecord {
    let record = this.#records.get(name);
    if (!record) {
      record = { name, listeners: NO_LISTENERS, definition: undefined, kind: undefined, definedBy: '', fired: 0 };
      this.#records.set(name, record);
    }
    return record;
  }

  #listener(callback: Callback, options?: ListenOptions): HookListener {
    const isAsync = callback instanceof AsyncFunction;
    return {
      callback: callback as AnyCallback,
      priority: options?.priority ?? 10,
      owner: this.owner,
      isOptional: options?.optional ?? false,
      isAsync,
      calls: 0,
      errors: 0,
      sampledMs: 0,
      samples: 0,
    };
  }

  #add(name: string, callback: Callback, options?: ListenOptions): () => void {
    const record = this.#record(name);
    const added = this.#listener(callback, options);
    const same = record.listeners.findIndex((item) => item.callback === callback && item.priority === added.priority);
    if (same >= 0) {
      record.listeners = record.listeners.with(same, added);
    } else {
      const after = record.listeners.findLastIndex((item) => item.priority <= added.priority) + 1;
      record.listeners = record.listeners.toSpliced(after, 0, added);
    }
    return () => {
      record.listeners = record.listeners.filter((item) => item !== added);
    };
  }

  #begin(name: string, kind: HookKind): HookRecord {
    const record = this.#records.get(name);
    if (record === undefined || record.kind !== kind) return this.#refuse(this.#record(name), kind);
    record.fired++;
    return record;
  }

  #refuse(record: HookRecord, kind: HookKind): never {
    if (record.definition) {
      throw new GalleyError(
        'GALLEY_HOOK_KIND',
        `The hook "${record.name}" is of kind ${record.definition.kind} and was fired as ${kind}.`,
      );
    }
    const known = this.list().map((hook) => hook.name);
    throw new GalleyError(
      'GALLEY_HOOK_UNKNOWN',
      `The hook "${record.name}" was fired but never defined.${didYouMean(record.name, known)}`,
    );
  }

  #frame(record: HookRecord, owner: string, parent: HookFrame | undefined): HookFrame {
    const depth = (parent?.depth ?? 0) + 1;
    if (depth > MAX_DEPTH) {
      throw new GalleyError(
        'GALLEY_HOOK_DEPTH',
        `Hooks fired each other ${MAX_DEPTH} deep, last "${record.name}": there is an endless recursion.`,
      );
    }
    return { name: record.name, owner, parent, depth, isFiring: owner === '' };
  }

  /** The listeners to run, by WP_Hook's rule: the list is live between priorities, and a snapshot within one. */
  *#walk(record: HookRecord): Generator<HookListener> {
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
  #filter(record: HookRecord, initial: unknown, args: readonly unknown[]): unknown {
    const { current } = this.#shared.flow;
    const saved = current.frame;
    const frame = this.#frame(record, '', saved);
    const isSampled = ++this.#shared.ticks % SAMPLE_EVERY === 0;
    let value = initial;
    let listeners = record.listeners;
    current.frame = frame;
    try {
      for (let index = 0; index < listeners.length; index++) {
        const listener = listeners[index] as HookListener;
        const before = value;
        frame.owner = listener.owner;
        try {
          value =
            isSampled || listener.isAsync ? this.#call(record, listener, value, args) : invoke(listener, value, args);
        } catch (error) {
          value = this.#skipOrStop(record, listener, error, before);
        }
        if (typeof value === 'object' && isThenable(value)) {
          listener.isAsync = true;
          return this.#filterAsync(record, { value, before, listener, listeners, index, args });
        }
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
        pending = this.#call(record, listener, value, state.args);
      } catch (error) {
        pending = this.#skipOrStop(record, listener, error, before);
      }
    }
  }

  #callAction(record: HookRecord, listener: HookListener, args: unknown[]): Promise<void> | undefined {
    try {
      const result = this.#call(record, listener, args[0], args.length > 1 ? args.slice(1) : []);
      if (isThenable(result))
        return result.then(
          () => undefined,
          (error: unknown) => this.#fail(record, listener, error),
        );
    } catch (error) {
      this.#fail(record, listener, error);
    }
    return undefined;
  }

  #call(record: HookRecord, listener: HookListener, value: unknown, args: readonly unknown[]): unknown {
    const { flow } = this.#shared;
    const current = flow.current;
    const outer = current.frame?.name === record.name && current.frame.isFiring ? current.frame.parent : current.frame;
    const frame = this.#frame(record, listener.owner, outer);
    const sampled = ++this.#shared.ticks % SAMPLE_EVERY === 0 ? performance.now() : 0;
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

  #fail(record: HookRecord, listener: HookListener, error: unknown): void {
    listener.errors++;
    this.#shared.report({ hook: record.name, owner: listener.owner, error });
  }

  #skipOrStop(record: HookRecord, listener: HookListener, error: unknown, before: unknown): unknown {
    if (record.definition?.onError === 'skip') {
      this.#fail(record, listener, error);
      return before;
    }
    if (error instanceof GalleyError) throw error;
    this.#fail(record, listener, error);
    throw new GalleyError(
      'GALLEY_HOOK_FAILED',
      `"${listener.owner}" failed in the filter "${record.name}": ${messageOf(error)}`,
      { cause: error },
    );
  }
}

declare module './site.ts' {
  interface Site {
    /** Actions, filters and their kin. */
    readonly hooks: HookEngine;
  }
}
