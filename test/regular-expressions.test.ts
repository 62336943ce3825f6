// No pattern of ours takes for ever on a text that somebody made for it: the event loop stands still meanwhile.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseSync, Visitor } from 'oxc-parser';
import { analyse } from 'scslre';

/** A pattern as it stands in the code. */
interface Pattern {
  source: string;
  flags: string;
  place: string;
}

/** A line that may hold a pattern which repeats something; to read every file as a tree would take seconds. */
const SUSPECT = /[(,=:[!&|?{};>\s]\/(?![/*]).*[+*}].*\/|\bpattern: *['"`]|\bRegExp\(/;

/** The patterns of a file: literals, those of schemas, and those made from a text that stands there. */
function patternsOf(file: string, code: string): Pattern[] {
  const found: Pattern[] = [];
  const add = (source: string, flags: string, at: number): void => {
    found.push({ source, flags, place: `${file}:${code.slice(0, at).split('\n').length}` });
  };
  const texts = (node: { type: string; value?: unknown; start: number } | undefined): void => {
    if (node?.type === 'Literal' && typeof node.value === 'string') add(node.value, 'u', node.start);
  };
  new Visitor({
    Literal: (node) => {
      if ('regex' in node && node.regex) add(node.regex.pattern, node.regex.flags, node.start);
    },
    Property: (node) => {
      if (node.key.type === 'Identifier' && node.key.name === 'pattern') texts(node.value);
    },
    NewExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'RegExp') texts(node.arguments[0]);
    },
  }).visit(parseSync(file, code).program);
  return found;
}

/** How long it may take: `exponential`, `polynomial`, or undefined where the text is read once. */
function dangerOf({ source, flags }: Pattern): string | undefined {
  const { reports } = analyse({ source, flags }, { reportTypes: { Move: false } });
  if (reports.length === 0) return undefined;
  return reports.some(({ exponential }) => exponential) ? 'exponential' : 'polynomial';
}

test('the scan knows what takes for ever', () => {
  const danger = (literal: RegExp) => dangerOf({ source: literal.source, flags: literal.flags, place: '' });
  const [nested, overlapping, plain] = ['^(a+)+$', '^\\s*(;)?\\s*$', '^\\s*(?:;\\s*)?$'].map(
    (text) => new RegExp(text),
  );
  assert.deepEqual(
    [nested, overlapping, plain].map((pattern) => pattern && danger(pattern)),
    ['exponential', 'polynomial', undefined],
  );
  const code = "const a = /a+b/g; const b = { pattern: '^c+$' }; new RegExp('d+');";
  assert.deepEqual(
    patternsOf('x.ts', code).map(({ source }) => source),
    ['a+b', '^c+$', 'd+'],
  );
});

test('no pattern takes for ever, and on the server none takes longer and longer', () => {
  const folders = ['core/**/*.{ts,js}', 'plugins/**/*.{ts,js}', 'themes/**/*.{ts,js}', 'config/*.ts', 'infra/**/*.ts'];
  const files = globSync(folders).map((file) => file.replaceAll('\\', '/'));
  const wrong: string[] = [];
  const known = new Map<string, string | undefined>();
  let count = 0;
  for (const file of files) {
    if (file.includes('.test.')) continue;
    const code = readFileSync(file, 'utf8');
    if (!SUSPECT.test(code)) continue;
    for (const pattern of patternsOf(file, code)) {
      count++;
      const key = `/${pattern.source}/${pattern.flags}`;
      if (!known.has(key)) known.set(key, dangerOf(pattern));
      const danger = known.get(key);
      // In a browser somebody waits for his own text at most; it may not hang, but may be slow with a megabyte.
      const isBrowsers = file.includes('/assets/') || file.includes('/client/');
      if (danger === 'exponential' || (danger && !isBrowsers)) wrong.push(`${pattern.place} ${danger}: ${key}`);
    }
  }
  assert.ok(count > 500, `${count} patterns`);
  assert.deepEqual(wrong, []);
});
