import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '../../kernel/plugin-manifest.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError, messageOf } from '../../lib/errors.ts';
import { says } from '../../lib/told-texts.ts';
import { digestOfTree, digestsOfFolder } from './digest.ts';
import { type PluginChange, PluginJournal, type PluginStep } from './plugin-journal.ts';
import { PluginMigrations } from './plugin-migrations.ts';
import type { PlannedPlugin } from './plugin-plan.ts';
import { type ChangeParts, PluginSettlement } from './plugin-settlement.ts';
import type { PluginTrial } from './trial.ts';

/** Told each step: for tests that end the process there. */
export type OnStep = ((step: string) => void) | undefined;

/** What a change works with. */
interface Tools {
  trial: PluginTrial;
  signal?: AbortSignal;
  onStep?: OnStep;
  /** What is to be put in its place first. */
  fresh: PlannedPlugin[];
  /** A folder of ours. */
  temporary: string;
}

/** Where what is being prepared lies. */
export const INCOMING = '.incoming-';

/** How long processes may take to end that run what is to go, in milliseconds. */
const LEAVE_MS = 45_000;
const LATER = says('What nobody needs any more goes when the processes have ended that still run it.');

function withMore(error: unknown, sentences: readonly string[]): GalleyError {
  const code = error instanceof GalleyError ? error.code : 'GALLEY_PLUGIN_FAILED';
  return new GalleyError(code, [messageOf(error), ...sentences].join(' '), { cause: error });
}

/** Takes a change of plugins through its steps, each of which is written down before it begins. */
export class PluginRun {
  readonly #site: Site;
  readonly #parts: ChangeParts;
  readonly #journal: PluginJournal;
  readonly #settlement: PluginSettlement;
  readonly #migrations: PluginMigrations;

  constructor(site: Site, parts: ChangeParts) {
    this.#site = site;
    this.#parts = parts;
    this.#journal = new PluginJournal(parts.versions.folder);
    this.#settlement = new PluginSettlement(site, parts);
    this.#migrations = new PluginMigrations(site, parts.versions);
  }

  /**
   * Stages, tries, migrates, switches and probes; takes all of it back where one of that fails or the signal stops it.
   * @returns why migrations stay that were to be taken back, in words
   */
  async perform(steps: PluginStep[], { trial, onStep: tell, signal, fresh, temporary }: Tools): Promise<string[]> {
    const change: PluginChange = { phase: 'staging', steps, drop: false, options: [] };
    const onStep = (step: string): void => {
      tell?.(step);
      // What the journal calls settled is finished by whoever comes, so nothing stops it any more.
      if (step !== 'settled') signal?.throwIfAborted();
    };
    try {
      await this.#to(change, onStep);
      for (const { manifest, id, directory, files, packageFiles, entry } of fresh)
        await this.#parts.versions.add(manifest.name, id, directory, { entry, files, packageFiles });
      onStep('staged');
      const active = await this.#site.pluginChoice.chosen();
      const added = steps.filter(({ activate }) => activate).map(({ name }) => name);
      const plugins = [...new Set([...active, ...added])];
      const names = steps.map(({ name }) => name).filter((name) => plugins.includes(name));
      if (names.length > 0) {
        const needed = this.#withNeeds(names, fresh);
        await trial.load({ folders: [await this.#stage(steps, temporary)], plugins: needed, names, signal });
      }
      for (const step of steps)
        if (step.to !== undefined && names.includes(step.name))
          step.added = await this.#migrations.pending(step.name, step.to);
      await this.#to({ ...change, phase: 'migrating' }, onStep);
      // What others need comes last in a plan, and first here.
      for (const step of steps.toReversed()) if (names.includes(step.name)) await this.#migrate(step);
      await this.#to({ ...change, phase: 'switching' }, onStep);
      for (const step of steps) await this.#switch(step, onStep);
      await this.#to({ ...change, phase: 'probing' }, onStep);
      if (names.length > 0) await trial.probe({ plugins, names, signal });
      signal?.throwIfAborted();
      await this.#to({ ...change, phase: 'settled' }, onStep);
    } catch (error) {
      const stays = await this.#end(tell);
      throw stays.length === 0 ? error : withMore(error, stays);
    }
    return this.#end(tell);
  }

  /** Plugins and all that they require, of those that are installed and those that are to come. */
  #withNeeds(names: readonly string[], fresh: readonly PlannedPlugin[]): string[] {
    const there = [...fresh.map(({ manifest }) => manifest), ...this.#site.plugins.list()];
    const found = new Set(names);
    for (const name of found) {
      const requires = there.find((plugin) => plugin.name === name)?.requires ?? [];
      for (const need of requires) {
        const provider = there.find((plugin) => plugin.name === need || plugin.provides.includes(need));
        if (provider) found.add(provider.name);
      }
    }
    return [...found];
  }

  /** A folder in which each plugin lies under its name, in the version that is to come. */
  async #stage(steps: readonly PluginStep[], temporary: string): Promise<string> {
    const folder = await mkdtemp(join(temporary, 'staged-'));
    for (const { name, to } of steps)
      if (to) await symlink(this.#parts.versions.path(name, to), join(folder, name), 'dir');
    return folder;
  }

  async #migrate({ name, to }: PluginStep): Promise<void> {
    if (to === undefined) return;
    this.#site.migrations.addSource(name, join(this.#parts.versions.path(name, to), 'migrations'));
    await this.#site.migrations.up({ owner: name });
  }

  async #switch({ name, from, to, after }: PluginStep, onStep: OnStep): Promise<void> {
    if (from !== undefined) await this.#adopt(name, from);
    onStep?.(`adopted ${name}`);
    await this.#parts.versions.point(name, to);
    onStep?.(`pointed ${name}`);
    await this.#parts.lock.change({ [name]: after });
    onStep?.(`locked ${name}`);
  }

  async #to(change: PluginChange, onStep: OnStep): Promise<void> {
    await this.#journal.write(change);
    onStep?.(change.phase);
  }

