import type { MigrationContext } from '../services/migration-context.ts';

/** What contained plugins keep for themselves, by key. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('plugin_values', (table) => {
    schema.keyColumn(table, 'plugin', 63).notNullable();
    schema.keyColumn(table, 'name', 100).notNullable();
    schema.jsonColumn(table, 'value').notNullable();
    schema.timeColumn(table, 'modified_at').notNullable();
    table.primary(['plugin', 'name']);
  });
}

/** Forgets all of it. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('plugin_values');
}
