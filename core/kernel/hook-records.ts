import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { HookDefinition, HookKind } from './hook-types.ts';

/** A function that listens, whatever its hook gives it. */
export type Callback = (...args: never[]) => unknown;
/** A listener as it is called. */
export type AnyCallback = (...args: unknown[]) => unknown;

/** One registered listener with its figures. */
export interface HookListener {
  /** What was added, and is removed by. */
  readonly callback: AnyCallback;
  /** What is called: the same, or what stands in for it while its breaker is open. */
  run: AnyCallback;
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

/** One hook: what it is, who listens and how often it was fired. */
export interface HookRecord {
  readonly name: string;
  /** Sorted by priority, ties by insertion; replaced whole on each change, so a reference to it is a snapshot. */
  listeners: readonly HookListener[];
  definition: HookDefinition | undefined;
  kind: HookKind | undefined;
  definedBy: string;
  fired: number;
}

/** One line of the catalogue. */
export interface HookInfo extends HookDefinition {
  name: string;
  definedBy: string;
  listeners: readonly Readonly<HookListener>[];
  fired: number;
}

/** The list of every hook that nobody listens to: comparing with it is the least that a firing can ask. */
export const NO_LISTENERS: readonly HookListener[] = [];
const AsyncFunction = (async () => undefined).constructor;

/** All hooks by name, with their definitions and listeners. Knows nothing of running them. */
export class HookRecords {
  readonly #records = new Map<string, HookRecord>();

  /** The hook called `name`, if anybody has defined it, listened to it or fired it. */
  get(name: string): HookRecord | undefined {
    return this.#records.get(name);
  }

  /** The hook called `name`; an empty one where it is new. */
  need(name: string): HookRecord {
    let record = this.#records.get(name);
    if (!record) {
      record = { name, listeners: NO_LISTENERS, definition: undefined, kind: undefined, definedBy: '', fired: 0 };
      this.#records.set(name, record);
    }
    return record;
  }

  /**
   * The hook to fire now, as `kind`.
   * @throws GALLEY_HOOK_UNKNOWN | GALLEY_HOOK_KIND
   */
  begin(name: string, kind: HookKind): HookRecord {
    const record = this.#records.get(name);
    if (record === undefined || record.kind !== kind) return this.#refuse(name, kind);
    record.fired++;
    return record;
  }

  /** @throws GALLEY_REGISTRY_DUPLICATE when somebody defined it already */
  define(name: string, definition: HookDefinition, owner: string): void {
    const record = this.need(name);
    if (record.definition) {
      throw new GalleyError(
        'GALLEY_REGISTRY_DUPLICATE',
        `The hook "${name}" is defined already, by ${record.definedBy}.`,
      );
    }
    record.definition = definition;
    record.kind = definition.kind;
    record.definedBy = owner;
  }

  /** A listener of `owner`, not added yet. */
  listener(callback: Callback, owner: string, options?: ListenOptions): HookListener {
    const isAsync = callback instanceof AsyncFunction;
    return {
      callback: callback as AnyCallback,
      run: callback as AnyCallback,
      priority: options?.priority ?? 10,
      owner,
      isOptional: options?.optional ?? false,
      isAsync,
      calls: 0,
      errors: 0,
      sampledMs: 0,
      samples: 0,
    };
  }

  /** Adds a listener; the same function at the same priority is replaced. Returns the function that removes it. */
  add(name: string, added: HookListener): () => void {
    const record = this.need(name);
    const { callback, priority } = added;
    const same = record.listeners.findIndex((item) => item.callback === callback && item.priority === priority);
    if (same >= 0) {
      record.listeners = record.listeners.with(same, added);
    } else {
      const after = record.listeners.findLastIndex((item) => item.priority <= priority) + 1;
      record.listeners = record.listeners.toSpliced(after, 0, added);
    }
    return () => this.#keep(record, (item) => item !== added);
  }

  /** Removes a listener; needs the same function and priority. Returns whether it was there. */
  remove(name: string, listener: Callback, priority: number): boolean {
    const record = this.#records.get(name);
    if (!record) return false;
    const { length } = record.listeners;
    this.#keep(record, (item) => item.callback !== listener || item.priority !== priority);
    return record.listeners.length < length;
  }

  /** Removes all listeners of a hook, or those of one priority. */
  removeAll(name: string, priority?: number): void {
    const record = this.#records.get(name);
    if (!record) return;
    this.#keep(record, (item) => priority !== undefined && item.priority !== priority);
  }

  /** Removes every listener that `owner` added and every hook that it defined. */
  removeOwner(owner: string): void {
    for (const record of this.#records.values()) {
      if (record.definition && record.definedBy === owner) {
        record.definition = undefined;
        record.kind = undefined;
        record.definedBy = '';
      }
      this.#keep(record, (item) => item.owner !== owner);
    }
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

  /** Leaves only the listeners that stay; a list from which none goes remains the same list. */
  #keep(record: HookRecord, stays: (listener: HookListener) => boolean): void {
    const kept = record.listeners.filter(stays);
    if (kept.length === 0) record.listeners = NO_LISTENERS;
    else if (kept.length < record.listeners.length) record.listeners = kept;
  }

  #refuse(name: string, kind: HookKind): never {
    const definition = this.#records.get(name)?.definition;
    if (definition) {
      throw new GalleyError(
        'GALLEY_HOOK_KIND',
        `The hook "${name}" is of kind ${definition.kind} and was fired as ${kind}.`,
      );
    }
    const known = this.list().map((hook) => hook.name);
    throw new GalleyError(
      'GALLEY_HOOK_UNKNOWN',
      `The hook "${name}" was fired but never defined.${didYouMean(name, known)}`,
    );
  }
}
