import { createHash } from 'node:crypto';
import type { Site } from '../kernel/site.ts';
import { isGalleyError } from '../lib/errors.ts';

/** A row of the table `options`. */
export interface OptionRow {
  name: string;
  /** JSON. */
  value: string;
  version: number;
}

/** The cache tag of everything that depends on any option. */
export const ALL_OPTIONS = 'options';

/** JSON as a value; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value, which nobody can change any more. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}

/** The stored values of options: read together or one by one, cached, written only over what was read. */
export class OptionStore {
  readonly #site: Site;
  /** The names that are read together, and their key in the cache; made anew when definitions change. */
  #together: { names: string[]; key: string } | undefined;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Forgets which options are read together. */
  redefine(): void {
    this.#together = undefined;
  }

  /** The values that are set among those that are read together, by name. One query, or none when cached. */
  loadAll(autoloaded: () => string[]): Promise<Record<string, unknown>> {
    if (!this.#together) {
      const names = autoloaded();
      const digest = createHash('sha256').update(names.join()).digest('base64url').slice(0, 12);
      this.#together = { names, key: `options:${digest}` };
    }
    const { names, key } = this.#together;
    return this.#cached(key, [ALL_OPTIONS], () => this.#site.database.once(key, () => this.#read(names)));
  }

  async #read(names: readonly string[]): Promise<Record<string, unknown>> {
    const query = this.#site.database.read<OptionRow>('options').select('name', 'value');
    const rows = (await query.whereIn('name', names)) as Pick<OptionRow, 'name' | 'value'>[];
    return deepFreeze(Object.fromEntries(rows.map((row) => [row.name, parseJson(row.value)])));
  }

  /** The value of one option; undefined when it is not set. */
  async loadOne(name: string): Promise<unknown> {
    const value = await this.#cached(`option:${name}`, [`option:${name}`], async () => {
      const row = await this.row(name);
      return row ? (parseJson(row.value) ?? null) : null;
    });
    return value ?? undefined;
  }

  /** The row of an option as it is now, past every cache. */
  async row(name: string): Promise<OptionRow | undefined> {
    const rows = await this.#site.database.write<OptionRow>('options').where({ name }).limit(1);
    return rows[0];
  }

  /** Writes `value` over `row`, or as a new one. Returns false when somebody else was faster. */
  async write(name: string, value: unknown, row: OptionRow | undefined): Promise<boolean> {
    try {
      return await this.#write(name, JSON.stringify(value), row);
    } finally {
      this.#forgetInTransaction();
    }
  }

  async #write(name: string, text: string, row: OptionRow | undefined): Promise<boolean> {
    const { database } = this.#site;
    if (row) {
      const version = Number(row.version);
      const changed = database.write<OptionRow>('options').where({ name, version });
      return (await changed.update({ value: text, version: version + 1 })) === 1;
    }
    try {
      await database.insert('options', { name, value: text, version: 1 });
      return true;
    } catch (error) {
      if (isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE')) return false;
      throw error;
    }
  }

  /** Deletes the row. Returns whether there was one. */
  async remove(name: string): Promise<boolean> {
    const count = await this.#site.database.write<OptionRow>('options').where({ name }).delete();
    this.#forgetInTransaction();
    return count > 0;
  }

  #forgetInTransaction(): void {
    if (this.#together) this.#site.database.forget(this.#together.key);
  }

  /** Forgets what is cached of an option, on all nodes. */
  async invalidate(name: string): Promise<void> {
    await (this.#site.cache as Site['cache'] | undefined)?.invalidate([ALL_OPTIONS, `option:${name}`]);
  }

  #cached<T>(key: string, tags: string[], load: () => Promise<T>): Promise<T> {
    // Commands that run with some services only have no cache.
    const cache = this.#site.cache as Site['cache'] | undefined;
    return cache ? cache.remember(key, { tags }, load) : load();
  }
}
