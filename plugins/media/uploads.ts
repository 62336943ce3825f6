import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Entry, GalleyError, type Site, type Viewer } from 'galley';
import { cleanName } from './file-name.ts';
import { demandLibrary } from './items.ts';
import type { Media } from './media.ts';

/** An upload that comes in pieces. */
export interface UploadPlan {
  name: string;
  /** The type that the sender claims. */
  type: string;
  bytes: number;
  folderId: number | null;
  parentId: number | null;
}

/** How far an upload has come. */
export interface UploadState {
  id: string;
  /** Bytes that are here: where the next piece starts. */
  offset: number;
  bytes: number;
}

interface UploadRow {
  id: string;
  user_id: number;
  name: string;
  type: string;
  bytes: number;
  received: number;
  /** JSON: the names of the pieces, in order. */
  parts: string;
  folder_id: number | null;
  parent_id: number | null;
  changed_at: number;
}

/** Most bytes of one piece. What a broken connection loses is at most one. */
export const MAX_PIECE = 8 * 1024 * 1024;
/** Where pieces wait. Nothing serves it: files are served by table, and these are in none. */
export const PIECES = 'media-uploads';
const MAX_OPEN = 200;
const LIFE_MS = 24 * 3_600_000;
const AT_ONCE = 100;

/**
 * Uploads that survive a lost connection and a closed page: pieces are kept until the file is whole, then it is received
 * as any other. Pieces are in the storage and the state in the store, so that each may come to another node.
 */
export class Uploads {
  readonly #site: Site;
  readonly #media: Media;

  constructor(site: Site, media: Media) {
    this.#site = site;
    this.#media = media;
  }

  /** Begins an upload. @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_TOO_LARGE | GALLEY_FILE_REFUSED */
  async start(plan: UploadPlan, viewer: Viewer): Promise<UploadState> {
    const userId = userOf(viewer);
    const limit = this.#site.config.http.uploadLimit;
    if (plan.bytes === 0) throw new GalleyError('GALLEY_FILE_REFUSED', 'The file is empty. Nothing was stored.');
    if (plan.bytes > limit)
      throw new GalleyError('GALLEY_INPUT_TOO_LARGE', `The file is larger than ${Math.floor(limit / 1e6)} MB.`);
    const open = await this.#openOf(userId);
    if (open.length >= MAX_OPEN)
      throw new GalleyError('GALLEY_FILE_REFUSED', `You have ${MAX_OPEN} uploads under way. Finish some first.`);
    const waiting = open.reduce((sum, row) => sum + Number(row.bytes), 0);
    await this.#media.checkQuota(waiting + plan.bytes, viewer);
    const id = randomBytes(24).toString('hex');
    const row = {
      id,
      user_id: userId,
      name: cleanName(plan.name),
      type: plan.type.slice(0, 100),
      bytes: plan.bytes,
      received: 0,
      parts: '[]',
      folder_id: plan.folderId,
      parent_id: plan.parentId,
      changed_at: Date.now(),
    };
    await this.#site.database.write('media_uploads').insert(row);
    return { id, offset: 0, bytes: plan.bytes };
  }

  /** How far an upload of the viewer's has come. @throws GALLEY_FILE_UNKNOWN */
  async state(id: string, viewer: Viewer): Promise<UploadState> {
    const { received, bytes } = await this.#need(id, viewer);
    return { id, offset: Number(received), bytes: Number(bytes) };
  }

  /**
   * Takes the piece that starts at `offset`. What does not come whole is not kept.
   * @throws GALLEY_ENTRY_CONFLICT where the next piece starts elsewhere: ask for the state and go on from there
   */
  async append(
    id: string,
    offset: number,
    piece: Readable,
    { viewer, signal }: { viewer: Viewer; signal?: AbortSignal },
  ): Promise<UploadState> {
    const row = await this.#need(id, viewer);
    if (Number(row.received) !== offset) throw elsewhere(row.received);
    const bytes = Number(row.bytes);
    const path = `${PIECES}/${id}/${String(offset).padStart(15, '0')}-${randomBytes(6).toString('hex')}`;
    const maxBytes = Math.min(MAX_PIECE, bytes - offset);
    const { size } = await this.#site.storage.put(path, piece, { maxBytes, ...(signal ? { signal } : {}) });
    const parts = JSON.stringify([...(JSON.parse(row.parts) as string[]), path]);
    const changed = await this.#site.database
      .write('media_uploads')
      .where({ id, received: offset })
      .update({ received: offset + size, parts, changed_at: Date.now() });
    if (Number(changed) === 1) return { id, offset: offset + size, bytes };
    await this.#site.storage.remove(path);
    throw elsewhere(offset);
  }

