import { createHash } from 'node:crypto';
import type { Site } from '../kernel/site.ts';
import { isGalleyError } from '../lib/errors.ts';

const FREE_FAILURES = 5;
const LONGEST_WAIT_MS = 15 * 60_000;
const FORGET_MS = 24 * 3_600_000;
const TRIES = 5;

interface ThrottleRow {
  bucket: string;
  user_id: number | null;
  failures: number;
  blocked_until: number;
  failed_at: number;
}

/** How long to wait after so many failures: nothing, then 1 s from the fifth on, doubling to 15 minutes. */
export function waitAfter(failures: number): number {
  return failures < FREE_FAILURES ? 0 : Math.min(1000 * 2 ** (failures - FREE_FAILURES), LONGEST_WAIT_MS);
}

/** The network that an address belongs to, as far as one customer of a provider reaches: /24, or /64 with IPv6. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return networkOf(mapped);
  if (!address.includes(':')) return address.split('.').slice(0, 3).join('.');
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(8 - before.length - after.length, 0);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

/** Counts failures by bucket, in the store, so that all nodes count together. */
export class LoginThrottle {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** The name of a bucket; what is stored tells nothing of its parts. */
  bucketOf(...parts: readonly string[]): string {
    return createHash('sha256')
      .update(JSON.stringify([this.#site.id, ...parts]))
      .digest('hex');
  }

  /**
   * Counts a try as failed before it is made, so that tries at the same time count too; `clear` takes it back.
   * @returns milliseconds to wait, 0 when the try may be made
   */
  async reserve(bucket: string, userId: number | null): Promise<number> {
    for (let count = 0; count < TRIES; count += 1) {
      const wait = await this.#tryReserve(bucket, userId, Date.now());
      if (wait !== undefined) return wait;
    }
    return 1000; // So many at once are not one person.
  }

  /** Forgets the failures of a bucket. */
  async clear(bucket: string): Promise<void> {
    await this.#site.database.write('login_throttle').where({ bucket }).delete();
  }

  /** Forgets the failures of a user, from everywhere. */
  async unlock(userId: number): Promise<void> {
    await this.#site.database.write('login_throttle').where({ user_id: userId }).delete();
  }

  /** Deletes what is forgotten anyway. Returns how many. */
  async prune(): Promise<number> {
    return this.#site.database
      .write('login_throttle')
      .where('failed_at', '<', Date.now() - FORGET_MS)
      .delete();
  }

  /** Undefined when somebody else changed the bucket at the same moment. */
  async #tryReserve(bucket: string, userId: number | null, now: number): Promise<number | undefined> {
    const row = await this.#site.database.write<ThrottleRow>('login_throttle').where({ bucket }).first();
    if (!row) return this.#insert({ bucket, user_id: userId, failures: 1, blocked_until: 0, failed_at: now });
    if (row.blocked_until > now) return row.blocked_until - now;
    const failures = row.failed_at < now - FORGET_MS ? 1 : row.failures + 1;
    const changed = await this.#site.database
      .write('login_throttle')
      .where({ bucket, failures: row.failures, failed_at: row.failed_at })
      .update({ failures, blocked_until: now + waitAfter(failures), failed_at: now });
    return changed > 0 ? 0 : undefined;
  }

  async #insert(row: ThrottleRow): Promise<number | undefined> {
    try {
      await this.#site.database.write<ThrottleRow>('login_throttle').insert(row);
      return 0;
    } catch (error) {
      if (isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE')) return undefined;
      throw error;
    }
  }
}
