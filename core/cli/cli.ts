// Layer: cli. Knows everything but index and testing.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import type { Site } from '../kernel/site.ts';
import { isGalleyError, messageOf } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import type { CommandDefinition } from '../services/commands.ts';
import { CORE_NOUNS } from './catalog.ts';
import type { Choose } from './choice-prompt.ts';
import { failureLine, shortLine } from './failure-line.ts';
import { readKnownCommands, writeKnownCommands } from './known-commands.ts';
import { type Ask, Output, type OutputStreams } from './output.ts';
import {
  addCommand,
  type Call,
  exitCodeOf,
  type GlobalOptions,
  makeProgram,
  normalise,
  type ProgramOptions,
  wordsOf,
} from './program.ts';
import { type Place, Session } from './session.ts';

/** The world that the CLI runs in. */
export interface CliOptions extends Place {
  argv: readonly string[];
  streams: OutputStreams;
  signal: AbortSignal;
  /** How to start the site, for tests of many calls: the one that runs already. */
  openSession?: (globals: GlobalOptions) => Session;
  /** How to ask the person at the terminal, where there is one. */
  ask?: Ask;
  /** How to let that person choose from a list, where the terminal can show one. */
  choose?: Choose;
}

/** Exit codes. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** One run of `galley`: finds the command, starts what it needs, runs it, and says how it went. */
export class Cli {
  readonly #options: CliOptions;
  #call: Call | undefined;
  #session: Session;

  constructor(options: CliOptions) {
    this.#options = { ...options, argv: normalise(options.argv) };
    this.#session = this.#open({});
  }

  /** Runs the command line. Never throws. @returns the exit code */
  async run(): Promise<number> {
    try {
      return await this.#parseAndPerform();
    } catch (error) {
      return this.#failed(error);
    } finally {
      await this.#session.stop().catch((error: unknown) => this.#write(`Warning: ${messageOf(error)}\n`));
    }
  }

