import { realpath } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join, sep } from 'node:path';
import type { Plugin as BundlerPlugin } from 'esbuild';
import type { PluginManifest } from '../kernel/plugin-manifest.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';

const BUILT_IN = new Set(builtinModules);
const OWN = join(import.meta.dirname, 'author.ts');
const ENTRY = 'galley-entry';
const READABLE = /\.(ts|mts|js|mjs|cjs|json|hbs|txt)$/;

const refusal = (text: string) => ({ errors: [{ text }] });

/** Whether a file stands in a folder, wherever links lead. @param directory by its real path */
export async function isWithin(directory: string, path: string): Promise<boolean> {
  return (await realpath(path)).startsWith(directory + sep);
}

/** Keeps the bundler within the plugin's folder: it reads with the rights of the site. */
function borders(directory: string): BundlerPlugin {
  return {
    name: 'borders',
    setup(build) {
      build.onResolve({ filter: /^galley\/contained$/ }, () => ({ path: OWN }));
      build.onResolve({ filter: /^galley($|\/)/ }, ({ path }) =>
        refusal(`"${path}" is not there for a contained plugin; import "galley/contained".`),
      );
      build.onResolve({ filter: /.*/ }, ({ path }) => {
        const name = path.replace(/^node:/, '');
        if (path.startsWith('node:') || BUILT_IN.has(name.split('/')[0] ?? ''))
          return refusal(`"${path}" belongs to Node; a contained plugin has none of it. Ask by "galley" instead.`);
        return undefined;
      });
      build.onLoad({ filter: /.*/ }, async ({ path }) => {
        if (path.startsWith(import.meta.dirname + sep)) return undefined;
        if (!READABLE.test(path)) return refusal(`"${path}" is no script, JSON or text.`);
        return (await isWithin(directory, path))
          ? undefined
          : refusal(`"${path}" stands outside of the plugin's folder.`);
      });
    },
  };
}

/**
 * Makes one script of a plugin, with what it runs on inside the isolate.
 * @throws GALLEY_PLUGIN_INVALID naming each import that a contained plugin cannot have
 */
export async function bundlePlugin(manifest: PluginManifest, maxChars: number): Promise<string> {
  // Made with the first plugin, while the bundler runs.
  await bundleHost();
  const { build } = await import('esbuild');
  const directory = await realpath(manifest.directory);
  const contents = `import { install } from ${JSON.stringify(join(import.meta.dirname, 'isolate.ts'))};
import plugin from ${JSON.stringify(join(directory, manifest.main))};
install(plugin);`;
  try {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: directory, sourcefile: ENTRY, loader: 'ts' },
      absWorkingDir: directory,
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2022',
      charset: 'utf8',
      legalComments: 'none',
      tsconfigRaw: {},
      loader: { '.hbs': 'text', '.txt': 'text' },
      logLevel: 'silent',
      plugins: [borders(directory)],
    });
    const code = outputFiles[0]?.text ?? '';
    if (code.length > maxChars) throw new Error(`it has ${code.length} characters, at most ${maxChars} are allowed`);
    return code;
  } catch (error) {
    const [{ name }, reason] = [manifest, problemsOf(error).replace(/\.$/, '')];
    throw new GalleyError('GALLEY_PLUGIN_INVALID', `"${name}" cannot be contained: ${reason}.`);
  }
}

let host: Promise<string> | undefined;

/** The program of plugin hosts, as one script: read without types to strip, a host takes 25 MB less. */
export function bundleHost(): Promise<string> {
  host ??= buildHost();
  return host;
}

async function buildHost(): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'host-main.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    minify: true,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

function problemsOf(error: unknown): string {
  const { errors } = error as { errors?: { text: string; location: { file: string; line: number } | null }[] };
  if (!errors) return messageOf(error);
  return errors
    .map(({ text, location }) => (location ? `${location.file}, line ${location.line}: ${text}` : text))
    .join('; ');
}
