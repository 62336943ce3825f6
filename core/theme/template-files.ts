import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder with `templates/`, `layouts/` and `partials/`. */
export interface TemplateFolder {
  /** The theme's name, for messages. */
  name: string;
  directory: string;
}

/** One file of a theme. */
export interface TemplateFile {
  /** `templates/single`, `partials/menu/item`: what it is found by. */
  key: string;
  /** `<theme>/templates/single.hbs`, for messages. */
  file: string;
  theme: string;
  source: string;
}

const KINDS = ['templates', 'layouts', 'partials'];

/** The paths of all files below a folder that end in `extension`, relative and sorted; none where there is no folder. */
export async function listFiles(directory: string, extension = ''): Promise<string[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return found
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension) && !entry.name.startsWith('.'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(directory.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/** Reads all template files of a folder. */
export async function readTemplates({ name, directory }: TemplateFolder): Promise<TemplateFile[]> {
  const paths = await Promise.all(
    KINDS.map(async (kind) => (await listFiles(join(directory, kind), '.hbs')).map((path) => `${kind}/${path}`)),
  );
  return Promise.all(
    paths.flat().map(async (path) => ({
      key: path.slice(0, -'.hbs'.length),
      file: `${name}/${path}`,
      theme: name,
      source: (await readFile(join(directory, path), 'utf8')).replace(/^\ufeff/, ''),
    })),
  );
}

/** Something that changes whenever a file of the folders does: to notice edits while a theme is being made. */
export async function fingerprint(directories: readonly string[]): Promise<string> {
  const files = await Promise.all(
    directories.map(async (directory) => (await listFiles(directory)).map((path) => join(directory, path))),
  );
  const stamps = await Promise.all(
    files.flat().map(
      async (path) =>
        `${path} ${await stat(path).then(
          (facts) => `${facts.mtimeMs} ${facts.size}`,
          () => '',
        )}`,
    ),
  );
  return stamps.join('\n');
}
