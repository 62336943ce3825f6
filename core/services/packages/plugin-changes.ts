import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { attach, type Module } from '../../kernel/module.ts';
import { readManifest } from '../../kernel/plugin-manifest.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { digestsOfFolder } from './digest.ts';
import type { PluginFetcher } from './obtain.ts';
import type { PluginStep } from './plugin-journal.ts';
import { type LockedPlugin, PluginLock } from './plugin-lock.ts';
import { PluginMigrations } from './plugin-migrations.ts';
import type { Replacing } from './plugin-places.ts';
import type { PlannedPlugin, PlanOptions, WantedPlugin } from './plugin-plan.ts';
import { oneAtATime, PluginRecovery } from './plugin-recovery.ts';
import { INCOMING, type OnStep, PluginRun } from './plugin-run.ts';
import { type PluginData, pluginTrial } from './plugin-trial.ts';
import type { UpdateBounds } from './plugin-updates.ts';
import { PluginVersions, versionId } from './plugin-versions.ts';
import { Publishers } from './publishers.ts';
import type { RegistryReader } from './registry-reader.ts';
import type { PluginTrial } from './trial.ts';

/** How plugins are installed. */
export interface InstallOptions {
  /** Tries the plugins, unless given in processes of their own. */
  trial?: PluginTrial;
  /** Whether an installed version may be replaced by another one. */
  replace?: boolean;
  /** Whether one that is here in the same version is put in its place again, with the files that its source has. */
  again?: boolean;
  /** That an installed plugin is updated, and how far: refuses any version that is older. */
  update?: UpdateBounds;
  /** Switches them on. */
  activate?: boolean;
  /** Whether somebody else than before may bring a plugin. */
  acceptKeyChange?: boolean;
  /** Told the plan before anything changes. @returns whether to go on */
  consent(plan: readonly PlannedPlugin[]): Promise<boolean>;
  /** Stops it while it can be taken back. What the site serves with already is finished. */
  signal?: AbortSignal;
  onStep?: OnStep;
}

/** What became of a plugin. */
export interface ChangeOutcome {
  name: string;
  status: 'installed' | 'updated' | 'reinstalled' | 'unchanged' | 'declined' | 'rolled back' | 'removed';
  version: string;
  /** The version before. */
  previous: string;
  /** What stays although it was to go, and why, in words. */
  notes?: string[];
}

const WAIT_MS = 10_000;

/**
 * Changes which versions of plugins are installed. Each change is prepared beside what runs, tried, switched with one
 * rename a plugin, and taken back when the site does not serve with it. It is written down before each step, so that a
 * process that falls leaves nothing half done: the next start takes it back or finishes it.
 */
export class PluginChanges {
  readonly versions: PluginVersions;
  readonly lock: PluginLock;
  /** Ends changes that broke off. */
  readonly recovery: PluginRecovery;
  readonly #site: Site;
  readonly #publishers: Publishers;
  readonly #run: PluginRun;
  readonly #migrations: PluginMigrations;
  readonly #trial: ReturnType<typeof pluginTrial>;

  constructor(site: Site) {
    const { dir } = site.config.content;
    const publishers = new Publishers(site);
    this.#site = site;
    this.versions = new PluginVersions(dir);
    this.lock = new PluginLock(dir);
    this.#publishers = publishers;
    this.#trial = pluginTrial(site);
    this.#migrations = new PluginMigrations(site, this.versions);
    this.#run = new PluginRun(site, { versions: this.versions, lock: this.lock, publishers });
    this.recovery = new PluginRecovery(site, this.#run, this.versions.folder);
  }

  /**
   * Installs plugins and what they need, or other versions of installed ones.
   * @throws GALLEY_PACKAGE_INVALID, GALLEY_PLUGIN_INVALID, GALLEY_PLUGIN_FAILED, and the reason of the signal;
   * nothing has changed then
   */
  async install(wanted: readonly WantedPlugin[], options: InstallOptions): Promise<ChangeOutcome[]> {
    return this.#exclusive(async (temporary) => {
      const engine = await this.engine();
      const locked = await this.lock.read();
      const acceptKeyChange = options.acceptKeyChange === true;
      const { signal } = options;
      const plan = await this.#plan(wanted, { engine, temporary, acceptKeyChange, locked, signal });
      if (options.update) (await import('./plugin-updates.ts')).demandUpdates(plan, wanted, options.update);
      const fresh = await this.#fresh(plan, options);
      const isAgreed = fresh.length === 0 || (await options.consent(fresh));
      const steps: PluginStep[] = [];
      for (const plugin of isAgreed ? fresh : []) {
        steps.push(await this.#stepTo(plugin, locked[plugin.manifest.name], options.activate === true));
      }
      if (steps.length > 0) await this.#run.perform(steps, { trial: this.#trial, ...options, fresh, temporary });
      return plan.map(({ manifest: { name, version }, installed = '', ...plugin }) => {
        const found = fresh.find((one) => one.manifest.name === name);
        const isFresh = found !== undefined;
        const done = found?.isAgain ? 'reinstalled' : installed === '' ? 'installed' : 'updated';
        const status = !isFresh ? 'unchanged' : !isAgreed ? 'declined' : done;
        return {
          name,
          status,
          version: isFresh && !isAgreed ? installed : plugin.entry.version || version,
          previous: installed,
        };
      });
    });
  }

