import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { attach, type Module } from '../kernel/module.ts';
import { GalleyError } from '../lib/errors.ts';
import { refuseLinks, safeJoin } from './safe-path.ts';

/** A stored file. */
export interface StoredFile {
  /** Relative to the storage, with `/`. */
  path: string;
  /** Bytes. */
  size: number;
  /** Epoch milliseconds. */
  modifiedAt: number;
}

/** An open file and what is known of it. */
export interface OpenedFile extends StoredFile {
  stream: Readable;
}

/** What a store of files can do; the local folder is one, others are plugins. */
export interface FileStore {
  put(path: string, data: AsyncIterable<Uint8Array> | Uint8Array, options?: PutOptions): Promise<StoredFile>;
  open(path: string, range?: { start?: number; end?: number }): Promise<OpenedFile>;
  stat(path: string): Promise<StoredFile | undefined>;
  remove(path: string): Promise<boolean>;
  list(options?: ListOptions): Promise<{ files: StoredFile[]; next: string | undefined }>;
}

/** How a file is put. */
export interface PutOptions {
  /** Most bytes that the stream may have; nothing is stored when it has more. */
  maxBytes?: number;
  /** What happens when the path is taken: the file is replaced (default), or the call refused. */
  ifExists?: 'replace' | 'refuse';
  signal?: AbortSignal;
}

/** Which files are listed. */
export interface ListOptions {
  /** Only those in this folder and below. */
  folder?: string;
  /** At most so many; default and maximum 1,000. */
  limit?: number;
  /** Only those after this path: `next` of the list before. */
  after?: string;
}

const TEMPORARY = '.incoming';
const MAX_LIST = 1000;
const FILE_MODE = 0o640;
const FOLDER_MODE = 0o750;

/**
 * Files in a folder of this machine. A file is written beside, forced to the disk and renamed, so nobody ever sees a
 * half one, also after a power cut. Paths are relative; what would leave the folder, or go through a link, is refused.
 */
export class LocalStorage implements FileStore {
  readonly root: string;

  /** @param root absolute path of the folder; made when the first file comes */
  constructor(root: string) {
    this.root = root;
  }

