import type { MigrationContext } from 'galley';

/** Notes on entries, and who is mentioned in them. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('workflow_notes', (table) => {
    table.bigIncrements('id');
    table.bigInteger('entry_id').notNullable();
    // The note that the thread begins with; null for that one itself.
    table.bigInteger('thread_id').nullable();
    table.bigInteger('author_id').nullable();
    table.text('body').notNullable();
    schema.keyColumn(table, 'anchor', 20).notNullable();
    table.string('place', 100).notNullable();
    table.string('quote', 200).notNullable();
    schema.timeColumn(table, 'made_at').notNullable();
    schema.timeColumn(table, 'resolved_at').nullable();
    table.bigInteger('resolved_by').nullable();
    table.index(['entry_id', 'id'], 'workflow_notes_entry');
  });
  await schema.createTable('workflow_mentions', (table) => {
    table.bigIncrements('id');
    table.bigInteger('note_id').notNullable();
    table.bigInteger('entry_id').notNullable();
    table.bigInteger('user_id').notNullable();
    schema.timeColumn(table, 'made_at').notNullable();
    schema.timeColumn(table, 'seen_at').nullable();
    table.index(['user_id', 'seen_at', 'id'], 'workflow_mentions_user');
    table.index(['entry_id', 'user_id'], 'workflow_mentions_entry');
  });
}

/** Forgets all notes. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('workflow_mentions');
  await schema.dropTable('workflow_notes');
}
