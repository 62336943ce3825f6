import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { galeraMissing, type LocalGalera } from '../../infra/local/galera.ts';
import { type LocalCluster, openCluster } from '../../infra/local/local-cluster.ts';
import { findBinary, readPid } from '../../infra/local/processes.ts';
import { noRedis } from '../support/redis.ts';
import { assertWhole, type FoundEntry, type Progress, Saver } from './saver.ts';

const COMMAND = join(import.meta.dirname, '../../infra/local/cluster');
const run = promisify(execFile);
const nginxMissing = findBinary('nginx') ? false : 'nginx is not installed (apt-get install nginx-light)';

/** The first of hundred ports, below those that other tests take (`freePorts`); not the same for all who test at the same time. */
const BASE_PORT = 10_000 + (process.pid % 50) * 100;

/** Entries as one node has them, whatever the others say. */
async function entriesOn(galera: LocalGalera, node: number, ids: readonly number[]): Promise<FoundEntry[]> {
  const rows = (sql: string): Promise<Record<string, unknown>[]> =>
    galera.query(node, sql.replace('?', ids.join(', ')));
  const terms = await rows(`SELECT entry_id, name FROM galley.entry_terms JOIN galley.terms ON terms.id = term_id
    WHERE entry_id IN (?) AND terms.taxonomy = 'post_tag'`);
  const revisions = await rows(
    'SELECT entry_id, version, title FROM galley.revisions WHERE entry_id IN (?) ORDER BY id DESC',
  );
  const entries = await rows('SELECT id, version, title, content, excerpt FROM galley.entries WHERE id IN (?)');
  return entries.map((row) => ({
    ...(row as unknown as FoundEntry),
    tags: terms.filter((term) => term['entry_id'] === row['id']).map((term) => String(term['name'])),
    revisions: revisions
      .filter((each) => each['entry_id'] === row['id'])
      .map((each) => [Number(each['version']), String(each['title'])]),
  }));
}

