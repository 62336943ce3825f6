import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compare } from 'semver';
import { GalleyError } from '../../lib/errors.ts';
import { type PackedPlugin, packPlugin } from './pack.ts';
import type { PublisherKey } from './publisher-key.ts';
import { present, writeJson } from './registry-files.ts';
import type { Publication, RegistryIndex, Release } from './registry-format.ts';
import { demandRegistryKey, signRevocations } from './registry-sign.ts';

/** What to make a registry of. */
export interface RegistryOrder {
  /** A folder with plugins, each in a folder of its own. */
  folder: string;
  /** Where the registry lies; what is there already stays in it. */
  out: string;
  /** Signs what is added. */
  key?: PublisherKey | undefined;
  /** Signs what the registry takes back. */
  registryKey?: PublisherKey | undefined;
}

/** What became of a plugin. */
export interface Published {
  name: string;
  version: string;
  status: 'added' | 'unchanged';
}

function releaseOf({ manifest, file, sha512, size, key, signature }: PackedPlugin): Release {
  const { version, engine, requires, provides, capabilities } = manifest;
  return {
    version,
    archive: `archives/${basename(file)}`,
    sha512,
    size,
    engine,
    requires,
    provides,
    capabilities,
    ...(key === undefined ? {} : { key, signature }),
    released: new Date().toISOString(),
  };
}

/** Adds a packed plugin to the registry. What was released stays as it is, for good. */
async function publish(packed: PackedPlugin, out: string): Promise<Published> {
  const { name, title, description, author, version } = packed.manifest;
  const before = await present(out, name);
  const known = before?.releases.find((release) => release.version === version);
  if (known && known.sha512 !== packed.sha512) {
    throw new GalleyError(
      'GALLEY_PACKAGE_INVALID',
      `"${name}" ${version} was released with other files. Give it a new version.`,
    );
  }
  if (known) return { name, version, status: 'unchanged' };
  const release = releaseOf(packed);
  await rename(packed.file, join(out, release.archive));
  const releases = [...(before?.releases ?? []), release].sort((a, b) => compare(b.version, a.version));
  const publication: Publication = { name, title, description, owner: author, releases };
  await writeJson(join(out, 'plugins', `${name}.json`), publication);
  return { name, version, status: 'added' };
}

/** The newest version that anybody may have; the newest at all where nobody may have any. */
const newestOf = (releases: readonly Release[]): string =>
  (releases.find(({ revoked }) => !revoked) ?? releases[0])?.version ?? '0.0.0';

/** Writes the index of a registry anew. */
export async function writeIndex(out: string): Promise<void> {
  const files = (await readdir(join(out, 'plugins'))).filter((file) => file.endsWith('.json')).sort();
  const plugins: RegistryIndex['plugins'] = [];
  for (const file of files) {
    const publication = await present(out, file.slice(0, -5));
    if (!publication) continue;
    const { name, title, description, owner, releases } = publication;
    plugins.push({ name, title, description, owner, version: newestOf(releases) });
  }
  await writeJson(join(out, 'index.json'), { galleyRegistry: 1, plugins } satisfies RegistryIndex);
}

/**
 * Makes a registry, which is nothing but files that any web server can give out, or adds to it.
 * @throws GALLEY_PLUGIN_INVALID for a folder that is no plugin; GALLEY_PACKAGE_INVALID where a version that was
 *   released has other files now
 */
export async function buildRegistry({ folder, out, key, registryKey }: RegistryOrder): Promise<Published[]> {
  if (registryKey) await demandRegistryKey(out, registryKey);
  const entries = await readdir(folder, { withFileTypes: true });
  for (const part of ['plugins', 'archives']) await mkdir(join(out, part), { recursive: true });
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  // Beside the registry, so that an archive is renamed into it and not copied.
  const temporary = await mkdtemp(join(out, '.packing-'));
  const published: Published[] = [];
  try {
    for (const name of names.sort()) {
      published.push(await publish(await packPlugin(join(folder, name), temporary, key), out));
    }
    await writeIndex(out);
    await signRevocations(out, registryKey);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return published;
}
