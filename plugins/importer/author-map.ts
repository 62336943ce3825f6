import { ANONYMOUS, foldKey, GalleyError, isGalleyError, type Site, slugify, type User, type Viewer } from 'galley';
import type { ImportOptions } from './import-options.ts';
import type { ImportReport } from './import-report.ts';
import { fingerprintOf, type ImportStore } from './import-store.ts';
import type { WxrAuthor } from './wxr-records.ts';

const LOGIN_MAX = 60;
const NAME_MAX = 250;
const KNOWN_MAX = 10_000;

/** Somebody on this site who gets what an author of the export wrote. */
export interface MappedAuthor {
  id: number | null;
  /** By whose right the HTML is kept: never more than the author holds, nor than who imports. */
  viewer: Viewer;
}

const NOBODY: MappedAuthor = { id: null, viewer: ANONYMOUS };

/** Leads the logins of an export to users of this site, and makes those that are absent. */
export class AuthorMap {
  readonly #site: Site;
  readonly #store: ImportStore;
  readonly #report: ImportReport;
  readonly #options: ImportOptions;
  readonly #runner: Viewer;
  readonly #known = new Map<string, MappedAuthor>();
  readonly #viewers = new Map<number, Viewer>();
  /** User ids of the export, for comments. */
  readonly #byForeignId = new Map<number, string>();

  constructor(parts: { site: Site; store: ImportStore; report: ImportReport; options: ImportOptions; runner: Viewer }) {
    this.#site = parts.site;
    this.#store = parts.store;
    this.#report = parts.report;
    this.#options = parts.options;
    this.#runner = parts.runner;
  }

  /** Refuses users that do not exist before anything is stored. @throws GALLEY_USER_UNKNOWN */
  async check(): Promise<void> {
    const { author, authors } = this.#options;
    const named = typeof authors === 'object' ? Object.values(authors) : [];
    for (const login of author === undefined ? named : [author]) {
      if (!(await this.#site.users.findByLogin(login)))
        throw new GalleyError(
          'GALLEY_USER_UNKNOWN',
          `There is no user "${login}" on this site. Create the user first.`,
        );
    }
  }

  /** Takes an author of the export; counts what became of him. */
  async declare(author: WxrAuthor): Promise<void> {
    const login = cleanLogin(author.login);
    if (author.id !== null && this.#byForeignId.size < KNOWN_MAX) this.#byForeignId.set(author.id, login);
    if (login !== '' && !this.#known.has(login)) await this.#resolve(login, author);
  }

  /** Who gets what this login wrote. */
  async byLogin(given: string): Promise<MappedAuthor> {
    const login = cleanLogin(given);
    if (login === '' && this.#options.author === undefined) return NOBODY;
    return this.#known.get(login) ?? this.#resolve(login, undefined);
  }

  /** The user of a comment, where the export says whom the number stands for. */
  async byForeignId(id: number): Promise<number | null> {
    const login = this.#byForeignId.get(id);
    return login === undefined || this.#options.author !== undefined ? null : (await this.byLogin(login)).id;
  }

  /** The viewer of a user of this site, bounded by who imports. */
  async viewerOf(userId: number | null): Promise<Viewer> {
    if (userId === null) return ANONYMOUS;
    const known = this.#viewers.get(userId);
    if (known) return known;
    const user = await this.#site.users.find(userId);
    const viewer = user ? (await this.#mapped(user)).viewer : ANONYMOUS;
    if (this.#viewers.size < KNOWN_MAX) this.#viewers.set(userId, viewer);
    return viewer;
  }

  async #resolve(login: string, author: WxrAuthor | undefined): Promise<MappedAuthor> {
    const found = await this.#user(login, author);
    const mapped = found ? await this.#mapped(found) : NOBODY;
    if (this.#known.size > KNOWN_MAX) this.#known.clear();
    this.#known.set(login, mapped);
    return mapped;
  }

  async #mapped(user: User): Promise<MappedAuthor> {
    const own = await this.#site.roles.viewerFor(user);
    const viewer = { ...own, can: (capability: string) => own.can(capability) && this.#runner.can(capability) };
    return { id: user.id, viewer };
  }

  async #user(login: string, author: WxrAuthor | undefined): Promise<User | undefined> {
    const { author: one, authors } = this.#options;
    if (one !== undefined) return this.#site.users.findByLogin(one);
    const name = typeof authors === 'object' && Object.hasOwn(authors, login) ? authors[login] : undefined;
    if (name !== undefined) return this.#site.users.findByLogin(name);
    if (authors === 'skip') return undefined;
    const row = await this.#store.get('author', foldKey(login));
    const known = row && (await this.#site.users.find(row.localId));
    const found = known ?? (await this.#site.users.findByLogin(login));
    if (author || !found) this.#report.count('author', found ? 'existing' : 'imported');
    if (found || this.#report.isDry) return found;
    return this.#create(login, author);
  }

  async #create(login: string, author: WxrAuthor | undefined): Promise<User> {
    const email = author?.email ?? '';
    const isFree = email !== '' && !(await this.#site.users.findByEmail(email));
    const { slug, bio, url } = author?.data ?? {};
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    const full = { email: isFree ? email : '', slug: text(slug), bio: text(bio), url: text(url) };
    const name = (author?.displayName.trim() || login).slice(0, NAME_MAX);
    return this.#site.database.transaction(async () => {
      const user =
        (await this.#try({ login, name, ...full })) ??
        (await this.#try({ login: slugify(login, LOGIN_MAX) || 'author', name: plain(name) || 'Author' })) ??
        (await this.#try({ login: `author-${fingerprintOf(login).slice(0, 8)}`, name: plain(name) || 'Author' }));
      if (!user) throw new GalleyError('GALLEY_USER_DUPLICATE', `No login is free for the author "${login}".`);
      await this.#store.add([{ kind: 'author', foreignId: foldKey(login), localId: user.id }]);
      return user;
    });
  }

  /** Undefined where the details are refused, so that simpler ones can be tried. */
  async #try(draft: { login: string; name: string; email?: string }): Promise<User | undefined> {
    try {
      return await this.#site.users.create({ ...draft, roles: ['author'] }, this.#runner);
    } catch (error) {
      if (isGalleyError(error, 'GALLEY_INPUT_INVALID') || isGalleyError(error, 'GALLEY_USER_DUPLICATE'))
        return undefined;
      throw error;
    }
  }
}

/** A login as WordPress takes it: exports have been seen with stray brackets in some. */
const cleanLogin = (login: string): string => login.replace(/[^\p{L}\p{N}\p{M} _.@-]/gu, '').trim();

const plain = (name: string): string => name.replace(/[^\p{L}\p{N}\p{M} .,'-]/gu, '').trim();
