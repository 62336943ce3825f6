// Started by shared-server.ts as a process of its own: runs a server of the tests until no test process is left.
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalGalera } from '../../infra/local/galera.ts';
import { startGalera } from './galera.ts';
import { startMariadb } from './mariadb.ts';
import type { SharedKind } from './shared-server.ts';

const LINGER_MS = 20_000;
const STALE_LOCK_MS = 180_000;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function hasUsers(folder: string): boolean {
  return readdirSync(join(folder, 'users')).some((name) => isAlive(Number(name)));
}

/** Only one keeper a folder; a lock that a killed keeper left behind is taken over. */
function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    try {
      if (Date.now() - statSync(lock).mtimeMs < STALE_LOCK_MS) return false;
      rmSync(lock, { recursive: true });
      mkdirSync(lock);
      return true;
    } catch {
      return false;
    }
  }
}

/** Ends the nodes of a keeper that was killed. */
async function endLeftovers(folder: string): Promise<void> {
  const none = { sql: 0, group: 0, ist: 0, sst: 0 };
  await new LocalGalera({ folder, ports: [none, none, none] }).destroy();
}

/** A server that runs, and whether it still does. */
interface Kept {
  server: { pid: number };
  stop(): Promise<void>;
  isRunning(): boolean;
}

async function startServer(folder: string, kind: SharedKind): Promise<Kept> {
  if (kind === 'galera') {
    const { server, cluster } = await startGalera(folder);
    const isRunning = (): boolean => cluster.numbers.every((number) => cluster.pid(number) !== undefined);
    return { server, stop: () => cluster.destroy(), isRunning };
  }
  const { server, stop, child } = await startMariadb(folder);
  return { server, stop, isRunning: () => child.exitCode === null && child.signalCode === null };
}

async function keep(folder: string, kind: SharedKind): Promise<void> {
  const lock = join(folder, 'lock');
  if (!takeLock(lock)) return;
  await endLeftovers(folder);
  for (const left of ['data', 'server.json', 's.sock', 'n1', 'n2', 'n3'])
    rmSync(join(folder, left), { recursive: true, force: true });
  const { server, stop, isRunning } = await startServer(folder, kind);
  process.once('SIGTERM', () => void stop());
  const announcement = join(folder, 'server.json');
  do {
    writeFileSync(announcement, JSON.stringify(server));
    let lastUse = Date.now();
    while (Date.now() - lastUse < LINGER_MS && isRunning()) {
      await delay(1_000);
      // Touched, so that nobody takes the lock for one left behind.
      utimesSync(lock, new Date(), new Date());
      if (hasUsers(folder)) lastUse = Date.now();
    }
    rmSync(announcement, { force: true });
    // Whoever read the announcement before it went has said so before.
  } while (hasUsers(folder) && isRunning());
  await stop();
  rmSync(folder, { recursive: true, force: true });
}

const [, , folder, kind] = process.argv;
if (folder !== undefined) await keep(folder, kind === 'galera' ? 'galera' : 'mariadb');
