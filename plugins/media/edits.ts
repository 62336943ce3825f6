import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entry, GalleyError, type Site, type Viewer } from 'galley';
import type { Copies } from './copies.ts';
import { type EditPlan, isIdle, NO_EDIT, readPlan } from './edit-plan.ts';
import { FileExchange } from './exchange.ts';
import { newStoragePath, pathToUrl } from './file-name.ts';
import type { ImageTool } from './image-tool.ts';
import { hashOf, type Incoming, type IncomingFile } from './incoming.ts';
import type { MediaItems } from './items.ts';
import type { Media } from './media.ts';
import type { MediaFile, MediaStore } from './media-store.ts';
import { kindOfType } from './media-types.ts';

/** Who changes a file, on which version. */
export interface EditOptions {
  viewer: Viewer;
  version?: number;
}

/** What edits work with. */
export interface EditParts {
  store: MediaStore;
  copies: Copies;
  images: ImageTool;
  incoming: Incoming;
  items: MediaItems;
  media: Media;
}

const EDITABLE = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif']);
const FOLDER = 'media/';

/** Whether a copy is cut around the focal point: those of the theme with a name; the others are whole. */
const isCut = (variant: string): boolean => !/^(?:original|alias|source|w\d+(?:\.avif)?)$/.test(variant);

/** Crops, turns and replaces files. Addresses stay; uploads are kept, so that every edit can be taken back. */
export class MediaEdits {
  readonly #site: Site;
  readonly #parts: EditParts;
  readonly #exchange: FileExchange;

  constructor(site: Site, parts: EditParts) {
    this.#site = site;
    this.#parts = parts;
    this.#exchange = new FileExchange(site, parts.store);
  }

  /**
   * Makes a picture anew from its upload. A plan that changes nothing brings the upload back.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_ENTRY_CONFLICT | GALLEY_FILE_REFUSED | GALLEY_INPUT_INVALID
   */
  async edit(id: number, given: unknown, options: EditOptions): Promise<Entry> {
    const plan = readPlan(given);
    const entry = await this.#needMine(id, options.viewer);
    const { original, upload } = await this.#exchange.sources(id);
    if (!EDITABLE.has(upload.type))
      throw new GalleyError(
        'GALLEY_FILE_REFUSED',
        `${kindOfType(upload.type)?.label ?? 'This'} cannot be cropped or turned.`,
      );
    if (isIdle(plan)) {
      if (upload === original) return entry;
      return this.#exchangeFor(id, upload, { plan: NO_EDIT, keepUpload: false }, options);
    }
    return this.#staged(async (folder) => {
      const target = join(folder, 'edited');
      const source = await this.#site.storage.localPath(upload.storage_path);
      const written = await this.#parts.images.edit(source, upload.type, plan, target);
      return this.#stored(target, entry, upload.type, (storage_path, sha256) => {
        const content = { ...upload, ...written, storage_path, sha256 };
        return this.#exchangeFor(id, content, { plan, keepUpload: true }, options);
      });
    });
  }

  /** Moves the point that crops keep, from 0 to 1; copies that are cut are made anew. */
  async focus(id: number, { x, y }: { x: number; y: number }, { viewer, version }: EditOptions): Promise<Entry> {
    await this.#needMine(id, viewer);
    const { original } = await this.#exchange.sources(id);
    return this.#site.database.transaction(async () => {
      const entry = await this.#site.entries.save(
        { id, fields: { focalX: x, focalY: y } },
        { viewer, ...(version === undefined ? {} : { version }) },
      );
      if (original.type.startsWith('image/')) {
        await this.#parts.store.touch(id);
        await this.#parts.store.remove(id, ({ variant }) => !isCut(variant));
        await this.#parts.store.wait(id);
        await this.#site.database.afterCommit(() => this.#parts.copies.wake());
      }
      return entry;
    });
  }

  /**
   * Puts another file at the address of one.
   * @param anyType also one of another type, which the ending of the address then does not fit
   */
  async replace(id: number, file: IncomingFile, options: EditOptions & { anyType?: boolean }): Promise<Entry> {
    const entry = await this.#needMine(id, options.viewer);
    const { original } = await this.#exchange.sources(id);
    return this.#parts.incoming.check(file, options.viewer, async (checked) => {
      const { kind, name, bytes, width, height, uploadSha256 } = checked;
      if (kind.type !== original.type && !options.anyType)
        throw new GalleyError(
          'GALLEY_FILE_REFUSED',
          `The file at this address is ${kindOfType(original.type)?.label ?? original.type}, the new one is ${kind.label}. Say that this is meant, or choose one of the same kind.`,
        );
      await this.#parts.media.checkQuota(Math.max(0, bytes - original.bytes), options.viewer);
      return this.#stored(checked.path, entry, kind.type, (storage_path, sha256) => {
        const content = { storage_path, type: kind.type, width, height, bytes, sha256, upload_sha256: uploadSha256 };
        return this.#exchangeFor(id, content, { plan: NO_EDIT, keepUpload: false, name }, options);
      });
    });
  }

  async #needMine(id: number, viewer: Viewer): Promise<Entry> {
    const entry = await this.#parts.items.need(id, viewer);
    if (this.#site.entries.may(viewer, 'edit', entry)) return entry;
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not change this file.');
  }

  async #staged<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'galley-media-'));
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Stores a file under a new name, and takes it away again where `use` fails. */
  async #stored(
    path: string,
    entry: Entry,
    type: string,
    use: (storagePath: string, sha256: string) => Promise<Entry>,
  ): Promise<Entry> {
    const name = typeof entry.fields['name'] === 'string' ? entry.fields['name'] : 'file';
    const place = `${FOLDER}${newStoragePath(name)}.${kindOfType(type)?.extensions[0] ?? 'bin'}`;
    await this.#site.storage.put(place, createReadStream(path), { ifExists: 'refuse' });
    try {
      return await use(place, await hashOf(path));
    } catch (error) {
      await this.#site.storage.remove(place);
      throw error;
    }
  }

  #exchangeFor(
    id: number,
    content: Pick<MediaFile, 'storage_path' | 'type' | 'width' | 'height' | 'bytes' | 'sha256'> & {
      upload_sha256?: string | null;
    },
    { plan, keepUpload, name }: { plan: EditPlan; keepUpload: boolean; name?: string },
    { viewer, version }: EditOptions,
  ): Promise<Entry> {
    const { storage_path, type, width, height, bytes, sha256, upload_sha256 } = content;
    return this.#site.database.transaction(async () => {
      const { original } = await this.#exchange.sources(id);
      const entry = await this.#site.entries.save(
        {
          id,
          mimeType: type,
          fields: {
            file: pathToUrl(original.url_path),
            width,
            height,
            bytes,
            edit: isIdle(plan) ? null : plan,
            ...(name === undefined ? {} : { name }),
          },
        },
        { viewer, ...(version === undefined ? {} : { version }) },
      );
      const next = { storage_path, type, width, height, bytes, sha256, ...(upload_sha256 ? { upload_sha256 } : {}) };
      await this.#exchange.put(id, next, { keepUpload });
      await this.#site.database.afterCommit(() => this.#parts.copies.wake());
      return entry;
    });
  }
}
