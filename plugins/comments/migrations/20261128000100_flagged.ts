import type { MigrationContext } from 'galley';

const FLAGGED = ['flagged', 'created_at', 'id'];
const ALL = ['created_at', 'id'];

/** Comments that somebody is to look at again, found by an index; and all of them in the order of time. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.addColumn('comments', 'flagged', (table) => table.integer('flagged').notNullable().defaultTo(0));
  await schema.addIndex('comments', FLAGGED, { name: 'comments_flagged' });
  await schema.addIndex('comments', ALL, { name: 'comments_time' });
}

/** Nobody is reminded of them any more. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropIndex('comments', ALL, { name: 'comments_time' });
  await schema.dropIndex('comments', FLAGGED, { name: 'comments_flagged' });
  await schema.dropColumn('comments', 'flagged');
}
