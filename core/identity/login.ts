import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { foldKey } from '../lib/slug.ts';
import { DeviceCookies } from './device-cookie.ts';
import type { LoginOutcome } from './identity-hooks.ts';
import { LoginThrottle, networkOf } from './login-throttle.ts';
import { assertMayGrant } from './roles.ts';
import type { NewSession, RequestFacts } from './sessions.ts';
import type { User } from './user.ts';
import type { Viewer } from './viewer.ts';

const LONGEST_LOGIN = 254;

/** What a log-in is told about the request. */
export interface LoginFacts extends RequestFacts {
  /** The value of the device cookie, where the browser sent one. */
  device?: string | undefined;
  /** The token of the session that the browser had before; it ends. */
  previousToken?: string | undefined;
}

/** What a browser gets after a log-in. */
export interface LoggedIn extends NewSession {
  user: User;
  /** The value to keep for a year in a cookie of its own: this browser's own count of failures. */
  device: string;
}

/** The one door: every strategy comes through here, and only here sessions begin. */
export class Login {
  readonly #site: Site;
  readonly #throttle: LoginThrottle;
  readonly #devices: DeviceCookies;

  constructor(site: Site) {
    this.#site = site;
    this.#throttle = new LoginThrottle(site);
    this.#devices = new DeviceCookies(site.keys);
  }

  /**
   * Logs in with login or e-mail address and password. Names that exist and names that do not get the same words and
   * the same work.
   *
   * @throws GALLEY_LOGIN_FAILED | GALLEY_RATE_LIMITED with `details.retryAfter` in seconds | GALLEY_LOGIN_BUSY
   */
  withPassword(login: string, password: string, facts: LoginFacts = {}): Promise<LoggedIn> {
    return this.with('password', { login, password }, facts);
  }

  /** Logs in by the strategy of that name. @throws as withPassword */
  async with(
    strategy: string,
    credentials: Readonly<Record<string, string>>,
    facts: LoginFacts = {},
  ): Promise<LoggedIn> {
    const login = (credentials['login'] ?? '').slice(0, LONGEST_LOGIN);
    const checked = login === '' ? credentials : { ...credentials, login };
    const known = (await this.#site.users.store.credentialsOf(login))?.user;
    const attempt = { user: known ?? null, login: login.slice(0, 100), strategy, factors: [], facts: factsOf(facts) };
    const bucket = this.#bucket(login, known, facts);
    await this.#assertMayTry(bucket, attempt);
    const proven = await this.#site.strategies.need(strategy).authenticate(checked, factsOf(facts));
    if (!proven) throw await this.#failed({ ...attempt, reason: known ? 'password' : 'unknown' });
    const user = await this.#site.users.store.findMany([proven.userId]).then(([found]) => found);
    if (user?.status !== 'active') throw await this.#failed({ ...attempt, reason: 'disabled' });
    await this.#throttle.clear(bucket);
    return this.completeLogin(user, proven.factors, { ...facts, strategy });
  }

  /**
   * Begins the session of somebody who has proved who he is: with a new token, while that of the session before dies.
   * @throws GALLEY_LOGIN_FAILED for a user who is disabled
   */
  async completeLogin(
    user: User,
    factors: readonly string[],
    facts: LoginFacts & { strategy?: string } = {},
  ): Promise<LoggedIn> {
    const strategy = facts.strategy ?? 'password';
    const outcome = { user, login: user.login, strategy, factors, facts: factsOf(facts) };
    const [present] = await this.#site.users.store.findMany([user.id]);
    if (present?.status !== 'active') throw await this.#failed({ ...outcome, reason: 'disabled' });
    if (facts.previousToken) await this.#site.sessions.destroy(facts.previousToken);
    const session = await this.#site.sessions.create(user.id, { ...factsOf(facts), factors });
    await this.#site.database.write('users').where({ id: user.id }).update({ last_login_at: Date.now() });
    await this.#site.hooks.doAction('login:succeeded', outcome);
    const isKnownDevice = this.#devices.read(facts.device, user.id) !== undefined;
    const device = isKnownDevice && facts.device ? facts.device : this.#devices.create(user.id);
    return { ...session, user: present, device };
  }

  /**
   * Asks a person who is logged in for the password again, before something sensitive. The session gets a new token.
   * @throws GALLEY_LOGIN_FAILED | GALLEY_RATE_LIMITED | GALLEY_LOGIN_REQUIRED where the session has ended
   */
  async confirm(token: string, password: string, facts: LoginFacts = {}): Promise<NewSession> {
    const session = await this.#site.sessions.read(token);
    if (!session) throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'The session has ended. Log in again.');
    const { user } = session;
    const attempt = { user, login: user.login, strategy: 'password', factors: [], facts: factsOf(facts) };
    const bucket = this.#throttle.bucketOf('session', session.idHash);
    await this.#assertMayTry(bucket, attempt);
    const proven = await this.#site.strategies
      .need('password')
      .authenticate({ login: user.login, password }, factsOf(facts));
    if (proven?.userId !== user.id) throw await this.#failed({ ...attempt, reason: 'password' });
    await this.#throttle.clear(bucket);
    const rotated = await this.#site.sessions.rotate(token, proven.factors);
    if (!rotated) throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'The session has ended. Log in again.');
    return rotated;
  }

  /** Ends the session behind a token. An unknown one is no error. */
  async logout(token: string, facts: RequestFacts = {}): Promise<void> {
    const session = await this.#site.sessions.read(token);
    await this.#site.sessions.destroy(token);
    if (session) await this.#site.hooks.doAction('logout:done', { user: session.user, facts: factsOf(facts) });
  }

  /** Forgets the failures that were counted for a user. @throws GALLEY_PERMISSION_DENIED without `edit_users` */
  async unlock(userId: number, by: Viewer): Promise<void> {
    assertMayGrant(by, 'edit_users', []);
    await this.#throttle.unlock(userId);
  }

  /** Deletes counts of failures that are out of date. Returns how many. */
  prune(): Promise<number> {
    return this.#throttle.prune();
  }

  /**
   * By what was typed and the network, so that a login and an e-mail address of one account tell nothing of each other;
   * a browser that has logged in before counts by itself.
   */
  #bucket(login: string, user: User | undefined, facts: LoginFacts): string {
    const device = user && this.#devices.read(facts.device, user.id);
    if (user && device) return this.#throttle.bucketOf('device', String(user.id), device);
    return this.#throttle.bucketOf('network', foldKey(login), networkOf(facts.address ?? ''));
  }

  async #assertMayTry(bucket: string, attempt: LoginOutcome): Promise<void> {
    const waitMs = await this.#throttle.reserve(bucket, attempt.user?.id ?? null);
    if (waitMs === 0) return;
    await this.#site.hooks.doAction('login:failed', { ...attempt, reason: 'throttled' });
    const retryAfter = Math.ceil(waitMs / 1000);
    throw new GalleyError('GALLEY_RATE_LIMITED', `Too many attempts. Try again in ${retryAfter} s.`, {
      details: { retryAfter },
    });
  }

  async #failed(outcome: LoginOutcome): Promise<GalleyError> {
    await this.#site.hooks.doAction('login:failed', outcome);
    return new GalleyError('GALLEY_LOGIN_FAILED', 'The login or the password is wrong.');
  }
}

/** Neither cookies nor tokens go to listeners. */
function factsOf({ address = '', agent = '' }: RequestFacts): RequestFacts {
  return { address, agent };
}
