// Programs that run beside Galley in a bench, and what all processes of such a peer cost.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { until } from '../../infra/local/processes.ts';

const TICK_MS = 10;
const START_MS = 30_000;

/** What a process is: its parent and its CPU time in ticks of a hundredth of a second. Undefined when it has ended. */
function statOf(pid: number): { parent: number; ticks: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}

/** Milliseconds of CPU that some processes and their children have used so far. */
export function cpuMsOf(pids: readonly number[]): number {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const family = new Set(pids);
  let ticks = 0;
  for (const pid of all.map(Number).sort((a, b) => a - b)) {
    const stat = statOf(pid);
    if (stat === undefined || !(family.has(pid) || family.has(stat.parent))) continue;
    family.add(pid);
    ticks += stat.ticks;
  }
  return ticks * TICK_MS;
}

/** A program that runs until it is stopped. */
export interface Running {
  pid: number;
  stop(): Promise<void>;
}

function isOpen(at: { port: number; host: string } | { path: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(at);
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

/**
 * Starts a program and waits until something listens at its port or socket.
 * @throws with what it wrote when it ends instead
 */
export async function startProgram(
  command: string,
  args: readonly string[],
  listensAt: number | string,
): Promise<Running> {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = (said + String(chunk)).slice(-2_000);
  });
  const at = typeof listensAt === 'number' ? { port: listensAt, host: '127.0.0.1' } : { path: listensAt };
  const isReady = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${said}`);
    return isOpen(at);
  };
  if (!(await until(isReady, START_MS))) throw new Error(`${command} does not listen: ${said}`);
  return {
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** Stops everything that was started, the last first. */
export class Started {
  readonly #stops: (() => Promise<void> | void)[] = [];

  add<T extends { stop(): Promise<void> | void }>(running: T): T {
    this.#stops.push(() => running.stop());
    return running;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
  }
}
