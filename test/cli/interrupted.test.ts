// Long commands and Ctrl-C: each ends with 130, says so, and leaves nothing half done behind. And pipes that close early.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeWxr } from '../../plugins/importer/fixtures/make-wxr.ts';

const GALLEY = join(import.meta.dirname, '..', '..', 'bin', 'galley');
const WAIT_MS = 60_000;
/** A little more than the command takes before it has made anything. With 3,000 posts in memory it would come to an end. */
const SMALL_MEMORY = '--max-old-space-size=50';

/** Work without an end. It says that it has begun with a file, for nothing that a job prints is to be seen. */
const SLOW = `import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
export default { setup(site) {
  const work = (name, signal) => new Promise((resolve, reject) => {
    const tick = setInterval(() => undefined, 1000);
    signal.addEventListener('abort', () => { clearInterval(tick); reject(signal.reason); });
    writeFileSync(join(site.config.content.dir, name), '');
  });
  site.jobs.define('slow-job', { summary: 'Works.', run: (_, { signal }) => work('job-begun', signal) });
  site.cron.define('slow-cron', { schedule: '0 0 1 1 *', summary: 'Works.', run: (_, signal) => work('cron-begun', signal) });
  site.commands.define('slow enqueue', { summary: 'Enqueues it.', run: () => site.jobs.enqueue('slow-job').then(() => 0) });
} };`;
/** Serves where it is tried, and never where the site is to run with it. */
const STUCK = `export default { async setup(site) {
  if (!site.config.content.dir.includes('galley-trial-')) await new Promise((resolve) => setTimeout(resolve, 1e8));
} };`;

function writePlugin(directory: string, name: string, code: string): void {
  mkdirSync(directory, { recursive: true });
  const manifest = { name, version: '1.0.0', type: 'module', main: 'index.js', galley: { title: name } };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(directory, 'index.js'), code);
}

/** Whoever has it open may just be tidying up. */
const READING = { readOnly: true, timeout: 5000 };

