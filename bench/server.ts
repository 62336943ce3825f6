// A Galley server, or a bare Fastify, in a process of its own, which tells its CPU time and memory.
import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import fastify from 'fastify';
import { boot } from '../core/boot.ts';
import { type Site, SYSTEM } from '../core/index.ts';
import { cpuMsOf } from './processor.ts';
import { type BenchSite, ROOT } from './sites.ts';

/** How pages are answered: from the page cache; made anew with a warm object cache; made anew from the store alone. */
export type Mode = 'cached' | 'uncached' | 'cold';

/** What the server process is to do. */
type Order =
  | { kind: 'galley'; site: Pick<BenchSite, 'contentDir' | 'url' | 'redisUrl'>; mode: Mode }
  | { kind: 'fastify'; headers: Record<string, string>; body: string };

/** Words to search for. */
export interface Words {
  /** In one document of a sample each. */
  rare: string[];
  /** In some. */
  middling: string[];
  /** In nearly all. */
  common: string[];
}

/** A running server. */
export interface Server {
  /** `http://127.0.0.1:1234` */
  origin: string;
  pid: number;
  /** CPU time of the server so far, and of the database server, in milliseconds. */
  cpuMs(): Promise<number>;
  rssMb(): Promise<number>;
  words(): Promise<Words>;
  /** The Cookie header of an administrator who is logged in. */
  cookie(): Promise<string>;
  stop(): Promise<void>;
}

const SAMPLE = 400;

type SearchRow = { title: string; body: string };

async function findWords(rows: readonly SearchRow[]): Promise<Words> {
  const counts = new Map<string, number>();
  for (const { title, body } of rows) {
    for (const word of new Set(`${title} ${body}`.split(' '))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const between = (least: number, most: number): string[] =>
    [...counts].filter(([word, count]) => word.length > 4 && count >= least && count <= most).map(([word]) => word);
  const common = [...counts]
    .filter(([word, count]) => word.length > 1 && count > rows.length / 2)
    .map(([word]) => word);
  return { rare: between(1, 1), middling: between(SAMPLE / 40, SAMPLE / 12), common };
}

/** Somebody who may do everything, made for this run. */
async function logIn({ users, sessions }: Site): Promise<string> {
  const login = `bench-${Date.now()}`;
  const { id } = await users.create({ login, roles: ['administrator'] }, SYSTEM);
  const { token } = await sessions.create(id, { address: '127.0.0.1', agent: 'bench' });
  return `galley=${token}`;
}

/** Galley tells its siblings of changes by the same channel; the bench looks for its own answers. */
const answer = (value: unknown): void => void process.send?.({ bench: value });

async function answerOf<T>(child: ChildProcess): Promise<T> {
  for await (const [message] of on(child, 'message') as AsyncIterable<[{ bench?: T }]>)
    if (message.bench !== undefined) return message.bench;
  throw new Error('The server ended without an answer.');
}

async function serveGalley({
  site: { contentDir, url, redisUrl = '' },
  mode,
}: Extract<Order, { kind: 'galley' }>): Promise<void> {
  // As `bin/galley` does: what is measured is what people run.
  const { boundMemory } = await import(new URL('../bin/bound-memory.js', import.meta.url).href);
  boundMemory();
  const { site } = await boot({
    root: ROOT,
    env: { GALLEY_ENV: 'test' },
    overrides: {
      content: { dir: contentDir },
      database: { url },
      redis: { url: redisUrl },
      cache: { pages: mode === 'cached', ...(mode === 'cold' ? { memoryBytes: 0 } : {}) },
      http: { maxLagMs: 0 }, // Thirty-two connections that never pause are more than a server takes on otherwise.
      log: { level: 'error' },
    },
  });
  const origin = await site.http.listen();
  process.on('message', async (question) => {
    if (question === 'cpu') answer(process.cpuUsage());
    if (question === 'rss') answer(process.memoryUsage.rss());
    if (question === 'cookie') answer(await logIn(site));
    if (question !== 'words') return;
    const rows = await site.database.read<SearchRow>('search_documents').select('title', 'body').limit(SAMPLE);
    answer(await findWords(rows as SearchRow[]));
  });
  answer(origin);
}

async function serveFastify({ headers, body }: Extract<Order, { kind: 'fastify' }>): Promise<void> {
  const app = fastify();
  const bytes = Buffer.from(body, 'base64');
  app.get('/', (_request, reply) => reply.headers(headers).send(bytes));
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  process.on('message', (question) => {
    if (question === 'cpu') answer(process.cpuUsage());
    if (question === 'rss') answer(process.memoryUsage.rss());
  });
  answer(origin);
}

async function start(order: Order, databasePid?: number): Promise<Server> {
  const child = fork(fileURLToPath(import.meta.url), ['--serve'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.send(order);
  const origin = await Promise.race([
    answerOf<string>(child),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The server ended with ${code}.`))),
  ]);
  const ask = async <T>(question: string): Promise<T> => {
    child.send(question);
    return answerOf<T>(child);
  };
  return {
    origin,
    pid: child.pid ?? 0,
    async cpuMs() {
      const { user, system } = await ask<NodeJS.CpuUsage>('cpu');
      return (user + system) / 1000 + (databasePid === undefined ? 0 : cpuMsOf([databasePid]));
    },
    rssMb: async () => (await ask<number>('rss')) / 1024 ** 2,
    words: () => ask<Words>('words'),
    cookie: () => ask<string>('cookie'),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Starts Galley on a site. */
export function startGalley(site: BenchSite, mode: Mode): Promise<Server> {
  const { contentDir, url, redisUrl } = site;
  return start(
    { kind: 'galley', site: { contentDir, url, ...(redisUrl ? { redisUrl } : {}) }, mode },
    site.databasePid,
  );
}

/** Path of a post that the list of posts links. */
export async function postOf(origin: string): Promise<string> {
  const list = await (await fetch(`${origin}/page/2/`)).text();
  const path = /<h2[^>]*>\s*<a [^>]*href="(\/\d{4}\/[^"]+)"/.exec(list)?.[1];
  if (path === undefined) throw new Error('The list of posts links no post.');
  return path;
}

/** The answer of a page cache, once it has compressed it: before that it sends plain text, and the two would not be alike. */
export async function compressed(address: string): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
  for (let round = 0; ; round++) {
    const asked = request(address, { headers: { 'accept-encoding': 'gzip' } });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const { headers } = response;
    if (headers['content-encoding'] === 'gzip') return { headers, body: Buffer.concat(chunks) };
    if (round > 50) throw new Error(`${address} is not compressed.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Starts a bare Fastify route that sends what `address` answers, the same headers and the same compressed bytes. */
export async function startFastify(address: string): Promise<Server> {
  const { headers: given, body } = await compressed(address);
  const own = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding']);
  const headers = Object.fromEntries(Object.entries(given).filter(([name]) => !own.has(name)));
  return start({
    kind: 'fastify',
    headers: headers as Record<string, string>,
    body: body.toString('base64'),
  });
}

if (process.argv[2] === '--serve') {
  const [order] = (await once(process, 'message')) as [Order];
  await (order.kind === 'galley' ? serveGalley(order) : serveFastify(order));
}
