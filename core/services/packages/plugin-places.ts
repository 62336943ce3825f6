import { GalleyError } from '../../lib/errors.ts';
import { digestOfTree, digestsOfFolder, digestsOfPackages } from './digest.ts';
import type { PlannedPlugin } from './plugin-plan.ts';
import type { PluginVersions } from './plugin-versions.ts';

/** What of the installed plugins a plan may touch. */
export type Replacing = { [option in 'replace' | 'again']?: boolean | undefined };

/** Whether a version's folder is of such a name: the name itself, or one with a number behind. */
const isPlaceOf = (place: string | undefined, id: string): boolean =>
  place === id || (place?.startsWith(`${id}_`) ?? false);

/**
 * Those of a plan that are not here as they are to be, each with the folder that it gets.
 * @throws GALLEY_PACKAGE_INVALID where one would replace another version and may not
 */
export async function placePlan(
  plan: readonly PlannedPlugin[],
  versions: PluginVersions,
  { replace, again }: Replacing,
): Promise<PlannedPlugin[]> {
  const fresh: PlannedPlugin[] = [];
  for (const plugin of plan) {
    const { manifest, id, installed } = plugin;
    const { name, version } = manifest;
    const isAgain = isPlaceOf(await versions.current(name), id);
    if (isAgain && !again) continue;
    if (installed !== undefined && !replace)
      throw new GalleyError(
        'GALLEY_PACKAGE_INVALID',
        `"${name}" is installed already, in version ${installed}. Replace it by ${version} with: galley plugin update, or --force.`,
      );
    fresh.push({ ...plugin, isAgain, id: await placeOf(plugin, versions, isAgain) });
  }
  return fresh;
}

/**
 * The folder of the version. Where that is not as it was when it was put there, or is to be left for another one, it is
 * a folder of the same name with a number behind: processes may still run what is there.
 */
async function placeOf(plugin: PlannedPlugin, versions: PluginVersions, isAnew: boolean): Promise<string> {
  const { manifest, id, files, packageFiles } = plugin;
  for (let place = id, count = 2; ; place = `${id}_${count++}`) {
    if (!(await versions.has(manifest.name, place))) return place;
    if (isAnew) continue;
    const folder = versions.path(manifest.name, place);
    const isIntact =
      digestOfTree(await digestsOfFolder(folder)) === digestOfTree(files) &&
      digestOfTree(await digestsOfPackages(folder)) === digestOfTree(packageFiles);
    if (isIntact) return place;
  }
}
