import { join } from 'node:path';
import type { Site } from '../../kernel/site.ts';
import { messageOf } from '../../lib/errors.ts';
import { says } from '../../lib/told-texts.ts';
import { findMigrations } from '../migration-files.ts';
import type { PluginVersions } from './plugin-versions.ts';

const folderOf = (versions: PluginVersions, name: string, id: string): string =>
  join(versions.path(name, id), 'migrations');

/** What became of migrations that were to be taken back: undefined where all were, else why not, in words. */
export type Stays = string | undefined;

/** The migrations of a plugin's versions: which a change adds, and how they are taken back. */
export class PluginMigrations {
  readonly #site: Site;
  readonly #versions: PluginVersions;

  constructor(site: Site, versions: PluginVersions) {
    this.#site = site;
    this.#versions = versions;
  }

  /** The migrations of a plugin that have run, newest first; also one that was cut off half-way. */
  async #ran(name: string): Promise<string[]> {
    const history = await this.#site.migrations.history();
    return history.filter(({ owner }) => owner === name).map((applied) => applied.name);
  }

  async #inVersion(name: string, id: string): Promise<Set<string>> {
    const files = await findMigrations({ owner: name, folder: folderOf(this.#versions, name, id) });
    return new Set(files.map((file) => file.name));
  }

  /** Those that a version brings and that have not run yet, or not to their end. */
  async pending(name: string, id: string): Promise<string[]> {
    const history = await this.#site.migrations.history();
    const ran = history.filter(({ owner, appliedAt }) => owner === name && appliedAt !== undefined);
    const names = new Set(ran.map((applied) => applied.name));
    return [...(await this.#inVersion(name, id))].filter((migration) => !names.has(migration));
  }

  /** Those that have run and that an older version does without. */
  async newerThan(name: string, id: string): Promise<string[]> {
    const known = await this.#inVersion(name, id);
    return (await this.#ran(name)).filter((migration) => !known.has(migration));
  }

  /** Whether any migration of a version has run. */
  async haveRun(name: string, id: string): Promise<boolean> {
    const own = await this.#inVersion(name, id).catch(() => new Set<string>());
    return (await this.#ran(name)).some((migration) => own.has(migration));
  }

  /**
   * Takes migrations back, newest first, each with the file of a version that has it, and stops where one cannot be:
   * what is older than it, and all data, stay then. What is taken back already does no harm.
   */
  async takeBack(name: string, migrations: readonly string[]): Promise<Stays> {
    for (;;) {
      const [last] = await this.#ran(name);
      if (last === undefined || !migrations.includes(last)) return undefined;
      const stays = await this.#down(name, last);
      if (stays === undefined) continue;
      this.#site.log.ownedBy(name).error({ migration: last, reason: stays }, 'A migration was not taken back');
      return stays;
    }
  }

  /** Takes all of a plugin's migrations back. */
  async takeAllBack(name: string): Promise<Stays> {
    return this.takeBack(name, await this.#ran(name));
  }

  async #down(name: string, migration: string): Promise<Stays> {
    const folder = await this.#versions.folderWith(name, join('migrations', migration));
    if (folder === undefined) return says(`The file of its migration ${migration} is gone, so its tables stay.`);
    try {
      await this.#site.migrations.down({ owner: name, folder: join(folder, 'migrations') });
      return undefined;
    } catch (error) {
      return says(`${messageOf(error)} Its tables and their data stay.`);
    }
  }
}
