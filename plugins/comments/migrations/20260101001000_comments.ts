import type { MigrationContext } from 'galley';

/** Comments and their free data. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('comments', (table) => {
    table.bigIncrements('id');
    table.bigInteger('entry_id').notNullable();
    table.bigInteger('parent_id').nullable();
    // The comment that the thread begins with; null for that one itself.
    table.bigInteger('thread_id').nullable();
    table.bigInteger('user_id').nullable();
    table.string('author_name', 245).notNullable();
    table.string('author_email', 200).notNullable();
    table.string('author_url', 500).notNullable();
    table.string('author_address', 60).notNullable();
    table.string('agent', 255).notNullable();
    table.text('content', 'mediumtext').notNullable();
    schema.keyColumn(table, 'status', 20).notNullable();
    schema.keyColumn(table, 'type', 20).notNullable();
    schema.timeColumn(table, 'created_at').notNullable();
    table.integer('version').notNullable();
    table.index(['entry_id', 'status', 'created_at', 'id'], 'comments_entry');
    table.index(['entry_id', 'status', 'thread_id', 'created_at', 'id'], 'comments_threads');
    table.index(['thread_id']);
    table.index(['status', 'created_at', 'id'], 'comments_status');
    table.index(['author_email', 'status'], 'comments_email');
    table.index(['parent_id']);
    table.index(['user_id']);
  });
  await schema.createTable('comment_meta', (table) => {
    table.bigIncrements('id');
    table.bigInteger('comment_id').notNullable();
    schema.slugColumn(table, 'key', 255).notNullable();
    table.text('value', 'longtext').notNullable();
    table.index(['comment_id', 'key']);
  });
}

/** Drops all comments. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('comment_meta');
  await schema.dropTable('comments');
}
