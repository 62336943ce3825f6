import type { FormValues } from './form-values.ts';
import { parseForm } from './form-values.ts';
import { readTarget } from './visit.ts';

const MAX_PARAMETERS = 30;

/** Anything that may have a second spelling; a path without it is canonical as it stands. */
const ODD = /[^\w\-/.~!$&'()*+,=:@]|\/\/|\/\.{1,2}(?:\/|$)/;

/** The path of a request target as the router sees it, or undefined when it is not the one right spelling. */
export function canonicalPath(rawPath: string): string | undefined {
  if (rawPath.startsWith('/') && !ODD.test(rawPath)) return rawPath;
  try {
    const { path, movedTo } = readTarget(rawPath);
    return movedTo === undefined ? path : undefined;
  } catch {
    return undefined;
  }
}

/** The part of a query that makes a difference. */
export interface PageQuery {
  /** One text for all spellings and orders of the same values. */
  readonly text: string;
  /** What a handler may see of the query. */
  readonly values: FormValues;
}

/**
 * Keeps of a query what `allowed` names; all else does not exist.
 * @param search with or without its `?`
 * @returns undefined for a query that is refused anyway (broken encoding, too many parameters)
 */
export function canonicalQuery(search: string, allowed: readonly string[]): PageQuery | undefined {
  let given: FormValues;
  try {
    given = parseForm(search.startsWith('?') ? search.slice(1) : search, MAX_PARAMETERS);
  } catch {
    return undefined;
  }
  const names = allowed.length === 0 ? [] : [...given.keys()].filter((name) => allowed.includes(name)).sort();
  const values: FormValues = new Map(names.map((name) => [name, given.get(name) ?? []]));
  const pairs = names.flatMap((name) =>
    (values.get(name) ?? []).map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  return { text: pairs.join('&'), values };
}

/** Path and query of a request target. */
export function splitTarget(url: string): { rawPath: string; search: string } {
  const sign = url.indexOf('?');
  return sign < 0 ? { rawPath: url, search: '' } : { rawPath: url.slice(0, sign), search: url.slice(sign + 1) };
}
