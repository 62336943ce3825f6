import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { type Site, SYSTEM } from 'galley';
import { startTestSite, type TestSiteOptions } from 'galley/testing';
import { createDatabase, mariadbMissing } from '../../test/support/mariadb.ts';
import { QUICKLY } from '../../test/support/quick-start.ts';
import type { ChildOrder, KillOrder } from './fixtures/import-child.ts';
import { emptySite, type Snapshot, snapshotOf } from './fixtures/snapshot.ts';

const SAMPLES = join(import.meta.dirname, '../../../shared/data/wxr');
const CHILD = join(import.meta.dirname, 'fixtures/import-child.ts');
const SITE = {
  plugins: ['posts', 'blocks', 'users', 'comments', 'menus', 'import-files', 'importer'],
  pluginFolders: [join(import.meta.dirname, 'fixtures/plugins')],
};

/** A file, how many items it has, and after how many saves of the last phase it is broken off at most. */
interface Sample {
  file: string;
  items: number;
  saves: number;
}

const FILES: Sample[] = existsSync(SAMPLES)
  ? [
      { file: join(SAMPLES, 'themeunittestdata.wordpress.xml'), items: 186, saves: 60 },
      { file: join(SAMPLES, '64-block-test-data.xml'), items: 72, saves: 3 },
    ]
  : [{ file: join(import.meta.dirname, 'fixtures/small.xml'), items: 15, saves: 4 }];

const MARK = 'test:killed';

/** What the import made and does not know of as it left it: it could not be taken back. */
async function unnoted(site: Site): Promise<string[]> {
  const found: string[] = [];
  for (const [kind, table] of [
    ['entry', 'entries'],
    ['comment', 'comments'],
    ['term', 'terms'],
  ] as const) {
    const rows = (await site.database.read(table).select('id', 'version')) as { id: number; version: number }[];
    const made = await site.services.use('importer').made.of(MARK, kind);
    const known = new Map(made.map(({ id, version }) => [id, version]));
    found.push(...rows.flatMap(({ id, version }) => (known.get(id) === version ? [] : [`${kind} ${id}`])));
  }
  return found;
}

/** Runs the child, which is to be killed. How much is left for the last phase hangs on where the import before was killed. */
async function killed(order: Omit<ChildOrder, 'files' | 'plugins' | 'pluginFolders' | 'mark'>): Promise<void> {
  const full: ChildOrder = { ...SITE, files: FILES.map(({ file }) => file), mark: MARK, ...order };
  const child = spawn(process.execPath, [...QUICKLY, CHILD, JSON.stringify(full)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const isTooLate = order.kill.phase === 'last' && code === 0;
  assert.ok(signal === 'SIGKILL' || isTooLate, errors);
}

/** Imports all to the end, in this process, and looks at what is there. */
async function importAll(place: TestSiteOptions, { empty }: { empty: boolean }): Promise<Snapshot> {
  const { site, stop } = await startTestSite({ ...SITE, ...place });
  try {
    if (empty) await emptySite(site);
    for (const { file } of FILES) await site.services.use('importer').run(file, {}, { viewer: SYSTEM, mark: MARK });
    assert.deepEqual(await unnoted(site), [], 'all of it can be taken back');
    return await snapshotOf(site);
  } finally {
    await stop();
  }
}

/** A moment while items come in, and one in the last phase. */
const killsOf = ({ file, items, saves }: Sample): KillOrder[] => [
  { file, phase: 'items', after: randomInt(1, Math.floor(items / 2)), milliseconds: randomInt(20) },
  { file, phase: 'last', after: randomInt(saves), milliseconds: 0 },
];

/** What an import holds that nobody broke off: the same on every store. */
let unbroken: Promise<Snapshot> | undefined;

for (const kind of ['sqlite', 'mysql'] as const) {
  describe(kind === 'mysql' ? 'on MariaDB' : 'on SQLite', { skip: kind === 'mysql' ? mariadbMissing() : false }, () => {
    test('an import that is killed anywhere and run again ends equal to one that was not', async (context) => {
      unbroken ??= importAll({}, { empty: true });
      const made = kind === 'mysql' ? await createDatabase() : undefined;
      const place = {
        contentDir: mkdtempSync(join(tmpdir(), 'galley-kill-')),
        ...(made ? { database: made.url } : {}),
      };
      context.after(async () => {
        rmSync(place.contentDir, { recursive: true, force: true });
        await made?.drop();
      });
      const kills = FILES.flatMap(killsOf);
      for (const [number, kill] of kills.entries()) {
        context.diagnostic(`killed: ${JSON.stringify({ ...kill, file: basename(kill.file) })}`);
        await killed({ ...place, empty: number === 0, kill });
      }
      const [actual, expected] = [await importAll(place, { empty: false }), await unbroken];
      assert.equal(actual.entries.length, expected.entries.length);
      for (const [index, entry] of expected.entries.entries()) assert.deepEqual(actual.entries[index], entry);
      assert.deepEqual(actual, expected);
      assert.ok(expected.entries.length > 10);
    });
  });
}
