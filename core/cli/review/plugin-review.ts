import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { typeCapabilities } from '../../identity/capabilities.ts';
import { type PluginManifest, readManifest } from '../../kernel/plugin-manifest.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError, messageOf } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { catalogueFaults, readCatalogue } from '../../theme/catalogue-file.ts';
import type { SourceText } from '../../theme/extract.ts';
import { listFiles } from '../../theme/template-files.ts';
import { coreTexts, ownTexts } from '../text-parts.ts';
import type { Finding } from './finding.ts';
import { iconFindings } from './icon-review.ts';
import { definedHooks, type KnownNames, reviewAsked, reviewAsset, reviewSource } from './source-review.ts';
import { readSource, SourceError, type SourceFile } from './source-tree.ts';

const MIB = 1024 * 1024;
const FILE_MAX = MIB;
const PLUGIN_MAX = 5 * MIB;
const MIGRATION = /^migrations\/\d{14}_[a-z0-9_]+\.(ts|js)$/;
const SOURCE = /\.(ts|js|mjs)$/;
const TEST = /\.test(-data)?\.[jt]s$|(^|\/)tests?\//;

/**
 * Reads a plugin as a reviewer would, without running it: manifest, hooks, capabilities, imports, migrations, texts and
 * size. Names are compared with those of `site`, and with what the plugin defines itself.
 *
 * @param core what core says in translation; given, it is read once for many plugins
 */
