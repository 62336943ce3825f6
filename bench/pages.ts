// Requests a second, latency and CPU time of each public page, for a small site and a large one, on both stores.
import { type Figures, load, loadOnce, medians } from './load.ts';
import type { Bench, BenchOptions, Row } from './report.ts';
import { postOf, type Server, startFastify, startGalley, type Words } from './server.ts';
import { type BenchSite, type BenchStore, benchSite, onEachStore, seedingRow } from './sites.ts';

const HEADERS = { 'accept-encoding': 'gzip, deflate' };
const PER_PAGE = 10;
const CATEGORIES = 8;
const DEEP_PAGE = 1000;
const SEARCHES = 60;
/** Searches that warm a server, each for other words than those that are measured. */
const WARM_SEARCHES = 240;
/** A server that has answered so many is warm: its functions are compiled. A slow machine gives up after some rounds. */
const WARM_REQUESTS = 1500;
const WARM_ROUNDS = 10;

interface Effort {
  seconds: number;
  rounds: number;
}

async function measure(server: Server, path: string, seconds: number): Promise<Figures> {
  const before = await server.cpuMs();
  const figures = await load(`${server.origin}${path}`, HEADERS, seconds);
  // Where nothing was answered in time, there is no figure.
  const cpuMsPerRequest = figures.requests > 0 ? ((await server.cpuMs()) - before) / figures.requests : Number.NaN;
  return { ...figures, cpuMsPerRequest };
}

async function measureOnce(server: Server, paths: readonly string[]): Promise<Figures> {
  const before = await server.cpuMs();
  const figures = await loadOnce(paths.map((path) => `${server.origin}${path}`));
  return { ...figures, cpuMsPerRequest: ((await server.cpuMs()) - before) / figures.requests };
}

/** Asks until the server is warm: a process lives for days, and its first second would be all that is measured. */
async function warm(server: Server): Promise<void> {
  let requests = 0;
  for (let round = 0; round < WARM_ROUNDS && requests < WARM_REQUESTS; round++)
    requests += (await measure(server, '/', 2)).requests;
}

function row(site: BenchSite, page: string, figures: Figures): Row {
  return {
    store: site.store,
    entries: site.entries,
    page,
    'requests/s': figures.requestsPerSecond,
    'p50 ms': figures.p50Ms,
    'p99 ms': figures.p99Ms,
    'CPU ms': figures.cpuMsPerRequest,
  };
}

/** A site and what serves it. */
interface Served {
  site: BenchSite;
  server: Server;
}

/** Serves the sites as long as `work` takes. */
async function serving(
  sites: readonly BenchSite[],
  mode: Parameters<typeof startGalley>[1],
  work: (served: readonly Served[]) => Promise<Row[]>,
): Promise<Row[]> {
  const served: Served[] = [];
  try {
    for (const site of sites) served.push({ site, server: await startGalley(site, mode) });
    return await work(served);
  } finally {
    await Promise.all(served.map(({ server }) => server.stop()));
  }
}

/** The medians of each, measured in turns: what the machine does meanwhile meets all of them. */
async function inTurns(
  entrants: readonly { server: Server; path: string }[],
  { seconds, rounds }: Effort,
): Promise<Figures[]> {
  for (const { server, path } of entrants) await measure(server, path, 1);
  const taken = entrants.map((): Figures[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, { server, path }] of entrants.entries())
      taken[index]?.push(await measure(server, path, seconds));
  return taken.map((figures) => medians(figures));
}

/** Cached pages in turns with a bare Fastify route that sends the same bytes. */
async function cachedPages(served: readonly Served[], effort: Effort): Promise<Row[]> {
  const bare: Server[] = [];
  try {
    for (const { server } of served) bare.push(await startFastify(`${server.origin}/`));
    const servers = served.flatMap(({ server }, index) => [server, bare[index] as Server]);
    const figures = await inTurns(
      servers.map((server) => ({ server, path: '/' })),
      effort,
    );
    return served.flatMap(({ site }, index) => {
      const [own, other] = figures.slice(index * 2) as [Figures, Figures];
      const ratios = {
        '× bare': own.requestsPerSecond / other.requestsPerSecond,
        'CPU × bare': own.cpuMsPerRequest / other.cpuMsPerRequest,
      };
      return [
        { ...row(site, 'home, cached', own), ...ratios },
        { ...row(site, 'the same bytes by bare Fastify', other), '× bare': 1, 'CPU × bare': 1 },
      ];
    });
  } finally {
    await Promise.all(bare.map((server) => server.stop()));
  }
}

