import type { MigrationContext } from '../services/migration-context.ts';

/** Records of contained plugins, and the values by which they are found. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('plugin_records', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'plugin', 63).notNullable();
    schema.keyColumn(table, 'collection', 40).notNullable();
    table.integer('version').notNullable();
    schema.jsonColumn(table, 'data').notNullable();
    schema.timeColumn(table, 'modified_at').notNullable();
    table.index(['plugin', 'collection', 'id'], 'plugin_records_collection');
  });
  await schema.createTable('plugin_record_values', (table) => {
    table.bigInteger('record_id').notNullable();
    schema.keyColumn(table, 'plugin', 63).notNullable();
    schema.keyColumn(table, 'collection', 40).notNullable();
    schema.keyColumn(table, 'field', 41).notNullable();
    schema.keyColumn(table, 'text', 100).nullable();
    table.double('number').nullable();
    table.primary(['record_id', 'field']);
    table.index(['plugin', 'collection', 'field', 'text', 'record_id'], 'plugin_records_text');
    table.index(['plugin', 'collection', 'field', 'number', 'record_id'], 'plugin_records_number');
  });
}

/** Forgets all of it. */
export async function down(schema: MigrationContext): Promise<void> {
  for (const table of ['plugin_record_values', 'plugin_records']) await schema.dropTable(table);
}
