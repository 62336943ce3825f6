import type { KeptAnswer } from '../kernel/contained-manifest.ts';
import type { PluginInfo } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, isGalleyError, messageOf } from '../lib/errors.ts';
import { cacheKey } from '../services/cache-key.ts';
import { PluginStrikes } from '../services/plugin-strikes.ts';
import { valuesTag } from '../services/plugin-values.ts';
import type { ContainedDefinition } from './author.ts';
import { CapabilityCalls } from './capability-calls.ts';
import { makeGalley } from './galley-api.ts';
import { HOOK_ADAPTERS } from './hook-adapters.ts';
import type { EngineChoice } from './host-messages.ts';
import type { Request } from './host-request.ts';
import { type ContainedLimits, LIMITS, MAX_STRIKES, STRIKE_WINDOW_MS } from './limits.ts';
import { type ContainedCode, PluginHosts } from './plugin-hosts.ts';
import { settingsOption } from './plugin-settings.ts';
import { SharedWaits } from './shared-waits.ts';

/** How a handler is asked. */
export interface AskOptions {
  /** The name of a template that is filled with each record of the answer. */
  template?: string;
  cache?: KeptAnswer | undefined;
  /** A page waits for it: shorter than others, and it may be asked again. */
  isHook?: boolean;
}

/** And as part of what. */
type RunOptions = AskOptions & Pick<Request, 'within'>;

const AGAIN_MS = 5000;

const keepsValues = ({ capabilities }: PluginInfo): boolean =>
  capabilities.includes('kv') || capabilities.includes('tables');

/** The plugins that can be contained, and the way to their handlers, whichever tier they run in. */
export class Contained {
  readonly #site: Site;
  readonly calls: CapabilityCalls;
  /** What contained plugins may use up. Tests change it. */
  readonly limits: ContainedLimits = { ...LIMITS };
  readonly hosts: PluginHosts;
  /** The hooks that contained plugins can handle. A plugin adds its own in its set-up, for those that require it. */
  readonly adapters = new Map(HOOK_ADAPTERS);
  /** The engine to be used. */
  engine: EngineChoice = 'auto';
  readonly #trusted = new Map<string, { definition: ContainedDefinition; templates: Record<string, string> }>();
  readonly #strikes: PluginStrikes;
  readonly #waits = new SharedWaits();
  readonly #late = new Map<string, NodeJS.Timeout>();
  /** The last text of which a key was made. */
  #digested = { text: '', key: cacheKey('given', '') };

  constructor(site: Site) {
    this.#site = site;
    this.calls = new CapabilityCalls(site);
    this.#strikes = new PluginStrikes(site, STRIKE_WINDOW_MS);
    this.hosts = new PluginHosts({
      limits: this.limits,
      engine: () => this.engine,
      onStart: (engine) => {
        if (engine !== 'quickjs' || this.engine === 'quickjs') return;
        site.log.warn('isolated-vm cannot be loaded here; QuickJS, which is slower, contains plugins');
      },
      // A transaction of who asks does not wait for a plugin that may be given up, and has no part in what it does.
      ask: (plugin, name, args) => site.database.outside(() => this.calls.runJson(plugin, name, args)),
      onStrike: (plugin, reason) => {
        site.plugins.fault(plugin, 'plugin host', reason);
        site.log.ownedBy(plugin).error({ reason }, 'A contained plugin has got a strike');
        void this.#share(plugin, reason);
      },
      onOut: (plugin, reason) => void this.#switchOff(plugin, reason),
    });
  }

  /** Makes a contained plugin known to the hosts. */
  addContained(code: ContainedCode): void {
    this.hosts.add(code);
  }

  /** Makes the same plugin known where it is trusted. */
  addTrusted(plugin: string, definition: ContainedDefinition, templates: Record<string, string>): void {
    this.#trusted.set(plugin, { definition, templates });
  }

  /** Cache tags of all that a plugin says: they end it when its settings or its values change. */
  tagsOf(plugin: PluginInfo, cache?: KeptAnswer): string[] {
    const hasSettings = Object.keys(plugin.contained?.settings ?? {}).length > 0;
    const own = [`plugin:${plugin.name}`, ...(hasSettings ? [`option:${settingsOption(plugin.name)}`] : [])];
    return [...own, ...(keepsValues(plugin) ? [valuesTag(plugin.name)] : []), ...(cache?.tags ?? [])];
  }

