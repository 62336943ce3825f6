import type { MigrationContext } from '../services/migration-context.ts';

/** Entries and all that hangs on them. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('entries', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'uuid', 36).notNullable().unique();
    schema.keyColumn(table, 'type', 40).notNullable();
    schema.keyColumn(table, 'status', 20).notNullable();
    schema.keyColumn(table, 'former_status', 20).nullable();
    schema.slugColumn(table, 'slug', 400).notNullable();
    schema.slugColumn(table, 'path', 600).nullable();
    table.text('title').notNullable();
    table.text('content', 'longtext').notNullable();
    table.text('excerpt', 'mediumtext').notNullable();
    table.bigInteger('author_id').nullable();
    table.bigInteger('parent_id').nullable();
    table.integer('menu_order').notNullable();
    schema.timeColumn(table, 'published_at').nullable();
    schema.timeColumn(table, 'created_at').notNullable();
    schema.timeColumn(table, 'modified_at').notNullable();
    table.string('locale', 20).notNullable();
    table.integer('version').notNullable();
    table.string('password', 255).notNullable();
    table.boolean('sticky').notNullable();
    schema.keyColumn(table, 'comment_status', 10).notNullable();
    schema.keyColumn(table, 'ping_status', 10).notNullable();
    table.string('template', 255).notNullable();
    table.bigInteger('featured_id').nullable();
    schema.keyColumn(table, 'mime_type', 100).notNullable();
    schema.jsonColumn(table, 'fields').notNullable();
    table.text('summary').notNullable();
    table.integer('word_count').notNullable();
    table.unique(['type', 'path'], { indexName: 'entries_type_path' });
    table.index(['type', 'status', 'published_at', 'id'], 'entries_list');
    table.index(['type', 'status', 'modified_at', 'id'], 'entries_modified');
    table.index(['type', 'status', 'sticky', 'published_at', 'id'], 'entries_sticky');
    table.index(['author_id', 'type', 'status', 'published_at', 'id'], 'entries_author');
    table.index(['parent_id', 'menu_order', 'id'], 'entries_parent');
    table.index(['featured_id'], 'entries_featured');
    table.index(['status', 'published_at'], 'entries_scheduled');
    table.index(['slug'], 'entries_slug');
  });
  await schema.createTable('entry_paths', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'type', 40).notNullable();
    schema.slugColumn(table, 'path', 600).notNullable();
    table.bigInteger('entry_id').notNullable().index();
    table.unique(['type', 'path']);
  });
  await schema.createTable('entry_index', (table) => {
    table.bigIncrements('id');
    table.bigInteger('entry_id').notNullable().index();
    schema.keyColumn(table, 'field', 64).notNullable();
    table.string('text_value', 190).nullable();
    table.double('number_value').nullable();
    table.index(['field', 'text_value', 'entry_id']);
    table.index(['field', 'number_value', 'entry_id']);
  });
  await schema.createTable('entry_meta', (table) => {
    table.bigIncrements('id');
    table.bigInteger('entry_id').notNullable();
    schema.slugColumn(table, 'key', 255).notNullable();
    table.text('value', 'longtext').notNullable();
    table.index(['entry_id', 'key']);
    table.index(['key']);
  });
  await schema.createTable('entry_relations', (table) => {
    table.bigIncrements('id');
    table.bigInteger('from_id').notNullable();
    schema.keyColumn(table, 'field', 64).notNullable();
    table.bigInteger('to_id').notNullable();
    table.integer('position').notNullable();
    table.index(['from_id', 'field', 'position']);
    table.index(['to_id', 'field']);
  });
  await schema.createTable('terms', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'taxonomy', 40).notNullable();
    schema.slugColumn(table, 'slug', 400).notNullable();
    schema.slugColumn(table, 'path', 600).notNullable();
    table.string('name', 200).notNullable();
    table.text('description', 'mediumtext').notNullable();
    table.bigInteger('parent_id').nullable().index();
    table.integer('position').notNullable();
    table.integer('version').notNullable();
    table.unique(['taxonomy', 'slug']);
    table.index(['taxonomy', 'position', 'name']);
  });
  await schema.createTable('term_meta', (table) => {
    table.bigIncrements('id');
    table.bigInteger('term_id').notNullable();
    schema.slugColumn(table, 'key', 255).notNullable();
    table.text('value', 'longtext').notNullable();
    table.index(['term_id', 'key']);
  });
  await schema.createTable('entry_terms', (table) => {
    table.bigInteger('entry_id').notNullable();
    table.bigInteger('term_id').notNullable();
    schema.keyColumn(table, 'taxonomy', 40).notNullable();
    schema.keyColumn(table, 'type', 40).notNullable();
    schema.keyColumn(table, 'status', 20).notNullable();
    schema.timeColumn(table, 'published_at').nullable();
    table.integer('position').notNullable();
    table.primary(['entry_id', 'term_id']);
    table.index(['term_id', 'type', 'status', 'published_at', 'entry_id'], 'entry_terms_list');
  });
  await schema.createTable('revisions', (table) => {
    table.bigIncrements('id');
    table.bigInteger('entry_id').notNullable();
    table.integer('version').notNullable();
    table.bigInteger('author_id').nullable();
    schema.timeColumn(table, 'created_at').notNullable();
    table.text('title').notNullable();
    table.text('content', 'longtext').notNullable();
    table.text('excerpt', 'mediumtext').notNullable();
    schema.jsonColumn(table, 'fields').notNullable();
    table.index(['entry_id', 'id']);
  });
  await schema.createTable('tallies', (table) => {
    table.bigIncrements('id');
    schema.keyColumn(table, 'scope', 40).notNullable();
    schema.keyColumn(table, 'type', 40).notNullable();
    schema.keyColumn(table, 'status', 20).notNullable();
    table.integer('month').notNullable();
    table.integer('amount').notNullable();
    table.index(['scope', 'type', 'status', 'month', 'amount'], 'tallies_sum');
  });
}

const TABLES = [
  'tallies',
  'revisions',
  'entry_terms',
  'term_meta',
  'terms',
  'entry_relations',
  'entry_meta',
  'entry_index',
  'entry_paths',
  'entries',
];

/** Drops all content. */
export async function down(schema: MigrationContext): Promise<void> {
  for (const table of TABLES) await schema.dropTable(table);
}
