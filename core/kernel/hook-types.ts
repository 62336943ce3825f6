/** Something happened. Listeners run in order; one that throws is logged under its owner and the rest run. */
export interface ActionHook<Args extends unknown[] = []> {
  kind: 'action';
  args: Args;
}
/** A value passes through the listeners in order, awaited only where one returned a promise. */
export interface FilterHook<Value, Args extends unknown[] = []> {
  kind: 'filter';
  value: Value;
  args: Args;
}
/** As FilterHook, for places that cannot wait. */
export interface FilterSyncHook<Value, Args extends unknown[] = []> {
  kind: 'filterSync';
  value: Value;
  args: Args;
}
/** All listeners get the same input at once; what they return is joined in order of priority. */
export interface CollectHook<Input, Item> {
  kind: 'collect';
  input: Input;
  item: Item;
}
/** Listeners are asked in order; the first that answers with anything but undefined wins. */
export interface FirstHook<Input, Result> {
  kind: 'first';
  input: Input;
  result: Result;
}

/** The five kinds of hook. */
export type HookKind = 'action' | 'filter' | 'filterSync' | 'collect' | 'first';

/**
 * The names of all hooks and their types. Whoever owns a hook merges its type here and defines it once at run time.
 *
 * @example
 * declare module 'galley' {
 *   interface Hooks { 'order:paid': ActionHook<[order: Order]> }
 * }
 */
export interface Hooks {
  /** The site has started: all modules run and all plugins are set up. Late listeners are called at once. */
  'site:ready': ActionHook<[]>;
  /** The very first start, with an empty store: plugins may add something to see. */
  'site:installing': ActionHook<[]>;
  /** The site is about to stop: the last moment to write down what is only in memory. */
  'site:stopping': ActionHook<[]>;
}

/** Names of the hooks of one kind. */
export type HookName<Kind extends HookKind = HookKind> = {
  [Name in keyof Hooks]: Hooks[Name] extends { kind: Kind } ? Name : never;
}[keyof Hooks] &
  string;

/** The part of type `Part` of the hook `Name`. */
export type HookPart<Name extends keyof Hooks, Part extends string> = Hooks[Name] extends { [P in Part]: infer Type }
  ? Type
  : never;

type Awaitable<T> = T | Promise<T>;
type ArgsOf<Name extends keyof Hooks> = HookPart<Name, 'args'> extends infer Args extends unknown[] ? Args : never;

/** The arguments of the action or filter `Name`. */
export type HookArgs<Name extends keyof Hooks> = ArgsOf<Name>;
/** A listener of the action `Name`. */
export type ActionListener<Name extends keyof Hooks> = (...args: ArgsOf<Name>) => Awaitable<void>;
/** A listener of the filter `Name`. */
export type FilterListener<Name extends keyof Hooks> = Hooks[Name] extends { kind: 'filterSync' }
  ? (value: HookPart<Name, 'value'>, ...args: ArgsOf<Name>) => HookPart<Name, 'value'>
  : (value: HookPart<Name, 'value'>, ...args: ArgsOf<Name>) => Awaitable<HookPart<Name, 'value'>>;
/** A listener of the collect hook `Name`. */
export type Collector<Name extends keyof Hooks> = (
  input: HookPart<Name, 'input'>,
) => Awaitable<HookPart<Name, 'item'> | HookPart<Name, 'item'>[] | undefined>;
/** A listener of the first hook `Name`. */
export type Responder<Name extends keyof Hooks> = (
  input: HookPart<Name, 'input'>,
) => Awaitable<HookPart<Name, 'result'> | undefined>;

/** What is known of a hook at run time. */
export interface HookDefinition {
  kind: HookKind;
  /** When it fires and what listeners may do, in a sentence or two. */
  summary: string;
  /** Name and meaning of each argument, in order, the filtered value first. */
  args?: Record<string, string>;
  /** What a throwing filter does: stops the operation (default), or is passed over so that a page survives it. */
  onError?: 'stop' | 'skip';
  /** Fires once; who listens later is called at once. */
  once?: boolean;
}
