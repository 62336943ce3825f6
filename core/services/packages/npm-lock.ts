import type { ValidateFunction } from 'ajv';
import { GalleyError, messageOf } from '../../lib/errors.ts';
import { createAjv } from '../../lib/json-schema.ts';

/** An npm package that a plugin needs: which version, with which archive, and what that needs in its turn. */
export interface LockedPackage {
  version: string;
  /** `sha512-` and the digest of its archive; none where it lies in the archive of another one. */
  integrity?: string;
  /** Of its files as they were installed; none where this was never done here. */
  tree?: string;
  /** Its name, where the folder has another one. */
  name?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  bundleDependencies?: string[];
  inBundle?: boolean;
  /** Whether it may be missing, as on machines that it is not made for. */
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

/** The npm packages of a plugin by the folder that each lies in: `node_modules/left`. */
export type LockedPackages = Record<string, LockedPackage>;

type RawPackage = Omit<LockedPackage, 'version'> & { version?: string; link?: boolean; dev?: boolean; peer?: boolean };

const ranges = { type: 'object', additionalProperties: { type: 'string' } } as const;
const names = { type: 'array', items: { type: 'string' } } as const;
const digest = { type: 'string', pattern: '^sha512-[A-Za-z0-9+/]{86}==$' } as const;
const yes = { type: 'boolean' } as const;
const FOLDER = '^node_modules/(@[a-z0-9~][\\w.~-]*/)?[A-Za-z0-9~_-][\\w.~-]*$';

/** The schema of what is kept of an npm package. */
export const PACKAGES_SCHEMA = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    required: ['version'],
    properties: {
      version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+([-+][0-9A-Za-z.+-]+)?$' },
      integrity: digest,
      tree: digest,
      name: { type: 'string', pattern: '^(@[a-z0-9~][a-z0-9._~-]*/)?[a-z0-9~_-][a-z0-9._~-]*$' },
      dependencies: ranges,
      optionalDependencies: ranges,
      bundleDependencies: names,
      inBundle: yes,
      optional: yes,
      os: names,
      cpu: names,
      libc: names,
    },
  },
} as const;

let compiled: ValidateFunction<LockedPackages> | undefined;

const refused = (message: string): GalleyError => new GalleyError('GALLEY_PACKAGE_INVALID', message);

/** What npm says of a package and nobody has to know later is left out; its address above all, for that is npm's to find. */
function kept(raw: RawPackage): object {
  const { version, integrity, name, dependencies, optionalDependencies, bundleDependencies } = raw;
  const { inBundle, optional, os, cpu, libc } = raw;
  const all = { version, integrity, name, dependencies, optionalDependencies, bundleDependencies };
  return Object.fromEntries(
    Object.entries({ ...all, inBundle, optional, os, cpu, libc }).filter(([, value]) => value !== undefined),
  );
}

/** Whether each folder of a path is the folder of a package. */
function isPlace(path: string): boolean {
  const folder = new RegExp(FOLDER);
  return path.split(/\/(?=node_modules\/)/).every((part) => folder.test(part));
}

/**
 * Reads a lock file of npm.
 * @returns the packages but for those of whoever works on the plugin; undefined for a form that is older than npm 7
 * @throws GALLEY_PACKAGE_INVALID for one that leads out of the registry
 */
export function readNpmLock(json: string): LockedPackages | undefined {
  let raw: Record<string, RawPackage> | undefined;
  try {
    raw = (JSON.parse(json) as { packages?: Record<string, RawPackage> }).packages;
  } catch (error) {
    throw refused(`Its package-lock.json cannot be read: ${messageOf(error)}.`);
  }
  if (raw === undefined) return undefined;
  const packages: Record<string, object> = {};
  for (const [path, entry] of Object.entries(raw)) {
    if (path === '' || entry.dev || entry.peer) continue;
    if (entry.link || !isPlace(path) || (entry.integrity === undefined && !isBundled(path, entry, raw)))
      throw refused(`Its package-lock.json leads out of the npm registry: ${path}.`);
    packages[path] = kept(entry);
  }
  compiled ??= createAjv({ strict: false }).compile<LockedPackages>(PACKAGES_SCHEMA);
  if (compiled(packages)) return packages;
  const [mistake] = compiled.errors ?? [];
  throw refused(`Its package-lock.json is not as it must be: ${mistake?.instancePath} ${mistake?.message}.`);
}

/** Whether a package lies in the archive of another one, which has a digest. */
function isBundled(path: string, { inBundle }: RawPackage, all: Record<string, RawPackage>): boolean {
  const parents = path.split(/\/(?=node_modules\/)/).slice(0, -1);
  return inBundle === true && parents.some((_, at) => all[parents.slice(0, at + 1).join('/')]?.integrity !== undefined);
}

/** The lock file of npm that installs exactly these packages. */
export function npmLockOf(root: object, packages: LockedPackages): string {
  const forNpm = Object.entries(packages).map(([path, entry]) => [path, kept(entry)]);
  return JSON.stringify({
    lockfileVersion: 3,
    requires: true,
    packages: { '': root, ...Object.fromEntries(forNpm) },
  });
}

/** The name by which the registry has the package of a folder. */
export function packageName(path: string, { name }: LockedPackage): string {
  return name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Which packages they are, in one text: folder, version and digest of each. */
export function packagesText(packages: LockedPackages = {}): string {
  const lines = Object.entries(packages).map(
    ([path, { version, integrity = '' }]) => `${path} ${version} ${integrity}`,
  );
  return lines.sort().join('\n');
}
