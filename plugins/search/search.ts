import {
  ANONYMOUS,
  type Entry,
  type FirstHook,
  type FullTextTerm,
  isGalleyError,
  parseFullTextQuery,
  type Site,
  type Viewer,
} from 'galley';
import type { IndexQueue } from './index-queue.ts';
import { LatestWords } from './latest-words.ts';
import type { SearchIndex } from './search-index.ts';

/** What somebody looks for. */
export interface SearchRequest {
  query: string;
  types: readonly string[];
  viewer: Viewer;
  /** Which results, from 0. */
  offset: number;
  limit: number;
  /** Somebody is still typing: the last word may be the beginning of one. */
  isUnfinished?: boolean;
}

/** What was found, best first. */
export interface SearchResult {
  entries: Entry[];
  total: number;
  /** Whether there are more than are ranked. */
  isCapped: boolean;
  /** The words that were looked for, for highlighting. */
  words: string[];
  /** Nothing is known, because finding it would have taken too long. */
  isTooSlow?: boolean;
}

declare module 'galley' {
  interface Hooks {
    'search:querying': FirstHook<SearchRequest, SearchResult>;
  }
}

const MAX_CHARACTERS = 100;
const MAX_WORDS = 5;
/** As many results are ranked: 50 pages of ten. */
const RANKED = 500;
const TITLE_WEIGHT = 5;
const CACHE_S = 300;
/** The longest that the store may look for one question; whoever asks too much must not hold up all others. */
const LONGEST_MS = 2000;
/** So long a question that took too long is not put to the store again. */
const TOO_SLOW_S = 60;
/** Three letters, or one of a script whose letters say more. */
const MEANS_SOMETHING = /...|\p{Lo}/u;

/** What is looked for. A beginning that is too short would find nearly everything: it waits for its next letter. */
function termsOf({ query, isUnfinished = false }: SearchRequest): FullTextTerm[] {
  const terms = parseFullTextQuery(query, { maxTerms: MAX_WORDS, prefixLast: isUnfinished });
  const last = terms.at(-1);
  if (!isUnfinished || !last?.prefix || MEANS_SOMETHING.test(last.words.at(-1) ?? '')) return terms;
  return terms.length > 1 ? terms.slice(0, -1) : [{ ...last, prefix: false }];
}

/** Search over what is public. */
export class Search {
  readonly #site: Site;
  readonly #queue: IndexQueue;
  readonly #latest: LatestWords;
  readonly index: SearchIndex;

  constructor(site: Site, index: SearchIndex, queue: IndexQueue) {
    this.#site = site;
    this.index = index;
    this.#latest = new LatestWords(site, index, RANKED);
    this.#queue = queue;
  }

