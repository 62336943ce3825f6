import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GalleyError, type Site, type Upload } from 'galley';

const NAME = /^\d{1,15}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HOUR_MS = 3_600_000;
/** How long an export can be downloaded, in milliseconds. */
export const EXPORT_KEPT_MS = 24 * HOUR_MS;
const IMPORT_KEPT_MS = 7 * 24 * HOUR_MS;

/** A file that waits to be brought in or downloaded. */
export interface Transfer {
  /** Names it in addresses and jobs; begins with its owner's id. */
  id: string;
  /** What the person called it, without anything that a path could be made of. */
  filename: string;
  path: string;
  bytes: number;
}

/**
 * Files on their way in and out: each in a folder of its own in the content folder, which no address leads to. All
 * nodes must see that folder, as they see the uploads.
 */
export class Transfers {
  readonly #folder: string;

  constructor(site: Site) {
    this.#folder = join(site.config.content.dir, 'transfers');
  }

  /** Keeps an upload beyond its request. */
  async keep(upload: Upload, userId: number): Promise<Transfer> {
    const { id, folder } = await this.#make(userId);
    const filename = plainName(upload.filename);
    await copyFile(upload.path, join(folder, filename));
    return { id, filename, path: join(folder, filename), bytes: upload.size };
  }

  /** A place for a file that is to be written. */
  async place(filename: string, userId: number): Promise<Transfer> {
    const { id, folder } = await this.#make(userId);
    return { id, filename: plainName(filename), path: join(folder, plainName(filename)), bytes: 0 };
  }

  /** A file of this person. @throws GALLEY_FILE_UNKNOWN when it is gone, or somebody else's */
  async need(id: string, userId: number | null): Promise<Transfer> {
    const unknown = new GalleyError('GALLEY_FILE_UNKNOWN', 'This file is no longer there.');
    if (userId === null || !NAME.test(id) || !id.startsWith(`${userId}-`)) throw unknown;
    const folder = join(this.#folder, id);
    const [filename] = (await readdir(folder).catch(() => [])).filter((name) => !name.endsWith('.part'));
    if (filename === undefined) throw unknown;
    const path = join(folder, filename);
    return { id, filename, path, bytes: (await stat(path)).size };
  }

  async remove(id: string): Promise<void> {
    if (NAME.test(id)) await rm(join(this.#folder, id), { recursive: true, force: true });
  }

  /** Removes what nobody came for: exports after a day, what was to be brought in after a week. */
  async tidy(now = Date.now()): Promise<number> {
    let removed = 0;
    for (const id of (await readdir(this.#folder).catch(() => [])).filter((name) => NAME.test(name))) {
      const folder = join(this.#folder, id);
      const names = await readdir(folder).catch(() => []);
      const isExport = names.some((name) => name.startsWith('galley-export-'));
      const age = now - (await stat(folder).catch(() => ({ mtimeMs: now }))).mtimeMs;
      if (age <= (isExport ? EXPORT_KEPT_MS : IMPORT_KEPT_MS)) continue;
      await this.remove(id);
      removed++;
    }
    return removed;
  }

  async #make(userId: number): Promise<{ id: string; folder: string }> {
    const id = `${userId}-${randomUUID()}`;
    const folder = join(this.#folder, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return { id, folder };
  }
}

function plainName(filename: string): string {
  const plain = filename
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+|\.part$/g, '')
    .slice(-100);
  return plain || 'export.xml';
}
