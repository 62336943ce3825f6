// Values that nobody means, in the place of each parameter of each route, on both stores: what they get is no fault.
import { mariadbMissing } from '../../support/mariadb.ts';
import { Door } from './door.ts';
import { type Marked, markedRequests } from './route-requests.ts';
import { type StoreName, startTarget } from './target-site.ts';
import type { Tool, Trial, Wish } from './tool.ts';

const ABREAST = 4;
const VALUES = [
  '',
  'constructor',
  '__proto__',
  '5821',
  '-1',
  '9'.repeat(30),
  '1e400',
  '{"a":1}',
  '[[]]',
  'é\u{1f41f}"<',
  'a'.repeat(3000),
  '\u0000',
];

/** The text with another value where its mark is: all that stands before the mark goes, back to `=` or `/`. */
const put = (text: string, value: string): string => text.replace(/[^=/&?]*\*/, () => value);

/** A request with the value instead of the marked one. */
function withValue({ path, type, body }: Marked, value: string): { path: string; body?: string } {
  const inForm = encodeURIComponent(value);
  if (body === undefined) return { path: put(path, inForm) };
  const inJson = JSON.stringify(value).slice(1, -1);
  return {
    path: put(path, inForm),
    body: type === 'application/json' ? body.replace(/[^"]*\*/, () => inJson) : put(body, inForm),
  };
}

/** @returns what was wrong, beside what the door notes */
async function send({ title, method, type }: Marked, { path, body }: { path: string; body?: string }, door: Door) {
  const headers = { accept: 'application/json', ...(type && { 'content-type': type }) };
  const ask = () => fetch(door.origin + path, { method, headers, redirect: 'manual', ...(body && { body }) });
  try {
    // A connection that is kept may be closed at the very moment it is used again.
    const reply = await ask().catch(ask);
    await reply.arrayBuffer();
    return [];
  } catch (error) {
    return [`${title}: no answer (${(error as Error).cause ?? error}) to ${path.slice(0, 200)}`];
  }
}

async function onStore(store: StoreName, { budgetMs, say }: Wish): Promise<Trial> {
  const site = await startTarget({ store });
  const door = new Door(site.origin, { ticket: site.ticket, isCurrent: true });
  const end = Date.now() + budgetMs;
  try {
    await door.open();
    const requests = await markedRequests(site);
    const queue = requests.flatMap((request) => VALUES.map((value) => ({ request, value })));
    const all = queue.length;
    const failed: string[] = [];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next && Date.now() < end; next = queue.shift()) {
        failed.push(...(await send(next.request, withValue(next.request, next.value), door)));
        say(`${store}: ${all - queue.length} of ${all}`);
      }
    };
    await Promise.all(Array.from({ length: ABREAST }, work));
    const tried = `${all - queue.length} of ${all} (${VALUES.length} values, ${requests.length} parameters); ${door.summary}`;
    return { target: store, tried, findings: [...failed, ...door.findings] };
  } finally {
    door.close();
    await site.stop();
  }
}

export const values: Tool = {
  name: 'values',
  programs: [],
  packages: '',
  covers: 'values that nobody means, in each parameter of each route, on SQLite and MariaDB',
  async run(wish) {
    const half = { ...wish, budgetMs: wish.budgetMs / 2 };
    const missing = mariadbMissing();
    const other = missing ? { target: 'MariaDB', tried: `not run: ${missing}`, findings: [] } : undefined;
    return [await onStore('SQLite', half), other ?? (await onStore('MariaDB', half))];
  },
};
