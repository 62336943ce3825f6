import type { MigrationContext } from 'galley';

/** The searchable text of each entry; its id is the entry's. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('search_documents', (table) => {
    table.bigInteger('id').notNullable().primary();
    schema.keyColumn(table, 'type', 40).notNullable();
    schema.timeColumn(table, 'published_at').notNullable();
    table.text('title').notNullable();
    table.text('body', 'longtext').notNullable();
    table.index(['published_at', 'id']);
  });
  await schema.createFullText('search_documents', ['title', 'body'], ['title']);
}

/** Drops the index; the texts themselves are in the entries. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropFullText('search_documents', ['title', 'body'], ['title']);
  await schema.dropTable('search_documents');
}
