import cluster from 'node:cluster';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../lib/errors.ts';
import { relayChange } from '../services/cache-relay.ts';
import type { Config } from '../services/config-types.ts';
import type { Log } from '../services/log.ts';
import { blameFiles } from './blame.ts';
import { CrashLedger } from './crash-ledger.ts';
import { type Crew, Generation, GenerationFailed } from './generation.ts';
import type { Role } from './role.ts';
import { feedWatchdog, notifyService } from './service-notice.ts';
import type { Ended, Ready, WorkerHandle, WorkerLimits } from './worker-handle.ts';

const REFUSED_AGAIN_MS = 2000;
const WEIGH_MS = 5000;
const TRIES = 3;
const MIB = 1024 ** 2;

/** What a supervisor needs. */
export interface SupervisorOptions {
  config: Config;
  log: Log;
  /** The project's folder. */
  root: string;
  /** The file that workers run, and its arguments. */
  program: { exec: string; args: string[] };
  /** Told what the first process says when it serves. */
  onReady(ready: Ready): void;
}

/** The processes that a role needs: so many for pages, and one for jobs and cron. */
function crewOf(role: Role, workers: number): Crew {
  const web: Role[] = role === 'worker' ? [] : Array.from({ length: workers }, () => 'web');
  return role === 'web' ? web : [...web, 'worker'];
}

