import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Site, siteFor } from '../kernel/site.ts';
import { messageOf } from '../lib/errors.ts';
import type { CronRun, CronStore } from './cron-store.ts';

/** How long a claim lasts unless it is renewed, in milliseconds. */
export const LEASE_MS = 60_000;
const ERROR_LENGTH = 2000;
const ABORT_MS = 1000;

/** A claimed job that is to run. */
export interface CronTask {
  name: string;
  job: { run(site: Site, signal: AbortSignal): unknown };
  owner: string;
  /** Who claimed it, as the row says. */
  by: string;
}

/** Host and process, for the history. */
export function nodeName(): string {
  return `${hostname()
    .replace(/[^\x21-\x7e]/g, '')
    .slice(0, 32)}:${process.pid}`;
}

/** A name for one claim, so that only its holder can renew it or give it back. */
export function claimer(): string {
  return `${nodeName()}:${randomBytes(8).toString('hex')}`;
}

/** Runs claimed jobs: under their owner, with a lease that is renewed, and remembers how each went. */
export class CronRunner {
  readonly #site: Site;
  readonly #store: CronStore;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #controllers = new Set<AbortController>();

  constructor(site: Site, store: CronStore) {
    this.#site = site;
    this.#store = store;
  }

  /** Waits for what runs; after `waitMs` milliseconds tells it to stop, and leaves it a second later. */
  async stop(waitMs: number): Promise<void> {
    const all = Promise.allSettled(this.#pending);
    const timer = new AbortController();
    await Promise.race([all, sleep(waitMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
    for (const controller of this.#controllers) controller.abort(new Error('The process stops.'));
    await Promise.race([all, sleep(ABORT_MS, undefined, { ref: false })]);
  }

  /** Lets `stop` wait for `work`. */
  watch<T>(work: Promise<T>): Promise<T> {
    this.#pending.add(work);
    const forget = (): boolean => this.#pending.delete(work);
    work.then(forget, forget);
    return work;
  }

  /** Runs a claimed job to its end. Errors of the job are remembered and logged, not thrown. */
  run(task: CronTask, signal?: AbortSignal): Promise<CronRun> {
    return this.watch(this.#perform(task, signal));
  }

  async #perform(task: CronTask, stop?: AbortSignal): Promise<CronRun> {
    const controller = new AbortController();
    this.#controllers.add(controller);
    const signal = stop ? AbortSignal.any([controller.signal, stop]) : controller.signal;
    const renewal = setInterval(() => void this.#renew(task, controller), LEASE_MS / 3);
    const startedAt = Date.now();
    try {
      const outcome = await this.#outcome(task, signal);
      const run: CronRun = { name: task.name, startedAt, ms: Date.now() - startedAt, node: nodeName(), ...outcome };
      await this.#store.finish(run, task.by, this.#site.config.cron.keepRuns);
      await this.#site.hooks.doAction('cron:finished', run);
      return run;
    } finally {
      clearInterval(renewal);
      this.#controllers.delete(controller);
    }
  }

  async #outcome({ name, job, owner }: CronTask, signal: AbortSignal): Promise<Pick<CronRun, 'status' | 'error'>> {
    const site = owner === 'core' ? this.#site : siteFor(this.#site, owner);
    try {
      await site.hooks.runAs(owner, 'cron', async () => job.run(site, signal));
      return { status: signal.aborted ? 'aborted' : 'ok', error: null };
    } catch (error) {
      this.#report(name, owner, error);
      const text = this.#site.log.secrets.clean(messageOf(error)).slice(0, ERROR_LENGTH);
      return { status: signal.aborted ? 'aborted' : 'failed', error: text };
    }
  }

  #report(name: string, owner: string, error: unknown): void {
    this.#site.log.ownedBy(owner).error({ err: error, job: name }, 'A scheduled job failed');
    (this.#site.plugins as Site['plugins'] | undefined)?.fault(owner, `cron ${name}`, error);
  }

  /** Keeps the lease; without it another process may start the same job, so this run must end. */
  async #renew({ name, by }: CronTask, controller: AbortController): Promise<void> {
    try {
      const isHeld = await this.#store.renew(name, by, Date.now() + LEASE_MS);
      if (!isHeld) controller.abort(new Error('Another process has taken the job over.'));
    } catch (error) {
      this.#site.log.warn({ err: error, job: name }, 'The lease of a scheduled job could not be renewed');
    }
  }
}
