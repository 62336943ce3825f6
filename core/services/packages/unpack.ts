import { cp, lstat, mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { GalleyError } from '../../lib/errors.ts';
import { unpackZip } from '../archive.ts';
import { ARCHIVE_LIMITS, refuseArchive } from '../archive-entries.ts';
import { unpackTar } from '../archive-tar.ts';
import { digestOfFile, LEFT_OUT } from './digest.ts';

/** Refuses a package. */
export function refused(message: string): GalleyError {
  return new GalleyError('GALLEY_PACKAGE_INVALID', message);
}

/**
 * Brings a folder or an archive into an empty temporary folder, and returns the folder that has the package at its top.
 *
 * @param from path of a folder, a zip file or a compressed tar file
 * @param integrity `sha512-…` that the archive must have
 * @throws GALLEY_PACKAGE_INVALID
 */
export async function preparePackage(from: string, temporary: string, integrity?: string): Promise<string> {
  const facts = await stat(from).catch(() => undefined);
  if (!facts) throw refused(`There is nothing at ${from}.`);
  if (facts.isDirectory()) {
    if (integrity) throw refused('A folder has no digest to check; install the archive.');
    return copyFolder(resolve(from), join(temporary, 'package'));
  }
  if (integrity && (await digestOfFile(from)) !== integrity)
    throw refused('The archive is not the one that was announced: its digest differs.');
  const unpacked = join(temporary, 'package');
  await mkdir(unpacked);
  await ((await isGzip(from)) ? unpackTar(from, unpacked) : unpackZip(from, unpacked));
  return topOf(unpacked);
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await handle.close();
  }
}

async function isPackage(folder: string): Promise<boolean> {
  const json = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '');
  return json.includes('"galley"');
}

/** Archives mostly have one folder at their top, as GitHub makes them. Two packages in one archive are refused. */
async function topOf(folder: string): Promise<string> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => name !== '__MACOSX');
  const [only] = entries;
  if (entries.length === 1 && only?.isDirectory()) return join(folder, only.name);
  if (await isPackage(folder)) {
    for (const entry of entries) {
      if (entry.isDirectory() && (await isPackage(join(folder, entry.name))))
        throw refuseArchive(`${entry.name}/package.json`, 'is a second manifest, so nobody knows which one counts');
    }
  }
  return folder;
}

async function copyFolder(from: string, to: string): Promise<string> {
  let count = 0;
  let bytes = 0;
  await cp(from, to, {
    recursive: true,
    errorOnExist: true,
    filter: async (path) => {
      if (path !== from && LEFT_OUT.has(basename(path))) return false;
      const facts = await lstat(path);
      if (!facts.isFile() && !facts.isDirectory()) throw refuseArchive(basename(path), 'is a link or a device');
      count++;
      bytes += facts.isFile() ? facts.size : 0;
      if (count > ARCHIVE_LIMITS.maxEntries || bytes > ARCHIVE_LIMITS.maxBytes)
        throw refuseArchive('it', 'has too many or too large files');
      return true;
    },
  });
  return to;
}
