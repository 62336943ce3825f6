import type { MigrationContext } from '../services/migration-context.ts';

/** What was forgotten by caches, for processes that no message reaches. Rows live for an hour. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('cache_changes', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'node', 64).notNullable();
    schema.keyColumn(table, 'kind', 10).notNullable();
    schema.jsonColumn(table, 'items').notNullable();
    schema.timeColumn(table, 'created_at').notNullable();
    table.index(['created_at']);
  });
}

export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('cache_changes');
}
