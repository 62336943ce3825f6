import { hash, parseOptions, verify } from '@node-rs/argon2';
import { GalleyError } from '../lib/errors.ts';
import { PasswordStrength } from './password-strength.ts';

/** argon2id (the library's default algorithm) with OWASP's first recommended cost. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** The hash of a value that nobody knows, to spend the same time on names that do not exist. */
const DUMMY = '$argon2id$v=19$m=19456,t=2,p=1$Tw1t8QpDR7+BP7qO/inOmA$t+cm7ZisoJGcxLExyHZrarL0mT8I/05geOxcYGvxhwk';
const LONGEST_BYTES = 1024;
/** Fewer characters than this, beside words that everybody tries, are soon guessed. */
const LEAST_WORTH = 9;

/** Limits and habits of a site's passwords. */
export interface PasswordOptions {
  /** Shortest password that people may choose, in characters. */
  minLength: number;
  /** How many are hashed at once in this process. */
  hashers: number;
  /** How many more may wait for their turn. */
  queue: number;
}

/** Hashes, verifies and judges passwords. They are taken as they come: not trimmed, cut or normalised. */
export class Passwords {
  readonly #options: PasswordOptions;
  readonly #strength = new PasswordStrength();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #verifications = 0;

  constructor(options: PasswordOptions) {
    this.#options = options;
  }

  /** How many verifications this process has made: the same for known and unknown names. */
  get verifications(): number {
    return this.#verifications;
  }

  /**
   * The PHC string to store for a password.
   * @throws GALLEY_LOGIN_BUSY when too many wait already
   */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password, COST));
  }

  /**
   * Whether `password` is the one behind `stored`. Without `stored` it takes as long and says no.
   * @throws GALLEY_LOGIN_BUSY when too many wait already
   */
  async verify(stored: string | null, password: string): Promise<boolean> {
    const right = await this.#inTurn(() => {
      this.#verifications += 1;
      return verify(stored ?? DUMMY, isTooLong(password) ? '' : password).catch(() => false);
    });
    return right && stored !== null && !isTooLong(password);
  }

  /** Whether `stored` was made with less work than today's. */
  needsRehash(stored: string): boolean {
    const { memoryCost, timeCost } = parseOptions(stored);
    return memoryCost < COST.memoryCost || timeCost < COST.timeCost;
  }

  /**
   * Refuses a password that is too short, too long or guessed too soon.
   *
   * @param context words that are easily guessed here: the site's name, login, e-mail address
   * @throws GALLEY_PASSWORD_WEAK saying what to do
   */
  check(password: string, context: readonly string[] = []): void {
    if ([...password].length < this.#options.minLength) {
      throw new GalleyError(
        'GALLEY_PASSWORD_WEAK',
        `The password is too short. Take at least ${this.#options.minLength} characters, for instance four or five words.`,
      );
    }
    if (isTooLong(password)) {
      throw new GalleyError(
        'GALLEY_PASSWORD_WEAK',
        `The password is longer than ${LONGEST_BYTES} bytes. Take a shorter one.`,
      );
    }
    if (this.#strength.worth(password, ['galley', ...context]) < LEAST_WORTH) {
      throw new GalleyError(
        'GALLEY_PASSWORD_WEAK',
        'The password is one of those that are tried first: it is made of common words, names of this site or account, or keys in a row. Take one that nobody can guess.',
      );
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  /** Waits for a place; who has waited takes over the place of the one that ended. */
  async #turn(): Promise<void> {
    if (this.#running < this.#options.hashers) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#options.queue) {
      throw new GalleyError(
        'GALLEY_LOGIN_BUSY',
        'Too many people are logging in at this moment. Try again in a few seconds.',
      );
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

function isTooLong(password: string): boolean {
  return Buffer.byteLength(password) > LONGEST_BYTES;
}
