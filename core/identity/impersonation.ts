import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { actorOf } from './acting.ts';
import { assertMayGrant } from './roles.ts';
import type { ActiveSession, NewSession, RequestFacts } from './sessions.ts';
import type { User } from './user.ts';

const FRESH_MS = 15 * 60_000;

/**
 * Lets administrators see the site as somebody else does. The session that comes of it is short, proves nothing (so that
 * all that asks for a password stays shut), ends with the rights of whoever acts, and stands in the security log.
 */
export class Impersonation {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /**
   * Begins to act for a user. The own session goes on beside it, to come back to.
   *
   * @param token of the session of whoever begins
   * @throws GALLEY_PERMISSION_DENIED without `edit_users` and `manage_options`, for somebody who may do more, for oneself,
   * for one who is locked out, and while already acting for somebody
   * @throws GALLEY_LOGIN_REQUIRED where the session has ended or the log-in is older than 15 minutes
   */
  async start(token: string, userId: number, facts: RequestFacts = {}): Promise<NewSession> {
    const session = await this.#need(token);
    const { viewer, user: by } = session;
    assertMayGrant(viewer, 'manage_options', ['edit_users']);
    const user = await this.#site.users.find(userId);
    if (!user) throw new GalleyError('GALLEY_USER_UNKNOWN', `There is no user ${userId}.`);
    await this.#site.users.assertMayEdit(user, viewer);
    if (user.id === by.id || user.status !== 'active' || actorOf(session) !== undefined)
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Nobody can be acted for in this way. Choose another person.');
    const started = await this.#site.sessions.createActing(user.id, by.id, facts);
    await this.#tell({ user, by, isOver: false });
    return started;
  }

  /**
   * Ends acting for somebody.
   *
   * @param acting token of the session in which one acts
   * @param own token of the session to come back to
   * @returns the own session, with a new token
   * @throws GALLEY_LOGIN_REQUIRED where the own session has ended meanwhile, or belongs to somebody else
   */
  async stop(acting: string, own: string): Promise<NewSession> {
    const session = await this.#site.sessions.read(acting);
    const mine = await this.#site.sessions.read(own);
    const isMine = session !== undefined && mine !== undefined && actorOf(session) === mine.userId;
    if (session && actorOf(session) !== undefined) {
      await this.#site.sessions.destroy(acting);
      const by = await this.#site.users.find(actorOf(session) ?? 0);
      if (by) await this.#tell({ user: session.user, by, isOver: true });
    }
    const next = isMine ? await this.#site.sessions.rotate(own) : undefined;
    if (!next) throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'Your own session has ended. Log in again.');
    return next;
  }

  async #need(token: string): Promise<ActiveSession> {
    const session = await this.#site.sessions.read(token);
    if (!session || Date.now() - session.authenticatedAt > FRESH_MS)
      throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'Log in again before you act for somebody else.');
    return session;
  }

  async #tell(event: { user: User; by: User; isOver: boolean }): Promise<void> {
    await this.#site.hooks.doAction('user:impersonated', event);
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** Seeing the site as somebody else does, for administrators. */
    readonly impersonation: Impersonation;
  }
}
