// sqlmap over the routes × parameters of the route table, on both stores.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mariadbMissing } from '../../support/mariadb.ts';
import { DoneFile } from './done-file.ts';
import { Door } from './door.ts';
import { type Marked, markedRequests } from './route-requests.ts';
import { type StoreName, startTarget, type TargetSite } from './target-site.ts';
import { runProgram, type Tool, type Trial, type Wish } from './tool.ts';

const ONE_MS = 600_000;
const ABREAST = 2;
/** Its verdict, or an error of the store in a page; what merely "appears to be" so it tries again and mostly takes back. */
const FOUND = /is vulnerable\.|identified the following injection|might be injectable/;

/** As sqlmap reads requests from a file. */
function asText({ method, path, type, body }: Marked, host: string): string {
  const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Accept: application/json'];
  return `${[...head, ...(type ? [`Content-Type: ${type}`] : [])].join('\r\n')}\r\n\r\n${body ?? ''}`;
}

/** What a way into SQL needs: quotation marks, blanks, brackets, signs of comments. */
const NEEDED = [`1'`, `1"`, '1 AND 1=1', '1)', '1;--', `') OR ('a'='a`];
const REFUSALS = new Set([400, 403, 404, 422]);

/** The request with a text in the place of its mark. */
function filled({ path, type, body = '' }: Marked, text: string): { path: string; body: string } {
  const inForm = encodeURIComponent(text).replaceAll("'", '%27');
  const inBody = type === 'application/json' ? JSON.stringify(text).slice(1, -1) : inForm;
  return { path: path.replace('*', inForm), body: body.replace('*', () => inBody) };
}

/** Whether the edge lets nothing through that has one of these, as for numbers and for what is one of a list. */
async function isRefused(request: Marked, door: Door): Promise<boolean> {
  for (const text of NEEDED) {
    const { path, body } = filled(request, text);
    const { method, type } = request;
    const headers = { accept: 'application/json', ...(type && { 'content-type': type }) };
    const ask = () => fetch(door.origin + path, { method, headers, redirect: 'manual', ...(type && { body }) });
    // A connection that is kept may be closed at the very moment it is used again.
    const reply = await ask().catch(ask);
    await reply.arrayBuffer();
    if (!REFUSALS.has(reply.status)) return false;
  }
  return true;
}

/** @returns what was found, and whether it came to its end */
async function tryOne(
  request: Marked,
  store: StoreName,
  door: Door,
  timeoutMs: number,
): Promise<{ found: string[]; isDone: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-sqlmap-'));
  const file = join(folder, 'request.txt');
  writeFileSync(file, asText(request, new URL(door.origin).host));
  const args = ['-r', file, `--output-dir=${folder}`, '--level=3', '--risk=2', '--batch', '--ignore-stdin'];
  const dbms = store === 'MariaDB' ? 'mysql' : 'sqlite';
  // Headers are no parameters of routes; that they change nothing the tests of the page cache show.
  const more = [`--dbms=${dbms}`, '--skip=user-agent,referer,host', '--skip-waf', '--ignore-redirects', '--retries=0'];
  try {
    const { out, isLate } = await runProgram('sqlmap', [...args, ...more, '--disable-coloring', '--timeout=20'], {
      timeoutMs,
    });
    const lines = out.toString().split('\n');
    const found = lines.filter((line) => FOUND.test(line)).map((line) => `${store} ${request.title}: ${line.trim()}`);
    const isDone =
      !isLate && lines.some((line) => /do(es)? not (seem|appear) to be injectable|injection point/.test(line));
    return { found, isDone };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tryAll(site: TargetSite, door: Door, { budgetMs, say, goesOn }: Wish): Promise<Trial> {
  const requests = await markedRequests(site);
  const end = Date.now() + budgetMs;
  const past = new DoneFile(`sqlmap-${site.store}`, goesOn);
  const queue = requests.filter(({ title }) => !past.has(title));
  const work = async (): Promise<void> => {
    for (let request = queue.shift(); request; request = queue.shift()) {
      const left = end - Date.now();
      if (left < 5_000) return void queue.unshift(request);
      const { title } = request;
      if (await isRefused(request, door)) past.add({ title, end: 'refused', findings: [] });
      else {
        const { found, isDone } = await tryOne(request, site.store, door, Math.min(left, ONE_MS));
        // What was cut off by the end of the time is taken up again the next time.
        if (!isDone && found.length === 0 && left < ONE_MS) return void queue.unshift(request);
        past.add({ title, end: isDone ? 'done' : 'undone', findings: found });
      }
      const refused = past.count('refused');
      say(
        `${site.store}: ${requests.length - queue.length} of ${requests.length} parameters, ${refused} refused at the edge, ${door.count} sent`,
      );
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
  const tried = `level 3, risk 2: ${past.count('done')} of ${requests.length} parameters to the end, ${past.count('refused')} take neither quotation marks nor blanks, ${past.count('undone')} in part, ${queue.length} not reached; ${door.summary}`;
  // Then it is sqlmap that fails, and nothing is known.
  const none = past.count('done') === 0 ? ['no parameter was tried to the end'] : [];
  return { target: site.store, tried, findings: [...none, ...past.findings, ...door.findings] };
}

async function onStore(store: StoreName, wish: Wish): Promise<Trial> {
  const site = await startTarget({ store });
  const door = new Door(site.origin, { ticket: site.ticket, isShort: true, isCurrent: true });
  try {
    await door.open();
    const trial = await tryAll(site, door, wish);
    const isAlive = (await site.served.get('/')).status === 200;
    return isAlive ? trial : { ...trial, findings: [...trial.findings, 'Afterwards the front page is not answered.'] };
  } finally {
    door.close();
    await site.stop();
  }
}

export const sqlmap: Tool = {
  name: 'sqlmap',
  programs: ['sqlmap'],
  packages: 'sqlmap',
  covers: 'SQL injection by every parameter of every route, on SQLite and MariaDB',
  async run(wish) {
    const trials = [await onStore('SQLite', { ...wish, budgetMs: wish.budgetMs / 2 })];
    wish.say(trials[0]?.tried ?? '');
    const missing = mariadbMissing();
    if (missing) return [...trials, { target: 'MariaDB', tried: `not run: ${missing}`, findings: [] }];
    return [...trials, await onStore('MariaDB', { ...wish, budgetMs: wish.budgetMs / 2 })];
  },
};
