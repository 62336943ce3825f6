import { createHash } from 'node:crypto';
import { GalleyError, type Site } from 'galley';

/** A file of the library: what is sent at an address. */
export interface MediaFile {
  entry_id: number;
  user_id: number | null;
  /** Decoded, from the first slash on. */
  url_path: string;
  /** Where it lies in the storage. Several addresses may lead to one file. */
  storage_path: string;
  type: string;
  /** `original`, `alias`, or the name of a copy. */
  variant: string;
  width: number | null;
  height: number | null;
  bytes: number;
  sha256: string;
  created_at: number;
  /** Grows each time other content comes to stand at the address. */
  revision: number;
  /** Of what was sent, before it was encoded anew: finds what comes a second time. */
  upload_sha256: string | null;
}

/** A picture whose copies are to be made. */
export interface PendingCopies {
  entry_id: number;
  attempts: number;
  /** Tells this piece of work from one that was asked for later. */
  due_at: number;
}

const COLUMNS = [
  'entry_id',
  'user_id',
  'url_path',
  'storage_path',
  'type',
  'variant',
  'width',
  'height',
  'bytes',
  'sha256',
  'created_at',
  'revision',
  'upload_sha256',
] satisfies (keyof MediaFile)[];
const MAX_FILES = 100;
/** Of pictures that have copies. */
const ENDINGS = ['jpg', 'png', 'webp', 'avif', 'gif'];
const MAX_ATTEMPTS = 5;
const RETRY_MS = 300_000;

/** The tag of what is known of one address. */
function addressTag(path: string): string {
  return `media:${createHash('sha256').update(path).digest('base64url').slice(0, 22)}`;
}

