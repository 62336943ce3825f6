import { randomBytes } from 'node:crypto';
import type { Keys } from '../services/keys.ts';

const PURPOSE = 'login-device';
const LIFE_MS = 365 * 24 * 3_600_000;

/**
 * What a browser keeps after a log-in: proof that this account was opened from here. It opens nothing; it only gives
 * the browser a count of failures of its own, so that strangers who guess do not lock the owner out.
 */
export class DeviceCookies {
  readonly #keys: Keys;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  /** A new value for the browser in which a user has just logged in. */
  create(userId: number): string {
    const text = `${userId}.${randomBytes(16).toString('base64url')}.${Date.now()}`;
    return `${text}.${this.#keys.sign(PURPOSE, text)}`;
  }

  /** The device's name, where the value is ours, not too old and of this user. */
  read(value: string | undefined, userId: number): string | undefined {
    const parts = /^((\d+)\.([A-Za-z0-9_-]{22})\.(\d+))\.([A-Za-z0-9_-]{43})$/.exec(value ?? '');
    if (!parts) return undefined;
    const [, text = '', owner, device, issuedAt, mac = ''] = parts;
    const isFresh = Number(issuedAt) + LIFE_MS > Date.now();
    return this.#keys.verify(PURPOSE, text, mac) && Number(owner) === userId && isFresh ? device : undefined;
  }
}
