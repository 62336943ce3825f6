import { Argument, InvalidArgumentError, Option } from 'commander';
import type { CommandArgument, CommandOption } from '../services/commands.ts';

function numberIn(text: string, option: CommandOption): number {
  const pattern = option.type === 'integer' ? /^[+-]?\d+$/ : /^[+-]?(\d+(?:\.\d*)?|\.\d+)$/;
  const value = Number(text);
  if (!pattern.test(text) || !Number.isSafeInteger(Math.trunc(value))) {
    throw new InvalidArgumentError(`It must be ${option.type === 'integer' ? 'a whole number' : 'a number'}.`);
  }
  if (option.min !== undefined && value < option.min)
    throw new InvalidArgumentError(`It must be at least ${option.min}.`);
  if (option.max !== undefined && value > option.max)
    throw new InvalidArgumentError(`It must be at most ${option.max}.`);
  return value;
}

/** `a, b` → `['a', 'b']` */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

function readList(text: string, option: CommandOption): string[] {
  const items = splitList(text);
  const wrong = option.choices && items.find((item) => !option.choices?.includes(item));
  if (wrong !== undefined) throw new InvalidArgumentError(`Allowed are ${option.choices?.join(', ')}.`);
  return items;
}

/** The option as commander knows it. */
export function toOption(name: string, option: CommandOption): Option {
  if (option.type === 'boolean') return new Option(`--${name}`, option.summary).default(option.default ?? false);
  const made = new Option(`--${name} <${option.type === 'text' ? 'value' : option.type}>`, option.summary);
  if (option.type === 'list') made.argParser((text) => readList(text, option));
  else if (option.type !== 'text') made.argParser((text) => numberIn(text, option));
  else if (option.choices) made.choices([...option.choices]);
  if (option.default !== undefined) made.default(option.default);
  return option.required ? made.makeOptionMandatory() : made;
}

/** `--no-name` for an option that is on unless it is switched off. */
export function toNegation(name: string, option: CommandOption): Option | undefined {
  return option.type === 'boolean' && option.default === true
    ? new Option(`--no-${name}`, `Not: ${option.summary}`)
    : undefined;
}

/** The argument as commander knows it. */
export function toArgument(argument: CommandArgument): Argument {
  const name = `${argument.name}${argument.many ? '...' : ''}`;
  const made = new Argument(argument.optional ? `[${name}]` : `<${name}>`, argument.summary);
  return argument.choices ? made.choices([...argument.choices]) : made;
}

/** Values by argument name. */
export function namedArguments(
  declared: readonly CommandArgument[],
  values: readonly unknown[],
): Record<string, unknown> {
  return Object.fromEntries(
    declared.map((argument, index) => [argument.name, values[index] ?? (argument.many ? [] : undefined)]),
  );
}
