import { attach, type Module } from '../kernel/module.ts';
import { type Registration, Registry } from '../kernel/registry.ts';
import type { Owned, Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';

/** The key of somebody else's service that a plugin works with. */
export interface ServiceKeyDefinition {
  /** What people call it: `Key of the map`. */
  label: string;
  /** What it is for, in a sentence. */
  help?: string;
  /** Where one gets it. */
  url?: string;
  /** The one host that it goes to, where the kernel sends it in a plugin's place. What was stored for another is not it. */
  host?: string;
}

/** A key as the admin shows it, never with the key. */
export interface ServiceKey extends ServiceKeyDefinition {
  name: string;
  /** The plugin that works with it. */
  owner: string;
  /** Where it comes from: the settings of the machine win over what an administrator stored. */
  source: 'environment' | 'stored' | 'none';
  /** Its last signs, where it is long enough to tell none of it by them. */
  ending: string;
}

/** Who changes a key. */
interface Changer {
  id: number | null;
  can(capability: string): boolean;
}

const SHOWN_SIGNS = 4;
const LONG_ENOUGH = 12;
const LENGTH_MAX = 4096;
const NAME = /^(?:([a-z][a-z0-9-]{0,62})\.)?[a-z][a-z0-9-]{0,60}$/;

const optionOf = (name: string, host = ''): string => `service_key.${name}${host && `:${host}`}`;

/**
 * Keys of services that plugins call: declared by the plugin, stored by an administrator under Settings, Keys, or given
 * by `GALLEY_SERVICE_KEYS`. They are encrypted, and shown to nobody. A plugin reads its own only.
 *
 * @example
 * site.serviceKeys.define('maps', { label: 'Key of the map', url: 'https://maps.example/keys' });
 * const key = await site.serviceKeys.get('maps');
 */
export class ServiceKeys implements Owned {
  readonly #site: Site;
  readonly #keys: Registry<ServiceKeyDefinition>;

  constructor(site: Site, keys = new Registry<ServiceKeyDefinition>('key of a service')) {
    this.#site = site;
    this.#keys = keys;
  }

  ownedBy(owner: string): this {
    return new ServiceKeys(this.#site, this.#keys.ownedBy(owner)) as this;
  }

  removeOwner(owner: string): void {
    this.#keys.removeOwner(owner);
  }

  /** Declares a key. Call it once, in the set-up. @throws GALLEY_REGISTRY_DUPLICATE | GALLEY_OPTION_INVALID for a wrong name */
  define(name: string, definition: ServiceKeyDefinition): () => void {
    const { owner } = this.#keys;
    const [isName, space = owner] = NAME.exec(name) ?? [];
    if (isName === undefined || space !== owner)
      throw new GalleyError(
        'GALLEY_OPTION_INVALID',
        `"${name}" cannot name a key: lower-case letters, digits and "-", with "${owner}." in front or nothing.`,
      );
    const remove = this.#keys.define(name, definition);
    const removeOption = this.#site.options.ownedBy(owner).define(optionOf(name, definition.host), {
      default: '',
      schema: { type: 'string', maxLength: LENGTH_MAX },
      autoload: false,
      label: definition.label,
      secret: true,
      own: true,
    });
    return () => {
      removeOption();
      remove();
    };
  }

  /** The key, or undefined where there is none. @throws GALLEY_PERMISSION_DENIED for one that another plugin declared */
  async get(name: string): Promise<string | undefined> {
    const owner = this.#ownerOf(name);
    if (owner !== this.#keys.owner)
      throw new GalleyError('GALLEY_PERMISSION_DENIED', `The key "${name}" is not one of "${this.#keys.owner}".`);
    const given = this.#given(name);
    return given ?? ((await this.#site.options.ownedBy(owner).get<string>(this.#optionOf(name))) || undefined);
  }

  /** All keys as they may be shown, in order of registration. */
  list(): Promise<ServiceKey[]> {
    return Promise.all(this.#keys.list().map((item) => this.#shown(item)));
  }

  /**
   * Stores a key, or forgets it where the text is empty.
   * @throws GALLEY_PERMISSION_DENIED; GALLEY_INPUT_INVALID for one that comes from the environment or has blanks in it
   */
  async set(name: string, key: string, by: Changer): Promise<void> {
    const owner = this.#ownerOf(name);
    if (!by.can('manage_options'))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not change keys of services.');
    if (this.#given(name) !== undefined)
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        'This key comes from the settings of the machine. Change it there.',
      );
    if (/\s/.test(key)) throw new GalleyError('GALLEY_INPUT_INVALID', 'A key has no blanks in it. Copy it once more.');
    this.#site.log.secrets.add(key);
    const options = this.#site.options.ownedBy(owner);
    if (key === '') await options.remove(this.#optionOf(name));
    else await options.set(this.#optionOf(name), key);
    const event = key === '' ? 'service-key:forgotten' : 'service-key:stored';
    this.#site.log.info({ event, name, owner, by: by.id }, 'Key of a service changed');
  }

  #ownerOf(name: string): string {
    this.#keys.need(name);
    return this.#keys.ownerOf(name) ?? '';
  }

  #optionOf(name: string): string {
    return optionOf(name, this.#keys.need(name).host);
  }

  /** What the settings of the machine say. */
  #given(name: string): string | undefined {
    const start = `${name}=`;
    return this.#site.config.services.keys.find((item) => item.startsWith(start))?.slice(start.length);
  }

  async #shown({ name, value, owner }: Registration<ServiceKeyDefinition>): Promise<ServiceKey> {
    const given = this.#given(name);
    const key = given ?? (await this.#site.options.ownedBy(owner).get<string>(optionOf(name, value.host)));
    const source = given === undefined ? (key === '' ? 'none' : 'stored') : 'environment';
    return { ...value, name, owner, source, ending: key.length >= LONG_ENOUGH ? key.slice(-SHOWN_SIGNS) : '' };
  }
}

export const serviceKeysModule: Module = {
  name: 'service-keys',
  start: (site) => attach(site, 'serviceKeys', new ServiceKeys(site)),
};

declare module '../kernel/site.ts' {
  interface Site {
    /** Keys of services that plugins call. */
    readonly serviceKeys: ServiceKeys;
  }
}
