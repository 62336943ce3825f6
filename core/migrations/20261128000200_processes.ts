import type { MigrationContext } from '../services/migration-context.ts';

/** The processes that serve, and which plugins each runs. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('processes', (table) => {
    schema.keyColumn(table, 'mark', 64).notNullable().primary();
    schema.keyColumn(table, 'role', 10).notNullable();
    schema.jsonColumn(table, 'plugins').notNullable();
    schema.timeColumn(table, 'started_at').notNullable();
    schema.timeColumn(table, 'until').notNullable();
  });
}

/** Forgets who serves. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('processes');
}
