import { type ExportNamedDeclaration, type Node, parseSync, visitorKeys } from 'oxc-parser';

/** A call somewhere in a source file. */
export interface SourceCall {
  /** `site.hooks.doAction`: the names from the left; what is not a name is `?`. */
  path: readonly string[];
  /** The first argument where it is a plain text. */
  text: string | undefined;
  /** What the second argument says of itself: `kind: 'filter'`. */
  kind: string | undefined;
  line: number;
  isInLoop: boolean;
}

/** What the review wants to know of a source file. */
export interface SourceTree {
  calls: SourceCall[];
  /** What is imported from where, also by `import()` of a plain text. */
  imports: { from: string; line: number }[];
  /** Members that are read or set: `process.env`, `element.innerHTML`. */
  members: { path: readonly string[]; line: number; isSet: boolean }[];
  /** `capability: 'sell'` and the like: names and plain texts of properties. */
  properties: { name: string; text: string; line: number }[];
  /** The names that are exported. */
  exports: string[];
}

/** A source file of a plugin. */
export interface SourceFile {
  /** Its path in the folder of the plugin. */
  file: string;
  tree: SourceTree;
}

const LOOPS = new Set(['ForStatement', 'ForInStatement', 'ForOfStatement', 'WhileStatement', 'DoWhileStatement']);
const LOOPING = new Set(['map', 'flatMap', 'forEach', 'filter', 'reduce', 'some', 'every', 'find']);
const FUNCTIONS = new Set(['FunctionExpression', 'ArrowFunctionExpression', 'FunctionDeclaration']);

/** A source file that cannot be read, with the line. */
export class SourceError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Reads a source file; its ending says whether it has types. @throws SourceError */
export function readSource(file: string, source: string): SourceTree {
  const { program, errors } = parseSync(file, source, { sourceType: 'module' });
  const lineOf = ({ start }: { start: number }): number => source.slice(0, start).split('\n').length;
  const [error] = errors;
  if (error) throw new SourceError(error.message, lineOf(error.labels[0] ?? { start: 0 }));
  const tree: SourceTree = { calls: [], imports: [], members: [], properties: [], exports: [] };
  walk(program, [], (node, ancestors) => collect(tree, node, { ancestors, line: lineOf(node) }));
  return tree;
}

function walk(node: Node, ancestors: readonly Node[], visit: (node: Node, ancestors: readonly Node[]) => void): void {
  visit(node, ancestors);
  const around = [...ancestors, node];
  for (const key of visitorKeys[node.type] ?? []) {
    const child = (node as unknown as Record<string, unknown>)[key];
    for (const one of Array.isArray(child) ? child : [child]) if (one) walk(one as Node, around, visit);
  }
}

function collect(
  tree: SourceTree,
  node: Node,
  { ancestors, line }: { ancestors: readonly Node[]; line: number },
): void {
  switch (node.type) {
    case 'CallExpression':
      tree.calls.push({
        path: pathOf(node.callee),
        text: textOf(node.arguments[0]),
        kind: kindOf(node.arguments[1]),
        line,
        isInLoop: isInLoop(ancestors),
      });
      break;
    case 'NewExpression':
      tree.calls.push({ path: pathOf(node.callee), text: undefined, kind: undefined, line, isInLoop: false });
      break;
    case 'MemberExpression': {
      const parent = ancestors.at(-1);
      const isSet = parent?.type === 'AssignmentExpression' && (parent.left as Node) === node;
      tree.members.push({ path: pathOf(node), line, isSet });
      break;
    }
    case 'ImportDeclaration':
      if (node.importKind !== 'type') tree.imports.push({ from: node.source.value, line });
      break;
    case 'ExportAllDeclaration':
      tree.imports.push({ from: node.source.value, line });
      break;
    case 'ExportNamedDeclaration':
      if (node.source && node.exportKind !== 'type') tree.imports.push({ from: node.source.value, line });
      tree.exports.push(...exportedNames(node));
      break;
    case 'ImportExpression': {
      const from = textOf(node.source);
      if (from !== undefined) tree.imports.push({ from, line });
      break;
    }
    case 'Property': {
      const name = node.key.type === 'Identifier' ? node.key.name : textOf(node.key);
      const text = textOf(node.value);
      if (name !== undefined && text !== undefined) tree.properties.push({ name, text, line });
      break;
    }
  }
}

function exportedNames({ declaration, specifiers }: ExportNamedDeclaration): string[] {
  const given = specifiers.map(({ exported }) => ('name' in exported ? exported.name : exported.value));
  if (declaration?.type === 'VariableDeclaration')
    return [...given, ...declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))];
  const id = declaration && 'id' in declaration ? declaration.id : undefined;
  return id?.type === 'Identifier' ? [...given, id.name] : given;
}

function textOf(node: Node | undefined): string | undefined {
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

function kindOf(node: Node | undefined): string | undefined {
  if (node?.type !== 'ObjectExpression') return undefined;
  for (const property of node.properties)
    if (property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === 'kind')
      return textOf(property.value);
  return undefined;
}

function pathOf(node: Node): string[] {
  if (node.type === 'Identifier') return [node.name];
  if (node.type === 'ThisExpression') return ['this'];
  if (node.type !== 'MemberExpression') return ['?'];
  const { object, property, computed } = node;
  return [...pathOf(object), !computed && property.type === 'Identifier' ? property.name : '?'];
}

/** Whether a node runs many times each time the function around it runs: in a loop, or in a call-back of `map` and the like. */
function isInLoop(ancestors: readonly Node[]): boolean {
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const node = ancestors[index] as Node;
    if (LOOPS.has(node.type)) return true;
    if (!FUNCTIONS.has(node.type)) continue;
    const around = ancestors[index - 1];
    if (around?.type !== 'CallExpression' || !(around.arguments as readonly Node[]).includes(node)) return false;
    return LOOPING.has(pathOf(around.callee).at(-1) ?? '');
  }
  return false;
}
