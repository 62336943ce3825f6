import type { Site } from 'galley';
import { type Definitions, OPTION } from './definitions.ts';

interface Registration {
  text: string;
  remove(): void;
}

/** Keeps the registries of this process in line with what is stored. */
export class Registered {
  readonly #site: Site;
  readonly #made = new Map<string, Registration>();
  #seen: unknown;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Registers what is new, changes what changed, takes away what has gone. Costs nothing where nothing did. */
  async sync(): Promise<void> {
    const all = await this.#site.options.get<Definitions>(OPTION);
    // The cache hands out the same object until somebody changes it, here or in another process.
    if (all === this.#seen) return;
    this.#seen = all;
    const wanted = new Map<string, () => () => void>();
    const add = (key: string, value: unknown, register: () => () => void): void => {
      wanted.set(`${key}\n${JSON.stringify(value)}`, register);
    };
    for (const [key, taxonomy] of Object.entries(all.taxonomies))
      add(`taxonomy:${key}`, taxonomy, () => this.#site.taxonomies.define(key, { ...taxonomy }));
    for (const [key, type] of Object.entries(all.types))
      add(`type:${key}`, type, () => this.#site.types.register(key, { base: key, ...type }));
    for (const [id, { remove }] of this.#made)
      if (!wanted.has(id)) {
        remove();
        this.#made.delete(id);
      }
    for (const [id, register] of wanted) if (!this.#made.has(id)) this.#register(id, register);
  }

  #register(id: string, register: () => () => void): void {
    try {
      this.#made.set(id, { text: id, remove: register() });
    } catch (error) {
      // A plugin that came later has a type of that name: its own counts.
      this.#site.log.warn({ err: error, definition: id.split('\n')[0] }, 'A content type could not be registered');
    }
  }
}
