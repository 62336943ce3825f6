import { setTimeout as sleep } from 'node:timers/promises';
import type { ValidateFunction } from 'ajv';
import type { ActionHook } from '../kernel/hooks.ts';
import { attach, type Module } from '../kernel/module.ts';
import { Registry } from '../kernel/registry.ts';
import type { Owned, Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { createAjv } from '../lib/json-schema.ts';
import { didYouMean } from '../lib/suggest.ts';
import { JobRunner } from './job-runner.ts';
import { type JobChoice, type JobFilter, JobStore, type NewJob } from './job-store.ts';
import {
  JOB_STATES,
  type JobDefinition,
  type JobInfo,
  type JobOptions,
  type JobRequest,
  type JobState,
} from './job-types.ts';

export type { JobDefinition, JobInfo, JobOptions, JobProgress, JobRequest, JobRun, JobState } from './job-types.ts';

interface Shared {
  readonly site: Site;
  readonly definitions: Registry<JobDefinition>;
  /** Compiled when the first job of a kind comes, not with each start. */
  readonly checks: WeakMap<JobDefinition, ValidateFunction>;
  readonly store: JobStore;
  readonly runner: JobRunner;
}

const DATA_MAX = 1_000_000;
const PRIORITY_MAX = 100;
const GROUP_MAX = 1_000;
const COUNT_MAX = 1_001;
const DAY_MS = 86_400_000;
const PAUSED = 'jobs_paused';

/**
 * Work that is done behind the requests: at once, later, in order of priority, again when it failed. Jobs are rows of
 * the store: one that is enqueued in a transaction is there if and only if that commits, and none is lost with a
 * process. Whoever wins one conditional UPDATE runs it.
 *
 * @example
 * site.jobs.define('thumbnails', { summary: 'Makes the smaller copies of a picture.', run: (site, job) => … });
 * const id = await site.jobs.enqueue('thumbnails', { id: 12 }, { unique: '12', priority: 5 });
 * const { result } = await site.jobs.wait(id, 10_000);
 */
export class Jobs implements Owned {
  readonly #shared: Shared;
  readonly #definitions: Registry<JobDefinition>;

  constructor(site: Site, shared?: Shared, owner = 'core') {
    this.#shared = shared ?? newShared(site);
    this.#definitions = this.#shared.definitions.ownedBy(owner);
  }

  ownedBy(owner: string): this {
    return new Jobs(this.#shared.site, this.#shared, owner) as this;
  }

  removeOwner(owner: string): void {
    this.#definitions.removeOwner(owner);
  }

  /** Defines a kind of job. @throws GALLEY_REGISTRY_DUPLICATE */
  define(name: string, definition: JobDefinition): () => void {
    return this.#definitions.define(name, definition);
  }

  /** The kinds of jobs with their owners. */
  definitions(): { name: string; owner: string; value: JobDefinition }[] {
    return this.#definitions.list();
  }

  /**
   * Puts a job into the queue. In a transaction it is there when that commits.
   * @returns its id; with `unique`, perhaps that of one which is there already
   * @throws GALLEY_JOB_UNKNOWN | GALLEY_INPUT_INVALID
   */
  async enqueue(name: string, data?: unknown, options: JobOptions = {}): Promise<number> {
    return this.#add(this.#complete({ ...options, name, data, maxAttempts: 1 }));
  }

  /**
   * Jobs one after the other: each begins when the one before it is done, and finds what that returned in
   * `job.previous`. When one fails, those behind it never begin.
   * @returns the id of the first
   */
  async chain(requests: readonly JobRequest[], userId: number | null = null): Promise<number> {
    const [first, ...rest] = requests;
    if (!first) throw new GalleyError('GALLEY_INPUT_INVALID', 'A chain needs at least one job.');
    for (const request of rest) this.#complete({ ...request, maxAttempts: 1 });
    return this.#add(this.#complete({ userId, ...first, next: rest, maxAttempts: 1 }));
  }

  /**
   * Jobs side by side, at most 1,000, and one at their end, which finds what they returned in `job.previous`.
   * @returns the id of the last
   */
  async group(requests: readonly JobRequest[], end: JobRequest): Promise<number> {
    if (requests.length === 0 || requests.length > GROUP_MAX)
      throw new GalleyError('GALLEY_INPUT_INVALID', `A group has 1 to ${GROUP_MAX} jobs.`);
    const parts = requests.map((request) => this.#complete({ ...request, maxAttempts: 1 }));
    const last = this.#complete({ ...end, state: 'blocked', maxAttempts: 1 });
    return this.#shared.site.database.transaction(async () => {
      const groupId = await this.#add(last);
      for (const part of parts) await this.#add({ ...part, groupId });
      return groupId;
    });
  }

  /** A job, or undefined when it was removed or never was. */
  get(id: number): Promise<JobInfo | undefined> {
    return this.#shared.store.get(id);
  }

  /** Jobs, newest first unless told; `before` or `after` is the id where the page before ended. */
  list(filter: Partial<JobFilter> = {}): Promise<JobInfo[]> {
    return this.#shared.store.list({ ...filter, limit: Math.min(filter.limit ?? 50, 500) });
  }

  /** How many jobs there are of these, counted up to `max`. */
  readonly count = (which: JobChoice, max: number): Promise<number> => this.#shared.store.count(which, max);

  /** How many jobs stand in each state, counted up to 1,001. */
  async counts(): Promise<Record<JobState, number>> {
    const pairs = JOB_STATES.map(async (state) => [state, await this.count({ state }, COUNT_MAX)] as const);
    return Object.fromEntries(await Promise.all(pairs)) as Record<JobState, number>;
  }

  /**
   * Waits until a job has ended.
   * @param timeoutMs at most so long
   * @throws GALLEY_JOB_UNKNOWN | GALLEY_JOB_TIMEOUT
   */
  async wait(id: number, timeoutMs = 60_000): Promise<JobInfo> {
    const until = Date.now() + timeoutMs;
    for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
      const job = await this.get(id);
      if (!job) throw new GalleyError('GALLEY_JOB_UNKNOWN', `There is no job ${id}.`);
      if (job.finishedAt !== null) return job;
      if (Date.now() > until) throw new GalleyError('GALLEY_JOB_TIMEOUT', `The job ${id} has not ended yet.`);
      await sleep(pause);
    }
  }

  /** Cancels a job; one that runs is told to stop. False when it had ended. */
  async cancel(id: number): Promise<boolean> {
    return this.#shared.store.cancel(id);
  }

  /** Lets a job that failed or was cancelled begin anew. False when it is none. */
  async retry(id: number): Promise<boolean> {
    const isAgain = await this.#shared.store.retry(id);
    if (isAgain) this.#shared.runner.wake();
    return isAgain;
  }

  /** Lets a kind of job rest on all nodes, or all with `*`; what runs goes on. @throws GALLEY_JOB_UNKNOWN */
  async pause(name: string): Promise<void> {
    if (name !== '*') this.#need(name);
    await this.#setPaused((names) => [...new Set([...names, name])].sort());
  }

  /** Lets a kind of job that rests go on, or all with `*`. */
  async resume(name: string): Promise<void> {
    await this.#setPaused((names) => (name === '*' ? [] : names.filter((item) => item !== name)));
    this.#shared.runner.wake();
  }

  /** What rests at the moment. */
  paused(): Promise<readonly string[]> {
    return this.#shared.site.options.get<string[]>(PAUSED);
  }

  /** Takes jobs and runs them, until `stop`. Boot calls it where `jobs.enabled` says so. */
  start(): void {
    this.#shared.runner.start();
  }

  /** Takes no more jobs; after `waitMs` milliseconds those that run are given back. */
  stop(waitMs: number): Promise<void> {
    return this.#shared.runner.stop(waitMs);
  }

  /** Runs all that is due, here and now. @returns how many attempts were made */
  work(signal?: AbortSignal): Promise<number> {
    return this.#shared.runner.drain(signal);
  }

  /** Removes ended jobs: those done after `jobs.keepDays`, those failed after four times as long. */
  async tidy(): Promise<number> {
    const { store, site } = this.#shared;
    const age = site.config.jobs.keepDays * DAY_MS;
    let removed = 0;
    for (const [state, ms] of [
      ['done', age],
      ['cancelled', age],
      ['failed', 4 * age],
    ] as const)
      for (let count = -1; count !== 0; removed += count) count = await store.removeEnded(state, Date.now() - ms);
    return removed;
  }

  #need(name: string): JobDefinition {
    const found = this.#definitions.get(name);
    if (found) return found;
    const hint = didYouMean(name, this.#definitions.names());
    throw new GalleyError('GALLEY_JOB_UNKNOWN', `There is no job "${name}".${hint}`);
  }

  #complete(job: NewJob): NewJob {
    return completeJob(this.#shared, this.#need(job.name), job);
  }

  async #add(job: NewJob): Promise<number> {
    const { store, runner, site } = this.#shared;
    const id = await store.add(job);
    await site.database.afterCommit(() => runner.wake());
    return id;
  }

  async #setPaused(change: (names: readonly string[]) => string[]): Promise<void> {
    await this.#shared.site.options.set(PAUSED, change(await this.paused()));
  }
}

