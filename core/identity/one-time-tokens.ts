import { createHash, randomBytes } from 'node:crypto';
import type { Site } from '../kernel/site.ts';

/** What a token is for and how long it lasts. */
export interface TokenRequest {
  /** `password-reset`, `setup`, …: a token for one purpose is worth nothing for another. */
  purpose: string;
  userId?: number | null;
  /** What must still be true when it is used, hashed by the caller: for instance the password that it replaces. */
  boundTo?: string;
  /** Life in milliseconds. */
  lifeMs: number;
}

/** A token as it is handed out, once. */
export interface NewToken {
  /** 256 random bits. */
  token: string;
  /** ms since the epoch. */
  expiresAt: number;
}

/** A token that can be used now. */
export interface OneTimeToken {
  idHash: string;
  userId: number | null;
  boundTo: string;
  expiresAt: number;
}

interface TokenRow {
  id_hash: string;
  purpose: string;
  user_id: number | null;
  bound_to: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** Tokens that work once: 256 random bits, of which only the hash is kept, used up by one conditional UPDATE. */
export class OneTimeTokens {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Makes a token. It cannot be read again. */
  async create({ purpose, userId = null, boundTo = '', lifeMs }: TokenRequest): Promise<NewToken> {
    const token = randomBytes(32).toString('base64url');
    const now = Date.now();
    const row: TokenRow = {
      id_hash: hashOf(token),
      purpose,
      user_id: userId,
      bound_to: boundTo,
      created_at: now,
      expires_at: now + lifeMs,
      used_at: null,
    };
    await this.#site.database.write<TokenRow>('one_time_tokens').insert(row);
    return { token, expiresAt: row.expires_at };
  }

  /** The token, where it can still be used. Looking does not use it: mail scanners open links too. */
  async peek(purpose: string, token: string): Promise<OneTimeToken | undefined> {
    const row = await this.#usable(purpose, token).first();
    return row && { idHash: row.id_hash, userId: row.user_id, boundTo: row.bound_to, expiresAt: row.expires_at };
  }

  /** Uses a token up. Of all who try at once exactly one hears true; in a transaction that fails it stays usable. */
  async use(purpose: string, token: string): Promise<boolean> {
    return (await this.#usable(purpose, token).update({ used_at: Date.now() })) > 0;
  }

  /** How many tokens of a purpose a user has that work now, counted up to ten. */
  async count(purpose: string, userId: number): Promise<number> {
    const usable = this.#site.database
      .write<TokenRow>('one_time_tokens')
      .select('id_hash')
      .where({ user_id: userId, purpose })
      .whereNull('used_at')
      .where('expires_at', '>', Date.now());
    return (await usable.limit(10)).length;
  }

  /** Makes all unused tokens of a purpose worthless, or only those of a user. */
  async revoke(purpose: string, userId?: number): Promise<void> {
    const unused = this.#site.database.write('one_time_tokens').where({ purpose }).whereNull('used_at');
    await (userId === undefined ? unused : unused.where({ user_id: userId })).update({ used_at: Date.now() });
  }

  /** Deletes what has expired. Returns how many. */
  async prune(): Promise<number> {
    return this.#site.database.write('one_time_tokens').where('expires_at', '<=', Date.now()).delete();
  }

  #usable(purpose: string, token: string) {
    return this.#site.database
      .write<TokenRow>('one_time_tokens')
      .where({ id_hash: hashOf(token), purpose })
      .whereNull('used_at')
      .where('expires_at', '>', Date.now());
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
