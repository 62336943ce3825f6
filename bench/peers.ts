// The same site by Galley and by others, in turns within one run: what a page costs, all processes counted.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findBinary, freePorts } from '../infra/local/processes.ts';
import { ENTRIES, entrant, type Galley, startGalleys } from './peers/galley.ts';
import { cachingProxy, fileServer, startNginx } from './peers/nginx.ts';
import { compare, type Entrant, type Page } from './peers/page.ts';
import { Started } from './peers/started.ts';
import { startWordpress, type Wordpress, wordpressMissing } from './peers/wordpress.ts';
import type { Bench, BenchOptions, Row } from './report.ts';
import { compressed, type Mode, startFastify } from './server.ts';
import { type BenchSite, benchSite, runGalley, startStore } from './sites.ts';

/** nginx with Galley's page as a file, and nginx that keeps what Galley answers. */
async function nginxEntrants(folder: string, galley: Galley, started: Started): Promise<Entrant[]> {
  if (findBinary('nginx') === undefined) return [];
  const site = join(folder, 'page');
  mkdirSync(site, { recursive: true });
  const { body } = await compressed(`${galley.servers.cached.origin}/`);
  writeFileSync(join(site, 'index.html.gz'), body);
  writeFileSync(join(site, 'index.html'), gunzipSync(body));
  const [file = 0, proxy = 0] = await freePorts(2);
  const conf = join(folder, 'nginx');
  const http = [fileServer(file, site), cachingProxy(proxy, galley.servers.cached.origin, conf)].join('\n');
  const nginx = started.add(await startNginx(conf, file, http)).pid ?? 0;
  const upstream = [galley.servers.cached.pid, ...galley.helpers];
  return [
    { name: 'nginx, the same bytes as a file', url: `http://127.0.0.1:${file}/`, pids: [nginx] },
    { name: 'nginx proxy_cache before Galley', url: `http://127.0.0.1:${proxy}/`, pids: [nginx, ...upstream] },
  ];
}

async function exportOf(site: BenchSite, folder: string): Promise<string> {
  const file = join(folder, 'site.xml');
  await runGalley(site, 'export', `--output=${file}`);
  chmodSync(file, 0o644);
  return file;
}

async function cachedPages(folder: string, galleys: readonly Galley[], started: Started): Promise<Page[]> {
  const [embedded] = galleys;
  if (!embedded) return [];
  const bare = started.add(await startFastify(`${embedded.servers.cached.origin}/`));
  const others = [
    { name: 'bare Fastify, the same bytes', url: `${bare.origin}/`, pids: [bare.pid] },
    ...(await nginxEntrants(folder, embedded, started)),
  ];
  return [
    { page: 'home, cached', entrants: [...galleys.map((galley) => entrant(galley, 'cached', '/')), ...others] },
    {
      page: 'home, unchanged (304)',
      entrants: galleys.map((galley) => entrant(galley, 'cached', '/', { 'if-none-match': galley.etag })),
    },
  ];
}

function madePages(galleys: readonly Galley[], wordpress: Wordpress | undefined): Page[] {
  const by = (mode: Mode, path: string, isLoggedIn = false): Entrant[] =>
    galleys.map((galley) => entrant(galley, mode, path, isLoggedIn ? { cookie: galley.cookie } : {}));
  const singles = galleys.map((galley) => entrant(galley, 'uncached', galley.single));
  const wp = (path: string, isLoggedIn = false): Entrant[] =>
    wordpress
      ? [
          {
            name: `WordPress ${wordpress.version}`,
            url: wordpress.origin + path,
            headers: isLoggedIn ? { cookie: wordpress.cookie } : {},
            pids: wordpress.pids,
          },
        ]
      : [];
  return [
    { page: 'home, no cache at all', entrants: [...by('cold', '/'), ...wp('/')] },
    { page: 'home, object cache warm', entrants: by('uncached', '/') },
    { page: 'single', entrants: [...singles, ...wp(wordpress?.single ?? '')] },
    { page: 'home, logged in', entrants: [...by('uncached', '/', true), ...wp('/', true)] },
    { page: 'feed', entrants: [...by('uncached', '/feed/'), ...wp('/feed/')] },
    {
      page: 'list of posts in the admin',
      entrants: [...by('uncached', '/admin/content/post', true), ...wp('/wp-admin/edit.php', true)],
    },
  ];
}

/** WordPress with its pages kept by nginx, to stand among the cached pages. */
function cachedWordpress(wordpress: Wordpress | undefined): Entrant[] {
  return wordpress
    ? [
        {
          name: `WordPress ${wordpress.version}, cached by nginx`,
          url: `${wordpress.cachedOrigin}/`,
          pids: wordpress.pids,
        },
      ]
    : [];
}

async function run({ quick }: BenchOptions): Promise<Row[]> {
  const [seconds, rounds] = quick ? [1, 1] : [3, 3];
  const folder = mkdtempSync(join(tmpdir(), 'galley-peers-'));
  chmodSync(folder, 0o755);
  const started = new Started();
  try {
    const store = await startStore();
    if (store) started.add(store);
    const galleys = await startGalleys(store, started);
    const missing = wordpressMissing();
    if (missing) process.stderr.write(`${missing}\n`);
    const wordpress =
      store && !missing
        ? await startWordpress(
            join(folder, 'wordpress'),
            store,
            await exportOf(await benchSite(ENTRIES, store), folder),
          )
        : undefined;
    if (wordpress) {
      wordpress.pids.push(store?.pid ?? 0);
      started.add(wordpress);
    }
    const cached = await cachedPages(folder, galleys, started);
    cached[0]?.entrants.push(...cachedWordpress(wordpress));
    const rows: Row[] = [];
    for (const page of [...cached, ...madePages(galleys, wordpress)])
      rows.push(...(await compare(page, seconds, rounds)));
    return rows;
  } finally {
    await started.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** See {@link Bench}. */
export const peersBench: Bench = {
  title: `Galley beside others: ${ENTRIES.toLocaleString('en')} posts, 32 connections, CPU of all processes`,
  chart: { group: 'page', label: 'server', value: 'CPU ms' },
  run,
};
