import { realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { GalleyError, isGalleyError, messageOf, type Site, type Viewer } from 'galley';
import type { ImportOptions } from './import-options.ts';
import type { ImportReport } from './import-report.ts';
import type { ImportStore, Pending } from './import-store.ts';
import { readSummaries } from './link-resolver.ts';
import { type FileSource, type MediaImport, mediaOf } from './media-contract.ts';
import { decodePath } from './old-address.ts';

type PendingFile = NonNullable<Pending['file']>;

const ALIAS_MAX = 500;
const NO_PLUGIN = 'no active plugin keeps files';
const NOT_GIVEN = 'its file is missing: give the uploads folder with --media, or fetch it with --fetch';

/** Brings the files of attachments, from a folder or from the old site. What fails is told, and the entry stays. */
export class FileImport {
  readonly #site: Site;
  readonly #store: ImportStore;
  readonly #report: ImportReport;
  readonly #options: ImportOptions;
  readonly #viewer: Viewer;
  readonly #hosts: readonly string[];

  constructor(parts: {
    site: Site;
    store: ImportStore;
    report: ImportReport;
    options: ImportOptions;
    viewer: Viewer;
    /** Hosts of the old site. */
    hosts: readonly string[];
  }) {
    this.#site = parts.site;
    this.#store = parts.store;
    this.#report = parts.report;
    this.#options = parts.options;
    this.#viewer = parts.viewer;
    this.#hosts = allowedHosts([...parts.hosts, ...(parts.options.hosts ?? [])]);
  }

  /** Refuses a folder that is not there before anything is stored. @throws GALLEY_FILE_UNKNOWN */
  static async check({ media }: ImportOptions): Promise<void> {
    if (media === undefined) return;
    const found = await stat(media).catch(() => undefined);
    if (!found?.isDirectory()) throw new GalleyError('GALLEY_FILE_UNKNOWN', `There is no folder ${media}.`);
  }

  /** Tries all files that have not come yet. @param tick told after each; signal stops between two */
  async run(tick: () => void, signal: AbortSignal | undefined): Promise<void> {
    const media = mediaOf(this.#site);
    for await (const rows of this.#store.pending('item')) {
      const waiting = rows.filter((row) => row.pending?.file);
      const present = (await media?.urlsOf(waiting.map((row) => row.localId))) ?? new Map();
      for (const row of waiting) {
        if (signal?.aborted) return;
        const { file, ...rest } = row.pending ?? {};
        if (!file) continue;
        const isThere = present.has(row.localId) || (await this.#bring(media, row.localId, file));
        if (present.has(row.localId)) this.#report.count('file', 'existing');
        if (isThere) await this.#store.settle(row.id, rest);
        tick();
      }
    }
  }

  async #bring(media: MediaImport | undefined, entryId: number, file: PendingFile): Promise<boolean> {
    const place = { line: file.line, what: file.url, file: file.export };
    if (!media) {
      this.#report.refuse('file', 'skipped', NO_PLUGIN, place);
      return false;
    }
    try {
      const source = await this.#source(file);
      if (!source) {
        this.#report.refuse('file', 'skipped', NOT_GIVEN, place);
        return false;
      }
      const alias = aliasOf(file.url);
      await this.#keepingDate(entryId, () =>
        media.importFile(entryId, source, {
          name: nameOf(file),
          viewer: this.#viewer,
          ...(alias === undefined ? {} : { alias }),
        }),
      );
      this.#report.count('file', 'imported');
      return true;
    } catch (error) {
      if (!isGalleyError(error) || error.code.startsWith('GALLEY_DATABASE')) throw error;
      this.#report.refuse('file', 'failed', messageOf(error), place);
      return false;
    }
  }

  /** An attachment that gets its file was not changed by anybody. */
  async #keepingDate(id: number, work: () => Promise<unknown>): Promise<void> {
    const before = (await readSummaries(this.#site, [id])).get(id);
    await work();
    const after = (await readSummaries(this.#site, [id])).get(id);
    if (!before || before.modifiedAt === after?.modifiedAt) return;
    await this.#site.entries.save({ id, modifiedAt: before.modifiedAt }, { viewer: this.#viewer, isImport: true });
  }

  async #source(file: PendingFile): Promise<FileSource | undefined> {
    const { media, fetch } = this.#options;
    const path = media === undefined ? undefined : await findBelow(media, candidatesOf(file));
    if (path !== undefined) return { path };
    if (!fetch) return undefined;
    const host = URL.parse(file.url)?.hostname.toLowerCase() ?? '';
    if (!isAllowed(host, this.#hosts))
      throw new GalleyError(
        'GALLEY_FETCH_REFUSED',
        `${host || 'That address'} is not a host of the old site. If you trust it, add --allow-host=${host}.`,
      );
    return { url: file.url, hosts: [...this.#hosts] };
  }
}

/** The hosts with and without `www.`; a site on wordpress.com keeps its files on a host of its own. */
function allowedHosts(hosts: readonly string[]): string[] {
  const plain = hosts.map((host) => host.toLowerCase().replace(/:\d+$/, '')).filter(Boolean);
  const blogs = plain.flatMap((host) => /^([a-z0-9-]+)\.wordpress\.com$/.exec(host)?.[1] ?? []);
  const files = blogs.map((name) => `${name}.files.wordpress.com`);
  return [...new Set([...plain, ...plain.map((host) => `www.${host}`), ...files])];
}

function isAllowed(host: string, hosts: readonly string[]): boolean {
  return host !== '' && hosts.some((one) => one === host || (one.startsWith('*.') && host.endsWith(one.slice(1))));
}

const pathOf = (url: string): string => decodePath(URL.parse(url)?.pathname ?? '').replace(/^\/+/, '');

/** Where the file may stand below the uploads folder. */
function candidatesOf(file: PendingFile): string[] {
  const path = pathOf(file.url);
  const afterUploads = /(?:^|\/)uploads\/(.+)$/.exec(path)?.[1];
  const afterSites = /(?:^|\/)uploads\/sites\/\d+\/(.+)$/.exec(path)?.[1];
  return [file.path, afterUploads, afterSites, path].filter((one): one is string => one !== undefined && one !== '');
}

/** The first of the paths that is a file below the folder, whatever links there are. */
async function findBelow(folder: string, paths: readonly string[]): Promise<string | undefined> {
  const root = await realpath(folder);
  for (const path of paths) {
    if (path.includes('\0')) continue;
    const found = await realpath(join(root, path)).catch(() => undefined);
    if (found?.startsWith(root + sep) && (await stat(found)).isFile()) return found;
  }
  return undefined;
}

/** The path under which WordPress served the file, so that old links to it go on working. */
function aliasOf(url: string): string | undefined {
  const path = /\/wp-content\/uploads\/.+$/.exec(`/${pathOf(url)}`)?.[0].normalize('NFC');
  const isSound = path !== undefined && path.length <= ALIAS_MAX && !/[\p{Cc}\\?#]|\/\/|\/\.{1,2}\/|\/$/u.test(path);
  return isSound ? path : undefined;
}

function nameOf(file: PendingFile): string {
  return basename(file.path) || basename(pathOf(file.url)) || 'file';
}
