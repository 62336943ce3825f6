import type { Site } from '../kernel/site.ts';

const TABLE = 'plugin_strikes';
const MAX_LISTED = 500;

interface Row {
  id: number;
  plugin: string;
  at: number;
}

/**
 * Strikes of contained plugins, in the store: three of them count, whichever processes saw them. Times are those of the
 * store's clock.
 */
export class PluginStrikes {
  readonly #site: Site;
  readonly #windowMs: number;
  #writing: Promise<unknown> = Promise.resolve();

  /** @param windowMs how long a strike counts */
  constructor(site: Site, windowMs: number) {
    this.#site = site;
    this.#windowMs = windowMs;
  }

  /** Writes one down. @returns how many there are, of all processes; 0 where the store does not say */
  record(plugin: string): Promise<number> {
    return this.#inTurn(plugin, 0, async () => {
      const { database } = this.#site;
      const { dialect } = database;
      await database.write(TABLE).insert({ plugin, at: dialect.fromNow(0) });
      await database.write<Row>(TABLE).where('at', '<', dialect.fromNow(-this.#windowMs)).delete();
      return (await this.#recent(plugin))[plugin] ?? 0;
    });
  }

  /** Forgets those of a plugin that is switched off: once an administrator lets it run again it begins anew. */
  forget(plugin: string): Promise<void> {
    return this.#inTurn(plugin, undefined, async () => {
      await this.#site.database.write<Row>(TABLE).where({ plugin }).delete();
    });
  }

  /** How many strikes each plugin has. */
  async counts(): Promise<Readonly<Record<string, number>>> {
    await this.#writing;
    return this.#recent();
  }

  async #recent(plugin?: string): Promise<Record<string, number>> {
    const { database } = this.#site;
    const rows = (await database.fresh(() =>
      database
        .read<Row>(TABLE)
        .select('plugin')
        .where('at', '>', database.dialect.fromNow(-this.#windowMs))
        .modify((query) => void (plugin === undefined || query.where({ plugin })))
        .limit(MAX_LISTED),
    )) as Pick<Row, 'plugin'>[];
    const counts: Record<string, number> = {};
    for (const row of rows) counts[row.plugin] = (counts[row.plugin] ?? 0) + 1;
    return counts;
  }

  /** One after the other. A store that is away changes nothing: each process counts for itself besides. */
  #inTurn<T>(plugin: string, otherwise: T, work: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(work).catch((error: unknown) => {
      this.#site.log.ownedBy(plugin).warn({ err: error }, 'A strike could not be shared with the other processes');
      return otherwise;
    });
    this.#writing = done;
    return done;
  }
}
