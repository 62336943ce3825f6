// A server of the cluster that is one process: how it is started, killed, healed and stopped.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPid, until, writePid } from './processes.ts';

const START_MS = 60_000;
const STOP_MS = 20_000;

/** What a server is started with. */
export interface ServerOptions {
  /** `web1`, `redis2`, … */
  name: string;
  /** Where its own files live. */
  folder: string;
  address: string;
  command: string;
  args: readonly string[];
  /** Its whole environment; that of the command unless given. */
  env?: NodeJS.ProcessEnv;
  /** Whether it does its work; asked until it does. */
  answers(): Promise<boolean>;
}

/** One process, which runs on when the command that started it ends. */
export class Server {
  readonly options: ServerOptions;

  constructor(options: ServerOptions) {
    this.options = options;
  }

  get #pidFile(): string {
    return join(this.options.folder, `${this.options.name}.pid`);
  }

  get #log(): string {
    return join(this.options.folder, `${this.options.name}.log`);
  }

  /** Its process; undefined when it does not run. */
  get pid(): number | undefined {
    return readPid(this.#pidFile);
  }

  /** Starts it where it does not run, and waits until it answers. @throws with the end of its log */
  async start(): Promise<void> {
    const { folder, command, args, env, name } = this.options;
    if (this.pid === undefined) {
      mkdirSync(folder, { recursive: true });
      const log = openSync(this.#log, 'w');
      const child = spawn(command, args, {
        stdio: ['ignore', log, log],
        detached: true,
        env: env ?? process.env,
      });
      child.on('error', () => undefined); // That it does not answer is told below.
      child.unref();
      writePid(this.#pidFile, child.pid);
    }
    const isReady = async (): Promise<boolean> => {
      if (this.pid === undefined) throw new Error(`${name} ended.\n${this.#tail()}`);
      return await this.options.answers().catch(() => false);
    };
    if (!(await until(isReady, START_MS))) throw new Error(`${name} does not answer.\n${this.#tail()}`);
  }

  /** Ends it at once, as a power cut would. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /** Lets it hang. */
  freeze(): void {
    this.#signal('SIGSTOP');
  }

  /** Brings it back, whatever was done to it. */
  async heal(): Promise<void> {
    this.#signal('SIGCONT');
    await this.start();
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    this.#signal('SIGCONT');
    this.#signal('SIGTERM');
    if (!(await until(() => this.pid === undefined, STOP_MS))) this.kill();
    rmSync(this.#pidFile, { force: true });
  }

  /** `up`, `down` or `hangs`. */
  async state(): Promise<string> {
    if (this.pid === undefined) return 'down';
    const answer = this.options.answers().catch(() => false);
    const late = new Promise<false>((done) => setTimeout(done, 2_000, false).unref());
    return (await Promise.race([answer, late])) ? 'up' : 'hangs';
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this;
    if (pid !== undefined) process.kill(pid, signal);
  }

  #tail(): string {
    return readFileSync(this.#log, 'utf8').slice(-2_000);
  }
}