  /** Finds entries, the most relevant first. No input is an error. */
  async find({
    query,
    types,
    viewer = ANONYMOUS,
    offset = 0,
    limit = 10,
    isUnfinished = false,
  }: Partial<SearchRequest> & { query: string }): Promise<SearchResult> {
    const request: SearchRequest = {
      query: query.slice(0, MAX_CHARACTERS),
      types: types ?? this.#site.types.publicNames(),
      viewer,
      offset,
      limit,
      isUnfinished,
    };
    return (await this.#site.hooks.first('search:querying', request)) ?? this.#findInStore(request);
  }

  async #findInStore(request: SearchRequest): Promise<SearchResult> {
    await this.#queue.flush();
    const terms = termsOf(request);
    const words = terms.filter((term) => !term.exclude).flatMap((term) => term.words);
    if (words.length === 0) return { entries: [], total: 0, isCapped: false, words };
    const ids = await this.#rankedInTime(terms, request.types);
    if (!ids) return { entries: [], total: 0, isCapped: false, words, isTooSlow: true };
    const wanted = ids.slice(request.offset, request.offset + request.limit);
    // Read through the entries, so that nothing is found that the viewer may not see.
    const found = new Map(
      (
        await this.#site.entries.find(
          { ids: wanted, type: request.types, limit: Math.max(1, wanted.length), order: 'id' },
          request.viewer,
        )
      ).items.map((entry) => [entry.id, entry]),
    );
    return {
      entries: wanted.flatMap((id) => found.get(id) ?? []),
      total: ids.length,
      isCapped: ids.length >= RANKED,
      words,
    };
  }

  /** As `#rankedIds`; undefined where that takes too long. */
  async #rankedInTime(terms: FullTextTerm[], types: readonly string[]): Promise<number[] | undefined> {
    const { cache } = this.#site;
    const key = `search:too-slow:${JSON.stringify([terms, types])}`;
    if (await cache.get(key)) return undefined;
    try {
      return await this.#rankedIds(terms, types);
    } catch (error) {
      // A statement was stopped. Where not even a connection is free, the whole site is too busy, and says so.
      if (!isGalleyError(error, 'GALLEY_DATABASE_TIMEOUT') || !(error.details as { sql?: string }).sql) throw error;
      await cache.set(key, true, { tags: ['search'], ttl: TOO_SLOW_S });
      return undefined;
    }
  }

  /** The ids of the best documents. The same question is answered once for a while, or until something is published. */
  #rankedIds(terms: FullTextTerm[], types: readonly string[]): Promise<number[]> {
    const key = `search:${JSON.stringify([terms, types])}`;
    const tags = ['search', ...types.map((type) => `type:${type}`)];
    return this.#site.cache.remember(key, { tags, ttl: CACHE_S }, async () => {
      const common = await this.index.commonWords();
      const documentsWith = ({ words: [word = '', ...more], exclude }: FullTextTerm): number =>
        !exclude && more.length === 0 && Object.hasOwn(common, word) ? (common[word] ?? 0) : 0;
      if (!terms.some((term) => !term.exclude && documentsWith(term) === 0)) return this.#newest(terms);
      const isFrequent = (term: FullTextTerm): boolean =>
        documentsWith(term) > this.#site.database.dialect.frequentWord;
      return this.#rank(
        terms.filter((term) => !isFrequent(term)),
        terms.filter(isFrequent),
        types,
      );
    });
  }

  /** Ranked by the store; words that are too frequent may only decide between documents that the others found. */
  async #rank(telling: FullTextTerm[], frequent: FullTextTerm[], types: readonly string[]): Promise<number[]> {
    const { database } = this.#site;
    const builder = database.read<{ id: number }>('search_documents');
    const relevance = database.dialect.matchFullText(builder as never, {
      table: 'search_documents',
      columns: ['title', 'body'],
      terms: telling,
      weights: [TITLE_WEIGHT, 1],
      // Looked at one by one for their type, they would have to be read all.
      ...(this.#site.types.publicNames().every((name) => types.includes(name)) ? { best: RANKED } : {}),
    });
    void builder
      .select('search_documents.id')
      .whereIn('search_documents.type', [...types])
      .orderBy(relevance as never, 'desc')
      .orderBy('search_documents.published_at', 'desc')
      .limit(RANKED);
    const rows = (await database.bounded(builder as never, LONGEST_MS)) as unknown as { id: number }[];
    const ids = rows.map(({ id }) => id);
    return frequent.length > 0 && ids.length > 0 ? this.#withAll(ids, frequent) : ids;
  }

  /** Those of some documents that have all of the words. Their texts are read after they were ranked: a store sorts long texts on its disk. */
  async #withAll(ids: readonly number[], terms: readonly FullTextTerm[]): Promise<number[]> {
    const rows = (await this.#site.database
      .read('search_documents')
      .select('id', 'title', 'body')
      .whereIn('id', [...ids])) as { id: number; title: string; body: string }[];
    const found = new Set(rows.filter((row) => this.#hasAll(row, terms)).map((row) => row.id));
    return ids.filter((id) => found.has(id));
  }

  /** Every word is everywhere: the newest documents that have all of them, those with them in the title first. */
  async #newest(terms: FullTextTerm[]): Promise<number[]> {
    const isPlain = terms.every(({ words, prefix, exclude }) => words.length === 1 && !prefix && !exclude);
    const known = isPlain ? await this.#latest.find(terms.flatMap(({ words }) => words)) : undefined;
    if (known) return known;
    const rows = (await this.index.latest(RANKED)).filter((row) => this.#hasAll(row, terms));
    const inTitle = (row: { title: string }): number => (this.#hasAll({ title: row.title, body: '' }, terms) ? 1 : 0);
    return rows
      .sort((a, b) => inTitle(b) - inTitle(a) || b.published_at - a.published_at || b.id - a.id)
      .map((row) => row.id);
  }

  /** Whether a document has every wanted word and none that is unwanted. Its texts are tokens already, with blanks between. */
  #hasAll({ title, body }: { title: string; body: string }, terms: readonly FullTextTerm[]): boolean {
    const { dialect } = this.#site.database;
    const text = ` ${title} ${body} `;
    const has = (word: string, prefix: boolean): boolean =>
      text.includes(prefix ? ` ${word}` : ` ${dialect.fullTextDocument(word)} `);
    return terms.every((term) => term.words.every((word) => has(word, term.prefix)) !== term.exclude);
  }
}
