import { type Site, SYSTEM, sumOf, type User } from 'galley';
import { avatarPath, initialsOf } from './avatar.ts';

/** What everybody may know of somebody who has published something. Neither login nor e-mail address. */
export interface PublicAuthor {
  id: number;
  name: string;
  /** Public name in addresses. */
  slug: string;
  bio: string;
  website: string;
  initials: string;
  /** Path of the picture, made on this site. */
  avatar: string;
  /** Published entries of public types. */
  published: number;
}

/** A page of authors. */
export interface AuthorPage {
  items: PublicAuthor[];
  /** What `after` is for the next page; null at the end. */
  next: number | null;
}

const BATCH = 100;
/** Users looked at in one call: a site with many readers and few authors must not make one call slow. */
const LOOKED_AT = 1000;

/** Authors as the public may see them: only who has published something exists here. */
export class Authors {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** The author with this public name, or undefined also where there is a user who has published nothing. */
  async find(slug: string): Promise<PublicAuthor | undefined> {
    const user = await this.#site.users.findBySlug(slug);
    return user && this.#present(user);
  }

  /** The author with this id. */
  async get(id: number): Promise<PublicAuthor | undefined> {
    const user = await this.#site.users.find(id);
    return user && this.#present(user);
  }

  /** Authors in order of id. A page may be short although more follow: `next` says so. */
  async list({ limit = 100, after = 0 }: { limit?: number; after?: number } = {}): Promise<AuthorPage> {
    const items: PublicAuthor[] = [];
    let last = after;
    for (let seen = 0; seen < LOOKED_AT; seen += BATCH) {
      const users = await this.#site.users.list({ after: last, limit: BATCH }, SYSTEM);
      const authors = await Promise.all(users.map((user) => this.#present(user)));
      for (const [index, author] of authors.entries()) {
        last = users[index]?.id ?? last;
        if (author) items.push(author);
        if (items.length === limit) return { items, next: last };
      }
      if (users.length < BATCH) return { items, next: null };
    }
    return { items, next: last };
  }

  async #present(user: User): Promise<PublicAuthor | undefined> {
    const counts = await this.#site.entries.counts(`author:${user.id}`);
    const published = this.#site.types.publicNames().reduce((sum, type) => sum + sumOf(counts, type), 0);
    if (published === 0) return undefined;
    const { id, name, slug, bio, url: website } = user;
    return { id, name, slug, bio, website, initials: initialsOf(name), avatar: avatarPath(name), published };
  }
}
