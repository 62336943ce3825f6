import type { Site } from '../kernel/site.ts';
import { rememberFound } from './remember-found.ts';

/** A session as it is kept: everything but the token, of which only the hash is known. */
export interface Session {
  /** SHA-256 of the token, in hex; names the session in lists and may be shown to its owner. */
  idHash: string;
  userId: number;
  /** Key of the tokens in the forms of this session. */
  csrfSecret: string;
  createdAt: number;
  /** When it was last used, to the minute. */
  seenAt: number;
  /** When the person last proved who he is; sensitive acts ask for it to be recent. */
  authenticatedAt: number;
  /** Milliseconds without use after which it ends. */
  idleMs: number;
  /** When it ends, used or not. */
  expiresAt: number;
  /** How the person proved who he is: `password`, `totp`, `passkey`, … */
  factors: string[];
  address: string;
  agent: string;
}

interface SessionRow {
  id_hash: string;
  user_id: number;
  csrf_secret: string;
  created_at: number;
  seen_at: number;
  authenticated_at: number;
  idle_ms: number;
  idle_expires_at: number;
  expires_at: number;
  factors: string;
  address: string;
  agent: string;
}

function decode(row: SessionRow): Session {
  return {
    idHash: row.id_hash,
    userId: row.user_id,
    csrfSecret: row.csrf_secret,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    authenticatedAt: row.authenticated_at,
    idleMs: row.idle_ms,
    expiresAt: row.expires_at,
    factors: row.factors.split(' ').filter(Boolean),
    address: row.address,
    agent: row.agent,
  };
}

function encode(session: Session): SessionRow {
  return {
    id_hash: session.idHash,
    user_id: session.userId,
    csrf_secret: session.csrfSecret,
    created_at: session.createdAt,
    seen_at: session.seenAt,
    authenticated_at: session.authenticatedAt,
    idle_ms: session.idleMs,
    idle_expires_at: session.seenAt + session.idleMs,
    expires_at: session.expiresAt,
    factors: session.factors.join(' '),
    address: session.address.slice(0, 45),
    agent: session.agent.slice(0, 255),
  };
}

/** The table `sessions`, read through the cache. */
export class SessionStore {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  async insert(session: Session): Promise<void> {
    await this.#site.database.write<SessionRow>('sessions').insert(encode(session));
  }

  /** The session from the cache, or from the store where it is not there. */
  async find(idHash: string): Promise<Session | undefined> {
    const tag = `session:${idHash}`;
    return rememberFound(this.#site, tag, { tags: [tag], ttl: 300 }, () => this.findStored(idHash));
  }

  /** The session as it is in the store now. */
  async findStored(idHash: string): Promise<Session | undefined> {
    const row = await this.#site.database.read<SessionRow>('sessions').where({ id_hash: idHash }).first();
    return row && decode(row);
  }

  /** The sessions of a user that have not ended, the most recent first. */
  async listOf(userId: number, now: number): Promise<Session[]> {
    const rows = await this.#site.database
      .read<SessionRow>('sessions')
      .where({ user_id: userId })
      .where('expires_at', '>', now)
      .where('idle_expires_at', '>', now)
      .orderBy('seen_at', 'desc')
      .limit(1000);
    return rows.map(decode);
  }

  /** Notes the use of a session, unless another request did so less than `every` milliseconds ago. */
  async touch({ idHash, idleMs }: Session, now: number, every: number): Promise<void> {
    const touched = await this.#site.database
      .write('sessions')
      .where({ id_hash: idHash })
      .where('seen_at', '<=', now - every)
      .update({ seen_at: now, idle_expires_at: now + idleMs });
    if (touched > 0) await this.forget([idHash]);
  }

  /** Ends sessions: at once on all nodes. Returns how many there were. */
  async remove(idHashes: readonly string[]): Promise<number> {
    if (idHashes.length === 0) return 0;
    const removed: number = await this.#site.database
      .write('sessions')
      .whereIn('id_hash', [...idHashes])
      .delete();
    await this.forget(idHashes);
    return removed;
  }

  /** Deletes what has ended. Returns how many. */
  async prune(now: number): Promise<number> {
    return this.#site.database
      .write('sessions')
      .where('expires_at', '<=', now)
      .orWhere('idle_expires_at', '<=', now)
      .delete();
  }

  /** Makes all nodes read sessions anew, after the commit where there is a transaction. */
  async forget(idHashes: readonly string[]): Promise<void> {
    const tags = idHashes.map((idHash) => `session:${idHash}`);
    await this.#site.database.afterCommit(() => this.#site.cache.invalidate(tags));
  }
}
