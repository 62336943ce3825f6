import type { ColumnSnapshot, IndexSnapshot, ModelSnapshot, PairsSnapshot } from './model-snapshot.ts';

/** The statements of a migration, as source text. */
export interface MigrationSteps {
  up: string[];
  down: string[];
}

const BLANK: Record<ColumnSnapshot['type'], string | undefined> = {
  key: "''",
  text: "''",
  longtext: "''",
  bigint: '0',
  double: '0',
  boolean: 'false',
  reference: undefined,
  binary: undefined,
};
const KEY_LENGTH = 36;

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function list(columns: readonly string[]): string {
  return `[${columns.map(quote).join(', ')}]`;
}

function typed(name: string, { type, length, to }: ColumnSnapshot): string {
  const column = quote(name);
  switch (type) {
    case 'key':
      return `schema.keyColumn(table, ${column}, ${length})`;
    case 'text':
      return `schema.textColumn(table, ${column}, ${length})`;
    case 'longtext':
      return `table.text(${column}, 'longtext')`;
    case 'bigint':
      return `table.bigInteger(${column})`;
    case 'double':
      return `table.double(${column})`;
    case 'boolean':
      return `table.boolean(${column})`;
    case 'binary':
      return `schema.blobColumn(table, ${column})`;
    case 'reference':
      return `table.bigInteger(${column}).unsigned()${to ? reference(to) : ''}`;
  }
}

function reference({ table, onDelete }: NonNullable<ColumnSnapshot['to']>): string {
  return `.references('id').inTable(${quote(table)}).onDelete(${quote(onDelete)})`;
}

function columnLine(name: string, column: ColumnSnapshot): string {
  const made =
    column.type === 'key' && column.to ? `${typed(name, column)}${reference(column.to)}` : typed(name, column);
  return `${made}.${column.null ? 'nullable' : 'notNullable'}();`;
}

function indexLine(name: string, { columns, unique }: IndexSnapshot): string {
  return unique
    ? `table.unique(${list(columns)}, { indexName: ${quote(name)} });`
    : `table.index(${list(columns)}, ${quote(name)});`;
}

function createTable({ table, key, columns, indexes }: ModelSnapshot): string {
  const id =
    key === 'uuid'
      ? `schema.keyColumn(table, 'id', ${KEY_LENGTH}).notNullable().primary();`
      : "table.bigIncrements('id');";
  const lines = [
    id,
    ...Object.entries(columns).map(([name, column]) => columnLine(name, column)),
    ...Object.entries(indexes).map(([name, index]) => indexLine(name, index)),
  ];
  return `await schema.createTable(${quote(table)}, (table) => {\n${lines.map((line) => `  ${line}`).join('\n')}\n});`;
}

function createPairs(table: string, { from, to }: PairsSnapshot): string {
  const column = ({ column, type }: PairsSnapshot['from']): string =>
    type === 'key'
      ? `schema.keyColumn(table, ${quote(column)}, ${KEY_LENGTH}).notNullable();`
      : `table.bigInteger(${quote(column)}).unsigned().notNullable();`;
  const lines = [
    column(from),
    column(to),
    "table.integer('position').notNullable();",
    `table.primary(${list([from.column, to.column])});`,
    `table.index(${list([to.column, from.column])}, ${quote(`${table}_back`)});`,
  ];
  return `await schema.createTable(${quote(table)}, (table) => {\n${lines.map((line) => `  ${line}`).join('\n')}\n});`;
}

/** A new column on a table with rows: they get a blank value first, then it becomes required. */
function addColumn(table: string, name: string, column: ColumnSnapshot): string[] {
  const blank = BLANK[column.type];
  const isOptional = column.null || blank === undefined;
  const first = columnLine(name, { ...column, null: true });
  const steps = [`await schema.addColumn(${quote(table)}, ${quote(name)}, (table) => {\n  ${first}\n});`];
  if (!isOptional) steps.push(fillColumn(table, name, blank), alterColumn(table, name, column));
  return steps;
}

function fillColumn(table: string, name: string, blank: string): string {
  return `await schema.database.write(${quote(table)}).whereNull(${quote(name)}).update({ ${name}: ${blank} });`;
}

function alterColumn(table: string, name: string, column: ColumnSnapshot): string {
  const { to: _, ...plain } = column;
  return `await schema.alterTable(${quote(table)}, (table) => {\n  ${columnLine(name, plain).replace(/;$/, '.alter();')}\n});`;
}

