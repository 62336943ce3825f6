import { attach, type Module } from '../kernel/module.ts';
import { orderPlugins } from '../kernel/plugin-order.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';

/** A search for the plugin that breaks the site, as it stands. */
interface Search {
  /** All that were switched on when it began. */
  original: string[];
  /** Those that may be to blame, each after what it requires. */
  suspects: string[];
  /** Those that are switched off now: suspects, and what cannot run without them. */
  off: string[];
}

/** What a step of the search came to. */
export interface BisectStep {
  /** `searching`: look at the site now. `found`: it is `culprit`. `none`: no plugin from elsewhere is to blame. */
  state: 'searching' | 'found' | 'none' | 'reset';
  culprit?: string;
  suspects: string[];
  off: string[];
  /** How many answers are still needed at most. */
  left: number;
}

const NAMES = { type: 'array', items: { type: 'string' } };

function stepOf({ suspects, off }: Search): BisectStep {
  const isFirst = suspects.every((name) => off.includes(name));
  return { state: 'searching', suspects, off, left: Math.ceil(Math.log2(suspects.length)) + (isFirst ? 1 : 0) };
}

/**
 * Finds the plugin from elsewhere that breaks the site: switches half of those that may be to blame off, asks how the
 * site is, and goes on with one half. Where it stands is in the store, so that it outlives every process.
 */
export class PluginBisect {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
    if (site.options.has('plugin_bisect')) return;
    site.options.define('plugin_bisect', {
      default: null,
      label: 'The search for a plugin that breaks the site',
      schema: {
        anyOf: [
          { type: 'null' },
          {
            type: 'object',
            required: ['original', 'suspects', 'off'],
            additionalProperties: false,
            properties: { original: NAMES, suspects: NAMES, off: NAMES },
          },
        ],
      },
    });
  }

  /** Where the search stands; undefined where none runs. */
  async status(): Promise<BisectStep | undefined> {
    const search = await this.#read();
    return search ? stepOf(search) : undefined;
  }

  /** Begins: first without any plugin from elsewhere, to see whether one of them is to blame at all. */
  async start(): Promise<BisectStep> {
    if (await this.#read())
      throw new GalleyError('GALLEY_COMMAND_USAGE', 'A search runs already: answer "good" or "bad", or "reset" it.');
    const original = await this.#site.pluginChoice.chosen();
    const suspects = this.#further(original);
    if (suspects.length === 0) return { state: 'none', suspects, off: [], left: 0 };
    return this.#go({ original, suspects, off: suspects });
  }

  /** Goes on: whether the site is well with those switched off that are. */
  async answer(isGood: boolean): Promise<BisectStep> {
    const search = await this.#need();
    const { suspects, off } = search;
    const left = suspects.filter((name) => off.includes(name) === isGood);
    if (left.length === 0) return this.#end(search, { state: 'none' });
    const [culprit = ''] = left;
    if (left.length === 1) return this.#end(search, { state: 'found', culprit });
    // The later half: what requires others stands after them, so that none is left without what it requires.
    const half = left.slice(Math.ceil(left.length / 2));
    return this.#go({ ...search, suspects: left, off: this.#withDependents(half, search.original) });
  }

  /** Ends the search; all that were switched on run again. */
  async reset(): Promise<BisectStep> {
    return this.#end(await this.#need(), { state: 'reset' });
  }

  #further(names: readonly string[]): string[] {
    const plugins = names.flatMap((name) => this.#site.plugins.get(name) ?? []);
    const { ordered, refused } = orderPlugins(plugins);
    const all = [...ordered, ...refused.map(({ manifest }) => manifest)].map(({ name }) => name);
    return all.filter((name) => this.#site.plugins.get(name)?.isFirstParty === false);
  }

  /** The plugins with all that require one of them. */
  #withDependents(names: readonly string[], all: readonly string[]): string[] {
    const off = new Set(names);
    const provided = (name: string): string[] => [name, ...(this.#site.plugins.get(name)?.provides ?? [])];
    for (let size = -1; size !== off.size; ) {
      size = off.size;
      const gone = new Set([...off].flatMap(provided));
      for (const name of all)
        if (this.#site.plugins.get(name)?.requires.some((needed) => gone.has(needed))) off.add(name);
    }
    return [...off];
  }

  /** Written down before anything is switched, so that nothing is lost wherever it is cut off. */
  async #go(search: Search): Promise<BisectStep> {
    await this.#site.options.set('plugin_bisect', search);
    await this.#site.pluginChoice.only(search.original.filter((name) => !search.off.includes(name)));
    return stepOf(search);
  }

  async #end({ original }: Search, end: Pick<BisectStep, 'state' | 'culprit'>): Promise<BisectStep> {
    await this.#site.pluginChoice.only(original);
    await this.#site.options.set('plugin_bisect', null);
    return { ...end, suspects: end.culprit ? [end.culprit] : [], off: [], left: 0 };
  }

  async #read(): Promise<Search | null> {
    return this.#site.options.get<Search | null>('plugin_bisect');
  }

  async #need(): Promise<Search> {
    const search = await this.#read();
    if (search) return search;
    throw new GalleyError('GALLEY_COMMAND_USAGE', 'No search runs. Begin one: galley plugin bisect start');
  }
}

export const pluginBisectModule: Module = {
  name: 'plugin-bisect',
  start: (site) => attach(site, 'pluginBisect', new PluginBisect(site)),
};

declare module '../kernel/site.ts' {
  interface Site {
    /** The search for a plugin that breaks the site. */
    readonly pluginBisect: PluginBisect;
  }
}
