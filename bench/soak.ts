// A whole cluster under load for a long time: does anything grow that should not?
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { clusterMissing, type LocalCluster } from '../infra/local/local-cluster.ts';
import { connectionsOf } from '../infra/local/redis.ts';
import type { Server } from '../infra/local/server.ts';
import { endFaultCluster, pagesOf, startFaultCluster } from './fault-cluster.ts';
import { FaultLoad } from './fault-load.ts';
import type { Bench, BenchOptions, Row } from './report.ts';

/** What was seen of one figure, in order. */
interface Series {
  of: string;
  figure: string;
  /** Minutes since the start, and the figure. */
  points: [number, number][];
}

const MB = 2 ** 20;
const SAMPLES = 120;
const MIN_PAUSE_MS = 2_000;
/** More than this in an hour is growth, as a share of what there is, where it is not mere chance. */
const GROWTH = 0.1;
const CERTAIN = 3;
/** In less time caches still fill. */
const SHORTEST_MINUTES = 8;

/** All that was seen, by process and figure. */
class Samples {
  readonly series = new Map<string, Series>();
  readonly #from = performance.now();

  note(of: string, figures: Record<string, number>): void {
    const minute = (performance.now() - this.#from) / 60_000;
    for (const [figure, value] of Object.entries(figures)) {
      const one = this.series.get(`${of} ${figure}`) ?? { of, figure, points: [] };
      one.points.push([minute, value]);
      this.series.set(`${of} ${figure}`, one);
    }
  }
}

function ofSystem(pid: number): Record<string, number> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  return { 'RSS, MB': kilobytes / 1024, files: readdirSync(`/proc/${pid}/fd`).length };
}

async function ofHeap({ options: { address } }: Server, host: string): Promise<Record<string, number>> {
  const reply = await fetch(`http://${address}/fault-probe/memory`, { headers: { host } });
  if (!reply.ok) return {}; // It has too much to do; the next sample is soon.
  const { heap, handles } = (await reply.json()) as { heap: number; handles: number };
  return { 'live heap, MB': heap / MB, handles };
}

async function sample({ galley, galera, redis, place }: LocalCluster, samples: Samples): Promise<void> {
  const { host } = new URL(place.url);
  for (const server of galley) {
    const { name, address } = server.options;
    if (server.pid !== undefined) samples.note(name, ofSystem(server.pid));
    if (address !== '') samples.note(name, await ofHeap(server, host));
  }
  const counts = galera.numbers.map(async (node) => {
    const [row] = await galera.query(
      node,
      "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'galley'",
    );
    return Number(row?.['n']);
  });
  const ofStore = (await Promise.all(counts)).reduce((total, count) => total + count, 0);
  samples.note('all', {
    'connections to the store': ofStore,
    'connections to Redis': await connectionsOf(redis.slice(0, 3)),
  });
}

/** A straight line through the points: what is added in a minute, and how sure that is. */
function slopeOf(points: readonly [number, number][]): { slope: number; error: number; mean: number } {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const spread = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  const slope = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / spread;
  const rest = points.reduce((sum, [at, value]) => sum + (value - y - slope * (at - x)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / Math.max(1, points.length - 2) / spread), mean: y };
}

function rowOf({ of, figure, points }: Series): Row {
  const half = points.slice(Math.floor(points.length / 2));
  const { slope, error, mean } = slopeOf(half);
  const grows = slope * 60 > mean * GROWTH && slope > CERTAIN * error;
  return {
    of,
    figure,
    'at first': points[0]?.[1] ?? Number.NaN,
    'half-way': half[0]?.[1] ?? Number.NaN,
    'at last': points.at(-1)?.[1] ?? Number.NaN,
    most: Math.max(...points.map(([, value]) => value)),
    'a minute, second half': slope,
    verdict: (points.at(-1)?.[0] ?? 0) < SHORTEST_MINUTES ? 'too short to say' : grows ? 'grows' : 'does not grow',
  };
}

async function run({ quick, given = {} }: BenchOptions): Promise<Row[]> {
  const missing = clusterMissing();
  if (missing) return [{ of: missing }];
  const ms = Number(given['minutes'] ?? (quick ? 1 : 20)) * 60_000;
  const cluster = await startFaultCluster();
  try {
    const origin = cluster.place.url;
    const rate = Number(given['rate'] ?? 300);
    const [writers, pauseMs] = [Number(given['writers'] ?? 10), Number(given['pause'] ?? 1_000)];
    const asked = { rate, writers, pauseMs, random: Math.random, name: 'soak' };
    const load = new FaultLoad({ origin, paths: await pagesOf(origin), ...asked });
    const samples = new Samples();
    const until = performance.now() + ms;
    load.start();
    load.startWriting();
    while (performance.now() < until) {
      await pause(Math.max(MIN_PAUSE_MS, ms / SAMPLES));
      await sample(cluster, samples);
      load.outcomes.length = 0;
    }
    await load.stop();
    return [...samples.series.values()].map(rowOf);
  } finally {
    await endFaultCluster(cluster);
  }
}

/** See {@link Bench}. */
export const soakBench: Bench = { title: 'A cluster under load for a long time: does anything grow?', run };
