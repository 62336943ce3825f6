import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FOLDER = join(dirname(createRequire(import.meta.url).resolve('bootstrap-icons/package.json')), 'icons');
const INSTEAD = 'square';
const known = new Set<string>();

/** The name of a Bootstrap icon where there is one, else that of a plain square: a typing error of a plugin must not break the menu. */
export function knownIcon(name: string | undefined): string {
  if (!name || !/^[a-z0-9-]+$/.test(name)) return INSTEAD;
  if (known.has(name)) return name;
  if (!existsSync(join(FOLDER, `${name}.svg`))) return INSTEAD;
  known.add(name);
  return name;
}

/** The names of all icons there are, by name. */
export function iconNames(): string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.svg'));
  return files.map((file) => file.slice(0, -'.svg'.length)).sort();
}
