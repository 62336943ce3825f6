import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';

const MAX_VALUES = 1000;
const MAX_CHARS = 16 * 1024;
const MAX_KEYS = 100;

interface Row {
  plugin: string;
  name: string;
  value: string;
  modified_at: number;
}

/** The cache tag of what a plugin keeps. */
export const valuesTag = (plugin: string): string => `plugin-values:${plugin}`;

/** Values that contained plugins keep, each plugin for itself: nobody can name a key of another. */
export class PluginValues {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  async get(plugin: string, name: string): Promise<unknown> {
    const row = (await this.#site.database.read<Row>('plugin_values').where({ plugin, name }).first()) as
      | Row
      | undefined;
    return row ? (JSON.parse(row.value) as unknown) : null;
  }

  /** @throws GALLEY_INPUT_TOO_LARGE for a value that is too long, or one too many */
  async set(plugin: string, name: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value) ?? 'null';
    if (text.length > MAX_CHARS)
      throw new GalleyError('GALLEY_INPUT_TOO_LARGE', `A value has at most ${MAX_CHARS} characters.`);
    await this.#demandRoom(plugin, name);
    const row = { plugin, name, value: text, modified_at: Date.now() };
    await this.#site.database.dialect.upsert('plugin_values', row, ['plugin', 'name'], ['value', 'modified_at']);
    await this.#site.cache.invalidate([valuesTag(plugin)]);
  }

  async delete(plugin: string, name: string): Promise<void> {
    await this.#site.database.write<Row>('plugin_values').where({ plugin, name }).delete();
    await this.#site.cache.invalidate([valuesTag(plugin)]);
  }

  /** Keys that begin with `prefix`, in order, at most a hundred. */
  async keys(plugin: string, prefix: string): Promise<string[]> {
    const query = this.#site.database.read<Row>('plugin_values').select('name').where({ plugin });
    if (prefix !== '') void query.where('name', '>=', prefix).where('name', '<', `${prefix}\uffff`);
    return ((await query.orderBy('name').limit(MAX_KEYS)) as { name: string }[]).map(({ name }) => name);
  }

  /** Forgets all that a plugin keeps. */
  async forget(plugin: string): Promise<void> {
    await this.#site.database.write<Row>('plugin_values').where({ plugin }).delete();
  }

  async #demandRoom(plugin: string, name: string): Promise<void> {
    const query = this.#site.database.read<Row>('plugin_values').select('name').where({ plugin });
    const names = (await query.limit(MAX_VALUES)) as { name: string }[];
    if (names.length < MAX_VALUES || names.some((row) => row.name === name)) return;
    throw new GalleyError('GALLEY_INPUT_TOO_LARGE', `A plugin keeps at most ${MAX_VALUES} values.`);
  }
}
