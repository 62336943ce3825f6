import type { IncomingMessage } from 'node:http';
import { recentlyUsed } from '../lib/lru.ts';
import type { CachedReply } from './page.ts';
import type { PageCache } from './page-cache.ts';
import type { PageConditions } from './page-entry.ts';
import type { Match } from './router.ts';
import type { Target, Visit } from './visit.ts';

/** What is known of an address that was answered from the page cache before; none of it ever changes while a server runs. */
export interface KnownDoor {
  /** The key of the page. */
  readonly key: string;
  readonly target: Target;
  readonly match: Match;
}

/** A page that can be sent at once. */
export interface LaneHit {
  readonly reply: CachedReply;
  readonly door: KnownDoor;
}

/** What the lane reads of a request. */
interface Asked extends PageConditions {
  host: string;
  accept?: string;
  forwardedHost?: string;
  forwardedProto?: string;
}

const MAX_DOORS = 10_000;

/**
 * Reads the few headers that count, without making an object of all of them.
 * @returns undefined where one of them stands twice or says who asks: then the whole house is to look at the request
 */
function readHeaders(raw: IncomingMessage): Asked | undefined {
  const { rawHeaders } = raw;
  const asked: Partial<Asked> & Pick<Asked, 'method'> = { method: raw.method ?? '' };
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const member = memberOf(name);
    if (member === undefined) continue;
    if (member === 'private' || asked[member] !== undefined) return undefined;
    asked[member] = rawHeaders[index + 1] ?? '';
  }
  return asked.host === undefined ? undefined : (asked as Asked);
}

type Member = Exclude<keyof Asked, 'method'> | 'private';

/** By its length first: most headers of a browser are none of these. */
function memberOf(name: string): Member | undefined {
  switch (name.length) {
    case 4:
      return name.toLowerCase() === 'host' ? 'host' : undefined;
    case 6: {
      const lower = name.toLowerCase();
      return lower === 'accept' ? 'accept' : lower === 'cookie' ? 'private' : undefined;
    }
    case 13: {
      const lower = name.toLowerCase();
      return lower === 'authorization' ? 'private' : lower === 'if-none-match' ? 'ifNoneMatch' : undefined;
    }
    case 15:
      return name.toLowerCase() === 'accept-encoding' ? 'acceptEncoding' : undefined;
    case 16:
      return name.toLowerCase() === 'x-forwarded-host' ? 'forwardedHost' : undefined;
    case 17: {
      const lower = name.toLowerCase();
      if (lower === 'if-modified-since') return 'ifModifiedSince';
      return lower === 'x-forwarded-proto' ? 'forwardedProto' : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * The shortest way from a request to a page of the cache, for those who bring nothing that could make a difference: no
 * cookie, no query, no authorization. It knows only what the house has decided before for the very same host and
 * address, and decides nothing itself; whatever it does not know goes the whole way.
 */
export class FastLane {
  readonly #pages: PageCache;
  readonly #hasProxies: boolean;
  readonly #doors = recentlyUsed<KnownDoor>(MAX_DOORS);

  /** @param hasProxies whether anybody is believed who says for whom he asks */
  constructor(pages: PageCache, hasProxies: boolean) {
    this.#pages = pages;
    this.#hasProxies = hasProxies;
  }

  /** The fresh page for a request, or undefined. */
  find(raw: IncomingMessage): LaneHit | undefined {
    const { method } = raw;
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    const asked = readHeaders(raw);
    if (asked === undefined || asked.accept?.includes('json')) return undefined;
    const door = this.#doors.get(this.#name(raw, asked));
    const reply = door && this.#pages.lookupKnown(door.key, asked);
    return reply && { reply, door };
  }

  /** Remembers where a request led that was answered from the page cache. Addresses with a query are not remembered. */
  learn({ raw, target, match }: Visit, key: string | undefined): void {
    if (key === undefined || raw.url?.includes('?') !== false) return;
    const asked = readHeaders(raw);
    if (asked) this.#doors.set(this.#name(raw, asked), { key, target, match });
  }

  /** All that decides what host and address are asked for. */
  #name({ url = '', socket }: IncomingMessage, { host, forwardedHost, forwardedProto }: Asked): string {
    const secure = 'encrypted' in socket ? 's' : '';
    if (!this.#hasProxies) return `${secure}${host} ${url}`;
    return `${secure}${host} ${socket.remoteAddress} ${forwardedHost} ${forwardedProto} ${url}`;
  }
}
