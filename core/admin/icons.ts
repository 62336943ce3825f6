import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FOLDER = join(dirname(createRequire(import.meta.url).resolve('bootstrap-icons/package.json')), 'icons');
const INSTEAD = 'square';

/** The name of a Bootstrap icon where there is one, else that of a plain square: a typing error of a plugin must not break the menu. */
export function knownIcon(name: string | undefined): string {
  return name && /^[a-z0-9-]+$/.test(name) && existsSync(join(FOLDER, `${name}.svg`)) ? name : INSTEAD;
}
