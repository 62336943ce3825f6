import { lookup as lookupSystem } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import { attach, type Module } from '../kernel/module.ts';
import { noteFetch } from '../kernel/profile.ts';
import { GalleyError, isGalleyError, messageOf } from '../lib/errors.ts';
import type { Config } from './config-types.ts';
import { isForbiddenAddress } from './fetch-address.ts';
import { boundedBody, type FetchReply, readersOf } from './fetch-body.ts';
import { checkTarget, refuse, type Target, type TargetPolicy } from './fetch-target.ts';

export type { FetchReply } from './fetch-body.ts';

/** How something is fetched. */
export interface FetchOptions {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Most bytes of the answer, after decompression; `fetch.maxBytes` of the settings where it is not given. */
  maxBytes?: number;
  /** Time for all of it, in milliseconds; `fetch.timeoutMs` of the settings where it is not given. */
  timeoutMs?: number;
  /** Media types that are accepted: `image/*`, `text/html`. Any where it is not given. */
  types?: readonly string[];
  /** Whether plain http will do; default no. */
  allowHttp?: boolean;
  /** Whether hosts of `fetch.privateHosts` in the settings may be reached. Never for addresses that people type. */
  allowPrivate?: boolean;
  /** Asked for each address before it is fetched, for those of redirects too; throws to refuse it. */
  before?(url: string): void;
  signal?: AbortSignal;
}

/** The one way out: see {@link createFetch}. */
export type Fetch = (url: string, options?: FetchOptions) => Promise<FetchReply>;

/** What tests replace. */
export interface FetchParts {
  /** Addresses of a host name. */
  resolve?: (host: string) => Promise<string[]>;
  ports?: readonly string[];
  /** Told of each refusal. */
  onRefused?: (url: string, reason: string) => void;
}

const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_HEADER_BYTES = 16 * 1024;
// What belongs to the connection, or would carry somebody's rights to a third party.
const NOT_SENT =
  /^(host|connection|content-length|transfer-encoding|keep-alive|te|trailer|upgrade|expect|accept-encoding|proxy-.*)$/i;
const CREDENTIALS = /^(authorization|cookie)$/i;

async function resolveSystem(host: string): Promise<string[]> {
  return (await lookupSystem(host, { all: true, verbatim: true })).map(({ address }) => address);
}

/** A lookup for sockets that connects only where every address of the name may be reached. */
function checkedLookup(resolve: (host: string) => Promise<string[]>, isPrivate: boolean): LookupFunction {
  return (host, options, callback) => {
    const finish = async (): Promise<void> => {
      const addresses = await resolve(host);
      if (addresses.length === 0) throw new Error(`${host} has no address`);
      if (!isPrivate && addresses.some(isForbiddenAddress)) throw refuse(host, 'it does not lead to a public address');
      const found = addresses.map((address) => ({ address, family: isIP(address) }));
      if (options.all) callback(null, found);
      else callback(null, found[0]?.address ?? '', found[0]?.family);
    };
    finish().catch((error: NodeJS.ErrnoException) => callback(error, []));
  };
}

async function makeAgent(config: Config, parts: FetchParts, isPrivate: boolean): Promise<Agent> {
  const { Agent } = await import('undici'); // By the first request: most processes make none.
  const timeout = config.fetch.connectTimeoutMs;
  return new Agent({
    connect: { timeout, lookup: checkedLookup(parts.resolve ?? resolveSystem, isPrivate) },
    headersTimeout: config.fetch.timeoutMs,
    bodyTimeout: config.fetch.timeoutMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAliveTimeout: 4000,
    connections: 8,
    allowH2: false,
  });
}

function headersOf(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value ?? '')]);
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as Record<string, string>;
}

function isWanted(type: string, types: readonly string[] | undefined): boolean {
  if (!types) return true;
  return types.some((wanted) => wanted === type || (wanted.endsWith('/*') && type.startsWith(wanted.slice(0, -1))));
}

/** The request that follows a redirect: no credentials, and GET except where 307 and 308 keep the method. */
function redirected(options: FetchOptions, status: number): FetchOptions {
  const headers = Object.fromEntries(Object.entries(options.headers ?? {}).filter(([name]) => !CREDENTIALS.test(name)));
  const keeps = status === 307 || status === 308 || options.method === undefined || options.method === 'HEAD';
  if (keeps) return { ...options, headers };
  const { body: _, ...rest } = options;
  return { ...rest, headers, method: 'GET' };
}

function deepest(error: unknown): unknown {
  const inner = error instanceof AggregateError ? error.errors[0] : error instanceof Error ? error.cause : undefined;
  return inner === undefined ? error : deepest(inner);
}

/** Gives up a body that nobody will read. */
function discard(body: Readable): void {
  body.on('error', () => undefined).destroy();
}

class Fetcher {
  readonly #config: Config;
  readonly #parts: FetchParts;
  readonly #policy: TargetPolicy;
  // Two pools, so that no request gets a connection that another one was allowed to open.
  readonly #agents: { public?: Promise<Agent>; private?: Promise<Agent> } = {};

  constructor(config: Config, parts: FetchParts) {
    this.#config = config;
    this.#parts = parts;
    const privateHosts = new Set(config.fetch.privateHosts.map((host) => host.toLowerCase()));
    this.#policy = { ports: new Set(parts.ports ?? ['80', '443']), privateHosts };
  }

