// Layer: services.
import { createHash, randomBytes } from 'node:crypto';
import {
  type CacheChange,
  type CacheEntry,
  type CacheUsage,
  CLAIM_MS,
  type Claim,
  type Found,
  type Mark,
  type SharedBackend,
} from './cache-backend.ts';
import { CacheCodec } from './cache-codec.ts';
import { CLAIM, FORGET, PUT, RELEASE, type RedisScript, runScript, TAKE, WRITE } from './cache-scripts.ts';
import { UnsettledChanges } from './cache-unsettled.ts';
import type { RedisClient } from './redis.ts';
import { type CacheLog, RedisLink } from './redis-link.ts';

const MAX_TAGS = 2000;

/** What a Redis backend needs. */
export interface RedisBackendOptions {
  /** `redis.url` of the settings. */
  url: string;
  /** What all keys begin with, from `keyPrefix`. */
  prefix: string;
  /** Of the code that makes the values: two versions, side by side for a while, share changes but no values. */
  version?: string;
  /** 32 bytes that sign entries, from `site.keys.derive('cache')`. */
  secret: Buffer;
  log: CacheLog;
  /** Told of what other nodes forget, and of `all` when messages may have been missed. */
  onChange(change: CacheChange): void;
  /** How long one command may take, in milliseconds (100). */
  timeoutMs?: number;
  /** How often the link is looked after, in milliseconds (1000). */
  beatMs?: number;
  now?: () => number;
}

interface Message {
  from: string;
  change: CacheChange;
  /** The moment before and after the change. */
  before: string;
  after: string;
}

/** Reads a message of another node; undefined for anything else that somebody may publish. */
function readMessage(text: string): Message | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 5) return undefined;
  const [from, kind, items, before, after] = parts as unknown[];
  if (typeof from !== 'string' || typeof before !== 'string' || typeof after !== 'string') return undefined;
  if (kind !== 'tags' && kind !== 'keys' && kind !== 'all') return undefined;
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string')) return undefined;
  return { from, change: { kind, items }, before, after };
}

const token = (): string => randomBytes(9).toString('base64url');

/** Tags as their fields in Redis; `*` stands for everything. */
const namesOf = (tags: readonly string[]): string => JSON.stringify(['*', ...tags.map((tag) => `t${tag}`)]);

/**
 * Cached values in Redis, for all nodes. Each change travels as a message that carries the moment before and after it;
 * a node that sees a gap, or was cut off, takes everything it holds in memory for out of date.
 */
export class RedisBackend implements SharedBackend {
  readonly name = 'redis';
  readonly #options: RedisBackendOptions;
  readonly #codec: CacheCodec;
  readonly #link: RedisLink;
  readonly #unsettled: UnsettledChanges;
  readonly #node = token();
  readonly #tagsKey: string;
  readonly #channel: string;
  readonly #now: () => number;
  /** The last moment that this node has heard of. */
  #heard = '';

