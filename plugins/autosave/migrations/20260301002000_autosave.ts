import type { MigrationContext } from 'galley';

/** What was typed and not saved, and who is editing. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('autosaves', (table) => {
    table.bigIncrements('id');
    // `entry:12`, or `new:<key>` for what is no entry yet.
    schema.keyColumn(table, 'subject', 60).notNullable();
    table.bigInteger('user_id').notNullable();
    table.bigInteger('entry_id').nullable();
    schema.keyColumn(table, 'type', 40).notNullable();
    // The form that wrote it last.
    schema.keyColumn(table, 'holder', 40).notNullable();
    schema.keyColumn(table, 'state', 10).notNullable();
    table.integer('base_version').notNullable();
    schema.jsonColumn(table, 'form').notNullable();
    schema.timeColumn(table, 'updated_at').notNullable();
    table.unique(['subject', 'user_id'], { indexName: 'autosaves_subject' });
    table.index(['user_id', 'state', 'updated_at'], 'autosaves_user');
    table.index(['entry_id'], 'autosaves_entry');
    table.index(['updated_at'], 'autosaves_age');
  });
  await schema.createTable('edit_locks', (table) => {
    table.bigInteger('entry_id').notNullable().primary();
    table.bigInteger('user_id').notNullable();
    schema.keyColumn(table, 'holder', 40).notNullable();
    // Whom it was taken from: his unsaved text may be read by whoever holds the entry now.
    table.bigInteger('taken_from').nullable();
    schema.timeColumn(table, 'since').notNullable();
    schema.timeColumn(table, 'expires_at').notNullable();
  });
}

/** Drops both. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('edit_locks');
  await schema.dropTable('autosaves');
}
