import { type Entry, plainText, type Site, SYSTEM, type Viewer } from 'galley';
import type { MediaUse } from './item-types.ts';
import { PATTERN_REFERENCE, referencesOf, referencesOfOption } from './references.ts';

type Reference = { reference: number | string; place: string };

const MAX_USES = 200;
const PER_PAGE = 200;
const AT_ONCE = 200;
const SOURCE_MAX = 120;
/** The type of patterns, which texts may show by reference. */
export const PATTERN_TYPE = 'wp_block';

/** Where a file is used, as far as somebody may see it. */
export interface Uses {
  usage: MediaUse[];
  /** Uses that the reader may not see. */
  hiddenUses: number;
}

/** Remembers which entries and options use which files and synced patterns. Written after each save, made anew by `rebuild`. */
export class MediaUsage {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Takes down what an entry uses now. Nothing is asked of the store where nothing about it has changed. */
  async recordEntry(entry: Entry, previous?: Entry): Promise<void> {
    const now = this.#referencesOf(entry);
    const before = previous ? this.#referencesOf(previous) : [];
    if (JSON.stringify(now) !== JSON.stringify(before)) await this.#write(`entry:${entry.id}`, now);
  }

  /** Takes down what an option uses now. */
  async recordOption(name: string, value: unknown, previous?: unknown): Promise<void> {
    const source = `option:${name}`;
    if (source.length > SOURCE_MAX) return;
    const now = referencesOfOption(name, value);
    const before = previous === undefined ? [] : referencesOfOption(name, previous);
    if (JSON.stringify(now) !== JSON.stringify(before)) await this.#write(source, now);
  }

  /** An entry has gone, and with it what it used and, of a file, that it was used. */
  async forget(entry: Pick<Entry, 'id' | 'type'>): Promise<void> {
    const { database } = this.#site;
    await database
      .write('media_usage')
      .where({ source: `entry:${entry.id}` })
      .delete();
    if (entry.type === 'attachment' || entry.type === PATTERN_TYPE)
      await database.write('media_usage').where({ media_id: entry.id }).delete();
  }

  /** Where a file is used. Entries that the viewer may not see are only counted. */
  async of(mediaId: number, viewer: Viewer): Promise<Uses> {
    const rows = (await this.#site.database
      .read('media_usage')
      .select('source', 'place')
      .where({ media_id: mediaId })
      .orderBy('id')
      .limit(MAX_USES)) as { source: string; place: string }[];
    const usage = await this.#shown(rows, viewer);
    return { usage, hiddenUses: rows.length - usage.length };
  }

  /** Where any of these stands: the exact number of places, and the first of them that the viewer may see. */
  async standing(
    ids: readonly number[],
    viewer: Viewer,
    limit: number,
  ): Promise<{ count: number; places: MediaUse[] }> {
    if (ids.length === 0) return { count: 0, places: [] };
    const [sum] = (await this.#usesOf(ids).countDistinct({ amount: 'source' })) as { amount: unknown }[];
    const count = Number(sum?.amount ?? 0);
    if (count === 0) return { count, places: [] };
    const rows = (await this.#usesOf(ids).distinct('source').orderBy('source').limit(limit)) as {
      source: string;
    }[];
    const named = rows.map(({ source }) => ({ source, place: '' }));
    return { count, places: await this.#shown(named, viewer) };
  }

  /** In how many places each of these stands. */
  async standingCounts(ids: readonly number[]): Promise<Map<number, number>> {
    if (ids.length === 0) return new Map();
    const rows = (await this.#usesOf(ids)
      .select('media_id')
      .countDistinct({ amount: 'source' })
      .groupBy('media_id')) as { media_id: number | string; amount: number | string }[];
    return new Map(rows.map(({ media_id, amount }) => [Number(media_id), Number(amount)]));
  }

  #usesOf(ids: readonly number[]) {
    return this.#site.database.read('media_usage').whereIn('media_id', [...ids]);
  }

  async #shown(rows: readonly { source: string; place: string }[], viewer: Viewer): Promise<MediaUse[]> {
    const ids = rows.flatMap(({ source }) => (source.startsWith('entry:') ? [Number(source.slice(6))] : []));
    const entries = await this.#site.entries.getMany(ids, viewer);
    return rows.flatMap(({ source, place }): MediaUse[] => {
      if (source.startsWith('option:')) return [this.#useOfOption(source, place, viewer)];
      const entry = entries.get(Number(source.slice(6)));
      return entry ? [this.#useOfEntry(entry, place, viewer)] : [];
    });
  }

  /** What uses each of these files, as `entry:12` or `option:logo`, whoever may see it. */
  async sourcesOf(mediaIds: readonly number[]): Promise<Map<number, string[]>> {
    const found = new Map<number, string[]>();
    const rows = (await this.#site.database
      .read('media_usage')
      .select('media_id', 'source')
      .whereIn('media_id', [...mediaIds])) as { media_id: number; source: string }[];
    for (const { media_id, source } of rows) found.set(media_id, [...(found.get(media_id) ?? []), source]);
    return found;
  }

  /** How many uses each of these files has. */
  async counts(mediaIds: readonly number[]): Promise<Map<number, number>> {
    if (mediaIds.length === 0) return new Map();
    const rows = (await this.#site.database
      .read('media_usage')
      .select('media_id')
      .count({ amount: '*' })
      .whereIn('media_id', [...mediaIds])
      .groupBy('media_id')) as { media_id: number; amount: number | string }[];
    return new Map(rows.map((row) => [Number(row.media_id), Number(row.amount)]));
  }

  /** Makes all of it anew, entry by entry. Returns how many entries and options were read. */
  async rebuild(signal?: AbortSignal, tick: () => void = () => undefined): Promise<number> {
    let read = 0;
    const options = (await this.#site.database.read('options').select('name').orderBy('name').limit(5000)) as {
      name: string;
    }[];
    for (const { name } of options) {
      if (signal?.aborted) return read;
      await this.#write(`option:${name}`.slice(0, SOURCE_MAX), referencesOfOption(name, await this.#optionOf(name)));
      read++;
    }
    for await (const entry of this.#allEntries()) {
      if (signal?.aborted) return read;
      await this.#write(`entry:${entry.id}`, this.#referencesOf(entry));
      read++;
      tick();
    }
    return read;
  }

  async #optionOf(name: string): Promise<unknown> {
    return this.#site.options.get(name).catch(() => undefined);
  }

  async *#allEntries(): AsyncGenerator<Entry> {
    let after: { value: string | number | null; id: number } | null = null;
    const status = ['publish', 'inherit', 'private', 'draft', 'pending', 'future', 'trash'];
    do {
      const query = { type: this.#site.types.names(), status, order: 'id', direction: 'asc', limit: PER_PAGE } as const;
      const page: Awaited<ReturnType<Site['entries']['find']>> = await this.#site.entries.find(
        after ? { ...query, after } : query,
        SYSTEM,
      );
      yield* page.items;
      after = page.next;
    } while (after !== null);
  }

