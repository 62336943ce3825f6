import type { Entry } from 'yauzl';
import { GalleyError } from '../lib/errors.ts';
import { pathProblem } from './safe-path.ts';

/** Bounds of an archive that comes from a stranger. */
export interface ArchiveLimits {
  maxEntries: number;
  /** Bytes of all files together, unpacked. */
  maxBytes: number;
  /** How many times larger a file may get. */
  maxRatio: number;
}

/** The bounds for plugins, themes and imports. */
export const ARCHIVE_LIMITS: ArchiveLimits = { maxEntries: 5000, maxBytes: 200 * 1024 * 1024, maxRatio: 100 };

const LOCAL_HEADER_BYTES = 30;
/** Small files may shrink a lot, a page of blanks for instance. */
export const RATIO_FROM_BYTES = 1024 * 1024;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
const UNIX = 3;
const METHODS = new Set([0, 8]);

/** Refuses an archive. */
export function refuseArchive(name: string, why: string): GalleyError {
  return new GalleyError(
    'GALLEY_PACKAGE_INVALID',
    `The archive is refused: ${JSON.stringify(name.slice(0, 200))} ${why}.`,
  );
}

/** The file type that Unix would give the entry; 0 where the archive does not say. */
function typeOf(entry: Entry): number {
  return entry.versionMadeBy >>> 8 === UNIX ? (entry.externalFileAttributes >>> 16) & FILE_TYPE : 0;
}

/** Whether the entry is a folder. */
export function isFolderEntry(entry: Entry): boolean {
  return entry.fileName.endsWith('/');
}

/** The path of the entry without the slash at the end of folders, in Unicode normal form C. */
export function pathOf(entry: Entry): string {
  return entry.fileName.replace(/\/$/, '').normalize('NFC');
}

function checkOne(entry: Entry, { maxRatio }: ArchiveLimits): void {
  const name = entry.fileName;
  const problem = pathProblem(pathOf(entry));
  if (problem) throw refuseArchive(name, `has a path that cannot be: ${problem}`);
  const type = typeOf(entry);
  if (type !== 0 && type !== REGULAR && type !== FOLDER) throw refuseArchive(name, 'is a link or a device');
  if (type === FOLDER && !isFolderEntry(entry)) throw refuseArchive(name, 'says that it is a folder and is none');
  if (entry.isEncrypted()) throw refuseArchive(name, 'is encrypted');
  if (!METHODS.has(entry.compressionMethod)) throw refuseArchive(name, 'is compressed in a way that is not supported');
  const { uncompressedSize, compressedSize } = entry;
  if (uncompressedSize > RATIO_FROM_BYTES && uncompressedSize > maxRatio * compressedSize)
    throw refuseArchive(name, `unpacks to more than ${maxRatio} times its size`);
}

/** A file or a folder of an archive, whatever its format. */
export interface ArchivePath {
  /** Without a slash at its end. */
  path: string;
  isFolder: boolean;
}

/** Two names that some file system takes for one, and files that are folders elsewhere in the archive. */
export function checkNames(entries: readonly ArchivePath[]): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const { path, isFolder } of entries) {
    const key = path.toLowerCase().normalize('NFKC');
    if (isFolder) folders.add(key);
    else if (files.has(key)) throw refuseArchive(path, 'is there twice');
    else files.add(key);
    const parts = key.split('/');
    for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join('/'));
  }
  for (const key of files) if (folders.has(key)) throw refuseArchive(key, 'is a file and a folder');
}

/** A bomb lets many entries share the same bytes. */
function checkOverlap(entries: readonly Entry[]): void {
  const sorted = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const entry of sorted) {
    if (entry.relativeOffsetOfLocalHeader < end)
      throw refuseArchive(entry.fileName, 'shares its bytes with another entry');
    end = entry.relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + entry.fileNameLength + entry.compressedSize;
  }
}

/**
 * Checks all that an archive says of itself, before anything of it is written.
 * @throws GALLEY_PACKAGE_INVALID naming the entry
 */
export function checkEntries(entries: readonly Entry[], limits: ArchiveLimits): void {
  if (entries.length > limits.maxEntries) throw refuseArchive('it', `has more than ${limits.maxEntries} entries`);
  const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (total > limits.maxBytes) throw refuseArchive('it', `unpacks to more than ${limits.maxBytes} bytes`);
  for (const entry of entries) checkOne(entry, limits);
  checkNames(entries.map((entry) => ({ path: pathOf(entry), isFolder: isFolderEntry(entry) })));
  checkOverlap(entries);
}
