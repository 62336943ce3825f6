import type { Site } from '../kernel/site.ts';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import type { NewToken } from './one-time-tokens.ts';
import { ADMINISTRATOR } from './roles.ts';
import type { User } from './user.ts';
import { SYSTEM } from './viewer.ts';

const PURPOSE = 'setup';
const HOUR = 3_600_000;

/** Where the one-time set-up link leads to. */
export const SETUP_PATH = '/admin/setup';

/** The link with which the first administrator chooses name and password. */
export interface SetupLink extends NewToken {
  /** Path with the token, to be put behind the site's address. */
  path: string;
}

/** What the start of a site found or did about its first administrator. */
export type SetupOutcome =
  | { state: 'ready' }
  | { state: 'created'; login: string }
  | { state: 'waiting'; link: SetupLink };

/** Who the first administrator wants to be. */
export interface FirstAdministrator {
  login: string;
  email?: string;
  name?: string;
  password: string;
}

/** The first administrator: there is no default account, a one-time link or the operator's password makes one. */
export class Setup {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Whether the site has no administrator yet. */
  async isNeeded(): Promise<boolean> {
    return !(await this.#site.users.hasAdministrator());
  }

  /** What a start does: nothing, the user `admin` with the password that the operator set, or a link to print. */
  async begin(): Promise<SetupOutcome> {
    if (!(await this.isNeeded())) return { state: 'ready' };
    if (this.#site.config.security.adminPassword) return this.#createAdmin(this.#site.config.security.adminPassword);
    return { state: 'waiting', link: await this.link() };
  }

  /** A new set-up link. @throws GALLEY_PERMISSION_DENIED when there is an administrator */
  async link(): Promise<SetupLink> {
    if (!(await this.isNeeded())) throw isDone();
    const lifeMs = this.#site.config.security.setupLinkHours * HOUR;
    const token = await this.#site.tokens.create({ purpose: PURPOSE, lifeMs });
    return { ...token, path: `${SETUP_PATH}?token=${token.token}` };
  }

  /** Whether the link works. Opening it does not use it up. */
  async check(token: string): Promise<boolean> {
    return (await this.#site.tokens.peek(PURPOSE, token)) !== undefined && (await this.isNeeded());
  }

  /**
   * Makes the first administrator and every set-up link worthless.
   * @throws GALLEY_TOKEN_INVALID | GALLEY_INPUT_INVALID | GALLEY_PASSWORD_WEAK | GALLEY_PERMISSION_DENIED
   */
  async complete(token: string, { login, email = '', name = login, password }: FirstAdministrator): Promise<User> {
    return this.#site.database.transaction(async () => {
      if (!(await this.#site.tokens.use(PURPOSE, token))) {
        throw new GalleyError(
          'GALLEY_TOKEN_INVALID',
          'This link was used already or is too old. Restart Galley to get a new one.',
        );
      }
      await this.#site.tokens.revoke(PURPOSE);
      if (!(await this.isNeeded())) throw isDone();
      return this.#site.users.create({ login, email, name, password, roles: [ADMINISTRATOR] }, SYSTEM);
    });
  }

  /** In production a password that stands in a file or a variable is good for one log-in within a day. */
  async #createAdmin(password: string): Promise<SetupOutcome> {
    const isProduction = this.#site.config.environment.name === 'production';
    if (isProduction) this.#site.passwords.check(password, ['admin']);
    const expiresAt = isProduction ? Date.now() + this.#site.config.security.setupLinkHours * HOUR : undefined;
    try {
      await this.#site.database.transaction(async () => {
        const user = await this.#site.users.create(
          { login: 'admin', name: 'Administrator', roles: [ADMINISTRATOR] },
          SYSTEM,
        );
        await this.#site.users.setPassword(user.id, password, {
          by: SYSTEM,
          mustChange: isProduction,
          expiresAt,
          unchecked: true,
        });
      });
    } catch (error) {
      // Another node was faster, or somebody without the role has the name.
      if (!isGalleyError(error, 'GALLEY_USER_DUPLICATE')) throw error;
      if (await this.isNeeded()) return { state: 'waiting', link: await this.link() };
      return { state: 'ready' };
    }
    return { state: 'created', login: 'admin' };
  }
}

function isDone(): GalleyError {
  return new GalleyError('GALLEY_PERMISSION_DENIED', 'This site has an administrator. Ask him for an account.');
}
