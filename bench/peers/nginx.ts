// nginx as the benches use it: one worker, no log, a folder of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary } from '../../infra/local/processes.ts';
import { Server } from '../../infra/local/server.ts';
import { listens } from './started.ts';

/** Starts nginx with some `server` blocks; `port` is one at which they listen. */
export async function startNginx(folder: string, port: number, http: string): Promise<Server> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    file,
    `worker_processes 1;
daemon off;
pid ${folder}/nginx-master.pid;
error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  access_log off;
  types { text/html html; text/css css; text/javascript js; }
  default_type text/html;
  keepalive_requests 1000000;
  gzip on;
  gzip_vary on;
  ${http}
}
`,
  );
  const server = new Server({
    name: 'nginx',
    folder,
    address: `127.0.0.1:${port}`,
    command: findBinary('nginx') ?? 'nginx',
    args: ['-c', file, '-e', join(folder, 'error.log')],
    answers: () => listens({ host: '127.0.0.1', port }),
  });
  await server.start();
  return server;
}

/** A `server` that sends what lies in a folder, compressed beforehand. */
export const fileServer = (port: number, folder: string): string =>
  `server { listen 127.0.0.1:${port}; root ${folder}; gzip_static on; }`;

/** A `server` that keeps the pages of another for ten minutes. */
export const cachingProxy = (port: number, origin: string, folder: string): string => `
  proxy_cache_path ${folder}/proxy-cache keys_zone=pages:8m;
  upstream kept { server ${new URL(origin).host}; keepalive 16; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://kept;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_cache pages;
      proxy_cache_valid 200 10m;
      proxy_ignore_headers Cache-Control Expires;
    }
  }`;
