import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from '../kernel/registry.ts';
import { type Site, siteFor } from '../kernel/site.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { claimer } from './cron-runner.ts';
import { type JobRow, payloadOf } from './job-row.ts';
import type { JobOutcome, JobStore, NewJob } from './job-store.ts';
import type { JobDefinition, JobProgress, JobRun } from './job-types.ts';

/** How long a claim lasts unless it is renewed, and how often it is, in milliseconds. */
const LEASE_MS = 30_000;
const BEAT_MS = 5_000;
const SWEEP_MS = 10_000;
const PROGRESS_MS = 500;
const GRACE_MS = 5_000;
const ERROR_LENGTH = 2_000;
const BACKOFF_MAX_MS = 3_600_000;
const TIMEOUT_MS = 600_000;
const BLOCKED_AT_ONCE = 100;

/** What the runner has from its queue. */
export interface RunnerParts {
  site: Site;
  store: JobStore;
  definitions: Registry<JobDefinition>;
  /** Names that rest at the moment; `*` stands for all. */
  paused(): Promise<readonly string[]>;
  /** Completes a job that follows another one. */
  complete(job: NewJob): NewJob;
}

interface Attempt {
  row: JobRow;
  by: string;
  controller: AbortController;
  /** Why the signal was aborted. */
  reason: 'cancelled' | 'timeout' | 'stopping' | undefined;
  progress: JobProgress | undefined;
  written: number;
}

/** Takes jobs from the store and runs them: a few at a time, each with a lease, a time limit and an owner. */
export class JobRunner {
  readonly #parts: RunnerParts;
  readonly #active = new Map<number, { name: string; attempt: Attempt; ended: Promise<void> }>();
  #loop: Promise<void> | undefined;
  #stopping = new AbortController();
  #wake = new AbortController();
  #swept = 0;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** Begins to take jobs. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Looks for jobs at once instead of at the next tick. */
  wake(): void {
    this.#wake.abort();
  }

