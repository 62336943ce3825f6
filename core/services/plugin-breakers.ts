import type { Breaker } from '../kernel/hook-breakers.ts';
import { attach, type Module } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import { PluginFailures } from './plugin-failures.ts';

const TABLE = 'plugin_breakers';
const LOOK_MS = 2000;
const MAX_LISTED = 500;

type Row = { [Key in keyof Breaker]: Breaker[Key] };

/** The one name of a plugin in a hook. */
const keyOf = ({ plugin, hook }: Pick<Breaker, 'plugin' | 'hook'>): string => `${plugin} ${hook}`;

/**
 * Which plugins are left out of which hooks, as the store knows it: so the command line and the screens tell of what
 * happened in any process, and what is closed by hand is closed in all of them.
 */
export class PluginBreakers {
  readonly #site: Site;
  /** What could not be written; that it is not in the store says nothing. */
  readonly #failures: PluginFailures;
  readonly #unwritten = new Set<string>();
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(site: Site) {
    this.#site = site;
    const { breakers } = site.hooks;
    const { breakerFailures: failures, breakerSeconds, breakerRestSeconds } = site.config.plugins;
    breakers.settings = { failures, windowMs: breakerSeconds * 1000, restMs: breakerRestSeconds * 1000 };
    breakers.onOpen = (breaker) => this.#tell(breaker);
    breakers.onClose = (breaker) => this.#forgetSoon(breaker);
    this.#failures = new PluginFailures(site);
    breakers.onFailure = () => this.#failures.note();
  }

  /** All that are open, of plugins that are there, by name. */
  async list(): Promise<Breaker[]> {
    const { database, plugins } = this.#site;
    const rows = (await database.fresh(() =>
      database.read<Row>(TABLE).orderBy(['plugin', 'hook']).limit(MAX_LISTED),
    )) as Row[];
    return rows.filter(({ plugin }) => plugins.get(plugin));
  }

  /**
   * Lets a plugin be asked again as before, in all processes within seconds.
   * @param hook only in this one; in all unless given
   * @returns the hooks that it was left out of
   */
  async close(plugin: string, hook?: string): Promise<string[]> {
    await this.#writing;
    const which = hook === undefined ? { plugin } : { plugin, hook };
    const open = (await this.list()).filter((breaker) => breaker.plugin === plugin && (!hook || breaker.hook === hook));
    await this.#site.database.write<Row>(TABLE).where(which).delete();
    await this.#failures.forget(plugin, hook);
    for (const breaker of open) this.#site.hooks.breakers.close(plugin, breaker.hook);
    return open.map((breaker) => breaker.hook);
  }

  /** Leaves out from the start what other processes leave out, or this one did before. */
  async adopt(): Promise<void> {
    for (const breaker of await this.list()) this.#site.hooks.adoptBreaker(breaker);
    this.#watch();
  }

  /** Waits until all is written that happened so far. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#failures.stop();
  }

  #tell(breaker: Readonly<Breaker>): void {
    const { log } = this.#site;
    const { plugin, hook, state, failures, error } = breaker;
    const what =
      state === 'open' ? 'The plugin is left out of a hook for a while' : 'The plugin keeps failing in a hook';
    log.ownedBy(plugin).error({ hook, failures, reason: error }, what);
    this.#write(keyOf(breaker), () =>
      this.#site.database.dialect.upsert(
        TABLE,
        { ...breaker },
        ['plugin', 'hook'],
        ['state', 'failures', 'error', 'until'],
      ),
    );
    this.#watch();
  }

  #forgetSoon(breaker: Readonly<Breaker>): void {
    const { plugin, hook } = breaker;
    this.#site.log.ownedBy(plugin).info({ hook }, 'The plugin is asked again in a hook that it was left out of');
    this.#write(keyOf(breaker), () => this.#site.database.write<Row>(TABLE).where({ plugin, hook }).delete());
  }

  /** One after the other, in the order in which it happened. A store that is away does not hold up who fires a hook. */
  #write(key: string, work: () => PromiseLike<unknown>): void {
    this.#writing = this.#writing.then(async () => {
      try {
        await work();
        this.#unwritten.delete(key);
      } catch (error) {
        this.#unwritten.add(key);
        this.#site.log.warn({ err: error, breaker: key }, 'It could not be written down which plugin is left out');
      }
    });
  }

  /** Looks now and then whether somebody closed what is open here; not at all while nothing is. */
  #watch(): void {
    if (this.#timer || this.#site.hooks.breakers.list().length === 0) return;
    this.#timer = setInterval(() => void this.#look().catch(() => undefined), LOOK_MS).unref();
  }

  async #look(): Promise<void> {
    const { breakers } = this.#site.hooks;
    await this.#writing;
    breakers.sweep();
    const here = breakers.list();
    if (here.length === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const kept = new Set((await this.list()).map(keyOf));
    for (const breaker of here)
      if (!kept.has(keyOf(breaker)) && !this.#unwritten.has(keyOf(breaker)))
        breakers.close(breaker.plugin, breaker.hook);
  }
}

export const pluginBreakersModule: Module = {
  name: 'plugin-breakers',
  start: (site) => attach(site, 'breakers', new PluginBreakers(site)),
  stop: (site) => site.breakers.stop(),
};

declare module '../kernel/site.ts' {
  interface Site {
    /** Which plugins are left out of which hooks, because they failed in them again and again. */
    readonly breakers: PluginBreakers;
  }
}