/** The addresses of pages that are made anew for every request. */
async function addresses({ server, site }: Served): Promise<[page: string, path: string][]> {
  const list = Math.min(DEEP_PAGE, Math.floor(site.entries / PER_PAGE));
  const category = Math.min(DEEP_PAGE, Math.floor(site.entries / CATEGORIES / PER_PAGE) - 2);
  return [
    ['home', '/'],
    ['single', await postOf(server.origin)],
    [`home, page ${list}`, `/page/${list}/`],
    ['archive, page 1', '/category/news/'],
    [`archive, page ${category}`, `/category/news/page/${category}/`],
    ['feed', '/feed/'],
  ];
}

function pairsOf(words: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const second = words[(index * 7 + 3) % words.length] ?? '';
    return `${words[index % words.length]} ${second}`;
  });
}

const searchPath = (query: string): string => `/?s=${encodeURIComponent(query)}`;

/** Searches, each for other words, so that none is answered from a cache. */
function searches({ rare, middling, common }: Words): Record<string, string[]> {
  return {
    'search, a rare word': rare.slice(0, SEARCHES).map(searchPath),
    'search, two words': pairsOf(middling, SEARCHES).map(searchPath),
    'search, a common word': common.slice(0, SEARCHES).map(searchPath),
  };
}

async function madePages(served: readonly Served[], effort: Effort): Promise<Row[]> {
  for (const { server } of served) await warm(server);
  const pages = await Promise.all(served.map(addresses));
  const rows: Row[] = [];
  for (const place of pages[0]?.keys() ?? []) {
    const entrants = served.map(({ server }, index) => ({ server, path: pages[index]?.[place]?.[1] ?? '/' }));
    const figures = await inTurns(entrants, effort);
    for (const [index, { site }] of served.entries())
      rows.push(row(site, pages[index]?.[place]?.[0] ?? '', figures[index] as Figures));
  }
  for (const one of served) rows.push(...(await searchPages(one)));
  return rows;
}

async function searchPages({ server, site }: Served): Promise<Row[]> {
  const words = await server.words();
  await measureOnce(server, pairsOf(words.middling.toReversed(), WARM_SEARCHES).map(searchPath));
  const rows: Row[] = [];
  for (const [page, paths] of Object.entries(searches(words))) {
    if (paths.length > 0) rows.push(row(site, page, await measureOnce(server, paths)));
  }
  return rows;
}

async function coldPages(served: readonly Served[], effort: Effort): Promise<Row[]> {
  for (const { server } of served) await warm(server);
  const figures = await inTurns(
    served.map(({ server }) => ({ server, path: '/' })),
    effort,
  );
  return served.map(({ site }, index) => row(site, 'home, no cache at all', figures[index] as Figures));
}

/** All pages of sites that differ in size only, in turns. */
export async function measureSites(sizes: readonly number[], effort: Effort, store?: BenchStore): Promise<Row[]> {
  const sites: BenchSite[] = [];
  for (const entries of sizes) {
    const site = await benchSite(entries, store);
    const { 'seed, s': seconds, 'peak MB': peak } = seedingRow(site);
    process.stderr.write(`${site.store}, ${entries} entries: seeded in ${seconds} s with at most ${peak} MB\n`);
    sites.push(site);
  }
  const rows = [
    ...(await serving(sites, 'cached', (served) => cachedPages(served, effort))),
    ...(await serving(sites, 'uncached', (served) => madePages(served, effort))),
    ...(await serving(sites, 'cold', (served) => coldPages(served, effort))),
  ];
  return rows.toSorted((a, b) => Number(a['entries']) - Number(b['entries']));
}

/** How much dearer each page is on the large site than on the small one, which has so many entries. */
export function withGrowth(rows: readonly Row[], small: number): Row[] {
  const kind = (page: unknown): string => String(page).replace(/(page) \d{2,}$/, '$1 n');
  return rows.map((item) => {
    const base = rows.find(
      (other) =>
        other['entries'] === small && other['store'] === item['store'] && kind(other['page']) === kind(item['page']),
    );
    const isLarge = item['entries'] !== small && base !== undefined;
    return { ...item, '× small': isLarge ? Number(item['CPU ms']) / Number(base['CPU ms']) : '' };
  });
}

/** The public pages. */
export const pagesBench: Bench = {
  title:
    'Pages: 32 connections; CPU of server and database together; "× small" is the CPU beside that at 1,000 entries, in turns',
  async run({ quick }: BenchOptions): Promise<Row[]> {
    const [sizes, effort] = quick ? [[1000], { seconds: 1, rounds: 1 }] : [[1000, 100_000], { seconds: 4, rounds: 3 }];
    return withGrowth(await onEachStore((store) => measureSites(sizes, effort, store)), 1000);
  },
};
