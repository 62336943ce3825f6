import { isDeepStrictEqual } from 'node:util';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { conflict } from './database-errors.ts';

const MAX_VALUES = 1000;
const MAX_CHARS = 16 * 1024;
const MAX_KEYS = 100;

interface Row {
  plugin: string;
  name: string;
  value: string;
  modified_at: number;
}

const misuse = (message: string): GalleyError => new GalleyError('GALLEY_INPUT_INVALID', message);

function encode(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  if (text.length <= MAX_CHARS) return text;
  throw new GalleyError('GALLEY_INPUT_TOO_LARGE', `A value has at most ${MAX_CHARS} characters.`);
}

/** The latest of a list: at most `keep`, and as many as a value has room for. */
function latest(list: readonly unknown[], keep: number): unknown[] {
  const kept = list.slice(-keep);
  const sizes = kept.map((item) => encode(item).length + 1);
  let chars = sizes.reduce((sum, size) => sum + size, 1);
  let from = 0;
  while (chars > MAX_CHARS && from < kept.length - 1) chars -= sizes[from++] ?? 0;
  return kept.slice(from);
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
    const text = encode(value);
    await this.#demandRoom(plugin, name);
    const row = { plugin, name, value: text, modified_at: Date.now() };
    await this.#site.database.dialect.upsert('plugin_values', row, ['plugin', 'name'], ['value', 'modified_at']);
    await this.#site.cache.invalidate([valuesTag(plugin)]);
  }

  /**
   * Adds to a number; what is not there counts as 0. Nothing is lost, whoever else adds at the same moment.
   * @returns what it is now
   * @throws GALLEY_INPUT_INVALID where the value is no number, or becomes one that cannot be exact
   */
  add(plugin: string, name: string, amount: number): Promise<number> {
    return this.#change(plugin, name, (found) => {
      if (found !== null && typeof found !== 'number') throw misuse(`"${name}" holds no number.`);
      const sum = (found ?? 0) + amount;
      if (Math.abs(sum) > Number.MAX_SAFE_INTEGER) throw misuse(`"${name}" would become too large.`);
      return [sum, encode(sum)];
    });
  }

  /**
   * Puts an item at the end of a list; what is not there counts as an empty one. The oldest go, so that at most `keep`
   * are left, and no more than a value has room for.
   * @returns the list as it is now
   * @throws GALLEY_INPUT_INVALID where the value is no list, GALLEY_INPUT_TOO_LARGE for an item that is too long
   */
  append(plugin: string, name: string, { item, keep }: { item: unknown; keep: number }): Promise<unknown[]> {
    return this.#change(plugin, name, (found) => {
      if (found !== null && !Array.isArray(found)) throw misuse(`"${name}" holds no list.`);
      const list = latest([...(found ?? []), item], keep);
      return [list, encode(list)];
    });
  }

  /**
   * Sets a value where it still is what somebody has read: null for one that was not there.
   * @returns whether it did
   * @throws GALLEY_INPUT_TOO_LARGE
   */
  swap(plugin: string, name: string, { was, value }: { was: unknown; value: unknown }): Promise<boolean> {
    const text = encode(value);
    return this.#change(plugin, name, (found) => (isDeepStrictEqual(found, was) ? [true, text] : [false]));
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

  /**
   * Reads a value and writes what becomes of it, with nobody in between.
   * @param make says what is answered, and what is written, if anything
   */
  async #change<T>(plugin: string, name: string, make: (found: unknown) => [answer: T, text?: string]): Promise<T> {
    const { database, cache } = this.#site;
    const isNamed = { plugin, name };
    return database.transaction(async () => {
      // First of all, so that it is what others have committed up to now.
      const [row] = (await database.dialect.lockRow(database.write<Row>('plugin_values').where(isNamed))) as Row[];
      const [answer, value] = make(row ? JSON.parse(row.value) : null);
      if (value === undefined) return answer;
      const change = { value, modified_at: Date.now() };
      if (row) await database.write<Row>('plugin_values').where(isNamed).update(change);
      else await this.#insert({ ...isNamed, ...change });
      await database.afterCommit(() => cache.invalidate([valuesTag(plugin)]));
      return answer;
    });
  }

  /** @throws GALLEY_DATABASE_CONFLICT, which lets the transaction run again, where somebody else was faster */
  async #insert(row: Row): Promise<void> {
    await this.#demandRoom(row.plugin, row.name);
    if (!(await this.#site.database.dialect.insertIgnore('plugin_values', { ...row }, ['plugin', 'name'])))
      throw conflict(`The value "${row.name}" was made at the same time.`);
  }

  async #demandRoom(plugin: string, name: string): Promise<void> {
    const query = this.#site.database.read<Row>('plugin_values').select('name').where({ plugin });
    const names = (await query.limit(MAX_VALUES)) as { name: string }[];
    if (names.length < MAX_VALUES || names.some((row) => row.name === name)) return;
    throw new GalleyError('GALLEY_INPUT_TOO_LARGE', `A plugin keeps at most ${MAX_VALUES} values.`);
  }
}
