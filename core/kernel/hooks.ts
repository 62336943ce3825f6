import { GalleyError } from '../lib/errors.ts';
import type { Breaker, HookBreakers } from './hook-breakers.ts';
import { HookDispatcher, type HookFailure, isThenable } from './hook-dispatcher.ts';
import { type Callback, type HookInfo, HookRecords, type ListenOptions, NO_LISTENERS } from './hook-records.ts';
import type {
  ActionListener,
  Collector,
  FilterListener,
  HookArgs,
  HookDefinition,
  HookName,
  HookPart,
  Responder,
} from './hook-types.ts';
import { measured } from './profile.ts';
import type { Owned } from './site.ts';

export type { Breaker } from './hook-breakers.ts';
export type { HookFailure } from './hook-dispatcher.ts';
export type { HookInfo, HookListener, ListenOptions } from './hook-records.ts';
export * from './hook-types.ts';

const NO_ARGUMENTS: readonly unknown[] = [];

/** What the engines of one site share, whoever they are bound to. */
interface Shared {
  readonly records: HookRecords;
  readonly dispatcher: HookDispatcher;
}

/** A list of the arguments, copied one by one: where they are nowhere else used, firings that nobody hears make none. */
function listOf(more: readonly unknown[]): readonly unknown[] {
  if (more.length === 0) return NO_ARGUMENTS;
  const list: unknown[] = [];
  for (let at = 0; at < more.length; at++) list.push(more[at]);
  return list;
}

/**
 * Actions, filters and their kin, in WordPress's words and with the order rules of its `WP_Hook`: lower priorities
 * run first, ties in order of registration; a listener added or removed while its hook runs counts from the next
 * priority on; adding the same function at the same priority twice replaces it.
 */
export class HookEngine implements Owned {
  readonly owner: string;
  readonly #records: HookRecords;
  readonly #dispatcher: HookDispatcher;

  constructor(owner = 'core', shared?: Shared) {
    this.owner = owner;
    this.#records = shared?.records ?? new HookRecords();
    this.#dispatcher = shared?.dispatcher ?? new HookDispatcher();
  }

