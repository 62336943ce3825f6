import type { MigrationContext } from '../services/migration-context.ts';

/** What things that are no entries were before, and what was thrown away of them. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('histories', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'kind', 40).notNullable();
    schema.keyColumn(table, 'subject', 100).notNullable();
    table.bigInteger('author_id').nullable();
    // Null where nobody knows since when it was so.
    schema.timeColumn(table, 'created_at').nullable();
    schema.jsonColumn(table, 'snapshot').notNullable();
    table.index(['kind', 'subject', 'id'], 'histories_subject');
  });
  await schema.createTable('trash', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'kind', 40).notNullable();
    schema.keyColumn(table, 'scope', 100).notNullable();
    table.string('title', 300).notNullable();
    table.bigInteger('author_id').nullable();
    schema.timeColumn(table, 'created_at').notNullable();
    schema.jsonColumn(table, 'data').notNullable();
    table.index(['kind', 'scope', 'id'], 'trash_kind');
    table.index(['created_at', 'id'], 'trash_age');
  });
}

/** Forgets both. */
export async function down(schema: MigrationContext): Promise<void> {
  for (const table of ['trash', 'histories']) await schema.dropTable(table);
}
