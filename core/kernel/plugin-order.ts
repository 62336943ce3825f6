import { didYouMean } from '../lib/suggest.ts';
import { says } from '../lib/told-texts.ts';
import type { PluginManifest } from './plugin-manifest.ts';

/** The order to set plugins up in, and why some cannot be. */
export interface PluginOrder {
  ordered: PluginManifest[];
  refused: { manifest: PluginManifest; reason: string }[];
}

/**
 * Orders plugins so that each comes after what it requires. Otherwise the given order is kept. A plugin that
 * requires something absent, or stands in a circle, is refused with the reason, and so are those that need it.
 */
export function orderPlugins(manifests: readonly PluginManifest[]): PluginOrder {
  const providers = new Map<string, PluginManifest>();
  for (const manifest of manifests)
    for (const name of [manifest.name, ...manifest.provides]) providers.set(name, manifest);

  const ordered: PluginManifest[] = [];
  const reasons = new Map<PluginManifest, string>();
  const visiting: PluginManifest[] = [];

  const visit = (manifest: PluginManifest): boolean => {
    if (ordered.includes(manifest)) return true;
    if (reasons.has(manifest)) return false;
    if (visiting.includes(manifest)) {
      const circle = [...visiting.slice(visiting.indexOf(manifest)), manifest].map((item) => item.name).join(' → ');
      for (const item of visiting) reasons.set(item, says(`it stands in a circle of requirements: ${circle}.`));
      return false;
    }
    visiting.push(manifest);
    for (const name of manifest.requires) {
      const provider = providers.get(name);
      if (!provider)
        reasons.set(
          manifest,
          says(`it requires "${name}", which no active plugin provides.${didYouMean(name, providers.keys())}`),
        );
      else if (!visit(provider) && !reasons.has(manifest))
        reasons.set(manifest, says(`it requires "${name}", which cannot run: ${reasons.get(provider)}`));
    }
    visiting.pop();
    if (reasons.has(manifest)) return false;
    ordered.push(manifest);
    return true;
  };

  for (const manifest of manifests) visit(manifest);
  return { ordered, refused: [...reasons].map(([manifest, reason]) => ({ manifest, reason })) };
}
