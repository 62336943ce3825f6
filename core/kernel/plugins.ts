import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { type PluginManifest, readManifest } from './plugin-manifest.ts';
import { orderPlugins } from './plugin-order.ts';
import { removeOwner, type Site, siteFor } from './site.ts';

/** A plugin's set-up: only registrations, no work. */
export interface Plugin {
  setup(site: Site): void | Promise<void>;
}

/**
 * Makes a plugin. Its module's default export is what this returns.
 *
 * @param setup registers what the plugin brings through the `site` that it is given, which is bound to the plugin
 * @example
 * export default definePlugin((site) => {
 *   site.hooks.addAction('entry:saved', ({ entry }) => site.log.info({ id: entry.id }, 'saved'));
 * });
 */
export function definePlugin(setup: Plugin['setup']): Plugin {
  return { setup };
}

/** Something that went wrong in a plugin. */
export interface PluginFault {
  /** Where: `setup`, `hook entry:saved`, `route GET /x`, `cron tidy`. */
  where: string;
  message: string;
  at: number;
  count: number;
}

/** How a plugin runs: `trusted` in the worker, `contained` in the plugin host. */
export type PluginTier = 'trusted' | 'contained';

/** Gets a plugin from its files. */
export type PluginLoader = (site: Site, plugin: PluginInfo) => Promise<Plugin>;

/** A plugin and how it is. */
export interface PluginInfo extends PluginManifest {
  state: 'active' | 'inactive' | 'failed';
  /** Comes with Galley. */
  isFirstParty: boolean;
  /** How it is to run in this process: in the worker with all its rights, or in the plugin host with none. */
  tier: PluginTier;
  /** Why it is not active, in words for an administrator. */
  reason?: string;
  /** Milliseconds that its set-up took. */
  setupMs: number;
  /** The latest faults, newest first. */
  faults: PluginFault[];
}

/** A folder that holds plugins, each in a folder of its own. */
export interface PluginSource {
  directory: string;
  isFirstParty: boolean;
}

const MAX_FAULTS = 20;
/** How long loading and setting up one plugin may take, in milliseconds: it only registers. */
const SETUP_TIMEOUT_MS = 30_000;

/** All plugins of the site: found, set up, failed. Set-up happens once, at start; nothing is unregistered later. */
export class Plugins {
  readonly #plugins = new Map<string, PluginInfo>();
  /** Problems that concern no plugin by name: a folder without a manifest. */
  readonly problems: string[] = [];
  readonly #timeoutMs: number;
  /** Gets plugins from their files; the layer of contained plugins puts its own in the place of this. */
  load: PluginLoader = importPlugin;

  /** @param options.timeoutMs how long one plugin may take, in milliseconds */
  constructor({ timeoutMs = SETUP_TIMEOUT_MS }: { timeoutMs?: number } = {}) {
    this.#timeoutMs = timeoutMs;
  }

