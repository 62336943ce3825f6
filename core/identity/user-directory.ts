import type { Site } from '../kernel/site.ts';
import { foldKey } from '../lib/slug.ts';
import { rememberFound } from './remember-found.ts';
import { ADMINISTRATOR, assertMayGrant } from './roles.ts';
import type { User } from './user.ts';
import { type UserQuery, UserStore } from './user-store.ts';
import type { Viewer } from './viewer.ts';

const TTL = 3600;

/** Finds users. */
export class UserDirectory {
  readonly #site: Site;
  /** The tables, for log-in and set-up. */
  readonly store: UserStore;

  constructor(site: Site) {
    this.#site = site;
    this.store = new UserStore(site);
  }

  /** One user, from the cache; undefined when there is none. */
  find(id: number): Promise<User | undefined> {
    const tag = `user:${id}`;
    return rememberFound(this.#site, tag, { tags: [tag], ttl: TTL }, async () => (await this.store.findMany([id]))[0]);
  }

  /** Several users at once, from the cache where they are there; who does not exist is left out. */
  async findByIds(ids: readonly number[]): Promise<User[]> {
    const wanted = [...new Set(ids)];
    const missing: number[] = [];
    let load: Promise<Map<number, User>> | undefined;
    // All that the cache does not know is read in one query, once every look-up had its turn.
    const loadAll = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = missing.splice(0);
      load = undefined;
      return new Map((await this.store.findMany(batch)).map((user) => [user.id, user]));
    };
    const found = await Promise.all(
      wanted.map((id) =>
        rememberFound(this.#site, `user:${id}`, { tags: [`user:${id}`], ttl: TTL }, async () => {
          missing.push(id);
          load ??= loadAll();
          return (await load).get(id);
        }),
      ),
    );
    return found.filter((user) => user !== undefined);
  }

  /** By login, whatever its case. */
  findByLogin(login: string): Promise<User | undefined> {
    return this.store.findBy('login_key', foldKey(login));
  }

  /** By e-mail address, whatever its case. */
  async findByEmail(email: string): Promise<User | undefined> {
    return email.trim() === '' ? undefined : this.store.findBy('email_key', foldKey(email));
  }

  /** By public name, as author archives need it. */
  findBySlug(slug: string): Promise<User | undefined> {
    return this.store.findBy('slug', slug);
  }

  /**
   * A page of users in order of id.
   * @throws GALLEY_PERMISSION_DENIED without `list_users`
   */
  async list(query: UserQuery, by: Viewer): Promise<User[]> {
    assertMayGrant(by, 'list_users', []);
    return this.store.list(query);
  }

  /** How many users a list has. @throws GALLEY_PERMISSION_DENIED without `list_users` */
  async count(query: UserQuery, by: Viewer): Promise<number> {
    assertMayGrant(by, 'list_users', []);
    return this.store.count(query);
  }

  /** Whether somebody can administer the site. */
  hasAdministrator(): Promise<boolean> {
    return this.store.isRoleHeld(ADMINISTRATOR);
  }
}
