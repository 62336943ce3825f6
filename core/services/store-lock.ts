import { setTimeout as delay } from 'node:timers/promises';
import { GalleyError } from '../lib/errors.ts';
import type { Database } from './database.ts';
import { isGone, markOfProcess } from './process-mark.ts';

/** How long the lock is held and waited for. */
export interface LockTimes {
  /** A lock whose holder died is free after this, in milliseconds; the living renew it. */
  ttlMs: number;
  /** The longest wait for another process, in milliseconds. */
  waitMs: number;
}

const TABLE = 'galley_locks';
const POLL_MS = 100;

/**
 * Work that one process of the site does at a time, and what it is called in messages. What a process of this machine
 * holds that is gone is free at once where `isLocal`: a server may still be at work on the last change of its schema.
 */
const WORK = {
  migrations: { words: 'migrating', isLocal: false },
  plugins: { words: 'changing plugins', isLocal: true },
} as const;

/**
 * A row with a holder and an expiry, because GET_LOCK and LOCK TABLES do not reach over the nodes of a Galera cluster.
 */
export class StoreLock {
  readonly #database: Database;
  readonly #times: LockTimes;
  readonly #name: keyof typeof WORK;
  readonly #holder = markOfProcess();
  #lost = false;

  constructor(name: keyof typeof WORK, database: Database, times: LockTimes) {
    this.#name = name;
    this.#database = database;
    this.#times = times;
  }

  /**
   * Runs `work` while no other process does the same.
   * @throws GALLEY_MIGRATION_LOCKED when another one holds the lock for too long
   */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    await this.#wait();
    const timer = setInterval(() => void this.#renew(), this.#times.ttlMs / 3);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      await this.#database.write(TABLE).where({ name: this.#name, holder: this.#holder }).update({ until: 0 });
    }
  }

  /** @throws GALLEY_MIGRATION_LOCKED when the lock expired and went to another process, for instance after a long sleep */
  assertHeld(): void {
    if (this.#lost)
      throw new GalleyError(
        'GALLEY_MIGRATION_LOCKED',
        `The lock on ${this.#name} was lost to another process. Run the command again.`,
      );
  }

  async #wait(): Promise<void> {
    await this.#database.dialect.insertIgnore(TABLE, { name: this.#name, holder: '', until: 0 }, ['name']);
    const end = Date.now() + this.#times.waitMs;
    while (!(await this.#claim())) {
      if (Date.now() > end) {
        throw new GalleyError(
          'GALLEY_MIGRATION_LOCKED',
          `Another process has been ${WORK[this.#name].words} for more than ${this.#times.waitMs} ms. Wait for it and try again.`,
        );
      }
      await delay(POLL_MS);
    }
  }

  async #claim(): Promise<boolean> {
    const now = Date.now();
    const mine = { holder: this.#holder, until: now + this.#times.ttlMs };
    const row = this.#database
      .write<{ name: string; holder: string; until: number }>(TABLE)
      .where({ name: this.#name });
    if ((await row.clone().where('until', '<', now).update(mine)) === 1) return true;
    // What is inside of the process has ended with it.
    if (!WORK[this.#name].isLocal && this.#database.dialect.name !== 'sqlite') return false;
    const holder = (await row.clone().first('holder'))?.holder ?? '';
    return isGone(holder) && (await row.clone().where({ holder }).update(mine)) === 1;
  }

  async #renew(): Promise<void> {
    try {
      const renewed = await this.#database
        .write(TABLE)
        .where({ name: this.#name, holder: this.#holder })
        .update({ until: Date.now() + this.#times.ttlMs });
      if (renewed === 0) this.#lost = true;
    } catch {
      // The next tick tries again; when the store is gone for good, the migration itself fails and says so.
    }
  }
}
