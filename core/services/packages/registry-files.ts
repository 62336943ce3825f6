import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Publication, parsePublication } from './registry-format.ts';

/** Writes JSON so that it is whole or as it was. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(`${file}.part`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${file}.part`, file);
}

/** What a registry in a folder has of a plugin. */
export async function present(out: string, name: string): Promise<Publication | undefined> {
  const file = join(out, 'plugins', `${name}.json`);
  const json = await readFile(file, 'utf8').catch(() => undefined);
  return json === undefined ? undefined : parsePublication(json, name, file);
}
