// The functions of @wordpress/hooks on Galley's engine, as thin as can be: names, namespaces and what the package
// checks are here; order, removal, nesting and counting are the engine's.
import { HookEngine } from '../../core/kernel/hooks.ts';

type Callback = (...args: unknown[]) => unknown;

interface Listener {
  namespace: string;
  callback: Callback;
  /** What the engine calls, and at which priority: each has one of its own, as in the package the order is strict. */
  run: Callback;
  priority: number;
}

const STEP = 1e-6;
const NAMESPACE = /^[a-zA-Z][a-zA-Z0-9_.\-/]*$/;
const HOOK_NAME = /^[a-zA-Z][a-zA-Z0-9_.-]*$/;

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise;

/** The package reports what was thrown; the engine says besides whose listener it was. */
function thrown(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

/** The engine keeps a line of execution of its own for a function that says that it is asynchronous. */
const AsyncFunction = (async () => undefined).constructor;

function filterListener(callback: Callback): Callback {
  const run: Callback = (value, _waits, ...args) => callback(value, ...args);
  return callback instanceof AsyncFunction ? async (...args) => run(...args) : run;
}

function actionListener(callback: Callback): Callback {
  if (callback instanceof AsyncFunction)
    return async (_value, _waits, ...args) => {
      await callback(...args);
    };
  return (_value, waits, ...args) => {
    const answer = callback(...args);
    return waits && isPromise(answer) ? answer.then(() => undefined) : undefined;
  };
}

/** Actions or filters: an action is a filter whose value nobody looks at. */
class Store {
  readonly engine = new HookEngine();
  readonly #isAction: boolean;
  readonly #listeners = new Map<string, Listener[]>();
  readonly #defined = new Set<string>();
  /** Counts how often a hook was forgotten: the engine keeps its counts for good. */
  readonly #lives = new Map<string, number>();
  #added = 0;

  constructor(isAction: boolean) {
    this.#isAction = isAction;
  }

  /** What the package's tests look at and empty: a property for each hook. */
  readonly view: Record<string, unknown> = new Proxy(
    {},
    {
      ownKeys: () => [...this.#listeners.keys()],
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: {} }),
      deleteProperty: (_target, name) => {
        this.#forget(String(name));
        return true;
      },
    },
  );

  #forget(name: string): void {
    this.removeAll(name);
    this.#listeners.delete(name);
    this.#lives.set(name, (this.#lives.get(name) ?? 0) + 1);
  }

  key(name: string): string {
    const key = `${name}:${this.#lives.get(name) ?? 0}`;
    if (!this.#defined.has(key)) this.engine.define(key, { kind: 'filter', summary: 'A hook of the package.' });
    this.#defined.add(key);
    return key;
  }

  of(name: string): Listener[] {
    const known = this.#listeners.get(name) ?? [];
    this.#listeners.set(name, known);
    return known;
  }

  has(name: string, namespace?: string): boolean {
    if (namespace === undefined) return this.#listeners.has(name);
    return this.#listeners.get(name)?.some((listener) => listener.namespace === namespace) ?? false;
  }

  add(name: string, namespace: string, callback: Callback, priority: number): void {
    const run = this.#isAction ? actionListener(callback) : filterListener(callback);
    const listener = { namespace, callback, run, priority: priority + this.#added++ * STEP };
    this.of(name).push(listener);
    this.engine.addFilter(this.key(name) as never, run as never, { priority: listener.priority });
  }

  remove(name: string, namespace: string): number {
    const gone = (this.#listeners.get(name) ?? []).filter((listener) => listener.namespace === namespace);
    return this.#removeThese(name, gone);
  }

  removeAll(name: string): number {
    return this.#removeThese(name, [...(this.#listeners.get(name) ?? [])]);
  }

  #removeThese(name: string, gone: readonly Listener[]): number {
    for (const { run, priority } of gone) this.engine.removeFilter(this.key(name) as never, run as never, priority);
    if (gone.length > 0)
      this.#listeners.set(
        name,
        this.of(name).filter((listener) => !gone.includes(listener)),
      );
    return gone.length;
  }

  /** @param waits whether promises of listeners are waited for; they are told before the other arguments */
  run(name: string, waits: boolean, args: readonly unknown[]): unknown {
    if (name !== 'hookAdded' && name !== 'all')
      for (const { namespace, callback, priority } of this.#listeners.get('all') ?? [])
        this.add(name, namespace, callback, priority);
    this.of(name);
    const [value, rest] = this.#isAction ? [undefined, args] : [args[0], args.slice(1)];
    try {
      return this.engine.applyFilters(this.key(name) as never, value as never, ...([waits, ...rest] as never));
    } catch (error) {
      throw thrown(error);
    }
  }

  current(): string | null {
    return this.engine.currentHook()?.replace(/:\d+$/, '') ?? null;
  }

  doing(name?: string): boolean {
    return name === undefined ? this.engine.doingAction() : this.engine.doingAction(this.key(name) as never);
  }

  did(name: string): number {
    return this.engine.didAction(this.key(name) as never);
  }
}

function isNamespace(namespace: unknown): namespace is string {
  if (typeof namespace === 'string' && NAMESPACE.test(namespace)) return true;
  console.error('That is no namespace.');
  return false;
}

function isHookName(name: unknown): name is string {
  if (typeof name === 'string' && HOOK_NAME.test(name)) return true;
  console.error('That is no name of a hook.');
  return false;
}

/** As the package's function of this name. */
export function createHooks() {
  const [actionStore, filterStore] = [new Store(true), new Store(false)];
  const doAction = (name: string, ...args: unknown[]): void => void actionStore.run(name, false, args);
  const adder =
    (store: Store) =>
    (name: unknown, namespace: unknown, callback: unknown, priority: unknown = 10): void => {
      if (!isHookName(name) || !isNamespace(namespace)) return;
      if (typeof callback !== 'function' || typeof priority !== 'number') {
        console.error('The listener is no function, or its priority is no number.');
        return;
      }
      store.add(name, namespace, callback as Callback, priority);
      if (name !== 'hookAdded') doAction('hookAdded', name, namespace, callback, priority);
    };
  const remover =
    (store: Store) =>
    (name: unknown, namespace: unknown): number | undefined => {
      if (!isHookName(name) || !isNamespace(namespace)) return undefined;
      const count = store.remove(name, namespace);
      if (count > 0 && name !== 'hookRemoved') doAction('hookRemoved', name, namespace);
      return count;
    };
  const waitFor = async (store: Store, name: string, args: unknown[]): Promise<unknown> => {
    try {
      return await store.run(name, true, args);
    } catch (error) {
      throw thrown(error);
    }
  };
  return {
    addAction: adder(actionStore),
    addFilter: adder(filterStore),
    removeAction: remover(actionStore),
    removeFilter: remover(filterStore),
    removeAllActions: (name: string) => actionStore.removeAll(name),
    removeAllFilters: (name: string) => filterStore.removeAll(name),
    hasAction: (name: string, namespace?: string) => actionStore.has(name, namespace),
    hasFilter: (name: string, namespace?: string) => filterStore.has(name, namespace),
    doAction,
    doActionAsync: (name: string, ...args: unknown[]) => waitFor(actionStore, name, args),
    applyFilters: (name: string, ...args: unknown[]) => filterStore.run(name, false, args),
    applyFiltersAsync: (name: string, ...args: unknown[]) => waitFor(filterStore, name, args),
    currentAction: () => actionStore.current(),
    currentFilter: () => filterStore.current(),
    doingAction: (name?: string) => actionStore.doing(name),
    doingFilter: (name?: string) => filterStore.doing(name),
    didAction: (name: string) => actionStore.did(name),
    didFilter: (name: string) => filterStore.did(name),
    actions: actionStore.view,
    filters: filterStore.view,
  };
}

export const {
  addAction,
  addFilter,
  removeAction,
  removeFilter,
  removeAllActions,
  removeAllFilters,
  hasAction,
  hasFilter,
  doAction,
  doActionAsync,
  applyFilters,
  applyFiltersAsync,
  currentAction,
  currentFilter,
  doingAction,
  doingFilter,
  didAction,
  didFilter,
  actions,
  filters,
} = createHooks();
