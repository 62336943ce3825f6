// A process of a site that publishes edits when it is told to, for bench/coherence.ts.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { boot } from '../core/boot.ts';
import { type EntryDraft, loadPermalinks, type Site, SYSTEM } from '../core/index.ts';
import { ROOT } from './sites.ts';

/** Where the site stands that all nodes share. */
export interface SharedSite {
  contentDir: string;
  url: string;
  redisUrl: string;
}

/** A process that serves the site. */
export interface CoherenceNode {
  origin: string;
  /** Publishes a new post, or a new title of one. @returns its id and address, once it is acknowledged */
  publish(title: string, id?: number): Promise<{ id: number; path: string }>;
  stop(): Promise<void>;
}

interface Order {
  number: number;
  title: string;
  id?: number;
}

async function publish(site: Site, { title, id }: Order): Promise<{ id: number; path: string }> {
  const draft: EntryDraft = { type: 'post', status: 'publish', title, ...(id === undefined ? {} : { id }) };
  const entry = await site.entries.save(draft, { viewer: SYSTEM });
  return { id: entry.id, path: (await loadPermalinks(site)).entry(entry) };
}

async function serve({ contentDir, url, redisUrl }: SharedSite): Promise<void> {
  const { site } = await boot({
    root: ROOT,
    env: { GALLEY_ENV: 'test' },
    overrides: {
      content: { dir: contentDir },
      database: { url },
      redis: { url: redisUrl },
      http: { maxLagMs: 0, rateLimit: 0 },
      log: { level: 'error' },
    },
  });
  const origin = await site.http.listen();
  process.on('message', (order: Order) => {
    if (order.number === undefined) return;
    void publish(site, order).then(
      (done) => process.send?.({ number: order.number, done }),
      (error: unknown) => process.send?.({ number: order.number, failed: String(error) }),
    );
  });
  process.send?.({ number: 0, done: origin });
}

/** Starts a process; the first on a site makes its tables. */
export async function startNode(site: SharedSite): Promise<CoherenceNode> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), ['--serve'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, PromiseWithResolvers<never>>();
  child.on('message', ({ number, done, failed }: { number?: number; done?: never; failed?: string }) => {
    const one = number === undefined ? undefined : waiting.get(number);
    if (!one || number === undefined) return; // What processes tell their siblings.
    waiting.delete(number);
    if (failed === undefined) one.resolve(done as never);
    else one.reject(new Error(failed));
  });
  const answerTo = <T>(number: number): Promise<T> => {
    const one = Promise.withResolvers<never>();
    waiting.set(number, one);
    return one.promise;
  };
  const started = answerTo<string>(0);
  child.send(site);
  const origin = await started;
  let asked = 0;
  return {
    origin,
    publish(title, id) {
      const number = ++asked;
      const answer = answerTo<{ id: number; path: string }>(number);
      child.send({ number, title, ...(id === undefined ? {} : { id }) });
      return answer;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

if (process.argv[2] === '--serve') {
  const [site] = (await once(process, 'message')) as [SharedSite];
  await serve(site);
}
