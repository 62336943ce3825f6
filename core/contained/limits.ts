// Layer: contained. Knows all layers up to admin.

/** What a contained plugin may use up. */
export interface ContainedLimits {
  /** Time of the processor for one handler, in milliseconds. */
  handlerMs: number;
  /** How long the plugin host may show no sign of life while it works, in milliseconds. */
  deadlineMs: number;
  /** How long a hook waits for answers, in milliseconds; what comes later is for the next time. */
  hookWaitMs: number;
  /** How long a route, a screen or a job waits, in milliseconds: they may fetch. */
  waitMs: number;
  heapMb: number;
  /** Characters in, and out, of a handler. */
  maxChars: number;
  /** Capability calls of one run of a handler. */
  maxCalls: number;
  /** Entries that it may save within a minute. */
  maxSaves: number;
  /** Entries of its own making that may be there. */
  maxEntries: number;
  /** Characters of the bundle. */
  maxBundle: number;
  /** Resident memory of a plugin host, in megabytes, above which it is replaced. */
  hostMb: number;
}

/** The limits of a site. */
export const LIMITS: Readonly<ContainedLimits> = {
  handlerMs: 50,
  deadlineMs: 250,
  hookWaitMs: 250,
  waitMs: 15_000,
  heapMb: 16,
  maxChars: 64 * 1024,
  maxCalls: 10,
  maxSaves: 60,
  maxEntries: 10_000,
  maxBundle: 1024 * 1024,
  hostMb: 512,
};

/** So many strikes within the window switch a plugin off. */
export const MAX_STRIKES = 3;
/** In milliseconds. */
export const STRIKE_WINDOW_MS = 10 * 60_000;
