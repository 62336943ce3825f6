/** A place in a text, counted from 1. */
interface Place {
  line: number;
  column: number;
}

const BLANK = /[ \t\n\r]*/y;
const SCALAR =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** Reads JSON as far as it is some. Not by calls within calls: what is nested a hundred thousand times is read too. */
function wrongAt(text: string): number | undefined {
  const open: string[] = [];
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found !== null;
  };
  const sign = (one: string): boolean => {
    take(BLANK);
    if (text[at] !== one) return false;
    at += 1;
    return true;
  };
  const name = (): boolean => {
    take(BLANK);
    return take(STRING) && sign(':');
  };
  for (;;) {
    take(BLANK);
    if (sign('{')) {
      if (!sign('}')) {
        open.push('}');
        if (!name()) return at;
        continue;
      }
    } else if (sign('[')) {
      if (!sign(']')) {
        open.push(']');
        continue;
      }
    } else if (!take(SCALAR)) return at;
    // What was opened is closed, or goes on.
    while (open.length > 0 && sign(open.at(-1) ?? '')) open.pop();
    if (open.length === 0) {
      take(BLANK);
      return at < text.length ? at : undefined;
    }
    if (!sign(',') || (open.at(-1) === '}' && !name())) return at;
  }
}

/** Where a text stops being JSON; undefined where it is some. */
export function jsonMistake(text: string): Place | undefined {
  const at = wrongAt(text);
  if (at === undefined) return undefined;
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
