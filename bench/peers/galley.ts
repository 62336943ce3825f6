// Galley with each of its stores, once for each way to answer.
import { noRedis, startRedis } from '../../test/support/redis.ts';
import { compressed, type Mode, type Server, startGalley } from '../server.ts';
import { type BenchSite, type BenchStore, benchSite } from '../sites.ts';
import type { Entrant } from './page.ts';
import type { Started } from './processes.ts';

const ENTRIES = 1000;

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

async function singleOf(origin: string): Promise<string> {
  const list = await (await fetch(`${origin}/page/2/`)).text();
  const path = /<h2[^>]*>\s*<a [^>]*href="(\/\d{4}\/[^"]+)"/.exec(list)?.[1];
  if (path === undefined) throw new Error('The list of posts links no post.');
  return path;
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
    single: await singleOf(servers.uncached.origin),
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
