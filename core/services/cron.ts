import type { ScheduledTask } from 'node-cron';
import type { ActionHook } from '../kernel/hooks.ts';
import { attach, type Module } from '../kernel/module.ts';
import { Registry } from '../kernel/registry.ts';
import type { Owned, Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { CronRunner, claimer, LEASE_MS, nodeName } from './cron-runner.ts';
import { checkSchedule, makeTask, nextDue, type ScheduleLog } from './cron-schedule.ts';
import { type CronRow, type CronRun, CronStore } from './cron-store.ts';

export type { CronRun, CronStatus } from './cron-store.ts';

/** A job that runs by the clock, once for the whole site however many processes it has. */
export interface CronJob {
  /** Cron expression: `* /5 * * * *` without the blank is every five minutes; six fields have seconds first. */
  schedule: string;
  /** What it does, in a sentence. */
  summary: string;
  /** The work. Stop early when `signal` is aborted. `site` is bound to the owner of the job. */
  run(site: Site, signal: AbortSignal): unknown;
  /** IANA name of the zone that the schedule means; the zone of the process where it is not given. */
  timeZone?: string;
  /** Whether a run that was missed, because nothing was running, is made up for at the next start; default true. */
  catchUp?: boolean;
}

/** A job as lists show it. */
export interface CronInfo {
  name: string;
  owner: string;
  schedule: string;
  summary: string;
  isRunning: boolean;
  /** Epoch milliseconds. */
  nextDue: number;
  lastRun: number | null;
  lastStatus: string | null;
  lastError: string | null;
  lastMs: number | null;
}

interface Shared {
  readonly site: Site;
  readonly jobs: Registry<CronJob>;
  readonly store: CronStore;
  readonly tasks: Map<string, ScheduledTask>;
  readonly runner: CronRunner;
  isStarted: boolean;
}

const MISSED_AFTER_MS = 60_000;

/**
 * Scheduled jobs. Every process ticks; who wins one conditional UPDATE runs the job, so it runs once. A run holds a
 * lease that it renews; when its process dies, the lease ends and the next tick goes to another.
 *
 * @example
 * site.cron.define('publish-scheduled', {
 *   schedule: '* * * * *', summary: 'Publishes entries whose time has come.', run: (site) => publishDue(site) });
 */
export class Cron implements Owned {
  readonly #shared: Shared;
  readonly #jobs: Registry<CronJob>;

  constructor(site: Site, shared?: Shared, owner = 'core') {
    this.#shared = shared ?? newShared(site);
    this.#jobs = this.#shared.jobs.ownedBy(owner);
  }

  ownedBy(owner: string): this {
    return new Cron(this.#shared.site, this.#shared, owner) as this;
  }

  removeOwner(owner: string): void {
    this.#jobs.removeOwner(owner);
  }

  /**
   * Defines a job.
   * @throws GALLEY_REGISTRY_DUPLICATE; GALLEY_CONFIG_INVALID for a wrong schedule
   */
  define(name: string, job: CronJob): () => void {
    checkSchedule(name, job.schedule);
    return this.#jobs.define(name, job);
  }

  /** Starts ticking, and makes up for runs that were missed. Boot calls it once the site is ready. */
  async start(): Promise<void> {
    if (this.#shared.isStarted) return;
    this.#shared.isStarted = true;
    for (const { name, value: job } of this.#jobs.list()) await this.#schedule(name, job);
  }

  /** Stops ticking and waits for running jobs; after `waitMs` milliseconds they are told to stop. */
  async stop(waitMs: number): Promise<void> {
    const { tasks, runner } = this.#shared;
    for (const task of tasks.values()) await task.destroy();
    tasks.clear();
    await runner.stop(waitMs);
  }

  /**
   * Runs a job now, whether it is due or not, and waits for it.
   * @param signal tells it to stop
   * @throws GALLEY_CRON_UNKNOWN, or GALLEY_CRON_BUSY when it is running already
   */
  async run(name: string, signal?: AbortSignal): Promise<CronRun> {
    const job = this.#need(name);
    const { store } = this.#shared;
    await store.ensure(name, job.schedule, () => nextDue(job.schedule, job.timeZone));
    const by = claimer();
    const now = Date.now();
    if (await store.claimNow({ name, now, until: now + LEASE_MS, by })) return this.#execute(name, job, by, signal);
    throw new GalleyError('GALLEY_CRON_BUSY', `The job "${name}" is running already. Wait for it to end.`);
  }

  /** All jobs with their owners, as they were defined. */
  definitions(): { name: string; owner: string; value: CronJob }[] {
    return this.#jobs.list();
  }

  /** All jobs with when they ran and when they are due. */
  async list(): Promise<CronInfo[]> {
    const rows = await this.#shared.store.rows();
    return this.#jobs.list().map(({ name, value: job, owner }) => infoOf(name, job, owner, rows.get(name)));
  }

  /** The last runs of a job, newest first. @throws GALLEY_CRON_UNKNOWN */
  async history(name: string, limit = 50): Promise<CronRun[]> {
    this.#need(name);
    return this.#shared.store.history(name, limit);
  }

  #need(name: string): CronJob {
    const job = this.#jobs.get(name);
    if (job) return job;
    const hint = didYouMean(name, this.#jobs.names());
    throw new GalleyError('GALLEY_CRON_UNKNOWN', `There is no scheduled job "${name}".${hint}`);
  }

  async #schedule(name: string, job: CronJob): Promise<void> {
    const { site, store, tasks } = this.#shared;
    const row = await store.ensure(name, job.schedule, () => nextDue(job.schedule, job.timeZone));
    const tick = (): Promise<void> => this.#shared.runner.watch(this.#tick(name, job));
    const task = makeTask({ name, schedule: job.schedule, timeZone: job.timeZone, log: scheduleLog(site), tick });
    tasks.set(name, task);
    await task.start();
    if (row && row.next_due < Date.now() - MISSED_AFTER_MS) await this.#catchUp(name, job, row);
  }

  /** Somebody else may be at it as well: the same UPDATE decides who makes up for the missed run. */
  async #catchUp(name: string, job: CronJob, row: CronRow): Promise<void> {
    const { site, store } = this.#shared;
    site.log.warn({ job: name, due: new Date(row.next_due).toISOString() }, 'A scheduled run was missed');
    if (job.catchUp !== false) {
      void this.#shared.runner.watch(this.#tick(name, job));
      return;
    }
    const by = claimer();
    const now = Date.now();
    const next = nextDue(job.schedule, job.timeZone);
    if (!(await store.claimDue({ name, now, until: now + LEASE_MS, by, nextDue: next }))) return;
    const missed = { name, startedAt: row.next_due, ms: 0, status: 'missed' as const, error: null, node: nodeName() };
    await store.finish(missed, by, site.config.cron.keepRuns);
  }

  async #tick(name: string, job: CronJob): Promise<void> {
    const { site, store } = this.#shared;
    try {
      const by = claimer();
      // The tick comes within a second of its time, which another node's clock may already have passed. Whoever has it
      // has all that is due until then: a tick that comes early, or late, would find the same time due once more.
      const now = Date.now() + 500;
      const next = nextDue(job.schedule, job.timeZone, now);
      const isOurs = await store.claimDue({ name, now, until: now + LEASE_MS, by, nextDue: next });
      if (isOurs) await this.#execute(name, job, by);
    } catch (error) {
      site.log.error({ err: error, job: name }, 'A scheduled job could not be claimed');
    }
  }

  #execute(name: string, job: CronJob, by: string, signal?: AbortSignal): Promise<CronRun> {
    return this.#shared.runner.run({ name, job, by, owner: this.#jobs.ownerOf(name) ?? 'core' }, signal);
  }
}

