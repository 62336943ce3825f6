import Handlebars from 'handlebars';
import { says } from '../lib/told-texts.ts';

/** What keeps a template from being read, and where; line and column from 1. */
export interface ParseProblem {
  message: string;
  line: number;
  column: number;
}

/** An expression between braces, or what begins one. */
interface Expression {
  at: number;
  source: string;
  /** What it opens or closes: `#`, `^`, `/` or nothing. */
  sign: string;
  /** Its first word. */
  name: string;
}

interface OpenBlock {
  tag: string;
  name: string;
  at: number;
  hasElse: boolean;
}

type Found = [message: string, at: number];

/**
 * A comment; an expression with whole strings in it; one with a string that does not end; the beginning of one. All are
 * bounded, so that a text that was made to be slow is not.
 */
const EXPRESSION =
  /\{\{~?!--[\s\S]{0,20000}?--~?\}\}|\{\{~?![^}]{0,4000}\}\}|\{\{\{?~?\s{0,100}([#^/]?)[*>]?\s{0,100}([^\s{}~"']{0,100})(?:"[^"]{0,500}"|'[^']{0,500}'|\{(?!\{)|[^{}"']){0,1000}\}?\}\}|\{\{[^}]{0,4000}\}\}|\{\{/g;
const SHOWN = 60;
const TRIED_MOST = 200;

/**
 * Says in plain words why a template cannot be read. Undefined where the parser's own words have to do.
 * @param line at which the parser stopped
 */
export function findParseProblem(source: string, line: number): ParseProblem | undefined {
  const [message, at] = firstProblem(source, line) ?? [];
  if (message === undefined || at === undefined) return undefined;
  return { message, line: lineAt(source, at), column: at - source.lastIndexOf('\n', at - 1) };
}

const lineAt = (source: string, at: number): number => source.slice(0, at).split('\n').length;

function firstProblem(source: string, line: number): Found | undefined {
  const from = startOfLine(source, line);
  let tried = 0;
  const open: OpenBlock[] = [];
  for (const expression of expressionsOf(source)) {
    const isNear = expression.at + expression.source.length > from && ++tried <= TRIED_MOST;
    const problem = (isNear ? ownProblem(expression) : undefined) ?? placeProblem(expression, open);
    if (problem) return problem;
  }
  const last = open.at(-1);
  return last && [says(`${last.tag} is not closed.`), last.at];
}

/** Where a line begins. */
function startOfLine(source: string, line: number): number {
  let at = 0;
  for (let left = line - 1; left > 0 && at >= 0; left--) at = source.indexOf('\n', at) + 1 || source.length;
  return at;
}

/** One after the other, so that nothing is looked for behind the first problem. */
function* expressionsOf(source: string): Generator<Expression> {
  for (const { 0: text, 1: sign = '', 2: name = '', index } of source.matchAll(EXPRESSION)) {
    const isEscaped = source[index - 1] === '\\';
    if (!isEscaped && !/^\{\{~?!/.test(text)) yield { at: index, source: text, sign, name };
  }
}

/** What is wrong with an expression by itself. */
function ownProblem({ at, source, sign, name }: Expression): Found | undefined {
  if (source === '{{') return [says('What begins here with two braces does not end with two.'), at];
  if (/^\{\{~?\s*~?\}\}$/.test(source)) return [says('There is nothing between the braces.'), at];
  if (sign === '/' || isElse({ sign, name })) return undefined;
  try {
    Handlebars.parse(sign === '' ? source : `${source}{{/${name}}}`);
    return undefined;
  } catch {
    const shown = source.replace(/^\{+~?\s*|\s*~?\}+$/g, '').replace(/\s+/g, ' ');
    return [says(`“${shown.slice(0, SHOWN)}” cannot be read. Look for a missing quote, bracket or value.`), at];
  }
}

const isElse = ({ sign, name }: Pick<Expression, 'sign' | 'name'>): boolean =>
  name === 'else' || (sign === '^' && name === '');

/** What is wrong with where it stands. */
function placeProblem({ at, sign, name, source }: Expression, open: OpenBlock[]): Found | undefined {
  if (isElse({ sign, name })) return elseProblem({ at, source }, open.at(-1));
  if (sign === '/') return endProblem({ at, name }, open);
  if (sign !== '') open.push({ tag: `{{${sign}${name}}}`, name, at, hasElse: false });
  return undefined;
}

function elseProblem(
  { at, source }: Pick<Expression, 'at' | 'source'>,
  block: OpenBlock | undefined,
): Found | undefined {
  if (!block) return [says('“else” stands in no block.'), at];
  if (block.hasElse) return [says(`${block.tag} has a second “else”.`), at];
  // `{{else if …}}` may be followed by more.
  block.hasElse = !/else\s+\S/.test(source.replace(/~?\}\}$/, ''));
  return undefined;
}

function endProblem({ at, name }: Pick<Expression, 'at' | 'name'>, open: OpenBlock[]): Found | undefined {
  const block = open.pop();
  const end = `{{/${name}}}`;
  if (!block) return [says(`${end} closes nothing: no such block is open here.`), at];
  return block.name === name ? undefined : [says(`${block.tag} is not closed: ${end} comes first.`), block.at];
}
