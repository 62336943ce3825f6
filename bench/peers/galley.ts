// Galley with each of its stores, once for each way to answer.
import { noRedis, startRedis } from '../../test/support/redis.ts';
import { compressed, type Mode, postOf, type Server, startGalley } from '../server.ts';
import { type BenchSite, type BenchStore, benchSite } from '../sites.ts';
import type { Entrant } from './page.ts';
import type { Started } from './started.ts';

/** How many posts there are. */
export const ENTRIES = 1000;

/** Galley in one place of work: its servers and what works for them. */
export interface Galley {
  name: string;
  servers: Record<Mode, Server>;
  helpers: number[];
  cookie: string;
  /** Path of a post. */
  single: string;
  /** Entity tag of the cached home page. */
  etag: string;
}

async function galleyOn(name: string, site: BenchSite, helpers: number[], started: Started): Promise<Galley> {
  const serve = async (mode: Mode): Promise<Server> => started.add(await startGalley(site, mode));
  const servers = { cached: await serve('cached'), uncached: await serve('uncached'), cold: await serve('cold') };
  const { headers } = await compressed(`${servers.cached.origin}/`);
  return {
    name,
    servers,
    helpers,
    cookie: await servers.uncached.cookie(),
    single: await postOf(servers.uncached.origin),
    etag: headers.etag ?? '',
  };
}

/** One of its ways to answer a path. */
export function entrant({ name, servers, helpers }: Galley, mode: Mode, path: string, headers = {}): Entrant {
  const { origin, pid } = servers[mode];
  return { name, url: origin + path, headers, pids: [pid, ...helpers] };
}

/** Galley with the embedded store and, where they are installed, on MariaDB with Redis. */
export async function startGalleys(store: BenchStore | undefined, started: Started): Promise<Galley[]> {
  const galleys = [await galleyOn('Galley, embedded store', await benchSite(ENTRIES), [], started)];
  if (!store) return galleys;
  const site = await benchSite(ENTRIES, store);
  const redis = noRedis ? undefined : started.add(await startRedis());
  const helpers = [store.pid, ...(redis ? [redis.pid] : [])];
  const place = redis ? { ...site, redisUrl: redis.url } : site;
  galleys.push(await galleyOn(`Galley, MariaDB${redis ? ' + Redis' : ''}`, place, helpers, started));
  return galleys;
}