  /**
   * Asks a handler of a plugin.
   * @param handler with its group: `hooks.view:head`
   * @param text what it gets, as JSON
   * @returns plain data
   * @throws GALLEY_PLUGIN_FAILED
   */
  ask(plugin: PluginInfo, handler: string, text: string, options: AskOptions = {}): Promise<unknown> {
    const { cache, isHook = false } = options;
    // What is kept is looked for first: what runs now may be over by then.
    const within = this.#site.hooks.carry();
    const answer = cache
      ? this.#site.cache.remember(
          this.#keyOf(plugin, handler, text),
          { tags: this.tagsOf(plugin, cache), ttl: cache.seconds },
          () => this.#run(plugin, handler, text, { ...options, within }),
        )
      : this.#run(plugin, handler, text, { ...options, within });
    const ms = isHook ? this.limits.hookWaitMs : this.limits.waitMs;
    const late = (): Error =>
      new GalleyError('GALLEY_PLUGIN_FAILED', `"${plugin.name}" did not answer within ${ms} ms.`);
    return this.#waits.within(ms, answer, late);
  }

  /**
   * As `ask`, for places that do without an answer. A failure is written down, and what was made without the plugin is
   * made anew a little later.
   */
  askOrLeave(plugin: PluginInfo, handler: string, text: string, options: AskOptions = {}): Promise<unknown> {
    return this.ask(plugin, handler, text, options).catch((error: unknown) => this.fail(plugin, handler, error));
  }

  /** Writes a failure of a plugin down. */
  fail(plugin: PluginInfo, handler: string, error: unknown): void {
    this.#site.plugins.fault(plugin.name, handler.replace('.', ' '), error);
    this.#site.log.ownedBy(plugin.name).warn({ handler, problem: messageOf(error) }, 'A handler failed');
    if (this.hosts.isOut(plugin.name) || this.#late.has(plugin.name)) return;
    const timer = setTimeout(() => {
      this.#late.delete(plugin.name);
      void this.#site.cache.invalidate([`plugin:${plugin.name}`]);
    }, AGAIN_MS).unref();
    this.#late.set(plugin.name, timer);
  }

  /** Starts the host and lets it read all contained plugins, so that no visitor waits for that. */
  async warm(): Promise<void> {
    await this.hosts.warm().catch((error: unknown) => {
      this.#site.log.error({ err: error }, 'The plugin host did not start');
    });
  }

  stop(): void {
    for (const timer of this.#late.values()) clearTimeout(timer);
    this.hosts.stop();
  }

  async #run(plugin: PluginInfo, handler: string, input: string, options: RunOptions): Promise<unknown> {
    const { template, isHook = false, within } = options;
    const text = this.#trusted.has(plugin.name)
      ? await within(() => this.#runTrusted(plugin.name, handler, input, template))
      : await this.hosts.call({ plugin: plugin.name, handler, input, template, isRepeatable: isHook, within });
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new GalleyError('GALLEY_PLUGIN_FAILED', `"${plugin.name}" answered with what is no JSON.`, {
        cause: error,
      });
    }
  }

  /** The same way through text: a plugin must not notice where it runs. */
  async #runTrusted(plugin: string, handler: string, input: string, template?: string): Promise<string> {
    const { definition, templates } = this.#trusted.get(plugin) ?? { definition: {}, templates: {} };
    const dot = handler.indexOf('.');
    const run = definition[handler.slice(0, dot) as keyof ContainedDefinition]?.[handler.slice(dot + 1)];
    if (typeof run !== 'function')
      throw new GalleyError('GALLEY_PLUGIN_FAILED', `"${plugin}" has no handler "${handler}".`);
    const galley = makeGalley(async (call, args) => {
      const text = await this.calls.runJson(plugin, call, JSON.stringify(args));
      return JSON.parse(text) as unknown;
    });
    try {
      const answer = await this.#site.hooks.runAs(plugin, handler, () => run(JSON.parse(input), galley));
      const text = JSON.stringify(answer) ?? 'null';
      if (template === undefined) return text;
      const { fillTemplate } = await import('./host-templates.ts');
      return fillTemplate(templates[template] ?? '', text);
    } catch (error) {
      throw isGalleyError(error) ? error : new GalleyError('GALLEY_PLUGIN_FAILED', messageOf(error), { cause: error });
    }
  }

  /** Under what an answer is kept. Plugins of one firing get the same text, which is digested once. */
  #keyOf({ name, version, tier }: PluginInfo, handler: string, text: string): string {
    if (this.#digested.text !== text) this.#digested = { text, key: cacheKey('given', text) };
    return `contained:${name}:${version}:${tier}:${handler}:${this.#digested.key}`;
  }

  /** Goes on where other processes are: a plugin with a strike gets a host of its own from the start. */
  async adoptStrikes(): Promise<void> {
    for (const [plugin, count] of Object.entries(await this.#strikes.counts()))
      for (let strike = 0; strike < count; strike++) this.hosts.ledger.record(plugin);
  }

  /** Counts a strike with those that other processes saw. */
  async #share(plugin: string, reason: string): Promise<void> {
    const count = await this.#strikes.record(plugin);
    if (count >= MAX_STRIKES && !this.hosts.isOut(plugin)) await this.#switchOff(plugin, reason);
  }

  /** Asks a plugin nothing any more, from now until the process ends. */
  async leaveOut(name: string, reason: string): Promise<void> {
    const info = this.#site.plugins.get(name);
    if (!info || !this.hosts.has(name) || info.state === 'failed') return;
    Object.assign(info, { state: 'failed', reason });
    this.hosts.leaveOut(name);
    await this.#site.processes.forget(name);
  }

  /** The contained plugins that nobody asks any more. */
  leftOut(): string[] {
    return this.hosts.out();
  }

  async #switchOff(name: string, reason: string): Promise<void> {
    const why = `Contained, it overstepped its limits three times within ten minutes: ${reason}.`;
    await this.leaveOut(name, why);
    try {
      await this.#site.pluginChoice.switchOff(name, why);
      await this.#strikes.forget(name);
      await this.#site.cache.invalidate([`plugin:${name}`]);
    } catch (error) {
      this.#site.log.ownedBy(name).error({ err: error }, 'The plugin could not be switched off for all nodes');
    }
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** The plugins that can be contained. */
    readonly contained: Contained;
  }
}
