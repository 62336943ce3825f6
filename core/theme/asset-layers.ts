import { stat } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { listFiles } from './template-files.ts';

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );

/**
 * The stylesheets of parents that a child has to build anew: all that it does not replace whole, as soon as it has a
 * stylesheet itself, which may be a part of one of them.
 */
export async function layeredSheets(
  own: readonly string[],
  behind: readonly string[],
  isEntry: (path: string) => boolean,
): Promise<{ in: string; out: string }[]> {
  if (!own.some((path) => extname(path) === '.css')) return [];
  const known = new Set(own);
  const found: { in: string; out: string }[] = [];
  for (const directory of behind) {
    for (const path of await listFiles(directory, '.css')) {
      if (known.has(path) || !isEntry(path)) continue;
      known.add(path);
      found.push({ in: join(directory, path), out: path.slice(0, -'.css'.length) });
    }
  }
  return found;
}

/** What a stylesheet names by a relative path is looked for in the child first, then in its parents. */
export function behindPlugin(folders: readonly string[]): Plugin {
  return {
    name: 'behind',
    setup(build) {
      if (folders.length < 2) return;
      build.onResolve({ filter: /^\.{1,2}\// }, async ({ path, importer, kind }) => {
        if (kind !== 'import-rule' && kind !== 'url-token') return undefined;
        const base = folders.find((folder) => importer.startsWith(folder + sep));
        const [, file = '', suffix = ''] = /^([^?#]*)((?:[?#].*)?)$/.exec(path) ?? [];
        const name = base && relative(base, resolve(dirname(importer), file));
        if (!name || name.startsWith('..')) return undefined;
        for (const folder of folders) {
          const candidate = join(folder, name);
          // A file that replaces another may still import what it replaces.
          if (candidate !== importer && (await isFile(candidate))) return { path: candidate, suffix };
        }
        return undefined;
      });
    },
  };
}
