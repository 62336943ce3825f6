import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';

/** What one owner cost while a page was made. */
export interface OwnerFigures {
  /** `core`, or the name of a plugin. */
  owner: string;
  /** Milliseconds in its listeners, routes and jobs, without those that they called in turn. */
  ms: number;
  calls: number;
  queries: number;
  queryMs: number;
  cacheCalls: number;
  cacheMisses: number;
  fetches: number;
  fetchMs: number;
}

/** One call of a listener, or of the handler of a route. */
export interface ProfiledCall {
  /** The hook; `route`, `fallback` and the like for what is called without one. */
  hook: string;
  owner: string;
  priority: number;
  /** All of it, with what it called in turn. */
  ms: number;
  error?: string;
  /** The value before and after, as text; only of the hook that is traced. */
  before?: string;
  after?: string;
}

/** One statement, with placeholders. */
export interface ProfiledQuery {
  sql: string;
  ms: number;
  owner: string;
}

/** One request to the outside, without its query: that may hold a secret. */
export interface ProfiledFetch {
  url: string;
  ms: number;
  owner: string;
}

/** What is called. */
interface Called {
  hook: string;
  owner: string;
  priority: number;
}

interface Span extends Called {
  childMs: number;
}

interface Place {
  readonly profile: Profile;
  readonly span: Span | undefined;
}

const MAX_KEPT = 2000;
const places = new AsyncLocalStorage<Place>();
let running = 0;

/** Where in a profile this line of execution is; undefined where nobody asked for one, which costs one comparison. */
function here(): Place | undefined {
  return running === 0 ? undefined : places.getStore();
}

/** Whether what runs now is profiled. */
export const isProfiled = (): boolean => running > 0 && places.getStore() !== undefined;

/** A value as text, in the same words whenever it is the same. */
const toText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : inspect(value, { depth: 6, sorted: true, breakLength: 100, maxArrayLength: 200, maxStringLength: 2000 });

/** What a piece of work cost, by plugin. */
export class Profile {
  readonly calls: ProfiledCall[] = [];
  readonly queries: ProfiledQuery[] = [];
  readonly fetches: ProfiledFetch[] = [];
  /** Milliseconds of all of it. */
  ms = 0;
  readonly #figures = new Map<string, OwnerFigures>();
  readonly #traced: string | undefined;

  /** @param traced the hook whose values are kept */
  constructor(traced?: string) {
    this.#traced = traced;
  }

  /** The figures of all who did something, the dearest first. */
  owners(): OwnerFigures[] {
    return [...this.#figures.values()].sort((a, b) => b.ms - a.ms || b.queryMs - a.queryMs);
  }

  figuresOf(owner: string): OwnerFigures {
    let figures = this.#figures.get(owner);
    if (!figures) {
      const none = { ms: 0, calls: 0, queries: 0, queryMs: 0, cacheCalls: 0, cacheMisses: 0, fetches: 0, fetchMs: 0 };
      figures = { owner, ...none };
      this.#figures.set(owner, figures);
    }
    return figures;
  }

  /** Runs one call, measured, with the value that it was given. @throws what it throws */
  during(called: Called, outer: Span | undefined, value: unknown, work: () => unknown): unknown {
    const span: Span = { ...called, childMs: 0 };
    const isTraced = called.hook === this.#traced;
    const before = isTraced ? toText(value) : undefined;
    const from = performance.now();
    const end = (outcome: { result?: unknown; error?: unknown }): void => {
      const ms = performance.now() - from;
      if (outer) outer.childMs += ms;
      const figures = this.figuresOf(called.owner);
      figures.calls++;
      figures.ms += Math.max(ms - span.childMs, 0);
      if (this.calls.length >= MAX_KEPT) return;
      this.calls.push({
        ...called,
        ms,
        ...('error' in outcome ? { error: String(outcome.error) } : {}),
        ...(before !== undefined ? { before, after: toText(outcome.result) } : {}),
      });
    };
    let result: unknown;
    try {
      result = places.run({ profile: this, span }, work);
    } catch (error) {
      end({ error });
      throw error;
    }
    if (!(result instanceof Promise)) {
      end({ result });
      return result;
    }
    return result.then(
      (settled: unknown) => {
        end({ result: settled });
        return settled;
      },
      (error: unknown) => {
        end({ error });
        throw error;
      },
    );
  }

  /** Runs `work` and adds what it costs. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const from = performance.now();
    running++;
    try {
      return await places.run({ profile: this, span: undefined }, work);
    } finally {
      running--;
      this.ms += performance.now() - from;
      const elsewhere = this.owners().reduce((sum, { owner, ms }) => (owner === 'core' ? sum : sum + ms), 0);
      this.figuresOf('core').ms = Math.max(this.ms - elsewhere, 0);
    }
  }
}

/** Runs one call; measured where somebody profiles. */
export function measured<T>(called: Called, value: unknown, work: () => T): T {
  const place = here();
  return place ? (place.profile.during(called, place.span, value, work) as T) : work();
}

/** Who is to be charged: the plugin whose view of the site it came through, or the one that is running. */
const chargedTo = (owner: string, { span }: Place): string => (owner === 'core' ? (span?.owner ?? 'core') : owner);

/** Notes a statement that ran. */
export function noteQuery(sql: string, ms: number, owner: string): void {
  const place = here();
  if (!place) return;
  const { profile } = place;
  const charged = chargedTo(owner, place);
  const figures = profile.figuresOf(charged);
  figures.queries++;
  figures.queryMs += ms;
  if (profile.queries.length < MAX_KEPT) profile.queries.push({ sql, ms, owner: charged });
}

/** Notes that the cache was asked for something. */
export function noteCache(owner: string, isMiss: boolean): void {
  const place = here();
  if (!place) return;
  const figures = place.profile.figuresOf(chargedTo(owner, place));
  figures.cacheCalls++;
  if (isMiss) figures.cacheMisses++;
}

/** Notes a request to the outside. */
export function noteFetch(url: string, ms: number): void {
  const place = here();
  if (!place) return;
  const { profile } = place;
  const owner = chargedTo('core', place);
  const figures = profile.figuresOf(owner);
  figures.fetches++;
  figures.fetchMs += ms;
  if (profile.fetches.length < MAX_KEPT) profile.fetches.push({ url: url.split('?')[0] ?? '', ms, owner });
}
