import { fileKey, oldAddress, plainHost } from './old-address.ts';
import { readWxr, WXR_LIMITS } from './wxr-reader.ts';
import type { WxrAuthor, WxrItem, WxrRecord, WxrSite } from './wxr-records.ts';

/** What an export holds: the first pass over the file, which also shows that it can be read to its end. */
export interface WxrSurvey {
  site: WxrSite;
  /** The first thousand, those that are only named by their items too. */
  authors: Pick<WxrAuthor, 'login' | 'displayName' | 'email'>[];
  terms: Record<string, number>;
  items: { type: string; status: string; count: number }[];
  total: number;
  comments: number;
  /** Attachments that have a file on the old site. */
  files: number;
  /** Hosts of the old site and of its files. */
  hosts: string[];
  /** Hosts of the files alone. */
  fileHosts: string[];
}

const AUTHORS_MAX = 1000;
const HOSTS_MAX = 50;

/** The host of an address, without `www.`; empty for what is none. */
export const hostOf = (url: string): string => plainHost(URL.parse(url.trim())?.host ?? '');

class Surveyor {
  #site: WxrSite | undefined;
  readonly #authors = new Map<string, WxrSurvey['authors'][number]>();
  readonly #terms = new Map<string, number>();
  readonly #items = new Map<string, WxrSurvey['items'][number]>();
  readonly #hosts = new Set<string>();
  readonly #fileHosts = new Set<string>();
  #total = 0;
  #comments = 0;
  #files = 0;

  take(record: WxrRecord): void {
    if (record.kind === 'site') this.#takeSite(record);
    else if (record.kind === 'author') this.#takeAuthor(record);
    else if (record.kind === 'term') this.#terms.set(record.taxonomy, (this.#terms.get(record.taxonomy) ?? 0) + 1);
    else this.#takeItem(record);
  }

  #takeSite(site: WxrSite): void {
    this.#site = site;
    const host = hostOf(site.blogUrl || site.link);
    if (host !== '') this.#hosts.add(host);
  }

  #takeAuthor({ login, displayName, email }: WxrSurvey['authors'][number]): void {
    const isNew = !this.#authors.has(login) || displayName !== '';
    if (login !== '' && isNew && this.#authors.size < AUTHORS_MAX)
      this.#authors.set(login, { login, displayName, email });
  }

  #takeItem(item: WxrItem): void {
    const key = `${item.type}|${item.status}`;
    const row = this.#items.get(key) ?? { type: item.type, status: item.status, count: 0 };
    row.count++;
    this.#items.set(key, row);
    this.#total++;
    this.#comments += item.comments.length;
    this.#takeAuthor({ login: item.creator, displayName: '', email: '' });
    if (item.attachmentUrl !== '') this.#takeFile(item.attachmentUrl);
  }

  #takeFile(url: string): void {
    this.#files++;
    if (fileKey(url) !== null && this.#fileHosts.size < HOSTS_MAX) this.#fileHosts.add(hostOf(url));
  }

  result(): WxrSurvey {
    if (!this.#site) throw new Error('The reader gave no site.');
    return {
      site: this.#site,
      authors: [...this.#authors.values()],
      terms: Object.fromEntries(this.#terms),
      items: [...this.#items.values()],
      total: this.#total,
      comments: this.#comments,
      files: this.#files,
      hosts: [...new Set([...this.#hosts, ...this.#fileHosts])],
      fileHosts: [...this.#fileHosts],
    };
  }
}

/**
 * Reads an export to its end and counts what is in it. Stores nothing.
 *
 * @throws GALLEY_IMPORT_INVALID with file and line | GALLEY_FILE_UNKNOWN
 */
export async function surveyWxr(file: string, maxBytes?: number, signal?: AbortSignal): Promise<WxrSurvey> {
  const surveyor = new Surveyor();
  const limits = maxBytes === undefined ? WXR_LIMITS : { ...WXR_LIMITS, totalBytes: maxBytes };
  for await (const record of readWxr(file, limits)) {
    signal?.throwIfAborted();
    surveyor.take(record);
  }
  return surveyor.result();
}

/** The path below which the old site was, without slashes at its ends: empty for most. */
export function basePathOf(site: WxrSite): string {
  return (oldAddress(site.blogUrl || site.link) ?? '').replace(/^\/+/, '').replace(/^\?.*/, '');
}
