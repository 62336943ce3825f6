// Finds modules without asking the disk: those of Galley by their names, the dependencies in bin/prebundle.js's file.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The number of each specifier in the prebundle; none where there is no prebundle, or packages changed after it. */
function readPrebundle(folder, modules) {
  try {
    const { lock, specifiers } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
    if (lock !== lockOf(modules)) return new Map();
    return new Map(specifiers.map((name, number) => [name, number]));
  } catch {
    return new Map();
  }
}

/** What says which packages are installed: the hash of npm's own list. */
export function lockOf(modules) {
  return hash('sha1', readFileSync(join(modules, '.package-lock.json')));
}

/** @param {string} root the folder of Galley */
export function loadQuickly(root) {
  const modules = join(root, 'node_modules');
  const folder = join(modules, '.cache', 'prebundle');
  const own = [`${pathToFileURL(join(root, 'core')).href}/`, `${pathToFileURL(join(root, 'plugins')).href}/`];
  const prebundled = readPrebundle(folder, modules);
  const base = `${pathToFileURL(folder).href}/`;
  const core = { url: new URL('index.ts', own[0]).href, format: 'module-typescript', shortCircuit: true };
  const inPrebundle = (number, isImport) => ({
    url: `${base}${number}.${isImport ? 'mjs' : 'cjs'}`,
    format: isImport ? 'module' : 'commonjs',
    shortCircuit: true,
  });
  registerHooks({
    resolve(specifier, context, next) {
      const from = context.parentURL ?? '';
      if (specifier === 'galley') return core;
      // Plugins from elsewhere may have packages of their own, in versions of their own.
      if (!own.some((place) => from.startsWith(place))) return next(specifier, context);
      if (specifier.startsWith('.') && specifier.endsWith('.ts'))
        return { url: new URL(specifier, from).href, format: 'module-typescript', shortCircuit: true };
      const number = prebundled.get(specifier);
      if (number === undefined) return next(specifier, context);
      return inPrebundle(number, context.conditions.includes('import'));
    },
  });
}
