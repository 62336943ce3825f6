import type { Site } from '../../kernel/site.ts';
import { says } from '../../lib/told-texts.ts';

/** Why a plugin is there. */
export interface PluginReason {
  /** The plugin that needs it; empty for what is so by itself. */
  by: string;
  /** Whether that one is active. */
  status: 'active' | 'inactive';
  /** A sentence. */
  reason: string;
}

/** Why a plugin is there: where it came from, who switched it on, and which plugins require it. */
export async function reasonsOf(site: Site, name: string): Promise<PluginReason[]> {
  const { provides, isFirstParty } = site.plugins.need(name);
  const active = new Set(await site.pluginChoice.active());
  const source = (await site.pluginChanges.lock.read())[name]?.source;
  const statusOf = (plugin: string): PluginReason['status'] => (active.has(plugin) ? 'active' : 'inactive');
  const gives = [name, ...provides];
  const needs = site.plugins
    .list()
    .flatMap((plugin) =>
      plugin.requires
        .filter((need) => gives.includes(need))
        .map((need) => ({ by: plugin.name, status: statusOf(plugin.name), reason: says(`It requires "${need}".`) })),
    );
  return [
    { by: '', status: statusOf(name), reason: originReason(isFirstParty, source) },
    { by: '', status: statusOf(name), reason: choiceReason(site, name, active.has(name)) },
    ...needs,
  ];
}

function originReason(isFirstParty: boolean, source: string | undefined): string {
  if (isFirstParty) return says('It comes with Galley.');
  if (source === undefined) return says('It lies in the folder of plugins, where somebody put it.');
  return says(`It was installed from ${source}.`);
}

function choiceReason(site: Site, name: string, isActive: boolean): string {
  if (!isActive) return says('It is not switched on.');
  if (site.config.plugins.default.includes(name)) return says('It is one of those that run from the start.');
  return says('An administrator switched it on.');
}
