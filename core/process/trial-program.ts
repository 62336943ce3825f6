// What a trial process runs: it starts a site, tells its parent how that went, and ends.
import { boot } from '../boot.ts';
import { SYSTEM } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';
import type { ConfigOverrides } from '../services/config-types.ts';
import type { PluginData, TrialOrder, TrialReport } from '../services/packages/plugin-trial.ts';
import { orderVariables } from './messages.ts';
import { listens, overridesOf } from './role.ts';
import { trySite } from './site-process.ts';

const QUIET = { log: { level: 'fatal' } } as const;

const settingsOf = ({ place, role }: Pick<TrialOrder, 'place' | 'role'>): ConfigOverrides => {
  const { contentDir, databaseUrl, redisUrl } = place;
  return {
    ...QUIET,
    ...overridesOf(role),
    redis: { url: redisUrl },
    content: { dir: contentDir },
    database: { url: databaseUrl },
  };
};

function checkPlugins({ plugins }: Site, names: readonly string[]): void {
  for (const name of names) {
    const { state, reason = 'it was not set up', faults } = plugins.need(name);
    const [fault] = faults;
    if (state !== 'active') throw new GalleyError('GALLEY_PLUGIN_FAILED', reason);
    if (fault) throw new GalleyError('GALLEY_PLUGIN_FAILED', `${fault.where}: ${fault.message}`);
  }
}

async function checkPages(site: Site): Promise<void> {
  await trySite(site);
  const status = await site.http.ask('/admin');
  if (status >= 500) throw new GalleyError('GALLEY_PLUGIN_FAILED', `The admin answered ${status}.`);
}

/** As an administrator sees it who is logged in; only where the people are made for the trial too. */
async function checkAdmin(site: Site): Promise<void> {
  const { id } = await site.users.create({ login: 'trial', name: 'Trial', roles: ['administrator'] }, SYSTEM);
  const { token } = await site.sessions.create(id);
  // By whichever name this site has it.
  const headers = { cookie: `galley=${token}; __Host-galley=${token}` };
  const status = await site.http.ask('/admin', headers);
  // Without the plugin that brings a first screen there is none.
  if (status >= 500) throw new GalleyError('GALLEY_PLUGIN_FAILED', `The admin answered ${status}.`);
}

/** The store of a site that was made for the trial is always SQLite. */
async function tablesOf(site: Site): Promise<string[]> {
  const rows = await site.database.read<{ type: string; name: string }>('sqlite_master').where({ type: 'table' });
  return rows.map(({ name }) => name);
}

/** Removes the plugin's tables, which are nobody's here, and sees what is gone. */
async function dataOf(site: Site, name: string): Promise<PluginData> {
  const options = (await site.options.all()).filter(({ owner }) => owner === name).map((option) => option.name);
  const before = await tablesOf(site);
  const steps = (await site.migrations.history()).filter(({ owner }) => owner === name).length;
  if (steps > 0) await site.migrations.down({ owner: name, steps });
  const after = new Set(await tablesOf(site));
  return { tables: before.filter((table) => !after.has(table)), options };
}

async function tryOrder({ root, place, role, plan, isRemoval, isEmpty }: TrialOrder): Promise<TrialReport> {
  const { folders: pluginFolders, plugins, names } = plan;
  // What a plugin could look at to see where it is.
  Object.assign(process.env, orderVariables({ role, isFirst: false, switchOff: {} }));
  const booted = await boot({ root, env: process.env, overrides: settingsOf({ place, role }), plugins, pluginFolders });
  try {
    if (isRemoval) return { data: await dataOf(booted.site, names[0] ?? '') };
    checkPlugins(booted.site, names);
    if (listens(role)) {
      await booted.site.contained.warm();
      await checkPages(booted.site);
      if (isEmpty) await checkAdmin(booted.site);
    }
    // What a plugin did while pages were made.
    checkPlugins(booted.site, names);
    return {};
  } finally {
    await booted.stop();
  }
}

// Ctrl-C reaches it too; its parent ends it.
process.on('SIGINT', () => undefined);
process.once('message', async (order: TrialOrder) => {
  const report = await tryOrder(order).catch((error: unknown): TrialReport => ({ problem: messageOf(error) }));
  // What a plugin left open must not keep the process from ending.
  process.send?.(report, () => process.exit(0));
});
