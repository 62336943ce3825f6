import type { MigrationContext } from '../services/migration-context.ts';

/** What contained plugins saved in the last minute, and the entries that they made. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('plugin_saves', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'plugin', 63).notNullable();
    table.boolean('is_new').notNullable();
    table.bigInteger('entry_id').nullable();
    schema.timeColumn(table, 'at').notNullable();
    table.index(['plugin', 'at']);
    table.index(['plugin', 'is_new', 'id']);
  });
}

/** Forgets all of it. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('plugin_saves');
}
