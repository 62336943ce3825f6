import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Site } from '../../kernel/site.ts';
import { findMigrations } from '../migration-files.ts';
import { PluginRecords } from '../plugin-records.ts';
import { PluginValues } from '../plugin-values.ts';
import type { PluginChange, PluginStep } from './plugin-journal.ts';
import type { PluginLock } from './plugin-lock.ts';
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

  constructor(site: Site, parts: ChangeParts) {
    this.#site = site;
    this.#parts = parts;
  }

  /** Takes a change back. What migrations added stays: the version before does without it. */
  async undo({ phase, steps }: PluginChange, onStep: OnStep): Promise<void> {
    const { versions, lock } = this.#parts;
    for (const { name, from, to, before, isNew } of steps) {
      // A folder of somebody's own that is still in its place was not touched.
      if (!(await versions.isOwnFolder(name))) await versions.point(name, from);
      onStep?.(`undone ${name}`);
      await lock.change({ [name]: before });
      // Where its migrations ran, its files are what can take them back one day.
      if (to !== undefined && isNew && !(await this.#hasMigrated(name, to))) await versions.remove(name, to);
    }
    const hasSwitched = phase === 'switching' || phase === 'probing';
    if (hasSwitched) await this.#stamp(steps.map(({ name, from }) => ({ name, id: from })));
  }

  async #hasMigrated(name: string, id: string): Promise<boolean> {
    const ran = (await this.#site.migrations.history()).filter(({ owner }) => owner === name);
    const folder = join(this.#parts.versions.path(name, id), 'migrations');
    const own = await findMigrations({ owner: name, folder }).catch(() => []);
    return own.some((file) => ran.some((applied) => applied.name === file.name));
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
    await this.#stamp(steps.map(({ name, to }) => ({ name, id: to })));
  }

  /** Removes plugins, with their data where that was asked. */
  async remove({ steps, drop, options }: PluginChange, onStep: OnStep): Promise<void> {
    const { versions, lock, publishers } = this.#parts;
    for (const step of steps) {
      const { name } = step;
      if (drop) await this.#drop(step, options);
      onStep?.(`dropped ${name}`);
      if (await versions.isOwnFolder(name)) await rm(versions.pointer(name), { recursive: true });
      else await versions.point(name, undefined);
      onStep?.(`removed ${name}`);
      await lock.change({ [name]: undefined });
      await versions.removeAll(name);
      if (drop) await publishers.forget(name);
    }
    await this.#stamp(steps.map(({ name }) => ({ name, id: undefined })));
  }

  async #drop({ name }: PluginStep, options: readonly string[]): Promise<void> {
    await this.#migrateDown(name);
    await new PluginValues(this.#site).forget(name);
    await PluginRecords.forget(this.#site, name);
    for (const option of options) {
      // Nobody has set the plugin up here, so nobody has defined its options.
      if (!this.#site.options.has(option)) this.#site.options.define(option, { default: null, schema: {} });
      await this.#site.options.remove(option);
    }
  }

  /** Takes back all migrations that ran, each with the file of a version that has it. */
  async #migrateDown(name: string): Promise<void> {
    const { migrations, log } = this.#site;
    for (;;) {
      const last = (await migrations.history()).find(({ owner }) => owner === name);
      if (!last) return;
      const folder = await this.#parts.versions.folderWith(name, join('migrations', last.name));
      if (folder === undefined) {
        log.error({ plugin: name, migration: last.name }, 'A migration has no file any more, so its tables stay');
        return;
      }
      migrations.addSource(name, join(folder, 'migrations'));
      await migrations.down({ owner: name });
    }
  }

  /** Running processes start anew where a stamp changed. */
  async #stamp(versions: readonly { name: string; id: string | undefined }[]): Promise<void> {
    await this.#site.pluginChoice.stamp(Object.fromEntries(versions.map(({ name, id }) => [name, id])));
  }
}
