import { lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GalleyError } from '../lib/errors.ts';

const MAX_LENGTH = 1024;
const MAX_SEGMENT_BYTES = 255;

// Control and bidirectional characters, separators of Windows, and what it takes for a drive or a stream.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\\:*?"<>|]/;
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/** Why a relative path cannot name a file of ours, or undefined when it can. */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`;
  if (path.normalize('NFC') !== path) return 'it is not in Unicode normal form C';
  if (FORBIDDEN.test(path)) return 'it has a character that file names of ours never have';
  if (path.startsWith('/')) return 'it is absolute';
  for (const segment of path.split('/')) {
    if (segment === '') return 'it has an empty part';
    if (segment === '.' || segment === '..') return 'it leaves its folder';
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return `a part is longer than ${MAX_SEGMENT_BYTES} bytes`;
    if (/[. ]$/.test(segment) || segment.startsWith(' '))
      return 'a part begins or ends with a blank or ends with a dot';
    if (DEVICE.test(segment)) return 'a part is the name of a device';
  }
  return undefined;
}

/**
 * Joins a folder of ours and a relative path that may come from a stranger. The one way from names to paths.
 * @throws GALLEY_FILE_REFUSED when the path is absolute, leaves the folder or has characters of no file of ours
 */
export function safeJoin(root: string, path: string): string {
  const problem = pathProblem(path);
  if (problem)
    throw new GalleyError(
      'GALLEY_FILE_REFUSED',
      `The path ${JSON.stringify(path.slice(0, 200))} is refused: ${problem}.`,
    );
  return join(resolve(root), path);
}

/**
 * Makes sure that nothing on the way from `root` down to `path` is a symbolic link, so that nobody is led elsewhere.
 * Parts that do not exist are fine.
 * @throws GALLEY_FILE_REFUSED
 */
export async function refuseLinks(root: string, path: string): Promise<void> {
  let current = resolve(root);
  for (const segment of path.split('/')) {
    current = join(current, segment);
    const stat = await lstat(current).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
    if (!stat) return;
    if (stat.isSymbolicLink()) {
      throw new GalleyError(
        'GALLEY_FILE_REFUSED',
        `${JSON.stringify(path)} is refused: a part of it is a symbolic link.`,
      );
    }
  }
}
