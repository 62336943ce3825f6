// What became of what was acknowledged: looked up on every node, when the cluster is well again.
import type { LocalCluster } from '../infra/local/local-cluster.ts';
import { until } from '../infra/local/processes.ts';
import type { Outcome } from './fault-load.ts';

/** What was lost or done twice. */
export interface Damage {
  /** Acknowledged posts that are not on every node. */
  lostWrites: number;
  /** Jobs of acknowledged writes that never ended. */
  lostJobs: number;
  /** Jobs that one process ended twice, or that were there twice at the same time though declared unique. */
  doubledJobs: number;
  /** Jobs that another process ended once more: nobody can know whether the one that was killed had just ended them. */
  repeatedJobs: number;
}

const JOBS_MS = 120_000;
const EVERYWHERE = 'SET STATEMENT wsrep_sync_wait = 1 FOR';

interface JobRow {
  id: number;
  job: string;
  from: number;
  until: number;
}

/** Waits for the jobs and looks. @param name what the keys of the writes begin with */
export async function damageOf(cluster: LocalCluster, name: string, writes: readonly Outcome[]): Promise<Damage> {
  const { galera } = cluster;
  const open = `SELECT id FROM galley.jobs WHERE name = 'fault-probe' AND finished_at IS NULL LIMIT 1`;
  await until(async () => (await galera.query(1, `${EVERYWHERE} ${open}`)).length === 0, JOBS_MS);
  const good = writes.filter(({ status }) => status === 201);
  const runs = await rowsOf(cluster, `SELECT job_id AS id, job, pid FROM galley.probe_runs WHERE job LIKE '${name}-%'`);
  const ran = new Set(runs.map(({ job }) => String(job)));
  const wanted = new Set(good.map(({ job }) => job));
  return {
    lostWrites: (await missingSlugs(cluster, name, good)).size,
    lostJobs: [...wanted].filter((job) => !ran.has(job)).length,
    doubledJobs: extra(runs, ({ id, pid }) => `${id} ${pid}`) + overlaps(await jobsOf(cluster, name)),
    repeatedJobs: extra(runs, ({ id }) => String(id)) - extra(runs, ({ id, pid }) => `${id} ${pid}`),
  };
}

async function rowsOf({ galera }: LocalCluster, sql: string, node = 1): Promise<Record<string, unknown>[]> {
  return await galera.query(node, `${EVERYWHERE} ${sql}`);
}

async function missingSlugs(cluster: LocalCluster, name: string, good: readonly Outcome[]): Promise<Set<string>> {
  const missing = new Set<string>();
  for (const node of cluster.galera.numbers) {
    const rows = await rowsOf(cluster, `SELECT slug FROM galley.entries WHERE slug LIKE 'probe-${name}-%'`, node);
    const there = new Set(rows.map(({ slug }) => String(slug)));
    for (const { key } of good) if (!there.has(`probe-${key}`)) missing.add(key);
  }
  return missing;
}

async function jobsOf(cluster: LocalCluster, name: string): Promise<JobRow[]> {
  const key = `JSON_VALUE(data, '$.data.job')`;
  const sql = `SELECT id, ${key} AS job, created_at, finished_at FROM galley.jobs WHERE name = 'fault-probe' AND ${key} LIKE '${name}-%'`;
  const rows = await rowsOf(cluster, sql);
  return rows.map((row) => ({
    id: Number(row['id']),
    job: String(row['job']),
    from: Number(row['created_at']),
    until: Number(row['finished_at'] ?? Number.POSITIVE_INFINITY),
  }));
}

/** How many rows there are beyond one of each kind. */
function extra<R>(rows: readonly R[], kindOf: (row: R) => string): number {
  return rows.length - new Set(rows.map(kindOf)).size;
}

/** Jobs that were made while another one of the same key was not finished. */
function overlaps(jobs: readonly JobRow[]): number {
  const sorted = jobs.toSorted((a, b) => a.id - b.id);
  return sorted.filter((job, index) =>
    sorted.slice(0, index).some((other) => other.job === job.job && job.from < other.until && other.from < job.until),
  ).length;
}
