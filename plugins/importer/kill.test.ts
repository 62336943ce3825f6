import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { startTestSite } from 'galley/testing';
import { createDatabase, mariadbMissing } from '../../test/support/mariadb.ts';
import type { ChildOrder } from './fixtures/import-child.ts';
import { type Snapshot, snapshotOf } from './fixtures/snapshot.ts';

const SAMPLE = join(import.meta.dirname, '../../../shared/data/wxr/themeunittestdata.wordpress.xml');
const FIXTURE = join(import.meta.dirname, 'fixtures/small.xml');
const CHILD = join(import.meta.dirname, 'fixtures/import-child.ts');
const SITE = {
  plugins: ['posts', 'blocks', 'users', 'comments', 'menus', 'import-files', 'importer'],
  pluginFolders: [join(import.meta.dirname, 'fixtures/plugins')],
};

/** Runs the child; tells the signal that ended it. */
async function child(order: ChildOrder): Promise<string | null> {
  const started = spawn(process.execPath, [CHILD, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  started.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const [code, signal] = (await once(started, 'close')) as [number | null, string | null];
  assert.ok(signal !== null || code === 0, errors);
  return signal;
}

async function lookAt(place: Pick<ChildOrder, 'contentDir' | 'database'>): Promise<Snapshot> {
  const { site, stop } = await startTestSite({ ...SITE, ...place });
  try {
    return await snapshotOf(site);
  } finally {
    await stop();
  }
}

for (const kind of ['sqlite', 'mysql'] as const) {
  describe(kind === 'mysql' ? 'on MariaDB' : 'on SQLite', { skip: kind === 'mysql' ? mariadbMissing() : false }, () => {
    test('an import that is killed anywhere and run again ends equal to one that was not', async (context) => {
      const isLarge = kind === 'sqlite' && existsSync(SAMPLE);
      const [file, items] = isLarge ? [SAMPLE, 186] : [FIXTURE, 15];
      const places: (Pick<ChildOrder, 'contentDir' | 'database'> & { drop?: () => Promise<void> })[] = [];
      for (let number = 0; number < 2; number++) {
        const made = kind === 'mysql' ? await createDatabase() : undefined;
        const contentDir = mkdtempSync(join(tmpdir(), 'galley-kill-'));
        places.push({ contentDir, ...(made ? { database: made.url, drop: () => made.drop() } : {}) });
      }
      context.after(async () => {
        for (const { contentDir, drop } of places) {
          rmSync(contentDir, { recursive: true, force: true });
          await drop?.();
        }
      });
      const [whole, broken] = places.map(({ drop: _, ...place }) => place);
      assert.ok(whole && broken);
      await child({ ...SITE, ...whole, file, empty: true });
      const first = 1 + Math.floor(Math.random() * (items / 2));
      const second = first + 1 + Math.floor(Math.random() * (items / 3));
      const late = Math.floor(Math.random() * (isLarge ? 10 : 4));
      context.diagnostic(`killed after ${first} and ${second} items, and after ${late} entries of the last phase`);
      assert.equal(await child({ ...SITE, ...broken, file, empty: true, killAfterItems: first }), 'SIGKILL');
      assert.equal(await child({ ...SITE, ...broken, file, killAfterItems: second }), 'SIGKILL');
      assert.equal(await child({ ...SITE, ...broken, file, killAfterFixes: late }), 'SIGKILL');
      assert.equal(await child({ ...SITE, ...broken, file }), null);
      const [expected, actual] = [await lookAt(whole), await lookAt(broken)];
      assert.deepEqual(actual, expected);
      assert.ok(expected.entries.length > 10);
    });
  });
}
