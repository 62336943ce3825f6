import type { DatabaseProblem, DialectHost } from './dialect.ts';
import type { MysqlServer } from './mysql-client.ts';

interface TableFacts {
  name: string;
  engine: string | null;
  collation: string | null;
  keyed: number;
}

const TABLES = `select t.table_name as name, t.engine as engine, t.table_collation as collation,
  exists (select 1 from information_schema.table_constraints c where c.table_schema = t.table_schema and c.table_name = t.table_name
    and c.constraint_type = 'PRIMARY KEY') as keyed
  from information_schema.tables t where t.table_schema = ? and t.table_type = 'BASE TABLE'`;
const MIN_PACKET = 16 * 1024 * 1024;

function checkTable({ name, engine, collation, keyed }: TableFacts): DatabaseProblem[] {
  const problems: DatabaseProblem[] = [];
  const add = (severity: DatabaseProblem['severity'], message: string): void =>
    void problems.push({ table: name, severity, message });
  if (!keyed)
    add(
      'error',
      `The table "${name}" has no primary key; a Galera cluster cannot replicate it safely. Add one by a migration.`,
    );
  if (engine !== 'InnoDB')
    add(
      'error',
      `The table "${name}" uses ${engine ?? 'no engine'}, which has no transactions. Run: ALTER TABLE ${name} ENGINE=InnoDB.`,
    );
  if (!collation?.startsWith('utf8mb4'))
    add(
      'error',
      `The table "${name}" is in ${collation ?? 'no collation'} and cannot hold all text. Convert it to utf8mb4.`,
    );
  return problems;
}

function checkServer(variables: Map<string, string>, server: MysqlServer): DatabaseProblem[] {
  const problems: DatabaseProblem[] = [];
  const add = (severity: DatabaseProblem['severity'], message: string): void =>
    void problems.push({ table: undefined, severity, message });
  if (server.isMariaDB && !server.hasSnapshotIsolation) {
    add('warning', `MariaDB ${server.version} has no innodb_snapshot_isolation; update to 10.6.18, 10.11.8 or later.`);
  }
  if (variables.get('innodb_flush_log_at_trx_commit') !== '1') {
    add(
      'warning',
      'innodb_flush_log_at_trx_commit is not 1: the last second of acknowledged writes is lost when the server dies.',
    );
  }
  if (Number(variables.get('max_allowed_packet')) < MIN_PACKET) {
    add('warning', 'max_allowed_packet is below 16 MB: long entries and imports fail. Set it to 16M or more.');
  }
  return problems;
}

/** Problems of a MariaDB or MySQL server and of the tables of its schema. */
export async function checkMysql(host: DialectHost, server: MysqlServer): Promise<DatabaseProblem[]> {
  const [tables] = (await host.raw(TABLES, [host.schemaName])) as [TableFacts[]];
  const [rows] = (await host.raw(
    "show variables where variable_name in ('innodb_flush_log_at_trx_commit', 'max_allowed_packet')",
  )) as [{ Variable_name: string; Value: string }[]];
  const variables = new Map(rows.map((row) => [row.Variable_name.toLowerCase(), row.Value]));
  return [...tables.flatMap(checkTable), ...checkServer(variables, server)];
}
