import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Site } from 'galley';

/** A theme and the classes of blocks that its stylesheets speak of. */
export interface ThemeStyles {
  title: string;
  css: ReadonlySet<string>;
}

const CLASS = /wp-block-[a-z0-9-]+/g;

/** The class that a block has on pages: `core/list-item` has `wp-block-list-item`. */
export const classOf = (name: string): string => `wp-block-${name.replace(/^core\//, '').replaceAll('/', '-')}`;

/** Which blocks each theme of the site styles; a child theme has what its parent has. */
export async function themeStyles(site: Site): Promise<ThemeStyles[]> {
  const themes = (await site.themes.list()).filter(({ directory }) => directory !== '');
  const own = new Map(
    await Promise.all(themes.map(async ({ name, directory }) => [name, await classesIn(directory)] as const)),
  );
  return themes.map(({ name, title, parent }) => ({
    title,
    css: new Set([...(own.get(name) ?? []), ...(own.get(parent ?? '') ?? [])]),
  }));
}

async function classesIn(directory: string): Promise<Set<string>> {
  const folder = join(directory, 'assets');
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found.filter((entry) => entry.isFile() && entry.name.endsWith('.css'));
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')));
  return new Set(texts.flatMap((text) => text.match(CLASS) ?? []));
}
