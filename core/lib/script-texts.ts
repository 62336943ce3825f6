import { type ScriptToken, scriptTokens } from './script-tokens.ts';

/** A text of a script that readers see. */
export interface ScriptText {
  text: string;
  line: number;
  /** Whether a count chooses its form. */
  isPlural: boolean;
}

/** Properties of what is registered that are shown to people, such as `title` of a screen. */
const LABELS = new Set(
  'title label labels intro help caption submit cancel confirm singular plural text empty description placeholder note word legend button hint addLabel summaryLabel subject searchWords'.split(
    ' ',
  ),
);
const TABLE = /(^|_)(WORDS|LABELS|TITLES|TEXTS|HINTS|GROUPS)$|^choices$/;
const CLOSING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** Texts given to `t('…')` and `page.t('…')`: those of scripts in the browser, and of screens. */
export function calledTexts(source: string): ScriptText[] {
  const tokens = scriptTokens(source);
  return tokens.flatMap((token, index) => {
    const isCall = token.kind === 'name' && token.value === 't' && tokens[index + 1]?.value === '(';
    const isDeclared = tokens[index - 1]?.value === 'function';
    return isCall && !isDeclared ? argumentTexts(tokens, index + 2) : [];
  });
}

/**
 * The plain texts of what is registered: values of `title:`, `label:` and their like, and of constants whose name ends
 * with WORDS, LABELS, TITLES, TEXTS, HINTS or GROUPS. They are translated where they are shown.
 */
export function registeredTexts(source: string): ScriptText[] {
  const tokens = scriptTokens(source);
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'name') return [];
    const isLabel = LABELS.has(token.value) && tokens[index + 1]?.value === ':';
    if (isLabel) return valueTexts(tokens, index + 2).filter(({ text }) => isShown(text));
    if (isOfWork(tokens, index)) return valueTexts(tokens, index + 2);
    if (token.value === 'choices' && tokens[index + 1]?.value === ':') return choiceTexts(tokens, index + 2);
    const isTable = TABLE.test(token.value) && tokens[index - 1]?.value === 'const';
    return isTable ? tableTexts(tokens, index + 1) : [];
  });
}

/** How near the summary of scheduled work stands to the call that defines it. */
const NEAR = 16;

/** The `summary` of `cron.define(…)` and `jobs.define(…)`, which the screens of operation show. */
function isOfWork(tokens: readonly ScriptToken[], index: number): boolean {
  if (tokens[index]?.value !== 'summary' || tokens[index + 1]?.value !== ':') return false;
  const before = tokens.slice(Math.max(0, index - NEAR), index).map(({ value }) => value);
  return /\b(cron|jobs) \. define \(/.test(before.join(' '));
}

/** A name or a value of the machine is nothing to read: words begin large or are several. */
function isShown(text: string): boolean {
  return /\p{L}{2}/u.test(text) && (/^\P{Ll}/u.test(text) || text.includes(' ')) && !/^[\w-]*[_/]/.test(text);
}

/** Walks over an expression up to the mark that ends it, with the depth of each token. */
function* walk(tokens: readonly ScriptToken[], from: number, ends: string): Generator<[ScriptToken, number, number]> {
  let depth = 0;
  for (let index = from; index < tokens.length; index++) {
    const token = tokens[index] as ScriptToken;
    if (token.kind === 'mark') {
      if (depth === 0 && ends.includes(token.value)) return;
      if ('([{'.includes(token.value)) depth++;
      else if (Object.hasOwn(CLOSING, token.value)) depth--;
      if (depth < 0) return;
    }
    yield [token, index, depth];
  }
}

/** The texts that an expression can be: not what it compares with, nor what it looks up or calls. */
function valueTexts(tokens: readonly ScriptToken[], from: number): ScriptText[] {
  const found: ScriptText[] = [];
  for (const [token, index, depth] of walk(tokens, from, ',;')) {
    const before = tokens[index - 1]?.value ?? '';
    if (token.kind !== 'text' || depth > 0 || /^[=!]==?$/.test(before)) continue;
    if (/^[=!]==?$/.test(tokens[index + 1]?.value ?? '')) continue;
    const last = found.at(-1);
    if (before === '+' && last && tokens[index - 2]?.kind === 'text') last.text += token.value;
    else found.push({ text: token.value, line: token.line, isPlural: false });
  }
  return found;
}

function argumentTexts(tokens: readonly ScriptToken[], from: number): ScriptText[] {
  const texts = valueTexts(tokens, from);
  let commas = 0;
  let isPlural = false;
  for (const [token, index, depth] of walk(tokens, from, ';')) {
    if (depth === 0 && token.value === ',') commas++;
    if (commas === 2 && depth === 1 && token.kind === 'name' && tokens[index + 1]?.value === ':') isPlural = true;
  }
  return texts.map((text) => ({ ...text, isPlural }));
}

function tableTexts(tokens: readonly ScriptToken[], from: number): ScriptText[] {
  const start = tokens.findIndex((token, index) => index >= from && token.value === '=');
  return start < 0 ? [] : memberTexts(tokens, start + 1, ';');
}

/** The labels of choices that stand where they are used: `choices: { a: 'First', b: 'Second' }`. */
function choiceTexts(tokens: readonly ScriptToken[], from: number): ScriptText[] {
  return tokens[from]?.value === '{' ? memberTexts(tokens, from, ',;') : [];
}

function memberTexts(tokens: readonly ScriptToken[], from: number, ends: string): ScriptText[] {
  const found: ScriptText[] = [];
  for (const [token, index] of walk(tokens, from, ends)) {
    const isValue = /^[:,[(?]$/.test(tokens[index - 1]?.value ?? '') && tokens[index + 1]?.value !== ':';
    if (token.kind === 'text' && isValue && isShown(token.value))
      found.push({ text: token.value, line: token.line, isPlural: false });
  }
  return found;
}
