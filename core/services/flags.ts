import { createHash } from 'node:crypto';
import { attach, type Module } from '../kernel/module.ts';
import { Registry } from '../kernel/registry.ts';
import type { Owned, Site } from '../kernel/site.ts';

/** Something that not everybody has yet. */
export interface FlagDefinition {
  title: string;
  /** What whoever has it sees or can do, in a sentence. */
  summary?: string;
  /** How many of a hundred people have it until somebody says otherwise; nobody unless given. */
  percent?: number;
}

/** A flag and how far it is rolled out. */
export interface Flag extends FlagDefinition {
  name: string;
  percent: number;
}

const OPTION = 'feature_flags';
const PARTS = 10_000;

/** Where among all people somebody stands for a flag, from 0 to 100; always the same for both. */
function placeOf(name: string, id: number): number {
  const digest = createHash('sha256').update(`${name}:${id}`).digest();
  return ((digest.readUInt32BE(0) % PARTS) / PARTS) * 100;
}

/**
 * Switches for what is being rolled out: off, for some of all people, or for everybody. Who has something keeps it when
 * more get it. Visitors who are not logged in share their pages, so they have it when everybody has.
 *
 * @example
 * site.flags.define('new-search', { title: 'The new search' });
 * if (await site.flags.isOn('new-search', viewer)) …
 */
export class Flags implements Owned {
  readonly #site: Site;
  readonly #flags: Registry<FlagDefinition>;

  constructor(site: Site, flags = new Registry<FlagDefinition>('feature flag')) {
    this.#site = site;
    this.#flags = flags;
  }

  ownedBy(owner: string): this {
    return new Flags(this.#site, this.#flags.ownedBy(owner)) as this;
  }

  removeOwner(owner: string): void {
    this.#flags.removeOwner(owner);
  }

  /** Adds a flag. @throws GALLEY_REGISTRY_DUPLICATE */
  define(name: string, definition: FlagDefinition): () => void {
    return this.#flags.define(name, definition);
  }

  /** All flags, in order of registration. */
  async list(): Promise<Flag[]> {
    const chosen = await this.#chosen();
    return this.#flags.list().map(({ name, value }) => ({ ...value, name, percent: percentOf(value, chosen[name]) }));
  }

  /** Whether this person has it. @throws GALLEY_REGISTRY_UNKNOWN */
  async isOn(name: string, { id = null }: { id?: number | null } = {}): Promise<boolean> {
    const percent = percentOf(this.#flags.need(name), (await this.#chosen())[name]);
    if (percent >= 100) return true;
    return percent > 0 && id !== null && placeOf(name, id) < percent;
  }

  /** Says how many of a hundred people have it. Whoever calls has checked the right. @throws GALLEY_OPTION_INVALID */
  async set(name: string, percent: number): Promise<void> {
    this.#flags.need(name);
    await this.#site.options.update<Record<string, number>>(OPTION, (chosen) => ({ ...chosen, [name]: percent }));
  }

  #chosen(): Promise<Record<string, number>> {
    return this.#site.options.get<Record<string, number>>(OPTION);
  }
}

const percentOf = (flag: FlagDefinition, chosen: number | undefined): number => chosen ?? flag.percent ?? 0;

export const flagsModule: Module = {
  name: 'flags',
  start(site) {
    attach(site, 'flags', new Flags(site));
    site.options.define(OPTION, {
      default: {},
      schema: {
        type: 'object',
        maxProperties: 500,
        additionalProperties: { type: 'integer', minimum: 0, maximum: 100 },
      },
      label: 'How far features are rolled out',
    });
  },
};

declare module '../kernel/site.ts' {
  interface Site {
    /** Switches for what is being rolled out. */
    readonly flags: Flags;
  }
}
