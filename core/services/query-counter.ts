import { AsyncLocalStorage } from 'node:async_hooks';
import { noteQuery } from '../kernel/profile.ts';

/** One statement that ran. */
export interface QueryRecord {
  /** The statement with placeholders; values are never kept. */
  sql: string;
  /** How long it took, in milliseconds, without the wait for a connection. */
  ms: number;
  /** The plugin whose view of the database ran it, or `core`. */
  owner: string;
}

/** A statement that took longer than `slowQueryMs`, and when. */
export interface SlowQuery extends QueryRecord {
  /** Epoch milliseconds. */
  at: number;
}

/** What the database needs of a logger. */
export interface DatabaseLog {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

interface Tally {
  readonly queries: QueryRecord[];
  readonly outer: Tally | undefined;
}

const MAX_KEPT = 2_000;
const SLOW_KEPT = 100;

/**
 * Sees every statement: counts those of the current request, logs and keeps slow ones, sums by owner. Concurrent
 * requests never see each other's statements.
 */
export class QueryCounter {
  readonly #tallies = new AsyncLocalStorage<Tally>();
  readonly #slow: SlowQuery[] = [];
  readonly #totals = new Map<string, { queries: number; ms: number }>();
  readonly #slowMs: number;
  readonly #log: DatabaseLog | undefined;

  /** @param slowMs statements at least this long are slow, in milliseconds; 0 switches the log off */
  constructor(slowMs: number, log?: DatabaseLog) {
    this.#slowMs = slowMs;
    this.#log = log;
  }

  /** Runs `work` and tells which statements it ran, in order of their end; nested counts count in both. */
  async count<T>(work: () => Promise<T>): Promise<{ result: T; queries: QueryRecord[] }> {
    const tally: Tally = { queries: [], outer: this.#tallies.getStore() };
    const result = await this.#tallies.run(tally, work);
    return { result, queries: tally.queries };
  }

  /** Statements of the innermost running count, or undefined when nobody counts here. */
  get current(): readonly QueryRecord[] | undefined {
    return this.#tallies.getStore()?.queries;
  }

  /** The latest slow statements, newest first. */
  get slow(): readonly SlowQuery[] {
    return this.#slow.toReversed();
  }

  /** Statements and their time by owner since the start. */
  get totals(): ReadonlyMap<string, Readonly<{ queries: number; ms: number }>> {
    return this.#totals;
  }

  /** Called by the drivers for each finished statement. */
  record(sql: string, ms: number, owner: string): void {
    const query: QueryRecord = { sql, ms, owner };
    noteQuery(sql, ms, owner);
    for (let tally = this.#tallies.getStore(); tally; tally = tally.outer) {
      if (tally.queries.length < MAX_KEPT) tally.queries.push(query);
    }
    this.#sum(owner, ms);
    if (this.#slowMs > 0 && ms >= this.#slowMs) this.#keepSlow(query);
  }

  #sum(owner: string, ms: number): void {
    const total = this.#totals.get(owner) ?? { queries: 0, ms: 0 };
    total.queries++;
    total.ms += ms;
    this.#totals.set(owner, total);
  }

  #keepSlow(query: QueryRecord): void {
    this.#slow.push({ ...query, at: Date.now() });
    if (this.#slow.length > SLOW_KEPT) this.#slow.shift();
    this.#log?.warn({ sql: query.sql.slice(0, 2_000), ms: Math.round(query.ms), owner: query.owner }, 'slow query');
  }
}
