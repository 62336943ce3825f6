import { ANONYMOUS, GalleyError, type PresentedEntry, type Site } from 'galley';

/** The meta key under which a person's picture is kept: the number of an attachment. */
export const PICTURE = 'picture';
const SIZE = 'thumbnail';

/** The pictures that people chose of themselves, from the library. */
export class Pictures {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** The number of the attachment that somebody chose; 0 for none. */
  async chosen(userId: number): Promise<number> {
    return (await this.#chosen([userId])).get(userId) ?? 0;
  }

  /** The addresses of the pictures of several people, as visitors may see them; who has none is absent. */
  async of(userIds: readonly number[], tag?: (...tags: string[]) => void): Promise<Map<number, string>> {
    const chosen = await this.#chosen(userIds);
    const media = this.#site.services.find('media');
    if (chosen.size === 0 || !media) return new Map();
    // A page that shows a picture is made anew when the picture is replaced or deleted.
    tag?.(...[...chosen.values()].map((id) => `entry:${id}`));
    const images = await media.images([...chosen.values()], { viewer: ANONYMOUS, size: SIZE });
    return new Map(
      [...chosen].flatMap(([userId, id]) => {
        const image = images.get(id);
        return image ? [[userId, image.src] as const] : [];
      }),
    );
  }

  /**
   * Chooses somebody's picture; 0 takes it away.
   * @throws GALLEY_INPUT_INVALID where it is no picture that visitors may see
   */
  async choose(userId: number, id: number): Promise<void> {
    const images = id === 0 ? undefined : await this.#site.services.find('media')?.images([id], { viewer: ANONYMOUS });
    if (id !== 0 && !images?.has(id)) {
      const message = 'Choose a picture that visitors may see.';
      throw new GalleyError('GALLEY_INPUT_INVALID', message, { details: [{ field: PICTURE, message }] });
    }
    await this.#site.meta.set('user', userId, PICTURE, id === 0 ? [] : [String(id)]);
    await this.#site.database.afterCommit(() => this.#site.cache.invalidate([`user:${userId}`]));
  }

  /** In one query for all of them, which is remembered until one of them changes. */
  async #chosen(userIds: readonly number[]): Promise<Map<number, number>> {
    if (userIds.length === 0) return new Map();
    const ids = [...new Set(userIds)].sort((a, b) => a - b);
    const tags = ids.map((id) => `user:${id}`);
    const pairs = await this.#site.cache.remember(`pictures:${ids.join(',')}`, { tags, ttl: 3600 }, async () => {
      const meta = await this.#site.meta.of('user', ids, [PICTURE]);
      return [...meta].map(([userId, values]) => [userId, Number(values[PICTURE]?.[0] ?? 0)] as [number, number]);
    });
    return new Map(pairs.filter(([, id]) => Number.isSafeInteger(id) && id > 0));
  }
}

/** Puts the pictures of authors beside their names. */
export async function presentPictures(
  pictures: Pictures,
  entries: PresentedEntry[],
  tag: (...tags: string[]) => void,
): Promise<PresentedEntry[]> {
  const authors = entries.flatMap(({ source }) => source.authorId ?? []);
  const found = await pictures.of(authors, tag);
  if (found.size === 0) return entries;
  return entries.map((entry) => {
    const avatar = found.get(entry.source.authorId ?? 0);
    return avatar === undefined ? entry : { ...entry, author: { ...entry.author, avatar } };
  });
}
