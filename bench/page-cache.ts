// Measures what a cached page costs beside a bare Fastify route that sends the same compressed bytes with the same
// headers. Both run in turns within one run; the load comes from wrk where it is installed, else from autocannon.
//
//   node bench/page-cache.ts [seconds per run = 4] [rounds = 3]
import { execFile, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import autocannon from 'autocannon';
import fastify, { type FastifyInstance } from 'fastify';
import type { CachedReply } from '../core/http/page.ts';
import { PageCache } from '../core/http/page-cache.ts';
import { TagClock } from '../core/services/cache-tags.ts';

const WAYS = ['bare Fastify route', 'page cache in onRequest', 'page cache before Fastify', 'page cache, 304'] as const;
type Way = (typeof WAYS)[number];

/** What one run gave. */
interface Figures {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  cpuMsPerRequest: number;
}

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

const hasWrk = spawnSync('wrk', ['--version']).error === undefined;
const run = promisify(execFile);

function milliseconds(text: string | undefined): number {
  const [, number = '0', unit] = /([\d.]+)(us|ms|s)/.exec(text ?? '') ?? [];
  return Number(number) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1);
}

interface Load {
  requests: number;
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Thirty-two connections that ask as fast as they are answered. */
async function load(url: string, headers: Record<string, string>, seconds: number): Promise<Load> {
  if (!hasWrk) {
    const { requests, latency } = await autocannon({ url, headers, connections: 32, duration: seconds });
    return { requests: requests.total, requestsPerSecond: requests.average, p50Ms: latency.p50, p99Ms: latency.p99 };
  }
  const lines = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const { stdout } = await run('wrk', ['-t1', '-c32', `-d${seconds}s`, '--latency', ...lines, url]);
  const pick = (pattern: RegExp): string | undefined => pattern.exec(stdout)?.[1];
  if (/Non-2xx|Socket errors/.test(stdout) && headers['if-none-match'] === undefined) throw new Error(stdout);
  return {
    requests: Number(pick(/(\d+) requests in/)),
    requestsPerSecond: Number(pick(/Requests\/sec:\s+([\d.]+)/)),
    p50Ms: milliseconds(pick(/50%\s+(\S+)/)),
    p99Ms: milliseconds(pick(/99%\s+(\S+)/)),
  };
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
  const { requests, ...figures } = await load(target.url, target.headers, seconds);
  return { ...figures, cpuMsPerRequest: ((await target.cpuMs()) - before) / requests };
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function medians(rounds: Figures[]): Figures {
  const of = (name: keyof Figures): number => median(rounds.map((figures) => figures[name]));
  return {
    requestsPerSecond: of('requestsPerSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuMsPerRequest: of('cpuMsPerRequest'),
  };
}

/** Runs all ways in turns and returns the medians. */
export async function benchPageCache(seconds = 4, rounds = 3): Promise<Map<Way, Figures>> {
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

function print(figures: Map<Way, Figures>): void {
  const bare = figures.get(WAYS[0]);
  const body = gzipSync(makeHtml(), { level: 6 }).length;
  process.stdout.write(
    `cached page, ${body} bytes gzip of ${makeHtml().length}, 32 connections, ${hasWrk ? 'wrk' : 'autocannon'}\n`,
  );
  for (const [way, { requestsPerSecond, p50Ms, p99Ms, cpuMsPerRequest }] of figures) {
    const share = bare ? requestsPerSecond / bare.requestsPerSecond : 1;
    const parts = [
      way.padEnd(27),
      `${Math.round(requestsPerSecond)} rps`.padStart(12),
      `p50 ${p50Ms.toFixed(2)} ms`.padStart(14),
      `p99 ${p99Ms.toFixed(2)} ms`.padStart(14),
      `CPU ${cpuMsPerRequest.toFixed(4)} ms`.padStart(16),
      `${share.toFixed(2)} × bare`.padStart(13),
    ];
    process.stdout.write(`${parts.join('  ')}\n`);
  }
}

const [, , first, second] = process.argv;
if (first === '--serve') await serve(second as Way);
else if (process.argv[1] === fileURLToPath(import.meta.url)) {
  print(await benchPageCache(Number(first ?? 4), Number(second ?? 3)));
}
