import type { MigrationContext } from '../services/migration-context.ts';

/** The queue of jobs. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('jobs', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'name', 190).notNullable();
    schema.keyColumn(table, 'state', 20).notNullable();
    // Ascending, so that one stretch of an index gives the most urgent first.
    table.integer('urgency').notNullable();
    schema.timeColumn(table, 'run_at').notNullable();
    table.text('data', 'longtext').notNullable();
    table.integer('attempts').notNullable();
    table.integer('max_attempts').notNullable();
    schema.keyColumn(table, 'unique_key', 190).nullable();
    table.bigInteger('group_id').nullable();
    table.text('next', 'longtext').nullable();
    schema.keyColumn(table, 'claimed_by', 64).notNullable();
    schema.timeColumn(table, 'claimed_until').notNullable();
    table.text('progress').nullable();
    table.text('result', 'longtext').nullable();
    table.text('error').nullable();
    table.bigInteger('user_id').nullable();
    schema.timeColumn(table, 'created_at').notNullable();
    schema.timeColumn(table, 'started_at').nullable();
    schema.timeColumn(table, 'finished_at').nullable();
    table.unique(['unique_key'], { indexName: 'jobs_unique' });
    table.index(['state', 'urgency', 'run_at', 'id'], 'jobs_due');
    table.index(['state', 'run_at'], 'jobs_delayed');
    table.index(['state', 'claimed_until'], 'jobs_leases');
    table.index(['group_id', 'state'], 'jobs_group');
    table.index(['name', 'id'], 'jobs_name');
    table.index(['finished_at'], 'jobs_finished');
  });
}

export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('jobs');
}
