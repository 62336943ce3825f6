import type { Site } from '../kernel/site.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';

const TABLE = 'plugin_saves';
const WHERE = 'content.save';
const MINUTE_MS = 60_000;

interface Row {
  id: number;
  plugin: string;
  is_new: boolean;
  entry_id: number | null;
  at: number;
}

/** How much a contained plugin may save. */
export interface SaveLimits {
  /** Saves within a minute. */
  maxSaves: number;
  /** Entries that it made and that are still there. */
  maxEntries: number;
}

/**
 * What contained plugins save, counted in the store, so that all processes count together. Times are those of the
 * store's clock.
 */
export class PluginSaves {
  readonly #site: Site;
  readonly #limits: SaveLimits;

  constructor(site: Site, limits: SaveLimits) {
    this.#site = site;
    this.#limits = limits;
  }

  /**
   * Saves an entry for a plugin, where it has not saved too much.
   *
   * @param isNew whether that makes one
   * @throws GALLEY_RATE_LIMITED for too many within a minute, GALLEY_INPUT_TOO_LARGE for too many at all
   */
  async run<T extends { id: number }>(plugin: string, isNew: boolean, save: () => Promise<T>): Promise<T> {
    const { database } = this.#site;
    // Written down before it is counted: of those that come at the same moment none is overlooked.
    const id = await database.insert(TABLE, { plugin, is_new: isNew, at: database.dialect.fromNow(0) });
    const own = () => database.write<Row>(TABLE).where({ id });
    try {
      await this.#demandTime(plugin);
      if (isNew) await this.#demandRoom(plugin);
    } catch (error) {
      await own().delete();
      this.#tell(plugin, error);
      throw error;
    }
    try {
      const entry = await save();
      if (isNew) await own().update({ entry_id: entry.id });
      return entry;
    } catch (error) {
      // It was tried, but made nothing.
      if (isNew) await own().update({ is_new: false });
      throw error;
    }
  }

  /** Forgets what a plugin saved. The entries stay. */
  static async forget(site: Site, plugin: string): Promise<void> {
    await site.database.write<Row>(TABLE).where({ plugin }).delete();
  }

  /** Lets administrators know, and the log once a minute. */
  #tell(plugin: string, error: unknown): void {
    const { plugins, log } = this.#site;
    const since = Date.now() - MINUTE_MS;
    const isKnown = plugins.get(plugin)?.faults.some(({ where, at }) => where === WHERE && at > since);
    plugins.fault(plugin, WHERE, error);
    if (!isKnown) log.ownedBy(plugin).warn({ problem: messageOf(error) }, 'A contained plugin saves too much');
  }

  async #demandTime(plugin: string): Promise<void> {
    const { database } = this.#site;
    const { maxSaves } = this.#limits;
    const since = database.dialect.fromNow(-MINUTE_MS);
    await database.write<Row>(TABLE).where({ plugin, is_new: false }).where('at', '<', since).delete();
    const recent = (await database.fresh(() =>
      database
        .read<Row>(TABLE)
        .select('id')
        .where({ plugin })
        .where('at', '>', since)
        .limit(maxSaves + 1),
    )) as Pick<Row, 'id'>[];
    if (recent.length <= maxSaves) return;
    throw new GalleyError(
      'GALLEY_RATE_LIMITED',
      `"${plugin}" has saved ${maxSaves} entries within a minute, and may go on a little later.`,
    );
  }

  async #demandRoom(plugin: string): Promise<void> {
    const { maxEntries } = this.#limits;
    if ((await this.#made(plugin)) <= maxEntries) return;
    await this.#forgetGone(plugin);
    if ((await this.#made(plugin)) <= maxEntries) return;
    throw new GalleyError(
      'GALLEY_INPUT_TOO_LARGE',
      `"${plugin}" has made ${maxEntries} entries that are still there, and may make no more.`,
    );
  }

  /** How many entries it has made, with those that it is about to make, as far as the limit goes. */
  async #made(plugin: string): Promise<number> {
    const { database } = this.#site;
    const query = (): PromiseLike<unknown> =>
      database
        .read<Row>(TABLE)
        .select('id')
        .where({ plugin, is_new: true })
        .orderBy('id')
        .limit(this.#limits.maxEntries + 1);
    return ((await database.fresh(query)) as Pick<Row, 'id'>[]).length;
  }

  /** Entries that are gone do not count, nor what a process that ended was about to make. */
  async #forgetGone(plugin: string): Promise<void> {
    const { database } = this.#site;
    const since = database.dialect.fromNow(-MINUTE_MS);
    await database
      .write<Row>(TABLE)
      .where({ plugin, is_new: true })
      .where((query) => {
        void query
          .whereNotIn('entry_id', (known) => void known.select('id').from('entries'))
          .orWhere((old) => void old.whereNull('entry_id').where('at', '<', since));
      })
      .delete();
  }
}
