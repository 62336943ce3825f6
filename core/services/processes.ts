import { setTimeout as sleep } from 'node:timers/promises';
import { attach, type Module } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import { isGone, markOfProcess } from './process-mark.ts';

/** A process that serves the site, on whichever machine. */
export interface RunningProcess {
  /** Its name, of which no other has had the same. */
  mark: string;
  role: string;
  /**
   * The plugins that it runs, each with the stamp of its version; empty where it was never switched, null where it
   * could not be set up.
   */
  plugins: Readonly<Record<string, string | null>>;
  /** Epoch milliseconds. */
  startedAt: number;
}

const TABLE = 'processes';
/** A process that has not been heard of for so long is gone, in milliseconds. */
const LIFE_MS = 30_000;
const BEAT_MS = 10_000;
const POLL_MS = 250;

/** Which processes serve the site, in the store: whoever takes something away can wait until nobody uses it any more. */
export class Processes {
  readonly #site: Site;
  #own: (Omit<RunningProcess, 'plugins'> & { plugins: Record<string, string | null> }) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Says that this process serves, and again while it lives. */
  async join({ role, plugins }: Pick<RunningProcess, 'role' | 'plugins'>): Promise<void> {
    const { database } = this.#site;
    await database.write(TABLE).where('until', '<', database.dialect.fromNow(-LIFE_MS)).delete();
    this.#own = { mark: markOfProcess(), role, plugins: { ...plugins }, startedAt: Date.now() };
    await this.#beat();
    // A store that does not answer hears of it at the next beat.
    this.#timer = setInterval(() => void this.#beat().catch(() => undefined), BEAT_MS).unref();
  }

  /** Says that this process runs a plugin no more. The next beat says it again. */
  async forget(plugin: string): Promise<void> {
    if (!this.#own) return;
    delete this.#own.plugins[plugin];
    await this.#beat().catch(() => undefined);
  }

  /** Takes it back, when nothing is in flight any more. A store that is gone finds out by itself. */
  async leave(): Promise<void> {
    const own = this.#own;
    if (!own) return;
    clearInterval(this.#timer);
    this.#own = undefined;
    await this.#site.database
      .write(TABLE)
      .where({ mark: own.mark })
      .delete()
      .catch(() => undefined);
  }

  async #beat(): Promise<void> {
    if (!this.#own) return;
    const { mark, role, plugins, startedAt } = this.#own;
    const { dialect } = this.#site.database;
    const facts = { mark, role, plugins: JSON.stringify(plugins), started_at: startedAt };
    await dialect.upsert(TABLE, { ...facts, until: dialect.fromNow(LIFE_MS) }, ['mark']);
  }

  /** All processes that serve. */
  async living(): Promise<RunningProcess[]> {
    const rows = await this.#site.database
      .write<Omit<RunningProcess, 'plugins' | 'startedAt'> & { plugins: string; started_at: number }>(TABLE)
      .select('mark', 'role', 'plugins', 'started_at')
      .where('until', '>', this.#site.database.dialect.fromNow(0))
      .orderBy('mark');
    return rows
      .filter(({ mark }) => !isGone(mark))
      .map(({ mark, role, plugins, started_at }) => ({
        mark,
        role,
        plugins: JSON.parse(plugins) as RunningProcess['plugins'],
        startedAt: started_at,
      }));
  }

  /**
   * Waits until no process is in the way.
   * @param waitMs the longest wait
   * @returns `gone`; or who is in the way still: `others`, or this process, which cannot wait for itself
   */
  async untilNone(
    isInTheWay: (process: RunningProcess) => boolean,
    waitMs: number,
  ): Promise<'gone' | 'others' | 'itself'> {
    const end = Date.now() + waitMs;
    for (;;) {
      const there = (await this.living()).filter(isInTheWay);
      if (there.length === 0) return 'gone';
      if (there.some(({ mark }) => mark === this.#own?.mark)) return 'itself';
      if (Date.now() >= end) return 'others';
      await sleep(POLL_MS);
    }
  }
}

/** The kernel module that makes `site.processes`. */
export const processesModule: Module = {
  name: 'processes',
  start: (site) => attach(site, 'processes', new Processes(site)),
  stop: (site) => site.processes.leave(),
};

declare module '../kernel/site.ts' {
  interface Site {
    /** The processes that serve the site. */
    readonly processes: Processes;
  }
}