  /** Receives the file, now that all of it is here. @throws as `Media.receive`; GALLEY_ENTRY_CONFLICT where some is missing */
  async finish(id: string, viewer: Viewer): Promise<Entry> {
    const row = await this.#need(id, viewer);
    if (Number(row.received) !== Number(row.bytes)) throw elsewhere(row.received);
    // Whoever takes the row away receives the file: two who finish at once make one.
    const taken = await this.#site.database.write('media_uploads').where({ id, received: row.received }).delete();
    if (Number(taken) === 0) throw unknown();
    const parts = JSON.parse(row.parts) as string[];
    const { name, type: declaredType, folder_id: folderId, parent_id: parentId } = row;
    try {
      const stream = Readable.from(this.#read(parts), { objectMode: false });
      return await this.#media.receive({ stream, name, declaredType }, { viewer, folderId, parentId });
    } finally {
      await this.#forget(parts);
    }
  }

  /** Gives an upload up; nothing of it is kept. @throws GALLEY_FILE_UNKNOWN */
  async cancel(id: string, viewer: Viewer): Promise<void> {
    await this.#drop(await this.#need(id, viewer));
  }

  /** Removes what nobody has gone on with for a day, and pieces that no upload has. Returns how many uploads. */
  async tidy(signal: AbortSignal, ageMs = LIFE_MS): Promise<number> {
    let removed = 0;
    for (;;) {
      const rows = (await this.#site.database
        .write<UploadRow>('media_uploads')
        .select('*')
        .where('changed_at', '<', Date.now() - ageMs)
        .orderBy('changed_at')
        .limit(AT_ONCE)) as UploadRow[];
      for (const row of rows) await this.#drop(row);
      removed += rows.length;
      if (rows.length < AT_ONCE || signal.aborted) break;
    }
    await this.#removeStrays(ageMs * 2, signal);
    return removed;
  }

  async #removeStrays(ageMs: number, signal: AbortSignal): Promise<void> {
    let after: string | undefined;
    do {
      const page = await this.#site.storage.list({ folder: PIECES, limit: AT_ONCE, ...(after ? { after } : {}) });
      for (const { path, modifiedAt } of page.files)
        if (modifiedAt < Date.now() - ageMs) await this.#site.storage.remove(path);
      after = page.next;
    } while (after !== undefined && !signal.aborted);
  }

  async #drop({ id, parts }: UploadRow): Promise<void> {
    await this.#site.database.write('media_uploads').where({ id }).delete();
    await this.#forget(JSON.parse(parts) as string[]);
  }

  async #forget(parts: readonly string[]): Promise<void> {
    for (const part of parts) await this.#site.storage.remove(part);
  }

  async *#read(parts: readonly string[]): AsyncGenerator<Uint8Array> {
    for (const part of parts) yield* (await this.#site.storage.open(part)).stream;
  }

  async #openOf(userId: number): Promise<UploadRow[]> {
    return (await this.#site.database
      .read<UploadRow>('media_uploads')
      .select('bytes')
      .where({ user_id: userId })
      .limit(MAX_OPEN)) as UploadRow[];
  }

  async #need(id: string, viewer: Viewer): Promise<UploadRow> {
    const user_id = userOf(viewer);
    const row = (await this.#site.database
      .write<UploadRow>('media_uploads')
      .select('*')
      .where({ id, user_id })
      .first()) as UploadRow | undefined;
    if (row) return row;
    throw unknown();
  }
}

function userOf(viewer: Viewer): number {
  demandLibrary(viewer);
  if (viewer.id === null) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Uploads in pieces belong to a person.');
  return viewer.id;
}

const unknown = (): GalleyError =>
  new GalleyError('GALLEY_FILE_UNKNOWN', 'There is no such upload. It was finished, given up, or is older than a day.');

const elsewhere = (offset: number): GalleyError =>
  new GalleyError('GALLEY_ENTRY_CONFLICT', 'The upload goes on elsewhere: ask how far it is.', {
    details: { offset: Number(offset) },
  });
