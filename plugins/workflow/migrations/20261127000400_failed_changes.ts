import type { MigrationContext } from 'galley';

const INDEX = ['failed', 'id'];

/** Changes that did not go out when they should have are found by an index. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.addColumn('workflow_changes', 'failed', (table) => table.integer('failed').notNullable().defaultTo(0));
  await schema.addIndex('workflow_changes', INDEX, { name: 'workflow_changes_failed' });
  await schema.database.write('workflow_changes').whereNot('problem', '').update({ failed: 1 });
}

/** They are found on their own screens only. */
export async function down(schema: MigrationContext): Promise<void> {
  await schema.dropIndex('workflow_changes', INDEX, { name: 'workflow_changes_failed' });
  await schema.dropColumn('workflow_changes', 'failed');
}