  #open(globals: GlobalOptions): Session {
    return this.#options.openSession?.(globals) ?? new Session(this.#options, globals);
  }

  async #parseAndPerform(): Promise<number> {
    const { argv } = this.#options;
    const program = await this.#program();
    await program.parseAsync([...argv], { from: 'user' });
    if (this.#call) return this.#perform(this.#call);
    // Commander prints the help of a noun without a verb, and of no noun at all, by itself.
    return EXIT.usage;
  }

  /** The program with what the first words can mean: a core noun, or after starting the site a plugin's. */
  async #program(): Promise<Command> {
    const { argv, root, streams } = this.#options;
    const version = await versionOf(root);
    const print: ProgramOptions = {
      version,
      out: (text) => void streams.out.write(text),
      err: (text) => void streams.err.write(text),
    };
    const program = makeProgram(print);
    const [noun, verb] = wordsOf(argv);
    if (noun === undefined) return this.#overview(program, print);
    const core = CORE_NOUNS[noun] && (await CORE_NOUNS[noun].load());
    const names = Object.keys(core?.commands ?? {});
    const add = (name: string, definition: CommandDefinition): void =>
      addCommand(program, { name, definition }, { options: print, called: (call) => this.#take(call), summaryOf });
    for (const [name, definition] of Object.entries(core?.commands ?? {})) add(name, definition);
    const isKnown = names.includes(noun) || (verb === undefined ? names.length > 0 : names.includes(`${noun} ${verb}`));
    if (!isKnown) await this.#addPluginCommands(noun, add, new Set(names));
    return program;
  }

  async #addPluginCommands(
    noun: string,
    add: (name: string, definition: CommandDefinition) => void,
    taken: Set<string>,
  ) {
    const site = await this.#siteForCommands();
    const all = site.commands.list();
    await writeKnownCommands(site, all);
    for (const { name, value } of all) if (name.split(' ')[0] === noun && !taken.has(name)) add(name, value);
    const nouns = [...new Set([...Object.keys(CORE_NOUNS), ...all.map(({ name }) => name.split(' ')[0] ?? '')])];
    if (nouns.includes(noun)) return;
    const hint = didYouMean(noun, nouns);
    this.#write(`Error: ${shortLine(`There is no command "${noun}".${hint} See galley --help.`)}\n`);
    throw new CommanderError(EXIT.usage, 'galley.unknown', '');
  }

  async #siteForCommands(): Promise<Site> {
    // The options are parsed once more with the command; here only those count that say how to start.
    const { argv } = this.#options;
    const { streams } = this.#options;
    const print: ProgramOptions = { version: '', out: () => undefined, err: (text) => void streams.err.write(text) };
    const probe = makeProgram(print).allowUnknownOption().allowExcessArguments().helpOption(false);
    probe
      .action(() => undefined)
      .parse(
        argv.filter((word) => word !== '--version'),
        { from: 'user' },
      );
    this.#session = this.#open(probe.opts<GlobalOptions>());
    return this.#session.site('site');
  }

  /** For `galley --help`: all nouns, those of plugins as they were when the site was last started. */
  async #overview(program: Command, print: ProgramOptions): Promise<Command> {
    for (const [noun, { summary }] of Object.entries(CORE_NOUNS)) program.command(noun).summary(summary);
    for (const { noun, summary } of await readKnownCommands(this.#options)) {
      if (!Object.hasOwn(CORE_NOUNS, noun)) program.command(noun).summary(summary);
    }
    program.addHelpText('after', '\nRun "galley <command> --help" for more about a command.');
    if (this.#options.argv.length === 0) program.action(() => program.help({ error: false }));
    else program.action(() => print.err('Error: Name a command. See galley --help.\n'));
    return program;
  }

  #take(call: Call): void {
    this.#call = call;
  }

  async #perform(call: Call): Promise<number> {
    const { definition, args, options, globals } = call;
    const output = await this.#output(globals);
    const level = definition.needs ?? 'site';
    // To find a plugin's command the site was started already, with the same options.
    if (!this.#session.isStarted) this.#session = this.#open(globals);
    const viewer = await this.#session.viewer(definition);
    const site = level === 'site' || level === 'services' ? await this.#session.site(level) : undefined;
    const config = level === 'none' ? undefined : await this.#session.config();
    const { signal } = this.#options;
    const context = { site, config, args, options, output, viewer, session: this.#session, signal };
    // What a command does not need it does not get; its definition says so.
    const result = await definition.run(context as unknown as Parameters<typeof definition.run>[0]);
    await output.flush();
    if (typeof result === 'number') return result;
    return signal.aborted ? EXIT.interrupted : EXIT.ok;
  }

  async #output(globals: GlobalOptions): Promise<Output> {
    const { streams, ask, choose } = this.#options;
    const bar = streams.err.isTTY ? (await import('./progress-bar.ts')).progressBar : undefined;
    const { format, fields, field, quiet, yes } = globals;
    return new Output(streams, { format, fields, field, quiet, yes, ask, choose, bar });
  }

  #failed(error: unknown): number {
    if (error instanceof CommanderError) return exitCodeOf(error);
    if (this.#options.signal.aborted && !isGalleyError(error, 'GALLEY_COMMAND_USAGE')) {
      this.#write('Interrupted.\n');
      return EXIT.interrupted;
    }
    const isDebug = this.#call?.globals.debug ?? this.#options.argv.includes('--debug');
    const text = isDebug && error instanceof Error ? (error.stack ?? error.message) : failureLine(error);
    this.#write(`Error: ${text}\n`);
    return isGalleyError(error, 'GALLEY_COMMAND_USAGE') ? EXIT.usage : EXIT.failed;
  }

  #write(text: string): void {
    this.#options.streams.err.write(text);
  }
}

function summaryOf(noun: string): string {
  return CORE_NOUNS[noun]?.summary ?? '';
}

async function versionOf(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}
