// The syntax tree of Handlebars, with types that tell the nodes apart.

/** A place in a source: line from 1, column from 0. */
export interface Position {
  line: number;
  column: number;
}

interface Located {
  loc: { start: Position; end: Position };
}

export interface PathNode extends Located {
  type: 'PathExpression';
  data: boolean;
  depth: number;
  parts: string[];
  original: string;
}
interface CallNode extends Located {
  type: 'SubExpression';
  path: PathNode | LiteralNode;
  params: ExpressionNode[];
  hash?: HashNode;
}
interface LiteralNode extends Located {
  type: 'StringLiteral' | 'NumberLiteral' | 'BooleanLiteral' | 'UndefinedLiteral' | 'NullLiteral';
  value?: string | number | boolean;
}
export type ExpressionNode = PathNode | CallNode | LiteralNode;

interface HashNode extends Located {
  pairs: { key: string; value: ExpressionNode }[];
}
export interface ProgramNode extends Located {
  type: 'Program';
  body: StatementNode[];
  blockParams?: string[];
}
/** What mustaches, blocks and sub-expressions have in common. */
export interface Callable extends Located {
  path: PathNode | LiteralNode;
  params: ExpressionNode[];
  hash?: HashNode;
}
export interface MustacheNode extends Callable {
  type: 'MustacheStatement' | 'Decorator';
  escaped: boolean;
}
export interface BlockNode extends Callable {
  type: 'BlockStatement' | 'DecoratorBlock';
  path: PathNode;
  program?: ProgramNode;
  inverse?: ProgramNode;
}
export interface PartialNode extends Located {
  type: 'PartialStatement' | 'PartialBlockStatement';
  name: PathNode | CallNode | LiteralNode;
  params: ExpressionNode[];
  hash?: HashNode;
  program?: ProgramNode;
  /** The blanks before a partial that stands alone in its line. */
  indent?: string;
}
export interface ContentNode extends Located {
  type: 'ContentStatement';
  value: string;
  original: string;
}
interface CommentNode extends Located {
  type: 'CommentStatement';
  value: string;
}
export type StatementNode = MustacheNode | BlockNode | PartialNode | ContentNode | CommentNode;

/** The text of a string literal, or undefined. */
export function literalText(node: ExpressionNode | undefined): string | undefined {
  return node?.type === 'StringLiteral' ? String(node.value) : undefined;
}
