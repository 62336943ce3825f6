import type { Site } from '../../kernel/site.ts';
import { digestOfTree, digestsOfFolder } from './digest.ts';
import { compareFiles, type Difference, packageDifference } from './package-files.ts';
import type { LockedPlugin } from './plugin-lock.ts';
import type { VersionRecord } from './plugin-versions.ts';

/**
 * Compares the files of an installed plugin, and of its npm packages, with what was installed.
 * @returns undefined where they are the same; what differs, with empty lists where nobody knows what was there
 */
export async function differenceOf(site: Site, name: string): Promise<Difference | undefined> {
  const { versions, lock } = site.pluginChanges;
  const locked = (await lock.read())[name];
  const id = await versions.current(name);
  const none = { changed: [], missing: [], added: [], unknown: [] };
  if (!locked || id === undefined) return none;
  const { files = {}, packageFiles = {} } = await versions.record(name, id).catch((): Partial<VersionRecord> => ({}));
  const folder = versions.path(name, id);
  const now = await digestsOfFolder(folder);
  const difference = await packageDifference(folder, locked.packages ?? {}, packageFiles);
  // Only the lock file counts; the record beside the files may name what differs.
  if (digestOfTree(now) !== locked.tree) {
    if (digestOfTree(files) !== locked.tree) return none;
    compareFiles(now, files, difference);
  }
  return Object.values(difference).every((paths) => paths.length === 0) ? undefined : difference;
}

/** What differs, in words of the command line, and what can be done about it. */
export function differenceWords({ unknown, ...paths }: Difference, locked: LockedPlugin | undefined): string {
  const named = Object.entries(paths).flatMap(([what, list]: [string, string[]]) =>
    list.length > 0 ? [`${what}: ${list.join(', ')}`] : [],
  );
  if (unknown.length > 0) named.push(`no digest is kept for its npm packages (${unknown.length})`);
  const why = named.join('; ') || 'nobody knows what was installed';
  return `${why}. ${locked ? `Put it in its place again: ${repairCommand(locked)}` : ''}`.trim();
}

/** The command that puts a plugin in its place again, in the same version; its data stay. */
function repairCommand({ source, version }: Pick<LockedPlugin, 'source' | 'version'>): string {
  const isNamed = /^(registry|npm):/.test(source);
  const from = isNamed ? `${source.replace(/^registry:/, '')}@${version}` : source;
  return `galley plugin install ${/^[\w@./:#+-]+$/.test(from) ? from : `'${from.replaceAll("'", `'\\''`)}'`} --force`;
}
