import { GalleyError, type Site } from 'galley';
import type { MediaFile, MediaStore } from './media-store.ts';

type Row = MediaFile & { id: number };

/** Content that comes to stand at an address that exists. */
export type NewContent = Pick<MediaFile, 'storage_path' | 'type' | 'width' | 'height' | 'bytes' | 'sha256'> & {
  upload_sha256?: string | null;
};

/** The file that a picture is made from, and what stands at its address. */
export interface Sources {
  original: MediaFile;
  /** The upload as it came, where the original was made from it; else the original itself. */
  upload: MediaFile;
}

/** Puts other content at the addresses of a file; they stay. All of it is called inside of a transaction. */
export class FileExchange {
  readonly #site: Site;
  readonly #store: MediaStore;

  constructor(site: Site, store: MediaStore) {
    this.#site = site;
    this.#store = store;
  }

  /** @throws GALLEY_FILE_UNKNOWN for an attachment without a file */
  async sources(entryId: number): Promise<Sources> {
    const files = (await this.#store.of([entryId])).get(entryId) ?? [];
    const original = files.find(({ variant }) => variant === 'original');
    if (!original) throw new GalleyError('GALLEY_FILE_UNKNOWN', 'This attachment has no file.');
    return { original, upload: files.find(({ variant }) => variant === 'source') ?? original };
  }

  /**
   * Exchanges what stands at the addresses. Copies go; they are made anew in the background.
   * @param keepUpload the content so far is kept as the upload that the new one was made from
   */
  async put(entryId: number, content: NewContent, { keepUpload }: { keepUpload: boolean }): Promise<void> {
    const { database } = this.#site;
    const rows = (await database.write<Row>('media_files').select('*').where({ entry_id: entryId })) as Row[];
    const original = rows.find(({ variant }) => variant === 'original');
    if (!original) throw new GalleyError('GALLEY_FILE_UNKNOWN', 'This attachment has no file.');
    const hasUpload = rows.some(({ variant }) => variant === 'source');
    if (keepUpload && !hasUpload) {
      const { id: _id, ...kept } = original;
      await database.write('media_files').insert({ ...kept, url_path: uploadAddress(original), variant: 'source' });
    }
    const revision = original.revision + 1;
    const changed = await database
      .write('media_files')
      .where({ id: original.id, revision: original.revision })
      .update({ ...content, revision, created_at: Date.now() });
    if (Number(changed) === 0)
      throw new GalleyError('GALLEY_ENTRY_CONFLICT', 'Somebody else has just changed this file. Look at it again.');
    const { upload_sha256: _hash, ...shared } = content;
    await database
      .write('media_files')
      .where({ entry_id: entryId, variant: 'alias' })
      .update({ ...shared, revision, created_at: Date.now() });
    const stays = new Set(['original', 'alias', ...(keepUpload ? ['source'] : [])]);
    await this.#store.remove(entryId, ({ variant }) => stays.has(variant));
    await this.#store.forget(rows, [original.storage_path]);
    await this.#store.wait(entryId);
  }
}

/** Where the upload of an edited picture is found by those who may edit it. */
function uploadAddress({ url_path }: MediaFile): string {
  return url_path.replace(/(\.[^./]*)?$/, (extension) => `-upload${extension}`);
}
