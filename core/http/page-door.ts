import { Readable } from 'node:stream';
import { isProfiled } from '../kernel/profile.ts';
import type { Site } from '../kernel/site.ts';
import { ALL_OPTIONS } from '../services/options-store.ts';
import { NotForAll } from './context.ts';
import type { FastLane } from './fast-lane.ts';
import type { Gate } from './gate.ts';
import type { MadePage, PageRequest, PageRule } from './page-entry.ts';
import type { Reply } from './reply.ts';
import type { Responder } from './responder.ts';
import type { CacheOptions } from './routes.ts';
import { readCookies } from './session.ts';
import { areaOfPath, type Visit } from './visit.ts';

/** What the door needs of the house. */
export interface PageDoorParts {
  site: Site;
  gate: Gate;
  responder: Responder;
  lane: FastLane | undefined;
  /** Makes a page from nothing but what all visitors share. */
  make: (visit: Visit) => Promise<{ reply: Reply; tags: readonly string[] }>;
}

/** What all fallbacks together say: whichever answers, the key must tell its pages apart. */
export function joinedRule(rules: readonly CacheOptions[]): CacheOptions {
  const ttls = rules.flatMap(({ ttl }) => ttl ?? []);
  return {
    ...(ttls.length > 0 ? { ttl: Math.min(...ttls) } : {}),
    query: rules.flatMap(({ query }) => query ?? []),
    bypass: rules.flatMap(({ bypass }) => bypass ?? []),
  };
}

/** Between the server and the page cache: who may be answered from it, and what may go into it. */
export class PageDoor {
  readonly #parts: PageDoorParts;
  #rule: CacheOptions | undefined;

  constructor(parts: PageDoorParts) {
    this.#parts = parts;
  }

  /**
   * Sends the page from the cache where there is one for this request, before session, plugins and store.
   * @returns whether it did
   */
  send(visit: Visit): boolean {
    const rule = this.ruleFor(visit);
    if (!rule) return false;
    if (this.#parts.gate.token(visit) !== undefined) {
      visit.cache = 'bypass';
      return false;
    }
    const { pages } = this.#parts.site;
    const request = this.#request(visit);
    const hit = pages.lookup(request);
    visit.cache = hit ? 'hit' : 'miss';
    if (!hit) return false;
    this.#write(visit, hit);
    this.#parts.lane?.learn(visit, pages.keyOf(request));
    if (hit.isStale) pages.refresh(request, rule, () => this.#make(visit));
    return true;
  }

  /**
   * Answers somebody who is nobody in particular by a page for everybody, made now if need be.
   * @returns `sent`, a reply that is for this visitor only, or undefined where the page must know who asks
   */
  async answer(visit: Visit, rule: PageRule): Promise<Reply | 'sent' | undefined> {
    let own: Reply | undefined;
    const page = await this.#parts.site.pages.remember(this.#request(visit), rule, async () => {
      own = undefined;
      return this.#make(visit, (reply) => {
        own = reply;
      });
    });
    if (!page) return own;
    this.#write(visit, page);
    return 'sent';
  }

  /** How the answer to a request is kept; undefined where it depends on who asks. */
  ruleFor(visit: Visit): PageRule | undefined {
    const { method, raw } = visit;
    const { site } = this.#parts;
    if ((method !== 'GET' && method !== 'HEAD') || !('pages' in site) || !site.config.cache.pages) return undefined;
    if (isProfiled()) return undefined; // It is to be made, and told about to one person.
    if (raw.headers.authorization !== undefined || raw.headers.accept?.includes('json')) return undefined;
    const rule = this.#ruleOf(visit);
    const { cookie } = raw.headers;
    if (!cookie || !rule?.bypass || rule.bypass.length === 0) return rule;
    const cookies = readCookies(cookie);
    return rule.bypass.some((name) => name in cookies) ? undefined : rule;
  }

  #ruleOf({ match, target }: Visit): CacheOptions | undefined {
    if (match.kind === 'route') return match.route.cache;
    if (areaOfPath(target.path) !== 'public') return undefined;
    this.#rule ??= joinedRule(this.#parts.site.routes.fallbacks().flatMap(({ cache }) => cache ?? []));
    return this.#rule;
  }

  #request(visit: Visit): PageRequest {
    const { headers, url = '/' } = visit.raw;
    return {
      method: visit.method,
      origin: this.#parts.gate.publicOrigin(visit),
      url,
      acceptEncoding: headers['accept-encoding'] as string | undefined,
      ifNoneMatch: headers['if-none-match'],
      ifModifiedSince: headers['if-modified-since'],
      cookie: headers.cookie,
    };
  }

  #write(visit: Visit, page: Parameters<Site['pages']['send']>[0]): void {
    visit.bytes = page.body?.length ?? 0;
    if (this.#parts.responder.isClosing) visit.response.setHeader('connection', 'close');
    this.#parts.site.pages.send(page, visit.response);
  }

  async #make(visit: Visit, onReply?: (reply: Reply) => void): Promise<MadePage | undefined> {
    const since = Date.now();
    try {
      const { reply, tags } = await this.#parts.make(visit);
      onReply?.(reply);
      if (reply.body instanceof Readable || reply.cookies.length > 0) return undefined;
      const headers = {
        ...Object.fromEntries(this.#parts.responder.headersFor(visit)),
        ...Object.fromEntries(reply.headers),
      };
      for (const [name, value] of Object.entries(headers)) if (value === '') delete headers[name];
      const body = typeof reply.body === 'string' || reply.body instanceof Uint8Array ? reply.body : '';
      // Title, language, zone and the like are in every page, and options are changed by hand only.
      const all = [ALL_OPTIONS, ...tags, ...(reply.status === 200 ? [] : this.#everything())];
      const { entries } = this.#parts.site as Partial<Site>;
      return { reply: { status: reply.status, headers, body }, tags: all, until: await entries?.endOf(all, since) };
    } catch (error) {
      if (error instanceof NotForAll) return undefined;
      throw error;
    }
  }

  /** What is not there, or moved, may be there after any change of content. */
  #everything(): string[] {
    const { types, taxonomies } = this.#parts.site as Partial<Site>;
    return [
      ...(types?.names() ?? []).map((name) => `type:${name}`),
      ...(taxonomies?.names() ?? []).map((name) => `taxonomy:${name}`),
    ];
  }
}
