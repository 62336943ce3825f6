import type { Site } from '../kernel/site.ts';
import type { RequestFacts } from './sessions.ts';

/** Somebody has proved who he is. */
export interface Authenticated {
  userId: number;
  /** By what: `password`, `totp`, `passkey`, `ldap`, … */
  factors: string[];
}

/**
 * A way to log in. It only says who somebody is; whether he may come in, and the session, are decided by `site.login`
 * for all strategies alike.
 */
export interface Strategy {
  title: string;
  /** A path of the site where people begin; the log-in form links to it by `title`. */
  path?: string;
  /**
   * Who it is, or undefined. Where credentials have a `login`, failures are counted before this is called.
   * A strategy must take the same time for names that exist and names that do not.
   */
  authenticate(credentials: Readonly<Record<string, string>>, facts: RequestFacts): Promise<Authenticated | undefined>;
}

/** Login or e-mail address with a password: asked of plugins first, then of the own table. */
export class PasswordStrategy implements Strategy {
  readonly title = 'Password';
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  async authenticate(
    { login = '', password = '' }: Readonly<Record<string, string>>,
    facts: RequestFacts,
  ): Promise<Authenticated | undefined> {
    const answer = await this.#site.hooks.first('login:authenticating', { login, password, facts });
    if (answer) return { userId: answer.userId, factors: answer.factors ?? ['password'] };
    const known = await this.#site.users.store.credentialsOf(login);
    const isRight = await this.#site.passwords.verify(known?.passwordHash ?? null, password);
    if (!known?.passwordHash || !isRight) return undefined;
    if (known.passwordExpiresAt !== null && known.passwordExpiresAt <= Date.now()) return undefined;
    await this.#rehash(known.user.id, known.passwordHash, password);
    return { userId: known.user.id, factors: ['password'] };
  }

  /** Hashes anew when the stored hash was made with less work than today's. */
  async #rehash(id: number, stored: string, password: string): Promise<void> {
    if (!this.#site.passwords.needsRehash(stored)) return;
    const fresh = await this.#site.passwords.hash(password);
    await this.#site.database.write('users').where({ id, password_hash: stored }).update({ password_hash: fresh });
  }
}
