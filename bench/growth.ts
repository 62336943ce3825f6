// A million entries beside ten thousand: public pages and the lists of the admin.
import { measureLists } from './lists.ts';
import { measureSites, withGrowth } from './pages.ts';
import type { Bench, BenchOptions, Row } from './report.ts';
import { type BenchSite, type BenchStore, benchSite, onEachStore } from './sites.ts';

interface Sizes {
  small: number;
  large: number;
}

async function onStore({ small, large }: Sizes, quick: boolean, store?: BenchStore): Promise<Row[]> {
  const effort = quick ? { seconds: 1, rounds: 1 } : { seconds: 4, rounds: 3 };
  const pages = await measureSites([small, large], effort, store);
  const sites: BenchSite[] = [];
  for (const size of [small, large]) sites.push(await benchSite(size, store));
  const lists = await measureLists(sites, quick ? { rounds: 1, times: 5 } : { rounds: 5, times: 20 });
  const inAdmin = lists.map(({ list, ...figures }) => ({ store: sites[0]?.store, page: `admin: ${list}`, ...figures }));
  return withGrowth([...pages, ...inAdmin] as Row[], small);
}

/** See {@link Bench}. */
export const growthBench: Bench = {
  title: 'A million entries beside ten thousand; "× small" is the CPU beside that of the small site, in turns',
  async run({ quick }: BenchOptions): Promise<Row[]> {
    const sizes = quick ? { small: 1000, large: 5000 } : { small: 10_000, large: 1_000_000 };
    return onEachStore((store) => onStore(sizes, quick, store));
  },
};
