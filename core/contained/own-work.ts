import type { ContainedManifest } from '../kernel/contained-manifest.ts';
import type { PluginInfo } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';

/** Defines the scheduled work of a plugin's manifest. The site is bound to it. @throws GALLEY_PLUGIN_INVALID */
export function addCron(site: Site, plugin: PluginInfo, cron: ContainedManifest['cron']): void {
  demand(plugin, 'cron', cron);
  for (const [name, { schedule, summary }] of Object.entries(cron)) {
    // Not each second: a contained plugin has no business of such a kind.
    if (schedule.trim().split(/\s+/).length !== 5)
      throw new GalleyError('GALLEY_PLUGIN_INVALID', `The schedule of "${name}" has five fields, from minutes on.`);
    const run = async (): Promise<unknown> => {
      (await site.contained.calls.adoptRights(plugin.name)).need('cron');
      return site.contained.ask(plugin, `cron.${name}`, '{}');
    };
    site.cron.define(`${plugin.name}:${name}`, { schedule, summary, run });
  }
}

/** Defines the kinds of job of a plugin's manifest. The site is bound to it. @throws GALLEY_PLUGIN_INVALID */
export function addJobs(site: Site, plugin: PluginInfo, jobs: ContainedManifest['jobs']): void {
  demand(plugin, 'jobs', jobs);
  for (const [name, { summary }] of Object.entries(jobs)) {
    site.jobs.define(`${plugin.name}:${name}`, {
      summary,
      run: async (_site, job) => {
        (await site.contained.calls.adoptRights(plugin.name)).need('jobs');
        await site.contained.ask(plugin, `jobs.${name}`, JSON.stringify(job.data ?? null));
      },
    });
  }
}

/** @throws GALLEY_PLUGIN_INVALID for what is declared without asking for the capability that it needs */
export function demand(plugin: PluginInfo, capability: string, declared: object): void {
  if (Object.keys(declared).length === 0 || plugin.capabilities.includes(capability)) return;
  throw new GalleyError(
    'GALLEY_PLUGIN_INVALID',
    `The manifest declares "${capability}" but does not ask for the capability "${capability}".`,
  );
}
