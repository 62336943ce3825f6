import { attach, type Module } from '../kernel/module.ts';
import { Registry } from '../kernel/registry.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { Config } from './config-types.ts';

/** How much of the site a command needs: nothing, the settings, the store without plugins, or all of it. */
export type CommandNeeds = 'none' | 'config' | 'services' | 'site';

/** A value that a command takes by its place. */
export interface CommandArgument {
  name: string;
  summary: string;
  /** May be left out. */
  optional?: boolean;
  /** Takes all values that are left; only the last argument may. */
  many?: boolean;
  choices?: readonly string[];
}

/** An option of a command: `--name=value`. */
export interface CommandOption {
  /** `list` is given with commas; a boolean takes no value, and `--no-name` turns one off whose default is true. */
  type: 'text' | 'integer' | 'number' | 'boolean' | 'list';
  summary: string;
  default?: string | number | boolean | readonly string[];
  choices?: readonly string[];
  min?: number;
  max?: number;
  required?: boolean;
}

type ArgumentValue<Argument> = Argument extends { many: true }
  ? string[]
  : Argument extends { optional: true }
    ? string | undefined
    : string;

type OptionType<Option> = Option extends { type: 'integer' | 'number' }
  ? number
  : Option extends { type: 'boolean' }
    ? boolean
    : Option extends { type: 'list' }
      ? string[]
      : string;

type OptionValue<Option> = Option extends { required: true } | { default: unknown }
  ? OptionType<Option>
  : OptionType<Option> | undefined;

/** The values of the arguments by name. */
export type ArgumentValues<Arguments extends readonly CommandArgument[]> = {
  [Argument in Arguments[number] as Argument['name']]: ArgumentValue<Argument>;
};

/** The values of the options by name, as written on the command line: `options['dry-run']`. */
export type OptionValues<Options extends Record<string, CommandOption>> = {
  [Name in keyof Options]: OptionValue<Options[Name]>;
};

/** How far a long command is. */
export interface CommandProgress {
  /** Says that `steps` more (default 1) are done. */
  tick(steps?: number): void;
  /** Ends the bar; call it in `finally`. */
  stop(): void;
}

/** How a table is printed. */
export interface TableOptions {
  /** The fields that are shown unless `--fields` says otherwise; those of the first row where not given. */
  fields?: readonly string[];
  /** The field that `--format=ids` prints; `id` unless given. */
  id?: string;
  /** How many there are in all, for `--format=count`, where the rows are only the first of them. */
  total?: () => Promise<number>;
}

/** What somebody can choose from. */
export interface Choices {
  from: readonly string[];
  /** What counts where nobody chooses. */
  fallback: string;
  /** Whether it may be several: they are answered with commas between. */
  many?: boolean;
}

/** Where a command's results and messages go. Results are written to stdout, everything else to stderr. */
export interface CommandOutput {
  /** The fields that were asked for by name; none where all that are usual are shown. */
  readonly asked: readonly string[];
  /** Prints rows as `--format`, `--fields` and `--field` ask. */
  table(rows: readonly object[], options?: TableOptions): void;
  /** Prints one thing, a field a line, or as `--format` and `--field` ask. */
  item(item: object, options?: TableOptions): void;
  /** Prints a bare value, as JSON or YAML where `--format` asks. */
  value(value: unknown): void;
  /** `Success: …`; silent with `--quiet`. */
  success(message: string): void;
  /** A message by the way; silent with `--quiet`. */
  info(message: string): void;
  warn(message: string): void;
  /** A bar on a terminal, a line now and then in a pipe. @param total 0 where it is not known */
  progress(total: number, label: string): CommandProgress;
  /**
   * Asks before something that cannot be undone; `--yes` answers.
   * @throws GALLEY_COMMAND_USAGE where nobody can be asked
   */
  confirm(question: string): Promise<boolean>;
  /** Whether somebody sits at a terminal and wants to be asked: not in a pipe, and not with `--yes`. */
  readonly canAsk: boolean;
  /** Asks for a word; an empty answer, and nobody who could be asked, mean `fallback`. */
  ask(question: string, fallback: string): Promise<string>;
  /** Lets somebody choose: from a list by arrow keys and typing where the terminal can show one, else as `ask` does. */
  choose(question: string, choices: Choices): Promise<string>;
}

