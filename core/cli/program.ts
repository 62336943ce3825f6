import { Command, type CommanderError, Option } from 'commander';
import type { CommandDefinition } from '../services/commands.ts';
import { namedArguments, splitList, toArgument, toNegation, toOption } from './arguments.ts';
import { shortLine } from './failure-line.ts';
import { FORMATS, type Format } from './format.ts';

/** Options that every command has. */
export interface GlobalOptions {
  format?: Format;
  fields?: string[];
  field?: string;
  quiet?: boolean;
  yes?: boolean;
  debug?: boolean;
  user?: string;
  url?: string;
  /** `*` is all of them. */
  skipPlugins?: string[];
}

/** A command with the values that it was called with. */
export interface Call {
  name: string;
  definition: CommandDefinition;
  args: Record<string, unknown>;
  options: Record<string, unknown>;
  globals: GlobalOptions;
}

/** How the program prints. */
export interface ProgramOptions {
  version: string;
  out(text: string): void;
  err(text: string): void;
}

/** Commander's name for a value of an option: `dry-run` → `dryRun`. */
function attributeOf(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function prepare(command: Command, { out, err }: ProgramOptions): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError(true)
    .helpCommand(false)
    .configureOutput({
      writeOut: out,
      writeErr: err,
      outputError: (text, write) => write(`${shortLine(text.replace(/^error: /, 'Error: '))}\n`),
    })
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => title });
}

/** The program with the options that every command has. */
export function makeProgram(options: ProgramOptions): Command {
  const program = prepare(new Command('galley'), options);
  return program
    .description('Galley: a content system. Results go to stdout, messages to stderr.')
    .version(options.version, '--version', 'Print the version.')
    .helpOption('-h, --help', 'Show help, also for each command.')
    .addOption(new Option('--format <format>', 'How results are printed.').choices(FORMATS))
    .addOption(new Option('--fields <list>', 'The fields that are printed, with commas.').argParser(splitList))
    .option('--field <name>', 'Print one field only, without a heading.')
    .option('--quiet', 'Print results and errors only.')
    .option('--yes', 'Answer every question with yes.')
    .option('--debug', 'Print stacks, and log everything.')
    .option('--user <login>', 'Act as this user, with no more rights; only for commands that can.')
    .option('--url <address>', 'Address of the site; for commands that look at a page also its path.')
    .addOption(
      new Option('--skip-plugins [list]', 'Load no plugins, or none of these: --skip-plugins=a,b.').argParser(
        splitList,
      ),
    );
}

function describe(definition: CommandDefinition): string {
  return definition.description ? `${definition.summary}\n\n${definition.description}` : definition.summary;
}

function examplesOf({ examples = [] }: CommandDefinition): string {
  return examples.length === 0 ? '' : `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`;
}

function valuesOf(command: Command, definition: CommandDefinition): Record<string, unknown> {
  const values: Record<string, unknown> = command.opts();
  const names = Object.keys(definition.options ?? {});
  return Object.fromEntries(names.map((name) => [name, values[attributeOf(name)]]));
}

/** Adds a command below its noun, which is made where it is not there yet. `called` gets the call when it is parsed. */
export function addCommand(
  program: Command,
  { name, definition }: { name: string; definition: CommandDefinition },
  {
    called,
    options,
    summaryOf,
  }: { called: (call: Call) => void; options: ProgramOptions; summaryOf?: (noun: string) => string },
): void {
  const [noun = '', verb] = name.split(' ');
  const parent = verb === undefined ? program : nounOf(program, noun, options, summaryOf?.(noun) ?? '');
  const command = prepare(parent.command(verb ?? noun), options);
  command.summary(definition.summary).description(describe(definition)).addHelpText('after', examplesOf(definition));
  for (const argument of definition.arguments ?? []) command.addArgument(toArgument(argument));
  for (const [key, option] of Object.entries(definition.options ?? {})) {
    command.addOption(toOption(key, option));
    const negation = toNegation(key, option);
    if (negation) command.addOption(negation);
  }
  command.allowExcessArguments(false).action(() => {
    const args = namedArguments(definition.arguments ?? [], command.processedArgs);
    called({ name, definition, args, options: valuesOf(command, definition), globals: program.opts<GlobalOptions>() });
  });
}

function nounOf(program: Command, noun: string, options: ProgramOptions, summary: string): Command {
  const present = program.commands.find((command) => command.name() === noun);
  return present ?? prepare(program.command(noun), options).summary(summary).description(summary);
}

/** The exit code of an error of commander: 0 for help and version, 2 for wrong usage. */
export function exitCodeOf(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : 2;
}

/**
 * The command line as the program reads it: `help config` means `config --help`, and a bare `--skip-plugins` does not
 * swallow the word after it.
 */
export function normalise(argv: readonly string[]): string[] {
  const words = argv.map((word) => (word === '--skip-plugins' ? '--skip-plugins=*' : word));
  return words[0] === 'help' ? [...words.slice(1), '--help'] : words;
}

const WITH_VALUE = new Set(['--format', '--fields', '--field', '--user', '--url']);

/** The words of a command line that name the command: `['post', 'list']`, without options and their values. */
export function wordsOf(argv: readonly string[]): string[] {
  const words: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '--') break;
    if (WITH_VALUE.has(word)) index++;
    else if (!word.startsWith('-')) words.push(word);
    if (words.length === 2) break;
  }
  return words;
}
