import type { MigrationContext } from 'galley';

/** Changes that wait beside a live entry: the next version, whole. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('workflow_changes', (table) => {
    table.bigIncrements('id');
    table.bigInteger('entry_id').notNullable().unique();
    table.integer('base_version').notNullable();
    schema.jsonColumn(table, 'draft').notNullable();
    schema.jsonColumn(table, 'form').notNullable();
    schema.keyColumn(table, 'stage', 40).notNullable();
    table.bigInteger('author_id').nullable();
    schema.timeColumn(table, 'changed_at').notNullable();
    schema.timeColumn(table, 'publish_at').nullable();
    table.bigInteger('scheduled_by').nullable();
    table.string('problem', 500).notNullable();
    table.integer('version').notNullable();
    table.index(['publish_at'], 'workflow_changes_due');
  });
}

/** Forgets all changes that wait. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('workflow_changes');
}
