import type { MigrationContext } from '../services/migration-context.ts';

/** Plugins that are left out of a hook for a while, because they failed in it again and again. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('plugin_breakers', (table) => {
    schema.keyColumn(table, 'plugin', 63).notNullable();
    schema.keyColumn(table, 'hook', 100).notNullable();
    schema.keyColumn(table, 'state', 10).notNullable();
    table.integer('failures').notNullable();
    table.text('error').notNullable();
    schema.timeColumn(table, 'since').notNullable();
    schema.timeColumn(table, 'until').notNullable();
    table.primary(['plugin', 'hook']);
  });
}

/** Forgets who is left out. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('plugin_breakers');
}
