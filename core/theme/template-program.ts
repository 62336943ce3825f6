import { isTruthy } from './helper-values.ts';
import type { BlockNode, MustacheNode, PartialNode, ProgramNode, StatementNode } from './template-ast.ts';
import { type Branches, ExpressionCompiler, enterBlock } from './template-expressions.ts';
import {
  type Expression,
  enter,
  type Frame,
  type LoopVariables,
  type Part,
  printed,
  type Scene,
} from './template-frame.ts';

/** What a template is compiled with. */
export interface Surroundings {
  file: string;
  helpers: ConstructorParameters<typeof ExpressionCompiler>[0];
  /** A partial of the theme or of a plugin; undefined where there is none of that name. */
  partial(name: string): Part | undefined;
}

/** A block: what it prints, and the inline partials that are defined in it. */
interface Block {
  run: Part;
  inline: readonly (readonly [string, Part])[];
}

/**
 * Makes a function of a checked template. It is put together from functions of its parts: no text of a template ever
 * becomes source of a program.
 */
export function compileProgram(program: ProgramNode, surroundings: Surroundings): Part {
  return new ProgramCompiler(surroundings).block(program).run;
}

class ProgramCompiler {
  readonly #around: Surroundings;
  readonly #expressions: ExpressionCompiler;

  constructor(surroundings: Surroundings) {
    this.#around = surroundings;
    this.#expressions = new ExpressionCompiler(surroundings.helpers, surroundings.file);
  }

  block(program: ProgramNode): Block {
    const { blockParams } = program;
    if (blockParams?.length) return this.#expressions.within(blockParams, () => this.#body(program));
    return this.#body(program);
  }

  #body({ body }: ProgramNode): Block {
    const parts = body.flatMap((node) => this.#statement(node) ?? []);
    const inline = body.flatMap((node) => (node.type === 'DecoratorBlock' ? [this.#inline(node)] : []));
    const run: Part = (frame, out) => {
      for (const part of parts) part(frame, out);
    };
    if (inline.length === 0) return { run, inline };
    return { run: (frame, out) => run({ ...frame, scene: withInline(frame, inline) }, out), inline };
  }

  #statement(node: StatementNode): Part | undefined {
    switch (node.type) {
      case 'ContentStatement': {
        const { value } = node;
        return value === '' ? undefined : (_frame, out) => void out.push(value);
      }
      case 'MustacheStatement':
        return this.#mustache(node);
      case 'BlockStatement':
        return this.#blockStatement(node);
      case 'PartialStatement':
      case 'PartialBlockStatement':
        return this.#partial(node);
      default:
        return undefined; // Comments print nothing; inline partials are taken up with the block they stand in.
    }
  }

  #mustache(node: MustacheNode): Part {
    const expressions = this.#expressions;
    const value = expressions.helperOf(node) ? expressions.call(node) : expressions.value(node.path);
    return (frame, out) => void out.push(printed(value(frame)));
  }

  #blockStatement(node: BlockNode): Part {
    const branches: Branches = {
      program: node.program && this.block(node.program).run,
      inverse: node.inverse && this.block(node.inverse).run,
      takesParameters: (node.program?.blockParams?.length ?? 0) > 0,
    };
    const [subject] = node.params.map((param) => this.#expressions.value(param));
    const { original } = node.path;
    if (subject && original === 'if') return choice(subject, branches.program, branches.inverse);
    if (subject && original === 'unless') return choice(subject, branches.inverse, branches.program);
    if (subject && original === 'each') return loop(subject, branches);
    if (subject && original === 'with') return scope(subject, branches);
    return this.#expressions.block(node, branches);
  }

  #inline(node: BlockNode): readonly [string, Part] {
    const [name] = node.params;
    const run = node.program ? this.#body(node.program).run : nothing;
    return [name && 'value' in name ? String(name.value) : '', run];
  }

