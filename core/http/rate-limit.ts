import { GalleyError } from '../lib/errors.ts';
import { recentlyUsed } from '../lib/lru.ts';
import type { Awaitable, SharedBackend } from '../services/cache-backend.ts';

/** How much is allowed: `max` at once, refilled evenly over `seconds`. */
export interface RateRule {
  max: number;
  seconds: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const MAX_BUCKETS = 50_000;

/**
 * Token buckets in the memory of this process, the oldest forgotten first, and in Redis where there is one, so that all
 * processes together allow no more than the rule says. Without Redis each goes by its own.
 */
export class RateLimits {
  readonly #buckets = recentlyUsed<Bucket>(MAX_BUCKETS);
  readonly #now: () => number;
  readonly #shared: () => Pick<SharedBackend, 'isUp' | 'takeToken'> | undefined;

  /** @param shared where processes count together */
  constructor(
    now: () => number = Date.now,
    shared: () => Pick<SharedBackend, 'isUp' | 'takeToken'> | undefined = () => undefined,
  ) {
    this.#now = now;
    this.#shared = shared;
  }

  /** Takes one token. Returns 0 when there was one, else the seconds until there is. */
  take(key: string, rule: RateRule): Awaitable<number> {
    const own = this.#takeOwn(key, rule);
    const shared = this.#shared();
    // What one process alone has had too much of, all together have.
    return own > 0 || !shared?.isUp ? own : shared.takeToken(key, rule.max, rule.seconds).then((wait) => wait ?? own);
  }

  /** As take. @throws GALLEY_RATE_LIMITED with `details.retryAfter` in seconds */
  need(key: string, rule: RateRule): Awaitable<void> {
    const wait = this.take(key, rule);
    return typeof wait === 'number' ? assertFree(wait) : wait.then(assertFree);
  }

  #takeOwn(key: string, { max, seconds }: RateRule): number {
    const now = this.#now();
    const perMs = max / (seconds * 1000);
    const bucket = this.#buckets.get(key) ?? { tokens: max, at: now };
    const tokens = Math.min(max, bucket.tokens + Math.max(0, now - bucket.at) * perMs);
    const isFree = tokens >= 1;
    this.#buckets.set(key, { tokens: isFree ? tokens - 1 : tokens, at: now });
    return isFree ? 0 : (1 - tokens) / perMs / 1000;
  }
}

function assertFree(wait: number): void {
  if (wait === 0) return;
  const retryAfter = Math.ceil(wait);
  throw new GalleyError('GALLEY_RATE_LIMITED', `That was too often. Please wait ${retryAfter} s.`, {
    details: { retryAfter },
  });
}