  constructor(options: RedisBackendOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#codec = new CacheCodec(options.secret);
    this.#unsettled = new UnsettledChanges(this.#now);
    this.#tagsKey = `${options.prefix}tags`;
    this.#channel = `${options.prefix}changes`;
    this.#link = new RedisLink({
      url: options.url,
      timeoutMs: options.timeoutMs ?? 100,
      beatMs: options.beatMs ?? 1000,
      channel: this.#channel,
      log: options.log,
      onMessage: (text) => this.#hear(text),
      onRecover: (client) => this.#recover(client),
      isSettled: () => !this.#unsettled.hasUntold,
      onBeat: (client) => this.#check(client),
    });
  }

  get isUp(): boolean {
    return this.#link.isUp;
  }

  async read(key: string): Promise<Found> {
    const { entry, mark } = await this.#find(key, '');
    return { entry, mark };
  }

  async claim(key: string): Promise<Claim> {
    const found = await this.#find(key, this.#node);
    return found.mark === undefined ? { claimed: true } : found; // Without Redis everybody loads for himself.
  }

  async write(key: string, entry: CacheEntry, mark: Mark): Promise<boolean> {
    if (!this.#canHold(entry)) return false;
    const keys = [this.#entryKey(key), this.#tagsKey, this.#lockKey(key)];
    const payload = await this.#codec.encode(this.#entryKey(key), entry);
    const args = [mark, this.#node, token(), ...this.#stored(entry), payload];
    return (await this.#run(WRITE, keys, args)) === 1;
  }

  async put(key: string, entry: CacheEntry): Promise<void> {
    if (!this.#canHold(entry)) return this.forget({ kind: 'keys', items: [key] });
    const payload = await this.#codec.encode(this.#entryKey(key), entry);
    const start = [this.#channel, this.#node, JSON.stringify([key]), token()];
    const keys = [this.#entryKey(key), this.#tagsKey];
    const args = [...start, ...this.#stored(entry), payload];
    const isSure = await this.#link.must((client) => runScript(client, PUT, { keys, args }));
    this.#unsettled.add({ kind: 'keys', items: [key] }, isSure);
  }

  async forget(change: CacheChange): Promise<void> {
    const isSure = await this.#link.must((client) => this.#tell(client, change));
    this.#unsettled.add(change, isSure);
  }

  async takeToken(bucket: string, max: number, seconds: number): Promise<number | undefined> {
    const name = createHash('sha256').update(bucket).digest('base64url'); // Redis need not know addresses.
    const ms = await this.#run(TAKE, [`${this.#options.prefix}b:${name}`], [max, seconds]);
    return typeof ms === 'number' ? ms / 1000 : undefined;
  }

  async release(key: string): Promise<void> {
    await this.#run(RELEASE, [this.#lockKey(key)], [this.#node]);
  }

  /** Redis keeps its own count; see `galley doctor`. */
  usage(): CacheUsage {
    return { entries: 0, bytes: 0, evictions: 0 };
  }

  close(): void {
    this.#link.close();
  }

  #entryKey(key: string): string {
    return `${this.#options.prefix}e${this.#options.version ?? ''}:${key}`;
  }

  #lockKey(key: string): string {
    return `${this.#options.prefix}l${this.#options.version ?? ''}:${key}`;
  }

  #canHold(entry: CacheEntry): boolean {
    return entry.tags.length <= MAX_TAGS && entry.ttl + entry.stale > 0;
  }

  /** Names, fresh until, milliseconds to keep: the arguments that scripts need of an entry. */
  #stored(entry: CacheEntry): [string, number, number] {
    const keepFor = Math.max(1, entry.storedAt + (entry.ttl + entry.stale) * 1000 - this.#now());
    return [namesOf(entry.tags), entry.storedAt + entry.ttl * 1000, Math.ceil(keepFor)];
  }

  #run(script: RedisScript, keys: string[], args: (string | number | Buffer)[]): Promise<unknown> {
    return this.#link.run((client) => runScript(client, script, { keys, args }));
  }

  async #find(key: string, owner: string, isRepeat = false): Promise<Claim> {
    const entryKey = this.#entryKey(key);
    const keys = [entryKey, this.#tagsKey, this.#lockKey(key)];
    const reply = await this.#run(CLAIM, keys, [this.#now(), owner, CLAIM_MS, token()]);
    if (!Array.isArray(reply)) return { claimed: false };
    const [moment, payload, claimed] = reply as unknown[];
    const found = { mark: String(moment), claimed: claimed === 1 };
    if (!Buffer.isBuffer(payload)) return found;
    const entry = await this.#codec.decode(entryKey, payload);
    if (entry !== undefined || isRepeat) return { ...found, entry, claimed: found.claimed || entry === undefined };
    await this.#link.run((client) => client.del(entryKey)); // Not ours or damaged: away with it, then look again.
    return this.#find(key, owner, true);
  }

  /** Tells Redis and the other nodes of a change. */
  async #tell(client: RedisClient, { kind, items }: CacheChange): Promise<void> {
    const told = kind === 'all' ? ['*'] : items;
    if (told.length === 0) return;
    const keys = [this.#tagsKey, ...(kind === 'keys' ? items.map((key) => this.#entryKey(key)) : [])];
    const names = kind === 'tags' ? items.map((tag) => `t${tag}`) : [];
    const args = [this.#channel, this.#node, kind, JSON.stringify(told), token(), JSON.stringify(names)];
    await runScript(client, FORGET, { keys, args });
  }

  #hear(text: string): void {
    const message = readMessage(text);
    if (message === undefined) return;
    if (message.before !== this.#heard && this.isUp) this.#options.onChange({ kind: 'all', items: [] });
    this.#heard = message.after;
    if (message.from !== this.#node) this.#options.onChange(message.change);
  }

  /** Back after a time in which messages were lost: says what was kept back, and trusts nothing in memory. */
  async #recover(client: RedisClient): Promise<void> {
    const changes = this.#unsettled.take();
    try {
      for (const change of changes) await this.#tell(client, change);
    } catch (error) {
      for (const change of changes) this.#unsettled.add(change, false);
      throw error;
    }
    await client.hsetnx(this.#tagsKey, '#', token());
    this.#heard = await this.#moment(client);
    this.#options.onChange({ kind: 'all', items: [] });
  }

  /** Asks Redis for the present moment; one that was never heard of means that a message was lost. */
  async #check(client: RedisClient): Promise<void> {
    const before = this.#heard;
    const moment = await this.#moment(client);
    if (moment === this.#heard || before !== this.#heard) return; // Equal, or messages are coming in just now.
    await new Promise((resolve) => setTimeout(resolve, this.#options.timeoutMs ?? 100));
    if (before !== this.#heard) return;
    this.#heard = moment;
    this.#options.onChange({ kind: 'all', items: [] });
  }

  async #moment(client: RedisClient): Promise<string> {
    return (await client.hget(this.#tagsKey, '#')) ?? '';
  }
}
