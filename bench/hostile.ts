// What visitors notice while a contained plugin means harm: each exhibit of the museum in turn, beside the same site at rest.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENGINE_EXHIBITS, KERNEL_EXHIBITS } from '../test/hostile/exhibits.ts';
import { writePlugins } from '../test/support/contained-plugins.ts';
import { ServedSite } from '../test/support/served-site.ts';
import { visitors } from './processes.ts';
import type { Bench, BenchOptions, Row } from './report.ts';

const PAUSE_MS = 50;

/** Visits while something else goes on, for so long. */
async function visit(served: ServedSite, ms: number, meanwhile: (isOver: () => boolean) => Promise<void>) {
  const stop = visitors(served.origin);
  const end = Date.now() + ms;
  await Promise.all([meanwhile(() => Date.now() >= end), sleep(ms)]);
  const { milliseconds, failed, lost } = await stop();
  const sorted = milliseconds.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { requests: sorted.length, failed, lost, p50: at(0.5), p99: at(0.99), longest: at(1) };
}

/** Asks the plugin again and again, as long as it may run. */
async function provoke(served: ServedSite, name: string, isOver: () => boolean): Promise<number> {
  let asked = 0;
  for (; !isOver(); asked++) {
    await served.get(`/plugins/${name}/go`);
    await sleep(PAUSE_MS);
  }
  return asked;
}

async function run({ quick }: BenchOptions): Promise<Row[]> {
  const exhibits = [...ENGINE_EXHIBITS, ...KERNEL_EXHIBITS].slice(0, quick ? 3 : undefined);
  const names = exhibits.map(({ plugin }) => plugin.name);
  const ms = quick ? 2_000 : 6_000;
  const served = new ServedSite({ GALLEY_LOG_LEVEL: 'fatal' });
  writePlugins(
    exhibits.map(({ plugin }) => plugin),
    join(served.contentDir, 'plugins'),
  );
  const rows: Row[] = [];
  try {
    await served.galley('plugin', 'activate', ...names);
    await served.serve();
    await visit(served, ms, async () => undefined);
    for (const { plugin, tries } of exhibits) {
      // Before each: the machine's speed changes from minute to minute.
      const calm = await visit(served, ms / 2, async () => undefined);
      let asked = 0;
      const { p50, p99, longest, requests, failed, lost } = await visit(served, ms, async (isOver) => {
        asked = await provoke(served, plugin.name, isOver);
      });
      rows.push({
        tries,
        asked,
        requests,
        'tried twice': failed,
        lost,
        'p50 ms': p50,
        'p99 ms': p99,
        'p99 at rest': calm.p99,
        times: p99 / calm.p99,
        'longest ms': longest,
      });
    }
    return rows;
  } finally {
    await served.remove();
  }
}

/** See {@link Bench}. */
export const hostileBench: Bench = {
  title:
    'What 8 visitors notice while a contained plugin means harm (one process, SQLite; aim: p99 at most twice that at rest)',
  run,
};
