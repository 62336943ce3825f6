import type { Owned, Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';

/** Free key-value data of entries, terms or users, as WordPress keeps it. A key may have several values. */
export type Meta = Record<string, string[]>;
/** Whose meta: each kind has a table of its own. */
export type MetaKind = 'entry' | 'term' | 'user';

const TABLES: Record<MetaKind, { table: string; column: string }> = {
  entry: { table: 'entry_meta', column: 'entry_id' },
  term: { table: 'term_meta', column: 'term_id' },
  user: { table: 'user_meta', column: 'user_id' },
};
const KEY_MAX = 255;

function checkKey(key: string): void {
  if (key === '' || key.length > KEY_MAX)
    throw new GalleyError('GALLEY_INPUT_INVALID', `A meta key has 1 to ${KEY_MAX} characters.`);
}

/** Meta of entries that is a part of their text, though WordPress keeps it beside: footnotes. */
export interface TextMeta {
  label: string;
  /** What it says, in words to be compared. */
  words(values: readonly string[]): string;
}

/** Reads and writes meta. It checks no permission: whoever calls has checked the right to its owner. */
export class MetaStore implements Owned {
  readonly #site: Site;
  readonly #owner: string;
  readonly #ofText: Map<string, TextMeta & { owner: string }>;

  constructor(site: Site, owner = 'core', ofText: Map<string, TextMeta & { owner: string }> = new Map()) {
    this.#site = site;
    this.#owner = owner;
    this.#ofText = ofText;
  }

  ownedBy(owner: string): this {
    return new MetaStore(this.#site, owner, this.#ofText) as this;
  }

  removeOwner(owner: string): void {
    for (const [key, item] of this.#ofText) if (item.owner === owner) this.#ofText.delete(key);
  }

  /** Keeps a key of entries with their text: in each revision and pending change, and brought back with it. */
  keepWithText(key: string, meta: TextMeta): void {
    checkKey(key);
    this.#ofText.set(key, { ...meta, owner: this.#owner });
  }

  /** The keys that are a part of the text. */
  textKeys(): ReadonlyMap<string, TextMeta> {
    return this.#ofText;
  }

  /** What of the meta of an entry is a part of its text; each such key is there, if empty. */
  async ofText(entryId: number): Promise<Meta> {
    const keys = [...this.#ofText.keys()];
    if (keys.length === 0) return {};
    const meta = (await this.of('entry', [entryId], keys)).get(entryId) ?? {};
    return Object.fromEntries(keys.map((key) => [key, meta[key] ?? []]));
  }

  /** The meta of several owners in one query; with `keys`, only these. */
  async of(kind: MetaKind, ids: readonly number[], keys?: readonly string[]): Promise<Map<number, Meta>> {
    const result = new Map<number, Meta>(ids.map((id) => [id, {}]));
    if (ids.length === 0) return result;
    const { table, column } = TABLES[kind];
    const builder = this.#site.database
      .read(table)
      .select(column, 'key', 'value')
      .whereIn(column, [...ids])
      .orderBy(column)
      .orderBy('id');
    if (keys) void builder.whereIn('key', [...keys]);
    for (const row of (await builder) as { [name: string]: string | number }[]) {
      const meta = result.get(Number(row[column]));
      const key = String(row['key']);
      if (meta) meta[key] = [...(meta[key] ?? []), String(row['value'])];
    }
    return result;
  }

  /** Sets all values of a key; no values remove it. */
  async set(kind: MetaKind, id: number, key: string, values: readonly string[]): Promise<void> {
    checkKey(key);
    const { table, column } = TABLES[kind];
    await this.#site.database.transaction(async () => {
      await this.#site.database
        .write(table)
        .where({ [column]: id, key })
        .delete();
      if (values.length > 0)
        await this.#site.database.write(table).insert(values.map((value) => ({ [column]: id, key, value })));
    });
  }

  /** Adds all meta of an owner that is new and has none. */
  async add(kind: MetaKind, id: number, meta: Readonly<Record<string, string | readonly string[]>>): Promise<void> {
    const { table, column } = TABLES[kind];
    const rows = Object.entries(meta).flatMap(([key, values]) => {
      checkKey(key);
      return [values].flat().map((value) => ({ [column]: id, key, value }));
    });
    await this.#site.database.insertMany(table, rows);
  }

  /** Removes everything of one owner. */
  async clear(kind: MetaKind, id: number): Promise<void> {
    const { table, column } = TABLES[kind];
    await this.#site.database
      .write(table)
      .where({ [column]: id })
      .delete();
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    readonly meta: MetaStore;
  }
}
