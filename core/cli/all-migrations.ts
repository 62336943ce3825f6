import { findPlugins } from '../boot.ts';
import type { Site } from '../kernel/site.ts';
import type { Migrations } from '../services/migrations.ts';

/** The migrations of core and of the active plugins; nothing of the plugins runs. */
export async function allMigrations(site: Site): Promise<Migrations> {
  const pending = await site.migrations.pending({ owner: 'core' });
  // On an empty store nobody has chosen plugins yet.
  const isNew = pending.some(({ name }) => name.endsWith('_services'));
  await findPlugins(site, isNew ? { plugins: site.config.plugins.default } : {});
  return site.migrations;
}
