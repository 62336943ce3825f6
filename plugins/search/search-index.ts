import { type Cursor, type Entry, fullTextTokens, plainText, type Site } from 'galley';

/** A document of the index. */
export interface SearchDocument {
  id: number;
  published_at: number;
  title: string;
  body: string;
}

const BATCH = 200;
/** Documents that are looked at to learn which words are everywhere. */
const SAMPLE = 500;
/** A word in more than this share of the documents finds nothing in particular. */
const COMMON_SHARE = 0.08;
const MIN_SAMPLE = 100;

/** The searchable texts, kept beside the entries. */
export class SearchIndex {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Puts an entry in, renews it, or takes it out when it is not public (any more). */
  async update(entry: Entry): Promise<void> {
    const document = this.#document(entry);
    if (!document) return this.remove(entry.id);
    await this.#site.database.dialect.upsert('search_documents', document, ['id']);
  }

  /** As `update`, for many at once. */
  async updateMany(entries: readonly Entry[]): Promise<void> {
    const documents = entries.map((entry) => this.#document(entry)).filter((document) => document !== undefined);
    const ids = entries.map((entry) => entry.id);
    await this.#site.database.transaction(async () => {
      await this.#site.database.write('search_documents').whereIn('id', ids).delete();
      await this.#site.database.insertMany('search_documents', documents);
    });
  }

  async remove(id: number): Promise<void> {
    await this.#site.database.write('search_documents').where({ id }).delete();
  }

  #document(entry: Entry): Record<string, unknown> | undefined {
    const isPublic = this.#site.types.get(entry.type)?.public && entry.status === 'publish' && entry.password === '';
    if (!isPublic) return undefined;
    const { dialect } = this.#site.database;
    const body = `${entry.excerpt.replace(/<[^>]*>/g, ' ')} ${this.#site.blocks.textOf(entry.content)}`;
    return {
      id: entry.id,
      type: entry.type,
      published_at: entry.publishedAt ?? 0,
      title: dialect.fullTextDocument(plainText(entry.title)),
      body: dialect.fullTextDocument(body),
    };
  }

  /** Builds the whole index anew, in bounded memory. Yields how many entries are done. */
  async *reindex(): AsyncGenerator<number> {
    let done = 0;
    for (const type of this.#site.types.publicNames()) {
      let after: Cursor | undefined;
      for (;;) {
        const page = await this.#site.entries.find({
          type,
          order: 'id',
          direction: 'asc',
          limit: BATCH,
          ...(after ? { after } : {}),
        });
        const documents = page.items.map((entry) => this.#document(entry)).filter((document) => document !== undefined);
        await this.#site.database.transaction(async () => {
          await this.#site.database
            .write('search_documents')
            .whereIn(
              'id',
              page.items.map((entry) => entry.id),
            )
            .delete();
          await this.#site.database.insertMany('search_documents', documents);
        });
        done += page.items.length;
        yield done;
        if (!page.next) break;
        after = page.next;
      }
    }
    await this.#prune();
    await this.#site.cache.invalidate(['search']);
  }

  /** Takes out what is no entry any more. */
  async #prune(): Promise<void> {
    const rows = (await this.#site.database
      .read('search_documents')
      .leftJoin('entries', 'entries.id', 'search_documents.id')
      .whereNull('entries.id')
      .select('search_documents.id')
      .limit(10_000)) as { id: number }[];
    if (rows.length > 0)
      await this.#site.database
        .write('search_documents')
        .whereIn(
          'id',
          rows.map((row) => row.id),
        )
        .delete();
  }

  /**
   * The words that are nearly everywhere, and in about how many documents. Learnt from the latest ones. Searching by
   * them alone would rank everything.
   */
  commonWords(): Promise<Readonly<Record<string, number>>> {
    return this.#site.cache.remember('search:common-words', { tags: ['search'], ttl: 3600, stale: 86_400 }, () =>
      this.#learnCommonWords(),
    );
  }

  async #learnCommonWords(): Promise<Record<string, number>> {
    const documents = await this.latest(SAMPLE);
    if (documents.length < MIN_SAMPLE) return {};
    const counts = new Map<string, number>();
    for (const { title, body } of documents)
      for (const word of new Set(`${title} ${body}`.split(' '))) counts.set(word, (counts.get(word) ?? 0) + 1);
    const each = (await this.#documents()) / documents.length;
    const common = [...counts].filter(([, count]) => count > documents.length * COMMON_SHARE);
    return Object.fromEntries(
      common.flatMap(([word, count]) => fullTextTokens(word).map((token) => [token, Math.round(count * each)])),
    );
  }

  /** How many documents there are, as many as public entries. */
  async #documents(): Promise<number> {
    const { entries, types } = this.#site;
    const totals = await Promise.all(types.publicNames().map((type) => entries.total(type)));
    return totals.reduce((sum, total) => sum + total, 0);
  }

  /** The newest documents. */
  async latest(limit: number): Promise<SearchDocument[]> {
    return (await this.#site.database
      .read<SearchDocument>('search_documents')
      .select('id', 'published_at', 'title', 'body')
      .orderBy('published_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)) as SearchDocument[];
  }
}
