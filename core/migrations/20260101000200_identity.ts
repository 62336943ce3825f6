import type { MigrationContext } from '../services/migration-context.ts';

/** Who may do what, and how he proves who he is. */
export async function up(schema: MigrationContext): Promise<void> {
  await schema.createTable('users', (table) => {
    table.bigIncrements('id');
    table.string('login', 60).notNullable();
    schema.slugColumn(table, 'login_key', 190).notNullable().unique();
    table.string('email', 254).nullable();
    schema.slugColumn(table, 'email_key', 254).nullable().unique();
    table.string('name', 250).notNullable();
    schema.slugColumn(table, 'slug', 190).notNullable().unique();
    table.text('bio').notNullable();
    table.string('url', 500).notNullable();
    table.string('password_hash', 255).nullable();
    schema.timeColumn(table, 'password_expires_at').nullable();
    schema.keyColumn(table, 'status', 20).notNullable();
    schema.timeColumn(table, 'created_at').notNullable();
    schema.timeColumn(table, 'last_login_at').nullable();
    table.boolean('must_change_password').notNullable();
    table.integer('version').notNullable();
  });
  await schema.createTable('user_meta', (table) => {
    table.bigIncrements('id');
    table.bigInteger('user_id').notNullable();
    schema.slugColumn(table, 'key', 255).notNullable();
    table.text('value', 'longtext').notNullable();
    table.index(['user_id', 'key']);
  });
  await schema.createTable('user_roles', (table) => {
    table.bigInteger('user_id').notNullable();
    schema.keyColumn(table, 'role', 60).notNullable();
    // Counts how often somebody checked that an administrator stays: two who check at once meet here.
    table.integer('checks').notNullable();
    table.primary(['user_id', 'role']);
    table.index(['role', 'user_id']);
  });
  await schema.createTable('sessions', (table) => {
    schema.keyColumn(table, 'id_hash', 64).notNullable().primary();
    table.bigInteger('user_id').notNullable();
    schema.keyColumn(table, 'csrf_secret', 64).notNullable();
    schema.timeColumn(table, 'created_at').notNullable();
    schema.timeColumn(table, 'seen_at').notNullable();
    schema.timeColumn(table, 'authenticated_at').notNullable();
    table.bigInteger('idle_ms').notNullable();
    schema.timeColumn(table, 'idle_expires_at').notNullable();
    schema.timeColumn(table, 'expires_at').notNullable();
    table.string('factors', 255).notNullable();
    table.string('address', 45).notNullable();
    table.string('agent', 255).notNullable();
    table.index(['user_id', 'seen_at']);
    table.index(['expires_at']);
    table.index(['idle_expires_at']);
  });
  await schema.createTable('login_throttle', (table) => {
    schema.keyColumn(table, 'bucket', 64).notNullable().primary();
    table.bigInteger('user_id').nullable().index();
    table.integer('failures').notNullable();
    schema.timeColumn(table, 'blocked_until').notNullable();
    schema.timeColumn(table, 'failed_at').notNullable();
    table.index(['failed_at']);
  });
  await schema.createTable('one_time_tokens', (table) => {
    schema.keyColumn(table, 'id_hash', 64).notNullable().primary();
    schema.keyColumn(table, 'purpose', 40).notNullable();
    table.bigInteger('user_id').nullable();
    schema.keyColumn(table, 'bound_to', 64).notNullable();
    schema.timeColumn(table, 'created_at').notNullable();
    schema.timeColumn(table, 'expires_at').notNullable();
    schema.timeColumn(table, 'used_at').nullable();
    table.index(['user_id', 'purpose']);
    table.index(['expires_at']);
  });
}

/** Drops all users, with their sessions. */
export async function down(schema: MigrationContext): Promise<void> {
  const tables = ['one_time_tokens', 'login_throttle', 'sessions', 'user_roles', 'user_meta', 'users'];
  for (const table of tables) await schema.dropTable(table);
}
