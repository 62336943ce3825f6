// Requests a second, latency and CPU time of each public page, for a small site and a large one, on both stores.
import { type Figures, load, loadOnce, medians } from './load.ts';
import type { Bench, BenchOptions, Row } from './report.ts';
import { postOf, type Server, startFastify, startGalley, type Words } from './server.ts';
import { type BenchSite, type BenchStore, benchSite, seedingRow, startStore } from './sites.ts';

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

/** Cached pages in turns with a bare Fastify route that sends the same bytes. */
async function cachedPages(site: BenchSite, { seconds, rounds }: Effort): Promise<Row[]> {
  const galley = await startGalley(site, 'cached');
  const bare = await startFastify(`${galley.origin}/`);
  try {
    const figures: { galley: Figures[]; bare: Figures[] } = { galley: [], bare: [] };
    for (const server of [galley, bare]) await measure(server, '/', 1);
    for (let round = 0; round < rounds; round++) {
      figures.galley.push(await measure(galley, '/', seconds));
      figures.bare.push(await measure(bare, '/', seconds));
    }
    const own = medians(figures.galley);
    const other = medians(figures.bare);
    return [
      {
        ...row(site, 'home, cached', own),
        '× bare': own.requestsPerSecond / other.requestsPerSecond,
        'CPU × bare': own.cpuMsPerRequest / other.cpuMsPerRequest,
      },
      { ...row(site, 'the same bytes by bare Fastify', other), '× bare': 1, 'CPU × bare': 1 },
    ];
  } finally {
    await Promise.all([galley.stop(), bare.stop()]);
  }
}

/** The addresses of pages that are made anew for every request. */
async function addresses(server: Server, site: BenchSite): Promise<Record<string, string>> {
  const list = Math.min(DEEP_PAGE, Math.floor(site.entries / PER_PAGE));
  const category = Math.min(DEEP_PAGE, Math.floor(site.entries / CATEGORIES / PER_PAGE) - 2);
  return {
    home: '/',
    single: await postOf(server.origin),
    [`home, page ${list}`]: `/page/${list}/`,
    'archive, page 1': '/category/news/',
    [`archive, page ${category}`]: `/category/news/page/${category}/`,
    feed: '/feed/',
  };
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

async function madePages(site: BenchSite, { seconds, rounds }: Effort): Promise<Row[]> {
  const server = await startGalley(site, 'uncached');
  try {
    const rows: Row[] = [];
    await warm(server);
    for (const [page, path] of Object.entries(await addresses(server, site))) {
      await measure(server, path, 1);
      const figures: Figures[] = [];
      for (let round = 0; round < rounds; round++) figures.push(await measure(server, path, seconds));
      rows.push(row(site, page, medians(figures)));
    }
    const words = await server.words();
    await measureOnce(server, pairsOf(words.middling.toReversed(), WARM_SEARCHES).map(searchPath));
    for (const [page, paths] of Object.entries(searches(words))) {
      if (paths.length > 0) rows.push(row(site, page, await measureOnce(server, paths)));
    }
    return rows;
  } finally {
    await server.stop();
  }
}

async function coldPages(site: BenchSite, { seconds, rounds }: Effort): Promise<Row[]> {
  const server = await startGalley(site, 'cold');
  try {
    await warm(server);
    const figures: Figures[] = [];
    for (let round = 0; round < rounds; round++) figures.push(await measure(server, '/', seconds));
    return [row(site, 'home, no cache at all', medians(figures))];
  } finally {
    await server.stop();
  }
}

export async function measureSite(entries: number, effort: Effort, store?: BenchStore): Promise<Row[]> {
  const site = await benchSite(entries, store);
  const { 'seed, s': seconds, 'peak MB': peak } = seedingRow(site);
  process.stderr.write(`${site.store}, ${entries} entries: seeded in ${seconds} s with at most ${peak} MB\n`);
  return [...(await cachedPages(site, effort)), ...(await madePages(site, effort)), ...(await coldPages(site, effort))];
}

/** How much dearer each page is on the large site than on the small one. */
function withGrowth(rows: readonly Row[], small: number): Row[] {
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
    'Pages: 32 connections; CPU of server and database together; "× small" is the CPU beside that at 1,000 entries',
  async run({ quick }: BenchOptions): Promise<Row[]> {
    const [sizes, effort] = quick ? [[1000], { seconds: 1, rounds: 1 }] : [[1000, 100_000], { seconds: 4, rounds: 3 }];
    const rows: Row[] = [];
    for (const entries of sizes) rows.push(...(await measureSite(entries, effort)));
    const store = await startStore();
    try {
      if (store) for (const entries of sizes) rows.push(...(await measureSite(entries, effort, store)));
    } finally {
      await store?.stop();
    }
    return withGrowth(rows, 1000);
  },
};
