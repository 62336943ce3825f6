import { escapeHtml, SafeHtml } from '../lib/escape.ts';
import type { HelperCall, HelperDefinition, RenderState } from './helper-types.ts';
import { textOf } from './helper-values.ts';
import type { Callable, ExpressionNode, PathNode } from './template-ast.ts';
import { placedError } from './template-error.ts';
import {
  type Expression,
  enter,
  type Frame,
  type LoopVariables,
  Output,
  type Part,
  readProperty,
} from './template-frame.ts';

type Hash = Readonly<Record<string, unknown>>;

/** The ways through a block. */
export interface Branches {
  program: Part | undefined;
  inverse: Part | undefined;
  /** Whether it names parameters: `as |item|`. */
  takesParameters: boolean;
}

const NO_HASH: Hash = Object.freeze({});

class Call implements HelperCall {
  readonly name: string;
  readonly hash: Hash;
  readonly #frame: Frame;
  readonly #branches: Branches | undefined;

  constructor(name: string, hash: Hash, frame: Frame, branches?: Branches) {
    this.name = name;
    this.hash = hash;
    this.#frame = frame;
    this.#branches = branches;
  }

  get context(): unknown {
    return this.#frame.context;
  }

  get state(): RenderState {
    return this.#frame.scene.state;
  }

  get view(): RenderState['view'] {
    return this.#frame.scene.state.view;
  }

  render(context: unknown = this.context, ...values: unknown[]): SafeHtml {
    return written(this.#branches?.program, enterBlock(this.#frame, context, this.#branches, values));
  }

  otherwise(): SafeHtml {
    return written(this.#branches?.inverse, this.#frame);
  }
}

/** The frame of a block, with the parameters that it names. */
export function enterBlock(
  frame: Frame,
  context: unknown,
  branches: Branches | undefined,
  values: readonly unknown[],
  loop = frame.loop,
): Frame {
  const inner = enter(frame, context, loop);
  return branches?.takesParameters ? { ...inner, parameters: { values, up: frame.parameters } } : inner;
}

function written(part: Part | undefined, frame: Frame): SafeHtml {
  const out = new Output();
  part?.(frame, out);
  return new SafeHtml(out.text);
}

/** The output of a block is printed as it is, so what is not HTML of ours is escaped here. */
function blockOutput(value: unknown): string {
  return value instanceof SafeHtml ? value.value : escapeHtml(textOf(value));
}

/** Makes functions of the values in a template: paths, literals and calls of helpers. */
export class ExpressionCompiler {
  /** The parameters of the blocks around, the innermost first. Blocks without any are not among them. */
  readonly #scopes: (readonly string[])[] = [];
  readonly #helpers: ReadonlyMap<string, HelperDefinition>;
  readonly #file: string;

  constructor(helpers: ReadonlyMap<string, HelperDefinition>, file: string) {
    this.#helpers = helpers;
    this.#file = file;
  }

  /** Compiles what stands in a block with these parameters. */
  within<T>(parameters: readonly string[], compile: () => T): T {
    this.#scopes.unshift(parameters);
    const compiled = compile();
    this.#scopes.shift();
    return compiled;
  }

  /** The value of a mustache or an argument. */
  value(node: ExpressionNode): Expression {
    if (node.type === 'SubExpression') return this.call(node);
    if (node.type === 'PathExpression') return this.#path(node);
    const { value } = node;
    return () => value;
  }

  /** The helper that a mustache or block calls; undefined for a plain value. */
  helperOf({ path }: Callable): HelperDefinition | undefined {
    if (path.type !== 'PathExpression' || path.data || path.depth > 0 || path.parts.length !== 1) return undefined;
    const [name = ''] = path.parts;
    return isScoped(path) || this.#parameter(name) ? undefined : this.#helpers.get(name);
  }

  /** What a helper makes. */
  call(node: Callable): Expression {
    const { name, run, values, hash, guard } = this.#parts(node);
    return (frame) => {
      try {
        return run(values(frame), new Call(name, hash(frame), frame));
      } catch (error) {
        throw guard(error);
      }
    };
  }

  /** What a block helper prints. */
  block(node: Callable, branches: Branches): Part {
    const { name, run, values, hash, guard } = this.#parts(node);
    return (frame, out) => {
      try {
        out.push(blockOutput(run(values(frame), new Call(name, hash(frame), frame, branches))));
      } catch (error) {
        throw guard(error);
      }
    };
  }

  /** The named arguments; the same empty record wherever there are none. */
  hash(node: Pick<Callable, 'hash'>): (frame: Frame) => Hash {
    const pairs = (node.hash?.pairs ?? []).map(({ key, value }) => [key, this.value(value)] as const);
    if (pairs.length === 0) return () => NO_HASH;
    return (frame) => {
      const hash: Record<string, unknown> = {};
      for (const [key, value] of pairs) hash[key] = value(frame);
      return hash;
    };
  }

  #parts(node: Callable) {
    const name = node.path.type === 'PathExpression' ? node.path.original : String(node.path.value);
    const helper = this.#helpers.get(name);
    const place = { file: this.#file, line: node.loc.start.line };
    const guard = (error: unknown): Error => placedError(error, place);
    if (!helper) throw guard(new Error(`There is no helper "${name}".`));
    const params = node.params.map((param) => this.value(param));
    const [only] = params;
    const isOne = only !== undefined && params.length === 1;
    const values = isOne
      ? (frame: Frame): unknown[] => [only(frame)]
      : (frame: Frame): unknown[] => params.map((param) => param(frame));
    return { name, run: helper.run, values, hash: this.hash(node), guard };
  }

  #path(node: PathNode): Expression {
    const { parts, depth } = node;
    if (node.data) return along(variable(parts[0] ?? '', depth), parts.slice(1));
    const parameter = isScoped(node) ? undefined : this.#parameter(parts[0] ?? '');
    return parameter ? along(parameter, parts.slice(1)) : along(contextAt(depth), parts);
  }

  #parameter(name: string): Expression | undefined {
    const level = this.#scopes.findIndex((names) => names.includes(name));
    if (level < 0) return undefined;
    const at = (this.#scopes[level] ?? []).indexOf(name);
    return ({ parameters }) => {
      let block = parameters;
      for (let step = 0; step < level; step++) block = block?.up;
      return block?.values[at];
    };
  }
}

/** Whether a path says itself that it begins at `this`, at `.` or further out. */
const isScoped = ({ depth, original }: PathNode): boolean => depth > 0 || /^(\.|this\b)/.test(original);

function contextAt(depth: number): Expression {
  if (depth === 0) return (frame) => frame.context;
  return (frame) => {
    let place: Frame | undefined = frame;
    for (let step = 0; step < depth; step++) place = place?.up;
    return place?.context;
  };
}

function variable(name: string, depth: number): Expression {
  if (name === 'root') return (frame) => frame.scene.root;
  return (frame) => {
    let { loop } = frame;
    for (let step = 0; step < depth; step++) loop = loop?.up;
    return loop?.[name as keyof LoopVariables];
  };
}

/** The value at the end of a path. Most are one or two steps long. */
function along(start: Expression, parts: readonly string[]): Expression {
  const [first, second] = parts;
  if (first === undefined) return start;
  if (second === undefined) return (frame) => readProperty(start(frame), first);
  return (frame) => {
    let value = start(frame);
    for (const part of parts) value = readProperty(value, part);
    return value;
  };
}
