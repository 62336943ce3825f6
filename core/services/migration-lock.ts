import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { GalleyError } from '../lib/errors.ts';
import type { Database } from './database.ts';

/** How long the lock is held and waited for. */
export interface LockTimes {
  /** A lock whose holder died is free after this, in milliseconds; the living renew it. */
  ttlMs: number;
  /** The longest wait for another process, in milliseconds. */
  waitMs: number;
}

const TABLE = 'galley_locks';
const NAME = 'migrations';
const POLL_MS = 100;

/**
 * A row with a holder and an expiry, because GET_LOCK and LOCK TABLES do not reach over the nodes of a Galera cluster.
 */
export class MigrationLock {
  readonly #database: Database;
  readonly #times: LockTimes;
  readonly #holder = randomUUID();
  #lost = false;

  constructor(database: Database, times: LockTimes) {
    this.#database = database;
    this.#times = times;
  }

  /**
   * Runs `work` while no other process migrates.
   * @throws GALLEY_MIGRATION_LOCKED when another one holds the lock for too long
   */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    await this.#wait();
    const timer = setInterval(() => void this.#renew(), this.#times.ttlMs / 3);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      await this.#database.write(TABLE).where({ name: NAME, holder: this.#holder }).update({ until: 0 });
    }
  }

  /** @throws GALLEY_MIGRATION_LOCKED when the lock expired and went to another process, for instance after a long sleep */
  assertHeld(): void {
    if (this.#lost)
      throw new GalleyError(
        'GALLEY_MIGRATION_LOCKED',
        'The lock on migrations was lost to another process. Run the command again.',
      );
  }

  async #wait(): Promise<void> {
    await this.#database.dialect.insertIgnore(TABLE, { name: NAME, holder: '', until: 0 }, ['name']);
    const end = Date.now() + this.#times.waitMs;
    while (!(await this.#claim())) {
      if (Date.now() > end) {
        throw new GalleyError(
          'GALLEY_MIGRATION_LOCKED',
          `Another process has been migrating for more than ${this.#times.waitMs} ms. Wait for it and try again.`,
        );
      }
      await delay(POLL_MS);
    }
  }

  async #claim(): Promise<boolean> {
    const now = Date.now();
    const claimed = await this.#database
      .write(TABLE)
      .where('name', NAME)
      .where('until', '<', now)
      .update({ holder: this.#holder, until: now + this.#times.ttlMs });
    return claimed === 1;
  }

  async #renew(): Promise<void> {
    try {
      const renewed = await this.#database
        .write(TABLE)
        .where({ name: NAME, holder: this.#holder })
        .update({ until: Date.now() + this.#times.ttlMs });
      if (renewed === 0) this.#lost = true;
    } catch {
      // The next tick tries again; when the store is gone for good, the migration itself fails and says so.
    }
  }
}