describe('the cluster on one machine', { skip: galeraMissing() || noRedis || nginxMissing, timeout: 280_000 }, () => {
  // Not in memory: there a log is written to directly, and survives a kill whatever the store is set to.
  const folder = mkdtempSync(join(tmpdir(), 'galley-lc-'));
  let site = '';

  const cluster = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, CLUSTER_DIR: folder };
    return (await run(COMMAND, args, { env, maxBuffer: 8 * 1024 * 1024 })).stdout;
  };
  /** The same without a process for each command. */
  const parts = (): LocalCluster => openCluster(folder, BASE_PORT);
  const get = async (path: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> => {
    const reply = await fetch(site + path, { headers, redirect: 'manual', signal: AbortSignal.timeout(30_000) });
    return { status: reply.status, text: await reply.text() };
  };
  /** The page, asked for again while the machine is too busy for a test: what is told of the store counts. */
  async function page(path: string): Promise<void> {
    const end = Date.now() + 60_000;
    let reply = await get(path);
    while (reply.text.includes('The site is busy. Please try again in a moment.') && Date.now() < end) {
      await delay(100);
      reply = await get(path);
    }
    assert.equal(reply.status, 200, `${path}: ${reply.text.slice(0, 2_000)}`);
  }
  async function waitFor(path: string, status: number, text = ''): Promise<void> {
    const end = Date.now() + 60_000;
    for (;;) {
      const reply = await get(path);
      if (reply.status === status && reply.text.includes(text)) return;
      assert.ok(Date.now() < end, `${path} answers ${status} ${text} in time, not ${reply.status} ${reply.text}`);
      await delay(200);
    }
  }

  before(async () => {
    site = `http://127.0.0.1:${BASE_PORT}`;
    await cluster('up', `--port=${new URL(site).port}`, '--posts=20');
  });
  after(async () => {
    await cluster('down').catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  });

  test('serves the site and is ready', async () => {
    await page('/');
    // A machine that is busy with other tests is degraded for a while, and says so.
    await waitFor('/health/ready', 200, '{"status":"ok"}');
    assert.doesNotMatch(await cluster('status'), /down|hangs/);
  });

  test('is explained by the doctor, node by node', async () => {
    const report = JSON.parse(await cluster('galley', 'doctor', '--database', '--format=json')) as {
      nodes: { node: string; role: string; state: string; size: number }[];
      findings: { check: string; status: string; message: string }[];
    };
    assert.deepEqual(
      report.nodes.map(({ node, role, state, size }) => [node, role, state, size]),
      [
        ['n1', 'writer', 'Primary, Synced', 3],
        ['n2', 'reader', 'Primary, Synced', 3],
        ['n3', 'reader', 'Primary, Synced', 3],
      ],
    );
    for (const check of ['nodes', 'size', 'lag', 'flow control', 'conflicts', 'connections', 'tables'])
      assert.ok(
        report.findings.some((finding) => finding.check === check),
        check,
      );
    assert.deepEqual(
      report.findings.filter(({ status }) => status === 'problem'),
      [],
    );
    assert.match(await cluster('galley', 'doctor', '--database'), /n2 .*reader/);
  });

  test('goes on when a web process and the node that is written to are killed', async () => {
    await cluster('kill', 'web1');
    await parts().act('kill', 'db1');
    for (let round = 0; round < 20; round++) {
      await page('/');
      await page(`/?s=word${round}`);
    }
    await waitFor('/health/ready', 200);
    await Promise.all([cluster('heal', 'web1'), parts().act('heal', 'db1')]);
  });

  test('without the majority serves what is cached, and says that nothing can be saved', async () => {
    for (let round = 0; round < 6; round++) await page('/');
    await Promise.all([parts().act('kill', 'db2'), parts().act('kill', 'db3')]);
    await waitFor('/health/ready', 503);
    for (let round = 0; round < 6; round++) await page('/');
    const refused = await get('/?s=nothing-cached', { accept: 'application/json' });
    assert.equal(refused.status, 503);
    assert.match(refused.text, /GALLEY_DATABASE_UNAVAILABLE.*nothing can be saved/);
    await Promise.all([parts().act('heal', 'db2'), parts().act('heal', 'db3')]);
    await waitFor('/health/ready', 200);
    await waitFor('/?s=nothing-cached', 200);
  });

  test('has every save that was acknowledged after all three nodes lost power at once', async (context) => {
    const { galera, saved } = parts();
    const rows = await galera.query(
      1,
      "SELECT id, version FROM galley.entries WHERE type = 'post' AND status = 'publish' ORDER BY id LIMIT 3",
    );
    const all = new Map<number, Progress>(
      rows.map(({ id, version }) => [Number(id), { sent: 0, acknowledged: 0, version: Number(version) }]),
    );
    const saver = new Saver(site);
    await saver.logIn('admin', saved.password);
    let answers: number[] | undefined;
    const saving = Promise.all([...all].map(([id, progress]) => saver.saveForever(id, progress))).then((statuses) => {
      answers = statuses;
    });
    const acknowledged = (): number[] => [...all.values()].map((progress) => progress.acknowledged);
    while (Math.min(...acknowledged()) < 3 && !answers) await delay(1);
    assert.equal(answers, undefined, 'saves are answered');
    // At once: what was acknowledged in this very moment is what a careless store would not have written down.
    for (const number of galera.numbers) galera.kill(number);
    await saving;
    for (const status of answers ?? []) assert.ok(status === 0 || status >= 500, `answered with ${status}`);
    await cluster('up');
    for (const node of galera.numbers) {
      const [settings] = await galera.query(node, 'SELECT @@innodb_flush_log_at_trx_commit AS flush');
      assert.equal(settings?.['flush'], 1);
      const found = await entriesOn(galera, node, [...all.keys()]);
      assert.equal(found.length, 3);
      for (const entry of found) assertWhole(entry, { ...(all.get(entry.id) as Progress) }, `node ${node}`);
    }
    context.diagnostic(`acknowledged: ${acknowledged().join(', ')}`);
    await waitFor('/health/ready', 200);
  });

  test('leaves nothing running', async () => {
    const pids = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('pid'))
      .map((name) => join(folder, name));
    assert.ok(pids.some((file) => readPid(file) !== undefined));
    await cluster('down');
    for (const file of pids) assert.equal(readPid(file), undefined, file);
    assert.match(readFileSync(join(folder, 'cluster.json'), 'utf8'), /password/);
  });
});
