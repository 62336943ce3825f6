// The configuration of nginx that comes along, made fit for a trial on this machine.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { findBinary, freePorts, until } from '../../../infra/local/processes.ts';

/** Where it lies. */
export const SHIPPED = join(import.meta.dirname, '../../../infra/nginx/galley.conf');

/** The shipped file for this machine: other ports, a certificate of the trial, an address of Galley. */
export function forTrial(
  shipped: string,
  folder: string,
  ports: { http: number; https: number; galley: string },
): string {
  const site = shipped
    .replaceAll('example.org', 'localhost')
    .replace(/^\s*listen \[::\].*\n/gm, '')
    .replace('listen 80;', `listen 127.0.0.1:${ports.http};`)
    .replace('listen 443 ssl http2;', `listen 127.0.0.1:${ports.https} ssl http2;`)
    .replace('server 127.0.0.1:8080;', `server ${ports.galley};`)
    .replace(/ssl_certificate \S+;/, `ssl_certificate ${folder}/cert.pem;`)
    .replace(/ssl_certificate_key \S+;/, `ssl_certificate_key ${folder}/key.pem;`);
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `daemon off;\npid ${folder}/pid;\nerror_log ${folder}/error.log;\nevents {}\nhttp {\n${places.join(' ')}\naccess_log off;\n${site}\n}\n`;
}

const missing = ['nginx', 'openssl'].filter((name) => findBinary(name) === undefined);
/** Why nginx cannot be tried here. */
export const noNginx =
  missing.length > 0 && `${missing.join(', ')} not installed. On Debian: apt-get install nginx-light openssl`;

/** An nginx that runs with the shipped configuration. */
export interface NginxTrial {
  http: number;
  https: number;
  stop(): Promise<void>;
}

/** Whether something that speaks TLS listens at the port. */
function isUp(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
    resolve(true);
    socket.destroy();
  });
  socket.on('error', () => resolve(false));
  return promise;
}

/** Starts nginx with the shipped configuration before what listens at `galley`, such as `127.0.0.1:8080`. */
export async function startNginx(galley: string): Promise<NginxTrial> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-nginx-'));
  const [http = 0, https = 0] = await freePorts(2);
  chmodSync(folder, 0o755);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', ...key, ...files], { stdio: 'ignore' });
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, forTrial(readFileSync(SHIPPED, 'utf8'), folder, { http, https, galley }));
  const nginx = spawn(findBinary('nginx') ?? '', ['-c', config, '-e', join(folder, 'error.log')], { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => nginx.once('exit', resolve));
    if (nginx.kill('SIGTERM')) await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  if (await until(() => isUp(https), 20_000)) return { http, https, stop };
  await stop();
  throw new Error('nginx does not start');
}
