import type { Ajv, ValidateFunction } from 'ajv';
import type { ActionHook, FilterHook } from '../kernel/hooks.ts';
import { attach, type Module } from '../kernel/module.ts';
import { Registry } from '../kernel/registry.ts';
import type { Owned, Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { createAjv } from '../lib/json-schema.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { OptionChange, OptionDefinition, OptionInfo } from './option-types.ts';
import { deepFreeze, OptionStore, parseJson } from './options-store.ts';

export type { OptionChange, OptionDefinition, OptionInfo } from './option-types.ts';

interface Shared {
  readonly site: Site;
  readonly definitions: Registry<OptionDefinition>;
  readonly store: OptionStore;
  readonly ajv: Ajv;
  readonly validators: Map<OptionDefinition, ValidateFunction>;
  /** The last stored value of each option that met its schema. */
  readonly sound: Map<string, unknown>;
}

const NAME = /^[a-z][a-z0-9_.:-]{0,189}$/;
const ATTEMPTS = 10;

/**
 * Settings that people change while the site runs: title, front page, what a plugin asks for. Each has a definition
 * with schema and default. Reading costs one query for all that are loaded automatically, and none when cached.
 * Values come back frozen.
 *
 * @example
 * site.options.define('newsletter', { default: { perPage: 10 }, schema: { type: 'object', … } });
 * const { perPage } = await site.options.get<NewsletterOptions>('newsletter');
 */
export class Options implements Owned {
  readonly #shared: Shared;
  readonly #definitions: Registry<OptionDefinition>;

  constructor(site: Site, shared?: Shared, owner = 'core') {
    this.#shared = shared ?? newShared(site);
    this.#definitions = this.#shared.definitions.ownedBy(owner);
  }

  ownedBy(owner: string): this {
    return new Options(this.#shared.site, this.#shared, owner) as this;
  }

  removeOwner(owner: string): void {
    this.#definitions.removeOwner(owner);
    this.#shared.store.redefine();
  }

  /**
   * Defines an option. Call it once, in the set-up.
   * @throws GALLEY_REGISTRY_DUPLICATE; GALLEY_OPTION_INVALID for a wrong name
   */
  define(name: string, definition: OptionDefinition): () => void {
    if (!NAME.test(name)) {
      throw new GalleyError(
        'GALLEY_OPTION_INVALID',
        `"${name}" cannot name an option: lower-case letters, digits, "_.:-".`,
      );
    }
    const remove = this.#definitions.define(name, {
      ...definition,
      default: deepFreeze(structuredClone(definition.default)),
    });
    this.#shared.store.redefine();
    return () => {
      remove();
      this.#shared.store.redefine();
    };
  }

  has(name: string): boolean {
    return this.#definitions.has(name);
  }

  /** The definition of an option. @throws GALLEY_OPTION_UNKNOWN */
  definition(name: string): OptionDefinition {
    const found = this.#definitions.get(name);
    if (found) return found;
    const hint = didYouMean(name, this.#definitions.names());
    throw new GalleyError('GALLEY_OPTION_UNKNOWN', `There is no option "${name}".${hint}`);
  }

  /**
   * The value of an option, or its default. A stored value that no longer meets the schema counts as not set.
   * @throws GALLEY_OPTION_UNKNOWN | GALLEY_PERMISSION_DENIED for what is another plugin's own
   */
  async get<T>(name: string): Promise<T> {
    const definition = this.#open(name);
    const stored = await this.#stored(name, definition);
    return (stored === undefined ? definition.default : stored) as T;
  }

  /**
   * Sets an option, whatever it was. Others see it as soon as the surrounding transaction, if any, has committed.
   * @throws GALLEY_OPTION_UNKNOWN, GALLEY_OPTION_INVALID with the mistakes, or what a listener of `option:saving` throws
   */
  async set(name: string, value: unknown): Promise<void> {
    await this.update(name, () => value);
  }

  /**
   * Changes an option from what it is; `change` runs again when somebody else was faster, so no change is lost.
   * @returns the new value
   */
  async update<T>(name: string, change: (current: T) => unknown): Promise<T> {
    const definition = this.#open(name);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const row = await this.#shared.store.row(name);
      const previous = (row ? this.#decode(name, definition, row.value) : undefined) ?? definition.default;
      const value = await this.#filtered(name, definition, await change(previous as T), previous);
      if (!(await this.#shared.store.write(name, definition.secret ? this.#seal(name, value) : value, row))) continue;
      await this.#changed(name, definition, { name, value, previous });
      return value as T;
    }
    throw new GalleyError(
      'GALLEY_DATABASE_CONFLICT',
      `The option "${name}" was changed by others all the time. Try again.`,
    );
  }

  /** Takes back what was set, so that the default holds again. Returns whether anything was set. */
  async remove(name: string): Promise<boolean> {
    const definition = this.#open(name);
    const previous = await this.get(name);
    const removed = await this.#shared.store.remove(name);
    if (removed) await this.#changed(name, definition, { name, value: definition.default, previous });
    return removed;
  }

  /** The definition of an option that whoever asks may use. */
  #open(name: string): OptionDefinition {
    const definition = this.definition(name);
    const { owner } = this.#definitions;
    if (definition.own && owner !== 'core' && owner !== this.#definitions.ownerOf(name))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', `The option "${name}" is not one of "${owner}".`);
    return definition;
  }

  /** All options that are defined, by name, without the values of secrets. */
  async all(): Promise<OptionInfo[]> {
    const infos: OptionInfo[] = [];
    for (const { name, value: definition, owner } of this.#definitions.list()) {
      const stored = await this.#stored(name, definition);
      const value = stored === undefined ? definition.default : definition.secret ? '[redacted]' : stored;
      const { autoload = true, label = name } = definition;
      infos.push({ name, value, isDefault: stored === undefined, autoload, label, owner });
    }
    return infos.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #stored(name: string, definition: OptionDefinition): Promise<unknown> {
    const raw = await this.#raw(name, definition);
    if (raw === undefined || raw === null) return undefined;
    if (this.#shared.sound.get(name) === raw && !definition.secret) return raw;
    const value = definition.secret ? this.#unseal(name, raw) : raw;
    const problem = this.#problem(definition, value);
    if (problem) {
      this.#shared.site.log.warn(
        { option: name, problem },
        'A stored option does not meet its schema; its default is used',
      );
      return undefined;
    }
    this.#shared.sound.set(name, raw);
    return value;
  }

  async #raw(name: string, definition: OptionDefinition): Promise<unknown> {
    const { store, definitions } = this.#shared;
    if (definition.autoload === false) return store.loadOne(name);
    const values = await store.loadAll(() =>
      definitions.list().flatMap((item) => (item.value.autoload === false ? [] : [item.name])),
    );
    return Object.hasOwn(values, name) ? values[name] : undefined;
  }

  async #filtered(name: string, definition: OptionDefinition, value: unknown, previous: unknown): Promise<unknown> {
    this.#check(name, definition, value);
    if (definition.secret) return value;
    const filtered = await this.#shared.site.hooks.applyFilters('option:saving', value, { name, value, previous });
    this.#check(name, definition, filtered);
    return filtered;
  }

  async #changed(name: string, definition: OptionDefinition, change: OptionChange): Promise<void> {
    const { site, store } = this.#shared;
    const told = definition.secret ? { name, value: undefined, previous: undefined } : change;
    await site.database.afterCommit(async () => {
      await store.invalidate(name);
      await site.hooks.doAction('option:saved', told);
    });
  }

  #check(name: string, definition: OptionDefinition, value: unknown): void {
    const problem = this.#problem(definition, value);
    if (problem)
      throw new GalleyError('GALLEY_OPTION_INVALID', `The option "${name}" ${problem}.`, {
        details: { name, problem },
      });
  }

  #problem(definition: OptionDefinition, value: unknown): string | undefined {
    let validate = this.#shared.validators.get(definition);
    if (!validate) {
      validate = this.#shared.ajv.compile(definition.schema);
      this.#shared.validators.set(definition, validate);
    }
    if (validate(value)) return undefined;
    return (validate.errors ?? [])
      .map((error) => `${error.instancePath.slice(1).replaceAll('/', '.')} ${error.message ?? 'is wrong'}`.trim())
      .join('; ');
  }

  #seal(name: string, value: unknown): { sealed: string } {
    return { sealed: this.#shared.site.keys.encrypt('options', JSON.stringify(value), `options:${name}`) };
  }

  #unseal(name: string, stored: unknown): unknown {
    const value = parseJson(
      this.#shared.site.keys.decrypt('options', (stored as { sealed: string }).sealed, `options:${name}`),
    );
    if (typeof value === 'string') this.#shared.site.log.secrets.add(value);
    return value;
  }

  #decode(name: string, definition: OptionDefinition, text: string): unknown {
    const value = parseJson(text);
    return definition.secret && value !== undefined ? this.#unseal(name, value) : value;
  }
}

function newShared(site: Site): Shared {
  const ajv = createAjv({ allErrors: true, strict: false });
  return {
    site,
    definitions: new Registry('option'),
    store: new OptionStore(site),
    ajv,
    validators: new Map(),
    sound: new Map(),
  };
}

export const optionsModule: Module = {
  name: 'options',
  start: (site) => attach(site, 'options', new Options(site)),
};

declare module '../kernel/hooks.ts' {
  interface Hooks {
    'option:saving': FilterHook<unknown, [change: OptionChange]>;
    'option:saved': ActionHook<[change: OptionChange]>;
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** Settings that people change while the site runs. */
    readonly options: Options;
  }
}
