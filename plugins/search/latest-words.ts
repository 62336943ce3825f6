import type { Site } from 'galley';
import type { SearchDocument, SearchIndex } from './search-index.ts';

/** Which of the newest documents have which of the common words. Documents are named by their place, the newest first. */
interface Places {
  ids: number[];
  anywhere: Record<string, number[]>;
  inTitle: Record<string, number[]>;
}

const KEEP_S = 3600;

function placesOf(texts: readonly string[], wanted: ReadonlySet<string>): Record<string, number[]> {
  const places = new Map<string, number[]>([...wanted].map((token) => [token, []]));
  for (const [place, text] of texts.entries())
    for (const token of new Set(text.split(' '))) places.get(token)?.push(place);
  return Object.fromEntries(places);
}

/**
 * Answers searches for words that are nearly everywhere: the newest documents that have them. Who has which of them is
 * kept until something is published, so that not all these texts are read again for each question.
 */
export class LatestWords {
  readonly #site: Site;
  readonly #index: SearchIndex;
  readonly #most: number;

  constructor(site: Site, index: SearchIndex, most: number) {
    this.#site = site;
    this.#index = index;
    this.#most = most;
  }

  /**
   * The newest documents that have all of the words, those that have them in the title first; undefined where one of
   * the words is not among the common ones.
   */
  async find(words: readonly string[]): Promise<number[] | undefined> {
    const { ids, anywhere, inTitle } = await this.#places();
    const tokens = words.map((word) => this.#site.database.dialect.fullTextDocument(word));
    if (!tokens.every((token) => Object.hasOwn(anywhere, token))) return undefined;
    const titled = common(tokens.map((token) => inTitle[token] ?? []));
    const isTitled = new Set(titled);
    const others = common(tokens.map((token) => anywhere[token] ?? [])).filter((place) => !isTitled.has(place));
    return [...titled, ...others].flatMap((place) => ids[place] ?? []);
  }

  #places(): Promise<Places> {
    const tags = ['search', ...this.#site.types.publicNames().map((type) => `type:${type}`)];
    return this.#site.cache.remember('latest-words', { tags, ttl: KEEP_S }, async () => {
      const { dialect } = this.#site.database;
      const common = Object.keys(await this.#index.commonWords());
      const wanted = new Set(common.map((word) => dialect.fullTextDocument(word)));
      const documents: SearchDocument[] = await this.#index.latest(this.#most);
      return {
        ids: documents.map(({ id }) => id),
        anywhere: placesOf(
          documents.map(({ title, body }) => `${title} ${body}`),
          wanted,
        ),
        inTitle: placesOf(
          documents.map(({ title }) => title),
          wanted,
        ),
      };
    });
  }
}

/** What is in all of the lists, in their order. */
function common(lists: readonly (readonly number[])[]): number[] {
  const [first = [], ...others] = lists;
  const sets = others.map((list) => new Set(list));
  return first.filter((place) => sets.every((set) => set.has(place)));
}
