import { attach, type Module } from '../kernel/module.ts';
import type { PluginTier } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';

/** What administrators changed of the list of active plugins. */
interface Choice {
  /** Active besides the default ones. */
  active: string[];
  /** Default ones that are switched off. */
  inactive: string[];
}

/** A plugin that the site switched off by itself, and why. */
export interface PluginFailure {
  name: string;
  reason: string;
  /** Epoch milliseconds. */
  at: number;
}

/** Where an administrator chose otherwise than a plugin itself would run. */
type Tiers = Record<string, PluginTier>;

/** The versions of plugins that were switched last, each with the moment, so that running processes see a change. */
export type PluginStamps = Readonly<Record<string, string>>;

type Failures = Record<string, Omit<PluginFailure, 'name'>>;

const NAMES = { type: 'array', items: { type: 'string' }, uniqueItems: true };

/** Which plugins are to run. Kept in the store, so that all nodes agree; processes that run others are replaced. */
export class PluginChoice {
  /** May refuse, by throwing, that somebody switches a plugin on. */
  beforeActivation: (name: string) => Promise<void> = async () => undefined;
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
    site.options.define('plugins', {
      default: { active: [], inactive: [] },
      label: 'Active plugins',
      schema: {
        type: 'object',
        required: ['active', 'inactive'],
        additionalProperties: false,
        properties: { active: NAMES, inactive: NAMES },
      },
    });
    site.options.define('plugin_tiers', {
      default: {},
      label: 'How plugins run that could run otherwise',
      schema: { type: 'object', additionalProperties: { enum: ['trusted', 'contained'] } },
    });
    site.options.define('plugin_stamps', {
      default: {},
      label: 'Versions of plugins that were switched last',
      schema: { type: 'object', additionalProperties: { type: 'string' } },
    });
    site.options.define('plugin_failures', {
      default: {},
      label: 'Plugins that were switched off because they failed',
      schema: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          required: ['reason', 'at'],
          additionalProperties: false,
          properties: { reason: { type: 'string' }, at: { type: 'integer' } },
        },
      },
    });
  }

  /** Says that other versions of plugins count from now on; undefined for one that was removed. */
  async stamp(versions: Record<string, string | undefined>): Promise<void> {
    await this.#site.options.update<PluginStamps>('plugin_stamps', (stamps) => {
      const changed = Object.entries(versions).map(([name, id]) => [name, id && `${id} ${Date.now()}`]);
      const all: PluginStamps = { ...stamps, ...(Object.fromEntries(changed) as PluginStamps) };
      return Object.fromEntries(Object.entries(all).filter(([, stamp]) => stamp));
    });
  }

  /** Which versions were switched last: the version and the moment, with a blank between. */
  async stamps(): Promise<PluginStamps> {
    return this.#site.options.get<PluginStamps>('plugin_stamps');
  }

  get #defaults(): readonly string[] {
    return this.#site.config.plugins.default;
  }

  /** The names of the plugins that are to run. In safe mode only those that come with Galley do. */
  async active(): Promise<string[]> {
    return this.#site.config.plugins.safeMode ? [...this.#defaults] : this.chosen();
  }

  /** The names of the plugins that are switched on: in safe mode too, where they can be switched off. */
  async chosen(): Promise<string[]> {
    const { active, inactive } = await this.#site.options.get<Choice>('plugins');
    return [...new Set([...this.#defaults, ...active])].filter((name) => !inactive.includes(name));
  }

  /**
   * How a plugin is to run: as an administrator chose, else contained where it can be. One that comes with Galley is
   * trusted as the rest of Galley is.
   */
  async tierOf(name: string): Promise<PluginTier> {
    if (!this.#site.plugins.get(name)?.contained) return 'trusted';
    return (await this.#site.options.get<Tiers>('plugin_tiers'))[name] ?? this.ownTierOf(name);
  }

  /** How a plugin runs where nobody has chosen. */
  ownTierOf(name: string): PluginTier {
    const plugin = this.#site.plugins.get(name);
    return plugin?.contained && !plugin.isFirstParty ? 'contained' : 'trusted';
  }

  /**
   * Chooses how a plugin runs, from its next start on.
   * @returns whether that changed anything
   * @throws GALLEY_PLUGIN_INVALID for a plugin that cannot be contained
   */
  async setTier(name: string, tier: PluginTier): Promise<boolean> {
    const plugin = this.#site.plugins.need(name);
    if (tier === 'contained' && !plugin.contained) {
      throw new GalleyError(
        'GALLEY_PLUGIN_INVALID',
        `"${name}" cannot be contained: its package.json has no "galley.contained" that says what it brings.`,
      );
    }
    if ((await this.tierOf(name)) === tier) return false;
    await this.#site.options.update<Tiers>('plugin_tiers', (tiers) => ({ ...tiers, [name]: tier }));
    return true;
  }

  /**
   * Switches a plugin on. Plugins are set up at start: a running site starts new processes for it.
   * @returns whether that changed anything
   * @throws GALLEY_PLUGIN_UNKNOWN for a plugin that is not installed, GALLEY_PLUGIN_INVALID for one that was revoked
   */
  async activate(name: string): Promise<boolean> {
    this.#site.plugins.need(name);
    await this.beforeActivation(name);
    return this.choose(name);
  }

  /** The same for a plugin that was installed just now, which nobody has looked for yet. */
  async choose(name: string): Promise<boolean> {
    await this.forget([name]);
    if ((await this.chosen()).includes(name)) return false;
    await this.#change(({ active, inactive }) => ({
      active: this.#defaults.includes(name) ? active : [...new Set([...active, name])],
      inactive: inactive.filter((other) => other !== name),
    }));
    return true;
  }

  /**
   * Switches a plugin off. Its data stay.
   * @returns whether that changed anything
   * @throws GALLEY_PLUGIN_INVALID where another active plugin requires it
   */
  async deactivate(name: string): Promise<boolean> {
    const active = await this.chosen();
    if (!active.includes(name)) return false;
    const provided = [name, ...(this.#site.plugins.get(name)?.provides ?? [])];
    const needing = active.filter(
      (other) => other !== name && this.#site.plugins.get(other)?.requires.some((wanted) => provided.includes(wanted)),
    );
    if (needing.length > 0) {
      throw new GalleyError(
        'GALLEY_PLUGIN_INVALID',
        `"${name}" is required by ${needing.join(', ')}. Deactivate ${needing.length === 1 ? 'that' : 'those'} first.`,
      );
    }
    await this.#change((choice) => this.#without(choice, [name]));
    return true;
  }

  /** Lets exactly these run from now on. */
  async only(names: readonly string[]): Promise<void> {
    await this.#change(() => ({
      active: names.filter((name) => !this.#defaults.includes(name)),
      inactive: this.#defaults.filter((name) => !names.includes(name)),
    }));
  }

  /** Switches a plugin off that keeps failing, whoever requires it, and remembers why until it is switched on again. */
  async switchOff(name: string, reason: string): Promise<void> {
    // The reason first: whoever sees that it is off sees why.
    await this.remember([name], reason);
    await this.#change((choice) => this.#without(choice, [name]));
    this.#site.log.ownedBy(name).error({ reason }, 'The plugin was switched off');
  }

  /**
   * Goes back to a choice that worked, because the present one did not start.
   *
   * @param names the plugins that were switched on then
   * @param failure.reason why the present choice did not start
   * @param failure.plugin the plugin that is to blame; where nobody knows, all that were switched on since then are
   */
  async restore(names: readonly string[], failure: { reason: string; plugin?: string }): Promise<void> {
    const isNew = (name: string): boolean => !names.includes(name);
    const added = (await this.chosen()).filter(isNew);
    const blamed = failure.plugin !== undefined && isNew(failure.plugin) ? [failure.plugin] : added;
    await this.#change((choice) => {
      const { active, inactive } = this.#without(choice, added);
      const wanted = names.filter((name) => !this.#defaults.includes(name));
      return {
        active: [...new Set([...active, ...wanted])],
        inactive: inactive.filter((name) => !names.includes(name)),
      };
    });
    await this.remember(blamed, failure.reason);
    for (const name of blamed) this.#site.log.ownedBy(name).error(failure, 'The plugin was switched off again');
  }

  /** The plugins that the site switched off by itself. */
  async failures(): Promise<PluginFailure[]> {
    const failures = await this.#site.options.get<Failures>('plugin_failures');
    return Object.entries(failures).map(([name, failure]) => ({ name, ...failure }));
  }

  /** Keeps why the site did without plugins, or without their newest versions. */
  async remember(names: readonly string[], reason: string): Promise<void> {
    const failed = Object.fromEntries(names.map((name) => [name, { reason, at: Date.now() }]));
    await this.#site.options.update<Failures>('plugin_failures', (known) => ({ ...known, ...failed }));
  }

  /** What went wrong with plugins does not count any more. */
  async forget(names: readonly string[]): Promise<void> {
    if (!(await this.failures()).some(({ name }) => names.includes(name))) return;
    await this.#site.options.update<Failures>('plugin_failures', (known) =>
      Object.fromEntries(Object.entries(known).filter(([name]) => !names.includes(name))),
    );
  }

  #without({ active, inactive }: Choice, names: readonly string[]): Choice {
    return {
      active: active.filter((other) => !names.includes(other)),
      inactive: [...new Set([...inactive, ...names.filter((name) => this.#defaults.includes(name))])],
    };
  }

  async #change(change: (choice: Choice) => Choice): Promise<void> {
    await this.#site.options.update<Choice>('plugins', change);
  }
}

export const pluginChoiceModule: Module = {
  name: 'plugin-choice',
  start: (site) => attach(site, 'pluginChoice', new PluginChoice(site)),
};

declare module '../kernel/site.ts' {
  interface Site {
    /** Which plugins are to run. */
    readonly pluginChoice: PluginChoice;
  }
}
