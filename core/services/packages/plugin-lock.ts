import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { GalleyError, messageOf } from '../../lib/errors.ts';
import { createAjv } from '../../lib/json-schema.ts';
import { type LockedPackages, PACKAGES_SCHEMA } from './npm-lock.ts';

/** What is known of an installed plugin. */
export interface LockedPlugin {
  version: string;
  /** Where it came from, and where updates come from: `registry:shop`. */
  source: string;
  /** Of the archive that it came in; of its files where it came in none. */
  sha512: string;
  /** Of its files. */
  tree: string;
  /** Who publishes it. */
  owner: string;
  /** The publisher's key, where it was signed. */
  key?: string;
  /** What it was allowed. */
  capabilities: string[];
  /** The npm packages that came with it; none where it needs none. */
  packages?: LockedPackages;
}

/** The installed plugins by name: the file `plugins.lock.json`. */
export type LockedPlugins = Record<string, LockedPlugin>;

interface LockFile {
  lockVersion: 1;
  plugins: LockedPlugins;
}

const text = { type: 'string' } as const;

const LOCK_FILE = {
  type: 'object',
  required: ['lockVersion', 'plugins'],
  properties: {
    lockVersion: { const: 1 },
    plugins: {
      type: 'object',
      propertyNames: { pattern: '^[a-z][a-z0-9-]{0,62}$' },
      additionalProperties: {
        type: 'object',
        required: ['version', 'source', 'sha512', 'tree', 'owner', 'capabilities'],
        properties: {
          version: text,
          source: text,
          sha512: text,
          tree: text,
          owner: text,
          key: text,
          capabilities: { type: 'array', items: text },
          packages: PACKAGES_SCHEMA,
        },
      },
    },
  },
};

let compiled: ValidateFunction<LockFile> | undefined;

/** Compiled by the first lock file: most starts read none. */
function lockFileCheck(): ValidateFunction<LockFile> {
  compiled ??= createAjv({ strict: false }).compile<LockFile>(LOCK_FILE);
  return compiled;
}

/** Writes a file so that it is whole or as it was, also after a power cut. */
export async function writeWhole(file: string, content: string): Promise<void> {
  const handle = await open(`${file}.part`, 'w', 0o640);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.part`, file);
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
}

/** The file that says which plugins are installed, so that another machine gets the same. */
export class PluginLock {
  readonly #file: string;

  constructor(contentDir: string) {
    this.#file = join(contentDir, 'plugins.lock.json');
  }

  /** @throws GALLEY_PACKAGE_INVALID for a file that is not as it must be */
  async read(): Promise<LockedPlugins> {
    const json = await readFile(this.#file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (json === undefined) return {};
    const isLockFile = lockFileCheck();
    try {
      const value: unknown = JSON.parse(json);
      if (isLockFile(value)) return value.plugins;
      throw new Error(isLockFile.errors?.map((error) => `${error.instancePath} ${error.message}`).join('; '));
    } catch (error) {
      throw new GalleyError('GALLEY_PACKAGE_INVALID', `${this.#file} cannot be read: ${messageOf(error)}.`);
    }
  }

  /** Sets the plugins named in `entries`, and removes those that are undefined there. */
  async change(entries: Record<string, LockedPlugin | undefined>): Promise<void> {
    const before = await this.read();
    const plugins = Object.entries({ ...before, ...entries })
      .filter((pair): pair is [string, LockedPlugin] => pair[1] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const value: LockFile = { lockVersion: 1, plugins: Object.fromEntries(plugins) };
    const json = `${JSON.stringify(value, null, 2)}\n`;
    if (JSON.stringify(before) !== JSON.stringify(value.plugins)) await writeWhole(this.#file, json);
  }
}
