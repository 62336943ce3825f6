import { createHash } from 'node:crypto';
import type { Site } from 'galley';
import { plainNumber } from './old-address.ts';
import type { WxrSite } from './wxr-records.ts';

/** What a row of the map stands for. A `file` leads from the address of an attachment's file to its entry. */
export type ImportKind = 'author' | 'term' | 'term-id' | 'item' | 'comment' | 'file';

/** What has to be done for an item once everything else is there. All ids are those of the export. */
export interface Pending {
  parent?: number;
  /** The menu that a menu item stands in, by slug: some exports give items of several menus the same number. */
  menu?: string;
  /** Slug that the item had, where it was saved without its parent. */
  slug?: string;
  featured?: number;
  /** What a menu item leads to. */
  target?: { kind: 'post_type' | 'taxonomy'; object: string; id: number };
  /** There are addresses of the old site in its text. */
  urls?: true;
  /** Its content names other entries by id. */
  ids?: true;
  /** The file of an attachment has not come yet. */
  file?: { url: string; path: string; export: string; line: number };
  /** The parent of a term, by slug. */
  termParent?: string;
  /** Where a menu belongs. */
  places?: string[];
}

/** One row: something of an export and what it became. */
export interface ImportRow {
  id: number;
  kind: ImportKind;
  foreignId: string;
  localId: number;
  fingerprint: string;
  link: string | null;
  pending: Pending | null;
}

/** A row before it is stored. */
export type NewImportRow = Pick<ImportRow, 'kind' | 'foreignId' | 'localId'> &
  Partial<Pick<ImportRow, 'fingerprint' | 'link' | 'pending'>>;

interface StoredRow {
  id: number;
  kind: ImportKind;
  foreign_id: string;
  local_id: number;
  fingerprint: string;
  link: string | null;
  pending: string | null;
}

const KEY_MAX = 190;
const LINK_MAX = 600;
const PAGE = 50;
const CHUNK = 500;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A short, stable stand-in for a text of any length. */
export const fingerprintOf = (...parts: string[]): string => digest(parts.join('\n')).slice(0, 32);

/** The key of a menu item. */
export const menuItemKey = (id: number, menu: string): string => `${id} ${menu}`;

const keyOf = (text: string): string => (text.length <= KEY_MAX ? text : `${text.slice(0, 120)}#${digest(text)}`);

/** Where an export comes from, as a key: the address of its site, whatever the scheme and whether with `www`. */
export function sourceOf(site: WxrSite, given = ''): string {
  if (given !== '') return fingerprintOf('given', given);
  const address = site.blogUrl || site.link;
  const plain = address
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\/(www\.)?/, '')
    .replace(/\/+$/, '');
  return plain === '' ? fingerprintOf('untitled', site.title) : fingerprintOf('address', plain);
}

const decode = (row: StoredRow): ImportRow => ({
  id: row.id,
  kind: row.kind,
  foreignId: row.foreign_id,
  localId: row.local_id,
  fingerprint: row.fingerprint,
  link: row.link,
  pending: row.pending === null ? null : (JSON.parse(row.pending) as Pending),
});

/** Remembers what came in from one source, so that a second run doubles nothing and goes on where the first ended. */
export class ImportStore {
  readonly #site: Site;
  readonly source: string;
  /** Items that this run has met, by the key under which each is kept. */
  readonly #met = new Map<string, string>();

  constructor(site: Site, source: string) {
    this.#site = site;
    this.source = source;
  }

  /**
   * Remembers that this export has something with this id, and under which key it is kept: two exports that name the
   * same site may use one number for different things.
   */
  meet(kind: ImportKind, foreignId: string, key: string): void {
    this.#met.set(`${kind} ${foreignId}`, key);
  }

  /** Whether this run has met it. What an earlier run met may be another thing with the same number. */
  hasMet(kind: ImportKind, foreignId: string): boolean {
    return this.#met.has(`${kind} ${foreignId}`);
  }

