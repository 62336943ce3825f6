import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { makeWxr } from './fixtures/make-wxr.ts';

const MIB = 1024 * 1024;
const ITEMS = 2000;
const GROWTH_MAX = 300 * MIB;

let site: TestSite;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galley-size-'));
  site = await startTestSite({ plugins: ['posts', 'blocks', 'users', 'comments', 'menus', 'importer'] });
});
after(async () => {
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs work; tells by how much the process grew at most, and how long it took. */
async function measured(work: () => Promise<unknown>): Promise<{ growth: number; seconds: number }> {
  const base = process.memoryUsage.rss();
  let peak = base;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const started = performance.now();
  await work();
  clearInterval(timer);
  return { growth: Math.max(peak, process.memoryUsage.rss()) - base, seconds: (performance.now() - started) / 1000 };
}

test('150 MB with 20,000 items are read in bounded memory', async (context) => {
  const file = join(folder, 'large.xml');
  await makeWxr(file, { items: 20_000, bodyLength: 6600, commentsEach: 1 });
  assert.ok(statSync(file).size > 150e6);
  const importer = site.site.services.use('importer');
  let total = 0;
  const { growth, seconds } = await measured(async () => {
    total = (await importer.check(file, { viewer: SYSTEM })).total;
  });
  context.diagnostic(`${seconds.toFixed(1)} s, ${Math.round(growth / MIB)} MiB more`);
  assert.equal(total, 20_000);
  assert.ok(growth < GROWTH_MAX, `grew by ${growth} bytes`);
});

test('2,000 items are imported in bounded memory', async (context) => {
  const file = join(folder, 'many.xml');
  await makeWxr(file, { items: ITEMS, bodyLength: 1500, commentsEach: 1 });
  const importer = site.site.services.use('importer');
  const before = process.cpuUsage();
  const { growth, seconds } = await measured(async () => {
    const report = await importer.run(file, {}, { viewer: SYSTEM });
    assert.equal(report.total('failed'), 0);
  });
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000 / ITEMS;
  const rate = Math.round(ITEMS / seconds);
  context.diagnostic(`${rate} items/s, ${cpuMs.toFixed(2)} ms CPU each, ${Math.round(growth / MIB)} MiB more`);
  assert.ok(growth < GROWTH_MAX, `grew by ${growth} bytes`);
  assert.equal(await site.site.entries.total('post'), ITEMS + 4, 'with those of a new site');
});
