import { messageOf } from '../lib/errors.ts';
import type { HookListener, HookRecord } from './hook-records.ts';

/** A plugin that failed in a hook again and again. */
export interface Breaker {
  plugin: string;
  hook: string;
  /**
   * `open`: it is left out. `failing`: it is asked all the same, because the hook stops what it guards when a listener
   * fails, and nothing may go on without its word.
   */
  state: 'open' | 'failing';
  /** How often it failed since the first of these failures. */
  failures: number;
  /** What it threw last. */
  error: string;
  /** When it was left out first, in epoch milliseconds. */
  since: number;
  /** When it is tried once again. */
  until: number;
}

/** When a plugin is left out of a hook, and for how long. */
export interface BreakerSettings {
  /** So many failures within the window; 0 leaves nobody out. */
  failures: number;
  windowMs: number;
  restMs: number;
}

/** How often a plugin failed in a hook, and how often it was asked meanwhile. */
export interface FailureCount {
  plugin: string;
  hook: string;
  failures: number;
  calls: number;
  /** How long these failures count, in milliseconds. */
  leftMs: number;
}

/** The failures of one plugin in one hook. */
interface Tally {
  readonly record: HookRecord;
  readonly plugin: string;
  /** What it threw last. */
  error: string;
  from: number;
  failures: number;
  /** How often it was called before the first of them. */
  callsBefore: number;
}

/** An open breaker, and where its listeners stand. */
interface Opened {
  readonly breaker: Breaker;
  readonly record: HookRecord;
  /** Its calls when it failed last: more of them later means that one went well. */
  calls: number;
  isTried: boolean;
}

const MAX_ERROR = 1000;

const keyOf = (plugin: string, hook: string): string => `${plugin} ${hook}`;

const ownListeners = (record: HookRecord, owner: string): HookListener[] =>
  record.listeners.filter((listener) => listener.owner === owner);

const callsOf = (record: HookRecord, owner: string): number =>
  ownListeners(record, owner).reduce((sum, { calls }) => sum + calls, 0);

/** Whether a listener that fails stops the whole operation: what it guards must not go on without it. */
const isGuarding = ({ kind, definition }: HookRecord): boolean =>
  (kind === 'filter' || kind === 'filterSync') && definition?.onError !== 'skip';

/** What a listener that is left out seems to have returned. */
const passedOver = ({ kind }: HookRecord, value: unknown): unknown =>
  kind === 'filter' || kind === 'filterSync' ? value : undefined;

/**
 * Leaves a plugin out of a hook for a while in which it fails again and again, then tries it once. Works where a listener
 * has failed and by standing in for listeners that are left out; a call that goes well meets none of it.
 */
