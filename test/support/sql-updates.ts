// The statements of ours that change rows, read from the source: which table, and whether the version counts.
import { type Node, parseSync, Visitor } from 'oxc-parser';

/** A statement that changes rows which are there already. */
export interface SqlUpdate {
  file: string;
  /** `?` where the source does not name it. */
  table: string;
  /** The version of the row is a part of the condition, or grows with the change. */
  isVersioned: boolean;
}

const VERSION = /\b(version|revision)\b/;
/** Others change no row. To read every file as a tree would take seconds. */
const isSuspect = (code: string): boolean =>
  /\.upsert\(/.test(code) || (/\.write[<(]/.test(code) && /\.(update|increment|decrement)\(/.test(code));

/** The names of a file and what stands behind them: variables, functions, and methods. */
interface Names {
  /** Nearest above first. */
  behind(name: string, at: number): Node | undefined;
}

function nameOf(node: Node): string {
  if (node.type === 'PrivateIdentifier') return `#${node.name}`;
  return node.type === 'Identifier' ? node.name : '?';
}

function namesOf(program: Node): Names {
  const found: { name: string; node: Node }[] = [];
  const add = (key: Node | null | undefined, node: Node | null | undefined): void => {
    const name = key ? nameOf(key) : '?';
    if (node && name !== '?') found.push({ name, node });
  };
  new Visitor({
    VariableDeclarator: ({ id, init }) => add(id, init),
    FunctionDeclaration: ({ id, body }) => add(id, body),
    MethodDefinition: ({ key, value }) => add(key, value.body),
    PropertyDefinition: ({ key, value }) => add(key, value),
  }).visit(program as Parameters<Visitor['visit']>[0]);
  return {
    behind(name, at) {
      const all = found.filter((item) => item.name === name);
      return (all.filter(({ node }) => node.start < at).at(-1) ?? all[0])?.node;
    },
  };
}

/** The calls of a chain, the last first, with what its root stands for: `rows().where(…)` has the calls of `rows` too. */
function chainOf(node: Node, names: Names, depth = 0): { name: string; args: readonly Node[] }[] {
  if (depth > 4) return [];
  switch (node.type) {
    case 'AwaitExpression':
      return chainOf(node.argument, names, depth);
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return chainOf(node.expression, names, depth);
    case 'ConditionalExpression':
      return [...chainOf(node.consequent, names, depth), ...chainOf(node.alternate, names, depth)];
    case 'ArrowFunctionExpression':
      return chainOf(node.body, names, depth);
    case 'BlockStatement':
      return node.body.flatMap((line) =>
        line.type === 'ReturnStatement' && line.argument ? chainOf(line.argument, names, depth) : [],
      );
    case 'CallExpression': {
      const { callee } = node;
      if (callee.type !== 'MemberExpression') return chainOf(callee, names, depth);
      const name = nameOf(callee.property);
      const isOwn = callee.object.type === 'ThisExpression';
      const behind = isOwn ? names.behind(name, node.start) : undefined;
      // `apply(database.write(…))` is a chain too.
      const [first] = node.arguments;
      return [
        { name, args: node.arguments },
        ...(behind ? chainOf(behind, names, depth + 1) : chainOf(callee.object, names, depth)),
        ...(first?.type === 'CallExpression' ? chainOf(first, names, depth) : []),
      ];
    }
    case 'MemberExpression':
      return chainOf(node.object, names, depth);
    case 'Identifier': {
      const behind = names.behind(node.name, node.start);
      return behind ? chainOf(behind, names, depth + 1) : [];
    }
    default:
      return [];
  }
}

function textOf(node: Node | undefined, code: string, names: Names): string {
  if (!node) return '';
  if (node.type === 'TSAsExpression') return textOf(node.expression, code, names);
  if (node.type === 'Identifier') {
    const behind = names.behind(node.name, node.start);
    if (behind) return code.slice(behind.start, behind.end);
  }
  return code.slice(node.start, node.end);
}

function tableOf(node: Node | undefined, code: string, names: Names): string {
  return /^['"`](\w+)['"`]$/.exec(textOf(node, code, names))?.[1] ?? '?';
}

/** The statements of a file that change rows by knex, or by the dialect's upsert. */
export function sqlUpdatesOf(file: string, code: string): SqlUpdate[] {
  if (!isSuspect(code)) return [];
  const { program } = parseSync(file, code);
  const names = namesOf(program);
  const found: SqlUpdate[] = [];
  new Visitor({
    CallExpression: (node) => {
      const [last, ...before] = chainOf(node, names);
      if (last?.name === 'upsert' && last.args.length > 2)
        found.push({ file, table: tableOf(last.args[0], code, names), isVersioned: false });
      if (!last || !['update', 'increment', 'decrement'].includes(last.name)) return;
      const write = before.find(({ name }) => name === 'write');
      if (!write) return;
      const counts = [last, ...before].filter(({ name }) => name === 'where' || name === 'increment');
      const isVersioned = counts.some(({ args }) => args.some((arg) => VERSION.test(textOf(arg, code, names))));
      found.push({ file, table: tableOf(write.args[0], code, names), isVersioned });
    },
  }).visit(program);
  return found;
}

/** The tables that have a version, from what the migrations make. */
export function versionedTables(migrations: readonly string[]): Set<string> {
  const tables = new Set<string>();
  for (const code of migrations) {
    for (const part of code.split(/(?=(?:createTable|addColumn)\()/)) {
      const table = /^(?:createTable|addColumn)\(\s*'(\w+)'/.exec(part)?.[1];
      if (table && /table\.\w+\('(version|revision)'\)/.test(part)) tables.add(table);
    }
  }
  return tables;
}
