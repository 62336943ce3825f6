import { createWriteStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile as ZipReader } from 'yauzl';
import type { ZipFile as ZipWriter } from 'yazl';
import { isGalleyError, messageOf } from '../lib/errors.ts';
import {
  ARCHIVE_LIMITS,
  type ArchiveLimits,
  checkEntries,
  isFolderEntry,
  pathOf,
  refuseArchive,
} from './archive-entries.ts';
import { safeJoin } from './safe-path.ts';

export type { ArchiveLimits } from './archive-entries.ts';

/** Modes of archives are ignored; these are ours. */
export const FILE_MODE = 0o640;
export const FOLDER_MODE = 0o750;

async function readEntries(zip: ZipReader, { maxEntries }: ArchiveLimits): Promise<Entry[]> {
  const entries: Entry[] = [];
  // The count at the end of the file is a claim; what counts is what comes.
  for await (const entry of zip.eachEntry()) {
    entries.push(entry);
    if (entries.length > maxEntries) throw refuseArchive('it', `has more than ${maxEntries} entries`);
  }
  return entries;
}

/** Counts what really comes out, whatever the archive says. */
export async function* counted(
  stream: AsyncIterable<Uint8Array>,
  budget: { left: number },
  name: string,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    budget.left -= chunk.length;
    if (budget.left < 0) throw refuseArchive(name, 'unpacks to more than is allowed');
    yield chunk;
  }
}

async function writeEntry(zip: ZipReader, entry: Entry, target: string, budget: { left: number }): Promise<void> {
  await mkdir(isFolderEntry(entry) ? target : dirname(target), { recursive: true, mode: FOLDER_MODE });
  if (isFolderEntry(entry)) return;
  const stream = await zip.openReadStreamPromise(entry);
  // "wx" never writes through something that is there.
  const file = createWriteStream(target, { flags: 'wx', mode: FILE_MODE });
  await pipeline(counted(stream, budget, entry.fileName), file);
}

/**
 * Unpacks a zip file that may come from a stranger into an empty folder of ours. All names and sizes are checked before
 * anything is written, and counted while it is. When it throws, what is in the folder is of no use: remove it.
 *
 * @returns the paths of the files
 * @throws GALLEY_PACKAGE_INVALID for what is no zip file, a path that leaves the folder, a link, two names that are one,
 *   a bomb, or too much of anything
 */
export async function unpackZip(
  file: string,
  folder: string,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<string[]> {
  let zip: ZipReader | undefined;
  try {
    const { openPromise } = await import('yauzl');
    zip = await openPromise(file, {
      lazyEntries: true,
      autoClose: false,
      strictFileNames: true,
      validateEntrySizes: true,
    });
    const entries = await readEntries(zip, limits);
    checkEntries(entries, limits);
    const budget = { left: limits.maxBytes };
    for (const entry of entries) await writeEntry(zip, entry, safeJoin(folder, pathOf(entry)), budget);
    return entries.filter((entry) => !isFolderEntry(entry)).map(pathOf);
  } catch (error) {
    if (isGalleyError(error) || (error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    throw refuseArchive('it', `cannot be read (${messageOf(error)})`);
  } finally {
    zip?.close();
  }
}

/** The same files make the same bytes, wherever and whenever they are packed. */
const PACKED = { mode: 0o100644, mtime: new Date(1980, 0, 1), forceDosTimestamp: true };

async function addFolder(zip: ZipWriter, folder: string, { prefix, isWanted }: Packing): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (!isWanted(entry.name)) continue;
    if (entry.isDirectory()) await addFolder(zip, path, { prefix: `${prefix}${entry.name}/`, isWanted });
    else if (entry.isFile()) zip.addFile(path, `${prefix}${entry.name}`, PACKED);
  }
}

interface Packing {
  prefix: string;
  isWanted(name: string): boolean;
}

/**
 * Packs the files of a folder into a zip file; links are left out.
 * @param root name of the folder inside of the archive; its files lie at the top where it is empty
 * @param isWanted whether a file or folder of this name goes in, at any depth
 */
export async function packZip(
  folder: string,
  file: string,
  root = '',
  isWanted: (name: string) => boolean = () => true,
): Promise<void> {
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  await addFolder(zip, folder, { prefix: root === '' ? '' : `${root}/`, isWanted });
  zip.end();
  await pipeline(zip.outputStream as Readable, createWriteStream(file, { mode: FILE_MODE }));
}
