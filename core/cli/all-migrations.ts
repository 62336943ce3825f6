import { findPlugins } from '../boot.ts';
import type { Site } from '../kernel/site.ts';
import type { Migrations } from '../services/migrations.ts';

/** The migrations of core and of the active plugins; nothing of the plugins runs. */
export async function allMigrations(site: Site): Promise<Migrations> {
  const pending = await site.migrations.pending({ owner: 'core' });
  await findPlugins(site, { isNew: pending.some(({ name }) => name.endsWith('_services')) });
  return site.migrations;
}
