import type { MigrationContext } from '../services/migration-context.ts';

/** What the services of the kernel keep: options, and which scheduled jobs ran when. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('options', (table) => {
    schema.keyColumn(table, 'name', 190).notNullable().primary();
    table.text('value', 'longtext').notNullable();
    table.bigInteger('version').notNullable();
  });
  await schema.createTable('cron_runs', (table) => {
    schema.keyColumn(table, 'name', 190).notNullable().primary();
    table.string('schedule', 190).notNullable();
    schema.timeColumn(table, 'next_due').notNullable();
    schema.timeColumn(table, 'claimed_until').notNullable();
    schema.keyColumn(table, 'claimed_by', 64).notNullable();
    schema.timeColumn(table, 'last_run').nullable();
    schema.keyColumn(table, 'last_status', 20).nullable();
    table.text('last_error').nullable();
    table.integer('last_ms').nullable();
  });
  await schema.createTable('cron_history', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'name', 190).notNullable();
    schema.timeColumn(table, 'started_at').notNullable();
    table.integer('ms').notNullable();
    schema.keyColumn(table, 'status', 20).notNullable();
    table.text('error').nullable();
    schema.keyColumn(table, 'node', 64).notNullable();
    table.index(['name', 'id']);
  });
}

export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('cron_history');
  await schema.dropTable('cron_runs');
  await schema.dropTable('options');
}
