import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** How often and how long something is tried again. */
export interface RetryOptions {
  /** Whether this error is worth another try. */
  isRetryable: (error: unknown) => boolean;
  /** Further tries after the first; default 5. */
  retries?: number;
  /** The first pause, in milliseconds; doubles each time, with jitter; default 10. */
  pauseMs?: number;
  /** No pause is longer, but for its jitter, in milliseconds; no bound by default. */
  maxPauseMs?: number;
  /** No further try starts later than this after the first, in milliseconds; default 20,000. */
  deadlineMs?: number;
}

/** Runs `work` again while it fails with an error that may pass. Pauses grow and are jittered, so rivals part ways. */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const {
    isRetryable,
    retries = 5,
    pauseMs = 10,
    maxPauseMs = Number.POSITIVE_INFINITY,
    deadlineMs = 20_000,
  } = options;
  const end = performance.now() + deadlineMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= retries || performance.now() > end || !isRetryable(error)) throw error;
      await delay(Math.min(pauseMs * 2 ** attempt, maxPauseMs) * (0.5 + randomInt(1000) / 1000));
    }
  }
}

/**
 * How often a statement or transaction is run again that others were in the way of: rivals need milliseconds, another
 * node takes over within a second or two.
 */
export const STORE_RETRIES = { retries: 16, maxPauseMs: 160 };
