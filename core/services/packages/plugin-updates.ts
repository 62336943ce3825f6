import { gt, inc, satisfies, valid } from 'semver';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { says } from '../../lib/told-texts.ts';
import type { PlannedPlugin, WantedPlugin } from './plugin-plan.ts';
import { type PluginSource, parseSource, sourceText } from './source.ts';
import { refused } from './unpack.ts';

/** How far an update may go. */
export interface UpdateBounds {
  /** `minor`: no new major version. `patch`: corrections only. */
  within?: 'minor' | 'patch' | undefined;
  /** Exactly this version, also an older one. */
  version?: string | undefined;
}

/** A version that an installed plugin could have. */
export interface PluginUpdate {
  name: string;
  /** The installed version. */
  current: string;
  /** The version that could come; undefined where there is none. */
  target: string | undefined;
  /** Where it comes from; undefined where the source shows what it has only when it is fetched. */
  source: PluginSource;
  /** Whether only fetching tells what the source has: a folder, a repository. */
  isOpen: boolean;
  /** Why newer ones are left out, a sentence each. */
  reasons: string[];
}

function rangeOf(current: string, { within, version }: UpdateBounds): string {
  if (version !== undefined) return version;
  if (within === 'patch') return `~${current}`;
  return within === 'minor' ? `>=${current} <${inc(current, 'major')}-0` : `>=${current}`;
}

/**
 * Looks for another version of an installed plugin, where it came from and nowhere else.
 * @throws GALLEY_PLUGIN_UNKNOWN for one of which nobody knows where it came from
 */
export async function findUpdate(site: Site, name: string, bounds: UpdateBounds = {}): Promise<PluginUpdate> {
  const locked = (await site.pluginChanges.lock.read())[name];
  if (!locked)
    throw new GalleyError(
      'GALLEY_PLUGIN_UNKNOWN',
      `plugins.lock.json does not say where "${name}" came from, so nothing newer can be found.`,
    );
  const current = locked.version;
  const source = parseSource(locked.source);
  if (source.kind !== 'npm' && source.kind !== 'registry')
    return { name, current, target: undefined, source, isOpen: true, reasons: [] };
  const fetcher = await site.pluginChanges.fetcher();
  const engine = await site.pluginChanges.engine();
  const choice = await fetcher.choose({ ...source, range: rangeOf(current, bounds) }, { engine });
  const { release, reasons } = choice ?? {
    release: undefined,
    reasons: [says(`The registry has no plugin "${name}" any more.`)],
  };
  const isOther = release !== undefined && release.version !== current;
  const isWanted =
    isOther && (bounds.version !== undefined || (valid(current) !== null && gt(release.version, current)));
  const target = isWanted ? release.version : undefined;
  return { name, current, target, source: { ...source, range: target ?? current }, isOpen: false, reasons };
}

/** Demands that of all that were asked for, which come first in a plan. @throws GALLEY_PACKAGE_INVALID */
export function demandUpdates(
  plan: readonly PlannedPlugin[],
  wanted: readonly WantedPlugin[],
  bounds: UpdateBounds,
): void {
  for (const [at, { source }] of wanted.entries()) {
    const plugin = plan[at];
    if (plugin) demandUpdate(plugin, bounds, source);
  }
}

/**
 * Refuses what a source has where an update may not go there: an older version above all, for whoever can put an old
 * one into a source brings its holes back.
 * @throws GALLEY_PACKAGE_INVALID
 */
function demandUpdate(
  { manifest, installed, isOlder }: PlannedPlugin,
  bounds: UpdateBounds,
  source: PluginSource,
): void {
  const { name, version } = manifest;
  if (installed === undefined || valid(version) === null || valid(installed) === null) return;
  const from = sourceText(source);
  if (isOlder && bounds.version === undefined)
    throw refused(
      `"${name}" is installed in version ${installed}, and its source has the older ${version}. Who wants that nevertheless installs it with: galley plugin install ${from} --force.`,
    );
  const range = rangeOf(installed, bounds);
  if (!satisfies(version, range, { includePrerelease: true }))
    throw refused(`Its source has "${name}" ${version}, which is not in ${range}.`);
}
