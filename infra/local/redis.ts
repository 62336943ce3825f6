// A Redis with two replicas and three sentinels that choose another master when it is gone.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { findBinary } from './processes.ts';
import { Server } from './server.ts';

const GROUP = 'galley';
const ANSWER_MS = 1_000;

/** Sends one command and returns the answer as it comes. */
function ask(port: number, command: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = createConnection({ port, host: '127.0.0.1', timeout: ANSWER_MS });
  socket.once('connect', () => socket.write(`${command}\r\n`));
  socket.once('data', (answer) => resolve(String(answer)));
  socket.once('error', reject).once('timeout', () => reject(new Error('no answer')));
  return promise.finally(() => socket.destroy());
}

function redisServer(folder: string, ports: readonly number[], index: number): Server {
  const port = ports[index] ?? 0;
  const name = `redis${index + 1}`;
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const base = ['--port', String(port), '--bind', '127.0.0.1', '--dir', own, '--save', '', '--appendonly', 'no'];
  const quick = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'];
  const memory = ['--maxmemory', '128mb', '--maxmemory-policy', 'allkeys-lfu'];
  // One that comes back late is told by the sentinels who the master is now.
  const role = index === 0 ? [] : ['--replicaof', '127.0.0.1', String(ports[0])];
  return new Server({
    name,
    folder,
    address: `127.0.0.1:${port}`,
    command: findBinary('redis-server') ?? 'redis-server',
    args: [...base, ...quick, ...memory, ...role],
    answers: async () => (await ask(port, 'PING')).startsWith('+PONG'),
  });
}

function sentinel(folder: string, port: number, master: number, index: number): Server {
  const name = `sentinel${index + 1}`;
  const own = join(folder, name);
  const file = join(own, 'sentinel.conf');
  mkdirSync(own, { recursive: true });
  // A sentinel writes what it learns into its own configuration, so that is made only once.
  if (!existsSync(file))
    writeFileSync(
      file,
      [
        `port ${port}`,
        'bind 127.0.0.1',
        `dir ${own}`,
        `sentinel monitor ${GROUP} 127.0.0.1 ${master} 2`,
        `sentinel down-after-milliseconds ${GROUP} 1000`,
        `sentinel failover-timeout ${GROUP} 5000`,
        `sentinel parallel-syncs ${GROUP} 1`,
        '',
      ].join('\n'),
    );
  return new Server({
    name,
    folder,
    address: `127.0.0.1:${port}`,
    command: findBinary('redis-server') ?? 'redis-server',
    args: [file, '--sentinel'],
    answers: async () => (await ask(port, 'PING')).startsWith('+PONG'),
  });
}

/** Three Redis and three sentinels. @param ports three for Redis, three for the sentinels */
export function redisServers(
  folder: string,
  ports: { redis: readonly number[]; sentinel: readonly number[] },
): Server[] {
  return [
    ...ports.redis.map((_, index) => redisServer(folder, ports.redis, index)),
    ...ports.sentinel.map((port, index) => sentinel(folder, port, ports.redis[0] ?? 0, index)),
  ];
}

/** The one of them that is written to now; undefined where there is none. */
export async function masterOf(servers: readonly Server[]): Promise<Server | undefined> {
  for (const server of servers) {
    const port = Number(server.options.address.split(':')[1]);
    const role = await ask(port, 'INFO replication').catch(() => '');
    if (role.includes('role:master')) return server;
  }
  return undefined;
}

/** How many clients they have together. */
export async function connectionsOf(servers: readonly Server[]): Promise<number> {
  const counts = servers.map(async ({ options: { address } }) => {
    const text = await ask(Number(address.split(':')[1]), 'INFO clients').catch(() => '');
    return Number(/connected_clients:(\d+)/.exec(text)?.[1] ?? 0);
  });
  return (await Promise.all(counts)).reduce((total, count) => total + count, 0);
}

/** For REDIS_URL. */
export function redisUrl(sentinels: readonly number[]): string {
  return `redis+sentinel://${sentinels.map((port) => `127.0.0.1:${port}`).join(',')}/${GROUP}`;
}
