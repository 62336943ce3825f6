import type { MigrationContext } from '../services/migration-context.ts';

const MODIFIED = ['type', 'modified_at', 'id'];
const DATED = ['type', 'published_at', 'id'];
const TITLE = ['type', 'title', 'id'];

/** The order of lists over several statuses: the store walks along it and leaves out the few in the trash. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.addIndex('entries', MODIFIED, { name: 'entries_live' });
  await schema.addIndex('entries', DATED, { name: 'entries_dated' });
  // MariaDB keeps only the beginnings of long texts in an index, which gives no order.
  if (schema.database.dialect.name === 'sqlite') await schema.addIndex('entries', TITLE, { name: 'entries_title' });
}

export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropIndex('entries', MODIFIED, { name: 'entries_live' });
  await schema.dropIndex('entries', DATED, { name: 'entries_dated' });
  await schema.dropIndex('entries', TITLE, { name: 'entries_title' });
}