export async function reviewPlugin(site: Site, directory: string, core = coreTexts(site)): Promise<Finding[]> {
  let manifest: PluginManifest;
  try {
    manifest = await readManifest(directory);
  } catch (error) {
    const message = messageOf(error).replace(`${join(directory, 'package.json')}: `, '');
    return [{ level: 'error', file: 'package.json', line: 0, message }];
  }
  const files = (await listFiles(directory)).filter((file) => !/(^|\/)node_modules\//.test(file));
  const { sources, findings } = await readSources(directory, files);
  const known = await knownNames(site, directory, sources);
  return [
    ...manifestFindings(site, manifest, files),
    ...findings,
    ...sources.flatMap(({ file, tree }) =>
      isAsset(file) ? reviewAsset(file, tree) : reviewSource(file, tree, manifest, known),
    ),
    ...(manifest.contained
      ? sources.flatMap(({ file, tree }) => reviewAsked(file, tree, manifest, site.contained.calls.list()))
      : []),
    ...iconFindings(
      manifest,
      sources.filter(({ file }) => !isAsset(file)),
    ),
    ...migrationFindings(files, sources),
    ...(await textFindings(directory, files, await core)),
    ...(await sizeFindings(directory, files)),
  ].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

const isAsset = (file: string): boolean => file.startsWith('assets/');

async function readSources(
  directory: string,
  files: readonly string[],
): Promise<{ sources: SourceFile[]; findings: Finding[] }> {
  const sources: SourceFile[] = [];
  const findings: Finding[] = [];
  for (const file of files) {
    if (!SOURCE.test(file) || TEST.test(file) || file.endsWith('.d.ts')) continue;
    try {
      const text = await readFile(join(directory, file), 'utf8');
      sources.push({ file, tree: readSource(file, text) });
    } catch (error) {
      const line = error instanceof SourceError ? error.line : 0;
      findings.push({ level: 'error', file, line, message: `It cannot be read: ${messageOf(error)}` });
    }
  }
  return { sources, findings };
}

async function knownNames(site: Site, directory: string, sources: readonly SourceFile[]): Promise<KnownNames> {
  const own = sources.flatMap(({ tree }) => definedHooks(tree));
  const hooks = new Map([...own, ...site.hooks.list().map(({ name, kind }) => [name, kind] as const)]);
  const named = (call: string): string[] =>
    sources.flatMap(({ tree }) =>
      tree.calls.flatMap(({ path, text }) => (path.slice(-2).join('.') === call && text ? [text] : [])),
    );
  const types = [...site.types.names(), ...named('types.register')];
  const ofTypes = types.flatMap((type) => [type, ...typeCapabilities(type).map(([name]) => name)]);
  const capabilities = new Set([...site.capabilities.names(), ...named('capabilities.define'), ...ofTypes]);
  return { hooks, capabilities, packages: await namedPackages(site, directory) };
}

/** The packages that may be imported; for a plugin that comes with Galley also those of Galley. */
async function namedPackages(site: Site, directory: string): Promise<Set<string>> {
  const isOwn = dirname(directory) === join(site.root, 'plugins');
  const names = [directory, ...(isOwn ? [site.root] : [])].map(async (folder) => {
    const text = await readFile(join(folder, 'package.json'), 'utf8');
    const { dependencies = {}, peerDependencies = {} } = JSON.parse(text) as Record<string, object | undefined>;
    return Object.keys({ ...dependencies, ...peerDependencies });
  });
  return new Set((await Promise.all(names)).flat());
}

function manifestFindings(site: Site, manifest: PluginManifest, files: readonly string[]): Finding[] {
  const warn = (message: string, file = 'package.json'): Finding => ({ level: 'warning', file, line: 0, message });
  const found: Finding[] = [];
  if (!files.includes(manifest.main))
    found.push({ ...warn(`Its main file "${manifest.main}" is not there.`), level: 'error' });
  if (!manifest.description) found.push(warn('It has no description. People choose plugins by it.'));
  if (!manifest.author) found.push(warn('It names no author.'));
  if (!files.some((file) => /^readme\.md$/i.test(file))) found.push(warn('There is none.', 'README.md'));
  if (!files.some((file) => TEST.test(file))) found.push(warn('It has no test.'));
  const names = new Set(site.plugins.list().map(({ name }) => name));
  for (const name of manifest.requires) {
    if (names.has(name) || site.services.has(name)) continue;
    found.push(warn(`It requires "${name}", which this site has not.${didYouMean(name, names)}`));
  }
  return found;
}

function migrationFindings(files: readonly string[], sources: readonly SourceFile[]): Finding[] {
  const misnamed = files
    .filter((file) => file.startsWith('migrations/') && SOURCE.test(file) && !TEST.test(file) && !MIGRATION.test(file))
    .map(
      (file): Finding => ({ level: 'error', file, line: 0, message: 'Name it like 20261231235959_create_orders.ts.' }),
    );
  const halves = sources
    .filter(({ file }) => MIGRATION.test(file))
    .flatMap(({ file, tree }) =>
      ['up', 'down']
        .filter((name) => !tree.exports.includes(name))
        .map((name): Finding => ({ level: 'error', file, line: 0, message: `It exports no function "${name}".` })),
    );
  return [...misnamed, ...halves];
}

async function textFindings(
  directory: string,
  files: readonly string[],
  core: ReadonlyMap<string, SourceText>,
): Promise<Finding[]> {
  const texts = await ownTexts(directory, core);
  const catalogues = files.filter((file) => /^locales\/[^/]+\.json$/.test(file));
  const found: Finding[] = [];
  for (const file of catalogues) {
    const language = file.slice('locales/'.length, -'.json'.length);
    const faults = catalogueFaults(texts, await readCatalogue(directory, language), language);
    const [first] = faults.filter(({ fault }) => fault !== 'unused');
    if (!first) continue;
    const message = `${faults.length} texts are not translated rightly; the first is "${first.text}" (${first.fault}).`;
    found.push({ level: 'warning', file, line: 0, message });
  }
  return found;
}

async function sizeFindings(directory: string, files: readonly string[]): Promise<Finding[]> {
  const sizes = await Promise.all(
    files.map(async (file) => ({ file, size: (await stat(join(directory, file))).size })),
  );
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  const large = sizes.filter(({ size }) => size > FILE_MAX);
  const words = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;
  return [
    ...large.map(
      ({ file, size }): Finding => ({ level: 'warning', file, line: 0, message: `It is large: ${words(size)}.` }),
    ),
    ...(total > PLUGIN_MAX
      ? [{ level: 'warning' as const, file: '.', line: 0, message: `The plugin is large: ${words(total)}.` }]
      : []),
  ];
}

/** @throws GALLEY_FILE_UNKNOWN where there is no folder of a plugin */
export async function needFolder(directory: string): Promise<void> {
  const isFolder = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new GalleyError('GALLEY_FILE_UNKNOWN', `There is no folder ${directory}.`);
}