/** The tables of the library. */
export class MediaStore {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** The file at an address; cached. */
  async at(path: string): Promise<MediaFile | undefined> {
    const options = { tags: [addressTag(path)], ttl: 3600 };
    try {
      return await this.#site.cache.remember(`at:${path}`, options, async () => {
        const row = await this.#site.database
          .read<MediaFile>('media_files')
          .select(...COLUMNS)
          .where({ url_path: path })
          .first();
        // Thrown, so that addresses that anybody may invent take no room in the cache.
        if (!row) throw new GalleyError('GALLEY_FILE_UNKNOWN', 'There is no such file.');
        return row as MediaFile;
      });
    } catch (error) {
      if (error instanceof GalleyError && error.code === 'GALLEY_FILE_UNKNOWN') return undefined;
      throw error;
    }
  }

  /** The picture whose address is `stem` with the ending of a kind of pictures. */
  async originalAt(stem: string): Promise<MediaFile | undefined> {
    return (await this.#site.database
      .read('media_files')
      .select(...COLUMNS)
      .whereIn(
        'url_path',
        ENDINGS.map((ending) => `${stem}.${ending}`),
      )
      .where({ variant: 'original' })
      .first()) as MediaFile | undefined;
  }

  /** The files of several entries, in one query. */
  async of(entryIds: readonly number[]): Promise<Map<number, MediaFile[]>> {
    const found = new Map<number, MediaFile[]>();
    for (let from = 0; from < entryIds.length; from += MAX_FILES) {
      const rows = (await this.#site.database
        .read('media_files')
        .select(...COLUMNS)
        .whereIn('entry_id', entryIds.slice(from, from + MAX_FILES))
        .orderBy('id')) as MediaFile[];
      for (const row of rows) found.set(row.entry_id, [...(found.get(row.entry_id) ?? []), row]);
    }
    return found;
  }

  /** Adds files. One whose address another file has already is left out: the first keeps it. */
  async add(files: readonly MediaFile[]): Promise<void> {
    const { database, cache } = this.#site;
    for (const file of files) await database.dialect.insertIgnore('media_files', { ...file }, ['url_path']);
    await cache.invalidate(files.flatMap((file) => [addressTag(file.url_path), `entry:${file.entry_id}`]));
  }

  /**
   * Adds a copy, or replaces the one of that address.
   * @returns false where the original has gone or has another content in the meantime, so that the copy belongs to nothing
   */
  async addCopy(copy: MediaFile, original: MediaFile): Promise<boolean> {
    const { database } = this.#site;
    return database.transaction(async () => {
      const { entry_id, url_path, storage_path } = original;
      const source = await database
        .write('media_files')
        .select('id')
        .where({ entry_id, url_path, storage_path })
        .first();
      if (!source) return false;
      await database.dialect.upsert('media_files', { ...copy }, ['url_path']);
      await this.forget([copy]);
      return true;
    });
  }

  /**
   * Takes files out of the table, and out of the storage after the commit, where no other address leads to them.
   * @param keep which files stay
   */
  async remove(entryId: number, keep: (file: MediaFile) => boolean = () => false): Promise<void> {
    const { database } = this.#site;
    const all = (await database
      .write<MediaFile & { id: number }>('media_files')
      .select(...COLUMNS, 'id')
      .where({ entry_id: entryId })) as (MediaFile & { id: number })[];
    const gone = all.filter((file) => !keep(file));
    if (gone.length === 0) return;
    await database
      .write('media_files')
      .whereIn(
        'id',
        gone.map(({ id }) => id),
      )
      .delete();
    await this.forget(gone, [...new Set(gone.map((file) => file.storage_path))]);
  }

  /** Removes all that is known of an attachment. */
  async drop(entryId: number): Promise<void> {
    await this.remove(entryId);
    await this.#site.database.write('media_pending').where({ entry_id: entryId }).delete();
  }

  /** Bytes that somebody has uploaded, without the copies that were made of them. */
  async bytesOf(userId: number): Promise<number> {
    const [row] = (await this.#site.database
      .read('media_files')
      .where({ user_id: userId, variant: 'original' })
      .sum({ total: 'bytes' })) as { total: number | string | null }[];
    return Number(row?.total ?? 0);
  }

  /** Which of these places in the storage a file of the table has. */
  async known(storagePaths: readonly string[]): Promise<Set<string>> {
    const rows = (await this.#site.database
      .read('media_files')
      .select('storage_path')
      .whereIn('storage_path', [...storagePaths])) as { storage_path: string }[];
    return new Set(rows.map((row) => row.storage_path));
  }

  /** The attachment that each of these uploads became, the newest where there are several. */
  async uploadedAs(hashes: readonly string[]): Promise<Map<string, number>> {
    if (hashes.length === 0) return new Map();
    const rows = (await this.#site.database
      .read('media_files')
      .select('upload_sha256', 'entry_id')
      .whereIn('upload_sha256', [...new Set(hashes)])
      .where({ variant: 'original' })
      .orderBy('id')
      .limit(1000)) as { upload_sha256: string; entry_id: number }[];
    return new Map(rows.map((row) => [row.upload_sha256, row.entry_id]));
  }

  /** Whether copies of a picture are still to be made. */
  async isPending(entryId: number): Promise<boolean> {
    const row = await this.#site.database
      .read('media_pending')
      .select('entry_id')
      .where({ entry_id: entryId })
      .where('attempts', '<', MAX_ATTEMPTS)
      .first();
    return row !== undefined;
  }

  /** Remembers that copies are to be made. */
  async wait(entryId: number): Promise<void> {
    const row = { entry_id: entryId, attempts: 0, due_at: Date.now(), error: '' };
    await this.#site.database.dialect.upsert('media_pending', row, ['entry_id']);
  }

  /** Remembers it for all pictures; those that have all of theirs are soon done. */
  async waitForAll(signal: AbortSignal): Promise<void> {
    const { database } = this.#site;
    let after = 0;
    while (!signal.aborted) {
      const rows = (await database
        .read('media_files')
        .select('id', 'entry_id', 'type')
        .where('id', '>', after)
        .where({ variant: 'original' })
        .orderBy('id')
        .limit(MAX_FILES)) as { id: number; entry_id: number; type: string }[];
      for (const { entry_id, type } of rows) if (type.startsWith('image/')) await this.wait(entry_id);
      const last = rows.at(-1);
      if (!last) return;
      after = last.id;
    }
  }

  /** The picture that has waited longest. */
  async nextPending(): Promise<PendingCopies | undefined> {
    return (await this.#site.database
      .write('media_pending')
      .select('entry_id', 'attempts', 'due_at')
      .where('due_at', '<=', Date.now())
      .where('attempts', '<', MAX_ATTEMPTS)
      .orderBy('due_at')
      .first()) as PendingCopies | undefined;
  }

  /** It is done. What was asked for in the meantime stays. */
  async done({ entry_id, due_at }: PendingCopies): Promise<void> {
    await this.#site.database.write('media_pending').where({ entry_id, due_at }).delete();
  }

  /** It did not work; it is tried again later, a few times. */
  async failed({ entry_id, due_at, attempts }: PendingCopies, reason: string): Promise<void> {
    const later = Date.now() + RETRY_MS * 2 ** attempts;
    await this.#site.database
      .write('media_pending')
      .where({ entry_id, due_at })
      .update({ attempts: attempts + 1, due_at: later, error: reason.slice(0, 500) });
  }

  /** The content at these addresses is other from now on; `erasable` goes out of the storage where nothing leads to it. */
  async forget(files: readonly MediaFile[], erasable: readonly string[] = []): Promise<void> {
    const { cache, database } = this.#site;
    await cache.invalidate(files.flatMap((file) => [addressTag(file.url_path), `entry:${file.entry_id}`]));
    if (erasable.length > 0) await database.afterCommit(() => this.#erase(erasable));
  }

  /** Pages are to ask for this file anew: its copies are about to be others. */
  async touch(entryId: number): Promise<void> {
    const original = (await this.of([entryId])).get(entryId)?.find(({ variant }) => variant === 'original');
    if (!original) return;
    await this.#site.database
      .write('media_files')
      .where({ entry_id: entryId, variant: 'original', revision: original.revision })
      .update({ revision: original.revision + 1 });
    await this.forget([original]);
  }

  async #erase(storagePaths: readonly string[]): Promise<void> {
    const known = await this.known(storagePaths);
    for (const path of storagePaths) if (!known.has(path)) await this.#site.storage.remove(path);
  }
}
