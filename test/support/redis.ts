import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../infra/local/processes.ts';
import { until } from './served-site.ts';

/** Why tests that need Redis cannot run, or false. Give it to a test as `skip`. */
export const noRedis: string | false =
  spawnSync('redis-server', ['--version']).status === 0
    ? false
    : 'redis-server is not installed (apt-get install redis-server)';

/** A Redis of the test's own. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Its process; another one after `restart`. */
  readonly pid: number;
  /** Ends the server at once, as a power cut would; what it held is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  /** Lets it hang: connections stay, nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [reply] = await once(socket, 'data');
    return String(reply).startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * Starts a private redis-server on a free port, in a temporary folder, without persistence.
 * @param options further lines of configuration, such as `['--cluster-enabled', 'yes']`
 */
export async function startRedis(options: readonly string[] = []): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-redis-'));
  const port = (await freePorts(1))[0] ?? 0;
  const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  let server: ChildProcess;
  const start = async (): Promise<void> => {
    server = spawn('redis-server', [...fixed, ...options], { stdio: 'ignore' });
    await until(`redis-server answers on port ${port}`, () => answers(port));
  };
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return server.pid ?? 0;
    },
    kill,
    restart: start,
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a sentinel that watches `redis` under the name `main`. */
export async function startSentinel(redis: TestRedis): Promise<Pick<TestRedis, 'port' | 'stop'>> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-sentinel-'));
  const port = (await freePorts(1))[0] ?? 0;
  const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, `sentinel monitor main 127.0.0.1 ${redis.port} 1`];
  await writeFile(join(folder, 'sentinel.conf'), `${lines.join('\n')}\n`);
  const server = spawn('redis-server', [join(folder, 'sentinel.conf'), '--sentinel'], { stdio: 'ignore' });
  await until(`the sentinel answers on port ${port}`, () => answers(port));
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL');
    await once(server, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  return { port, stop };
}
