import { AsyncLocalStorage } from 'node:async_hooks';
import type { Knex } from 'knex';
import type { GalleyError } from '../lib/errors.ts';
import { databaseErrorDetails, unknownOutcome } from './database-errors.ts';
import { type Savepoint, setSavepoint } from './database-savepoint.ts';
import type { DatabaseLog } from './query-counter.ts';
import { retry, STORE_RETRIES } from './retry.ts';

/** Something to do once the transaction counts. */
export type AfterCommit = () => void | Promise<void>;

/** The outermost transaction. */
interface Root {
  /** The conflict that undid the transaction on the server; whatever its code does with it, the whole must be repeated. */
  doomed: unknown;
  done: boolean;
  /** What was read once for the whole transaction. */
  readonly known: Map<string, Promise<unknown>>;
}

/** One level of a transaction: itself, or a savepoint in it. */
interface Frame {
  readonly handle: Knex.Transaction;
  readonly root: Root;
  readonly after: AfterCommit[];
  /** 0 for the transaction itself. */
  readonly depth: number;
  /** Ends with the last savepoint in it: they come one after the other. */
  turn: Promise<void>;
}

/** How far one run of the work came. */
interface Attempt {
  worked: boolean;
  failure?: { error: unknown };
}

/**
 * Carries the running transaction along the line of execution, so that code deep inside needs no argument for it
 * and cannot write beside it by accident.
 */
export class TransactionScope {
  readonly #storage = new AsyncLocalStorage<Frame | undefined>();
  readonly #writer: Knex;
  readonly #log: DatabaseLog | undefined;
  readonly #unknown: () => void;

  /** @param unknown told when nobody knows whether a transaction counts */
  constructor(writer: Knex, log: DatabaseLog | undefined, unknown: () => void) {
    this.#writer = writer;
    this.#log = log;
    this.#unknown = unknown;
  }

  /**
   * The handle of the running transaction, or undefined outside of one.
   * @throws the conflict that undid it on the server, when there was one
   */
  get handle(): Knex.Transaction | undefined {
    const frame = this.#frame;
    if (frame?.root.doomed) throw frame.root.doomed;
    return frame?.handle;
  }

  /** Work that was started in a transaction and outlives it is outside of it. */
  get #frame(): Frame | undefined {
    const frame = this.#storage.getStore();
    return frame?.root.done ? undefined : frame;
  }

  /** Remembers that the server undid the running transaction, because of a conflict or because it is gone. */
  failed(error: GalleyError): void {
    const frame = this.#frame;
    if (frame && databaseErrorDetails(error)?.retryable) frame.root.doomed ??= error;
  }

  /** Runs `work` as if no transaction was running around it. */
  outside<T>(work: () => T): T {
    return this.#storage.run(undefined, work);
  }

  /** Runs `work` in a transaction, or in a savepoint of the running one. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const outer = this.#frame;
    if (outer) return await this.#nested(outer, work);
    const isRetryable = (error: unknown): boolean => databaseErrorDetails(error)?.retryable === true;
    return await retry(() => this.#outermost(work), { isRetryable, ...STORE_RETRIES });
  }

  /** Queues `callback` until the outermost transaction has committed; outside of one it runs at once. */
  async afterCommit(callback: AfterCommit): Promise<void> {
    const frame = this.#frame;
    if (frame) frame.after.push(callback);
    else await this.#runCallback(callback);
  }

  /**
   * Reads something once in the running transaction, in which nobody else can change it; outside of one each time.
   * Who changes it there calls `forget`.
   */
  once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#frame?.root.known;
    if (!known) return read();
    const found = known.get(key) ?? read();
    known.set(key, found);
    return found as Promise<T>;
  }

  /** Forgets what was read once. */
  forget(key: string): void {
    this.#frame?.root.known.delete(key);
  }

  async #nested<T>(outer: Frame, work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = outer.turn;
    outer.turn = promise;
    await before;
    try {
      return await this.#savepoint(outer, work);
    } finally {
      resolve();
    }
  }

  async #savepoint<T>(outer: Frame, work: () => Promise<T>): Promise<T> {
    const { handle, root } = outer;
    const depth = outer.depth + 1;
    const frame: Frame = { handle, root, depth, after: [], turn: Promise.resolve() };
    const attempt: Attempt = { worked: false };
    const savepoint = await setSavepoint(handle, depth);
    try {
      const result = await this.#enter(frame, attempt, work);
      await savepoint.release();
      outer.after.push(...frame.after);
      return result;
    } catch (error) {
      await this.#undo(root, savepoint);
      throw root.doomed ?? (attempt.failure ? attempt.failure.error : error);
    }
  }

  /** Goes back to where a savepoint was set. Where that cannot be done, the whole transaction is undone. */
  async #undo(root: Root, savepoint: Savepoint): Promise<void> {
    root.known.clear();
    if (root.doomed) return;
    try {
      await savepoint.undo();
    } catch (error) {
      root.doomed ??= error;
    }
  }

  async #outermost<T>(work: () => Promise<T>): Promise<T> {
    const root: Root = { doomed: undefined, done: false, known: new Map() };
    const after: AfterCommit[] = [];
    const attempt: Attempt = { worked: false };
    let result: T;
    try {
      result = await this.#writer.transaction((handle) =>
        this.#enter({ handle, root, after, depth: 0, turn: Promise.resolve() }, attempt, work),
      );
    } catch (error) {
      if (attempt.worked && databaseErrorDetails(error)?.lost) {
        this.#unknown();
        throw unknownOutcome('a transaction was being committed', error);
      }
      throw root.doomed ?? (attempt.failure ? attempt.failure.error : error);
    } finally {
      root.done = true;
    }
    for (const callback of after) await this.#runCallback(callback);
    return result;
  }

  /** Runs `work` with `frame` around it and keeps its own error, which a failing ROLLBACK would hide. */
  #enter<T>(frame: Frame, attempt: Attempt, work: () => Promise<T>): Promise<T> {
    return this.#storage.run(frame, async () => {
      try {
        const value = await work();
        if (frame.root.doomed) throw frame.root.doomed;
        attempt.worked = true;
        return value;
      } catch (error) {
        attempt.failure = { error };
        throw error;
      }
    });
  }

  async #runCallback(callback: AfterCommit): Promise<void> {
    try {
      await this.outside(callback);
    } catch (error) {
      this.#log?.error({ err: error }, 'a callback after a commit failed; the commit counts');
    }
  }
}
