import { createHash } from 'node:crypto';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { NewToken } from './one-time-tokens.ts';
import { assertMayGrant } from './roles.ts';
import type { User } from './user.ts';
import type { Credentials } from './user-store.ts';
import { SYSTEM, type Viewer } from './viewer.ts';

const PURPOSE = 'password-reset';

/** A reset that was begun; the token goes into a link to the user and nowhere else. */
export interface PasswordReset extends NewToken {
  user: User;
}

/** Links to set a new password: they work once, for a short time, and only while the password is still the old one. */
export class PasswordResets {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /**
   * Who may reset his password by this login or e-mail address. The caller answers the same whether there is somebody or
   * not.
   */
  async findUser(loginOrEmail: string): Promise<User | undefined> {
    const known = await this.#site.users.store.credentialsOf(loginOrEmail);
    return known?.user.status === 'active' ? known.user : undefined;
  }

  /** Begins a reset. @throws GALLEY_PERMISSION_DENIED without `edit_users`, or for somebody above */
  async start(userId: number, by: Viewer): Promise<PasswordReset> {
    const known = await this.#site.users.store.credentialsById(userId);
    if (!known) throw new GalleyError('GALLEY_USER_UNKNOWN', `There is no user ${userId}.`);
    assertMayGrant(by, 'edit_users', await this.#site.roles.capabilitiesOf(known.user.roles));
    return this.#begin(known);
  }

  /** Whose reset a token is, where it still works. Showing the form does not use it. */
  async check(token: string): Promise<User | undefined> {
    const found = await this.#site.tokens.peek(PURPOSE, token);
    if (!found?.userId) return undefined;
    const known = await this.#site.users.store.credentialsById(found.userId);
    return known && known.user.status === 'active' && bindingOf(known) === found.boundTo ? known.user : undefined;
  }

  /**
   * Sets the new password. All sessions of the user end; nobody is logged in by it.
   * @throws GALLEY_TOKEN_INVALID for a token that is unknown, used, too old or overtaken | GALLEY_PASSWORD_WEAK
   */
  async complete(token: string, password: string): Promise<User> {
    const user = await this.check(token);
    if (!user) throw refused();
    const claim = async () => {
      if (!(await this.#site.tokens.use(PURPOSE, token))) throw refused();
    };
    return this.#site.users.setPassword(user.id, password, { by: SYSTEM, claim });
  }

  async #begin(known: Credentials): Promise<PasswordReset> {
    const { resetLinkMinutes, setupLinkHours } = this.#site.config.security;
    // The first password of somebody new is not asked for by himself, so it waits until he reads his mail.
    const lifeMs = (known.passwordHash === null ? setupLinkHours * 60 : resetLinkMinutes) * 60_000;
    const boundTo = bindingOf(known);
    const token = await this.#site.tokens.create({ purpose: PURPOSE, userId: known.user.id, boundTo, lifeMs });
    return { ...token, user: known.user };
  }
}

/** Changes with the password and with the e-mail address, and takes older links with it. */
function bindingOf({ user, passwordHash }: Credentials): string {
  return createHash('sha256')
    .update(JSON.stringify([passwordHash, user.email]))
    .digest('hex');
}

function refused(): GalleyError {
  return new GalleyError('GALLEY_TOKEN_INVALID', 'This link was used already or is too old. Ask for a new one.');
}