/**
 * Keeps the processes of a site: replaces those that fall, hang or grow too large, and puts a new generation in place
 * of the old one without losing a request. Runs nothing of the site itself.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #ledger = new CrashLedger();
  readonly #limits: WorkerLimits;
  readonly #crew: Crew;
  readonly #switchOff: Record<string, string> = {};
  #current: Generation | undefined;
  /** All that have processes: the one that serves, one that starts, and those that drain. */
  readonly #generations = new Set<Generation>();
  #count = 0;
  #isRolling = false;
  #isEnding = false;

  constructor(options: SupervisorOptions) {
    const { process: limits, http, content } = options.config;
    this.#options = options;
    this.#crew = crewOf(limits.role, limits.workers);
    const further = ['plugins', 'plugin-versions'].map((folder) => join(content.dir, folder));
    const folders = { own: join(options.root, 'plugins'), further };
    this.#limits = {
      blame: (files) => blameFiles(files, folders),
      startMs: limits.startSeconds * 1000,
      hangMs: limits.hangSeconds * 1000,
      drainMs: (http.shutdownSeconds + 5) * 1000,
    };
  }

  /** Runs until the signal is given. @returns the exit code */
  async run(signal: AbortSignal): Promise<number> {
    const { exec, args } = this.#options.program;
    // Processes accept from one socket: a connection that were handed to one which is killed would hang, unanswered.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({ exec, args });
    cluster.on('message', (worker, message) => {
      relayChange(message, worker, Object.values(cluster.workers ?? {}));
    });
    const ready = await this.#startFirst(signal);
    if (!ready) return signal.aborted ? 0 : 1;
    this.#options.onReady(ready);
    notifyService('READY=1');
    const endings = [feedWatchdog(), this.#obeySignals(), this.#weigh()];
    if (!signal.aborted) await once(signal, 'abort');
    this.#isEnding = true;
    notifyService('STOPPING=1');
    for (const end of endings) end();
    await Promise.all([...this.#generations].map((generation) => generation.drain()));
    return 0;
  }

  /** Puts a new generation in place of the present one. The present one serves on where the new one does not start. */
  async roll(reason: string): Promise<boolean> {
    if (this.#isRolling || this.#isEnding) return false;
    this.#isRolling = true;
    const { log } = this.#options;
    const old = this.#current;
    notifyService('RELOADING=1');
    log.info({ reason }, 'A new generation of processes is started');
    const next = this.#generation(old?.failed);
    try {
      await next.start();
      this.#current = next;
      log.info({ generation: next.number }, 'The new generation serves');
      void old?.drain().then(() => this.#generations.delete(old));
      return true;
    } catch (error) {
      this.#generations.delete(next);
      if (!this.#isEnding) this.#keep(old, error);
      return false;
    } finally {
      this.#isRolling = false;
      notifyService('READY=1');
    }
  }

  /** The old generation serves on, and its plugins are the chosen ones again. */
  #keep(old: Generation | undefined, error: unknown): void {
    const reason = messageOf(error);
    this.#options.log.error({ reason }, 'The new generation did not start; the old one serves on');
    const plugin = error instanceof GenerationFailed ? error.fault?.plugin : undefined;
    const worker = old?.workers.find(({ isReady }) => isReady);
    worker?.tell({ galley: 'restore', reason, ...(plugin === undefined ? {} : { plugin }) });
  }

  #generation(mayFail?: string[]): Generation {
    this.#count++;
    const parts = { crew: this.#crew, limits: this.#limits, switchOff: { ...this.#switchOff }, mayFail };
    const generation = new Generation(this.#count, parts);
    this.#generations.add(generation);
    generation.onFall = (worker, ended) => void this.#replace(generation, worker, ended);
    generation.onOutdated = (reason) => void (generation === this.#current && this.roll(reason));
    return generation;
  }

  /** The very first generation: nothing serves yet, so what keeps it from starting is left out. */
  async #startFirst(signal: AbortSignal): Promise<Ready | undefined> {
    const { log } = this.#options;
    for (let tries = 1; tries <= TRIES && !signal.aborted; tries++) {
      const generation = this.#generation();
      this.#current = generation;
      const abort = (): void => void generation.drain();
      signal.addEventListener('abort', abort, { once: true });
      try {
        return await generation.start();
      } catch (error) {
        this.#generations.delete(generation);
        const reason = messageOf(error);
        if (!(error instanceof GenerationFailed) || error.isRefusal) {
          process.stderr.write(`${reason}\n`);
          return undefined;
        }
        log.error({ reason, tries }, 'The site did not start');
        const { plugin, isRemovable } = error.fault ?? {};
        if (plugin && isRemovable) this.#switchOff[plugin] = `The site did not start with it: ${reason}`;
        else if (tries >= 2) this.#enterSafeMode();
      } finally {
        signal.removeEventListener('abort', abort);
      }
    }
    return undefined;
  }

  async #replace(generation: Generation, worker: WorkerHandle, ended: Ended): Promise<void> {
    const { log } = this.#options;
    const { code, signal, fault, refusal } = ended;
    if (generation !== this.#current && !this.#isRolling) return;
    // Ended in order by somebody with the right to: no fall.
    const verdict =
      refusal === undefined && code !== 0 ? this.#ledger.record(fault) : ({ kind: 'replace', delayMs: 0 } as const);
    log.error({ process: worker.pid, code, signal, fault, refusal }, 'A process ended and is replaced');
    await sleep(refusal === undefined ? (verdict.kind === 'replace' ? verdict.delayMs : 0) : REFUSED_AGAIN_MS);
    if (this.#isEnding || generation.isDraining) return;
    generation.add(worker.role);
    if (verdict.kind === 'switch-off') {
      this.#ledger.clear();
      this.#switchOff[verdict.plugin] = verdict.reason;
      await this.roll(`The plugin "${verdict.plugin}" keeps bringing processes down.`);
    } else if (verdict.kind === 'safe-mode' && this.#enterSafeMode()) {
      await this.roll('Processes keep falling and nobody knows why.');
    }
  }

  /** From now on processes start with the plugins only that come with Galley. Returns false where they do already. */
  #enterSafeMode(): boolean {
    this.#ledger.clear();
    if (process.env['GALLEY_SAFE_MODE'] === '1') return false;
    process.env['GALLEY_SAFE_MODE'] = '1';
    this.#options.log.error('Safe mode: further plugins are left out until the site is started anew');
    return true;
  }

  #obeySignals(): () => void {
    const onSignal = (name: NodeJS.Signals): void => void this.roll(`${name} was received.`);
    for (const name of ['SIGHUP', 'SIGUSR2'] as const) process.on(name, onSignal);
    return () => {
      for (const name of ['SIGHUP', 'SIGUSR2'] as const) process.off(name, onSignal);
    };
  }

  /** Replaces a process that has grown too large, in order: first its successor, then its end. */
  #weigh(): () => void {
    const { memoryMb } = this.#options.config.process;
    if (memoryMb === 0) return () => undefined;
    const leaving = new Set<WorkerHandle>();
    const timer = setInterval(() => {
      const generation = this.#current;
      const heavy = generation?.workers.find(
        (one) => one.isReady && one.rssBytes > memoryMb * MIB && !leaving.has(one),
      );
      if (!generation || !heavy || this.#isRolling) return;
      leaving.add(heavy);
      this.#options.log.warn({ process: heavy.pid, rssMb: Math.round(heavy.rssBytes / MIB) }, 'A process is too large');
      void generation
        .add(heavy.role)
        .ready.then((ready) => (ready ? heavy.drain() : undefined))
        .finally(() => leaving.delete(heavy));
    }, WEIGH_MS).unref();
    return () => clearInterval(timer);
  }
}
