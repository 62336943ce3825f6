import { readdir } from 'node:fs/promises';
import type { Site } from '../../kernel/site.ts';
import { isGalleyError } from '../../lib/errors.ts';
import { StoreLock } from '../store-lock.ts';
import { INCOMING, type PluginRun } from './plugin-run.ts';

const TTL_MS = 60_000;
const SOON_MS = 2_000;

/** Does work while no other process of the site changes plugins. @throws GALLEY_MIGRATION_LOCKED after the wait */
export function oneAtATime<T>(site: Site, waitMs: number, work: () => Promise<T>): Promise<T> {
  return new StoreLock('plugins', site.database, { ttlMs: TTL_MS, waitMs }).hold(work);
}

/** Ends changes of plugins that broke off, or that wait for processes to end. */
export class PluginRecovery {
  readonly #site: Site;
  readonly #run: PluginRun;
  readonly #folder: string;

  /** @param folder where versions and the journal lie */
  constructor(site: Site, run: PluginRun, folder: string) {
    this.#site = site;
    this.#run = run;
    this.#folder = folder;
  }

  /**
   * Finishes or takes back what a process left that fell. Does nothing while another process is at work.
   * @returns whether there was anything
   */
  async attempt(): Promise<boolean> {
    if (!(await this.#isNeeded())) return false;
    try {
      return await oneAtATime(this.#site, 0, () => this.#run.clean(0));
    } catch (error) {
      // It is left for the next one: a site that cannot clear up must start nevertheless.
      if (!isGalleyError(error, 'GALLEY_MIGRATION_LOCKED'))
        this.#site.log.error({ err: error }, 'A change of plugins that broke off could not be cleared up');
      return false;
    }
  }

  /**
   * Tries again until nothing is left: for a process that serves, and follows those that are about to end.
   * @returns what gives it up
   */
  follow(): () => void {
    const timer = setInterval(async () => {
      if (await this.#isNeeded()) await this.attempt();
      else clearInterval(timer);
    }, SOON_MS).unref();
    return () => clearInterval(timer);
  }

  async #isNeeded(): Promise<boolean> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.some((name) => name === 'journal.json' || name.startsWith(INCOMING));
  }
}
