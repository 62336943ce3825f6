// `npm run bench`: everything side by side in one run, as tables and as bench/results/*.json.
import { parseArgs } from 'node:util';
import { type Bench, type BenchOptions, report } from './report.ts';

const BENCHES: Record<string, () => Promise<Bench>> = {
  hooks: async () => (await import('./hooks.ts')).hooksBench,
  contained: async () => (await import('./contained.ts')).containedBench,
  trusted: async () => (await import('./trusted.ts')).trustedBench,
  blocks: async () => (await import('./blocks.ts')).blocksBench,
  start: async () => (await import('./start.ts')).startBench,
  'page-cache': async () => (await import('./page-cache.ts')).pageCacheBench,
  pages: async () => (await import('./pages.ts')).pagesBench,
  peers: async () => (await import('./peers.ts')).peersBench,
  processes: async () => (await import('./processes.ts')).processesBench,
  coherence: async () => (await import('./coherence.ts')).coherenceBench,
  lists: async () => (await import('./lists.ts')).listsBench,
  import: async () => (await import('./import.ts')).importBench,
  galera: async () => (await import('./galera.ts')).galeraBench,
  editor: async () => (await import('./editor.ts')).editorBench,
  lighthouse: async () => (await import('./lighthouse.ts')).lighthouseBench,
};
/** Those that take so long that they run only when they are named. */
const LONG: typeof BENCHES = {
  'plugin-kills': async () => (await import('./plugin-kills.ts')).pluginKillsBench,
  hostile: async () => (await import('./hostile.ts')).hostileBench,
  faults: async () => (await import('./faults.ts')).faultsBench,
  soak: async () => (await import('./soak.ts')).soakBench,
  growth: async () => (await import('./growth.ts')).growthBench,
};
const ALL = { ...BENCHES, ...LONG };

const HELP = `npm run bench -- [--quick] [--only=NAME,NAME]
npm run bench -- NAME [--quick] [options of its own]

  --quick  only looks whether it works
  --only   a part: ${Object.keys(BENCHES).join(', ')}

Long ones, by name only:
  plugin-kills   --rounds=100 --only=STEP,STEP --minutes=600 --seed=NUMBER
  hostile
  faults   --rounds=3 --only=FAULT,FAULT --rate=200 --writers=10 --pause=MS --seed=NUMBER
  soak     --minutes=20 --rate=300 --writers=10 --pause=MS
  growth   (seeds a million entries once for each store: an hour, and 25 GB)
`;

interface Command {
  names: readonly string[];
  options: BenchOptions;
  help: boolean;
}

function readCommand(): Command {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const own = { only: text, rounds: text, rate: text, writers: text, pause: text, seed: text, minutes: text };
  try {
    const { values, positionals } = parseArgs({
      options: { quick: flag, help: flag, keep: flag, ...own },
      allowPositionals: true,
    });
    const { quick, help, keep, ...given } = values;
    const names = positionals.length > 0 ? positionals : (given.only?.split(',') ?? Object.keys(BENCHES));
    return { names, options: { quick, keep, given }, help };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

const { names, options, help } = readCommand();
if (help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const unknown = names.filter((name) => !(name in ALL));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(ALL).join(', ')}.\n`);
  process.exit(2);
}
for (const name of names) {
  const bench = await ALL[name]?.();
  if (bench) report(name, bench, await bench.run(options), { ...options, isLong: name in LONG });
}
// Servers of the benches are children that end with this process.
process.exit(0);
