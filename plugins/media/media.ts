import { createReadStream } from 'node:fs';
import {
  ANONYMOUS,
  type Entry,
  type EntryDraft,
  escapeHtml,
  GalleyError,
  type Image,
  type Site,
  type Viewer,
} from 'galley';
import { checkAlias } from './alias.ts';
import type { Copies } from './copies.ts';
import { newStoragePath, pathToUrl, titleOf } from './file-name.ts';
import { FOLDERS, needFolder } from './folders.ts';
import { imageOf, ofShape, sizedFiles } from './images.ts';
import type { CheckedFile, Incoming, IncomingFile, RemoteFile } from './incoming.ts';
import type { FactsReader, MediaFacts } from './media-facts.ts';
import type { MediaFile, MediaStore } from './media-store.ts';
import { MediaUsage } from './usage.ts';

/** Everything after this prefix is a file of the library. */
export const MEDIA_PREFIX = '/media/';
const FOLDER = 'media/';

/** Who brings a file, and what is known of it. */
export interface ReceiveOptions {
  viewer: Viewer;
  /** The entry it belongs to; it is as visible as that. */
  parentId?: number | null;
  /** The folder of the library that it goes into. */
  folderId?: number | null;
  title?: string;
  alt?: string;
  caption?: string;
}

/** Who imports a file and what it is called. */
export interface ImportOptions {
  viewer: Viewer;
  name: string;
  /** A former address that leads to the file too: `/wp-content/uploads/2012/01/x.jpg`. */
  alias?: string;
  signal?: AbortSignal;
}

/** The address of a file and those of its copies of the same shape. */
export interface MediaUrls {
  url: string;
  sizes: { url: string; width: number }[];
}

/** How pictures are asked for. */
export interface ImagesOptions {
  /** With whose eyes; without one, an anonymous visitor's. */
  viewer?: Viewer;
  /** Name of a size in `theme.json`. */
  size?: string;
}

/** What the library is made of. */
export interface MediaParts {
  store: MediaStore;
  incoming: Incoming;
  copies: Copies;
  facts: FactsReader;
}

/**
 * The files of the site.
 *
 * @example
 * const entry = await site.services.use('media').receive({ path, name: 'harbour.jpg' }, { viewer });
 * const image = (await site.services.use('media').images([entry.id])).get(entry.id);
 */
export class Media {
  readonly #site: Site;
  readonly #parts: MediaParts;

  constructor(site: Site, parts: MediaParts) {
    this.#site = site;
    this.#parts = parts;
  }

