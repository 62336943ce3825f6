// Galley's own processes and nginx before them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinary } from './processes.ts';
import { Server } from './server.ts';

const ROOT = join(import.meta.dirname, '../..');
const READY = /is ready after/;
const GALLEY = join(ROOT, 'bin/galley');

/** How a Galley process finds the rest of the cluster. */
export interface GalleyPlace {
  folder: string;
  /** The address of nginx, which visitors use. */
  url: string;
  databaseUrl: string;
  redisUrl: string;
  secret: string;
  password: string;
  /** What Galley's processes are told besides. */
  environment?: NodeJS.ProcessEnv;
}

/** The environment of all Galley processes. */
export function galleyEnvironment(place: GalleyPlace): NodeJS.ProcessEnv {
  // Nothing that is set for a Galley of one's own may reach this one.
  const mine = Object.entries(process.env).filter(([name]) => !/^GALLEY_|_URL$/.test(name));
  return {
    ...Object.fromEntries(mine),
    GALLEY_ENV: 'uat',
    GALLEY_CONTENT_DIR: join(place.folder, 'content'),
    GALLEY_URL: place.url,
    GALLEY_SECRET: place.secret,
    GALLEY_ADMIN_PASSWORD: place.password,
    GALLEY_FORCE_HTTPS: 'false', // There is no certificate on loopback.
    GALLEY_TRUST_PROXY: '127.0.0.1',
    DATABASE_URL: place.databaseUrl,
    REDIS_URL: place.redisUrl,
    ...place.environment,
  };
}

async function isReady(port: number, path: string, host: string): Promise<boolean> {
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { host },
    signal: AbortSignal.timeout(1_500),
  });
  return reply.ok;
}

/** Runs a command of Galley and waits for its end. @throws with what it printed */
export function runGalley(place: GalleyPlace, args: readonly string[]): string {
  const env = galleyEnvironment(place);
  const { status, stdout, stderr } = spawnSync(process.execPath, [GALLEY, ...args], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`galley ${args.join(' ')} failed:\n${stdout}${stderr}`.slice(0, 4_000));
  return stdout;
}

/** Runs a command of Galley for whoever sits at the terminal. @returns its exit code */
export function passToGalley(place: GalleyPlace, args: readonly string[]): number {
  const env = galleyEnvironment(place);
  return spawnSync(process.execPath, [GALLEY, ...args], { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1;
}

/** A process of Galley: one that serves pages, or the one that runs jobs and cron. */
export function galleyServer(place: GalleyPlace, name: string, port: number): Server {
  const isWorker = name === 'worker';
  const log = join(place.folder, `${name}.log`);
  const host = new URL(place.url).host;
  return new Server({
    name,
    folder: place.folder,
    address: isWorker ? '' : `127.0.0.1:${port}`,
    command: process.execPath,
    args: [GALLEY, 'serve', '--workers=0', `--role=${isWorker ? 'worker' : 'web'}`, `--port=${port}`],
    env: galleyEnvironment(place),
    // The worker listens nowhere, but says when it is ready.
    answers: () => (isWorker ? hasSaid(log, READY) : isReady(port, '/health/live', host)),
  });
}

async function hasSaid(log: string, words: RegExp): Promise<boolean> {
  return words.test(await readFile(log, 'utf8'));
}

function configOf(folder: string, port: number, web: readonly number[]): string {
  const servers = web.map((each) => `server 127.0.0.1:${each} max_fails=1 fail_timeout=2s;`).join(' ');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `worker_processes 1;
worker_rlimit_nofile 16384;
daemon off;
pid ${folder}/nginx-master.pid;
error_log ${folder}/nginx-error.log;
events { worker_connections 4096; }
http {
  ${temporary.map((name) => `${name}_temp_path ${folder}/nginx-${name};`).join(' ')}
  access_log off;
  client_max_body_size 64m;
  upstream galley { ${servers} keepalive 32; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://galley;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_connect_timeout 1s;
      # What only reads is tried once more on the other process when one is gone.
      proxy_next_upstream error timeout;
      proxy_next_upstream_tries 2;
    }
  }
}
`;
}

/** nginx, which spreads visitors over the web processes. */
export function nginxServer(place: GalleyPlace, port: number, web: readonly number[]): Server {
  const { folder, url } = place;
  const file = join(folder, 'nginx.conf');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, configOf(folder, port, web));
  return new Server({
    name: 'nginx',
    folder,
    address: `127.0.0.1:${port}`,
    command: findBinary('nginx') ?? 'nginx',
    args: ['-c', file, '-e', join(folder, 'nginx-error.log')],
    answers: () => isReady(port, '/health/live', new URL(url).host),
  });
}
