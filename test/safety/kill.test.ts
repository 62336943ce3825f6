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
import { QUICKLY } from '../support/quick-start.ts';
import type { ChildHello, ChildOrder } from './save-child.ts';
import { assertWhole, type Progress, Saver } from './saver.ts';

const CHILD = join(import.meta.dirname, 'save-child.ts');
const ROUNDS = { sqlite: 30, mysql: 5 } as const;

async function start(order: ChildOrder): Promise<{ child: ChildProcess; hello: ChildHello }> {
  const child = spawn(process.execPath, [...QUICKLY, CHILD, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('{"origin"')) return { child, hello: JSON.parse(line) as ChildHello };
  throw new Error(`The child ended: ${errors}`);
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
          if (progress) assertWhole(entry, progress, `round ${round}`);
          else all.set(entry.id, { sent: 0, acknowledged: 0, version: entry.version });
        }
        const saver = new Saver(hello.origin);
        await saver.logIn('ada', TEST_PASSWORD);
        const before = [...all.values()].reduce((sum, each) => sum + each.acknowledged, 0);
        const saving = Promise.all([...all].map(([id, progress]) => saver.saveForever(id, progress)));
        // Something was acknowledged, however slow the machine is; then any moment will do.
        const count = (): number => [...all.values()].reduce((sum, each) => sum + each.acknowledged, 0) - before;
        let isSaving = true;
        void saving.then(() => {
          isSaving = false;
        });
        while (count() < 2 && isSaving) await wait(5);
        await wait(randomInt(0, 400));
        const closed = once(child, 'close');
        child.kill('SIGKILL');
        await closed;
        assert.deepEqual(new Set(await saving), new Set([0]), 'no save failed before');
        acknowledged += count();
      }
      context.diagnostic(`${acknowledged} acknowledged saves, all there`);
      assert.ok(acknowledged > ROUNDS[kind], 'enough was saved to mean anything');
    });
  });
}
