import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { galeraMissing } from '../../infra/local/galera.ts';
import { findBinary, readPid } from '../../infra/local/processes.ts';
import { noRedis } from '../support/redis.ts';
import { scratchFolder } from '../support/shared-server.ts';

const COMMAND = join(import.meta.dirname, '../../infra/local/cluster');
const run = promisify(execFile);
const nginxMissing = findBinary('nginx') ? false : 'nginx is not installed (apt-get install nginx-light)';

/** The first of hundred ports, below those that other tests take (`freePorts`); not the same for all who test at the same time. */
const BASE_PORT = 10_000 + (process.pid % 50) * 100;

describe('the cluster on one machine', { skip: galeraMissing() || noRedis || nginxMissing, timeout: 280_000 }, () => {
  const folder = mkdtempSync(join(scratchFolder(), 'galley-lc-'));
  let site = '';

  const cluster = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, CLUSTER_DIR: folder };
    return (await run(COMMAND, args, { env, maxBuffer: 8 * 1024 * 1024 })).stdout;
  };
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
  async function waitFor(path: string, status: number): Promise<void> {
    const end = Date.now() + 60_000;
    while ((await get(path)).status !== status) {
      assert.ok(Date.now() < end, `${path} answers ${status} in time`);
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
    assert.deepEqual(JSON.parse((await get('/health/ready')).text), { status: 'ok' });
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
    for (const check of ['nodes', 'size', 'lag', 'flow control', 'conflicts', 'tables'])
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
    await cluster('kill', 'db1');
    for (let round = 0; round < 20; round++) {
      await page('/');
      await page(`/?s=word${round}`);
    }
    await waitFor('/health/ready', 200);
    await Promise.all([cluster('heal', 'web1'), cluster('heal', 'db1')]);
  });

  test('without the majority serves what is cached, and says that nothing can be saved', async () => {
    for (let round = 0; round < 6; round++) await page('/');
    await Promise.all([cluster('kill', 'db2'), cluster('kill', 'db3')]);
    await waitFor('/health/ready', 503);
    for (let round = 0; round < 6; round++) await page('/');
    const refused = await get('/?s=nothing-cached', { accept: 'application/json' });
    assert.equal(refused.status, 503);
    assert.match(refused.text, /GALLEY_DATABASE_UNAVAILABLE.*nothing can be saved/);
    await Promise.all([cluster('heal', 'db2'), cluster('heal', 'db3')]);
    await waitFor('/health/ready', 200);
    await waitFor('/?s=nothing-cached', 200);
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