function newShared(site: Site): Shared {
  const store = new CronStore(site);
  const jobs = new Registry<CronJob>('scheduled job');
  return { site, jobs, store, tasks: new Map(), runner: new CronRunner(site, store), isStarted: false };
}

function scheduleLog(site: Site): ScheduleLog {
  const say = (message: string | Error, error?: Error): [object, string] => [{ err: error ?? message }, 'node-cron'];
  return {
    info: (message) => site.log.debug({ message }, 'node-cron'),
    warn: (message) => site.log.warn({ message }, 'node-cron'),
    error: (message, error) => site.log.error(...say(message, error)),
    debug: (message, error) => site.log.debug(...say(message, error)),
  };
}

function infoOf(name: string, job: CronJob, owner: string, row: CronRow | undefined): CronInfo {
  return {
    name,
    owner,
    schedule: job.schedule,
    summary: job.summary,
    isRunning: (row?.claimed_until ?? 0) > Date.now(),
    nextDue: row?.next_due ?? nextDue(job.schedule, job.timeZone),
    lastRun: row?.last_run ?? null,
    lastStatus: row?.last_status ?? null,
    lastError: row?.last_error ?? null,
    lastMs: row?.last_ms ?? null,
  };
}

/** Puts the jobs on the site; they start to tick when the site is ready, where `cron.enabled` says so. */
export const cronModule: Module = {
  name: 'cron',
  start(site) {
    const cron = new Cron(site);
    attach(site, 'cron', cron);
    if (site.config.cron.enabled) site.hooks.addAction('site:ready', () => cron.start(), { priority: 1000 });
  },
  stop: (site) => site.cron.stop(site.config.http.shutdownSeconds * 1000),
};

declare module '../kernel/hooks.ts' {
  interface Hooks {
    'cron:finished': ActionHook<[run: CronRun]>;
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** Scheduled jobs. */
    readonly cron: Cron;
  }
}
