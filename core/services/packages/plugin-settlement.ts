import { rm } from 'node:fs/promises';
import type { Site } from '../../kernel/site.ts';
import { PluginRecords } from '../plugin-records.ts';
import { forgetRights } from '../plugin-rights.ts';
import { PluginSaves } from '../plugin-saves.ts';
import { PluginValues } from '../plugin-values.ts';
import type { RunningProcess } from '../processes.ts';
import type { PluginChange, PluginStep } from './plugin-journal.ts';
import type { PluginLock } from './plugin-lock.ts';
import { PluginMigrations } from './plugin-migrations.ts';
import type { PluginVersions } from './plugin-versions.ts';
import type { Publishers } from './publishers.ts';

type OnStep = ((step: string) => void) | undefined;

/** What a change is made of. */
export interface ChangeParts {
  versions: PluginVersions;
  lock: PluginLock;
  publishers: Publishers;
}

/**
 * Ends a change of plugins. Each of these can break off anywhere and be done again: it looks at what is there, and
 * what is done already does no harm.
 */
export class PluginSettlement {
  readonly #site: Site;
  readonly #parts: ChangeParts;
  readonly #migrations: PluginMigrations;

  constructor(site: Site, parts: ChangeParts) {
    this.#site = site;
    this.#parts = parts;
    this.#migrations = new PluginMigrations(site, parts.versions);
  }

  /**
   * Takes a change back, with the migrations that it ran: no process serves with what they added.
   * @returns why some of them stay, in words
   */
  async undo({ phase, steps }: PluginChange, onStep: OnStep): Promise<string[]> {
    const { versions, lock } = this.#parts;
    const stays: (string | undefined)[] = [];
    for (const { name, from, to, before, isNew, added = [] } of steps) {
      // A folder of somebody's own that is still in its place was not touched.
      if (!(await versions.isOwnFolder(name))) await versions.point(name, from);
      onStep?.(`undone ${name}`);
      await lock.change({ [name]: before });
      stays.push(await this.#migrations.takeBack(name, added));
      onStep?.(`taken back ${name}`);
      // Where some of its migrations stay, its files are what can take them back one day.
      if (to !== undefined && isNew && !(await this.#migrations.haveRun(name, to))) await versions.remove(name, to);
    }
    const hasSwitched = phase === 'switching' || phase === 'probing';
    if (hasSwitched) await this.#stamp(steps.map(({ name, from }) => ({ name, id: from })));
    return stays.filter((reason) => reason !== undefined);
  }

  /** Makes a change known that the site serves with. */
  async finish({ steps }: PluginChange, onStep: OnStep): Promise<void> {
    const { versions, publishers } = this.#parts;
    for (const { name, after, previous, activate } of steps) {
      if (after) await publishers.pin(name, after);
      await versions.keepPrevious(name, previous.to);
      onStep?.(`pinned ${name}`);
      if (activate) await this.#site.pluginChoice.choose(name);
      onStep?.(`chosen ${name}`);
      await versions.prune(name);
    }
    await this.#site.pluginChoice.forget(steps.map(({ name }) => name));
    await this.#stamp(steps.map(({ name, to }) => ({ name, id: to })));
  }

  /** Takes back the migrations that a version does without. */
  async #clear({ steps }: PluginChange): Promise<string[]> {
    const stays: (string | undefined)[] = [];
    for (const { name, outgrown = [] } of steps) stays.push(await this.#migrations.takeBack(name, outgrown));
    return stays.filter((reason) => reason !== undefined);
  }

  /**
   * Waits until no process runs what is to go.
   * @returns whether that is so, or nobody can wait for it any longer
   */
  async #unused({ phase, steps }: PluginChange, waitMs: number): Promise<boolean> {
    const stamps = await this.#site.pluginChoice.stamps();
    const isInTheWay = ({ plugins }: RunningProcess): boolean =>
      steps.some(({ name }) => {
        const runs = plugins[name];
        return typeof runs === 'string' && (phase === 'removing' || runs !== stamps[name]);
      });
    const who = await this.#site.processes.untilNone(isInTheWay, waitMs);
    if (who !== 'others' || waitMs === 0) return who === 'gone';
    this.#site.log.warn({ plugins: steps.map(({ name }) => name) }, 'Processes still run what goes now');
    return true;
  }

  /**
   * Removes what nobody needs any more, as soon as no process uses it.
   * @param waitMs how long to wait for processes that are to end; none: they are looked for once
   * @returns why some of it stays, in words; undefined where processes are in the way, and nothing is done
   */
  async clearAway(change: PluginChange, onStep: OnStep, waitMs: number): Promise<string[] | undefined> {
    onStep?.('leaving');
    if (!(await this.#unused(change, waitMs))) return undefined;
    return change.phase === 'removing' ? this.#remove(change, onStep) : this.#clear(change);
  }

  /** Removes plugins, with their data where that was asked. */
  async #remove({ steps, drop, options }: PluginChange, onStep: OnStep): Promise<string[]> {
    const { versions, lock, publishers } = this.#parts;
    const stays: (string | undefined)[] = [];
    for (const step of steps) {
      const { name } = step;
      if (drop) stays.push(await this.#drop(step, options));
      onStep?.(`dropped ${name}`);
      if (await versions.isOwnFolder(name)) await rm(versions.pointer(name), { recursive: true });
      else await versions.point(name, undefined);
      onStep?.(`removed ${name}`);
      await lock.change({ [name]: undefined });
      await versions.removeAll(name);
      if (drop) await publishers.forget(name);
    }
    await this.#stamp(steps.map(({ name }) => ({ name, id: undefined })));
    return stays.filter((reason) => reason !== undefined);
  }

  async #drop({ name }: PluginStep, options: readonly string[]): Promise<string | undefined> {
    const stays = await this.#migrations.takeAllBack(name);
    await new PluginValues(this.#site).forget(name);
    await PluginRecords.forget(this.#site, name);
    await PluginSaves.forget(this.#site, name);
    await forgetRights(this.#site, name);
    for (const option of options) {
      // Nobody has set the plugin up here, so nobody has defined its options.
      if (!this.#site.options.has(option)) this.#site.options.define(option, { default: null, schema: {} });
      await this.#site.options.remove(option);
    }
    return stays;
  }

  /** Running processes start anew where a stamp changed. */
  async #stamp(versions: readonly { name: string; id: string | undefined }[]): Promise<void> {
    await this.#site.pluginChoice.stamp(Object.fromEntries(versions.map(({ name, id }) => [name, id])));
  }
}
