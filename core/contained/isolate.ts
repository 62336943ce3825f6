// Runs inside the isolate, in front of the plugin's code. Nothing here protects anybody: whatever the plugin makes of
// it, all that leaves the isolate is text, and the kernel checks it.
import type { ContainedDefinition, ContainedHandler } from './author.ts';
import { makeGalley } from './galley-api.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const { parse, stringify } = JSON;
const waiting = new Map<number, Waiting>();
let outbox: unknown[] = [];
let asks = 0;

function asker(call: number) {
  return (name: string, args: Record<string, unknown>): Promise<unknown> => {
    const id = ++asks;
    outbox.push([call, '?', id, name, stringify(args)]);
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  };
}

function wordsOf(error: unknown): string {
  const { stack = '' } = (error ?? {}) as Error;
  const words = String(error);
  return (stack.startsWith(words) ? stack : `${words}\n${stack}`).trim().slice(0, 1000);
}
const jsonOf = (value: unknown): string => stringify(value) ?? 'null';

const handlers = new Map<string, ContainedHandler>();

function find(definition: ContainedDefinition, path: string): ContainedHandler {
  const known = handlers.get(path);
  if (known) return known;
  const dot = path.indexOf('.');
  const group = definition[path.slice(0, dot) as keyof ContainedDefinition];
  const handler = group?.[path.slice(dot + 1)];
  if (typeof handler !== 'function') throw new Error(`The plugin has no handler "${path}".`);
  handlers.set(path, handler);
  return handler;
}

/** Starts a handler. Returns `=` and its answer, `!` and why it failed, or nothing: then `take` has more. */
function start(definition: ContainedDefinition, call: number, path: string, input: string): string {
  try {
    const answer = find(definition, path)(parse(input), makeGalley(asker(call))) as Promise<unknown> | undefined;
    const isLater = typeof answer === 'object' && answer !== null && typeof answer.then === 'function';
    if (!isLater && outbox.length === 0) return `=${jsonOf(answer)}`;
    Promise.resolve(answer).then(
      (value) => outbox.push([call, '=', jsonOf(value)]),
      (error: unknown) => outbox.push([call, '!', wordsOf(error)]),
    );
    return '';
  } catch (error) {
    return `!${wordsOf(error)}`;
  }
}

function settle(id: number, isGood: number, text: string): string {
  const item = waiting.get(id);
  waiting.delete(id);
  if (isGood) item?.resolve(parse(text));
  else item?.reject(new Error(text));
  return '';
}

function take(): string {
  const text = stringify(outbox);
  outbox = [];
  return text;
}

/** Puts the plugin's handlers where the host finds them. */
export function install(definition: ContainedDefinition): void {
  Object.assign(globalThis, {
    enterGalley: (what: string, ...rest: (string | number)[]): string => {
      const [id, second, text] = rest;
      if (what === 'start') return start(definition, id as number, second as string, text as string);
      if (what === 'settle') return settle(id as number, second as number, text as string);
      return take();
    },
  });
}
