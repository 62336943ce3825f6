import type { MigrationContext } from '../services/migration-context.ts';

/** The slugs that terms had before, so that old links lead on. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('term_slugs', (table) => {
    schema.keyColumn(table, 'taxonomy', 40).notNullable();
    schema.slugColumn(table, 'slug', 400).notNullable();
    table.bigInteger('term_id').notNullable().index();
    table.primary(['taxonomy', 'slug']);
  });
}

export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropTable('term_slugs');
}
