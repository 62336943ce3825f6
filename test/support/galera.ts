import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { galeraMissing, LocalGalera } from '../../infra/local/galera.ts';
import type { GaleraPorts } from '../../infra/local/galera-config.ts';
import { freePorts } from '../../infra/local/processes.ts';
import type { TestDatabase } from './mariadb.ts';
import { scratchFolder, sharedServer } from './shared-server.ts';

export { galeraMissing } from '../../infra/local/galera.ts';

/** The cluster of the tests, as its keeper announces it. */
export interface GaleraServer {
  pid: number;
  folder: string;
  ports: GaleraPorts[];
}

const PORTS_PER_NODE = 4;
const NODES = 3;

/** A schema on the cluster. */
export interface GaleraDatabase extends Pick<TestDatabase, 'url' | 'name' | 'drop'> {
  cluster: LocalGalera;
}

/** Starts a cluster of three nodes. @param folder an empty folder for its data */
export async function startGalera(folder: string): Promise<{ server: GaleraServer; cluster: LocalGalera }> {
  const missing = galeraMissing();
  if (missing) throw new Error(missing);
  mkdirSync(folder, { recursive: true });
  const free = await freePorts(NODES * PORTS_PER_NODE);
  const ports = Array.from({ length: NODES }, (): GaleraPorts => {
    const [sql = 0, group = 0, ist = 0, sst = 0] = free.splice(0, PORTS_PER_NODE);
    return { sql, group, ist, sst };
  });
  const cluster = new LocalGalera({ folder, ports, durable: false });
  await cluster.start();
  return { server: { pid: cluster.pid(1) ?? 0, folder, ports }, cluster };
}

async function createOn(cluster: LocalGalera, name: string): Promise<GaleraDatabase> {
  await cluster.query(1, `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`);
  const drop = async (): Promise<void> => void (await cluster.query(1, `DROP DATABASE IF EXISTS ${name}`));
  return { url: cluster.url(name), name, cluster, drop };
}

/** A fresh schema on the cluster that all tests share. Check `galeraMissing()` before. */
export async function createGaleraDatabase(): Promise<GaleraDatabase> {
  const { folder, ports } = await sharedServer<GaleraServer>('galera');
  const cluster = new LocalGalera({ folder, ports });
  return await createOn(cluster, `t_${process.pid}_${Math.random().toString(36).slice(2, 10)}`);
}

/** A cluster whose nodes one test file may kill. */
export async function privateGalera(): Promise<GaleraDatabase & { stop(): Promise<void> }> {
  const folder = mkdtempSync(join(scratchFolder(), 'galley-galera-own-'));
  const { cluster } = await startGalera(folder);
  const stop = async (): Promise<void> => {
    await cluster.destroy();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...(await createOn(cluster, 'own')), stop };
}