  /**
   * Removes a plugin. This is not taken back: who asked for it meant it.
   * @returns why data stay that were to go, in words
   */
  async remove(step: PluginStep, data: Pick<PluginChange, 'drop' | 'options'>, onStep: OnStep): Promise<string[]> {
    await this.#to({ phase: 'removing', steps: [step], ...data }, onStep);
    return this.#end(onStep);
  }

  /** A plain folder becomes a version like all others, so that it can be gone back to. */
  async #adopt(name: string, id: string): Promise<void> {
    if (!(await this.#parts.versions.isOwnFolder(name))) return;
    const directory = this.#parts.versions.pointer(name);
    const { version, author: owner, capabilities } = await readManifest(directory);
    const files = await digestsOfFolder(directory);
    const tree = digestOfTree(files);
    const entry = { version, source: `folder:${directory}`, sha512: tree, tree, owner, capabilities };
    await this.#parts.versions.add(name, id, directory, { entry, files });
  }

  /** Finishes the change that is written down, or takes it back. @returns what stays that was to go, and why, in words */
  async #end(onStep?: OnStep, waitMs = LEAVE_MS): Promise<string[]> {
    const change = await this.#journal.read();
    if (!change) return [];
    const stays = await this.#settle(change, onStep, waitMs);
    if (stays === undefined) return [LATER];
    await this.#journal.close();
    return stays;
  }

  async #settle(change: PluginChange, onStep: OnStep, waitMs: number): Promise<string[] | undefined> {
    const { phase, steps } = change;
    if (phase === 'settled') {
      await this.#settlement.finish(change, onStep);
      if (!steps.some(({ outgrown = [] }) => outgrown.length > 0)) return [];
      const clearing: PluginChange = { ...change, phase: 'clearing' };
      await this.#to(clearing, onStep);
      return this.#settlement.clearAway(clearing, onStep, waitMs);
    }
    if (phase === 'clearing' || phase === 'removing') return this.#settlement.clearAway(change, onStep, waitMs);
    return this.#settlement.undo(change, onStep);
  }

  /** Whether a change waits for its end. */
  isPending(): Promise<boolean> {
    return this.#journal.isOpen();
  }

  /**
   * Ends what another process left, and removes what it prepared.
   * @param waitMs how long to wait for processes that are to end
   * @returns whether there was a change
   */
  async clean(waitMs = LEAVE_MS): Promise<boolean> {
    const change = await this.#journal.read();
    await this.#end(undefined, waitMs);
    if (change && !(await this.isPending()))
      this.#site.log.warn(
        { change: change.phase, plugins: change.steps.map(({ name }) => name) },
        'A change of plugins that broke off was cleared up',
      );
    for (const name of await readdir(this.#parts.versions.folder))
      if (name.startsWith(INCOMING))
        await rm(join(this.#parts.versions.folder, name), { recursive: true, force: true });
    return change !== undefined;
  }
}