  async close(): Promise<void> {
    await Promise.all([this.#agents.public, this.#agents.private].map(async (agent) => (await agent)?.destroy()));
  }

  async fetch(url: string, options: FetchOptions): Promise<FetchReply> {
    const timer = AbortSignal.timeout(options.timeoutMs ?? this.#config.fetch.timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, timer]) : timer;
    const from = performance.now();
    try {
      return await this.#follow(url, { ...options, signal });
    } catch (error) {
      throw this.#failure(url, error, options.signal);
    } finally {
      noteFetch(url, performance.now() - from);
    }
  }

  async #follow(address: string, options: FetchOptions): Promise<FetchReply> {
    let current = address;
    let settings = options;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const target = checkTarget(current, this.#policy, settings);
      settings.before?.(current);
      const reply = await this.#send(target, settings);
      const location = REDIRECTS.has(reply.statusCode) ? reply.headers['location'] : undefined;
      if (location === undefined) return this.#reply(target, reply, settings);
      await reply.body.dump().catch(() => undefined);
      current = new URL(String(location), target.url).href;
      settings = redirected(settings, reply.statusCode);
    }
    throw refuse(address, `it leads on more than ${MAX_REDIRECTS} times`);
  }

  #agent(isPrivate: boolean): Promise<Agent> {
    const pool = isPrivate ? 'private' : 'public';
    this.#agents[pool] ??= makeAgent(this.#config, this.#parts, isPrivate);
    return this.#agents[pool];
  }

  async #send({ url, isPrivate }: Target, options: FetchOptions): Promise<Dispatcher.ResponseData> {
    const { request } = await import('undici');
    const given = Object.entries(options.headers ?? {}).filter(([name]) => !NOT_SENT.test(name));
    return request(url, {
      method: options.method ?? 'GET',
      headers: {
        'user-agent': 'Galley',
        accept: options.types?.join(', ') ?? '*/*',
        ...Object.fromEntries(given),
        'accept-encoding': 'gzip, deflate, br',
      },
      ...(options.body === undefined ? {} : { body: options.body }),
      ...(options.signal ? { signal: options.signal } : {}),
      dispatcher: await this.#agent(isPrivate),
    });
  }

  #reply({ url }: Target, reply: Dispatcher.ResponseData, options: FetchOptions): FetchReply {
    const headers = headersOf(reply.headers);
    const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const ok = reply.statusCode >= 200 && reply.statusCode < 300;
    const body: Readable = reply.body;
    if (ok && !isWanted(type, options.types)) {
      discard(body);
      throw refuse(url.href, `it is ${JSON.stringify(type)}, not ${options.types?.join(' or ')}`);
    }
    const maxBytes = options.maxBytes ?? this.#config.fetch.maxBytes;
    if (Number(headers['content-length'] ?? 0) > maxBytes) {
      discard(body);
      throw new GalleyError('GALLEY_FETCH_FAILED', `${url.host} sends more than ${maxBytes} bytes.`);
    }
    const stream = boundedBody(body, headers['content-encoding'] ?? '', maxBytes, url.host);
    return { status: reply.statusCode, ok, headers, type, url: url.href, ...readersOf(stream, url.host) };
  }

  #failure(url: string, error: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted) return signal.reason;
    const cause = isGalleyError(error) ? error : deepest(error);
    if (isGalleyError(cause, 'GALLEY_FETCH_REFUSED'))
      this.#parts.onRefused?.(url.split(/[?#]/)[0] ?? '', cause.message);
    if (isGalleyError(cause)) return cause;
    const host = URL.canParse(url) ? new URL(url).host : 'that address';
    return new GalleyError('GALLEY_FETCH_FAILED', `${host} could not be fetched: ${messageOf(cause)}.`, { cause });
  }
}

/**
 * Makes the one way out of the site. Every request, and each redirect of it, goes to a public address of the ports 80
 * and 443 only, over a connection to exactly the address that was checked; with bounds of time and size.
 *
 * @throws GALLEY_FETCH_REFUSED for what may not be fetched, GALLEY_FETCH_FAILED for what could not be
 * @example const reply = await site.fetch('https://example.org/feed', { types: ['application/rss+xml'] });
 */
export function createFetch(config: Config, parts: FetchParts = {}): { fetch: Fetch; close(): Promise<void> } {
  const fetcher = new Fetcher(config, parts);
  return { fetch: (url, options = {}) => fetcher.fetch(url, options), close: () => fetcher.close() };
}

/** Puts the way out on the site. @param parts only tests give them */
export function fetchModule(parts: FetchParts = {}): Module {
  let close: (() => Promise<void>) | undefined;
  return {
    name: 'fetch',
    start(site) {
      const onRefused = (url: string, reason: string): void =>
        site.log
          .child({ stream: 'security' })
          .warn({ event: 'fetch refused', url, reason }, 'An outward request was refused');
      const made = createFetch(site.config, { onRefused, ...parts });
      attach(site, 'fetch', made.fetch);
      close = made.close;
    },
    stop: () => close?.(),
  };
}

declare module '../kernel/site.ts' {
  interface Site {
    /** The one way out to other hosts. */
    readonly fetch: Fetch;
  }
}