  /** Every plugin that was found, in the order of discovery. */
  list(): PluginInfo[] {
    return [...this.#plugins.values()];
  }

  get(name: string): PluginInfo | undefined {
    return this.#plugins.get(name);
  }

  /**
   * The plugin called `name`.
   * @throws GALLEY_PLUGIN_UNKNOWN with a suggestion
   */
  need(name: string): PluginInfo {
    const plugin = this.#plugins.get(name);
    if (plugin) return plugin;
    throw new GalleyError(
      'GALLEY_PLUGIN_UNKNOWN',
      `There is no plugin "${name}".${didYouMean(name, this.#plugins.keys())}`,
    );
  }

  /** Records a fault of `owner`, if it is a plugin; the same fault again only counts up. */
  fault(owner: string, where: string, error: unknown): void {
    const plugin = this.#plugins.get(owner);
    if (!plugin) return;
    const message = messageOf(error);
    const known = plugin.faults.find((fault) => fault.where === where && fault.message === message);
    if (known) {
      known.count++;
      known.at = Date.now();
      return;
    }
    plugin.faults.unshift({ where, message, at: Date.now(), count: 1 });
    plugin.faults.splice(MAX_FAULTS);
  }

  /** Looks into the folders for plugins. A name found twice keeps the first: nobody replaces a first-party plugin. */
  async discover(sources: readonly PluginSource[]): Promise<void> {
    for (const { directory, isFirstParty } of sources) {
      const folders = await readdir(directory, { withFileTypes: true }).catch(() => []);
      for (const folder of folders.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        // An installed plugin is a link to the version that counts. Its files are read by their own path, so that a
        // process keeps those it started with.
        const isLink = folder.isSymbolicLink() && !isFirstParty;
        if ((!folder.isDirectory() && !isLink) || folder.name.startsWith('.')) continue;
        const path = join(directory, folder.name);
        await this.#discoverOne(isLink ? await realpath(path).catch(() => path) : path, isFirstParty);
      }
    }
  }

  async #discoverOne(directory: string, isFirstParty: boolean): Promise<void> {
    try {
      // Those that come with Galley were checked by its tests.
      const manifest = await readManifest(directory, { isChecked: isFirstParty });
      const present = this.#plugins.get(manifest.name);
      // Whoever looks again finds what is there already.
      if (present?.directory === directory) return;
      if (present) this.#complain(`${directory} is left out: ${present.directory} is a plugin of the same name.`);
      else
        this.#plugins.set(manifest.name, {
          ...manifest,
          state: 'inactive',
          tier: 'trusted',
          isFirstParty,
          setupMs: 0,
          faults: [],
        });
    } catch (error) {
      this.#complain(messageOf(error));
    }
  }

  #complain(problem: string): void {
    if (!this.problems.includes(problem)) this.problems.push(problem);
  }

  /**
   * Sets up the plugins named in `active`, in order of their requirements. One that fails is marked with the reason
   * and leaves nothing behind; the others go on.
   */
  async setup(site: Site, active: readonly string[]): Promise<void> {
    const chosen = active.flatMap((name) => this.#plugins.get(name) ?? []);
    const { ordered, refused } = orderPlugins(chosen);
    for (const { manifest, reason } of refused) this.#refuse(site, manifest.name, reason);
    for (const manifest of ordered) await this.#setupOne(site, manifest);
  }

  async #setupOne(site: Site, manifest: PluginManifest): Promise<void> {
    const info = this.need(manifest.name);
    const missing = manifest.requires.find((name) => this.#hasFailed(name));
    if (missing) {
      this.#refuse(site, manifest.name, `it requires "${missing}", which failed`);
      return;
    }
    const from = performance.now();
    try {
      await this.#inTime(site, manifest.name, this.#loadAndSetUp(site, info));
      info.state = 'active';
      info.setupMs = performance.now() - from;
    } catch (error) {
      removeOwner(site, manifest.name);
      this.fault(manifest.name, 'setup', error);
      this.#refuse(site, manifest.name, messageOf(error), error);
    }
  }

  async #loadAndSetUp(site: Site, info: PluginInfo): Promise<void> {
    const plugin = await this.load(site, info);
    await plugin.setup(siteFor(site, info.name));
  }

  /** Whether the plugin called `name`, or the one that provides it, has failed. */
  #hasFailed(name: string): boolean {
    return this.list().some((plugin) => {
      return plugin.state === 'failed' && (plugin.name === name || plugin.provides.includes(name));
    });
  }

  /** Waits for a set-up so long and no longer. What it registers after that is taken back when it ends. */
  async #inTime(site: Site, name: string, work: Promise<void>): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const takeBack = (): void => removeOwner(site, name);
      work.then(takeBack, takeBack);
      reject(new GalleyError('GALLEY_PLUGIN_INVALID', `its set-up did not end within ${this.#timeoutMs} ms`));
    }, this.#timeoutMs);
    try {
      await Promise.race([work, promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #refuse(site: Site, name: string, reason: string, error?: unknown): void {
    const info = this.need(name);
    info.state = 'failed';
    info.reason = reason;
    site.plugins.onFailure?.(name, reason, error);
  }

  /** Called with each plugin that could not be set up; boot logs it. */
  onFailure: ((name: string, reason: string, error: unknown) => void) | undefined;
}

/** Imports a plugin into this process. @throws GALLEY_PLUGIN_INVALID */
export async function importPlugin(_site: Site, manifest: PluginManifest): Promise<Plugin> {
  const file = join(manifest.directory, manifest.main);
  const module = (await import(pathToFileURL(file).href)) as { default?: Partial<Plugin> };
  if (typeof module.default?.setup !== 'function') {
    throw new GalleyError(
      'GALLEY_PLUGIN_INVALID',
      `${file} has no plugin as its default export. Write: export default definePlugin((site) => { … })`,
    );
  }
  return module.default as Plugin;
}

declare module './site.ts' {
  interface Site {
    /** The plugins that were found and how each is. */
    readonly plugins: Plugins;
  }
}