  ownedBy(owner: string): this {
    return new HookEngine(owner, { records: this.#records, dispatcher: this.#dispatcher }) as this;
  }

  /** Who is left out of which hook for a while, because it failed again and again. */
  get breakers(): HookBreakers {
    return this.#dispatcher.breakers;
  }

  /** Leaves a plugin out of a hook as another process does. */
  adoptBreaker(breaker: Breaker): void {
    this.#dispatcher.breakers.adopt(this.#records.need(breaker.hook), breaker);
  }

  /** Calls `report` with each listener that throws, besides what the kind of the hook says happens. */
  onFailure(report: (failure: HookFailure) => void): void {
    this.#dispatcher.report = report;
  }

  /**
   * Defines a hook: who fires it calls this once, before it fires.
   * @throws GALLEY_REGISTRY_DUPLICATE when somebody defined it already
   */
  define(name: string, definition: HookDefinition): void {
    this.#records.define(name, definition, this.owner);
  }

  /** Listens to an action. Returns the function that removes the listener. */
  addAction<Name extends HookName<'action'>>(
    name: Name,
    listener: ActionListener<Name>,
    options?: ListenOptions,
  ): () => void {
    const record = this.#records.need(name);
    const added = this.#records.listener(listener, this.owner, options);
    if (record.definition?.once && record.fired > 0) void this.#dispatcher.callAction(record, added, []);
    return this.#records.add(name, added);
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
    return this.#records.remove(name, listener, priority);
  }

  /** As removeAction, for filters. */
  removeFilter(name: HookName, listener: Callback, priority = 10): boolean {
    return this.removeAction(name, listener, priority);
  }

  /** Removes all listeners of a hook, or those of one priority. */
  removeAll(name: HookName, priority?: number): void {
    this.#records.removeAll(name, priority);
  }

  /** Removes every listener that `owner` added and every hook that it defined. */
  removeOwner(owner: string): void {
    this.#records.removeOwner(owner);
  }

  /** Whether anybody listens; with a listener, its priority, or false. */
  hasAction(name: HookName): boolean;
  hasAction(name: HookName, listener: Callback): number | false;
  hasAction(name: HookName, listener?: Callback): number | boolean {
    const listeners = this.#records.get(name)?.listeners ?? [];
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
    return this.#dispatcher.flow.current.frame?.name;
  }

  /** Whose listener runs now, or undefined. */
  currentOwner(): string | undefined {
    return this.#dispatcher.flow.current.frame?.owner;
  }

  /** Whether the hook (or, without a name, any hook) runs now, at any depth. */
  doingAction(name?: HookName): boolean {
    let frame = this.#dispatcher.flow.current.frame;
    if (name === undefined) return frame !== undefined;
    while (frame && frame.name !== name) frame = frame.parent;
    return frame !== undefined;
  }

  /** Runs `work` in a line of execution of its own: the server does so for each request. */
  isolate<T>(work: () => T): T {
    return this.#dispatcher.flow.isolate(work);
  }

  /** Keeps what runs now: what it returns runs work that comes later, from another process say, as part of it. */
  carry(): <T>(work: () => T) => T {
    return this.#dispatcher.flow.carry();
  }

  /** Runs `work` as done by `owner`: for routes, cron jobs and commands of plugins, so that faults are attributed. */
  runAs<T>(owner: string, name: string, work: () => T): T {
    const { flow } = this.#dispatcher;
    const frame = this.#dispatcher.frame(name, owner, flow.current.frame);
    return measured({ hook: name, owner, priority: 0 }, undefined, () => flow.run(frame, work));
  }

  /** Fires an action. Listeners that throw are reported; this never rejects for them. */
  async doAction<Name extends HookName<'action'>>(name: Name, ...args: HookArgs<Name>): Promise<void> {
    const record = this.#records.begin(name, 'action');
    if (record.listeners === NO_LISTENERS) return;
    for (const listener of this.#dispatcher.walk(record)) {
      const pending = this.#dispatcher.callAction(record, listener, args);
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
  ): HookPart<Name, 'value'> | Promise<HookPart<Name, 'value'>>;
  // The first argument by itself: a list of all would be made for each firing, also where nobody listens.
  applyFilters(name: string, value: unknown, first?: unknown, ...more: unknown[]): unknown {
    const record = this.#records.begin(name, 'filter');
    return record.listeners === NO_LISTENERS ? value : this.#dispatcher.filter(record, value, first, listOf(more));
  }

  /** As applyFilters, for filters whose listeners are all synchronous. */
  applyFiltersSync<Name extends HookName<'filterSync'>>(
    name: Name,
    value: HookPart<Name, 'value'>,
    ...args: HookArgs<Name>
  ): HookPart<Name, 'value'>;
  applyFiltersSync(name: string, value: unknown, first?: unknown, ...more: unknown[]): unknown {
    const record = this.#records.begin(name, 'filterSync');
    if (record.listeners === NO_LISTENERS) return value;
    const result = this.#dispatcher.filter(record, value, first, listOf(more));
    if (!isThenable(result)) return result;
    // It may still fail, and nobody waits for it.
    result.catch(() => undefined);
    throw new GalleyError(
      'GALLEY_HOOK_FAILED',
      `A listener of "${name}" returned a promise, but this filter cannot wait. Return the value itself.`,
    );
  }

  /** Asks all listeners at once and joins what they return in order of priority; those that throw are left out. */
  async collect<Name extends HookName<'collect'>>(
    name: Name,
    input: HookPart<Name, 'input'>,
  ): Promise<HookPart<Name, 'item'>[]> {
    const record = this.#records.begin(name, 'collect');
    if (record.listeners === NO_LISTENERS) return [];
    const asked = record.listeners.map((listener) => this.#dispatcher.ask(record, listener, input));
    // To wait for what is there already costs more than most answers.
    const answers = asked.some(isThenable) ? await Promise.all(asked) : asked;
    return answers.filter((answer) => answer !== undefined).flat() as HookPart<Name, 'item'>[];
  }

  /** Asks the listeners in order until one answers; one that throws counts as no answer. */
  async first<Name extends HookName<'first'>>(
    name: Name,
    input: HookPart<Name, 'input'>,
  ): Promise<HookPart<Name, 'result'> | undefined> {
    const record = this.#records.begin(name, 'first');
    for (const listener of this.#dispatcher.walk(record)) {
      try {
        const answer = await this.#dispatcher.call(record, listener, input, []);
        if (answer !== undefined && answer !== null) return answer as HookPart<Name, 'result'>;
      } catch (error) {
        this.#dispatcher.fail(record, listener, error);
      }
    }
    return undefined;
  }

  /** The catalogue, by name. */
  list(): HookInfo[] {
    return this.#records.list();
  }

  /** Listeners of hooks that nobody defined: almost always a mistyped name. */
  unknown(): { name: string; owner: string; message: string }[] {
    return this.#records.unknown();
  }

  #add(name: string, callback: Callback, options?: ListenOptions): () => void {
    return this.#records.add(name, this.#records.listener(callback, this.owner, options));
  }
}

declare module './site.ts' {
  interface Site {
    /** Actions, filters and their kin. */
    readonly hooks: HookEngine;
  }
}
