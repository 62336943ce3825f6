import type { MigrationContext } from '../services/migration-context.ts';

/** What plugins did wrong in the last minutes, as all processes of the site saw it together. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('plugin_strikes', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'plugin', 63).notNullable();
    schema.timeColumn(table, 'at').notNullable();
    table.index(['plugin', 'at']);
  });
  await schema.createTable('plugin_failures', (table) => {
    schema.keyColumn(table, 'plugin', 63).notNullable();
    schema.keyColumn(table, 'hook', 100).notNullable();
    schema.keyColumn(table, 'mark', 100).notNullable();
    table.integer('failures').notNullable();
    table.integer('calls').notNullable();
    schema.timeColumn(table, 'until').notNullable();
    table.primary(['plugin', 'hook', 'mark']);
  });
}

/** Forgets all of it. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('plugin_failures');
  await schema.dropTable('plugin_strikes');
}