  /**
   * Stores a file.
   * @throws GALLEY_FILE_REFUSED for the path or where it is taken; GALLEY_INPUT_TOO_LARGE; what the stream throws
   */
  async put(path: string, data: AsyncIterable<Uint8Array> | Uint8Array, options: PutOptions = {}): Promise<StoredFile> {
    const target = await this.#resolve(path);
    const temporary = join(this.root, TEMPORARY, randomBytes(12).toString('hex'));
    await mkdir(dirname(temporary), { recursive: true, mode: FOLDER_MODE });
    try {
      const size = await writeDurably(temporary, data, options);
      await mkdir(dirname(target), { recursive: true, mode: FOLDER_MODE });
      await this.#place(temporary, target, path, options);
      return { path, size, modifiedAt: Date.now() };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** The file's content as a stream, whole or a range of bytes (both ends included). @throws GALLEY_FILE_UNKNOWN */
  async open(path: string, range: { start?: number; end?: number } = {}): Promise<OpenedFile> {
    const { handle, stat } = await this.#openFile(path);
    const stream = handle.createReadStream({ ...range, autoClose: true });
    return { path, size: stat.size, modifiedAt: Math.floor(stat.mtimeMs), stream };
  }

  /** The whole content, for small files. @throws GALLEY_FILE_UNKNOWN; GALLEY_INPUT_TOO_LARGE above `maxBytes` */
  async read(path: string, maxBytes: number): Promise<Buffer> {
    const { handle, stat } = await this.#openFile(path);
    try {
      if (stat.size > maxBytes) throw tooLarge(maxBytes);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  /** What is known of a file, or undefined where there is none. */
  async stat(path: string): Promise<StoredFile | undefined> {
    const stat = await fileStat(await this.#resolve(path));
    return stat && { path, size: stat.size, modifiedAt: Math.floor(stat.mtimeMs) };
  }

  /** Removes a file and the folders that it leaves empty. Returns whether it was there. */
  async remove(path: string): Promise<boolean> {
    const target = await this.#resolve(path);
    if (!(await fileStat(target))) return false;
    await rm(target);
    await this.#removeEmpty(dirname(target));
    return true;
  }

  /** Files in order of their paths, a bounded number at a time. */
  async list({ folder = '', limit = MAX_LIST, after = '' }: ListOptions = {}): Promise<{
    files: StoredFile[];
    next: string | undefined;
  }> {
    const most = Math.max(1, Math.min(limit, MAX_LIST));
    if (folder !== '') await this.#resolve(folder);
    const files: StoredFile[] = [];
    for await (const path of this.#walk(folder, after)) {
      const stat = await fileStat(join(this.root, path));
      if (!stat) continue;
      if (files.length === most) return { files, next: files.at(-1)?.path };
      files.push({ path, size: stat.size, modifiedAt: Math.floor(stat.mtimeMs) });
    }
    return { files, next: undefined };
  }

  /** The absolute path of a stored file, for tools that need one. @throws GALLEY_FILE_UNKNOWN */
  async localPath(path: string): Promise<string> {
    const target = await this.#resolve(path);
    if (await fileStat(target)) return target;
    throw unknown(path);
  }

  /** Removes what was left behind by processes that died while they wrote, if it is older than `ageMs`. */
  async tidy(ageMs = 86_400_000): Promise<number> {
    const folder = join(this.root, TEMPORARY);
    let removed = 0;
    for (const name of await readdir(folder).catch(() => [])) {
      const stat = await fileStat(join(folder, name));
      if (!stat || stat.mtimeMs > Date.now() - ageMs) continue;
      await rm(join(folder, name), { force: true });
      removed++;
    }
    return removed;
  }

  async #resolve(path: string): Promise<string> {
    const target = safeJoin(this.root, path);
    if (path.split('/')[0] === TEMPORARY) throw new GalleyError('GALLEY_FILE_REFUSED', `"${TEMPORARY}" is reserved.`);
    await refuseLinks(this.root, path);
    return target;
  }

  async #openFile(path: string): Promise<{ handle: FileHandle; stat: Stats }> {
    const target = await this.#resolve(path);
    let handle: FileHandle;
    try {
      handle = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if (isAbsent(error)) throw unknown(path);
      throw error;
    }
    const stat = await handle.stat();
    if (stat.isFile()) return { handle, stat };
    await handle.close();
    throw unknown(path);
  }

  async #place(temporary: string, target: string, path: string, { ifExists }: PutOptions): Promise<void> {
    if (ifExists === 'refuse' && !(await reserve(target))) {
      throw new GalleyError('GALLEY_FILE_REFUSED', `There is a file "${path}" already.`);
    }
    await rename(temporary, target);
    await syncFolder(dirname(target));
  }

  async #removeEmpty(folder: string): Promise<void> {
    for (let current = folder; current.length > this.root.length; current = dirname(current)) {
      try {
        await rmdir(current);
      } catch {
        return;
      }
    }
  }

  /** Paths below a folder in the order of their names, leaving out what comes before `after`. */
  async *#walk(folder: string, after: string): AsyncGenerator<string> {
    const entries = await readdir(join(this.root, folder), { withFileTypes: true }).catch(() => []);
    // A folder sorts as if its name ended in "/", so that the whole walk is in the order of paths.
    const sorted = entries
      .filter((entry) => entry.isFile() || (entry.isDirectory() && entry.name !== TEMPORARY))
      .map((entry) => ({ path: folder === '' ? entry.name : `${folder}/${entry.name}`, isFolder: entry.isDirectory() }))
      .sort((a, b) => compare(a.isFolder ? `${a.path}/` : a.path, b.isFolder ? `${b.path}/` : b.path));
    for (const { path, isFolder } of sorted) {
      if (isFolder && (after === '' || compare(`${path}/\uffff`, after) > 0)) yield* this.#walk(path, after);
      else if (!isFolder && compare(path, after) > 0) yield path;
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'EISDIR';
}

function unknown(path: string): GalleyError {
  return new GalleyError('GALLEY_FILE_UNKNOWN', `There is no file "${path}".`);
}

function tooLarge(maxBytes: number): GalleyError {
  return new GalleyError('GALLEY_INPUT_TOO_LARGE', `The file is larger than ${maxBytes} bytes.`);
}

async function fileStat(path: string): Promise<Stats | undefined> {
  try {
    const stat = await lstat(path);
    return stat.isFile() ? stat : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function* chunksOf(data: AsyncIterable<Uint8Array> | Uint8Array): AsyncGenerator<Uint8Array> {
  if (data instanceof Uint8Array) yield data;
  else yield* data;
}

async function writeDurably(file: string, data: AsyncIterable<Uint8Array> | Uint8Array, options: PutOptions) {
  const { maxBytes = Number.POSITIVE_INFINITY, signal } = options;
  const handle = await open(file, 'wx', FILE_MODE);
  let size = 0;
  try {
    for await (const chunk of chunksOf(data)) {
      signal?.throwIfAborted();
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return size;
}

/** Takes a path by making an empty file, which only one caller can. */
async function reserve(target: string): Promise<boolean> {
  try {
    await (await open(target, 'wx', FILE_MODE)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Forces a rename to the disk. Some file systems cannot; they do it by themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().catch(() => undefined);
  await handle.close();
}

/** Puts the folder `uploads` of the content folder on the site. */
export const storageModule: Module = {
  name: 'storage',
  start(site) {
    const storage = new LocalStorage(join(site.config.content.dir, 'uploads'));
    attach(site, 'storage', storage);
    // Once everything is there, the scheduler too.
    site.hooks.addAction('site:ready', () => {
      site.cron.define('tidy-uploads', {
        schedule: '37 3 * * *',
        summary: 'Removes files that were half received when a process died.',
        run: () => storage.tidy(),
      });
    });
  },
};

declare module '../kernel/site.ts' {
  interface Site {
    /** The site's files. */
    readonly storage: LocalStorage;
  }
}
