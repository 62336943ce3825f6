// What a handler can do. Runs in the isolate and in the worker: nothing of either may be used here.

import type { RecordQuery, StoredRecord } from '../services/plugin-records.ts';

/** An entry as contained plugins see it. */
export interface FoundEntry {
  id: number;
  type: string;
  status: string;
  slug: string;
  /** Its path on the site: `/2026/11/hello/`. Not in what hooks and blocks are given. */
  url: string;
  title: string;
  /** Plain text. */
  excerpt: string;
  /** Block markup; only where one entry was asked for. */
  content?: string;
  fields: Record<string, unknown>;
  wordCount: number;
  /** ms since 1970. */
  publishedAt: number | null;
  modifiedAt: number;
  version: number;
  authorId: number | null;
  featuredId: number | null;
}

/** Which entries a plugin wants. */
export interface ContentQuery {
  type: string;
  /** `publish` unless given. */
  status?: string;
  /** At most 50; 10 unless given. */
  limit?: number;
  /** The id of a term that they have. */
  term?: number;
  /** Words of the title. */
  search?: string;
  /** Its slug, exactly. */
  slug?: string;
  /** ms since 1970. */
  publishedAfter?: number;
  publishedBefore?: number;
  /** `published` unless given. */
  order?: 'published' | 'modified' | 'title';
  /** `desc` unless given. */
  direction?: 'asc' | 'desc';
  /** Of `page`: what the page before said as `next`. */
  after?: string;
}

/** A part of a list. */
export interface Page<Item> {
  items: Item[];
  /** What to give as `after` for the next part; null where there is none. */
  next: string | null;
}

/** A file as contained plugins see it. */
export interface FoundMedia {
  id: number;
  title: string;
  /** Such as `image/jpeg`. */
  type: string;
  /** Its path on the site. */
  url: string;
  alt: string;
  /** In pixels; null for what is no picture. */
  width: number | null;
  height: number | null;
}

/** Which files a plugin wants. */
export interface MediaQuery {
  kind?: string;
  /** Words of the title. */
  search?: string;
  /** At most 50; 10 unless given. */
  limit?: number;
  after?: string;
}

/** A term as contained plugins see it. */
export interface FoundTerm {
  id: number;
  taxonomy: string;
  name: string;
  slug: string;
}

/** An answer from elsewhere. */
export interface FetchedText {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Passes a call on to the kernel. */
export type Ask = (name: string, args: Record<string, unknown>) => Promise<unknown>;

/** Each part is made when a handler asks for it: most take none, and to make them all costs more than they do. */
class Galley {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Needs `log`. */
  get log() {
    const tell = (level: string) => (message: string, data?: Record<string, unknown>) => {
      // Nobody waits for the log; one that is refused is no reason to fail.
      this.#ask('log', { level, message, ...(data ? { data } : {}) }).catch(() => undefined);
    };
    return { info: tell('info'), warn: tell('warn'), error: tell('error') };
  }

  /** The plugin's own settings, as the manifest declares them. Needs `settings`. */
  get settings() {
    return () => this.#ask('settings', {}) as Promise<Record<string, unknown>>;
  }

  /**
   * Values of its own, each up to 16 KB. Needs `kv`. Handlers run at the same time: who reads a value and sets it takes
   * back what another did in between, so change it by `add`, `append` or `swap`.
   */
  get kv() {
    const ask = this.#ask;
    return {
      get: (key: string) => ask('kv.get', { key }),
      set: (key: string, value: unknown) => ask('kv.set', { key, value }) as Promise<void>,
      /** Adds to a number, which begins at 0. Answers what it is now. */
      add: (key: string, amount = 1) => ask('kv.add', { key, amount }) as Promise<number>,
      /**
       * Puts an item at the end of a list of at most `keep` (1000 at most), from whose beginning the oldest go; also
       * where it has no room for as many. Answers the list as it is now.
       */
      append: (key: string, item: unknown, keep: number) => ask('kv.append', { key, item, keep }) as Promise<unknown[]>,
      /**
       * Sets a value if it still is what you have read, null where there was none. Answers whether it was: if not,
       * read it again.
       */
      swap: (key: string, was: unknown, value: unknown) => ask('kv.swap', { key, was, value }) as Promise<boolean>,
      delete: (key: string) => ask('kv.delete', { key }) as Promise<void>,
      /** Keys that begin so, in order; at most 100. */
      keys: (prefix = '') => ask('kv.keys', { prefix }) as Promise<string[]>,
    };
  }

