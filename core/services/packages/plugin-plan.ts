import { lt, valid } from 'semver';
import type { PluginManifest } from '../../kernel/plugin-manifest.ts';
import { orderPlugins } from '../../kernel/plugin-order.ts';
import type { Site } from '../../kernel/site.ts';
import type { ObtainedPlugin, ObtainWish, PluginFetcher } from './obtain.ts';
import type { LockedPlugins } from './plugin-lock.ts';
import { versionId } from './plugin-versions.ts';
import type { Publishers } from './publishers.ts';
import type { PluginSource } from './source.ts';
import { refused } from './unpack.ts';

/** A plugin that is to be installed. */
export interface PlannedPlugin extends ObtainedPlugin {
  /** The name of its version's folder. */
  id: string;
  /** Whether it is here in this version, and is put in its place again. */
  isAgain?: boolean;
  /** The plugin that needs it; undefined where somebody asked for it. */
  neededBy: string | undefined;
  /** The version that is installed. */
  installed: string | undefined;
  /** Whether that is newer. */
  isOlder: boolean;
  /** What it wants to be allowed that it was not before. */
  asksFor: string[];
  /** What is different about who it comes from. */
  publisherChanges: string[];
}

/** A plugin that somebody asks for. */
export interface WantedPlugin extends Omit<ObtainWish, 'engine' | 'signal' | 'present'> {
  source: PluginSource;
}

/** What counts for a plan. */
export interface PlanOptions {
  /** The version of Galley that runs here. */
  engine: string;
  /** A folder of ours for what is fetched. */
  temporary: string;
  /** Whether somebody else than before may bring a plugin. */
  acceptKeyChange: boolean;
  locked: LockedPlugins;
  /** Stops it. */
  signal?: AbortSignal | undefined;
}

const isOlder = (version: string | undefined, other: string | undefined): boolean =>
  version !== undefined && other !== undefined && !!valid(version) && !!valid(other) && lt(version, other);

/** Works out what has to be installed so that the wanted plugins can run. */
export class PluginPlanner {
  readonly #site: Site;
  readonly #fetcher: PluginFetcher;
  readonly #publishers: Publishers;

  constructor(site: Site, fetcher: PluginFetcher, publishers: Publishers) {
    this.#site = site;
    this.#fetcher = fetcher;
    this.#publishers = publishers;
  }

  /**
   * Fetches the wanted plugins and those that they need and that are not installed, from the registry.
   * @throws GALLEY_PACKAGE_INVALID with the reason where one cannot be had, or would stop another one from running
   */
  async plan(wanted: readonly WantedPlugin[], options: PlanOptions): Promise<PlannedPlugin[]> {
    const planned: PlannedPlugin[] = [];
    for (const { source, ...wish } of wanted) {
      planned.push(await this.#obtain(source, { ...wish, engine: options.engine, signal: options.signal }, options));
    }
    for (const plugin of planned) {
      // The list grows by what each one needs; what is added is looked at in its turn.
      for (const need of this.#missing(plugin.manifest, planned)) {
        planned.push({ ...(await this.#needed(need, plugin.manifest, options)), neededBy: plugin.manifest.name });
      }
    }
    await this.#checkOthers(planned.map(({ manifest }) => manifest));
    return planned;
  }

  async #obtain(source: PluginSource, wish: ObtainWish, options: PlanOptions): Promise<PlannedPlugin> {
    const obtained = await this.#fetcher.obtain(source, { ...wish, present: options.locked }, options.temporary);
    const { manifest, files, entry, follows } = obtained;
    const { name } = manifest;
    const present = this.#site.plugins.get(name);
    if (present?.isFirstParty) throw refused(`"${name}" comes with Galley and cannot be replaced.`);
    if (!options.acceptKeyChange) await this.#publishers.check(name, entry, follows);
    const { capabilities: allowed = [], version: last } = options.locked[name] ?? {};
    // This process may have started before the last change.
    const installed = isOlder(present?.version, last) ? last : present?.version;
    return {
      ...obtained,
      id: versionId(manifest.version, files, entry.packages),
      neededBy: undefined,
      installed,
      isOlder: isOlder(manifest.version, installed),
      asksFor: entry.capabilities.filter((capability) => !allowed.includes(capability)),
      publisherChanges: await this.#publishers.changes(name, entry, follows),
    };
  }

  /** The requirements that neither installed plugins meet nor planned ones. */
  #missing({ requires }: PluginManifest, planned: readonly PlannedPlugin[]): string[] {
    const there = [...this.#site.plugins.list(), ...planned.map(({ manifest }) => manifest)];
    const met = new Set(there.flatMap(({ name, provides }) => [name, ...provides]));
    return requires.filter((name) => !met.has(name));
  }

  async #needed(need: string, by: PluginManifest, options: PlanOptions): Promise<PlannedPlugin> {
    const { engine, signal } = options;
    try {
      return await this.#obtain({ kind: 'registry', name: need, range: '' }, { engine, signal }, options);
    } catch (error) {
      signal?.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      throw refused(`"${by.name}" ${by.version} requires "${need}", which is not installed. ${why}`);
    }
  }

  /** No plugin that runs may lose what it requires. */
  async #checkOthers(planned: readonly PluginManifest[]): Promise<void> {
    const active = (await this.#site.pluginChoice.chosen()).flatMap((name) => this.#site.plugins.get(name) ?? []);
    const after = active.map((plugin) => planned.find(({ name }) => name === plugin.name) ?? plugin);
    const present = after.map(({ name }) => name);
    const added = planned.filter(({ name }) => !present.includes(name));
    const stopped = new Set(orderPlugins(active).refused.map(({ manifest }) => manifest.name));
    const problem = orderPlugins([...after, ...added]).refused.find(
      ({ manifest }) => present.includes(manifest.name) && !stopped.has(manifest.name),
    );
    if (problem) throw refused(`"${problem.manifest.name}" could not run any more: ${problem.reason}`);
  }
}