function addIndex(table: string, name: string, { columns, unique }: IndexSnapshot): string {
  return `await schema.addIndex(${quote(table)}, ${list(columns)}, { name: ${quote(name)}, unique: ${unique} });`;
}

function dropIndex(table: string, name: string, { columns, unique }: IndexSnapshot): string {
  return `await schema.dropIndex(${quote(table)}, ${list(columns)}, { name: ${quote(name)}, unique: ${unique} });`;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function withoutFormerName({ renamedFrom: _, ...column }: ColumnSnapshot): Omit<ColumnSnapshot, 'renamedFrom'> {
  return column;
}

/** Columns that were only given another name: new name by old. */
function renames(before: ModelSnapshot, after: ModelSnapshot): Map<string, string> {
  const entries = Object.entries(after.columns).filter(
    ([name, { renamedFrom }]) =>
      !(name in before.columns) && renamedFrom !== undefined && renamedFrom in before.columns,
  );
  return new Map(entries.map(([name, { renamedFrom = '' }]) => [renamedFrom, name]));
}

/** The way from one snapshot to another; called both ways, it gives `up` and `down`. */
function changes(before: ModelSnapshot, after: ModelSnapshot, renamed: Map<string, string>): string[] {
  const { table } = after;
  const steps: string[] =
    before.table === table ? [] : [`await schema.renameTable(${quote(before.table)}, ${quote(table)});`];
  for (const [name, index] of Object.entries(before.indexes))
    if (!isSame(index, after.indexes[name])) steps.push(dropIndex(table, name, index));
  for (const [from, to] of renamed)
    steps.push(`await schema.renameColumn(${quote(table)}, ${quote(from)}, ${quote(to)});`);
  for (const [name, column] of Object.entries(after.columns)) {
    const former = [...renamed].find(([, to]) => to === name)?.[0] ?? name;
    const known = before.columns[former];
    if (!known) steps.push(...addColumn(table, name, column));
    else if (!isSame(withoutFormerName(known), withoutFormerName(column))) {
      const blank = BLANK[column.type];
      if (known.null && !column.null && blank !== undefined) steps.push(fillColumn(table, name, blank));
      steps.push(alterColumn(table, name, column));
    }
  }
  for (const name of Object.keys(before.columns)) {
    if (!(name in after.columns) && !renamed.has(name))
      steps.push(`await schema.dropColumn(${quote(table)}, ${quote(name)});`);
  }
  for (const [name, index] of Object.entries(after.indexes))
    if (!isSame(index, before.indexes[name])) steps.push(addIndex(table, name, index));
  for (const [name, pairs] of Object.entries(after.pairs))
    if (!(name in before.pairs)) steps.push(createPairs(name, pairs));
  for (const name of Object.keys(before.pairs))
    if (!(name in after.pairs)) steps.push(`await schema.dropTable(${quote(name)});`);
  return steps;
}

/** What must happen to the schema for a model to go from `before` (undefined: it is new) to `after`, and back. */
export function stepsBetween(before: ModelSnapshot | undefined, after: ModelSnapshot): MigrationSteps {
  if (!before) {
    const pairs = Object.entries(after.pairs);
    return {
      up: [createTable(after), ...pairs.map(([name, table]) => createPairs(name, table))],
      down: [
        ...pairs.map(([name]) => `await schema.dropTable(${quote(name)});`),
        `await schema.dropTable(${quote(after.table)});`,
      ],
    };
  }
  const forth = renames(before, after);
  const back = new Map([...forth].map(([from, to]) => [to, from]));
  return { up: changes(before, after, forth), down: changes(after, before, back) };
}

function body(steps: readonly string[]): string {
  return steps
    .map((step) =>
      step
        .split('\n')
        .map((line) => `  ${line}`)
        .join('\n'),
    )
    .join('\n');
}

/** The source of a migration file. @param owner `core`, or a plugin's name */
export function migrationSource(owner: string, { up, down }: MigrationSteps, summary: string): string {
  const from = owner === 'core' ? '../services/migration-context.ts' : 'galley';
  return `import type { MigrationContext } from '${from}';

/** ${summary} */
export async function up(schema: MigrationContext): Promise<void> {
${body(up)}
}

/** Takes it back; what dropped columns held is gone. */
export async function down(schema: MigrationContext): Promise<void> {
${body(down)}
}
`;
}
