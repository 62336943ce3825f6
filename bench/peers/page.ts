// One page by all who answer it.
import { type Figures, load, medians } from '../load.ts';
import { cpuMsOf } from '../processor.ts';
import type { Row } from '../report.ts';

const ENCODING = { 'accept-encoding': 'gzip, deflate' };

/** One who answers a page. */
export interface Entrant {
  name: string;
  url: string;
  headers?: Record<string, string>;
  /** All processes that work for it, but for their children, which count by themselves. */
  pids: readonly number[];
}

/** A page and who answers it. */
export interface Page {
  page: string;
  entrants: Entrant[];
}

/** How large the answer is before it is compressed. */
async function kilobytesOf({ url, headers = {} }: Entrant): Promise<number> {
  return (await (await fetch(url, { headers })).arrayBuffer()).byteLength / 1000;
}

async function measure({ url, headers, pids }: Entrant, seconds: number): Promise<Figures> {
  const before = cpuMsOf(pids);
  const figures = await load(url, { ...ENCODING, ...headers }, seconds);
  return {
    ...figures,
    cpuMsPerRequest: figures.requests > 0 ? (cpuMsOf(pids) - before) / figures.requests : Number.NaN,
  };
}

/** Each page by all who answer it, in turns. */
export async function compare({ page, entrants }: Page, seconds: number, rounds: number): Promise<Row[]> {
  const figures = new Map(entrants.map((each) => [each, [] as Figures[]]));
  for (const each of entrants) await measure(each, seconds); // To warm it.
  for (let round = 0; round < rounds; round++)
    for (const [each, samples] of figures) samples.push(await measure(each, seconds));
  const rows = [...figures].map(async ([each, samples]): Promise<Row> => {
    const { requestsPerSecond, p50Ms, p99Ms, cpuMsPerRequest } = medians(samples);
    return {
      page,
      server: each.name,
      KB: await kilobytesOf(each),
      'requests/s': requestsPerSecond,
      'p50 ms': p50Ms,
      'p99 ms': p99Ms,
      'CPU ms': cpuMsPerRequest,
    };
  });
  return Promise.all(rows);
}