  #partial(node: PartialNode): Part {
    const name = this.#partialName(node);
    const [given] = node.params.map((param) => this.#expressions.value(param));
    const hash = node.hash && this.#expressions.hash(node);
    const block = node.program && this.#body(node.program);
    const { indent = '' } = node;
    return (frame, out) => {
      if (indent) out.push(indent);
      const called = String(name(frame));
      const base = given ? given(frame) : frame.context;
      const context = hash ? { ...(base as object), ...hash(frame) } : base;
      const slot = block && slotOf(block, frame);
      const partial = this.#find(called, frame.scene) ?? slot;
      if (!partial) throw new Error(`The partial ${called} could not be found`);
      const scene = slot ? { ...frame.scene, inline: inlineOf(frame, block.inline), slot } : frame.scene;
      partial({ context, up: undefined, loop: frame.loop, parameters: undefined, scene }, out);
    };
  }

  #partialName({ name }: PartialNode): Expression {
    if (name.type === 'SubExpression') return this.#expressions.value(name);
    const known = name.type === 'PathExpression' ? name.original : name.value;
    return () => known;
  }

  #find(name: string, scene: Scene): Part | undefined {
    if (name === '@partial-block') return scene.slot;
    return scene.inline?.get(name) ?? this.#around.partial(name);
  }
}

const nothing: Part = () => undefined;

function choice(subject: Expression, yes: Part | undefined, no: Part | undefined): Part {
  return (frame, out) => (isTruthy(subject(frame)) ? yes : no)?.(frame, out);
}

/** `{{#each}}` */
function loop(subject: Expression, branches: Branches): Part {
  const { program, inverse } = branches;
  return (frame, out) => {
    const { items, keys } = itemsOf(subject(frame));
    if (items.length === 0) return inverse?.(frame, out);
    const variables: LoopVariables = { index: 0, key: 0, first: true, last: false, up: frame.loop };
    for (let index = 0; index < items.length; index++) {
      variables.index = index;
      variables.key = keys ? keys[index] : index;
      variables.first = index === 0;
      variables.last = index === items.length - 1;
      program?.(enterBlock(frame, items[index], branches, [items[index], variables.key], variables), out);
    }
  };
}

/** What can be gone through: a list, or the values of a record. */
function itemsOf(value: unknown): { items: readonly unknown[]; keys?: readonly string[] } {
  if (Array.isArray(value)) return { items: value };
  if (typeof value !== 'object' || value === null) return { items: [] };
  if (Symbol.iterator in value) return { items: [...(value as Iterable<unknown>)] };
  return { items: Object.values(value), keys: Object.keys(value) };
}

/** `{{#with}}` */
function scope(subject: Expression, branches: Branches): Part {
  const { program, inverse } = branches;
  return (frame, out) => {
    const value = subject(frame);
    const isThere = (Boolean(value) || value === 0) && !(Array.isArray(value) && value.length === 0);
    if (isThere) program?.(enterBlock(frame, value, branches, [value]), out);
    else inverse?.(frame, out);
  };
}

/** The block that a partial is given. It is printed where it was written, but for what `this` and the loop are. */
function slotOf({ run }: Block, { up, context, parameters, scene: { slot } }: Frame): Part {
  const place = { context, up };
  return (frame, out) => {
    const isSame = frame.context === place.context;
    const outer = { context, up, parameters, loop: frame.loop, scene: { ...frame.scene, slot } };
    run(isSame ? outer : { ...outer, context: frame.context, up: outer }, out);
  };
}

type Inline = Block['inline'];

/** The inline partials that are known in a block. They see what stood around them. */
function inlineOf(frame: Frame, inline: Inline): ReadonlyMap<string, Part> | undefined {
  if (inline.length === 0) return frame.scene.inline;
  const bound = inline.map(([name, run]): [string, Part] => [
    name,
    (called, out) => {
      const inner = enter(frame, called.context, called.loop);
      run({ ...inner, scene: called.scene }, out);
    },
  ]);
  return new Map([...(frame.scene.inline ?? []), ...bound]);
}

function withInline(frame: Frame, inline: Inline): Scene {
  return { ...frame.scene, inline: inlineOf(frame, inline) };
}
