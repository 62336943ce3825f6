import type { Site } from '../kernel/site.ts';
import { markOfProcess } from './process-mark.ts';

const TABLE = 'plugin_failures';
const TELL_MS = 1000;
const MAX_TOLD = 100;
const MAX_ROWS = 1000;

interface Row {
  plugin: string;
  hook: string;
  /** The process that saw them. */
  mark: string;
  failures: number;
  calls: number;
  until: number;
}

type Place = Pick<Row, 'plugin' | 'hook'>;
const keyOf = ({ plugin, hook }: Place): string => `${plugin} ${hook}`;

/**
 * Failures in hooks, of all processes together: while a plugin fails in this one, it tells the others each second by way
 * of the store and adds up what they told. A plugin that fails in four processes is left out as soon as in one. Nobody
 * who fires a hook waits for it, and where nothing fails nothing is read or written.
 */
export class PluginFailures {
  readonly #site: Site;
  readonly #mark = markOfProcess();
  readonly #told = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> = Promise.resolve();

  constructor(site: Site) {
    this.#site = site;
  }

  /** Something failed here a moment ago. */
  note(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#telling = this.#tell().catch((error: unknown) => {
        this.#site.log.warn({ err: error }, 'Failures of plugins could not be shared with the other processes');
      });
    }, TELL_MS).unref();
  }

  /** Forgets what all processes told of a plugin in a hook, or in all of them: it is asked again as before. */
  async forget(plugin: string, hook?: string): Promise<void> {
    const which = hook === undefined ? { plugin } : { plugin, hook };
    await this.#site.database.write<Row>(TABLE).where(which).delete();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#telling;
    if (this.#told.size === 0) return;
    const { database } = this.#site;
    // What this process saw ends with it. A store that is gone finds out by itself.
    await database
      .write<Row>(TABLE)
      .where({ mark: this.#mark })
      .delete()
      .catch(() => undefined);
  }

  async #tell(): Promise<void> {
    const { database, hooks } = this.#site;
    const { dialect } = database;
    const here = hooks.breakers.counts().slice(0, MAX_TOLD);
    if (here.length === 0) return;
    await database.write<Row>(TABLE).where('until', '<', dialect.fromNow(0)).delete();
    for (const { plugin, hook, failures, calls, leftMs } of here) {
      const row = { plugin, hook, mark: this.#mark, failures, calls, until: dialect.fromNow(leftMs) };
      await dialect.upsert(TABLE, row, ['plugin', 'hook', 'mark'], ['failures', 'calls', 'until']);
      this.#told.add(keyOf(row));
    }
    const elsewhere = await this.#elsewhere(here);
    for (const { plugin, hook, failures, calls } of here) {
      const others = elsewhere.get(keyOf({ plugin, hook }));
      if (others)
        hooks.breakers.addUp(plugin, hook, { failures: failures + others.failures, calls: calls + others.calls });
    }
  }

  /** What the other processes told of the same. */
  async #elsewhere(here: readonly Place[]): Promise<Map<string, Pick<Row, 'failures' | 'calls'>>> {
    const { database } = this.#site;
    const rows = (await database.fresh(() =>
      database
        .read<Row>(TABLE)
        .whereIn('plugin', [...new Set(here.map(({ plugin }) => plugin))])
        .whereNot({ mark: this.#mark })
        .where('until', '>', database.dialect.fromNow(0))
        .limit(MAX_ROWS),
    )) as Row[];
    const sums = new Map<string, Pick<Row, 'failures' | 'calls'>>();
    for (const row of rows) {
      const { failures = 0, calls = 0 } = sums.get(keyOf(row)) ?? {};
      sums.set(keyOf(row), { failures: failures + row.failures, calls: calls + row.calls });
    }
    return sums;
  }
}
