import { type Entry, type Permalinks, type Site, STATUSES, SYSTEM } from 'galley';
import type { ImportRow, ImportStore } from './import-store.ts';
import { type MediaUrls, mediaOf } from './media-contract.ts';
import { fileKey, oldAddress, originalOf, plainNumber } from './old-address.ts';
import { basePathOf, hostOf, type WxrSurvey } from './survey.ts';
import { type FoundUrl, type Replacement, UrlRewriter } from './url-rewriter.ts';

/** Texts with new addresses, and whether something in them may be found later. */
export interface Rewritten {
  texts: string[];
  isOpen: boolean;
}

/** What is known of the addresses of some texts. */
interface Known {
  files: Map<string, ImportRow>;
  items: Map<string, ImportRow>;
  urls: Map<number, MediaUrls>;
  entries: Map<number, Entry>;
}

// Parts of WordPress itself: they lead nowhere here, so a link to them stays what it was.
const WORDPRESS_OWN = /^\/(wp-(content|includes|admin|json)\/|wp-(login|cron|signup)\.php|xmlrpc\.php)/;
const FILE = /\.[A-Za-z0-9]{2,5}$/;

/** Entries by id without their bodies, in whatever state. */
export async function readSummaries(site: Site, ids: readonly number[]): Promise<Map<number, Entry>> {
  if (ids.length === 0) return new Map();
  const { items } = await site.entries.find(
    { ids: [...new Set(ids)], type: site.types.names(), status: STATUSES, order: 'id', limit: 1000, body: false },
    SYSTEM,
  );
  return new Map(items.map((entry) => [entry.id, entry]));
}

/** Leads addresses of the old site to what they are here. */
export class LinkResolver {
  readonly #site: Site;
  readonly #store: ImportStore;
  readonly #rewriter: UrlRewriter;
  readonly #blogHost: string;
  readonly #basePath: string;
  readonly #links: Permalinks;

  /** @param links the addresses of this site as its settings are now */
  constructor(site: Site, store: ImportStore, survey: WxrSurvey, links: Permalinks) {
    this.#site = site;
    this.#store = store;
    this.#rewriter = new UrlRewriter(survey.hosts);
    this.#blogHost = hostOf(survey.site.blogUrl || survey.site.link);
    this.#basePath = basePathOf(survey.site);
    this.#links = links;
  }

  /**
   * Rewrites texts together. Links to entries become their new addresses, those to files the addresses of the new
   * files, others on the old site become paths on this one.
   *
   * @param isFinal whether all has come in that will; until then what is not found stays as it is
   */
  async rewrite(texts: readonly string[], isFinal: boolean): Promise<Rewritten> {
    const found = texts.flatMap((text) => this.#rewriter.find(text));
    if (found.length === 0) return { texts: [...texts], isOpen: false };
    const known = await this.#look(found);
    let isOpen = false;
    const decide = (item: FoundUrl): Replacement => {
      const answer = this.#decide(item, known, isFinal);
      if (answer === undefined) isOpen = true;
      return answer ?? null;
    };
    return { texts: texts.map((text) => this.#rewriter.replace(text, decide)), isOpen };
  }

  async #look(found: readonly FoundUrl[]): Promise<Known> {
    const keys = found.flatMap(({ url }) => {
      const key = fileKey(url);
      return key === null || !FILE.test(key) ? [] : [key, originalOf(key).key];
    });
    const links = found.flatMap(({ url }) => oldAddress(url) ?? []);
    const [files, items] = await Promise.all([
      this.#store.find('file', [...new Set(keys)]),
      this.#store.byLinks(links),
    ]);
    const fileIds = [...new Set([...files.values()].map((row) => row.localId))];
    const urls = fileIds.length > 0 ? await mediaOf(this.#site)?.urlsOf(fileIds) : undefined;
    const entries = await readSummaries(
      this.#site,
      [...items.values()].map((row) => row.localId),
    );
    return { files, items, urls: urls ?? new Map(), entries };
  }

  /** The new address; null to leave it, undefined where it is too early to say. */
  #decide(found: FoundUrl, known: Known, isFinal: boolean): Replacement | undefined {
    const key = fileKey(found.url);
    if (key === null) return null;
    const original = originalOf(key);
    const exact = known.files.get(key);
    const file = exact ?? known.files.get(original.key);
    if (file) {
      const urls = known.urls.get(file.localId);
      return urls && sizeOf(urls, exact ? null : (original.width ?? widthAsked(found.url)));
    }
    if (found.host !== this.#blogHost) return isFinal ? null : undefined;
    return this.#link(found.url, known, isFinal);
  }

  #link(url: string, known: Known, isFinal: boolean): Replacement | undefined {
    const address = oldAddress(url);
    const { pathname, search, hash } = new URL(url);
    const row = address === null ? undefined : known.items.get(address);
    const entry = row && known.entries.get(row.localId);
    if (entry && (isFinal || row.pending?.parent === undefined))
      return this.#links.entry(entry) + (plainNumber(address ?? '') === undefined ? search : '') + hash;
    if (!isFinal && address !== null) return undefined;
    return this.#ownPath(pathname, search + hash);
  }

  /** A path of the old site as one of this site, which may stand elsewhere. */
  #ownPath(pathname: string, rest: string): Replacement {
    const base = this.#basePath === '' ? '' : `/${this.#basePath}`;
    const isBelow = pathname === base || pathname.startsWith(`${base}/`);
    const path = pathname.slice(base.length) || '/';
    return !isBelow || WORDPRESS_OWN.test(path) ? null : path.replace(/\/{2,}/g, '/') + rest;
  }
}

function widthAsked(url: string): number | null {
  const width = Number(URL.parse(url)?.searchParams.get('w') ?? 0);
  return Number.isSafeInteger(width) && width > 0 ? width : null;
}

/** The smallest copy that is wide enough, or the file itself. */
function sizeOf({ url, sizes }: MediaUrls, width: number | null): string {
  if (width === null) return url;
  const fitting = sizes.filter((size) => size.width >= width).sort((a, b) => a.width - b.width);
  return fitting[0]?.url ?? url;
}
