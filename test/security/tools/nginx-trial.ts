// The configuration of nginx that comes along, made fit for a trial on this machine.
import { join } from 'node:path';

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
