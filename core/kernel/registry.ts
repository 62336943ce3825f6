import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { Owned } from './site.ts';

/** One registration and who made it. */
export interface Registration<T> {
  name: string;
  value: T;
  owner: string;
}

/**
 * A list of named things that core and plugins fill by the same call: types, blocks, screens, commands.
 * Order is the order of registration.
 */
export class Registry<T> implements Owned {
  /** What the registry holds, in the singular, for messages: `content type`. */
  readonly noun: string;
  readonly owner: string;
  readonly #items: Map<string, Registration<T>>;

  constructor(noun: string, owner = 'core', items = new Map<string, Registration<T>>()) {
    this.noun = noun;
    this.owner = owner;
    this.#items = items;
  }

  /**
   * Registers `value` under `name` and returns the function that takes it back.
   * @throws GALLEY_REGISTRY_DUPLICATE when the name is taken
   */
  define(name: string, value: T): () => void {
    const present = this.#items.get(name);
    if (present) {
      throw new GalleyError(
        'GALLEY_REGISTRY_DUPLICATE',
        `${this.owner} defines the ${this.noun} "${name}", but ${present.owner} has defined it already. Choose another name.`,
      );
    }
    const registration = { name, value, owner: this.owner };
    this.#items.set(name, registration);
    return () => {
      if (this.#items.get(name) === registration) this.#items.delete(name);
    };
  }

  /** The value under `name`, or undefined. */
  get(name: string): T | undefined {
    return this.#items.get(name)?.value;
  }

  /**
   * The value under `name`.
   * @throws GALLEY_REGISTRY_UNKNOWN with a suggestion when there is none
   */
  need(name: string): T {
    const item = this.#items.get(name);
    if (item) return item.value;
    throw new GalleyError(
      'GALLEY_REGISTRY_UNKNOWN',
      `There is no ${this.noun} "${name}".${didYouMean(name, this.#items.keys())}`,
    );
  }

  has(name: string): boolean {
    return this.#items.has(name);
  }

  /** Who defined `name`, or undefined. */
  ownerOf(name: string): string | undefined {
    return this.#items.get(name)?.owner;
  }

  /** All registrations, in order. */
  list(): Registration<T>[] {
    return [...this.#items.values()];
  }

  /** All names, in order. */
  names(): string[] {
    return [...this.#items.keys()];
  }

  /** Takes back all that `owner` defined. */
  removeOwner(owner: string): void {
    for (const [name, item] of this.#items) if (item.owner === owner) this.#items.delete(name);
  }

  ownedBy(owner: string): this {
    return new (this.constructor as typeof Registry)(this.noun, owner, this.#items) as this;
  }
}