  /** Takes no more jobs, waits for those that run, and after `waitMs` gives them back to be run elsewhere. */
  async stop(waitMs: number): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#loop;
    const ended = Promise.all([...this.#active.values()].map((item) => item.ended));
    await Promise.race([ended, sleep(waitMs, undefined, { ref: false })]);
    for (const { attempt } of this.#active.values()) abort(attempt, 'stopping');
    await Promise.race([ended, sleep(GRACE_MS, undefined, { ref: false })]);
  }

  /**
   * Runs what is due until nothing is, and waits for it. Where the signal stops it, those that run are told to stop and
   * wait again, as they do where a process stops.
   * @returns how many attempts ended
   */
  async drain(signal?: AbortSignal): Promise<number> {
    let attempts = 0;
    const stop = (): void => {
      for (const { attempt } of this.#active.values()) abort(attempt, 'stopping');
    };
    signal?.addEventListener('abort', stop);
    try {
      while (!signal?.aborted) {
        await this.#sweep(true);
        attempts += await this.#take();
        if (this.#active.size === 0) return attempts;
        await Promise.race([...this.#active.values()].map((item) => item.ended));
      }
      // One that began in the same moment has not heard of it.
      stop();
      attempts -= this.#active.size;
      await Promise.all([...this.#active.values()].map((item) => item.ended));
      return attempts;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async #run(): Promise<void> {
    const { site } = this.#parts;
    while (!this.#stopping.signal.aborted) {
      this.#wake = new AbortController();
      try {
        await this.#sweep(false);
        await this.#take();
      } catch (error) {
        site.log.error({ err: error }, 'Jobs could not be taken from the queue');
      }
      const either = AbortSignal.any([this.#wake.signal, this.#stopping.signal]);
      await sleep(site.config.jobs.pollMs, undefined, { signal: either }).catch(() => undefined);
    }
  }

  /** What time moves: delayed jobs, jobs of workers that died, groups whose last part ended while a process died. */
  async #sweep(isForced: boolean): Promise<void> {
    const { store } = this.#parts;
    const now = Date.now();
    await store.wake();
    if (!isForced && now - this.#swept < SWEEP_MS) return;
    this.#swept = now;
    for (const row of await store.takeBack(new Set(this.#active.keys()))) await this.#tell(row, row.error ?? '');
    for (const id of await store.blocked(BLOCKED_AT_ONCE)) await store.release(id);
  }

  /** Starts as many jobs as there is room for. */
  async #take(): Promise<number> {
    const { definitions, store, site } = this.#parts;
    const paused = new Set(await this.#parts.paused());
    if (paused.has('*')) return 0;
    const counts = new Map<string, number>();
    for (const { name } of this.#active.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
    const room = (name: string): number => (definitions.get(name)?.concurrency ?? 1) - (counts.get(name) ?? 0);
    const names = definitions.list().flatMap(({ name }) => (paused.has(name) || room(name) <= 0 ? [] : [name]));
    let free = site.config.jobs.concurrency - this.#active.size;
    if (names.length === 0 || free <= 0) return 0;
    let started = 0;
    for (const { id, name } of await store.candidates(names, free * 4)) {
      if (free <= 0 || this.#stopping.signal.aborted) break;
      if (room(name) <= 0) continue;
      const by = claimer();
      const row = await store.claim(Number(id), by, LEASE_MS);
      if (!row) continue;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      free--;
      started++;
      this.#begin({ ...row, id: Number(row.id) }, by);
    }
    return started;
  }

  #begin(row: JobRow, by: string): void {
    const attempt: Attempt = {
      row,
      by,
      controller: new AbortController(),
      reason: undefined,
      progress: undefined,
      written: 0,
    };
    const ended = this.#attempt(attempt)
      .catch((error: unknown) => {
        this.#parts.site.log.error({ err: error, job: row.name, id: row.id }, 'The end of a job could not be recorded');
      })
      .finally(() => {
        this.#active.delete(row.id);
        this.wake();
      });
    this.#active.set(row.id, { name: row.name, attempt, ended });
  }

  async #attempt(attempt: Attempt): Promise<void> {
    const { store, complete } = this.#parts;
    const { row, by } = attempt;
    const beat = setInterval(() => void this.#renew(attempt), BEAT_MS);
    let outcome: JobOutcome;
    try {
      outcome = await this.#outcome(attempt);
    } finally {
      clearInterval(beat);
    }
    if (attempt.progress) await store.renew(row.id, by, LEASE_MS, attempt.progress);
    const isOurs = await store.finish(row, by, outcome, complete);
    if (row.group_id !== null) await store.release(Number(row.group_id));
    if (isOurs && outcome.state === 'failed') await this.#tell(row, outcome.error ?? '');
    if (isOurs && outcome.state === 'done')
      await this.#parts.site.hooks.doAction('job:finished', { id: row.id, name: row.name, result: outcome.result });
  }

  async #outcome(attempt: Attempt): Promise<JobOutcome> {
    const { row } = attempt;
    try {
      const result = await this.#perform(attempt);
      if (attempt.reason === 'cancelled') return { state: 'cancelled', isCounted: true };
      return { state: 'done', result, isCounted: true };
    } catch (error) {
      if (attempt.reason === 'stopping') return { state: 'waiting', isCounted: false };
      if (attempt.reason === 'cancelled') return { state: 'cancelled', isCounted: true };
      const text = this.#parts.site.log.secrets.clean(messageOf(error)).slice(0, ERROR_LENGTH);
      const isFinal = error instanceof GalleyError && error.status < 500;
      if (isFinal || row.attempts + 1 >= row.max_attempts) return { state: 'failed', error: text, isCounted: true };
      return { state: 'delayed', error: text, delayMs: this.#pause(row), isCounted: true };
    }
  }

  /** Twice as long after each attempt, and between half and all of that, so that jobs which failed together part. */
  #pause({ name, attempts }: JobRow): number {
    const base = this.#parts.definitions.get(name)?.backoffMs ?? 2_000;
    const longest = Math.min(base * 2 ** attempts, BACKOFF_MAX_MS);
    return Math.round(longest / 2) + randomInt(Math.max(1, Math.round(longest / 2)));
  }

  async #perform(attempt: Attempt): Promise<unknown> {
    const { definitions, site } = this.#parts;
    const { row, controller } = attempt;
    const definition = definitions.need(row.name);
    const owner = definitions.ownerOf(row.name) ?? 'core';
    const own = owner === 'core' ? site : siteFor(site, owner);
    const timer = setTimeout(() => abort(attempt, 'timeout'), definition.timeoutMs ?? TIMEOUT_MS);
    const { data, previous } = payloadOf(row);
    const job: JobRun = {
      id: row.id,
      data,
      previous,
      attempt: row.attempts + 1,
      userId: row.user_id === null ? null : Number(row.user_id),
      signal: controller.signal,
      progress: (done, total = 0, text = '') => this.#note(attempt, { done, total, text }),
    };
    const givenUp = Promise.withResolvers<never>();
    const giveUp = (): void => {
      setTimeout(() => givenUp.reject(reasonOf(attempt)), GRACE_MS).unref();
    };
    controller.signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([
        own.hooks.runAs(owner, `job ${row.name}`, async () => definition.run(own, job)),
        givenUp.promise,
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Progress is written when it is new for half a second, or with the next beat. */
  #note(attempt: Attempt, progress: JobProgress): void {
    attempt.progress = { ...progress, text: progress.text.slice(0, 500) };
    if (Date.now() - attempt.written < PROGRESS_MS) return;
    attempt.written = Date.now();
    void this.#renew(attempt);
  }

  async #renew(attempt: Attempt): Promise<void> {
    const { row, by, progress } = attempt;
    try {
      const isHeld = await this.#parts.store.renew(row.id, by, LEASE_MS, progress);
      if (!isHeld) abort(attempt, 'cancelled');
    } catch (error) {
      this.#parts.site.log.warn({ err: error, job: row.name, id: row.id }, 'The lease of a job could not be renewed');
    }
  }

  /** Says that a job has failed for good: in the log, to its plugin and to whoever listens. */
  async #tell({ id, name }: JobRow, error: string): Promise<void> {
    const { site, definitions } = this.#parts;
    const owner = definitions.ownerOf(name) ?? 'core';
    site.log.ownedBy(owner).error({ job: name, id, problem: error }, 'A job failed');
    (site.plugins as Site['plugins'] | undefined)?.fault(owner, `job ${name}`, error);
    await site.hooks.doAction('job:failed', { id, name, error });
  }
}

function abort(attempt: Attempt, reason: Attempt['reason']): void {
  if (attempt.reason) return;
  attempt.reason = reason;
  attempt.controller.abort(reasonOf(attempt));
}

function reasonOf({ reason, row }: Attempt): Error {
  if (reason === 'timeout') return new Error(`The job "${row.name}" took too long.`);
  return new Error(reason === 'stopping' ? 'The process stops.' : 'The job was cancelled.');
}
