// Works that are measured in turns, in one process.
import { cpuMsOf } from './processor.ts';
import type { Row } from './report.ts';

const WARM_UP = 200;
/** Runs of each, before it is another's turn. */
const A_TURN = 20;

type Times = readonly [p50: number, p95: number, p99: number];

/** Something that is measured, and what it took. */
export interface Measured {
  work: () => Promise<unknown>;
  /** The plugin host that works with this process. */
  pid?: number | undefined;
  spent: number[];
  cpuMs: number;
}

/** Work that is to be measured, with the process that does part of it. */
export const measured = (work: Measured['work'], pid?: number): Measured => ({ work, pid, spent: [], cpuMs: 0 });

/** CPU that work costs this process and a plugin host together, in milliseconds. It holds on a busy machine too. */
async function cpuMs(pid: number | undefined, work: () => Promise<unknown>): Promise<number> {
  const host = (): number => (pid === undefined ? 0 : cpuMsOf([pid]));
  const before = host();
  const own = process.cpuUsage();
  await work();
  // Its own first: to ask for the host's costs something too.
  const { user, system } = process.cpuUsage(own);
  return (user + system) / 1000 + host() - before;
}

/** Runs them in turns, so that what else the machine does meets them all. */
export async function inTurns(runs: number, all: readonly Measured[]): Promise<void> {
  for (const { work } of all) for (let run = 0; run < WARM_UP; run++) await work();
  for (let turn = 0; turn < runs; turn += A_TURN) {
    for (const item of all) {
      item.cpuMs += await cpuMs(item.pid, async () => {
        for (let run = 0; run < A_TURN; run++) {
          const from = performance.now();
          await item.work();
          item.spent.push(performance.now() - from);
        }
      });
    }
  }
}

function timesOf({ spent }: Measured): Times {
  const sorted = spent.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return [at(0.5), at(0.95), at(0.99)];
}

/** As part of a row. */
export function figures(item: Measured): Row {
  const [p50, p95, p99] = timesOf(item);
  return { 'p50 ms': p50, 'p95 ms': p95, 'p99 ms': p99, 'CPU ms': item.cpuMs / item.spent.length };
}

/** By how many milliseconds the one is slower. */
export const moreAtP95 = (item: Measured, than: Measured): number => timesOf(item)[1] - timesOf(than)[1];