describe('Ctrl-C', () => {
  let folder: string;
  const store = (): string => join(folder, 'test.sqlite');

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'galley-interrupted-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const environment = (): NodeJS.ProcessEnv => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    return { ...env, GALLEY_ENV: 'test', GALLEY_CONTENT_DIR: folder, DATABASE_URL: `sqlite:${store()}`, NO_COLOR: '1' };
  };
  const startWith = (flags: string[], ...args: string[]): ChildProcess =>
    spawn(process.execPath, [...flags, GALLEY, ...args], {
      env: environment(),
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const start = (...args: string[]): ChildProcess => startWith([], ...args);

  /** Waits until the command is in the middle of it, presses Ctrl-C, and returns how it ended. */
  async function interrupted(child: ChildProcess, isBusy: () => boolean): Promise<{ code: number; err: string }> {
    const ended = Promise.all([text(child.stderr as never), once(child, 'exit')]);
    for (const until = Date.now() + WAIT_MS; !isBusy() && child.exitCode === null && Date.now() < until; )
      await sleep(10);
    child.kill('SIGINT');
    const [err, [code]] = await ended;
    return { code: code as number, err };
  }

  async function ended(child: ChildProcess): Promise<{ code: number; err: string }> {
    const [err, [code]] = await Promise.all([text(child.stderr as never), once(child, 'exit')]);
    return { code: code as number, err };
  }

  const posts = (): number => {
    try {
      const database = new DatabaseSync(store(), READING);
      const row = database.prepare("select count(*) as amount from entries where type = 'post'").get();
      database.close();
      return Number(row?.['amount']);
    } catch {
      return 0; // The store is being made.
    }
  };

  /** Every post is counted, and has its index and its terms, or it is not there. */
  function assertWhole(): void {
    const database = new DatabaseSync(store(), READING);
    const amount = (sql: string): number => Number(database.prepare(sql).get()?.['amount']);
    assert.equal(amount("select sum(amount) as amount from tallies where scope = 'all' and type = 'post'"), posts());
    assert.equal(
      amount('select count(*) as amount from entry_terms where entry_id not in (select id from entries)'),
      0,
    );
    database.close();
  }

  test('ends seed with 130, and what is made is whole; it takes no more memory for more posts', async () => {
    const seed = startWith([SMALL_MEMORY], 'seed', '--posts=1000000');
    const { code, err } = await interrupted(seed, () => posts() > 3000);
    assert.equal(code, 130, err);
    assert.ok(posts() > 3000);
    assert.doesNotMatch(err, /^\s+at |Error:/m);
    assertWhole();
  });

  test('ends export with 130 and leaves no file, neither whole nor half', async () => {
    const part = join(folder, 'site.xml.part');
    const isBusy = (): boolean => (statSync(part, { throwIfNoEntry: false })?.size ?? 0) > 0;
    const { code, err } = await interrupted(start('export', '--output=site.xml'), isBusy);
    assert.equal(code, 130, err);
    assert.match(err, /^Interrupted\.$/m);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('site.xml')),
      [],
    );
  });

  test('ends import with 130, and the next run brings the rest', async () => {
    const file = join(folder, 'many.xml');
    const items = 1500;
    await makeWxr(file, { items, bodyLength: 400, commentsEach: 1 });
    const had = posts();
    const { code, err } = await interrupted(start('import', file), () => posts() > had + 100);
    assert.equal(code, 130, err);
    assert.match(err, /^Warning: Stopped: .*Run the same command again to go on\.$/m);
    assert.ok(posts() > had && posts() < had + items, String(posts() - had));
    assertWhole();
    const again = start('import', file);
    const [out, [ended]] = await Promise.all([text(again.stdout as never), once(again, 'exit')]);
    assert.equal(ended, 0, out);
    assert.equal(posts(), had + items);
    assertWhole();
  });

  test('ends reindexing with 130, and what was in the index is in it still', async () => {
    const documents = (where = ''): number => {
      const database = new DatabaseSync(store(), READING);
      const row = database.prepare(`select count(*) as amount from search_documents ${where}`).get();
      database.close();
      return Number(row?.['amount']);
    };
    const had = documents();
    const last = new DatabaseSync(store());
    // An entry that is indexed anew shows how far it is.
    last.exec("update search_documents set title = 'before'");
    last.close();
    const isBusy = (): boolean => documents("where title = 'before'") < had;
    const { code, err } = await interrupted(start('search', 'reindex'), isBusy);
    assert.equal(code, 130, err);
    assert.match(err, /Stopped: \d+ of \d+ entries are indexed anew, the others are as they were\./);
    assert.equal(documents(), had);
    assert.ok(documents("where title = 'before'") > 0);
  });

  test('ends jobs with 130: the queue gives them out again, and the history of scheduled ones tells it', async () => {
    writePlugin(join(folder, 'plugins', 'slow'), 'slow', SLOW);
    assert.equal((await ended(start('plugin', 'activate', 'slow'))).code, 0);
    assert.equal((await ended(start('slow', 'enqueue'))).code, 0);
    const job = await interrupted(start('job', 'work'), () => existsSync(join(folder, 'job-begun')));
    assert.equal(job.code, 130, job.err);
    assert.match(job.err, /Stopped: \d+ ran\. Those that were running wait to be run again\./);
    const cron = await interrupted(start('cron', 'run', 'slow-cron'), () => existsSync(join(folder, 'cron-begun')));
    assert.equal(cron.code, 130, cron.err);
    assert.match(cron.err, /slow-cron: stopped after \d+ ms/);
    const database = new DatabaseSync(store(), READING);
    const rows = (sql: string) => JSON.stringify(database.prepare(sql).all());
    assert.equal(
      rows("select state, attempts from jobs where name = 'slow-job'"),
      '[{"state":"waiting","attempts":0}]',
    );
    assert.equal(rows("select status from cron_history where name = 'slow-cron'"), '[{"status":"aborted"}]');
    database.close();
  });

  test('ends the installation of a plugin with 130 while it is tried, and takes it back', async () => {
    writePlugin(join(folder, 'stuck'), 'stuck', STUCK);
    const journal = join(folder, 'plugin-versions', 'journal.json');
    const isBusy = (): boolean => existsSync(journal) && readFileSync(journal, 'utf8').includes('"probing"');
    const { code, err } = await interrupted(start('plugin', 'install', './stuck', '--activate'), isBusy);
    assert.equal(code, 130, err);
    assert.match(err, /stuck" was left as it was\.\n.*Interrupted\.$/m);
    assert.deepEqual(
      readdirSync(join(folder, 'plugins')).filter((name) => name.includes('stuck')),
      [],
    );
    assert.ok(!existsSync(journal));
    assert.doesNotMatch(readFileSync(join(folder, 'plugins.lock.json'), 'utf8'), /stuck/);
  });

  test('and pipes that close early end commands without a word, whichever stream it is', async () => {
    for (const line of [
      'post list --limit=1000 --format=json | head -1',
      'hook list 2>&1 | head -1',
      'post list --format=nonsense 2>&1 | true',
      'export --output=- | head -1',
    ]) {
      const child = spawn('bash', ['-o', 'pipefail', '-c', `"${process.execPath}" "${GALLEY}" ${line}`], {
        env: environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const [err] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'exit')]);
      assert.doesNotMatch(err, /EPIPE|^\s+at /m, line);
    }
  });
});
