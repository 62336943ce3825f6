import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The digest of each file of a folder by its path, in the order of paths. */
export type FileDigests = Record<string, string>;

/** Never part of a package: what is made from it, or belongs to whoever works on it. */
export const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '.git', '.DS_Store']);

const labelled = (digest: string): string => `sha512-${digest}`;

/** `sha512-` and the digest of a file in base64. */
export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return labelled(hash.digest('base64'));
}

/** `sha512-` and the digest of a text in base64. */
export function digestOfText(text: string): string {
  return labelled(createHash('sha512').update(text).digest('base64'));
}

async function pathsIn(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter(({ name }) => prefix !== '' || !LEFT_OUT.has(name))
      .map(async (entry) => {
        const path = `${prefix}${entry.name}`;
        return entry.isDirectory() ? pathsIn(folder, `${path}/`) : [path];
      }),
  );
  return found.flat();
}

async function digestsOf(folder: string, paths: string[]): Promise<FileDigests> {
  const digests: FileDigests = {};
  for (const path of paths.sort()) {
    const file = join(folder, path);
    digests[path] = (await lstat(file)).isFile() ? await digestOfFile(file) : 'link';
  }
  return digests;
}

/** The digests of all files of a package's folder, but for its installed dependencies. What is no file has the digest `link`. */
export async function digestsOfFolder(folder: string): Promise<FileDigests> {
  return digestsOf(folder, await pathsIn(folder));
}

/** The same of its installed dependencies alone: none where it has none. */
export async function digestsOfPackages(folder: string): Promise<FileDigests> {
  const there = await lstat(join(folder, 'node_modules')).catch(() => undefined);
  return there
    ? digestsOf(folder, there.isDirectory() ? await pathsIn(folder, 'node_modules/') : ['node_modules'])
    : {};
}

/** One digest for all files of a folder. */
export function digestOfTree(digests: FileDigests): string {
  const lines = Object.entries(digests).map(([path, digest]) => `${path}\0${digest}\n`);
  return digestOfText(lines.sort().join(''));
}
