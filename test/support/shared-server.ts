// Servers that all test processes share: the first starts one, and it ends soon after the last.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What kinds there are. */
export type SharedKind = 'mariadb' | 'galera';

const START_MS = 120_000;
const POLL_MS = 50;
/** A keeper is started again after this many looks, about five seconds. */
const KEEPER_EVERY = 100;
const MIN_SHARED_MEMORY = 1024 ** 3;

/** A folder in memory where there is room for so many bytes, because a test has nothing to keep. */
export function scratchFolder(room = MIN_SHARED_MEMORY): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > room) return '/dev/shm';
  } catch {
    // Not every system has one.
  }
  return tmpdir();
}

function sharedFolder(kind: SharedKind): string {
  const root = join(import.meta.dirname, '../..')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(-24);
  return join(scratchFolder(), `galley-${kind}-${userInfo().uid}${root}`);
}

function readServer<Server extends { pid: number }>(folder: string): Server | undefined {
  try {
    const server = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as Server;
    process.kill(server.pid, 0);
    return server;
  } catch {
    return undefined;
  }
}

/** The server of a kind that all test processes of this project share. */
export async function sharedServer<Server extends { pid: number }>(kind: SharedKind): Promise<Server> {
  const folder = sharedFolder(kind);
  const end = Date.now() + START_MS;
  for (let tries = 0; Date.now() < end; tries++) {
    // Said before looking, so that a keeper that is about to leave sees it; said again, because it may just have left.
    mkdirSync(join(folder, 'users'), { recursive: true });
    writeFileSync(join(folder, 'users', String(process.pid)), '');
    const server = readServer<Server>(folder);
    if (server) return server;
    if (tries % KEEPER_EVERY === 0) {
      // The keeper takes a lock, so that of several only one starts a server.
      const keeper = join(import.meta.dirname, 'server-keeper.ts');
      spawn(process.execPath, [keeper, folder, kind], { detached: true, stdio: 'ignore' }).unref();
    }
    await delay(POLL_MS);
  }
  throw new Error(`The shared ${kind} of the tests did not start; see ${folder}`);
}
