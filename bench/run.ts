// `npm run bench`: everything side by side in one run, as tables and as bench/results/*.json.
import { parseArgs } from 'node:util';
import { type Bench, report } from './report.ts';

const BENCHES: Record<string, () => Promise<Bench>> = {
  hooks: async () => (await import('./hooks.ts')).hooksBench,
  contained: async () => (await import('./contained.ts')).containedBench,
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

const HELP = `npm run bench -- [--quick] [--only=NAME,NAME]

  --quick  only looks whether it works
  --only   a part: ${Object.keys(BENCHES).join(', ')}
`;

function readOptions(): { quick: boolean; only?: string; help: boolean } {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ options: { quick: flag, help: flag, only: { type: 'string' } } }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

const values = readOptions();
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const wanted = values.only?.split(',') ?? Object.keys(BENCHES);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.\n`);
  process.exit(2);
}
for (const name of wanted) {
  const bench = await BENCHES[name]?.();
  const options = { quick: values.quick };
  if (bench) report(name, bench, await bench.run(options), options);
}
// Servers of the benches are children that end with this process.
process.exit(0);
