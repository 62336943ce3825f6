import type { Site } from '../kernel/site.ts';

/**
 * Where a job stands. `delayed`: its time has not come; `blocked`: it waits for the parts of its group; `failed`: all
 * attempts were in vain, and it is kept so that somebody can look and try again.
 */
export type JobState = 'delayed' | 'waiting' | 'blocked' | 'active' | 'done' | 'failed' | 'cancelled';

export const JOB_STATES: readonly JobState[] = [
  'active',
  'waiting',
  'delayed',
  'blocked',
  'failed',
  'done',
  'cancelled',
];

/** How far a job is. */
export interface JobProgress {
  done: number;
  /** 0 where nobody knows yet. */
  total: number;
  text: string;
}

/** One attempt to do a job, as the work sees it. */
export interface JobRun {
  readonly id: number;
  readonly data: unknown;
  /** From 1. */
  readonly attempt: number;
  /** Whoever enqueued it, null for the system. */
  readonly userId: number | null;
  /** Aborted when the job is cancelled, takes too long, or the process stops: end soon, half-done work undone. */
  readonly signal: AbortSignal;
  /** What the job before it in a chain returned, or, for the end of a group, what its parts returned, in order. */
  readonly previous: unknown;
  /** Tells how far it is; cheap to call often. */
  progress(done: number, total?: number, text?: string): void;
}

/** A kind of job. */
export interface JobDefinition {
  /** What it does, in a sentence. */
  summary: string;
  /** JSON schema of its data, checked when it is enqueued. */
  schema?: Record<string, unknown>;
  /**
   * The work. What it returns is kept as its result (JSON, at most 64 KB). It may run twice when a process dies in the
   * middle: make it repeatable. `site` is bound to the owner of the definition.
   */
  run(site: Site, job: JobRun): unknown;
  /** Attempts in all; default 5. An error that says the input is wrong (a GalleyError below 500) is not tried again. */
  attempts?: number;
  /** Milliseconds until the second attempt; doubled each time, with chance, up to an hour. Default 2,000. */
  backoffMs?: number;
  /** Milliseconds after which the signal is aborted, and 5 s later the attempt is given up. Default 10 minutes. */
  timeoutMs?: number;
  /** How many of its kind one process runs at the same time; default 1. */
  concurrency?: number;
}

/** How a job is enqueued. */
export interface JobOptions {
  /** Milliseconds until it may run. */
  delayMs?: number;
  /** When it may run, ms since the epoch. */
  at?: number;
  /** Higher ones run first; 0 unless given, from -100 to 100. */
  priority?: number;
  /** While a job of this name with this key is not finished, no other is made: the id of that one is returned. */
  unique?: string;
  attempts?: number;
  /** Whoever asked for it. */
  userId?: number | null;
}

/** A job to be enqueued. */
export interface JobRequest extends JobOptions {
  name: string;
  data?: unknown;
}

/** A job as lists show it. Times are ms since the epoch. */
export interface JobInfo {
  id: number;
  name: string;
  state: JobState;
  data: unknown;
  priority: number;
  runAt: number;
  attempts: number;
  maxAttempts: number;
  progress: JobProgress | null;
  result: unknown;
  error: string | null;
  userId: number | null;
  /** Host and process that have it. */
  node: string;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
}

/** Which jobs are meant. */
export interface JobChoice {
  id?: number;
  state?: JobState;
  name?: string;
  /** One of these kinds. */
  names?: readonly string[];
}

/** What of the list is wanted. */
export interface JobFilter extends JobChoice {
  /** Only jobs with lower ids. */
  before?: number;
  /** Only jobs with higher ids. */
  after?: number;
  oldestFirst?: boolean;
  limit: number;
}
