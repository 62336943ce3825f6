import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { type LockedPackages, npmLockOf, packageName, readNpmLock } from './npm-lock.ts';
import { npmReleases } from './npm-reader.ts';
import { refused } from './unpack.ts';

const TIMEOUT_MS = 300_000;
const HOUR_MS = 3_600_000;
const AT_ONCE = 8;
/** What leads out of the registry: files of this machine, other people's repositories. */
const ELSEWHERE = /^(file|link|git|github|http|https|ssh|workspace|[./~]|[^@]+\/)/i;
const QUIET = ['--ignore-scripts', '--omit=dev', '--legacy-peer-deps', '--no-audit', '--no-fund', '--no-bin-links'];
/** The same for what a package needs in its turn, where npm is new enough to know how to refuse it. */
const REGISTRY_ONLY = ['git', 'remote', 'file', 'directory'].map((what) => `--allow-${what}=none`);

/** How the npm packages of a plugin are chosen. */
export interface DependencyWish {
  /** Those that are to come again, where they are known. */
  packages?: LockedPackages | undefined;
  /** Stops it. */
  signal?: AbortSignal | undefined;
}

async function neededBy(directory: string): Promise<Record<string, string>> {
  const json = await readFile(join(directory, 'package.json'), 'utf8');
  const { dependencies = {} } = JSON.parse(json) as { dependencies?: Record<string, string> };
  // Whoever takes that name in a registry would be in all plugins.
  if (dependencies['galley'] !== undefined)
    throw refused('It has "galley" among its dependencies, which is the site itself: name it in peerDependencies.');
  for (const [name, range] of Object.entries(dependencies)) {
    if (typeof range !== 'string' || ELSEWHERE.test(range))
      throw refused(
        `It needs the npm package "${name}" from ${String(range)}; only versions from the npm registry are installed.`,
      );
  }
  return dependencies;
}

/**
 * Installs the npm packages that a plugin needs into its folder: those that are known, those of its own
 * package-lock.json, or the newest that have been out for long enough. None of their scripts runs.
 *
 * @returns which they are; undefined where it needs none
 * @throws GALLEY_PACKAGE_INVALID
 */
export async function installDependencies(
  site: Site,
  directory: string,
  { packages: known, signal }: DependencyWish,
): Promise<LockedPackages | undefined> {
  const dependencies = await neededBy(directory);
  if (Object.keys(dependencies).length === 0) return undefined;
  // Beside its files: what npm writes there is no part of the plugin, and what the plugin says to npm does not count.
  const place = `${directory}.npm`;
  await rm(place, { recursive: true, force: true });
  await mkdir(place);
  try {
    const root = { name: 'plugin', version: '0.0.0', dependencies };
    await writeFile(join(place, 'package.json'), JSON.stringify({ ...root, private: true }));
    const packages = known ?? (await ownPackages(site, directory)) ?? (await newest(site, place, signal));
    await writeFile(join(place, 'package-lock.json'), npmLockOf(root, packages));
    await npm(site, place, { args: ['ci'], signal });
    await rm(join(directory, 'node_modules'), { recursive: true, force: true });
    // None is there where all are for other machines.
    await rename(join(place, 'node_modules'), join(directory, 'node_modules')).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    return packages;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function npm(
  site: Site,
  cwd: string,
  { args, signal }: { args: string[]; signal: AbortSignal | undefined },
): Promise<void> {
  const registry = site.config.plugins.npmRegistry;
  const from = registry === '' ? [] : [`--registry=${registry}`];
  try {
    await promisify(execFile)('npm', [...args, ...QUIET, ...REGISTRY_ONLY, ...from], {
      cwd,
      timeout: TIMEOUT_MS,
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const said = stderr
      .trim()
      .split('\n')
      .filter((line) => /npm (error|ERR)/.test(line))
      .slice(0, 3)
      .join(' ');
    throw new GalleyError(
      'GALLEY_PACKAGE_INVALID',
      `The npm packages that it needs could not be installed: ${said || message}`,
      { cause: error },
    );
  }
}

/** Those of the plugin's own package-lock.json, none of which may have come out just now. */
async function ownPackages(site: Site, directory: string): Promise<LockedPackages | undefined> {
  const lock = await readFile(join(directory, 'package-lock.json'), 'utf8').catch(() => undefined);
  const packages = lock === undefined ? undefined : readNpmLock(lock);
  const hours = site.config.plugins.minimumReleaseAge;
  const all = hours > 0 ? Object.entries(packages ?? {}) : [];
  for (let at = 0; at < all.length; at += AT_ONCE)
    await Promise.all(
      all.slice(at, at + AT_ONCE).map(async ([path, entry]) => {
        // It lies in the archive of another one, whose age counts.
        if (entry.integrity !== undefined) await demandAge(site, packageName(path, entry), entry.version);
      }),
    );
  return packages;
}

async function demandAge(site: Site, name: string, version: string): Promise<void> {
  const wanted = site.config.plugins.minimumReleaseAge;
  const release = (await npmReleases(site, name)).find((one) => one.version === version);
  if (!release) throw refused(`The npm package "${name}" has no version ${version} with a digest.`);
  const hours = Math.max(0, Math.floor((Date.now() - Date.parse(release.released)) / HOUR_MS));
  if (hours < wanted)
    throw refused(
      `It needs the npm package "${name}" ${version}, which has been out for ${hours} hours; the setting plugins.minimumReleaseAge asks for ${wanted}.`,
    );
}

/** The newest packages that will do. */
async function newest(site: Site, place: string, signal: AbortSignal | undefined): Promise<LockedPackages> {
  const hours = site.config.plugins.minimumReleaseAge;
  const before = hours > 0 ? [`--before=${new Date(Date.now() - hours * HOUR_MS).toISOString()}`] : [];
  await npm(site, place, { args: ['install', '--package-lock-only', ...before], signal });
  return readNpmLock(await readFile(join(place, 'package-lock.json'), 'utf8')) ?? {};
}