  #referencesOf(entry: Entry): Reference[] {
    return referencesOf(entry, this.#site.types.get(entry.type)?.fields ?? {});
  }

  async #write(source: string, references: readonly Reference[]): Promise<void> {
    const { database } = this.#site;
    await database.transaction(async () => {
      const known = await this.#known(references);
      await database.write('media_usage').where({ source }).delete();
      const seen = new Set<string>();
      const rows = references.flatMap(({ reference, place }) => {
        const media_id = known.get(reference);
        const key = `${media_id}|${place}`;
        if (media_id === undefined || seen.has(key) || source === `entry:${media_id}`) return [];
        seen.add(key);
        return [{ media_id, source, place }];
      });
      for (let from = 0; from < rows.length; from += AT_ONCE)
        await database.write('media_usage').insert(rows.slice(from, from + AT_ONCE));
    });
  }

  /** Which of these are files of the library, or patterns. */
  async #known(references: readonly Reference[]): Promise<Map<number | string, number>> {
    const ids = [...new Set(references.flatMap(({ reference }) => (typeof reference === 'number' ? [reference] : [])))];
    const paths = [
      ...new Set(
        references.flatMap(({ reference }) =>
          typeof reference === 'string' && reference.startsWith('/') ? [reference] : [],
        ),
      ),
    ];
    const found = new Map<number | string, number>();
    const files = this.#site.database;
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE);
      const rows = (await files.read('media_files').distinct('entry_id').whereIn('entry_id', some)) as {
        entry_id: number;
      }[];
      for (const { entry_id } of rows) found.set(Number(entry_id), Number(entry_id));
    }
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      const some = paths.slice(from, from + AT_ONCE);
      const rows = (await files.read('media_files').select('entry_id', 'url_path').whereIn('url_path', some)) as {
        entry_id: number;
        url_path: string;
      }[];
      for (const { entry_id, url_path } of rows) found.set(url_path, Number(entry_id));
    }
    for (const [reference, id] of await this.#patterns(references)) found.set(reference, id);
    return found;
  }

  /** Texts may come in before the pattern that they name, so that only what is known to be something else is left out. */
  async #patterns(references: readonly Reference[]): Promise<Map<string, number>> {
    const named = new Map<string, number>();
    for (const { reference } of references)
      if (typeof reference === 'string' && reference.startsWith(PATTERN_REFERENCE))
        named.set(reference, Number(reference.slice(PATTERN_REFERENCE.length)));
    const ids = [...named.values()];
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const others = (await this.#site.database
        .read('entries')
        .select('id')
        .whereIn('id', ids.slice(from, from + AT_ONCE))
        .whereNot('type', PATTERN_TYPE)) as { id: number }[];
      for (const { id } of others) named.delete(`${PATTERN_REFERENCE}${id}`);
    }
    return named;
  }

  #useOfEntry(entry: Entry, place: string, viewer: Viewer): MediaUse {
    const mayEdit = this.#site.entries.may(viewer, 'edit', entry);
    const url = entry.type === 'attachment' ? `/admin/media/${entry.id}` : `/admin/content/${entry.type}/${entry.id}`;
    const label = plainText(entry.title) || `${this.#site.types.get(entry.type)?.singular ?? entry.type} ${entry.id}`;
    return { source: `entry:${entry.id}`, place, label, url: mayEdit ? url : '' };
  }

  #useOfOption(source: string, place: string, viewer: Viewer): MediaUse {
    const name = source.slice('option:'.length);
    const label = viewer.can('manage_options') ? `Setting “${name}”` : 'A setting of the site';
    return { source: viewer.can('manage_options') ? source : 'option', place, label, url: '' };
  }
}
