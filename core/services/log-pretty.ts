import { styleText } from 'node:util';

const COLOURS = { trace: 'gray', debug: 'gray', info: 'green', warn: 'yellow', error: 'red', fatal: 'red' } as const;
const OWN = new Set(['level', 'time', 'pid', 'owner', 'stream', 'msg', 'err']);

// Text of others must not move the cursor or forge a line.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function clean(text: string): string {
  return text.replace(CONTROL, '·');
}

function shown(value: unknown): string {
  const text = typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
  return clean(text ?? 'undefined');
}

function colour(level: string, text: string): string {
  const name = COLOURS[level as keyof typeof COLOURS];
  return name ? styleText(name, text, { validateStream: false }) : text;
}

/**
 * One line of JSON as a line for people: time, level, owner, message, the other members, and the stack below.
 *
 * @param line a line of the log
 * @param isColoured whether to colour it for a terminal
 */
export function prettyLine(line: string, isColoured: boolean): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const level = String(entry['level'] ?? 'info');
  const time = String(entry['time'] ?? '').slice(11, 23);
  const label = level.toUpperCase().padEnd(5);
  const owner = [entry['owner'], entry['stream']].filter(Boolean).join('/');
  const rest = Object.entries(entry)
    .filter(([name]) => !OWN.has(name))
    .map(([name, value]) => `${name}=${shown(value)}`);
  const message = clean(String(entry['msg'] ?? '').replaceAll('\n', ' '));
  const head = [time, isColoured ? colour(level, label) : label, owner && `[${clean(owner)}]`, message, ...rest];
  return `${head.filter(Boolean).join(' ')}\n${stackOf(entry['err'])}`;
}

function stackOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message } = error as { stack?: string; message?: string };
  return `${clean(stack ?? message ?? '').replace(/^/gm, '    ')}\n`;
}
