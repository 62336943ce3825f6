import type { MigrationContext } from 'galley';

/** Which address serves which stored file, and which pictures still wait for their sizes. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('media_files', (table) => {
    table.bigIncrements('id');
    table.bigInteger('entry_id').notNullable();
    table.bigInteger('user_id').nullable();
    schema.slugColumn(table, 'url_path', 500).notNullable();
    schema.slugColumn(table, 'storage_path', 300).notNullable();
    schema.keyColumn(table, 'type', 100).notNullable();
    schema.keyColumn(table, 'variant', 64).notNullable();
    table.integer('width').nullable();
    table.integer('height').nullable();
    table.bigInteger('bytes').notNullable();
    schema.keyColumn(table, 'sha256', 64).notNullable();
    schema.timeColumn(table, 'created_at').notNullable();
    table.unique(['url_path'], { indexName: 'media_files_url_path' });
    table.index(['entry_id', 'id'], 'media_files_entry');
    table.index(['storage_path'], 'media_files_storage');
    table.index(['user_id', 'variant', 'bytes'], 'media_files_quota');
  });
  await schema.createTable('media_pending', (table) => {
    table.bigInteger('entry_id').notNullable().primary();
    table.integer('attempts').notNullable();
    schema.timeColumn(table, 'due_at').notNullable();
    table.string('error', 500).notNullable();
    table.index(['due_at', 'entry_id'], 'media_pending_due');
  });
}

/** Drops the table of files; the files themselves stay in the storage. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('media_pending');
  await schema.dropTable('media_files');
}
