// Processes that run on after the command that started them: found again by a file with their number.
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

/** Path of a program; servers are not in everybody's PATH. */
export function findBinary(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/libexec'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Whether a process is there and does not merely wait for its parent to notice its end. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return existsSync('/proc/self') === false; // Without /proc the signal has to do.
  }
}

/** When a process began, in the kernel's own count; numbers of processes are used again. */
function beginOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Writes down which process it is, so that `readPid` finds it again. */
export function writePid(file: string, pid: number | undefined): void {
  writeFileSync(file, pid === undefined ? '' : `${pid} ${beginOf(pid)}`);
}

/** The process that a file names; undefined when it does not run, or its number is another's now. */
export function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const [number, begin] = readFileSync(file, 'utf8').split(' ');
  const pid = Number(number);
  return pid > 0 && isRunning(pid) && beginOf(pid) === begin ? pid : undefined;
}

/** Looks again and again until something is so. @returns false when it was not so in time */
export async function until(isSo: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  const end = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > end) return false;
    await delay(POLL_MS);
  }
  return true;
}

/**
 * The system gives connections that go out ports from 32,768 on (Linux; elsewhere from 49,152). A server that lives there
 * and is down for a while finds its port taken by whoever tried to reach it. Below 15,000 live whole clusters, which have
 * hundred ports in a row each.
 */
const [LOWEST_PORT, HIGHEST_PORT] = [15_000, 32_000];

function tryToListen(port: number): Promise<Server | undefined> {
  const { promise, resolve } = Promise.withResolvers<Server | undefined>();
  const server = createServer().once('error', () => resolve(undefined));
  server.listen(port, '127.0.0.1', () => resolve(server));
  return promise;
}

/** Ports that nobody uses now. */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>();
  while (held.size < count) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    const server = await tryToListen(port);
    if (server) held.set(port, server);
  }
  await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  return [...held.keys()];
}
