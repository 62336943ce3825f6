// The cluster that is broken: a whole one on loopback, with a plugin that writes for everybody.
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalCluster, openCluster } from '../infra/local/local-cluster.ts';
import { freePorts, until } from '../infra/local/processes.ts';
import { runGalley } from '../infra/local/web.ts';
import { unmountAll } from './fault-kinds.ts';

const POSTS = 200;
const WELL_MS = 180_000;
const TOKEN = randomBytes(18).toString('base64url');
const RUNS = `CREATE TABLE IF NOT EXISTS galley.probe_runs (id bigint AUTO_INCREMENT PRIMARY KEY, job_id bigint NOT NULL,
  job varchar(64) NOT NULL, pid int NOT NULL, ended_at bigint NOT NULL, KEY (job_id), KEY (job))`;

/** Starts a new one. Its folder lies in /tmp, because paths of sockets are short. */
export async function startFaultCluster(): Promise<LocalCluster> {
  const folder = mkdtempSync('/tmp/galley-faults-');
  const environment = {
    GALLEY_RATE_LIMIT: '0', // All visitors come from one address.
    GALLEY_HEALTH_TOKEN: TOKEN,
    GALLEY_LOG_LEVEL: 'warn',
  };
  const [near = 20_000] = await freePorts(1);
  const cluster = openCluster(folder, Math.min(near, 60_000), environment);
  await cluster.up(POSTS);
  await cluster.galera.query(1, RUNS);
  const probe = join(folder, 'fault-probe');
  cpSync(join(import.meta.dirname, 'fault-probe'), probe, { recursive: true });
  runGalley(cluster.place, ['plugin', 'install', probe, '--activate', '--yes', '--quiet']);
  for (const server of cluster.galley) await server.stop();
  for (const server of cluster.galley) await server.start();
  return cluster;
}

/** Ends it and removes all of it. */
export async function endFaultCluster(cluster: LocalCluster): Promise<void> {
  await cluster.nginx.stop(); // Killed, it would leave its own process behind.
  for (const server of cluster.servers) server.kill();
  for (const number of cluster.galera.numbers) cluster.galera.kill(number);
  await until(() => cluster.galera.numbers.every((number) => cluster.galera.pid(number) === undefined), WELL_MS);
  unmountAll(cluster.folder);
  rmSync(cluster.folder, { recursive: true, force: true });
}

async function seesAll(origin: string, host: string): Promise<boolean> {
  const reply = await fetch(`${origin}/health/ready`, {
    headers: { host, authorization: `Bearer ${TOKEN}` },
    signal: AbortSignal.timeout(3_000),
  });
  const { checks } = (await reply.json()) as { checks?: Record<string, { status: string }> };
  return checks?.['store']?.status === 'ok' && checks['cache']?.status === 'ok';
}

/** Whether every part runs, and every process that serves pages uses all of them. */
export async function isWell(cluster: LocalCluster): Promise<boolean> {
  const nodes = await cluster.galera.status();
  if (!nodes.every(({ state, status, size }) => state === 'Synced' && status === 'Primary' && size === nodes.length))
    return false;
  if (cluster.servers.some(({ pid }) => pid === undefined)) return false;
  const { host } = new URL(cluster.place.url);
  const origins = cluster.galley.flatMap(({ options: { address } }) => (address === '' ? [] : [`http://${address}`]));
  const seen = await Promise.all(origins.map((origin) => seesAll(origin, host).catch(() => false)));
  return seen.every(Boolean);
}

/** Waits until all is well again. @throws with how every part is when it does not become so */
export async function untilWell(cluster: LocalCluster): Promise<void> {
  if (await until(() => isWell(cluster), WELL_MS)) return;
  throw new Error(`The cluster did not become well again.\n${JSON.stringify(await cluster.rows(), null, 1)}`);
}

/** Addresses of pages, as the start page and the pages behind it link to them. */
export async function pagesOf(origin: string): Promise<string[]> {
  const lists = ['/', '/page/2/', '/page/3/'];
  const found = new Set(lists);
  for (const path of lists) {
    const text = await (await fetch(origin + path)).text();
    for (const [, link = ''] of text.matchAll(/<h[23][^>]*>\s*<a [^>]*href="([^"]+)"/g))
      found.add(new URL(link, origin).pathname);
  }
  return [...found];
}
