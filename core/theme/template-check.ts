import Handlebars from 'handlebars';
import { messageOf } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { says } from '../lib/told-texts.ts';
import { CallChecker, nameOf } from './call-check.ts';
import type { HelperDefinition, QueryValue } from './helper-types.ts';
import { HtmlContext } from './html-context.ts';
import type { HtmlTag } from './html-place.ts';
import {
  type BlockNode,
  type ContentNode,
  literalText,
  type MustacheNode,
  type PartialNode,
  type Position,
  type ProgramNode,
  type StatementNode,
} from './template-ast.ts';
import { isUrlPlace, placeProblem, tagProblems } from './template-places.ts';
import type { CheckedTemplate, CheckOptions, TemplateProblem } from './template-problem.ts';
import { SourceEdits } from './template-source.ts';
import { findParseProblem } from './template-words.ts';

const MAX_NODES = 5000;
const MAX_LOOPS = 6;
/** Blocks whose content is collected or loaded, and so must be whole. */
const TEXT_ONLY_BLOCKS = new Set(['query', 'content', 'block']);

/**
 * Reads a template and says what may not be in it: the rules for output, unknown helpers, partials and assets, and
 * markup that the content security policy would block. Never throws for what is in the template.
 */
export function checkTemplate(source: string, options: CheckOptions): CheckedTemplate {
  return new TemplateChecker(source, options).check();
}

class TemplateChecker {
  readonly #options: CheckOptions;
  readonly #calls: CallChecker;
  readonly #edits: SourceEdits;
  /** Names of inline partials anywhere in the template. */
  readonly #inline = new Set<string>();
  readonly #result: CheckedTemplate;
  readonly #source: string;
  #html: HtmlContext;
  #loops = 0;
  /** How many blocks stand around this place that may not be rendered. */
  #conditions = 0;
  #nodes = 0;
  /** The line where the text that is read now begins. */
  #line = 1;

  constructor(source: string, options: CheckOptions) {
    this.#source = source;
    this.#options = options;
    this.#calls = new CallChecker(options, (message, line) => this.#problem(message, line));
    this.#edits = new SourceEdits(source);
    this.#html = this.#context();
    const texts = this.#calls.texts;
    this.#result = { source, layout: undefined, partials: [], queries: [], hasQuery: false, texts, problems: [] };
  }

  check(): CheckedTemplate {
    const program = this.#parse();
    if (!program) return this.#result;
    this.#findInline(program);
    this.#program(program);
    this.#mustEndInText(says('The template ends before the markup is closed.'), program.loc.end);
    this.#result.source = this.#edits.apply();
    return this.#result;
  }

  #parse(): ProgramNode | undefined {
    try {
      return Handlebars.parse(this.#source, { srcName: this.#options.file }) as unknown as ProgramNode;
    } catch (error) {
      const message = messageOf(error);
      const line = Number(/line (\d+)/.exec(message)?.[1] ?? / - (\d+):\d+$/.exec(message)?.[1] ?? '0');
      const found = findParseProblem(this.#source, line) ?? { message: says(`It cannot be read: ${message}.`), line };
      this.#result.problems.push({ level: 'error', file: this.#options.file, ...found });
      return undefined;
    }
  }

  #context(): HtmlContext {
    return new HtmlContext((tag, line) => this.#tag(tag, this.#line + line));
  }

  #problem(message: string, line: number, level: TemplateProblem['level'] = 'error'): void {
    this.#result.problems.push({ level, file: this.#options.file, line, message });
  }

