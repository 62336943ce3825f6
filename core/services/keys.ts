import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { attach, type Module } from '../kernel/module.ts';
import { GalleyError } from '../lib/errors.ts';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'g1';

interface RingKey {
  /** Names the secret in what is encrypted; tells nothing of it. */
  id: string;
  key: Buffer;
}

/**
 * Keys derived from the ring of secrets, one for each purpose (`session-csrf`, `cache-entries`), so that what is made
 * for one is worth nothing for another. New things are made with the newest secret; older ones still read.
 */
export class Keys {
  readonly #secrets: readonly string[];
  readonly #rings = new Map<string, readonly RingKey[]>();

  /** @param secrets the ring, newest first; at least one */
  constructor(secrets: readonly string[]) {
    if (secrets.length === 0) {
      throw new GalleyError(
        'GALLEY_CONFIG_INVALID',
        'security.secret is empty, so no keys can be derived. Set GALLEY_SECRET.',
      );
    }
    this.#secrets = secrets;
  }

  /** The key for `purpose` from the newest secret: 32 bytes. */
  derive(purpose: string): Buffer {
    return Buffer.from(this.#newest(purpose).key);
  }

  /** A message authentication code (HMAC-SHA-256, base64url) of `text` for `purpose`. */
  sign(purpose: string, text: string): string {
    return createHmac('sha256', this.#newest(purpose).key).update(text).digest('base64url');
  }

  /** Whether `mac` is what {@link sign} made of `text` with any secret of the ring. Takes the same time either way. */
  verify(purpose: string, text: string, mac: string): boolean {
    const given = Buffer.from(mac, 'base64url');
    // A second spelling of the same bytes would make tokens malleable.
    if (given.length !== KEY_BYTES || given.toString('base64url') !== mac) return false;
    let isRight = false;
    for (const { key } of this.#ring(purpose)) {
      const expected = createHmac('sha256', key).update(text).digest();
      isRight = timingSafeEqual(expected, given) || isRight;
    }
    return isRight;
  }

  /**
   * Encrypts text with AES-256-GCM.
   * @param aad where it is stored (table, column and id), so that it cannot be moved elsewhere
   * @returns `g1.<key id>.<base64url of nonce, tag and text>`
   */
  encrypt(purpose: string, text: string, aad: string): string {
    const { id, key } = this.#newest(purpose);
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `${VERSION}.${id}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`;
  }

  /**
   * Decrypts what {@link encrypt} made for the same purpose and place.
   * @throws GALLEY_KEY_REFUSED when its secret has left the ring, or it was changed or moved
   */
  decrypt(purpose: string, sealed: string, aad: string): string {
    const [version, id, data] = sealed.split('.');
    const found = version === VERSION ? this.#ring(purpose).find((item) => item.id === id) : undefined;
    if (!found || !data) {
      throw new GalleyError(
        'GALLEY_KEY_REFUSED',
        `No secret of the ring made this (${purpose}). Put the old one back behind the new one.`,
      );
    }
    const bytes = Buffer.from(data, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', found.key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(aad)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (error) {
      throw new GalleyError('GALLEY_KEY_REFUSED', `What is stored for ${purpose} was changed or moved.`, {
        cause: error,
      });
    }
  }

  /** Whether something was encrypted with an older secret than the newest, so that it should be encrypted anew. */
  isOutdated(purpose: string, sealed: string): boolean {
    return sealed.split('.')[1] !== this.#newest(purpose).id;
  }

  #newest(purpose: string): RingKey {
    return this.#ring(purpose)[0] as RingKey;
  }

  #ring(purpose: string): readonly RingKey[] {
    let ring = this.#rings.get(purpose);
    if (!ring) {
      ring = this.#secrets.map((secret) => deriveKey(secret, purpose));
      this.#rings.set(purpose, ring);
    }
    return ring;
  }
}

function deriveKey(secret: string, purpose: string): RingKey {
  const derived = (info: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, 'galley', info, bytes));
  return { id: derived('key-id', 4).toString('hex'), key: derived(`purpose:${purpose}`, KEY_BYTES) };
}

export const keysModule: Module = {
  name: 'keys',
  start: (site) => attach(site, 'keys', new Keys(site.config.security.secret)),
};

declare module '../kernel/site.ts' {
  interface Site {
    /** Keys by purpose, derived from GALLEY_SECRET. */
    readonly keys: Keys;
  }
}
