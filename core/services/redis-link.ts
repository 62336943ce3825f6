// Layer: services. Two connections to Redis (commands, messages) that may be gone at any moment.
import { messageOf } from '../lib/errors.ts';
import { connectRedis, type RedisClient } from './redis.ts';

/** What the caches need of the log. */
export interface CacheLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** Settings of a link, and what it tells its owner. */
export interface RedisLinkOptions {
  url: string;
  /** How long one command may take, in milliseconds. */
  timeoutMs: number;
  /** How often the link is looked after, in milliseconds: also the time between two attempts while it is down. */
  beatMs: number;
  /** Where messages are heard. */
  channel: string;
  log: CacheLog;
  onMessage(text: string): void;
  /** Runs when both connections work again, before anybody else may use them. */
  onRecover(client: RedisClient): Promise<void>;
  /** Whether the owner has caught up; asked after `onRecover`, which runs again where not. */
  isSettled(): boolean;
  /** Runs at every beat while the link is up; a rejection takes it down. */
  onBeat(client: RedisClient): Promise<void>;
}

/** Errors by which Redis refuses one command although it works. */
const REFUSAL = /^(OOM|WRONGTYPE|ERR|NOPERM|NOSCRIPT|EXECABORT|BUSY )/;

const REFUSAL_LOG_MS = 60_000;
const SUBSCRIBE_MS = 2000;

function timeout(ms: number): Promise<never> {
  const expired = (reject: (error: Error) => void): void => reject(new Error(`Redis did not answer within ${ms} ms.`));
  return new Promise((_resolve, reject) => setTimeout(expired, ms, reject).unref());
}

/**
 * A link that is *up* only while commands are answered, messages are heard and the owner has caught up. While it is
 * down nobody waits for it: the first command that fails takes it down, and only the beat tries again.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions;
  readonly #commands: RedisClient;
  readonly #messages: RedisClient;
  readonly #timer: NodeJS.Timeout;
  #isUp = false;
  #isBusy = false;
  #isClosed = false;
  #wasLogged = false;
  #refusedAt = 0;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.#commands = connectRedis(options.url, options.timeoutMs);
    this.#messages = connectRedis(options.url, options.timeoutMs);
    for (const client of [this.#commands, this.#messages]) {
      client.on('error', (error: unknown) => this.#down(error));
      client.on('close', () => this.#down(new Error('The connection to Redis was closed.')));
      client.on('ready', () => void this.beat());
    }
    this.#messages.on('message', (channel: string, text: string) => {
      if (channel === options.channel) options.onMessage(text);
    });
    this.#timer = setInterval(() => void this.beat(), options.beatMs).unref();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Runs a command; undefined, never an error, when Redis is down, refuses it, or does not answer in time. */
  async run<T>(work: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    if (!this.#isUp) return undefined;
    try {
      return await work(this.#commands);
    } catch (error) {
      if (!REFUSAL.test(messageOf(error))) this.#down(error);
      else this.#logRefusal(error);
      return undefined;
    }
  }

  /** Runs a command that must not be lost: false when it may be, and then the link is down. */
  async must(work: (client: RedisClient) => Promise<unknown>): Promise<boolean> {
    if (!this.#isUp) return false;
    try {
      await work(this.#commands);
      return true;
    } catch (error) {
      this.#down(error);
      return false;
    }
  }

  /** One look at the link: brings it up again, or finds out that it is down. Never rejects. */
  async beat(): Promise<void> {
    if (this.#isBusy || this.#isClosed) return;
    this.#isBusy = true;
    try {
      if (this.#isUp) await Promise.all([this.#options.onBeat(this.#commands), this.#messages.ping()]);
      else await this.#recover();
    } catch (error) {
      this.#down(error);
    } finally {
      this.#isBusy = false;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#isUp = false;
    clearInterval(this.#timer);
    this.#commands.disconnect();
    this.#messages.disconnect();
  }

  async #recover(): Promise<void> {
    if (this.#commands.status !== 'ready' || this.#messages.status !== 'ready') return;
    await Promise.race([this.#messages.subscribe(this.#options.channel), timeout(SUBSCRIBE_MS)]);
    do await this.#options.onRecover(this.#commands);
    while (!this.#options.isSettled());
    if (this.#messages.status !== 'ready' || this.#isClosed) return;
    this.#isUp = true;
    if (this.#wasLogged) this.#options.log.info({}, 'Redis is back');
    this.#wasLogged = false;
  }

  #logRefusal(error: unknown): void {
    if (Date.now() - this.#refusedAt < REFUSAL_LOG_MS) return;
    this.#refusedAt = Date.now();
    this.#options.log.warn({ problem: messageOf(error) }, 'Redis refused a command of the cache');
  }

  #down(error: unknown): void {
    this.#isUp = false;
    if (this.#wasLogged || this.#isClosed) return;
    this.#wasLogged = true;
    this.#options.log.warn({ problem: messageOf(error) }, 'Redis is gone: the cache goes on in the process');
  }
}
