import type { MigrationContext } from '../services/migration-context.ts';

/** Revisions keep what stands beside the text too: terms, featured picture, address, place. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.addColumn('revisions', 'state', (table) => {
    schema.jsonColumn(table, 'state').nullable();
  });
}

/** Forgets it again; the texts stay. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropColumn('revisions', 'state');
}
