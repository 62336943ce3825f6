// Layer: http. Knows lib, kernel, services, identity, content and theme.
import { GalleyError } from '../lib/errors.ts';

/** A piece of a path pattern: text as it stands, or a parameter. */
type Part = { text: string } | { name: string; kind: string };

/** What a parameter of a kind looks like, as a regular expression over the decoded path. */
const KINDS: Record<string, string> = {
  any: '[^/]+?',
  int: '(?:0|[1-9]\\d{0,14})',
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  slug: '[\\p{L}\\p{N}\\p{M}_%-]+',
  wildcard: '.*',
};
const MAX_PARAM_LENGTH = 200;
const MAX_WILDCARD_LENGTH = 1024;

/** Values of a path's parameters: numbers for `(int)`, text for all else. */
export type PathParams = Record<string, string | number>;

type WordCharacter =
  | 'a'
  | 'b'
  | 'c'
  | 'd'
  | 'e'
  | 'f'
  | 'g'
  | 'h'
  | 'i'
  | 'j'
  | 'k'
  | 'l'
  | 'm'
  | 'n'
  | 'o'
  | 'p'
  | 'q'
  | 'r'
  | 's'
  | 't'
  | 'u'
  | 'v'
  | 'w'
  | 'x'
  | 'y'
  | 'z'
  | '0'
  | '1'
  | '2'
  | '3'
  | '4'
  | '5'
  | '6'
  | '7'
  | '8'
  | '9'
  | '_';
type Word<Text extends string, Read extends string = ''> = Text extends `${infer First}${infer Rest}`
  ? Lowercase<First> extends WordCharacter
    ? Word<Rest, `${Read}${First}`>
    : [Read, Text]
  : [Read, ''];
type Kind<Text extends string> = Text extends `(int)${string}` ? number : string;
type Named<Text extends string> = Text extends `${string}:${infer Rest}`
  ? Word<Rest> extends [infer Name extends string, infer After extends string]
    ? { [Key in Name]: Kind<After> } & Named<After>
    : unknown
  : Text extends `${string}*${infer Name}`
    ? { [Key in Name extends '' ? 'rest' : Name]: string }
    : unknown;

/** The parameters that a path pattern declares: `/post/:id(int)` gives `{ id: number }`. */
export type ParamsOf<Path extends string> = string extends Path
  ? PathParams
  : Named<Path> extends infer Params
    ? { [Key in keyof Params]: Params[Key] }
    : never;

/** A path pattern, read once: matches decoded paths and builds them again. */
export interface PathPattern {
  readonly source: string;
  /** The path itself when it has no parameters. */
  readonly fixed: string | undefined;
  /** First segment where it is fixed text, to find candidates fast. */
  readonly head: string | undefined;
  /** Smaller is more specific; compared part by part. */
  readonly rank: string;
  /** The parameters of a decoded path, or undefined when it does not match. `loose` takes other cases and slashes. */
  match(path: string, loose?: boolean): PathParams | undefined;
  /**
   * The encoded path for these parameters.
   * @throws GALLEY_INPUT_INVALID when one is missing or does not fit
   */
  build(params: PathParams): string;
}

function invalid(source: string, problem: string): GalleyError {
  return new GalleyError('GALLEY_INPUT_INVALID', `The path pattern "${source}" ${problem}.`, { status: 500 });
}

/** Where the parenthesis that opens at `start` closes. */
function closing(source: string, start: number): number {
  let depth = 0;
  for (let index = start; index < source.length; index++) {
    if (source[index] === '\\') index++;
    else if (source[index] === '(') depth++;
    else if (source[index] === ')' && --depth === 0) return index;
  }
  throw invalid(source, 'has a parenthesis that does not close');
}

function readParts(source: string): Part[] {
  const parts: Part[] = [];
  let index = 0;
  while (index < source.length) {
    const sign = source[index];
    if (sign === '*') {
      parts.push({ name: source.slice(index + 1) || 'rest', kind: 'wildcard' });
      break;
    }
    if (sign === ':') {
      const name = /^\w+/.exec(source.slice(index + 1))?.[0];
      if (!name) throw invalid(source, 'has a ":" without a name');
      index += name.length + 1;
      const end = source[index] === '(' ? closing(source, index) : -1;
      parts.push({ name, kind: end < 0 ? 'any' : source.slice(index + 1, end) });
      if (end >= 0) index = end + 1;
      continue;
    }
    const text = /^[^:*]+/.exec(source.slice(index))?.[0] ?? '';
    parts.push({ text });
    index += text.length;
  }
  return parts;
}

const kindSource = (kind: string): string => KINDS[kind] ?? kind.replace(/^\^|\$$/g, '');
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function compile(source: string, parts: readonly Part[], loose: boolean): RegExp {
  const body = parts
    .map((part) => ('text' in part ? literal(part.text) : `(?<${part.name}>${kindSource(part.kind)})`))
    .join('');
  try {
    return new RegExp(loose ? `^${body.replace(/\\\/$/, '')}\\/?$` : `^${body}$`, loose ? 'iu' : 'u');
  } catch (error) {
    throw invalid(source, `cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}

function rankOf(parts: readonly Part[]): string {
  const order = (part: Part): string => {
    if ('text' in part) return `0${String(999 - part.text.length).padStart(3, '0')}`;
    if (part.kind === 'wildcard') return '9';
    return part.kind === 'any' ? '3' : '2';
  };
  return parts.map(order).join('');
}

function encodeValue(source: string, part: { name: string; kind: string }, value: unknown): string {
  const text = value === undefined || value === null ? '' : String(value);
  if (!new RegExp(`^${kindSource(part.kind)}$`, 'u').test(text) || (text === '' && part.kind !== 'wildcard')) {
    throw new GalleyError('GALLEY_INPUT_INVALID', `"${text}" does not fit the parameter "${part.name}" of ${source}.`);
  }
  return part.kind === 'wildcard' ? text.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(text);
}

/**
 * Reads a path pattern. `:name` is one segment (or part of one), `:name(int|uuid|slug)` or `:name(regular expression)`
 * narrows it, `*name` at the end takes the rest.
 *
 * @throws GALLEY_INPUT_INVALID
 * @example readPattern('/post/:id(int)').match('/post/12') // { id: 12 }
 */
export function readPattern(source: string): PathPattern {
  if (!source.startsWith('/')) throw invalid(source, 'does not begin with "/"');
  const parts = readParts(source);
  const strict = compile(source, parts, false);
  const loose = compile(source, parts, true);
  const params = parts.filter((part) => 'name' in part);
  const values = (groups: Record<string, string | undefined>): PathParams | undefined => {
    const found: PathParams = {};
    for (const { name, kind } of params) {
      const value = groups[name] ?? '';
      if (value.length > (kind === 'wildcard' ? MAX_WILDCARD_LENGTH : MAX_PARAM_LENGTH)) return undefined;
      found[name] = kind === 'int' ? Number(value) : value;
    }
    return found;
  };
  const first = parts[0] && 'text' in parts[0] ? parts[0].text.slice(1) : '';
  return {
    source,
    fixed: params.length === 0 ? source : undefined,
    head: params.length === 0 || first.includes('/') ? first.split('/')[0] : undefined,
    rank: rankOf(parts),
    match: (path, isLoose = false) => {
      const found = (isLoose ? loose : strict).exec(path);
      return found ? values(found.groups ?? {}) : undefined;
    },
    build: (given) =>
      parts
        .map((part) => ('text' in part ? encodeURI(part.text) : encodeValue(source, part, given[part.name])))
        .join(''),
  };
}
