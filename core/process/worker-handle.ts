import cluster, { type Worker } from 'node:cluster';
import { randomInt } from 'node:crypto';
import { whereItHangs } from './hang-probe.ts';
import { type Fault, fromWorker, orderVariables, type SupervisorMessage, type WorkerOrder } from './messages.ts';
import type { Role } from './role.ts';

/** How a process ended. */
export interface Ended {
  code: number | null;
  signal: string | null;
  /** What it told before, or what its supervisor saw. */
  fault: Fault | undefined;
  /** Whether it refused to start and said why. */
  refusal: string | undefined;
  /** Whether it was asked to end. */
  isWanted: boolean;
}

/** What a worker says when it serves. */
export interface Ready {
  address: string | undefined;
  lines: string[];
  /** The plugins that could not be set up in it. */
  failed: string[];
}

/** Limits on a process, and what is known of the plugins that run in it. */
export interface WorkerLimits {
  /** Names the plugin that calls in these files, the innermost first, come from. */
  blame(files: readonly string[]): Pick<Fault, 'plugin' | 'isRemovable'>;
  /** How long it may take to start, in milliseconds. */
  startMs: number;
  /** How long it may give no sign of life, in milliseconds. */
  hangMs: number;
  /** How long it may take to end in order, in milliseconds. */
  drainMs: number;
}

/** A process of the site as its supervisor sees it: started, watched, and ended. */
export class WorkerHandle {
  readonly role: Role;
  readonly startedAt = Date.now();
  /** Fulfilled when it serves; undefined when it ended before. */
  readonly ready: Promise<Ready | undefined>;
  readonly ended: Promise<Ended>;
  /** Told when it says that it needs a successor. */
  onOutdated: ((reason: string) => void) | undefined;
  rssBytes = 0;
  readonly #worker: Worker;
  readonly #limits: WorkerLimits;
  #isReady = false;
  #isWanted = false;
  #fault: Fault | undefined;
  #refusal: string | undefined;
  #lastSign = Date.now();
  #isBlamed = false;
  readonly #debugPort = randomInt(20_000, 60_000);

  constructor(order: WorkerOrder, limits: WorkerLimits) {
    this.role = order.role;
    this.#limits = limits;
    // Nothing listens there until it is asked to, when the process hangs.
    cluster.setupPrimary({
      execArgv: ['--inspect-port=0', '--inspect-publish-uid=http'],
      inspectPort: this.#debugPort,
    });
    this.#worker = cluster.fork(orderVariables(order));
    const ready = Promise.withResolvers<Ready | undefined>();
    const ended = Promise.withResolvers<Ended>();
    this.ready = ready.promise;
    this.ended = ended.promise;
    this.#worker.on('message', (message: unknown) => this.#hear(message, ready.resolve));
    this.#worker.on('error', () => undefined); // A message to a process that just ended.
    const watch = setInterval(() => void this.#watch(), 250).unref();
    this.#worker.once('exit', (code, signal) => {
      clearInterval(watch);
      ready.resolve(undefined);
      ended.resolve({ code, signal, fault: this.#fault, refusal: this.#refusal, isWanted: this.#isWanted });
    });
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  get isReady(): boolean {
    return this.#isReady && !this.#isWanted && !this.#worker.isDead();
  }

  /** The end of the channel to it. */
  get channel(): Worker {
    return this.#worker;
  }

  tell(message: SupervisorMessage): void {
    if (this.#worker.isConnected()) this.#worker.send(message);
  }

  /** Lets it finish what is in flight, and end; ends it when that takes too long. */
  async drain(): Promise<void> {
    this.#isWanted = true;
    const late = setTimeout(() => this.kill(), this.#limits.drainMs);
    // One that starts may be migrating: it ends when that is done.
    await this.ready;
    this.tell({ galley: 'drain' });
    await this.ended;
    clearTimeout(late);
  }

  /** Ends it at once. */
  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  #hear(message: unknown, ready: (value: Ready) => void): void {
    const told = fromWorker(message);
    if (!told) return;
    this.#lastSign = Date.now();
    if (told.galley === 'ready') {
      this.#isReady = true;
      ready({ address: told.address, lines: told.lines, failed: told.failed });
    } else if (told.galley === 'beat') this.rssBytes = told.rssBytes;
    else if (told.galley === 'fault') this.#fault = told.fault;
    else if (told.galley === 'refused') this.#refusal = told.message;
    else this.onOutdated?.(told.reason);
  }

  /** A process that starts may be busy for long; one that serves may not be silent. */
  async #watch(): Promise<void> {
    const { startMs, hangMs } = this.#limits;
    const silentMs = Date.now() - this.#lastSign;
    const isLate = !this.#isReady && Date.now() - this.startedAt > startMs;
    const isHung = this.#isReady && !this.#isWanted && silentMs > hangMs;
    if ((!isLate && !isHung) || this.#isBlamed) return;
    this.#isBlamed = true;
    const message = isLate ? `It did not serve within ${startMs} ms.` : `It gave no sign of life for ${silentMs} ms.`;
    const files = this.pid === undefined ? [] : await whereItHangs(this.pid, this.#debugPort);
    this.#fault ??= { message, ...this.#limits.blame(files) };
    this.kill();
  }
}