/** What a command gets. The CLI adds `viewer`: who acts. */
export interface CommandContext<
  Args = Record<string, string | string[] | undefined>,
  Options = Record<string, unknown>,
> {
  site: Site;
  config: Config;
  args: Args;
  options: Options;
  output: CommandOutput;
  /** Aborted by Ctrl-C: stop at the next good place. */
  signal: AbortSignal;
}

/** A command of `galley`. It fails by throwing; what it returns as a number is the exit code. */
export interface CommandDefinition<
  Arguments extends readonly CommandArgument[] = readonly CommandArgument[],
  Options extends Record<string, CommandOption> = Record<string, CommandOption>,
> {
  /** What it does, in a sentence. */
  summary: string;
  /** More of it, for `--help`. */
  description?: string;
  arguments?: Arguments;
  options?: Options;
  /** Whole command lines. */
  examples?: readonly string[];
  /** Default `site`. */
  needs?: CommandNeeds;
  /** It hands `viewer` on, so that whoever `--user` names may do no more than elsewhere. Others refuse `--user`. */
  asUser?: boolean;
  run(context: CommandContext<ArgumentValues<Arguments>, OptionValues<Options>>): unknown;
}

const NAME = /^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)?$/;
const OPTION = /^[a-z][a-z0-9_-]*$/;
const GLOBAL = new Set([
  'format',
  'fields',
  'field',
  'quiet',
  'yes',
  'debug',
  'user',
  'url',
  'skip-plugins',
  'help',
  'version',
]);

/** Checks a command's name and options. @throws GALLEY_INPUT_INVALID */
export function checkCommand(name: string, definition: CommandDefinition): void {
  const fail = (why: string): never => {
    throw new GalleyError('GALLEY_INPUT_INVALID', `The command "${name}" ${why}.`);
  };
  if (!NAME.test(name)) fail('needs a name of one or two words in lower case, such as "order list"');
  for (const option of Object.keys(definition.options ?? {})) {
    if (!OPTION.test(option)) fail(`has the option "${option}", which is no word in lower case`);
    if (GLOBAL.has(option)) fail(`has the option "${option}", which every command has already`);
  }
  const args = definition.arguments ?? [];
  args.forEach((argument, index) => {
    if (argument.many && index < args.length - 1) fail(`takes many "${argument.name}", so that must come last`);
  });
}

/** Types `args` and `options` in `run` from what is declared. */
export function defineCommand<
  const Arguments extends readonly CommandArgument[] = [],
  const Options extends Record<string, CommandOption> = Record<never, CommandOption>,
>(definition: CommandDefinition<Arguments, Options>): CommandDefinition {
  return definition as unknown as CommandDefinition;
}

/**
 * Commands that plugins add to `galley`.
 *
 * @example
 * site.commands.define('order list', {
 *   summary: 'Lists orders.',
 *   arguments: [{ name: 'state', summary: 'Only those in this state.', optional: true }],
 *   options: { limit: { type: 'integer', summary: 'At most so many.', default: 20 } },
 *   run: async ({ site, args, options, output }) =>
 *     output.table(await listOrders(site, { state: args.state, limit: options.limit })),
 * });
 */
export class CommandRegistry extends Registry<CommandDefinition> {
  constructor(...rest: ConstructorParameters<typeof Registry<CommandDefinition>> | []) {
    super(rest[0] ?? 'command', rest[1], rest[2]);
  }

  /** Adds a command under its name of one or two words: `import`, `order list`. */
  override define<
    const Arguments extends readonly CommandArgument[] = [],
    const Options extends Record<string, CommandOption> = Record<never, CommandOption>,
  >(name: string, definition: CommandDefinition<Arguments, Options>): () => void {
    const command = defineCommand(definition);
    checkCommand(name, command);
    return super.define(name, command);
  }
}

export const commandsModule: Module = {
  name: 'commands',
  start: (site) => attach(site, 'commands', new CommandRegistry()),
};

declare module '../kernel/site.ts' {
  interface Site {
    /** Commands that plugins add to `galley`. */
    readonly commands: CommandRegistry;
  }
}