/** The job with what its kind says; refused where its data are wrong. */
function completeJob({ checks }: Pick<Shared, 'checks'>, definition: JobDefinition, job: NewJob): NewJob {
  let check = checks.get(definition);
  if (!check && definition.schema) {
    check = createAjv({ strict: false }).compile(definition.schema);
    checks.set(definition, check);
  }
  if (check && !check(job.data ?? null)) {
    const [first] = check.errors ?? [];
    const problem = `${first?.instancePath ?? ''} ${first?.message ?? 'are wrong'}`.trim();
    throw new GalleyError('GALLEY_INPUT_INVALID', `The data of the job "${job.name}" ${problem}.`);
  }
  const { priority = 0 } = job;
  if (!Number.isInteger(priority) || Math.abs(priority) > PRIORITY_MAX)
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `A priority is a whole number from -${PRIORITY_MAX} to ${PRIORITY_MAX}.`,
    );
  if (JSON.stringify(job.data ?? null).length > DATA_MAX)
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `The data of the job "${job.name}" are too long. Pass an id instead.`,
    );
  return { ...job, maxAttempts: job.attempts ?? definition.attempts ?? 5 };
}

function newShared(site: Site): Shared {
  const store = new JobStore(site);
  const definitions = new Registry<JobDefinition>('job');
  const checks = new WeakMap<JobDefinition, ValidateFunction>();
  const runner = new JobRunner({
    site,
    store,
    definitions,
    paused: () => site.options.get<string[]>(PAUSED),
    complete: (job) => completeJob({ checks }, definitions.need(job.name), job),
  });
  return { site, definitions, checks, store, runner };
}

/** Puts the queue on the site; jobs are taken when the site is ready, where `jobs.enabled` says so. */
export const jobsModule: Module = {
  name: 'jobs',
  start(site) {
    const jobs = new Jobs(site);
    attach(site, 'jobs', jobs);
    const schema = { type: 'array', items: { type: 'string', maxLength: 190 }, maxItems: 1000 };
    site.options.define(PAUSED, { default: [], schema, label: 'Kinds of jobs that rest' });
    site.cron.define('jobs-tidy', {
      schedule: '23 4 * * *',
      summary: 'Removes jobs that ended long ago.',
      run: () => jobs.tidy(),
    });
    if (site.config.jobs.enabled) site.hooks.addAction('site:ready', () => jobs.start(), { priority: 1000 });
  },
  stop: (site) => site.jobs.stop(site.config.http.shutdownSeconds * 1000),
};

declare module '../kernel/hooks.ts' {
  interface Hooks {
    'job:finished': ActionHook<[job: { id: number; name: string; result: unknown }]>;
    'job:failed': ActionHook<[job: { id: number; name: string; error: string }]>;
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** Work that is done behind the requests. */
    readonly jobs: Jobs;
  }
}