  /** The rows of these, by the id that was asked for. What this run met goes before what an earlier one did. */
  async find(kind: ImportKind, foreignIds: readonly string[]): Promise<Map<string, ImportRow>> {
    const result = new Map<string, ImportRow>();
    const wanted = new Map(foreignIds.map((id) => [keyOf(this.#met.get(`${kind} ${id}`) ?? id), id]));
    for (const row of await this.#rows(kind, [...wanted.keys()]))
      result.set(wanted.get(row.foreignId) ?? row.foreignId, row);
    return result;
  }

  /** The rows that are kept under exactly these keys. */
  async kept(kind: ImportKind, keys: readonly string[]): Promise<Map<string, ImportRow>> {
    const wanted = new Map(keys.map((key) => [keyOf(key), key]));
    const rows = await this.#rows(kind, [...wanted.keys()]);
    return new Map(rows.map((row) => [wanted.get(row.foreignId) ?? row.foreignId, row]));
  }

  async #rows(kind: ImportKind, keys: readonly string[]): Promise<ImportRow[]> {
    const result: ImportRow[] = [];
    for (let at = 0; at < keys.length; at += CHUNK) {
      const rows = (await this.#site.database
        .write('import_items')
        .select('*')
        .where({ source: this.source, kind })
        .whereIn('foreign_id', keys.slice(at, at + CHUNK))) as unknown as StoredRow[];
      result.push(...rows.map(decode));
    }
    return result;
  }

  async get(kind: ImportKind, foreignId: string): Promise<ImportRow | undefined> {
    return (await this.find(kind, [foreignId])).get(foreignId);
  }

  /** The items that had these addresses on the old site: paths, and `/?p=12` for their numbers. */
  async byLinks(links: readonly string[]): Promise<Map<string, ImportRow>> {
    const numbers = links.flatMap((link) => plainNumber(link) ?? []);
    const numbered = numbers.length > 0 ? await this.find('item', numbers) : new Map<string, ImportRow>();
    const paths = await this.#byPaths(links.filter((link) => plainNumber(link) === undefined));
    return new Map([...paths, ...[...numbered].map(([number, row]) => [`/?p=${number}`, row] as const)]);
  }

  async #byPaths(links: readonly string[]): Promise<Map<string, ImportRow>> {
    if (links.length === 0) return new Map();
    const rows = (await this.#site.database
      .write('import_items')
      .select('*')
      .where({ source: this.source, kind: 'item' })
      .whereIn('link', [...new Set(links)])
      .orderBy('id', 'desc')) as unknown as StoredRow[];
    return new Map(rows.map((row) => [row.link ?? '', decode(row)]));
  }

  async add(rows: readonly NewImportRow[]): Promise<void> {
    await this.#site.database.insertMany(
      'import_items',
      rows.map((row) => ({
        source: this.source,
        kind: row.kind,
        foreign_id: keyOf(row.foreignId),
        local_id: row.localId,
        fingerprint: row.fingerprint ?? '',
        link: row.link != null && row.link.length <= LINK_MAX ? row.link : null,
        pending: row.pending ? JSON.stringify(row.pending) : null,
      })),
    );
  }

  /** Notes what is still to be done; null: nothing. */
  async settle(id: number, pending: Pending | null): Promise<void> {
    const value = pending && Object.keys(pending).length > 0 ? JSON.stringify(pending) : null;
    await this.#site.database.write('import_items').where({ id }).update({ pending: value });
  }

  /** All rows with something left to do, in pages, in the order in which they came. */
  async *pending(kind: ImportKind): AsyncGenerator<ImportRow[]> {
    for (let after = 0; ; ) {
      const rows = (await this.#site.database
        .write('import_items')
        .select('*')
        .where({ source: this.source, kind })
        .where('id', '>', after)
        .whereNotNull('pending')
        .orderBy('id')
        .limit(PAGE)) as unknown as StoredRow[];
      if (rows.length === 0) return;
      after = rows.at(-1)?.id ?? after;
      yield rows.map(decode);
    }
  }
}

/**
 * The entry that had this address, such as `/2012/01/hello` or `/?p=12`, on a site from which something was imported.
 * The newest import counts.
 */
export async function findOldLink(site: Site, link: string): Promise<number | undefined> {
  const number = plainNumber(link);
  const row = (await site.database
    .read('import_items')
    .select('local_id')
    .where(number === undefined ? { link, kind: 'item' } : { foreign_id: number, kind: 'item' })
    .orderBy('id', 'desc')
    .first()) as { local_id: number } | undefined;
  return row?.local_id;
}

/** Forgets what something became, because it was removed: a later import brings it again. */
export async function forgetImported(site: Site, kinds: readonly ImportKind[], localId: number): Promise<void> {
  await site.database
    .write('import_items')
    .whereIn('kind', [...kinds])
    .where({ local_id: localId })
    .delete();
}