export class HookBreakers {
  settings: BreakerSettings = { failures: 10, windowMs: 60_000, restMs: 60_000 };
  /** Called when a plugin is left out, and each time that it fails when it is tried again. */
  onOpen: (breaker: Readonly<Breaker>) => void = () => undefined;
  /** Called when a plugin is asked again as before. */
  onClose: (breaker: Readonly<Breaker>) => void = () => undefined;
  /** Called when a plugin failed, and not so often yet that it is left out. */
  onFailure: () => void = () => undefined;
  readonly #tallies = new Map<string, Tally>();
  readonly #open = new Map<string, Opened>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Those that are open in this process. */
  list(): Breaker[] {
    return [...this.#open.values()].map(({ breaker }) => ({ ...breaker }));
  }

  /** Counts a failure of a plugin's listener. The kernel itself is never left out. */
  fail(record: HookRecord, { owner }: HookListener, error: unknown): void {
    if (owner === 'core' || this.settings.failures === 0) return;
    const opened = this.#open.get(keyOf(owner, record.name));
    const message = messageOf(error).slice(0, MAX_ERROR);
    if (opened) this.#failAgain(opened, message);
    else {
      const { failures, callsBefore } = this.#count(record, owner, message);
      if (this.#isTooMuch({ failures, calls: callsOf(record, owner) - callsBefore }))
        this.#trip(record, owner, message);
      else this.onFailure();
    }
  }

  /** What failed here within the window and is not left out. */
  counts(): FailureCount[] {
    const now = this.#now();
    return [...this.#tallies].flatMap(([key, { record, plugin, failures, from, callsBefore }]) => {
      const leftMs = from + this.settings.windowMs - now;
      if (leftMs <= 0 || this.#open.has(key)) return [];
      return [{ plugin, hook: record.name, failures, calls: callsOf(record, plugin) - callsBefore, leftMs }];
    });
  }

  /** Leaves a plugin out of a hook in which it failed here too, where the failures of all processes are too many. */
  addUp(plugin: string, hook: string, all: Pick<FailureCount, 'failures' | 'calls'>): void {
    const key = keyOf(plugin, hook);
    const tally = this.#tallies.get(key);
    if (!tally || this.#open.has(key) || !this.#isTooMuch(all)) return;
    tally.failures = all.failures;
    this.#trip(tally.record, plugin, tally.error);
  }

  /** Asks a plugin again as before. Returns whether it was left out. */
  close(plugin: string, hook: string): boolean {
    const key = keyOf(plugin, hook);
    const opened = this.#open.get(key);
    if (!opened) return false;
    this.#open.delete(key);
    this.#tallies.delete(key);
    for (const listener of ownListeners(opened.record, plugin)) listener.run = listener.callback;
    this.onClose({ ...opened.breaker });
    return true;
  }

  /** Goes on where another process was: the plugin is left out from the start. */
  adopt(record: HookRecord, breaker: Breaker): void {
    if (ownListeners(record, breaker.plugin).length === 0 || this.settings.failures === 0) return;
    this.#hold(record, { ...breaker });
  }

  /** Closes those of guarding hooks whose plugin has answered well since. */
  sweep(): void {
    for (const { breaker, record, calls } of [...this.#open.values()])
      if (breaker.state === 'failing' && callsOf(record, breaker.plugin) > calls)
        this.close(breaker.plugin, breaker.hook);
  }

  /** Whether a plugin failed too often, and in at least half of its calls: one odd entry must not silence it for all. */
  #isTooMuch({ failures, calls }: Pick<FailureCount, 'failures' | 'calls'>): boolean {
    return failures >= this.settings.failures && failures * 2 >= calls;
  }

  #count(record: HookRecord, owner: string, error: string): Tally {
    const key = keyOf(owner, record.name);
    const now = this.#now();
    const calls = callsOf(record, owner);
    let tally = this.#tallies.get(key);
    if (!tally || now - tally.from > this.settings.windowMs) {
      tally = { record, plugin: owner, error, from: now, failures: 0, callsBefore: calls - 1 };
      this.#tallies.set(key, tally);
    }
    tally.failures++;
    tally.error = error;
    return tally;
  }

  #trip(record: HookRecord, plugin: string, error: string): void {
    const now = this.#now();
    const opened = this.#hold(record, {
      plugin,
      hook: record.name,
      state: isGuarding(record) ? 'failing' : 'open',
      failures: this.#tallies.get(keyOf(plugin, record.name))?.failures ?? 1,
      error,
      since: now,
      until: now + this.settings.restMs,
    });
    this.onOpen({ ...opened.breaker });
  }

  #hold(record: HookRecord, breaker: Breaker): Opened {
    const opened = { breaker, record, calls: callsOf(record, breaker.plugin), isTried: false };
    this.#open.set(keyOf(breaker.plugin, breaker.hook), opened);
    if (breaker.state === 'open')
      for (const listener of ownListeners(record, breaker.plugin)) this.#standInFor(opened, listener);
    return opened;
  }

  #failAgain(opened: Opened, error: string): void {
    const { breaker, record } = opened;
    breaker.failures++;
    breaker.error = error;
    opened.calls = callsOf(record, breaker.plugin);
    // What was called before it was left out may fail later; only what was tried since counts.
    if (!opened.isTried) return;
    opened.isTried = false;
    breaker.until = this.#now() + this.settings.restMs;
    this.onOpen({ ...breaker });
  }

  #standInFor(opened: Opened, listener: HookListener): void {
    listener.run = (...args) => {
      const now = this.#now();
      if (now >= opened.breaker.until) return this.#tryOnce(opened, listener, args);
      listener.calls--;
      return passedOver(opened.record, args[0]);
    };
  }

  /** One call goes through; all others are passed over until it is known how that went. */
  #tryOnce(opened: Opened, listener: HookListener, args: unknown[]): unknown {
    const { breaker } = opened;
    opened.isTried = true;
    // One that never ends does not keep it from being tried once more.
    breaker.until = this.#now() + this.settings.restMs;
    const result = listener.callback(...args);
    const close = (): void => void this.close(breaker.plugin, breaker.hook);
    if (result instanceof Promise) result.then(close, () => undefined);
    else close();
    return result;
  }
}
