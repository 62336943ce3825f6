import type { MigrationContext } from 'galley';

/** What came in from where, and what still has to be done for it. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('import_items', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'source', 32).notNullable();
    schema.keyColumn(table, 'kind', 20).notNullable();
    schema.slugColumn(table, 'foreign_id', 200).notNullable();
    table.bigInteger('local_id').notNullable();
    schema.keyColumn(table, 'fingerprint', 32).notNullable();
    schema.slugColumn(table, 'link', 600).nullable();
    table.text('pending', 'mediumtext').nullable();
    table.unique(['source', 'kind', 'foreign_id'], { indexName: 'import_items_foreign' });
    table.index(['link'], 'import_items_link');
    table.index(['foreign_id', 'kind'], 'import_items_number');
    table.index(['kind', 'local_id'], 'import_items_local');
  });
}

/** Forgets all imports: what came in stays. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('import_items');
}
