// What visitors notice when the processes of a site change: rolling restarts, plugins and kills under load.
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, ServedSite, until } from '../test/support/served-site.ts';
import type { Bench, BenchOptions, Row } from './report.ts';

const CLIENTS = 8;
const PAUSE_MS = 20;
const PATHS = ['/', '/about/', '/feed/', '/?s=page'];
const WEB = 2;
const WHO = `site.routes.get('/health/process', { public: true }, () => text(String(process.pid)));`;

interface Answers {
  milliseconds: number[];
  /** Requests that got no good answer at first, and those that got none at the second try either. */
  failed: number;
  lost: number;
}

/** Whether an address answers with 200. */
function ask(url: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: 10_000 }, (reply) => {
      reply.resume();
      reply.on('end', () => resolve(reply.statusCode === 200)).on('close', () => resolve(false));
    });
    request.on('timeout', () => request.destroy()).on('close', () => resolve(false));
    request.on('error', () => resolve(false));
  });
}

/** Visitors who come one after the other, each of whom a balancer would try once more. */
export function visitors(origin: string, clients = CLIENTS): () => Promise<Answers> {
  const agent = new Agent({ keepAlive: true });
  const answers: Answers = { milliseconds: [], failed: 0, lost: 0 };
  let isOver = false;
  const visitor = async (turn: number): Promise<void> => {
    for (let count = turn; !isOver; count++) {
      const url = origin + PATHS[count % PATHS.length];
      const from = performance.now();
      if (!(await ask(url, agent))) {
        answers.failed++;
        if (!(await ask(url, agent))) answers.lost++;
      }
      answers.milliseconds.push(performance.now() - from);
      await sleep(PAUSE_MS);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, (_, turn) => visitor(turn)));
  return async () => {
    isOver = true;
    await all;
    agent.destroy();
    return answers;
  };
}

async function allServe(served: ServedSite): Promise<void> {
  await until('all processes serve', async () => {
    const answered = new Set<string>();
    for (let count = 0; count < 3 * WEB; count++) answered.add((await served.get('/health/process')).body);
    return answered.size === WEB && !answered.has('') && childrenOf(served.pid).length === WEB;
  });
}

async function measure(
  event: string,
  served: ServedSite,
  { rounds, cause }: { rounds: number; cause: () => Promise<unknown> },
): Promise<Row> {
  const stop = visitors(served.origin);
  let backMs = 0;
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    await cause();
    await allServe(served);
    backMs = Math.max(backMs, performance.now() - from);
  }
  const { milliseconds, failed, lost } = await stop();
  const sorted = milliseconds.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return {
    event,
    rounds,
    requests: sorted.length,
    'tried twice': failed,
    lost,
    'p50 ms': at(0.5),
    'p99 ms': at(0.99),
    'longest ms': at(1),
    'longest until whole, s': backMs / 1000,
  };
}

async function run({ quick }: BenchOptions): Promise<Row[]> {
  const served = new ServedSite({ GALLEY_LOG_LEVEL: 'warn' });
  served.plugin('trial', WHO);
  served.plugin('late', '');
  await served.galley('plugin', 'activate', 'trial');
  await served.serve(`--workers=${WEB}`, '--role=web');
  const workers = (): number[] => childrenOf(served.pid);
  const anew = (before: number[]): Promise<void> =>
    until('the old ones have ended', () => workers().every((pid) => !before.includes(pid)));
  const [many, few] = quick ? [3, 2] : [50, 20];
  try {
    await allServe(served);
    return [
      await measure('rolling restart (SIGUSR2)', served, {
        rounds: many,
        cause: async () => {
          const before = workers();
          served.signal('SIGUSR2');
          await anew(before);
        },
      }),
      await measure('plugin switched on or off', served, {
        rounds: quick ? 2 : 10,
        cause: async () => {
          const before = workers();
          const isOn = (await served.galley('plugin', 'is-active', 'late')).code === 0;
          await served.galley('plugin', isOn ? 'deactivate' : 'activate', 'late');
          await anew(before);
        },
      }),
      await measure('a process killed (kill -9)', served, {
        rounds: few,
        cause: async () => {
          const [first = 0] = workers();
          process.kill(first, 'SIGKILL');
          await until('it is gone', () => !workers().includes(first));
          // A fall now and then, as they come: too many in a minute lead to safe mode.
          await sleep(quick ? 0 : 15_000);
        },
      }),
    ];
  } finally {
    await served.remove();
  }
}

/** See {@link Bench}. */
export const processesBench: Bench = {
  title: `What ${CLIENTS} visitors notice while ${WEB} web processes change (SQLite, default plugins)`,
  run,
};
