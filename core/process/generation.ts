import { GalleyError } from '../lib/errors.ts';
import type { Fault, WorkerOrder } from './messages.ts';
import type { Role } from './role.ts';
import { type Ended, type Ready, WorkerHandle, type WorkerLimits } from './worker-handle.ts';

/** How many processes of which role a generation has. */
export type Crew = readonly Role[];

/** A start that did not succeed. */
export class GenerationFailed extends Error {
  readonly fault: Fault | undefined;
  /** Whether a process said in order why it cannot start. */
  readonly isRefusal: boolean;

  constructor({ fault, refusal, code, signal }: Ended) {
    super(refusal ?? fault?.message ?? `A process ended with ${signal ?? code} while it started.`);
    this.fault = fault;
    this.isRefusal = refusal !== undefined;
  }
}

/** The processes that were started with one set of plugins. They start together, serve, and drain together. */
export class Generation {
  readonly number: number;
  readonly #crew: Crew;
  readonly #limits: WorkerLimits;
  readonly #workers = new Set<WorkerHandle>();
  readonly #switchOff: Record<string, string>;
  readonly #mayFail: string[] | undefined;
  readonly #failed = new Set<string>();
  #isStarting = true;
  /** Told when a process of it ended that nobody asked to. */
  onFall: ((worker: WorkerHandle, ended: Ended) => void) | undefined;
  /** Told when a process of it needs a successor. */
  onOutdated: ((reason: string) => void) | undefined;
  #isDraining = false;

  /** @param options.mayFail plugins that may fail while it starts; any where none is given, because nothing serves yet */
  constructor(
    number: number,
    options: { crew: Crew; limits: WorkerLimits; switchOff: Record<string, string>; mayFail?: string[] | undefined },
  ) {
    this.number = number;
    this.#crew = options.crew;
    this.#limits = options.limits;
    this.#switchOff = options.switchOff;
    this.#mayFail = options.mayFail;
  }

  /** The processes that live. */
  get workers(): WorkerHandle[] {
    return [...this.#workers];
  }

  /** The plugins that could not be set up in one of its processes. */
  get failed(): string[] {
    return [...this.#failed];
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /**
   * Starts all its processes: the first alone, because it migrates, then the others at once.
   * @returns what the first said when it served
   * @throws GenerationFailed, with no process left
   */
  async start(): Promise<Ready> {
    const [first = 'all', ...others] = this.#crew;
    try {
      const ready = await this.#need(this.add(first, true));
      await Promise.all(others.map((role) => this.#need(this.add(role))));
      this.#isStarting = false;
      return ready;
    } catch (error) {
      this.#isDraining = true;
      for (const worker of this.#workers) worker.kill();
      await Promise.all(this.workers.map((worker) => worker.ended));
      throw error;
    }
  }

  /** One more process, at the start or in place of one that fell. */
  add(role: Role, isFirst = false): WorkerHandle {
    const mayFail = this.#isStarting && this.#mayFail ? { mayFail: this.#mayFail } : {};
    const order: WorkerOrder = { role, isFirst, switchOff: this.#switchOff, ...mayFail };
    const worker = new WorkerHandle(order, this.#limits);
    this.#workers.add(worker);
    worker.onOutdated = (reason) => {
      if (!this.#isDraining) this.onOutdated?.(reason);
    };
    void worker.ended.then((ended) => {
      this.#workers.delete(worker);
      if (!ended.isWanted && !this.#isDraining) this.onFall?.(worker, ended);
    });
    return worker;
  }

  /** Lets all its processes finish what is in flight, and end. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    await Promise.all(this.workers.map((worker) => worker.drain()));
  }

  async #need(worker: WorkerHandle): Promise<Ready> {
    const ready = await worker.ready;
    if (ready) {
      for (const name of ready.failed) this.#failed.add(name);
      return ready;
    }
    const ended = await worker.ended;
    if (ended.isWanted) throw new GalleyError('GALLEY_MODULE_FAILED', 'The start was ended.');
    throw new GenerationFailed(ended);
  }
}
