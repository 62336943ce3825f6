import type { MigrationContext } from 'galley';

/** Links by which people without an account see one entry. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('preview_links', (table) => {
    table.bigIncrements('id');
    table.bigInteger('entry_id').notNullable();
    schema.keyColumn(table, 'shows', 20).notNullable();
    table.string('note', 200).notNullable();
    table.bigInteger('made_by').notNullable();
    schema.timeColumn(table, 'made_at').notNullable();
    schema.timeColumn(table, 'ends_at').notNullable();
    schema.timeColumn(table, 'revoked_at').nullable();
    table.index(['entry_id', 'ends_at'], 'preview_links_entry');
    table.index(['ends_at'], 'preview_links_end');
  });
}

/** Forgets all links. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('preview_links');
}
