import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GalleyError, type Site, type Upload } from 'galley';

/** How large a package may be, in bytes. */
export const PACKAGE_MAX = 64 * 1024 * 1024;

const KEPT_MS = 7 * 86_400_000;
const ARCHIVE = /\.(zip|tgz|tar\.gz)$/i;
const folderOf = (site: Site): string => join(site.config.content.dir, 'plugin-uploads');

/** A name that is nothing but a name: the version and the ending stay readable. */
const plainName = (filename: string): string =>
  filename
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(-100) || 'plugin.zip';

/**
 * Keeps an uploaded package beyond its request, where no address leads to and from where nothing is run.
 * @returns its path
 * @throws GALLEY_PACKAGE_INVALID for what is no archive or too large
 */
export async function keepPackage(site: Site, { filename, path, size }: Upload): Promise<string> {
  if (!ARCHIVE.test(filename))
    throw new GalleyError(
      'GALLEY_PACKAGE_INVALID',
      `"${filename}" is no package: it must end with .zip, .tgz or .tar.gz.`,
    );
  if (size > PACKAGE_MAX)
    throw new GalleyError('GALLEY_INPUT_TOO_LARGE', `"${filename}" is larger than ${PACKAGE_MAX / 1024 ** 2} MiB.`);
  const folder = join(folderOf(site), randomUUID());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept = join(folder, plainName(filename));
  await copyFile(path, kept);
  return kept;
}

/** Removes packages that came a week ago, but for those from which `plugin sync` would install what is installed. */
export async function tidyPackages(site: Site, now = Date.now()): Promise<void> {
  const folder = folderOf(site);
  const sources = Object.values(await site.pluginChanges.lock.read()).map(({ source }) => source);
  for (const name of await readdir(folder).catch(() => [])) {
    if (sources.some((source) => source.includes(join(folder, name)))) continue;
    const facts = await stat(join(folder, name)).catch(() => undefined);
    if (facts && now - facts.mtimeMs > KEPT_MS) await rm(join(folder, name), { recursive: true, force: true });
  }
}
