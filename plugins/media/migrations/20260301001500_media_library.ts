import type { MigrationContext } from 'galley';

/** What the library knows beside its files: which content changed under an address, where files are used, uploads under way. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.addColumn('media_files', 'revision', (table) => {
    table.integer('revision').notNullable().defaultTo(0);
  });
  await schema.addColumn('media_files', 'upload_sha256', (table) => {
    schema.keyColumn(table, 'upload_sha256', 64).nullable();
  });
  await schema.addIndex('media_files', ['upload_sha256'], { name: 'media_files_upload' });
  await schema.createTable('media_usage', (table) => {
    table.bigIncrements('id');
    table.bigInteger('media_id').notNullable();
    schema.keyColumn(table, 'source', 120).notNullable();
    schema.keyColumn(table, 'place', 64).notNullable();
    table.unique(['media_id', 'source', 'place'], { indexName: 'media_usage_once' });
    table.index(['source'], 'media_usage_source');
  });
  await schema.createTable('media_uploads', (table) => {
    schema.keyColumn(table, 'id', 64).notNullable().primary();
    table.bigInteger('user_id').notNullable();
    table.string('name', 200).notNullable();
    schema.keyColumn(table, 'type', 100).notNullable();
    table.bigInteger('bytes').notNullable();
    table.bigInteger('received').notNullable();
    schema.jsonColumn(table, 'parts').notNullable();
    table.bigInteger('folder_id').nullable();
    table.bigInteger('parent_id').nullable();
    schema.timeColumn(table, 'changed_at').notNullable();
    table.index(['user_id', 'changed_at'], 'media_uploads_user');
    table.index(['changed_at', 'id'], 'media_uploads_changed');
  });
}

/** Takes them away again; the files stay. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('media_uploads');
  await schema.dropTable('media_usage');
  await schema.dropIndex('media_files', ['upload_sha256'], { name: 'media_files_upload' });
  await schema.dropColumn('media_files', 'upload_sha256');
  await schema.dropColumn('media_files', 'revision');
}
