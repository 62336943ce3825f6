import { didYouMean } from '../lib/suggest.ts';
import { says } from '../lib/told-texts.ts';
import type { HelperDefinition } from './helper-types.ts';
import { type Callable, type ExpressionNode, literalText, type PathNode } from './template-ast.ts';
import type { CheckOptions } from './template-problem.ts';

/** The variables of Handlebars that templates may read. */
const DATA = new Set(['root', 'index', 'key', 'first', 'last']);
const FORBIDDEN = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
]);

const unreadable = (name: string): string => says(`"${name}" may not be read.`);

/** The name that is called, as it is written. */
export function nameOf(node: Pick<Callable, 'path'>): string {
  return node.path.type === 'PathExpression' ? node.path.original : String(node.path.value);
}

/** Whether a path is one bare name, which may be that of a helper. */
function isBareName(path: PathNode): boolean {
  return path.parts.length === 1 && path.depth === 0 && !path.data && !/^(this|\.)/.test(path.original);
}

/** Checks what stands between the braces: names of helpers, their arguments, paths. */
export class CallChecker {
  /** Source texts of `{{t}}` that were seen. */
  readonly texts: string[] = [];
  readonly #options: CheckOptions;
  readonly #report: (message: string, line: number) => void;
  readonly #scope: string[][] = [];

  constructor(options: CheckOptions, report: (message: string, line: number) => void) {
    this.#options = options;
    this.#report = report;
  }

  /** Enters a block with its parameters: `as |item index|`. */
  enter(parameters: string[]): void {
    this.#scope.push(parameters);
  }

  leave(): void {
    this.#scope.pop();
  }

  /** How many blocks stand around this place. */
  get depth(): number {
    return this.#scope.length;
  }

  /** Whether a mustache prints a field that has the name of a helper: `{{number}}`. */
  isFieldLikeHelper(node: Callable): boolean {
    return this.#options.helpers.has(nameOf(node)) && !this.#isParameter(nameOf(node));
  }

  /** The helper that is called, after a look at the call; undefined for a plain value. */
  callee(node: Callable, isSubExpression = false): HelperDefinition | undefined {
    this.arguments(node);
    const { line } = node.loc.start;
    if (node.path.type !== 'PathExpression') {
      this.#report(says('A literal is no value to print: write the text itself.'), line);
      return undefined;
    }
    const name = node.path.original;
    if (isBareName(node.path) && !this.#isParameter(name)) return this.#helper(name, node, isSubExpression);
    this.#path(node.path);
    if (node.params.length > 0 || isSubExpression)
      this.#report(says(`"${name}" is a value and takes no arguments.`), line);
    return undefined;
  }

  /** Checks all arguments of a call. */
  arguments(node: Pick<Callable, 'params' | 'hash'>): void {
    for (const param of node.params) this.expression(param);
    for (const pair of node.hash?.pairs ?? []) this.expression(pair.value);
  }

  /** Checks an argument. */
  expression(node: ExpressionNode): void {
    if (node.type === 'PathExpression') this.#path(node);
    if (node.type !== 'SubExpression') return;
    const helper = this.callee(node, true);
    if (helper?.block)
      this.#report(says(`"${nameOf(node)}" is a block helper and gives no value.`), node.loc.start.line);
  }

  #isParameter(name: string): boolean {
    return this.#scope.some((names) => names.includes(name));
  }

  #helper(name: string, node: Callable, isSubExpression: boolean): HelperDefinition | undefined {
    const { line } = node.loc.start;
    const { helpers } = this.#options;
    const helper = helpers.get(name);
    const isCall = isSubExpression || node.params.length > 0 || (node.hash?.pairs.length ?? 0) > 0;
    if (!helper) {
      if (isCall) this.#report(says(`There is no helper "${name}".${didYouMean(name, helpers.keys())}`), line);
      else if (FORBIDDEN.has(name)) this.#report(unreadable(name), line);
      return undefined;
    }
    const minimum = helper.minimum ?? 0;
    if (!isCall && minimum > 0 && !helper.block) return undefined; // A field of that name.
    if (node.params.length < minimum) {
      const isOne = minimum === 1;
      this.#report(
        isOne
          ? says(`The helper "${name}" needs an argument.`)
          : says(`The helper "${name}" needs ${minimum} arguments.`),
        line,
      );
    }
    this.#literals(name, node);
    return helper;
  }

  #literals(name: string, node: Callable): void {
    const text = literalText(node.params[0]);
    if (text === undefined) return;
    if (name === 't') this.texts.push(text);
    const { assets } = this.#options;
    if (name === 'asset' && assets && !assets.has(text)) {
      this.#report(says(`There is no asset "${text}".${didYouMean(text, assets)}`), node.loc.start.line);
    }
  }

  #path(node: PathNode): void {
    const { line } = node.loc.start;
    const forbidden = node.parts.find((part) => FORBIDDEN.has(part));
    if (forbidden) this.#report(unreadable(forbidden), line);
    const name = node.parts[0] ?? '';
    if (node.data && !DATA.has(name))
      this.#report(says(`There is no data variable "@${name}".${didYouMean(name, DATA)}`), line);
  }
}