  /**
   * Takes a file into the library and makes its attachment. Pictures are encoded anew; their smaller copies follow in
   * the background.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_FILE_REFUSED | GALLEY_INPUT_TOO_LARGE | GALLEY_FILE_UNKNOWN
   */
  async receive(file: IncomingFile, options: ReceiveOptions): Promise<Entry> {
    const { viewer, parentId = null, folderId = null } = options;
    this.#demandUpload(viewer);
    if (folderId !== null) await needFolder(this.#site, folderId);
    if (parentId !== null) await this.#demandParent(parentId, viewer);
    return this.#parts.incoming.check(file, viewer, async (checked) => {
      await this.checkQuota(checked.bytes, viewer);
      const { title = titleOf(checked.name), alt = '', caption = '' } = options;
      return this.#keep(checked, viewer, (fields) =>
        this.#site.entries.save(
          {
            type: 'attachment',
            status: 'inherit',
            title: escapeHtml(title),
            excerpt: caption,
            parentId,
            publishedAt: Date.now(),
            commentStatus: 'closed',
            mimeType: checked.kind.type,
            fields: { ...fields, alt },
            ...(folderId === null ? {} : { terms: { [FOLDERS]: [folderId] } }),
          },
          { viewer },
        ),
      );
    });
  }

  /** As `receive`, from an address; a command's, not a visitor's. @throws GALLEY_FETCH_REFUSED | GALLEY_FETCH_FAILED too */
  async receiveFrom(
    source: RemoteFile,
    options: ReceiveOptions & { name: string; signal?: AbortSignal },
  ): Promise<Entry> {
    this.#demandUpload(options.viewer);
    return this.receive(await this.#parts.incoming.download(source, options.name, options.signal), options);
  }

  /**
   * Gives an attachment that exists its file, in place of the one it may have.
   * @param source a path, or an address and the hosts that it may lead to
   * @throws as `receive` and `receiveFrom`; the entry then stays as it was
   */
  async importFile(entryId: number, source: { path: string } | RemoteFile, options: ImportOptions): Promise<Entry> {
    const { viewer, name, alias, signal } = options;
    this.#demandUpload(viewer);
    const entry = await this.#site.entries.need(entryId, viewer);
    if (entry.type !== 'attachment')
      throw new GalleyError('GALLEY_INPUT_INVALID', `Entry ${entryId} is a ${entry.type}, not an attachment.`);
    const aliases = alias === undefined ? [] : [checkAlias(alias)];
    const file = 'url' in source ? await this.#parts.incoming.download(source, name, signal) : { ...source, name };
    return this.#parts.incoming.check(file, viewer, (checked) => {
      const draft = (fields: Record<string, unknown>): EntryDraft => ({
        id: entryId,
        mimeType: checked.kind.type,
        fields,
      });
      return this.#keep(checked, viewer, (fields) => this.#replace(draft(fields), viewer), aliases);
    });
  }

  /** What uses each of these files, as `entry:12` or `option:logo`, whoever may see it. */
  sourcesOf(entryIds: readonly number[]): Promise<Map<number, string[]>> {
    return new MediaUsage(this.#site).sourcesOf(entryIds);
  }

  /** The addresses of files, and of the copies of the same shape that are there so far. */
  async urlsOf(entryIds: readonly number[]): Promise<Map<number, MediaUrls>> {
    const found = new Map<number, MediaUrls>();
    for (const [id, files] of await this.#parts.store.of(entryIds)) {
      const original = files.find((file) => file.variant === 'original');
      if (!original) continue;
      const sized = sizedFiles({ files });
      const shape = sized.find((file) => file.variant === 'original');
      const copies = shape ? ofShape(sized, shape).filter((file) => file !== shape) : [];
      const sizes = copies.map((file) => ({ url: pathToUrl(file.url_path), width: file.width }));
      found.set(id, { url: pathToUrl(original.url_path), sizes });
    }
    return found;
  }

  /** Pictures as templates take them; what is no picture, or not for the viewer, is absent. */
  async images(entryIds: readonly number[], options: ImagesOptions = {}): Promise<Map<number, Image>> {
    const facts = await this.facts(entryIds, options.viewer);
    const sizes = options.size === undefined ? {} : await this.#parts.copies.themeSizes();
    const images = [...facts.values()].map((item) => [item.id, imageOf(item, sizes, options.size)] as const);
    return new Map(images.flatMap(([id, image]) => (image ? [[id, image] as const] : [])));
  }

  /** What is known of attachments that the viewer may see. */
  facts(entryIds: readonly number[], viewer: Viewer = ANONYMOUS): Promise<Map<number, MediaFacts>> {
    return this.#parts.facts.read(entryIds, viewer);
  }

  /** The file at an address, whoever may see it. */
  fileAt(path: string): Promise<MediaFile | undefined> {
    return this.#parts.store.at(path);
  }

  /** The file whose address is this and some ending. */
  originalAt(stem: string): Promise<MediaFile | undefined> {
    return this.#parts.store.originalAt(stem);
  }

  /** Makes the copies of a picture anew, now. Returns how many were made. @throws GALLEY_FILE_UNKNOWN | GALLEY_FILE_REFUSED */
  regenerate(entryId: number, options: { onlyMissing?: boolean; signal?: AbortSignal } = {}): Promise<number> {
    return this.#parts.copies.make(entryId, options);
  }

  /** Resolves when this process has made all copies that it was asked for. */
  settled(): Promise<void> {
    return this.#parts.copies.settled();
  }

  /** @throws GALLEY_FILE_REFUSED where so many more bytes are too many for the viewer */
  async checkQuota(bytes: number, viewer: Viewer): Promise<void> {
    const megabytes = await this.#site.options.get<number>('media_quota_megabytes');
    if (megabytes === 0 || viewer.id === null || viewer.can('manage_options')) return;
    const used = await this.#parts.store.bytesOf(viewer.id);
    if (used + bytes > megabytes * 1024 * 1024)
      throw new GalleyError('GALLEY_FILE_REFUSED', `Your files may take ${megabytes} MB together. Delete some first.`);
  }

  #demandUpload(viewer: Viewer): void {
    if (!viewer.can('upload_files')) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not upload files.');
  }

  async #demandParent(id: number, viewer: Viewer): Promise<void> {
    const parent = await this.#site.entries.need(id, viewer);
    if (!this.#site.entries.may(viewer, 'edit', parent))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not attach files to this.');
  }

  async #replace(draft: EntryDraft & { id?: number }, viewer: Viewer): Promise<Entry> {
    if (draft.id !== undefined) await this.#parts.store.remove(draft.id);
    return this.#site.entries.save(draft, { viewer, isImport: true });
  }

  /** Stores the file, then entry and table in one transaction; where that fails the file goes again. */
  async #keep(
    checked: CheckedFile,
    viewer: Viewer,
    save: (fields: Record<string, unknown>) => Promise<Entry>,
    aliases: readonly string[] = [],
  ): Promise<Entry> {
    const { kind, name, bytes, width, height, sha256 } = checked;
    const place = `${newStoragePath(name)}.${kind.extensions[0]}`;
    const storage_path = FOLDER + place;
    const url_path = MEDIA_PREFIX + place;
    await this.#site.storage.put(storage_path, createReadStream(checked.path), { ifExists: 'refuse' });
    const file = {
      user_id: viewer.id,
      type: kind.type,
      storage_path,
      width,
      height,
      bytes,
      sha256,
      created_at: Date.now(),
      revision: 0,
      upload_sha256: checked.uploadSha256,
    };
    try {
      return await this.#site.database.transaction(async () => {
        const entry = await save({ name, file: pathToUrl(url_path), width, height, bytes });
        const own: MediaFile = { ...file, entry_id: entry.id, url_path, variant: 'original' };
        await this.#parts.store.add([own, ...aliases.map((alias) => ({ ...own, url_path: alias, variant: 'alias' }))]);
        if (kind.family === 'image') {
          await this.#parts.store.wait(entry.id);
          await this.#site.database.afterCommit(() => this.#parts.copies.wake());
        }
        return entry;
      });
    } catch (error) {
      await this.#site.storage.remove(storage_path);
      throw error;
    }
  }
}
