import {
  type Entry,
  type EntryStatus,
  loadPermalinks,
  type Site,
  STATUSES,
  SYSTEM,
  type User,
  type Viewer,
} from 'galley';
import { type ExportedComment, type ExportedEntry, type ExportSite, itemElement } from './export-item.ts';
import { termElements } from './export-terms.ts';
import { mediaOf } from './media-contract.ts';
import type { WxrMeta } from './wxr-records.ts';
import { CLOSE_WXR, cdataElement, dataElement, element, escapeName, GENERATOR, openWxr } from './wxr-writer.ts';

/** Free data by key. */
export type Meta = Readonly<Record<string, readonly string[]>>;

/** What of the site is written out; all of it unless something is given. */
export interface ExportOptions {
  viewer: Viewer;
  types?: readonly string[];
  statuses?: readonly EntryStatus[];
  /** Id of the user who wrote it. */
  author?: number;
  /** Published since, in milliseconds since 1970. */
  since?: number;
  /** Told after each entry. */
  progress?: (done: number) => void;
  signal?: AbortSignal;
}

/** What the exporter asks of whichever plugin keeps comments. */
interface CommentReader {
  list(query: object, viewer: Viewer): Promise<(Omit<ExportedComment, 'meta'> & { createdAt: number })[]>;
  store: { metaOf(ids: readonly number[]): Promise<Map<number, WxrMeta[]>> };
}

const PAGE = 50;
const USERS = 200;
const COMMENTS = 500;

/** The address of the site, for absolute links. */
function originOf(site: Site): string {
  const { url, host, port } = site.config.http;
  return (url || `http://${host}:${port}`).replace(/\/+$/, '');
}

function authorElement(user: User): string {
  // In one line, because the reader of WordPress's importer that knows no XML looks for it there.
  const lines = [
    element('wp:author_id', user.id),
    cdataElement('wp:author_login', user.login),
    cdataElement('wp:author_email', user.email),
    cdataElement('wp:author_display_name', escapeName(user.name)),
    cdataElement('wp:author_first_name', ''),
    cdataElement('wp:author_last_name', ''),
    dataElement({ slug: user.slug, bio: user.bio, url: user.url }),
  ];
  return `<wp:author>${lines.map((line) => line.trimEnd()).join('')}</wp:author>\n`;
}

/** Those who wrote something; nobody else's name leaves the site. */
async function* authorElements(site: Site, only: number | undefined): AsyncGenerator<string> {
  for (let after = 0; ; ) {
    const users = await site.users.list({ after, limit: USERS }, SYSTEM);
    for (const user of users) {
      const isMeant =
        only === undefined ? (await site.entries.counts(`author:${user.id}`)).length > 0 : user.id === only;
      if (isMeant) yield authorElement(user);
    }
    if (users.length < USERS) return;
    after = users.at(-1)?.id ?? after;
  }
}

/** Reads entries page by page with all that belongs to them. */
class EntryReader {
  readonly #site: Site;
  readonly #options: ExportOptions;
  readonly #origin: string;

  constructor(site: Site, options: ExportOptions, origin: string) {
    this.#site = site;
    this.#options = options;
    this.#origin = origin;
  }

  async *read(): AsyncGenerator<ExportedEntry[]> {
    const { viewer, types = this.#site.types.names(), author, since } = this.#options;
    const { statuses = STATUSES.filter((status) => status !== 'auto-draft') } = this.#options;
    for (let after: { value: number; id: number } | undefined; ; ) {
      const { items, next } = await this.#site.entries.find(
        {
          type: types,
          status: statuses,
          order: 'id',
          direction: 'asc',
          limit: PAGE,
          ...(after ? { after } : {}),
          ...(author === undefined ? {} : { author }),
          ...(since === undefined ? {} : { publishedAfter: since - 1 }),
        },
        viewer,
      );
      if (items.length > 0) yield await this.#complete(items);
      if (!next) return;
      after = { value: next.id, id: next.id };
    }
  }

  async #complete(entries: readonly Entry[]): Promise<ExportedEntry[]> {
    const site = this.#site;
    const ids = entries.map((entry) => entry.id);
    const attachments = entries.filter((entry) => entry.type === 'attachment').map((entry) => entry.id);
    const authorIds = entries.flatMap((entry) => entry.authorId ?? []);
    const [terms, meta, users, files] = await Promise.all([
      site.terms.ofEntries(ids),
      site.meta.of('entry', ids),
      site.users.findByIds(authorIds),
      attachments.length > 0 ? mediaOf(site)?.urlsOf(attachments) : undefined,
    ]);
    const result: ExportedEntry[] = [];
    for (const entry of entries) {
      const url = files?.get(entry.id)?.url;
      result.push({
        entry,
        author: users.find((user) => user.id === entry.authorId),
        terms: terms.get(entry.id) ?? [],
        meta: meta.get(entry.id) ?? {},
        comments: await this.#comments(entry),
        fileUrl: url === undefined ? undefined : new URL(url, this.#origin).href,
      });
    }
    return result;
  }

  async #comments(entry: Entry): Promise<ExportedComment[]> {
    const service = this.#site.services.get('comments') as CommentReader | undefined;
    if (!service || !this.#site.types.get(entry.type)?.supports.includes('comments')) return [];
    const result: ExportedComment[] = [];
    for (let after: { createdAt: number; id: number } | undefined; ; ) {
      const query = { entryId: entry.id, oldestFirst: true, limit: COMMENTS, ...(after ? { after } : {}) };
      const comments = await service.list(query, this.#options.viewer);
      const meta = await service.store.metaOf(comments.map((comment) => comment.id));
      result.push(...comments.map((comment) => ({ ...comment, meta: meta.get(comment.id) ?? [] })));
      if (comments.length < COMMENTS) return result;
      after = comments.at(-1);
    }
  }
}

/** The site, or a part of it, as WXR 1.2, in pieces of text and in bounded memory. */
export async function* exportWxr(site: Site, options: ExportOptions): AsyncGenerator<string> {
  const origin = originOf(site);
  const [title, tagline, language, zone, links] = await Promise.all([
    site.options.get<string>('title'),
    site.options.get<string>('tagline'),
    site.options.get<string>('language'),
    site.options.get<string>('timezone'),
    loadPermalinks(site),
  ]);
  yield openWxr({ title, tagline, language, url: origin });
  yield* authorElements(site, options.author);
  yield* termElements(site);
  yield GENERATOR;
  const listOf: ExportSite['listOf'] = (type) => {
    const path = links.archive(type);
    return path === undefined ? undefined : { title: site.types.get(type)?.title ?? '', url: origin + path };
  };
  const facts: ExportSite = { origin, zone, links, listOf };
  let done = 0;
  for await (const page of new EntryReader(site, options, origin).read()) {
    for (const exported of page) {
      options.signal?.throwIfAborted();
      yield itemElement(exported, facts);
      options.progress?.(++done);
    }
  }
  yield CLOSE_WXR;
}
