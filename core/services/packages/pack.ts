import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type PluginManifest, readManifest } from '../../kernel/plugin-manifest.ts';
import { packZip } from '../archive.ts';
import { digestOfFile, LEFT_OUT } from './digest.ts';
import type { PublisherKey } from './publisher-key.ts';

/** A plugin in one file. */
export interface PackedPlugin {
  manifest: PluginManifest;
  file: string;
  sha512: string;
  /** Bytes. */
  size: number;
  key?: string;
  signature?: string;
}

/** Hidden files hold what is nobody's business: keys, settings of editors. */
const isPacked = (name: string): boolean => !LEFT_OUT.has(name) && !name.startsWith('.');

/**
 * Packs the plugin in a folder into `<name>-<version>.zip`: the same files always give the same bytes.
 * @throws GALLEY_PLUGIN_INVALID with every mistake of the manifest
 */
export async function packPlugin(directory: string, out: string, key?: PublisherKey): Promise<PackedPlugin> {
  const manifest = await readManifest(directory);
  const { name, version } = manifest;
  const file = join(out, `${name}-${version}.zip`);
  await mkdir(out, { recursive: true });
  await packZip(directory, `${file}.part`, name, isPacked);
  await rename(`${file}.part`, file);
  const sha512 = await digestOfFile(file);
  const { size } = await stat(file);
  const signed = key ? { key: key.key, signature: key.sign({ name, version, sha512 }) } : {};
  return { manifest, file, sha512, size, ...signed };
}
