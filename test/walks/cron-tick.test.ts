// Walk 4: a tick on every node → one conditional UPDATE → the plugin's job on one of them → the outcome recorded.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { createGaleraDatabase, galeraMissing } from '../support/galera.ts';
import { createDatabase, mariadbMissing } from '../support/mariadb.ts';

const pluginFolders = [join(import.meta.dirname, '..', 'fixtures', 'plugins')];
const RUNS = 3;

async function twoNodes(database?: string): Promise<{ nodes: TestSite[]; stop(): Promise<void> }> {
  const contentDir = mkdtempSync(join(tmpdir(), 'galley-nodes-'));
  const options = {
    contentDir,
    pluginFolders,
    plugins: ['posts', 'ticker'],
    config: { cron: { enabled: true } },
    ...(database ? { database } : {}),
  };
  const nodes = [await startTestSite(options), await startTestSite(options)];
  const stop = async (): Promise<void> => {
    for (const node of nodes) await node.stop();
    rmSync(contentDir, { recursive: true, force: true });
  };
  return { nodes, stop };
}

/** Waits for so many runs on any of the nodes, and tells when each began. */
async function runsOf(nodes: readonly TestSite[]): Promise<number[]> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const starts: number[] = [];
  for (const { site } of nodes) {
    site.hooks.addAction('cron:finished', ({ name, startedAt, status }) => {
      if (name !== 'tick') return;
      assert.equal(status, 'ok');
      starts.push(startedAt);
      if (starts.length === RUNS) resolve();
    });
  }
  await promise;
  return starts;
}

async function check(database?: string): Promise<void> {
  const { nodes, stop } = await twoNodes(database);
  try {
    const starts = await runsOf(nodes);
    const [first = 0] = starts;
    const last = starts.at(-1) ?? 0;
    // Both nodes tick every second: without a claim there would be two runs a second.
    assert.ok(last - first >= (RUNS - 1) * 800, `${RUNS} runs within ${last - first} ms`);
    const history = await nodes[0]?.site.cron.history('tick');
    assert.ok((history?.length ?? 0) >= RUNS);
    assert.ok(history?.every((run) => run.status === 'ok' && run.error === null && run.node !== ''));
    const info = (await nodes[1]?.site.cron.list())?.find(({ name }) => name === 'tick');
    assert.equal(info?.owner, 'ticker');
    assert.equal(info?.lastStatus, 'ok');
  } finally {
    await stop();
  }
}

describe('A tick that two nodes hear is claimed by one', () => {
  test('on SQLite', () => check());

  test('on MariaDB', { skip: mariadbMissing() }, async (t) => {
    const database = await createDatabase();
    t.after(() => database.drop());
    await check(database.url);
  });

  test('on Galera', { skip: galeraMissing() }, async (t) => {
    const database = await createGaleraDatabase();
    t.after(() => database.drop());
    await check(database.url);
  });
});
