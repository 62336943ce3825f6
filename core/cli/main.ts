// The CLI's beginning: the process, its signals and streams. bin/galley comes here.
import { dirname } from 'node:path';
import { chooseOn } from './choice-prompt.ts';
import { Cli, EXIT } from './cli.ts';
import type { Ask } from './output.ts';

const ROOT = dirname(dirname(import.meta.dirname));
// One Ctrl-C arrives twice where a parent process passes it on.
const SAME_KEY_MS = 500;
const LINGER_MS = 2000;

interface Interruption {
  signal: AbortSignal;
  interrupt(): void;
}

/** @param interrupt told of Ctrl-C, which reaches nobody else while a line is typed */
async function askOnTerminal(question: string, { signal, interrupt }: Interruption): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.once('SIGINT', interrupt);
  try {
    return await terminal.question(question, { signal });
  } finally {
    terminal.close();
  }
}

/** The first Ctrl-C asks the command to end; a second one ends it. */
function signalOfProcess(): Interruption {
  const controller = new AbortController();
  let firstAt = 0;
  const interrupt = (): void => {
    if (!controller.signal.aborted) {
      firstAt = Date.now();
      controller.abort(new Error('Interrupted.'));
    } else if (Date.now() - firstAt > SAME_KEY_MS) process.exit(EXIT.interrupted);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return { signal: controller.signal, interrupt };
}

async function main(): Promise<void> {
  // `galley post list | head` closes the pipe early, which is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed),
  );
  process.stderr.on('error', () => undefined);
  const { signal, interrupt } = signalOfProcess();
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  const ask: Ask | undefined = isTerminal ? (question) => askOnTerminal(question, { signal, interrupt }) : undefined;
  const choose = chooseOn({
    input: process.stdin,
    output: process.stderr,
    interrupt: () => {
      interrupt();
      return new Error('Interrupted.');
    },
  });
  const hasList = ask !== undefined && process.env['TERM'] !== 'dumb';
  const cli = new Cli({
    root: ROOT,
    env: process.env,
    argv: process.argv.slice(2),
    streams: { out: process.stdout, err: process.stderr },
    signal,
    ...(ask ? { ask } : {}),
    ...(hasList ? { choose } : {}),
  });
  process.exitCode = await cli.run();
  // All is closed now; what a plugin left open must not keep the command from ending.
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

await main();
