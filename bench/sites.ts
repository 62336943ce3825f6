// Sites of a size to measure: made once by `galley seed`, kept in .cache/bench and used again by the next run.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { mariadbMissing, startMariadb } from '../test/support/mariadb.ts';
import { cpuMsOf } from './processor.ts';
import type { Row } from './report.ts';

export const ROOT = join(import.meta.dirname, '..');
const CACHE = join(ROOT, '.cache', 'bench');
/** Memory as a server of that size would have: for all of the data, and for words before they are put into the index. */
const MEMORY = [
  '--innodb-buffer-pool-size=2G',
  '--innodb-ft-cache-size=80000000',
  '--innodb-ft-total-cache-size=640000000',
];

/** A server is idle that uses less CPU in a second, and has settled after so many of them; it is waited for no longer. */
const IDLE_MS = 20;
const QUIET_S = 5;
const SETTLE_S = 600;

/** A site to measure. */
export interface BenchSite {
  contentDir: string;
  /** For DATABASE_URL. */
  url: string;
  /** The Redis that it shares, if any. */
  redisUrl?: string;
  entries: number;
  store: 'sqlite' | 'mariadb';
  /** The database server's process, whose CPU time counts too. */
  databasePid: number | undefined;
}

/** The MariaDB of the benches. */
export interface BenchStore {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** What seeding took. */
export interface Seeding {
  store: string;
  entries: number;
  seconds: number;
  peakMb: number;
}

/** Seeds anew when what decides the data has changed. */
function version(): string {
  const files = [
    ...globSync('plugins/*/migrations/*.ts', { cwd: ROOT }),
    ...globSync('core/migrations/*.ts', { cwd: ROOT }),
  ];
  const hash = createHash('sha256');
  for (const file of [...files.sort(), 'plugins/posts/seed.ts']) hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 12);
}

/** Starts the benches' MariaDB on what it had the last time; undefined where MariaDB is not installed. */
export async function startStore(): Promise<BenchStore | undefined> {
  if (mariadbMissing()) return undefined;
  const { server, stop } = await startMariadb(join(CACHE, 'mariadb'), [...MEMORY, '--innodb-fast-shutdown=1']);
  return { port: server.port, pid: server.pid, stop };
}

/** Measures on the embedded store, and on MariaDB where it is installed. */
export async function onEachStore(measure: (store?: BenchStore) => Promise<Row[]>): Promise<Row[]> {
  const rows = await measure();
  const store = await startStore();
  try {
    if (store) rows.push(...(await measure(store)));
  } finally {
    await store?.stop();
  }
  return rows;
}

async function makeDatabase({ port }: BenchStore, name: string): Promise<string> {
  const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'galley', password: 'galley' });
  await connection.query(`DROP DATABASE IF EXISTS ${name}`);
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`);
  await connection.end();
  return name;
}

/** Waits until a database server has put away what was just written: its work in the background would count, too. */
async function settle({ pid }: BenchStore): Promise<void> {
  for (let quiet = 0, round = 0; quiet < QUIET_S && round < SETTLE_S; round++) {
    const before = cpuMsOf([pid]);
    await sleep(1000);
    quiet = cpuMsOf([pid]) - before > IDLE_MS ? 0 : quiet + 1;
  }
}

/** Runs a command of Galley on the site. */
export function runGalley({ contentDir, url }: BenchSite, ...args: string[]) {
  const env = { ...process.env, GALLEY_ENV: 'test', GALLEY_CONTENT_DIR: contentDir, DATABASE_URL: url };
  return promisify(execFile)(process.execPath, ['bin/galley', ...args], { cwd: ROOT, env, maxBuffer: 64e6 });
}

async function seed(site: BenchSite): Promise<Seeding> {
  process.stderr.write(`Seeding ${site.entries} entries on ${site.store} (once) …\n`);
  const from = performance.now();
  const running = runGalley(site, 'seed', `--posts=${site.entries}`);
  let peakKb = 0;
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${running.child.pid}/status`, 'utf8');
      peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // Not Linux, or it has just ended.
    }
  }, 200);
  await running.finally(() => clearInterval(watch));
  const seconds = (performance.now() - from) / 1000;
  return { store: site.store, entries: site.entries, seconds, peakMb: peakKb / 1024 };
}

/** A site with so many entries. */
export async function benchSite(entries: number, store?: BenchStore): Promise<BenchSite> {
  const kind = store ? 'mariadb' : 'sqlite';
  const contentDir = join(CACHE, `${kind}-${entries}`);
  const name = `bench_${entries}`;
  const url = store ? `mysql://galley:galley@127.0.0.1:${store.port}/${name}` : 'sqlite:bench.sqlite';
  const site: BenchSite = { contentDir, url, entries, store: kind, databasePid: store?.pid };
  const stamp = join(contentDir, 'seeded.json');
  const wanted = version();
  const known = existsSync(stamp) ? (JSON.parse(readFileSync(stamp, 'utf8')) as { version: string }) : undefined;
  if (known?.version === wanted) return site;
  rmSync(contentDir, { recursive: true, force: true });
  mkdirSync(contentDir, { recursive: true });
  if (store) await makeDatabase(store, name);
  const seeding = await seed(site);
  if (store) await settle(store);
  writeFileSync(stamp, JSON.stringify({ version: wanted, seeding }));
  return site;
}

/** What it took to seed the site, as a row. */
export function seedingRow({ contentDir }: BenchSite): Row {
  const { seeding } = JSON.parse(readFileSync(join(contentDir, 'seeded.json'), 'utf8')) as { seeding: Seeding };
  return { store: seeding.store, entries: seeding.entries, 'seed, s': seeding.seconds, 'peak MB': seeding.peakMb };
}
