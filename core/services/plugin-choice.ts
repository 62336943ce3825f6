import { attach, type Module } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';

/** What administrators changed of the list of active plugins. */
interface Choice {
  /** Active besides the default ones. */
  active: string[];
  /** Default ones that are switched off. */
  inactive: string[];
}

const NAMES = { type: 'array', items: { type: 'string' }, uniqueItems: true };

/** Which plugins are to run from the next start on. Kept in the store, so that all nodes agree. */
export class PluginChoice {
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
  }

  get #defaults(): readonly string[] {
    return this.#site.config.plugins.default;
  }

  /** The names of the plugins that are to run. In safe mode only those that come with Galley do. */
  async active(): Promise<string[]> {
    return this.#site.config.plugins.safeMode ? [...this.#defaults] : this.#chosen();
  }

  /** The names of the plugins that are switched on: in safe mode too, where they can be switched off. */
  async #chosen(): Promise<string[]> {
    const { active, inactive } = await this.#site.options.get<Choice>('plugins');
    return [...new Set([...this.#defaults, ...active])].filter((name) => !inactive.includes(name));
  }

  /**
   * Switches a plugin on. Plugins are set up at start, so it runs from the next start on.
   * @returns whether that changed anything
   * @throws GALLEY_PLUGIN_UNKNOWN for a plugin that is not installed
   */
  async activate(name: string): Promise<boolean> {
    this.#site.plugins.need(name);
    if ((await this.#chosen()).includes(name)) return false;
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
    const active = await this.#chosen();
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
    await this.#change((choice) => ({
      active: choice.active.filter((other) => other !== name),
      inactive: this.#defaults.includes(name) ? [...new Set([...choice.inactive, name])] : choice.inactive,
    }));
    return true;
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
    /** Which plugins are to run from the next start on. */
    readonly pluginChoice: PluginChoice;
  }
}
