import { createHash, randomBytes } from 'node:crypto';
import type { Site } from '../kernel/site.ts';
import { ACTING_LIMITS, actorOf } from './acting.ts';
import { type Session, SessionStore } from './session-store.ts';
import type { User } from './user.ts';
import type { Viewer } from './viewer.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Where a request comes from, as far as sessions show it to their owner. */
export interface RequestFacts {
  /** The checked address of the client. */
  address?: string;
  /** The browser's `User-Agent`. */
  agent?: string;
}

/** What the browser is given when a session begins. */
export interface NewSession {
  /** 256 random bits for the cookie; kept nowhere else. */
  token: string;
  /** When the session ends, used or not, in ms since the epoch. */
  expiresAt: number;
}

/** A session that is valid now, with the person behind it. */
export interface ActiveSession extends Session {
  user: User;
  viewer: Viewer;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function isLive(session: Session, now: number): boolean {
  return now < session.expiresAt && now < session.seenAt + session.idleMs;
}

/**
 * Sessions live in the store and are read through the cache. The store and every cache hold only the SHA-256 of the
 * token. A session ends when it is not used, after a set time, when it is destroyed, and when its user is disabled.
 */
export class Sessions {
  readonly #site: Site;
  readonly #store: SessionStore;
  readonly #writes = new Set<Promise<void>>();

  constructor(site: Site) {
    this.#site = site;
    this.#store = new SessionStore(site);
  }

  /**
   * Begins a session. Only `site.login` calls this: a session is made where log-in is complete and nowhere else.
   *
   * @param userId whose it is
   * @param facts where from, and by what factors he proved who he is
   */
  async create(userId: number, facts: RequestFacts & { factors?: readonly string[] } = {}): Promise<NewSession> {
    return this.#insert(userId, facts, await this.#limits(userId));
  }

  /** Begins a session in which `actorId` acts for a user. Only `site.impersonation` calls this. */
  createActing(userId: number, actorId: number, facts: RequestFacts): Promise<NewSession> {
    return this.#insert(userId, { ...facts, factors: [`as:${actorId}`] }, ACTING_LIMITS);
  }

  async #insert(
    userId: number,
    facts: RequestFacts & { factors?: readonly string[] },
    limits: { idleMs: number; absoluteMs: number },
  ): Promise<NewSession> {
    const token = randomBytes(32).toString('base64url');
    const now = Date.now();
    const session: Session = {
      idHash: hashOf(token),
      userId,
      csrfSecret: randomBytes(32).toString('base64url'),
      createdAt: now,
      seenAt: now,
      // Whoever acts for somebody else has not proved to be him.
      authenticatedAt: limits === ACTING_LIMITS ? 0 : now,
      idleMs: limits.idleMs,
      expiresAt: now + limits.absoluteMs,
      factors: [...(facts.factors ?? [])],
      address: facts.address ?? '',
      agent: facts.agent ?? '',
    };
    await this.#store.insert(session);
    return { token, expiresAt: session.expiresAt };
  }

  /**
   * The session behind a token, with its user and viewer; undefined when there is none, when it has ended or when the
   * user is disabled. Costs no SQL while the cache is warm, but for noting the use once a minute.
   */
  async read(token: string | undefined): Promise<ActiveSession | undefined> {
    if (!token || !TOKEN.test(token)) return undefined;
    const now = Date.now();
    let session = await this.#store.find(hashOf(token));
    // Another node may have noted a use that this cache has not heard of.
    if (session && !isLive(session, now)) session = await this.#store.findStored(session.idHash);
    if (!session || !isLive(session, now)) return undefined;
    const user = await this.#site.users.find(session.userId);
    if (user?.status !== 'active' || !(await this.#mayAct(session))) return undefined;
    if (now - session.seenAt >= MINUTE) this.#noteUse(session, now);
    return { ...session, user, viewer: await this.#site.roles.viewerFor(user) };
  }

  /**
   * Gives a session a new token after the person proved again who he is. The old token is dead at once.
   * @returns undefined when there was no such session any more
   */
  async rotate(token: string, factors?: readonly string[]): Promise<NewSession | undefined> {
    const old = await this.read(token);
    if (!old) return undefined;
    const next = randomBytes(32).toString('base64url');
    const { user: _, viewer: __, ...session } = old;
    const now = Date.now();
    const isRotated = await this.#site.database.transaction(async () => {
      if ((await this.#store.remove([old.idHash])) === 0) return false; // Somebody else was first.
      await this.#store.insert({
        ...session,
        idHash: hashOf(next),
        csrfSecret: randomBytes(32).toString('base64url'),
        seenAt: now,
        authenticatedAt: factors ? now : session.authenticatedAt,
        factors: factors ? [...new Set([...session.factors, ...factors])] : session.factors,
      });
      return true;
    });
    return isRotated ? { token: next, expiresAt: session.expiresAt } : undefined;
  }

  /** Ends the session behind a token. An unknown token is no error. */
  async destroy(token: string): Promise<void> {
    await this.#store.remove([hashOf(token)]);
  }

  /** Ends a session of a user by the name that lists give it. Returns whether it was his and is gone. */
  async destroyOne(userId: number, idHash: string): Promise<boolean> {
    const session = await this.#store.findStored(idHash);
    if (session?.userId !== userId) return false;
    await this.#store.remove([idHash]);
    return true;
  }

  /** Ends all sessions of a user, but for the one behind `except`. */
  async destroyAllOf(userId: number, { except }: { except?: string | undefined } = {}): Promise<void> {
    const kept = except === undefined ? undefined : hashOf(except);
    const rows: { id_hash: string }[] = await this.#site.database
      .write('sessions')
      .where({ user_id: userId })
      .select('id_hash');
    await this.#store.remove(rows.map((row) => row.id_hash).filter((idHash) => idHash !== kept));
  }

  /** The sessions of a user that have not ended, the most recently used first. */
  listOf(userId: number): Promise<Session[]> {
    return this.#store.listOf(userId, Date.now());
  }

  /** Deletes sessions that have ended. Returns how many. */
  prune(): Promise<number> {
    return this.#store.prune(Date.now());
  }

  /** Waits for what is still being written. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#writes);
  }

  /** A session in which somebody acts for another ends with his rights to do so. */
  async #mayAct(session: Session): Promise<boolean> {
    const actorId = actorOf(session);
    if (actorId === undefined) return true;
    const actor = await this.#site.users.find(actorId);
    if (actor?.status !== 'active') return false;
    const viewer = await this.#site.roles.viewerFor(actor);
    return viewer.can('manage_options') && viewer.can('edit_users');
  }

  /** Whoever may change settings has more to lose, so his sessions are shorter. */
  async #limits(userId: number): Promise<{ idleMs: number; absoluteMs: number }> {
    const { security } = this.#site.config;
    const user = await this.#site.users.find(userId);
    const isPowerful = user !== undefined && (await this.#site.roles.viewerFor(user)).can('manage_options');
    return isPowerful
      ? { idleMs: security.adminSessionIdleMinutes * MINUTE, absoluteMs: security.adminSessionAbsoluteHours * HOUR }
      : { idleMs: security.sessionIdleMinutes * MINUTE, absoluteMs: security.sessionAbsoluteHours * HOUR };
  }

  /** No request waits for this; a failure costs nothing but a minute of idle time. */
  #noteUse(session: Session, now: number): void {
    const write = this.#store
      .touch(session, now, MINUTE)
      .catch((error: unknown) => this.#site.log.warn({ err: error }, 'The use of a session could not be noted.'))
      .finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }
}
