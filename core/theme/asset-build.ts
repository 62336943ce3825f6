import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { behindPlugin, layeredSheets } from './asset-layers.ts';
import { listFiles } from './template-files.ts';

/** A file as it was built. */
interface BuiltFile {
  /** The name templates use: `css/theme.css`. */
  name: string;
  /** The last part of the address: hash and extension. */
  id: string;
  body: Buffer;
}

/** All that was built from a folder. */
export interface Build {
  files: BuiltFile[];
  /** Files outside the folder that went into it, absolute. */
  inputs: string[];
  /** What the bundler wonders at. */
  warnings: AssetProblem[];
}

/** A mistake in a stylesheet or script. */
export interface AssetProblem {
  file: string;
  /** From 1; 0 where it is not known. */
  line: number;
  message: string;
}

const ENTRY = /^((css|js)\/)?[^/_][^/]*\.(css|js|ts)$/;
const SOURCE = /\.(css|js|ts|mjs)$/;
const OUT = '__out';
const BINARY = [
  'woff2',
  'woff',
  'ttf',
  'otf',
  'png',
  'jpg',
  'jpeg',
  'gif',
  'webp',
  'avif',
  'svg',
  'ico',
  'mp4',
  'webm',
  'mp3',
];
const BROWSERS = ['chrome112', 'edge112', 'firefox117', 'safari16.5'];
const HASH_LENGTH = 20;

/** The name that a content is found by. */
export function contentId(body: Uint8Array, name: string): string {
  return (
    createHash('sha256').update(body).digest('hex').slice(0, HASH_LENGTH) +
    extname(name)
      .toLowerCase()
      .replace(/^\.ts$/, '.js')
  );
}

/** Whether a file is bundled; the other stylesheets and scripts are parts of bundles and not served themselves. */
function isEntry(path: string): boolean {
  return ENTRY.test(path);
}

/**
 * Bundles and minifies the stylesheets and scripts of a folder and names every file by its content.
 *
 * @param modules folders with npm packages that may be imported
 * @param behind folders of the parents: their stylesheets are built anew where this folder replaces a part of them
 * @throws GALLEY_THEME_INVALID with file and line of each mistake
 */
export async function buildAssets(
  directory: string,
  modules: string[],
  behind: readonly string[] = [],
): Promise<Build> {
  const paths = await listFiles(directory);
  const own = paths.filter(isEntry).map((path) => ({ in: path, out: withoutExtension(path) }));
  const entries = [...own, ...(await layeredSheets(paths, behind, isEntry))];
  const bundled =
    entries.length > 0
      ? await bundle([directory, ...behind], entries, modules)
      : { files: [], inputs: [], warnings: [] };
  const names = new Set(bundled.files.map(({ name }) => name));
  const plain = await Promise.all(
    paths
      .filter((path) => !names.has(path) && !SOURCE.test(path))
      .map(async (name) => {
        const body = await readFile(join(directory, name));
        return { name, id: contentId(body, name), body };
      }),
  );
  return { ...bundled, files: [...bundled.files, ...plain] };
}

const withoutExtension = (path: string): string => path.slice(0, -extname(path).length);

async function bundle(
  folders: readonly string[],
  entries: { in: string; out: string }[],
  modules: string[],
): Promise<Build> {
  const [directory = ''] = folders;
  const { build } = await import('esbuild');
  try {
    const { outputFiles, metafile, warnings } = await build({
      absWorkingDir: directory,
      entryPoints: entries,
      outdir: join(directory, OUT),
      entryNames: '[dir]/[name]',
      assetNames: '[hash]',
      publicPath: '/assets',
      bundle: true,
      minify: true,
      format: 'iife',
      target: BROWSERS,
      loader: Object.fromEntries(BINARY.map((extension) => [`.${extension}`, 'file' as const])),
      nodePaths: modules,
      plugins: [iconPlugin(modules), behindPlugin(folders)],
      legalComments: 'none',
      logLevel: 'silent',
      metafile: true,
      write: false,
    });
    const files = outputFiles.map(({ path, contents }) => {
      const output = relative(directory, path).replaceAll('\\', '/');
      const facts = metafile.outputs[output];
      const isBundle = facts?.entryPoint !== undefined;
      const body = Buffer.from(contents);
      const name = isBundle
        ? output.slice(OUT.length + 1)
        : sourceName(folders, Object.keys(facts?.inputs ?? {})[0] ?? output);
      return { name, id: isBundle ? contentId(body, name) : basename(output), body };
    });
    const inputs = Object.keys(metafile.inputs)
      .filter((path) => !path.startsWith('icon:'))
      .map((path) => (isAbsolute(path) ? path : resolve(directory, path)));
    return {
      files,
      inputs: inputs.filter((path) => relative(directory, path).startsWith('..')),
      warnings: problemsOf(directory, warnings),
    };
  } catch (error) {
    throw buildError(directory, error);
  }
}

/** Ends the bundler's process, which the next build starts again. */
export async function endBundler(): Promise<void> {
  const { stop } = await import('esbuild');
  await stop();
}

/** `import plus from 'icon:plus-lg'` gives a script the text of a Bootstrap icon. */
function iconPlugin(modules: readonly string[]): Plugin {
  return {
    name: 'icons',
    setup(build) {
      build.onResolve({ filter: /^icon:/ }, ({ path }) => ({ path: path.slice('icon:'.length), namespace: 'icon' }));
      build.onLoad({ filter: /^[a-z0-9-]+$/, namespace: 'icon' }, async ({ path }) => {
        for (const folder of modules) {
          const file = join(folder, 'bootstrap-icons', 'icons', `${path}.svg`);
          const contents = await readFile(file, 'utf8').catch(() => undefined);
          if (contents !== undefined) return { contents, loader: 'text' };
        }
        return { errors: [{ text: `There is no icon "${path}".` }] };
      });
    },
  };
}

/** The name of a font or image that a stylesheet uses: its path in the folder, or from the package's name on. */
function sourceName(folders: readonly string[], input: string): string {
  const path = resolve(folders[0] ?? '', input).replaceAll('\\', '/');
  const from = path.lastIndexOf('/node_modules/');
  if (from >= 0) return path.slice(from + '/node_modules/'.length);
  const base = folders.find((folder) => !relative(folder, path).startsWith('..')) ?? folders[0] ?? '';
  return relative(base, path).replaceAll('\\', '/');
}

interface BuildMessage {
  text: string;
  location: { file: string; line: number } | null;
}

function problemsOf(directory: string, messages: readonly BuildMessage[]): AssetProblem[] {
  return messages.map(({ text, location }) => ({
    file: location?.file ?? directory,
    line: location?.line ?? 0,
    message: text,
  }));
}

function buildError(directory: string, error: unknown): GalleyError {
  const problems = problemsOf(directory, (error as { errors?: BuildMessage[] }).errors ?? []);
  const told = problems
    .map(({ file, line, message }) => `${file}${line ? `, line ${line}` : ''}: ${message}`)
    .join('; ');
  const reason = (told || messageOf(error)).replace(/\.$/, '');
  return new GalleyError('GALLEY_THEME_INVALID', `The assets in ${directory} cannot be built: ${reason}.`, {
    cause: error,
    details: { problems },
  });
}
