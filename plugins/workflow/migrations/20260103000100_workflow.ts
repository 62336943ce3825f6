import type { MigrationContext } from 'galley';

/** Where entries stand on their way to the readers, and how they got there. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('workflow_places', (table) => {
    table.bigInteger('entry_id').notNullable().primary();
    schema.keyColumn(table, 'type', 40).notNullable();
    schema.keyColumn(table, 'stage', 40).notNullable();
    table.boolean('is_returned').notNullable();
    schema.timeColumn(table, 'moved_at').notNullable();
    table.integer('version').notNullable();
    table.index(['type', 'stage', 'moved_at', 'entry_id'], 'workflow_places_stage');
  });
  await schema.createTable('workflow_moves', (table) => {
    table.bigIncrements('id');
    table.bigInteger('entry_id').notNullable();
    schema.keyColumn(table, 'from_stage', 40).notNullable();
    schema.keyColumn(table, 'to_stage', 40).notNullable();
    table.bigInteger('moved_by').nullable();
    schema.timeColumn(table, 'moved_at').notNullable();
    table.text('note').notNullable();
    table.index(['entry_id', 'id'], 'workflow_moves_entry');
  });
}

/** Forgets stages and moves. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('workflow_moves');
  await schema.dropTable('workflow_places');
}
