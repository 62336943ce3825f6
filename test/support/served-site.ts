// A site served by `galley serve`, as an operator starts it: processes of its own, a port, signals.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../infra/local/processes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const GALLEY = join(ROOT, 'bin', 'galley');
const START_MS = 120_000;

/** Waits until something is so. @throws when it is not so in time, with `what` */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await sleep(50);
  }
}

/** The numbers of the processes that a process started. */
export function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return list === '' ? [] : list.split(' ').map(Number);
}

/** A content folder with plugins, and what is done with it from outside. */
export class ServedSite {
  readonly contentDir = mkdtempSync(join(tmpdir(), 'galley-served-'));
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  #port: string | undefined;
  #log = '';
  #out = '';

  /** @param env further variables for all that runs on the site */
  constructor(env: Record<string, string> = {}) {
    this.#env = env;
  }

  /** Writes a plugin of one file. `setup` is the body of its set-up; `before` stands before that. */
  plugin(name: string, setup: string, before = ''): void {
    const folder = join(this.contentDir, 'plugins', name);
    mkdirSync(folder, { recursive: true });
    const manifest = { name, version: '1.0.0', type: 'module', main: 'index.js', galley: { title: name } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    const lines = [
      `import { definePlugin, text } from 'galley';`,
      before,
      `export default definePlugin((site) => {\n${setup}\n});\n`,
    ];
    writeFileSync(join(folder, 'index.js'), lines.join('\n'));
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** What was logged. */
  get log(): string {
    return this.#log;
  }

  get origin(): string {
    return [...this.#out.matchAll(/Site {4}(http:\S+)\//g)].at(-1)?.[1] ?? '';
  }

  /** What was shown to whoever started it. */
  get shown(): string {
    return this.#out;
  }

  /** How often it said that it is ready. */
  get readyCount(): number {
    return this.#out.split('Galley is ready').length - 1;
  }

  /** Runs `galley serve` until it says that it serves, or ends. */
  async serve(...args: string[]): Promise<void> {
    this.#out = '';
    this.#log = '';
    // One port for all its life: what the system chooses anew changes with the processes.
    this.#port ??= String((await freePorts(1))[0]);
    const child = this.#run(['serve', `--port=${this.#port}`, ...args]);
    this.#child = child;
    child.stderr?.on('data', (chunk) => {
      this.#log += String(chunk);
    });
    child.stdout?.on('data', (chunk) => {
      this.#out += String(chunk);
    });
    const isThere = (): boolean => /Galley is ready[\s\S]*\n {2}\S/.test(this.#out) || child.exitCode !== null;
    await until('it serves', isThere, START_MS);
  }

  /** Starts another command on the site, whose output nobody needs. */
  start(...args: string[]): ChildProcess {
    const child = this.#run(args);
    child.stdout?.resume();
    child.stderr?.resume();
    return child;
  }

  /** Runs another command on the site. */
  async galley(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const child = this.#run(args);
    const closed = once(child, 'close') as Promise<[number | null]>;
    const [out, err] = await Promise.all([child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')));
    return { code: (await closed)[0] ?? -1, out: out ?? '', err: err ?? '' };
  }

  /** The status and the text of an address; status 0 when there was no answer. */
  async get(path: string): Promise<{ status: number; body: string }> {
    try {
      const headers = { connection: 'close' };
      const reply = await fetch(this.origin + path, { headers, signal: AbortSignal.timeout(30_000) });
      return { status: reply.status, body: await reply.text() };
    } catch {
      return { status: 0, body: '' };
    }
  }

  /** Sends a signal to the process that was started. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Ends it in order. @returns the exit code */
  async stop(): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGTERM');
    return (await ended)[0];
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.contentDir, { recursive: true, force: true });
  }

  #run(args: string[]): ChildProcess {
    const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
    const own = { GALLEY_ENV: 'test', GALLEY_CONTENT_DIR: this.contentDir, DATABASE_URL: 'sqlite:test.sqlite' };
    const env = { ...inherited, ...own, GALLEY_LOG_LEVEL: 'info', NO_COLOR: '1', ...this.#env };
    return spawn(process.execPath, [GALLEY, ...args], { env, cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}
