import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { attach, type Module } from '../kernel/module.ts';
import { importPlugin, type Plugin, type PluginInfo } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { ContainedDefinition } from './author.ts';
import { bundlePlugin } from './bundle.ts';
import { Contained } from './contained.ts';
import { addHookListeners } from './hook-listeners.ts';
import { addBlocks, readTemplates } from './own-blocks.ts';
import { addFrames, type FrameDocument, readFrames } from './own-frames.ts';
import { defineKeys } from './own-keys.ts';
import { addPanels, addPanelViews } from './own-panels.ts';
import { addRoutes } from './own-routes.ts';
import { addCron, addJobs } from './own-work.ts';
import { defineSettings } from './plugin-settings.ts';
import { defineRecordUpkeep } from './record-upkeep.ts';

/** Registers all that the manifest declares. What runs it, in which tier, is decided elsewhere. */
function setUp(site: Site, plugin: PluginInfo, frames: ReadonlyMap<string, FrameDocument>): void {
  const { contained } = plugin;
  if (!contained) return;
  defineSettings(site, plugin.title, contained.settings);
  defineKeys(site, plugin, contained.keys);
  addHookListeners(site, plugin, contained.hooks);
  addRoutes(site, plugin, contained.routes);
  addBlocks(site, plugin, contained.blocks);
  addPanels(site, plugin, contained.panels);
  addFrames(site, plugin, frames);
  addCron(site, plugin, contained.cron);
  addJobs(site, plugin, contained.jobs);
}

/** The handlers of the same source, in this process. @throws GALLEY_PLUGIN_INVALID */
async function importDefinition(plugin: PluginInfo): Promise<ContainedDefinition> {
  const file = join(plugin.directory, plugin.main);
  const module = (await import(pathToFileURL(file).href)) as { default?: ContainedDefinition };
  if (typeof module.default === 'object' && module.default !== null) return module.default;
  throw new GalleyError(
    'GALLEY_PLUGIN_INVALID',
    `${file} has no handlers as its default export. Write: export default contained({ hooks: { … } })`,
  );
}

/** Gets a plugin: one whose manifest says so from its declarations, any other from its code. */
async function loadPlugin(site: Site, plugin: PluginInfo): Promise<Plugin> {
  if (!plugin.contained) return importPlugin(site, plugin);
  const { contained } = site;
  contained.calls.add(plugin);
  const [templates, frames] = await Promise.all([readTemplates(site, plugin), readFrames(plugin)]);
  if (plugin.tier === 'trusted') contained.addTrusted(plugin.name, await importDefinition(plugin), templates);
  else {
    const code = await bundlePlugin(plugin, contained.limits.maxBundle);
    contained.addContained({ name: plugin.name, code, templates });
  }
  return { setup: (bound) => setUp(bound, plugin, frames) };
}

/** Contained plugins. No host is started before one of them is asked something. */
export const containedModule: Module = {
  name: 'contained',
  start(site) {
    attach(site, 'contained', new Contained(site));
    addPanelViews(site);
    defineRecordUpkeep(site);
    site.plugins.load = loadPlugin;
    site.hooks.addAction('site:ready', async () => {
      if (!site.plugins.list().some(({ tier, state }) => tier === 'contained' && state === 'active')) return;
      await site.contained.adoptStrikes();
      await site.contained.calls.adoptAllRights();
      // The bundler is a process of its own.
      const { stop } = await import('esbuild');
      await stop();
    });
  },
  stop: (site) => site.contained.stop(),
};
