// Measures what a cached page costs beside a bare Fastify route that sends the same compressed bytes with the same
// headers. Both run in turns within one run; the load comes from wrk where it is installed, else from autocannon.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import type { CachedReply } from '../core/http/page.ts';
import { PageCache } from '../core/http/page-cache.ts';
import { TagClock } from '../core/services/cache-tags.ts';
import { type Figures, load, medians } from './load.ts';
import type { Bench, Row } from './report.ts';

const WAYS = ['bare Fastify route', 'page cache in onRequest', 'page cache before Fastify', 'page cache, 304'] as const;
type Way = (typeof WAYS)[number];

const ORIGIN = 'http://127.0.0.1';
const TAGS = Array.from({ length: 30 }, (_, index) => `entry:${index}`);
const HEADERS: Record<string, string> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; frame-ancestors 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** About 40 KB of HTML that compresses as pages of text do. */
function makeHtml(): string {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed;
  };
  const words = Array.from({ length: 900 }, () =>
    random()
      .toString(36)
      .slice(0, 2 + (random() % 6)),
  );
  const paragraph = (): string =>
    `<p class="text">${Array.from({ length: 60 }, () => words[(random() % 30) * (random() % 30)]).join(' ')}</p>\n`;
  return `<!doctype html><html lang="en"><body>${Array.from({ length: 130 }, paragraph).join('')}</body></html>`;
}

async function makePages(): Promise<PageCache> {
  const clock = new TagClock();
  const log = { info: () => undefined, warn: () => undefined };
  const pages = new PageCache({
    clock,
    log,
    memoryBytes: 64e6,
    defaultTtl: 3600,
    invalidate: async (tags) => clock.invalidate(tags),
  });
  const request = { method: 'GET', origin: ORIGIN, url: '/' };
  await pages.remember(request, {}, async () => ({
    reply: { status: 200, headers: HEADERS, body: makeHtml() },
    tags: TAGS,
  }));
  await pages.settled();
  return pages;
}

function lookUp(
  pages: PageCache,
  request: { method?: string; url?: string; headers: NodeJS.Dict<string | string[]> },
): CachedReply | undefined {
  const { method = '', url = '', headers } = request;
  if (headers['authorization'] !== undefined) return undefined;
  return pages.lookup({
    method,
    url,
    origin: ORIGIN,
    cookie: headers['cookie'] as string | undefined,
    acceptEncoding: headers['accept-encoding'] as string | undefined,
    ifNoneMatch: headers['if-none-match'] as string | undefined,
  });
}

async function makeServer(way: Way): Promise<FastifyInstance> {
  const pages = await makePages();
  if (way === 'bare Fastify route') {
    const app = fastify();
    const body = gzipSync(makeHtml(), { level: 6 });
    const headers = {
      ...HEADERS,
      'content-encoding': 'gzip',
      vary: 'accept-encoding',
      etag: '"0123456789012345678901-gzip"',
      'cache-control': 'public, max-age=0, must-revalidate',
    };
    app.get('/', (_request, reply) => reply.headers(headers).send(body));
    return app;
  }
  if (way === 'page cache in onRequest') {
    const app = fastify();
    app.addHook('onRequest', (request, reply, done) => {
      const hit = lookUp(pages, request.raw);
      if (hit === undefined) return done();
      reply.hijack();
      pages.send(hit, reply.raw);
    });
    app.get('/', () => 'not cached');
    return app;
  }
  const app = fastify({
    serverFactory: (onward) =>
      createServer((request, response) => {
        const hit = lookUp(pages, request);
        if (hit) pages.send(hit, response);
        else onward(request, response);
      }),
  });
  app.get('/', () => 'not cached');
  return app;
}

async function serve(way: Way): Promise<void> {
  const app = await makeServer(way);
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
  process.send?.({ address });
}

interface Target {
  way: Way;
  url: string;
  headers: Record<string, string>;
  cpuMs(): Promise<number>;
  stop(): void;
}

async function start(way: Way): Promise<Target> {
  const child = fork(fileURLToPath(import.meta.url), ['--serve', way], { execArgv: [] });
  const [{ address }] = (await once(child, 'message')) as [{ address: string }];
  const cpuMs = async (): Promise<number> => {
    child.send('cpu');
    const [{ cpu }] = (await once(child, 'message')) as [{ cpu: NodeJS.CpuUsage }];
    return (cpu.user + cpu.system) / 1000;
  };
  const headers: Record<string, string> = { 'accept-encoding': 'gzip, deflate' };
  if (way === 'page cache, 304') {
    const response = await fetch(address, { headers });
    headers['if-none-match'] = response.headers.get('etag') ?? '';
  }
  return { way, url: `${address}/`, headers, cpuMs, stop: () => void child.kill() };
}

async function measure(target: Target, seconds: number): Promise<Figures> {
  const before = await target.cpuMs();
  const figures = await load(target.url, target.headers, seconds);
  return { ...figures, cpuMsPerRequest: ((await target.cpuMs()) - before) / figures.requests };
}

/** Runs all ways in turns and returns the medians. */
async function measureAll(seconds: number, rounds: number): Promise<Map<Way, Figures>> {
  const targets = await Promise.all(WAYS.map(start));
  try {
    for (const target of targets) await measure(target, 1);
    const figures = new Map<Way, Figures[]>(WAYS.map((way) => [way, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const target of targets) figures.get(target.way)?.push(await measure(target, seconds));
    }
    return new Map([...figures].map(([way, list]) => [way, medians(list)]));
  } finally {
    for (const target of targets) target.stop();
  }
}

/** The page cache. */
export const pageCacheBench: Bench = {
  title: 'Page cache: one page of 40 KB, compressed beforehand, 32 connections',
  async run({ quick }): Promise<Row[]> {
    const figures = quick ? await measureAll(1, 1) : await measureAll(4, 3);
    const bare = figures.get(WAYS[0])?.requestsPerSecond ?? Number.NaN;
    return [...figures].map(([way, { requestsPerSecond, p50Ms, p99Ms, cpuMsPerRequest }]) => ({
      way,
      'requests/s': requestsPerSecond,
      'p50 ms': p50Ms,
      'p99 ms': p99Ms,
      'CPU ms': cpuMsPerRequest,
      '× bare': requestsPerSecond / bare,
    }));
  },
};

const [, , first, second] = process.argv;
if (first === '--serve') await serve(second as Way);
