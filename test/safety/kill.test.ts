// The server is killed at any moment of a save: what was acknowledged is there, and nothing is half.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { TEST_PASSWORD } from '../../core/testing.ts';
import { createDatabase, mariadbMissing } from '../support/mariadb.ts';
import type { ChildHello, ChildOrder, FoundEntry } from './save-child.ts';

const CHILD = join(import.meta.dirname, 'save-child.ts');
const ROUNDS = { sqlite: 30, mysql: 5 } as const;
const PARAGRAPHS = 200;

/** The text of the save with this number: long, so that a half of it would show. */
const textOf = (number: number): string =>
  Array.from(
    { length: PARAGRAPHS },
    (_, at) => `<!-- wp:paragraph -->\n<p>${number} of ${at}</p>\n<!-- /wp:paragraph -->`,
  ).join('\n\n');

async function start(order: ChildOrder): Promise<{ child: ChildProcess; hello: ChildHello }> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('{"origin"')) return { child, hello: JSON.parse(line) as ChildHello };
  throw new Error(`The child ended: ${errors}`);
}

/** A browser's part: logs in and sends forms. */
class Sender {
  readonly #origin: string;
  #cookies = new Map<string, string>();

  constructor(origin: string) {
    this.#origin = origin;
  }

  async request(path: string, form?: Record<string, string>): Promise<{ status: number; text: string }> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await fetch(`${this.#origin}${path}`, {
      method: form ? 'POST' : 'GET',
      headers: { cookie, 'sec-fetch-site': 'same-origin', accept: 'text/html' },
      redirect: 'manual',
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return { status: reply.status, text: await reply.text() };
  }

  async logIn(): Promise<string> {
    await this.request('/admin/login', { login: 'ada', password: TEST_PASSWORD });
    const { text } = await this.request('/admin/content/post/new');
    return /name="_token" value="([^"]+)"/.exec(text)?.[1] ?? '';
  }
}

interface Progress {
  sent: number;
  acknowledged: number;
  version: number;
}

/** Saves one entry again and again until the server is gone. */
async function saveForever(sender: Sender, token: string, id: number, progress: Progress): Promise<void> {
  for (;;) {
    const number = progress.sent + 1;
    progress.sent = number;
    const form = {
      _token: token,
      press: 'save',
      version: String(progress.version),
      title: String(number),
      content: textOf(number),
      excerpt: String(number),
      slug: `killed-${id}`,
      'tags.post_tag': `n${number}`,
    };
    const reply = await sender.request(`/admin/content/post/${id}`, form).catch(() => undefined);
    if (!reply) return;
    assert.equal(reply.status, 303, reply.text.slice(0, 500));
    progress.acknowledged = number;
    progress.version++;
  }
}

function check(found: FoundEntry, progress: Progress, round: number): void {
  const number = Number(found.title);
  const where = `round ${round}, entry ${found.id}: ${JSON.stringify({ ...found, content: found.content.length })}`;
  assert.ok(number >= progress.acknowledged, `an acknowledged save is gone: ${where}`);
  assert.ok(number <= progress.sent, where);
  assert.equal(found.content, number === 0 ? '0' : textOf(number), `the text is half: ${where}`);
  assert.equal(found.excerpt, String(number), where);
  assert.deepEqual(found.tags, [`n${number}`], `terms of another save: ${where}`);
  assert.deepEqual(found.revisions[0], [found.version, String(number)], `the revision is missing: ${where}`);
  Object.assign(progress, { sent: number, acknowledged: number, version: found.version });
}

for (const kind of ['sqlite', 'mysql'] as const) {
  describe(kind === 'mysql' ? 'on MariaDB' : 'on SQLite', { skip: kind === 'mysql' ? mariadbMissing() : false }, () => {
    test(`a server killed ${ROUNDS[kind]} times while three people save`, async (context) => {
      const made = kind === 'mysql' ? await createDatabase() : undefined;
      const contentDir = mkdtempSync(join(tmpdir(), 'galley-killed-'));
      const order: ChildOrder = { contentDir, ...(made ? { database: made.url } : {}) };
      context.after(async () => {
        rmSync(contentDir, { recursive: true, force: true });
        await made?.drop();
      });
      const all = new Map<number, Progress>();
      let acknowledged = 0;
      for (let round = 0; round <= ROUNDS[kind]; round++) {
        const { child, hello } = await start(order);
        assert.equal(hello.wrongCounts, 0, 'counts fit what is there');
        for (const entry of hello.entries) {
          const progress = all.get(entry.id);
          if (progress) check(entry, progress, round);
          else all.set(entry.id, { sent: 0, acknowledged: 0, version: entry.version });
        }
        const sender = new Sender(hello.origin);
        const token = await sender.logIn();
        const before = [...all.values()].reduce((sum, each) => sum + each.acknowledged, 0);
        const saving = Promise.all([...all].map(([id, progress]) => saveForever(sender, token, id, progress)));
        // Something was acknowledged, however slow the machine is; then any moment will do.
        const count = (): number => [...all.values()].reduce((sum, each) => sum + each.acknowledged, 0) - before;
        while (count() < 2 && child.exitCode === null) await wait(5);
        await wait(randomInt(0, 400));
        const closed = once(child, 'close');
        child.kill('SIGKILL');
        await Promise.all([closed, saving]);
        acknowledged += count();
      }
      context.diagnostic(`${acknowledged} acknowledged saves, all there`);
      assert.ok(acknowledged > ROUNDS[kind], 'enough was saved to mean anything');
    });
  });
}
