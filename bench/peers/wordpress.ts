// Debian's WordPress with php-fpm and opcache, filled with the same posts: plain, and with its pages cached by nginx.
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { findBinary, freePorts } from '../../infra/local/processes.ts';
import { Server } from '../../infra/local/server.ts';
import type { BenchStore } from '../sites.ts';
import { startNginx } from './nginx.ts';
import { listens } from './started.ts';

const run = promisify(execFile);
const INSTALLED = '/usr/share/wordpress';
const CONTENT = '/var/lib/wordpress/wp-content';
const SCHEMA = 'bench_wordpress';
/** Twice the cores of the machine that the figures are from. */
const CHILDREN = 4;

/** A running WordPress. */
export interface Wordpress {
  version: string;
  origin: string;
  /** The same site behind nginx's `fastcgi_cache`. */
  cachedOrigin: string;
  /** Path of a post. */
  single: string;
  /** The Cookie header of its administrator. */
  cookie: string;
  pids: number[];
  stop(): Promise<void>;
}

const fpmPath = (): string | undefined => globSync('/usr/sbin/php-fpm*')[0];

/** Why there is no WordPress to compare with, or false. */
export function wordpressMissing(): string | false {
  const found = existsSync(INSTALLED) && fpmPath() !== undefined && findBinary('nginx') !== undefined;
  return found
    ? false
    : 'WordPress is not installed. On Debian: apt-get install wordpress wordpress-theme-twentytwentythree php-fpm php-mysql php-xml nginx';
}

const config = (port: number): string => `<?php
define('DB_NAME', '${SCHEMA}');
define('DB_USER', 'galley');
define('DB_PASSWORD', 'galley');
define('DB_HOST', '127.0.0.1:${port}');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', 'http://' . $_SERVER['HTTP_HOST']);
define('WP_SITEURL', WP_HOME);
define('COOKIEHASH', 'bench');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require ABSPATH . 'wp-settings.php';
`;

async function install(folder: string, { port }: BenchStore, wxr: string): Promise<{ single: string; cookie: string }> {
  mkdirSync(folder, { recursive: true });
  await run('cp', ['-rL', `${INSTALLED}/.`, folder]);
  await run('cp', ['-rL', `${CONTENT}/.`, join(folder, 'wp-content')]);
  writeFileSync(join(folder, 'wp-config.php'), config(port));
  const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'galley', password: 'galley' });
  await connection.query(`DROP DATABASE IF EXISTS ${SCHEMA}`);
  await connection.query(`CREATE DATABASE ${SCHEMA} CHARACTER SET utf8mb4`);
  await connection.end();
  const { stdout } = await run('php', [join(import.meta.dirname, 'wordpress.php'), folder, wxr], { maxBuffer: 16e6 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { single: string; cookie: string };
}

function fpmConfig(folder: string, socket: string): string {
  const user = userInfo().uid === 0 ? 'user = www-data\ngroup = www-data\nlisten.mode = 0666' : '';
  return `[global]
error_log = ${folder}/fpm.log
daemonize = no
[www]
${user}
listen = ${socket}
pm = static
pm.max_children = ${CHILDREN}
php_admin_value[opcache.enable] = 1
php_admin_value[opcache.validate_timestamps] = 0
php_admin_value[opcache.memory_consumption] = 128
`;
}

const serverBlock = (port: number, root: string, socket: string, cache: string): string => `server {
    listen 127.0.0.1:${port};
    root ${root};
    index index.php;
    location / { try_files $uri $uri/ /index.php?$args; }
    location ~ \\.php$ {
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_pass unix:${socket};
      ${cache}
    }
  }`;

const CACHE = `fastcgi_cache pages; fastcgi_cache_key $host$request_uri; fastcgi_cache_valid 200 10m;
      fastcgi_ignore_headers Cache-Control Expires Set-Cookie;`;

/**
 * Installs WordPress in a folder and starts it.
 * @param wxr an export whose published posts it is filled with
 */
export async function startWordpress(folder: string, store: BenchStore, wxr: string): Promise<Wordpress> {
  const root = join(folder, 'site');
  const socket = join(folder, 'fpm.sock');
  const installed = await install(root, store, wxr);
  const conf = join(folder, 'fpm.conf');
  writeFileSync(conf, fpmConfig(folder, socket));
  const fpm = new Server({
    name: 'php-fpm',
    folder,
    address: socket,
    command: fpmPath() ?? 'php-fpm',
    args: ['-F', '-R', '-y', conf],
    answers: () => listens({ path: socket }),
  });
  await fpm.start();
  const [plain = 0, cached = 0] = await freePorts(2);
  const zone = `fastcgi_cache_path ${folder}/pages keys_zone=pages:8m;`;
  const blocks = [zone, serverBlock(plain, root, socket, ''), serverBlock(cached, root, socket, CACHE)].join('\n  ');
  const nginx = await startNginx(join(folder, 'nginx'), plain, blocks);
  const { stdout } = await run('php', ['-r', `include '${root}/wp-includes/version.php'; echo $wp_version;`]);
  return {
    ...installed,
    version: stdout,
    origin: `http://127.0.0.1:${plain}`,
    cachedOrigin: `http://127.0.0.1:${cached}`,
    pids: [fpm, nginx].flatMap(({ pid }) => pid ?? []),
    async stop() {
      await Promise.all([nginx.stop(), fpm.stop()]);
    },
  };
}
