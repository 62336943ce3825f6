import type { MigrationContext } from '../services/migration-context.ts';

/** Until when an entry is out, and what it is afterwards. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.addColumn('entries', 'unpublish_at', (table) => {
    schema.timeColumn(table, 'unpublish_at').nullable();
  });
  await schema.addColumn('entries', 'unpublish_to', (table) => {
    schema.keyColumn(table, 'unpublish_to', 20).notNullable().defaultTo('draft');
  });
  await schema.addIndex('entries', ['unpublish_at', 'status'], { name: 'entries_ending' });
}

/** Forgets when entries end. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropIndex('entries', ['unpublish_at', 'status'], { name: 'entries_ending' });
  await schema.dropColumn('entries', 'unpublish_to');
  await schema.dropColumn('entries', 'unpublish_at');
}