  /** A table that the manifest declares. Needs `tables`. */
  get table() {
    const ask = this.#ask;
    return (table: string) => ({
      get: (id: number) => ask('table.get', { table, id }) as Promise<StoredRecord | null>,
      /** By indexed fields: at most three conditions, at most 50 records. */
      find: (query: RecordQuery = {}) => ask('table.find', { table, query: { ...query } }) as Promise<StoredRecord[]>,
      insert: (record: Record<string, unknown>) => ask('table.insert', { table, record }) as Promise<StoredRecord>,
      /** Replaces a record; fails where somebody else did since `version` was read. */
      update: (id: number, version: number, record: Record<string, unknown>) =>
        ask('table.update', { table, id, version, record }) as Promise<StoredRecord>,
      /** One record, or up to 50 at once. */
      delete: (id: number | readonly number[]) => ask('table.delete', { table, id }) as Promise<null>,
    });
  }

  /** Needs `content:read:<type>`, with `:<status>` for what is not published; `content:write:<type>` to save. */
  get content() {
    const ask = this.#ask;
    return {
      find: (query: Omit<ContentQuery, 'after'>) => ask('content.find', { ...query }) as Promise<FoundEntry[]>,
      /** As `find`, with a way to the next page: a list of any length. */
      page: (query: ContentQuery) => ask('content.page', { ...query }) as Promise<Page<FoundEntry>>,
      /** How many there are. */
      count: (query: Omit<ContentQuery, 'limit' | 'order' | 'direction' | 'after'>) =>
        ask('content.count', { ...query }) as Promise<number>,
      get: (id: number) => ask('content.get', { id }) as Promise<FoundEntry | null>,
      save: (draft: {
        id?: number;
        version?: number;
        type?: string;
        status?: string;
        title?: string;
        slug?: string;
        content?: string;
        excerpt?: string;
        /** Custom fields of the type; those that are not named stay. */
        fields?: Record<string, unknown>;
        /** For each taxonomy that is named, the terms from now on: ids, or names of terms that there are. */
        terms?: Record<string, (number | string)[]>;
        /** A picture that everybody sees. */
        featuredId?: number | null;
        /** ms since 1970. */
        publishedAt?: number | null;
        /** Needs `content:author:<type>`, and is somebody who may write the type. */
        authorId?: number | null;
      }) => ask('content.save', draft) as Promise<FoundEntry>,
      /** Moves an entry to the trash. Needs `content:write:<type>:trash`, and the status that it has. */
      trash: (id: number) => ask('content.trash', { id }) as Promise<null>,
    };
  }

  /** Needs `terms:read`. */
  get terms() {
    const ask = this.#ask;
    return {
      list: (taxonomy: string) => ask('terms.list', { taxonomy }) as Promise<FoundTerm[]>,
      /** Those of an entry that the plugin may read. */
      of: (entryId: number) => ask('terms.of', { id: entryId }) as Promise<FoundTerm[]>,
    };
  }

  /** Files that everybody sees. Needs `media:read`. */
  get media() {
    const ask = this.#ask;
    return {
      get: (id: number) => ask('media.get', { id }) as Promise<FoundMedia | null>,
      /** The latest first. `kind` is `image`, `audio`, `video`, `application` or `text`. */
      list: (query: MediaQuery = {}) => ask('media.list', { ...query }) as Promise<Page<FoundMedia>>,
    };
  }

  /** Public fields only. Needs `users:read`. */
  get users() {
    const ask = this.#ask;
    return {
      get: (id: number) => ask('users.get', { id }) as Promise<{ id: number; name: string; slug: string } | null>,
    };
  }

  /** The HTML that visitors would see of block markup, up to 60,000 characters. Needs `render`. */
  get render() {
    return (content: string) => this.#ask('render', { content }) as Promise<string>;
  }

  /** Needs `fetch:<host>`. Only https, public addresses, and at most 64 KB of text. */
  get fetch() {
    return (url: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
      this.#ask('fetch', { url, ...options }) as Promise<FetchedText>;
  }

  /** Writes to somebody of the site, by id. Needs `mail:send`, and the plugin mail. */
  get mail() {
    const ask = this.#ask;
    return {
      send: (mail: { to: number; subject: string; text: string }) => ask('mail.send', mail) as Promise<void>,
    };
  }

  /** A job that the manifest declares. Needs `jobs`. */
  get jobs() {
    const ask = this.#ask;
    return { enqueue: (name: string, data: unknown = {}) => ask('jobs.enqueue', { name, data }) as Promise<void> };
  }
}

/** What handlers get besides their input. */
export type GalleyApi = Pick<Galley, keyof Galley>;

/** Makes the object that handlers get. All it does is to ask: the kernel decides. */
export function makeGalley(ask: Ask): GalleyApi {
  return new Galley(ask);
}
