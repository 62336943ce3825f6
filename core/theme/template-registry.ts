import type { Viewer } from '../identity/viewer.ts';
import { Registry } from '../kernel/registry.ts';
import type { Owned, Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { Helper, HelperDefinition, HelperOptions } from './helper-types.ts';
import { blockHelpers } from './helpers-block.ts';
import { FormatHelpers } from './helpers-format.ts';
import { htmlHelpers } from './helpers-html.ts';
import { listHelpers } from './helpers-list.ts';
import { textHelpers } from './helpers-text.ts';
import type { View } from './view.ts';

/** Makes a value for every view. */
export type ContextProvider = (input: { site: Site; view: View; viewer: Viewer }) => unknown;

/** How long a provided value is good. With tags it is kept in the object cache and must then be plain data. */
export interface ContextOptions {
  tags?: readonly string[];
  /** Seconds. */
  ttl?: number;
}

interface Shared {
  helpers: Registry<HelperDefinition>;
  partials: Registry<string>;
  templates: Registry<string>;
  contexts: Registry<ContextOptions & { provide: ContextProvider }>;
  changes: { count: number };
}

const NAME = /^[a-z][a-zA-Z0-9]*$/;
const PARTIAL_NAME = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/;
/** What controllers set; a provider may not take its place. */
const VIEW_NAMES = new Set(['site', 'page', 'theme', 'entry', 'entries', 'body']);

function ownHelpers(): Registry<HelperDefinition> {
  const helpers = new Registry<HelperDefinition>('template helper');
  const all = {
    ...textHelpers,
    ...listHelpers,
    ...new FormatHelpers().definitions(),
    ...htmlHelpers(),
    ...blockHelpers,
  };
  for (const [name, definition] of Object.entries(all)) helpers.define(name, definition);
  return helpers;
}

/** What all templates share: helpers, partials of plugins, and values for every view. */
export class TemplateRegistry implements Owned {
  readonly #shared: Shared;
  readonly #owner: string;

  constructor(shared?: Shared, owner = 'core') {
    this.#owner = owner;
    this.#shared = shared ?? {
      helpers: ownHelpers(),
      partials: new Registry<string>('partial'),
      templates: new Registry<string>('template'),
      contexts: new Registry<ContextOptions & { provide: ContextProvider }>('context provider'),
      changes: { count: 0 },
    };
  }

  /** Counts up with each change; compiled templates of an earlier count are thrown away. */
  get revision(): number {
    return this.#shared.changes.count;
  }

  /**
   * Adds a helper. Its result is escaped when it is printed, unless it is SafeHtml.
   *
   * @param options `minimum` arguments; `returns: 'url'` when it makes safe addresses; `block` when it has a block
   * @throws GALLEY_REGISTRY_DUPLICATE | GALLEY_TEMPLATE_INVALID for a name that templates cannot write
   * @example site.templates.helper('initials', ([name]) => String(name).split(' ').map((part) => part[0]).join(''), { minimum: 1 });
   */
  helper(name: string, run: Helper, options: HelperOptions = {}): () => void {
    this.#need(NAME, name, 'helper', 'letters and digits, beginning with a small letter');
    return this.#changed(this.#shared.helpers.ownedBy(this.#owner).define(name, { ...options, run }));
  }

  /**
   * Adds a partial, which a theme may replace by a file of the same name.
   *
   * @param name small letters, digits and `-`, with `/` between folders; begin it with the plugin's name
   * @throws GALLEY_REGISTRY_DUPLICATE | GALLEY_TEMPLATE_INVALID
   */
  partial(name: string, source: string): () => void {
    this.#need(PARTIAL_NAME, name, 'partial', 'small letters, digits and "-"');
    return this.#changed(this.#shared.partials.ownedBy(this.#owner).define(name, source));
  }

  /**
   * Adds a template for a page of the plugin, which a theme may replace by a file of the same name. It stands in a
   * layout of the theme: `{{!< base}}` in its first line.
   *
   * @param name as of a partial
   * @throws GALLEY_REGISTRY_DUPLICATE | GALLEY_TEMPLATE_INVALID
   * @example site.templates.template('shop/hours', '{{!< base}}<h1>{{page.heading}}</h1>');
   */
  template(name: string, source: string): () => void {
    this.#need(PARTIAL_NAME, name, 'template', 'small letters, digits and "-"');
    return this.#changed(this.#shared.templates.ownedBy(this.#owner).define(name, source));
  }

  /**
   * Adds a value to every view, under `name`. It is made once for each rendering, or taken from the cache where
   * tags are given.
   *
   * @example site.templates.context('newsletter', () => ({ subscribers: 120 }), { tags: ['newsletter'], ttl: 300 });
   */
  context(name: string, provide: ContextProvider, options: ContextOptions = {}): () => void {
    this.#need(NAME, name, 'context', 'letters and digits, beginning with a small letter');
    if (VIEW_NAMES.has(name))
      throw new GalleyError(
        'GALLEY_TEMPLATE_INVALID',
        `"${name}" is a part of every view already. Choose another name.`,
      );
    return this.#shared.contexts.ownedBy(this.#owner).define(name, { ...options, provide });
  }

  /** All helpers by name. */
  helpers(): Map<string, HelperDefinition> {
    return new Map(this.#shared.helpers.list().map(({ name, value }) => [name, value]));
  }

  /** The templates of plugins. */
  templates(): { name: string; value: string; owner: string }[] {
    return this.#shared.templates.list();
  }

  /** The partials of plugins. */
  partials(): { name: string; value: string; owner: string }[] {
    return this.#shared.partials.list();
  }

  /** All context providers. */
  contexts(): { name: string; value: ContextOptions & { provide: ContextProvider }; owner: string }[] {
    return this.#shared.contexts.list();
  }

  ownedBy(owner: string): this {
    return new TemplateRegistry(this.#shared, owner) as this;
  }

  removeOwner(owner: string): void {
    for (const part of [this.#shared.helpers, this.#shared.partials, this.#shared.templates, this.#shared.contexts])
      part.removeOwner(owner);
    this.#shared.changes.count++;
  }

  #need(pattern: RegExp, name: string, what: string, allowed: string): void {
    if (!pattern.test(name))
      throw new GalleyError('GALLEY_TEMPLATE_INVALID', `"${name}" cannot name a ${what}: use ${allowed}.`);
  }

  #changed(remove: () => void): () => void {
    this.#shared.changes.count++;
    return () => {
      remove();
      this.#shared.changes.count++;
    };
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** What all templates share: helpers, partials, values for every view. */
    readonly templates: TemplateRegistry;
  }
}