  /**
   * Fetches and checks plugins as for an installation, and changes nothing: what would come, without what is here.
   * Who they come from is told, not refused.
   * @throws as `install` does
   */
  async plan(
    wanted: readonly WantedPlugin[],
    { signal, update, again }: Pick<InstallOptions, 'signal' | 'update' | 'again'> = {},
  ): Promise<PlannedPlugin[]> {
    return this.#exclusive(async (temporary) => {
      const facts = { engine: await this.engine(), locked: await this.lock.read() };
      const plan = await this.#plan(wanted, { ...facts, temporary, acceptKeyChange: true, signal });
      if (update) (await import('./plugin-updates.ts')).demandUpdates(plan, wanted, update);
      return this.#fresh(plan, { replace: true, again });
    });
  }

  async #plan(wanted: readonly WantedPlugin[], options: PlanOptions): Promise<PlannedPlugin[]> {
    const { PluginPlanner } = await import('./plugin-plan.ts');
    return new PluginPlanner(this.#site, await this.fetcher(), this.#publishers).plan(wanted, options);
  }

  /** What a plugin would go back to, and which migrations would be taken back; undefined where nothing is kept. */
  async former(name: string): Promise<{ version: string; outgrown: string[] } | undefined> {
    const [from, to] = [await this.versions.current(name), await this.versions.previous(name)];
    if (from === undefined || to === undefined || from === to) return undefined;
    const { entry } = await this.versions.record(name, to);
    return { version: entry.version, outgrown: await this.#migrations.newerThan(name, to) };
  }

  /** What would go if a plugin were removed with its data: found out in a process of its own. */
  async dataOf(name: string): Promise<PluginData> {
    return this.#trial.dataOf(name, await this.#site.pluginChoice.active());
  }

  /** Goes back to the version that a plugin had before. @throws GALLEY_PLUGIN_UNKNOWN where none was kept */
  async rollBack(
    name: string,
    options: Pick<InstallOptions, 'trial' | 'signal' | 'onStep'> = {},
  ): Promise<ChangeOutcome> {
    return this.#exclusive(async (temporary) => {
      const from = await this.versions.current(name);
      const to = await this.versions.previous(name);
      if (from === undefined || to === undefined)
        throw new GalleyError('GALLEY_PLUGIN_UNKNOWN', `No former version of "${name}" was kept.`);
      const before = (await this.lock.read())[name];
      const { entry: after } = await this.versions.record(name, to);
      const previous = { from: to, to: undefined };
      const outgrown = await this.#migrations.newerThan(name, to);
      const step = { name, from, to, previous, isNew: false, before, after, activate: false, outgrown };
      const notes = await this.#run.perform([step], { trial: this.#trial, ...options, fresh: [], temporary });
      return { name, status: 'rolled back', version: after.version, previous: before?.version ?? '', notes };
    });
  }

  /**
   * Removes installed plugins, which are switched off with it.
   * @param data.drop whether their data go too
   * @param data.options names of options that go then
   * @throws GALLEY_PLUGIN_UNKNOWN, also for one that comes with Galley; GALLEY_PLUGIN_INVALID where another one needs it
   */
  async remove(name: string, data: { drop: boolean; options: string[] }, onStep?: OnStep): Promise<ChangeOutcome> {
    const plugin = this.#site.plugins.get(name);
    if (!plugin || plugin.isFirstParty)
      throw new GalleyError(
        'GALLEY_PLUGIN_UNKNOWN',
        `No plugin "${name}" was installed here; what comes with Galley stays.`,
      );
    return this.#exclusive(async () => {
      await this.#site.pluginChoice.deactivate(name);
      const from = await this.versions.current(name);
      const none = { to: undefined, previous: { from: undefined, to: undefined }, isNew: false };
      const step: PluginStep = { name, from, ...none, before: undefined, after: undefined, activate: false };
      const notes = await this.#run.remove(step, data, onStep);
      return { name, status: 'removed', version: '', previous: plugin.version, notes };
    });
  }

  /**
   * Goes back to a version that ran until now, because the site did not start with the present one. Migrations that it
   * does without are taken back.
   */
  async goBack(name: string, id: string): Promise<void> {
    if ((await this.versions.current(name)) === id || !(await this.versions.has(name, id))) return;
    await this.#exclusive(async () => {
      const { entry } = await this.versions.record(name, id);
      const outgrown = await this.#migrations.newerThan(name, id);
      await this.versions.point(name, id);
      await this.lock.change({ [name]: entry });
      // The version that is left was the one to go back to.
      if ((await this.versions.previous(name)) === id) await this.versions.keepPrevious(name, undefined);
      await this.#migrations.takeBack(name, outgrown);
      await this.#site.pluginChoice.stamp({ [name]: id });
    });
  }

  /** What brings plugins here; loaded on use, for most processes install nothing. */
  async fetcher(): Promise<PluginFetcher> {
    const { PluginFetcher } = await import('./obtain.ts');
    return new PluginFetcher(this.#site);
  }

  /** The registry that is set; loaded on use as well. */
  async registry(): Promise<RegistryReader> {
    const { RegistryReader } = await import('./registry-reader.ts');
    return new RegistryReader(this.#site);
  }

  /** The version of Galley that runs here. */
  async engine(): Promise<string> {
    const json = JSON.parse(await readFile(join(this.#site.root, 'package.json'), 'utf8')) as { version: string };
    return json.version;
  }

  async #fresh(plan: readonly PlannedPlugin[], options: Replacing): Promise<PlannedPlugin[]> {
    return (await import('./plugin-places.ts')).placePlan(plan, this.versions, options);
  }

  async #stepTo(
    { manifest, id, entry, isAgain }: PlannedPlugin,
    before: LockedPlugin | undefined,
    activate: boolean,
  ): Promise<PluginStep> {
    const { name } = manifest;
    const isOwn = await this.versions.isOwnFolder(name);
    const from = isOwn ? await this.#ownId(name) : await this.versions.current(name);
    const former = await this.versions.previous(name);
    // What was put in its place again is nothing to go back to.
    const previous = { from: former, to: isAgain ? former : from };
    const isNew = !(await this.versions.has(name, id));
    return { name, from, to: id, previous, isNew, before, after: entry, activate };
  }

  async #ownId(name: string): Promise<string> {
    const directory = this.versions.pointer(name);
    return versionId((await readManifest(directory)).version, await digestsOfFolder(directory));
  }

  /** One change at a time, with a temporary folder, after what broke off before it. */
  async #exclusive<T>(work: (temporary: string) => Promise<T>): Promise<T> {
    return oneAtATime(this.#site, WAIT_MS, async () => {
      await mkdir(this.versions.folder, { recursive: true, mode: 0o750 });
      await this.#run.clean();
      if (await this.#run.isPending())
        throw new GalleyError(
          'GALLEY_PLUGIN_FAILED',
          'The change before this one is not over yet: processes that know nothing of it are about to end. Try again in a few seconds.',
        );
      const temporary = await mkdtemp(join(this.versions.folder, INCOMING));
      try {
        return await work(temporary);
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    });
  }
}

export const pluginChangesModule: Module = {
  name: 'plugin-changes',
  start: (site) => attach(site, 'pluginChanges', new PluginChanges(site)),
};

declare module '../../kernel/site.ts' {
  interface Site {
    /** Installs, updates and removes plugins. */
    readonly pluginChanges: PluginChanges;
  }
}
