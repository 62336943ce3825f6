import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline as pipe } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Header } from 'tar-stream';
import { isGalleyError, messageOf } from '../lib/errors.ts';
import { counted, FILE_MODE, FOLDER_MODE } from './archive.ts';
import {
  ARCHIVE_LIMITS,
  type ArchiveLimits,
  type ArchivePath,
  checkNames,
  RATIO_FROM_BYTES,
  refuseArchive,
} from './archive-entries.ts';
import { pathProblem, safeJoin } from './safe-path.ts';

/** One entry: what is said of it, and its bytes. */
interface Entry extends AsyncIterable<Uint8Array> {
  header: Header;
  resume(): unknown;
}

/** Headers and padding that a tar file may have for each of its entries, in bytes. */
const OVERHEAD_BYTES = 4096;

function pathOf({ header }: Entry): ArchivePath {
  const path = header.name.replace(/^\.\//, '').replace(/\/+$/, '').normalize('NFC');
  return { path, isFolder: header.type === 'directory' };
}

function checkEntry({ header }: Entry, { path }: ArchivePath): void {
  const { type } = header;
  if (type !== 'file' && type !== 'contiguous-file' && type !== 'directory')
    throw refuseArchive(header.name, 'is a link or a device');
  const problem = pathProblem(path);
  if (problem) throw refuseArchive(header.name, `has a path that cannot be: ${problem}`);
}

/** The entries of the archive, one after the other; what is not read of one is passed over. */
async function* entriesOf(file: string, { maxBytes, maxEntries }: ArchiveLimits): AsyncGenerator<Entry> {
  const { extract } = await import('tar-stream');
  const budget = { left: maxBytes + maxEntries * OVERHEAD_BYTES };
  const reader = extract();
  pipe(
    createReadStream(file),
    createGunzip(),
    (stream) => counted(stream, budget, 'it'),
    reader,
    () => undefined,
  );
  for await (const entry of reader as AsyncIterable<unknown> as AsyncIterable<Entry>) {
    yield entry;
    entry.resume();
  }
}

/** Looks through the whole archive before anything of it is written. */
async function check(file: string, limits: ArchiveLimits): Promise<ArchivePath[]> {
  const paths: ArchivePath[] = [];
  let bytes = 0;
  for await (const entry of entriesOf(file, limits)) {
    const path = pathOf(entry);
    if (path.path === '' || path.path === '.') continue; // The folder that was packed.
    checkEntry(entry, path);
    paths.push(path);
    bytes += entry.header.size;
    if (paths.length > limits.maxEntries) throw refuseArchive('it', `has more than ${limits.maxEntries} entries`);
    if (bytes > limits.maxBytes) throw refuseArchive('it', `unpacks to more than ${limits.maxBytes} bytes`);
  }
  const { size } = await stat(file);
  if (bytes > RATIO_FROM_BYTES && bytes > limits.maxRatio * size)
    throw refuseArchive('it', `unpacks to more than ${limits.maxRatio} times its size`);
  checkNames(paths);
  return paths;
}

async function write(file: string, folder: string, limits: ArchiveLimits): Promise<void> {
  const budget = { left: limits.maxBytes };
  for await (const entry of entriesOf(file, limits)) {
    const { path, isFolder } = pathOf(entry);
    if (path === '' || path === '.') continue;
    checkEntry(entry, { path, isFolder }); // It is read a second time, and may be another one by now.
    const target = safeJoin(folder, path);
    await mkdir(isFolder ? target : dirname(target), { recursive: true, mode: FOLDER_MODE });
    if (isFolder) continue;
    await pipeline(counted(entry, budget, path), createWriteStream(target, { flags: 'wx', mode: FILE_MODE }));
  }
}

/**
 * Unpacks a compressed tar file that may come from a stranger into an empty folder of ours, by the rules of
 * {@link unpackZip}. When it throws, what is in the folder is of no use: remove it.
 *
 * @returns the paths of the files
 * @throws GALLEY_PACKAGE_INVALID for what is no such file, a path that leaves the folder, a link, two names that are
 *   one, a bomb, or too much of anything
 */
export async function unpackTar(
  file: string,
  folder: string,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<string[]> {
  try {
    const paths = await check(file, limits);
    await write(file, folder, limits);
    return paths.filter(({ isFolder }) => !isFolder).map(({ path }) => path);
  } catch (error) {
    if (isGalleyError(error) || (error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    throw refuseArchive('it', `cannot be read (${messageOf(error)})`);
  }
}