  /** Inline partials may be used before they are reached, from a partial that the block is given to. */
  #findInline(program: ProgramNode | undefined): void {
    for (const node of program?.body ?? []) {
      if (node.type === 'DecoratorBlock') this.#inline.add(literalText(node.params[0]) ?? '');
      if ('program' in node) this.#findInline(node.program);
      if ('inverse' in node) this.#findInline(node.inverse);
    }
  }

  #program(program: ProgramNode | undefined): void {
    if (!program) return;
    const isRoot = this.#calls.depth === 0;
    this.#calls.enter(program.blockParams ?? []);
    for (const [index, node] of program.body.entries()) {
      const isTooLong = ++this.#nodes === (this.#options.maxNodes ?? MAX_NODES) + 1;
      if (isTooLong) this.#problem(says('It is too long; split it into partials.'), node.loc.start.line);
      if (node.type === 'CommentStatement') this.#comment(node.value, isRoot && index === 0);
      else this.#statement(node);
    }
    this.#calls.leave();
  }

  #statement(node: Exclude<StatementNode, { type: 'CommentStatement' }>): void {
    if (node.type === 'ContentStatement') this.#content(node);
    else if (node.type === 'MustacheStatement' || node.type === 'Decorator') this.#mustache(node);
    else if (node.type === 'BlockStatement') this.#block(node);
    else if (node.type === 'DecoratorBlock') this.#inlinePartial(node);
    else if (node.type === 'PartialStatement' || node.type === 'PartialBlockStatement') this.#partial(node);
  }

  #content(node: ContentNode): void {
    // The value may have lost blanks at its start, so lines are counted from its end.
    this.#line = node.loc.end.line - (node.value.match(/\n/g)?.length ?? 0);
    try {
      this.#html.feed(node.value);
    } catch (error) {
      this.#problem(messageOf(error), this.#line + this.#html.lines);
      this.#html = this.#context();
    }
  }

  #comment(value: string, isFirst: boolean): void {
    if (isFirst && value.startsWith('<')) this.#result.layout = value.slice(1).trim();
  }

  #tag(tag: HtmlTag, line: number): void {
    for (const problem of tagProblems(tag)) this.#problem(problem.message, line, problem.level);
  }

  #mustache(node: MustacheNode): void {
    const problem = this.#mustacheProblem(node);
    if (problem) this.#problem(problem, node.loc.start.line);
    this.#html.feedValue();
  }

  #mustacheProblem(node: MustacheNode): string | undefined {
    if (node.type === 'Decorator') return says('Decorators are not allowed here.');
    if (!node.escaped) {
      return says('Unescaped output ({{{x}}} or {{&x}}) is not allowed. Write {{x}}: sanitised HTML prints as it is.');
    }
    const name = nameOf(node);
    const helper = this.#calls.callee(node);
    if (helper?.block) return says(`"${name}" needs a block: {{#${name} …}}…{{/${name}}}.`);
    return placeProblem(this.#html, helper) ?? this.#rewrite(node, helper);
  }

  /**
   * `title="{{x}}"` becomes `title="{{attribute x}}"`, so that sanitised HTML cannot close the quote, and a field that
   * has the name of a helper, `{{number}}`, becomes `{{this.number}}`.
   */
  #rewrite(node: MustacheNode, helper: HelperDefinition | undefined): string | undefined {
    const isWrapped = this.#html.mode !== 'text' && helper?.returns !== 'url' && !this.#html.isDataScript;
    const isField = !helper && this.#calls.isFieldLikeHelper(node);
    if (!isWrapped && !isField) return undefined;
    const isDone = this.#edits.replaceInner(node.loc, (inner) => {
      const value = helper ? `(${inner})` : isField ? `this.${inner}` : inner;
      return isWrapped ? `attribute ${value}` : value;
    });
    return isDone ? undefined : says('It cannot be made safe for this place.');
  }

  #block(node: BlockNode): void {
    const helper = this.#calls.callee(node);
    const problem = this.#blockProblem(node, helper);
    if (problem) this.#problem(problem, node.loc.start.line);
    else this.#branches(node, helper?.block === 'loop');
  }

  #blockProblem(node: BlockNode, helper: HelperDefinition | undefined): string | undefined {
    const name = nameOf(node);
    if (!helper)
      return says(`{{#${name}}} is no helper. Write {{#each ${name}}}, {{#if ${name}}} or {{#with ${name}}}.`);
    if (!helper.block) return says(`"${name}" is not a block helper. Write {{${name} …}}.`);
    if (name === 'query') this.#query(node);
    if (!this.#html.isSettled) return says('A block may not stand in the middle of a tag.');
    if (TEXT_ONLY_BLOCKS.has(name) && this.#html.mode !== 'text')
      return says(`{{#${name}}} may only stand between tags.`);
    return helper.block === 'loop' ? this.#loopProblem() : undefined;
  }

  #loopProblem(): string | undefined {
    if (isUrlPlace(this.#html) && this.#html.url !== 'fixed')
      return says('A loop may not stand at the start of an address.');
    const most = this.#options.maxLoops ?? MAX_LOOPS;
    return this.#loops === most ? says(`Loops stand more than ${most} deep.`) : undefined;
  }

  /** Follows both ways through a block; they must end at the same place of the markup. */
  #branches(node: BlockNode, isLoop: boolean): void {
    const before = this.#html;
    this.#conditions++;
    if (isLoop) this.#loops++;
    const main = this.#branch(before, node.program);
    const other = this.#branch(before, node.inverse);
    if (isLoop) this.#loops--;
    this.#conditions--;
    const fits = (!isLoop || main.join(before.clone())) && main.join(other);
    this.#html = fits ? main : before;
    if (fits) return;
    const name = nameOf(node);
    const message = says(
      `The ways through {{#${name}}} end at different places of the markup: a tag or quote is opened in one only.`,
    );
    this.#problem(message, node.loc.start.line);
  }

  #branch(before: HtmlContext, program: ProgramNode | undefined): HtmlContext {
    this.#html = before.clone();
    this.#program(program);
    return this.#html;
  }

  #query(node: BlockNode): void {
    this.#result.hasQuery = true;
    if (this.#conditions > 0) return;
    const params: Record<string, QueryValue> = {};
    for (const { key, value } of node.hash?.pairs ?? []) {
      if (!('value' in value) || value.value === undefined) return; // Known only when it is rendered.
      params[key] = value.value;
    }
    this.#result.queries.push(params);
  }

  #inlinePartial(node: BlockNode): void {
    const isNamed = node.params.length === 1 && literalText(node.params[0]) !== undefined;
    if (nameOf(node) === 'inline' && isNamed)
      this.#fragment(node.program, says('The inline partial ends before the markup is closed.'));
    else
      this.#problem(says("Write {{#*inline 'name'}}…{{/inline}}: no other decorator is allowed."), node.loc.start.line);
  }

  #partial(node: PartialNode): void {
    const { line } = node.loc.start;
    if (this.#html.mode !== 'text') this.#problem(says('A partial may only stand between tags.'), line);
    this.#calls.arguments(node);
    if (node.name.type === 'SubExpression') this.#calls.expression(node.name);
    else this.#knowPartial(node.name.type === 'PathExpression' ? node.name.original : String(node.name.value), node);
    this.#fragment(node.program, says('The block given to a partial ends before the markup is closed.'));
  }

  #knowPartial(name: string, node: PartialNode): void {
    if (name === '@partial-block' || this.#inline.has(name)) return;
    const { partials } = this.#options;
    if (node.type === 'PartialStatement' && partials && !partials.has(name)) {
      this.#problem(says(`There is no partial "${name}".${didYouMean(name, partials)}`), node.loc.start.line);
    } else if (this.#conditions === 0) this.#result.partials.push(name);
  }

  /** HTML of its own, which starts and ends between tags. */
  #fragment(program: ProgramNode | undefined, unclosed: string): void {
    if (!program) return;
    const outer = this.#html;
    this.#conditions++;
    this.#html = this.#branch(this.#context(), program);
    this.#conditions--;
    this.#mustEndInText(unclosed, program.loc.end);
    this.#html = outer;
  }

  #mustEndInText(unclosed: string, end: Position): void {
    if (this.#html.mode === 'text') return;
    const { element } = this.#html;
    this.#problem(element ? `${unclosed} ${says(`What is open there is <${element}>.`)}` : unclosed, end.line);
  }
}
