// A whole cluster under load, and one thing after the other that goes wrong with it: what visitors, writers and jobs
// notice of that.
import { setTimeout as pause } from 'node:timers/promises';
import { clusterMissing, type LocalCluster } from '../infra/local/local-cluster.ts';
import { type Damage, damageOf } from './fault-checks.ts';
import { endFaultCluster, pagesOf, startFaultCluster, untilWell } from './fault-cluster.ts';
import { FAULTS, type Fault } from './fault-kinds.ts';
import { FaultLoad, type Outcome } from './fault-load.ts';
import { generator } from './random.ts';
import type { Bench, BenchOptions, Row } from './report.ts';

/** What a round gave. */
interface Round extends Damage {
  outcomes: readonly Outcome[];
  /** When it was broken; milliseconds of `performance.now()`. */
  brokenAt: number;
  healedAt: number;
  wellAt: number;
}

const CALM_MS = 2_000;
const CHANCE_MS = 2_000;
const HOLD_MS = 5_000;
const AFTER_MS = 2_000;
const SLOW_MS = 1_000;
const SAID = 6;

interface Trial {
  cluster: LocalCluster;
  rate: number;
  writers: number;
  pauseMs: number;
  random(): number;
}

async function playRound({ cluster, ...asked }: Trial, fault: Fault, name: string): Promise<Round> {
  await fault.prepare?.(cluster);
  await untilWell(cluster);
  const origin = cluster.place.url;
  const paths = await pagesOf(origin);
  if (fault.isReadBefore) for (const path of [...paths, ...paths, ...paths, ...paths]) await fetch(origin + path);
  const load = new FaultLoad({ origin, paths, name, ...asked });
  load.start();
  if (!fault.isReadBefore) load.startWriting();
  try {
    await pause(CALM_MS + asked.random() * CHANCE_MS);
    const brokenAt = performance.now();
    await fault.break(cluster);
    if (fault.isReadBefore) load.startWriting();
    await pause(fault.holdMs ?? HOLD_MS);
    const healedAt = performance.now();
    await fault.heal(cluster);
    await untilWell(cluster);
    const wellAt = performance.now();
    await pause(AFTER_MS);
    await load.stop();
    const writes = load.outcomes.filter(({ kind }) => kind === 'write');
    const damage = await damageOf(cluster, name, writes);
    return { ...damage, outcomes: load.outcomes, brokenAt, healedAt, wellAt };
  } finally {
    await load.stop();
  }
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Seconds from the fault until the last request had its answer that failed or was slow. */
function unrest({ outcomes, brokenAt }: Round): number {
  const bad = outcomes.filter((one) => one.at + one.ms > brokenAt && (isFailed(one) || one.ms > SLOW_MS));
  return bad.reduce((last, one) => Math.max(last, one.at + one.ms - brokenAt), 0) / 1_000;
}

const isFailed = ({ status }: Outcome): boolean => status === 0 || status >= 400;

function rowOf({ name }: Fault, rounds: readonly Round[]): Row {
  const all = rounds.flatMap(({ outcomes }) => outcomes);
  const reads = all.filter(({ kind }) => kind === 'page' || kind === 'search');
  const writes = all.filter(({ kind }) => kind === 'write');
  const during = rounds
    .flatMap(({ outcomes, brokenAt, wellAt }) =>
      outcomes.filter((one) => (one.kind === 'page' || one.kind === 'search') && one.at > brokenAt && one.at < wellAt),
    )
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b);
  const sum = (of: (round: Round) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  const most = (of: (round: Round) => number): number => rounds.reduce((top, round) => Math.max(top, of(round)), 0);
  return {
    fault: name,
    rounds: rounds.length,
    reads: reads.length,
    'failed reads': reads.filter(isFailed).length,
    'of cached': reads.filter((one) => one.kind === 'page' && isFailed(one)).length,
    writes: writes.filter(({ status }) => status === 201).length,
    'stale reads': all.filter(({ kind, status }) => kind === 'reread' && status === 404).length,
    refused: writes.filter(isFailed).length,
    'lost writes': sum(({ lostWrites }) => lostWrites),
    'lost jobs': sum(({ lostJobs }) => lostJobs),
    'jobs twice': sum(({ doubledJobs }) => doubledJobs),
    'jobs again': sum(({ repeatedJobs }) => repeatedJobs),
    'read p50 ms': at(during, 0.5),
    'read p99 ms': at(during, 0.99),
    'longest write ms': Math.max(0, ...writes.map(({ ms }) => ms)),
    'normal after s': most(unrest),
    'healed in s': most(({ healedAt, wellAt }) => (wellAt - healedAt) / 1_000),
  };
}

/** The commonest words of what failed and when, so that a run tells what there is to put right. */
function sayWhatFailed(rounds: readonly Round[]): void {
  const counts = new Map<string, { count: number; from: number; until: number }>();
  for (const { outcomes, brokenAt } of rounds)
    for (const one of outcomes.filter(isFailed)) {
      const words = `${one.kind} ${one.status} ${one.said.replace(/"id":"[^"]*"|\S+-\w+$/g, '')}`;
      const after = (one.at - brokenAt) / 1_000;
      const known = counts.get(words) ?? { count: 0, from: after, until: after };
      const [from, until] = [Math.min(known.from, after), Math.max(known.until, after)];
      counts.set(words, { count: known.count + 1, from, until });
    }
  const common = [...counts].toSorted(([, a], [, b]) => b.count - a.count).slice(0, SAID);
  for (const [words, { count, from, until }] of common)
    process.stdout.write(`    ${count} × ${from.toFixed(1)} to ${until.toFixed(1)} s: ${words.slice(0, 400)}\n`);
}

function chosen(only: string | undefined): readonly Fault[] {
  if (!only) return FAULTS;
  const names = only.split(',');
  const unknown = names.filter((name) => !FAULTS.some((fault) => fault.name === name));
  if (unknown.length > 0)
    throw new Error(
      `There is no fault ${unknown.join(', ')}. There are: ${FAULTS.map(({ name }) => name).join(', ')}.`,
    );
  return FAULTS.filter(({ name }) => names.includes(name));
}

async function playAll(trial: Trial, faults: readonly Fault[], count: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [index, fault] of faults.entries()) {
    const missing = fault.missing?.();
    if (missing) {
      rows.push({ fault: `${fault.name}: not made, ${missing}` });
      continue;
    }
    const rounds: Round[] = [];
    for (let number = 0; number < count; number++) {
      try {
        rounds.push(await playRound(trial, fault, `f${index}-r${number}`));
      } catch (error) {
        // What cannot be healed is told, and the next begins with a new one.
        process.stdout.write(`    ${fault.name} was not healed: ${error instanceof Error ? error.message : error}\n`);
        rows.push({ fault: `${fault.name}: not healed in round ${number + 1}` });
        await endFaultCluster(trial.cluster);
        trial.cluster = await startFaultCluster();
      }
    }
    if (rounds.length > 0) rows.push(rowOf(fault, rounds));
    process.stdout.write(`  ${JSON.stringify(rows.at(-1))}\n`);
    sayWhatFailed(rounds);
  }
  return rows;
}

async function run({ quick, keep, given = {} }: BenchOptions): Promise<Row[]> {
  const missing = clusterMissing();
  if (missing) return [{ fault: missing }];
  const faults = chosen(given['only']);
  const seed = Number(given['seed'] ?? Math.floor(Math.random() * 2 ** 31));
  const rate = Number(given['rate'] ?? (quick ? 40 : 200));
  const writers = Number(given['writers'] ?? 10);
  const pauseMs = Number(given['pause'] ?? (quick ? 2_000 : 1_000));
  const count = Number(given['rounds'] ?? (quick ? 1 : 3));
  process.stdout.write(`  seed ${seed}, ${rate} reads/s, ${writers} writers, ${count} rounds of each fault\n`);
  const cluster = await startFaultCluster();
  process.stdout.write(`  ${cluster.folder}\n`);
  const trial: Trial = { cluster, rate, writers, pauseMs, random: generator(seed) };
  try {
    return await playAll(trial, faults, count);
  } finally {
    if (!keep) await endFaultCluster(trial.cluster);
  }
}

/** See {@link Bench}. */
export const faultsBench: Bench = {
  title: 'Faults of a cluster under load, through nginx: 3 Galera nodes, 3 Redis, 2 web processes, 1 worker',
  run,
};
