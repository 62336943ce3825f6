import type { Entry, Site, Viewer } from 'galley';
import type { MediaFile, MediaStore } from './media-store.ts';

/** What pages need to know of a file of the library. */
export interface MediaFacts {
  id: number;
  parentId: number | null;
  title: string;
  alt: string;
  /** Sanitised HTML. */
  caption: string;
  type: string;
  name: string;
  files: MediaFile[];
}

/** Changes when any entry comes or goes that attachments may hang on. */
export const PARENTS_TAG = 'media:parents';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The facts of an attachment and its files. */
export function factsOf(entry: Entry, files: readonly MediaFile[]): MediaFacts {
  return {
    id: entry.id,
    parentId: entry.parentId,
    title: entry.title,
    alt: textOf(entry.fields['alt']),
    caption: entry.excerpt,
    type: entry.mimeType,
    name: textOf(entry.fields['name']),
    files: [...files],
  };
}

/** Gathers the ids that are asked for at once and loads them together. */
class Together<T> {
  readonly #load: (ids: readonly number[]) => Promise<Map<number, T>>;
  #ids: number[] = [];
  #running: Promise<Map<number, T>> | undefined;

  constructor(load: (ids: readonly number[]) => Promise<Map<number, T>>) {
    this.#load = load;
  }

  async get(id: number): Promise<T | undefined> {
    this.#ids.push(id);
    this.#running ??= this.#begin();
    return (await this.#running).get(id);
  }

  async #begin(): Promise<Map<number, T>> {
    await new Promise((resolve) => setImmediate(resolve));
    const ids = this.#ids;
    this.#ids = [];
    this.#running = undefined;
    return this.#load(ids);
  }
}

/** Reads what pages show of the library: for everybody out of the cache, for others as they may see it. */
export class FactsReader {
  readonly #site: Site;
  readonly #store: MediaStore;

  constructor(site: Site, store: MediaStore) {
    this.#site = site;
    this.#store = store;
  }

  /** Facts of attachments that the viewer may see: two queries for all of them, none while they are known. */
  async read(ids: readonly number[], viewer: Viewer): Promise<Map<number, MediaFacts>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    const shared = await this.#shared(wanted, viewer);
    if (viewer.id === null) return shared;
    const missing = wanted.filter((id) => !shared.has(id));
    const own = missing.length > 0 ? await this.#load(missing, viewer) : [];
    return new Map([...shared, ...own]);
  }

  /** What everybody may see. */
  async #shared(ids: readonly number[], viewer: Viewer): Promise<Map<number, MediaFacts>> {
    const { cache, database } = this.#site;
    // The system has no id either, and sees more than everybody.
    if (database.isInTransaction || (viewer.id === null && viewer.can('read'))) return this.#load(ids, viewer);
    const together = new Together((missing) => this.#load(missing));
    const read = (id: number): Promise<MediaFacts | null> =>
      cache.remember(
        `facts:${id}`,
        { tags: [`entry:${id}`, PARENTS_TAG], ttl: 3600 },
        async () => (await together.get(id)) ?? null,
      );
    const found = await Promise.all(ids.map(async (id) => [id, await read(id)] as const));
    return new Map(found.flatMap(([id, facts]) => (facts ? [[id, facts] as const] : [])));
  }

  async #load(ids: readonly number[], viewer?: Viewer): Promise<Map<number, MediaFacts>> {
    const query = { type: 'attachment', status: ['inherit', 'publish', 'private', 'draft', 'trash'], body: false };
    const [{ items }, files] = await Promise.all([
      this.#site.entries.find({ ...query, ids, limit: ids.length, order: 'id' }, viewer),
      this.#store.of(ids),
    ]);
    return new Map(items.map((entry) => [entry.id, factsOf(entry, files.get(entry.id) ?? [])]));
  }
}
