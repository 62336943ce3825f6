import type { Site } from 'galley';
import { type Definitions, OPTION } from './definitions.ts';

interface Registration {
  text: string;
  remove(): void;
}

/** The option that says which types have to be written to the index again, and how far that is. */
export const PENDING = 'content_types_pending';
export const INDEX_JOB = 'content-types-index';
const AT_ONCE = 200;

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

  /** Has the entries of a type written to the index again, in the background. */
  async reindex(type: string): Promise<void> {
    await this.#site.options.update<Record<string, number>>(PENDING, (all) => ({ ...all, [type]: 0 }));
    this.#site.cron.run(INDEX_JOB).catch((error) => this.#site.log.info({ err: error }, 'The index waits for its job'));
  }

  /** Works off what waits, a few hundred entries at a time. */
  async indexPending(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pending = await this.#site.options.get<Record<string, number>>(PENDING);
      const [type, after] = Object.entries(pending)[0] ?? [];
      if (type === undefined || after === undefined) return;
      const last = await this.#site.entries.reindex(type, { after, limit: AT_ONCE });
      await this.#site.options.update<Record<string, number>>(PENDING, (all) => {
        const { [type]: at, ...rest } = all;
        // Asked for again meanwhile: then from the start.
        if (at !== after) return all;
        return last === null ? rest : { ...rest, [type]: last };
      });
    }
  }
}
