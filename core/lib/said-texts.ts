import { ERRORS } from './errors.ts';
import type { ScriptText } from './script-texts.ts';
import { type ScriptToken, scriptTokens } from './script-tokens.ts';
import { isSentence } from './told-texts.ts';

const BEFORE_TEXT = new Set(['(', ',', '?', ':', '??']);
const CLOSING = new Set([')', ']', '}']);
/** What a sentence is followed by where a name was mistyped: `didYouMean` gives nothing or a sentence. */
const SUGGESTION = /\$\{(didYouMean\(.*\)|hint)\}$/s;
/** How near the state of a check of health stands to its message. */
const NEAR = 10;

/**
 * The sentences that are said from afar and shown to people as they come: those of errors below 500, also where a
 * function called `refuse` or `refused` makes them, and those of checks of health. What stands in them becomes a
 * place: `There is no entry ${entry.id}.` is `There is no entry {id}.`
 */
export function saidTexts(source: string): ScriptText[] {
  const tokens = scriptTokens(source);
  const found = tokens.flatMap((token, index) => {
    if (token.kind !== 'name') return [];
    const from = errorText(tokens, index) ?? refusalText(tokens, index) ?? healthText(tokens, index);
    return from === undefined ? [] : sentencesFrom(tokens, from);
  });
  return found.filter(({ text }) => isSentence(text));
}

/** Where the message of `new GalleyError('CODE', …)` begins. */
function errorText(tokens: readonly ScriptToken[], index: number): number | undefined {
  if (tokens[index]?.value !== 'GalleyError' || tokens[index - 1]?.value !== 'new') return undefined;
  const code = tokens[index + 2]?.value ?? '';
  const status = Object.hasOwn(ERRORS, code) ? ERRORS[code as keyof typeof ERRORS] : 400;
  return tokens[index + 3]?.value === ',' && status < 500 ? index + 4 : undefined;
}

function refusalText(tokens: readonly ScriptToken[], index: number): number | undefined {
  const isCall = /^(refused?|wrong|says)$/.test(tokens[index]?.value ?? '') && tokens[index + 1]?.value === '(';
  return isCall && tokens[index - 1]?.value !== 'function' ? index + 2 : undefined;
}

/** Where the message of `{ status: 'degraded', message: … }` begins. */
function healthText(tokens: readonly ScriptToken[], index: number): number | undefined {
  if (tokens[index]?.value !== 'message' || tokens[index + 1]?.value !== ':') return undefined;
  const before = tokens.slice(Math.max(0, index - NEAR), index).map(({ value }) => value);
  return /\bstatus : (.* )?(ok|degraded|down) ,$/.test(before.join(' ')) ? index + 2 : undefined;
}

/** The texts that an argument can be, up to the comma or bracket that ends it. */
function sentencesFrom(tokens: readonly ScriptToken[], from: number): ScriptText[] {
  const found: ScriptText[] = [];
  let depth = 0;
  for (let index = from; index < tokens.length; index++) {
    const { kind, value, line } = tokens[index] as ScriptToken;
    if (kind === 'mark' && '([{'.includes(value)) depth++;
    else if (kind === 'mark' && CLOSING.has(value)) depth--;
    if (depth < 0 || (depth === 0 && kind === 'mark' && ',;'.includes(value))) break;
    if (depth > 0 || (kind !== 'text' && kind !== 'template')) continue;
    const text = kind === 'template' ? withPlaces(value) : value;
    const before = tokens[index - 1]?.value ?? '';
    const last = found.at(-1);
    if (before === '+' && last) last.text += text;
    else if (BEFORE_TEXT.has(before)) found.push({ text, line, isPlural: false });
  }
  return found;
}

/** `${…}` as `{name}`: by the last name of a path, else as a value. A suggestion is a sentence of its own. */
function withPlaces(whole: string): string {
  const template = whole.replace(SUGGESTION, '');
  const used = new Map<string, number>();
  let text = '';
  for (let at = 0; at < template.length; at++) {
    if (!template.startsWith('${', at)) {
      text += template[at];
      continue;
    }
    const end = endOfPlace(template, at + 2);
    const [, name = 'value'] = /^(?:[\w.?#]*[.?#])?[\d_]*([a-zA-Z]\w*)$/.exec(template.slice(at + 2, end)) ?? [];
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    text += count === 1 ? `{${name}}` : `{${name}${count}}`;
    at = end;
  }
  return text;
}

function endOfPlace(template: string, from: number): number {
  let depth = 0;
  for (let at = from; at < template.length; at++) {
    if (template[at] === '{') depth++;
    if (template[at] === '}' && depth-- === 0) return at;
  }
  return template.length;
}
