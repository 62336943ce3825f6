// The list of posts in the admin, for somebody who is logged in: a small site and a large one in turns, so that both
// meet the same machine.
import type { Bench, BenchOptions, Row } from './report.ts';
import { type Server, startGalley } from './server.ts';
import { type BenchSite, benchSite } from './sites.ts';

const LIST = '/admin/content/post';
const DEEP_PAGES = 20;
const LISTS: Record<string, string> = {
  'all, last changed first': '',
  'all, by title': '?sort=title',
  'all, by date': '?sort=published',
  'what is published': '?status=publish',
};

/** A site with its server and somebody who is logged in. */
export interface Visited {
  site: BenchSite;
  server: Server;
  cookie: string;
}

interface Answer {
  table: { paging: { older: string } };
}

interface Samples {
  ms: number[];
  cpuMs: number;
}

async function read({ server, cookie }: Visited, path: string, accept: string): Promise<Response> {
  const response = await fetch(`${server.origin}${path}`, { headers: { cookie, accept }, redirect: 'manual' });
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return response;
}

/** A place some pages into the list, as somebody comes there. */
async function deepPath(visited: Visited): Promise<string> {
  let path = LIST;
  for (let page = 0; page < DEEP_PAGES; page++) {
    const { table } = (await (await read(visited, path, 'application/json')).json()) as Answer;
    if (!table.paging.older) break;
    path = table.paging.older;
  }
  return path;
}

async function sample(visited: Visited, path: string, times: number): Promise<Samples> {
  const before = await visited.server.cpuMs();
  const ms: number[] = [];
  for (let time = 0; time < times; time++) {
    const from = performance.now();
    await (await read(visited, path, 'text/html')).arrayBuffer();
    ms.push(performance.now() - from);
  }
  return { ms, cpuMs: ((await visited.server.cpuMs()) - before) / times };
}

const at = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)] ?? Number.NaN;

interface Effort {
  rounds: number;
  times: number;
}

/** One list on all sites, in turns. */
async function measureList(
  visited: readonly Visited[],
  list: string,
  paths: readonly string[],
  { rounds, times }: Effort,
): Promise<Row[]> {
  const rounded = visited.map((): Samples[] => []);
  for (let round = -1; round < rounds; round++)
    for (const [index, one] of visited.entries()) {
      const taken = await sample(one, paths[index] ?? LIST, times);
      if (round >= 0) rounded[index]?.push(taken);
    }
  const rows = visited.map(({ site }, index) => {
    const ms = rounded[index]?.flatMap((taken) => taken.ms) ?? [];
    const cpu = at(rounded[index]?.map(({ cpuMs }) => cpuMs) ?? [], 0.5);
    return { list, entries: site.entries, 'p50 ms': at(ms, 0.5), 'p95 ms': at(ms, 0.95), 'CPU ms': cpu };
  });
  const base = rows[0];
  return rows.map((row) => ({
    ...row,
    '× p50': base ? row['p50 ms'] / base['p50 ms'] : 1,
    '× CPU': base ? row['CPU ms'] / base['CPU ms'] : 1,
  }));
}

/** All lists on these sites, the first of which is the measure of the others. */
export async function measureLists(sites: readonly BenchSite[], effort: Effort): Promise<Row[]> {
  const visited: Visited[] = [];
  try {
    for (const site of sites) {
      const server = await startGalley(site, 'cached');
      visited.push({ site, server, cookie: await server.cookie() });
    }
    const rows: Row[] = [];
    for (const [list, query] of Object.entries(LISTS)) {
      const paths = visited.map(() => LIST + query);
      rows.push(...(await measureList(visited, list, paths, effort)));
    }
    const deep: string[] = [];
    for (const one of visited) deep.push(await deepPath(one));
    rows.push(...(await measureList(visited, `all, up to ${DEEP_PAGES} pages on`, deep, effort)));
    return rows;
  } finally {
    await Promise.all(visited.map(({ server }) => server.stop()));
  }
}

/** The lists of the admin on the embedded store. */
export const listsBench: Bench = {
  title: 'Lists of the admin: one connection, the whole page; "×" is beside the small site',
  async run({ quick }: BenchOptions): Promise<Row[]> {
    const [sizes, effort] = quick
      ? [[1000, 5000], { rounds: 2, times: 10 }]
      : [[1000, 100_000], { rounds: 7, times: 20 }];
    const sites: BenchSite[] = [];
    for (const size of sizes) sites.push(await benchSite(size));
    return measureLists(sites, effort);
  },
};
