// slowhttptest: hundreds of clients that send or read very slowly, while somebody browses.
import { setTimeout as sleep } from 'node:timers/promises';
import { startTarget, type TargetSite } from './target-site.ts';
import { runProgram, type Tool, type Trial } from './tool.ts';

const SECONDS = 25;
const CONNECTIONS = '400';
/** A second, as it does by itself; they come all at once. */
const RATE = '50';
const EVERY_MS = 40;
/** Below this nobody notices; the clock of a busy machine makes twice of it by itself. */
const UNNOTICED_MS = 25;

const ATTACKS = [
  { target: 'slow headers', args: ['-H', '-i', '5'], path: '/' },
  { target: 'slow bodies', args: ['-B', '-i', '5', '-s', '8192'], path: '/comments' },
  {
    target: 'slow reading',
    args: ['-X', '-w', '10', '-y', '20', '-n', '5', '-z', '16', '-k', '3'],
    path: '/?s=engine',
  },
];

/** How long a visitor waits for pages from the cache and for such as are made for him, until `isOver`. */
async function browse(site: TargetSite, isOver: () => boolean): Promise<{ times: number[]; failures: number }> {
  const times: number[] = [];
  let failures = 0;
  for (let count = 0; !isOver(); count++) {
    const from = performance.now();
    const { status } = await site.served.get(count % 2 === 0 ? '/' : `/?s=engine${count}`);
    times.push(performance.now() - from);
    if (status !== 200) failures += 1;
    await sleep(EVERY_MS);
  }
  return { times, failures };
}

function p99(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
}

function during(ms: number): () => boolean {
  const end = Date.now() + ms;
  return () => Date.now() > end;
}

async function attack(site: TargetSite, { target, args, path }: (typeof ATTACKS)[number]): Promise<Trial> {
  const before = await browse(site, during((SECONDS * 1000) / 2));
  let isOver = false;
  const more = ['-c', CONNECTIONS, '-r', RATE, '-l', String(SECONDS), '-p', '3', '-u', site.origin + path];
  // Who attacks has machines of his own. Here he shares the processors, where his turning would count as our slowness.
  const politely = ['-n', '19', 'slowhttptest', ...args, ...more];
  const running = runProgram('nice', politely, { timeoutMs: (SECONDS + 60) * 1000 });
  void running.finally(() => {
    isOver = true;
  });
  const [{ out }, meanwhile] = await Promise.all([running, browse(site, () => isOver)]);
  const after = await browse(site, during((SECONDS * 1000) / 2));
  const normal = Math.max(p99(before.times), p99(after.times));
  const found = p99(meanwhile.times);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it writes in colours.
  const said = out.toString().replace(/\u001b\[[\d;]*[A-Za-z]/g, '');
  const last = (word: string): string => [...said.matchAll(new RegExp(`${word}:\\s+(\\w+)`, 'g'))].at(-1)?.[1] ?? '?';
  const findings = [
    ...(found > Math.max(2 * normal, UNNOTICED_MS)
      ? [`p99 of the visitor ${found.toFixed(0)} ms, normally ${normal.toFixed(0)} ms`]
      : []),
    ...(meanwhile.failures > 0 ? [`${meanwhile.failures} of ${meanwhile.times.length} pages failed`] : []),
  ];
  const pages = `${meanwhile.times.length} pages meanwhile, p99 ${found.toFixed(0)} ms, normally ${normal.toFixed(0)} ms`;
  return {
    target,
    tried: `${last('connected')} of ${CONNECTIONS} connections open in the end, ${last('closed')} closed; ${pages}`,
    findings,
  };
}

export const slowhttptest: Tool = {
  name: 'slowhttptest',
  programs: ['slowhttptest'],
  packages: 'slowhttptest',
  covers: 'clients that hold connections by slowness, while a visitor browses: p99 below twice the normal',
  async run({ say }) {
    const site = await startTarget();
    try {
      await browse(site, during(3_000));
      const trials: Trial[] = [];
      for (const one of ATTACKS) {
        say(one.target);
        trials.push(await attack(site, one));
      }
      return trials;
    } finally {
      await site.stop();
    }
  },
};
