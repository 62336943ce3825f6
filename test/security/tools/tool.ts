// What the programs of others that try the site have in common: how they are found, run, and what they tell.
import { spawn } from 'node:child_process';
import { findBinary } from '../../../infra/local/processes.ts';

/** One line of the table. */
export interface Trial {
  target: string;
  /** What was tried, in figures. */
  tried: string;
  /** What should not be; none is what one hopes for. */
  findings: readonly string[];
}

/** What is asked of a tool. */
export interface Wish {
  /** How long it may take, in milliseconds; what is not reached until then is told. */
  budgetMs: number;
  /** Whether what was done when it was stopped the last time need not be done again. */
  goesOn: boolean;
  /** Says what is going on. */
  say(text: string): void;
}

/** A program of others and what it is let loose on. */
export interface Tool {
  name: string;
  /** Programs that it needs. */
  programs: readonly string[];
  /** Debian's packages with them. */
  packages: string;
  /** What it covers, in a sentence. */
  covers: string;
  run(wish: Wish): Promise<Trial[]>;
}

/** Which of its programs are not there. */
export function missingFor({ programs }: Tool): string[] {
  return programs.filter((program) => findBinary(program) === undefined);
}

const endings = new Set<() => void>();

/** What is to end with this process, also when somebody stops it. @returns forgets it again */
export function atEnd(end: () => void): () => void {
  endings.add(end);
  return () => void endings.delete(end);
}

/** Ends all that was started. */
export function endAll(): void {
  for (const end of endings) end();
}

/** How a program ended. */
export interface Ended {
  code: number | null;
  out: Buffer;
  /** Whether it was stopped because its time was over. */
  isLate: boolean;
}

/** How a program is run. */
export interface RunOptions {
  timeoutMs: number;
  input?: string | Buffer;
  cwd?: string;
}

/** Runs a program to its end, or to the end of its time, and keeps what it says on both streams. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { timeoutMs, input, cwd }: RunOptions,
): Promise<Ended> {
  // A group of its own: some are scripts that start others, which have to end with them.
  const child = spawn(findBinary(program) ?? program, args, { cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
  child.stdin.on('error', () => undefined); // It need not read all of it.
  child.stdin.end(input);
  let isLate = false;
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  const forget = atEnd(kill);
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, timeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject).once('close', resolve);
  const code = await promise.finally(() => {
    clearTimeout(timer);
    forget();
  });
  return { code, out: Buffer.concat(pieces), isLate };
}

/** Seconds for people. */
export function inSeconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
