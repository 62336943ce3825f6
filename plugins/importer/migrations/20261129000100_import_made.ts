import type { MigrationContext } from 'galley';

/** What each import made, in which version, so that it can be taken back. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('import_made', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'run', 40).notNullable();
    schema.keyColumn(table, 'kind', 20).notNullable();
    table.bigInteger('local_id').notNullable();
    table.integer('version').notNullable();
    table.unique(['run', 'kind', 'local_id'], { indexName: 'import_made_run' });
    table.index(['kind', 'local_id'], 'import_made_local');
  });
}

/** Forgets what came in with which import: it stays. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('import_made');
}
