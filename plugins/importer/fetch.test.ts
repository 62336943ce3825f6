import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { STATUSES, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import type { ImportReport } from './import-report.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/small.xml');
const SITE = {
  plugins: ['posts', 'blocks', 'users', 'comments', 'menus', 'import-files', 'importer'],
  pluginFolders: [join(import.meta.dirname, 'fixtures/plugins')],
};

let site: TestSite;
let folder: string;
let canary: Server;
let hits = 0;
let number = 0;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galley-fetch-'));
  site = await startTestSite(SITE);
  canary = createServer((_, response) => {
    hits++;
    response.end('secret');
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
});
after(async () => {
  await site.stop();
  canary.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Imports the fixture as if its site, or only its files, had been at another address. */
async function importFrom(address: { blog?: string; files: string }, hosts: string[] = []): Promise<ImportReport> {
  const file = join(folder, `from-${++number}.xml`);
  const text = readFileSync(FIXTURE, 'utf8').replaceAll(
    '<wp:attachment_url>https://www.old-press.example.org',
    `<wp:attachment_url>${address.files}`,
  );
  writeFileSync(file, address.blog ? text.replaceAll('https://www.old-press.example.org<', `${address.blog}<`) : text);
  const importer = site.site.services.use('importer');
  return importer.run(file, { fetch: true, hosts, source: `from ${number}` }, { viewer: SYSTEM });
}

test('files on private addresses are refused, whatever the export or --allow-host says; the entries stay', async () => {
  const { port } = canary.address() as AddressInfo;
  const places = [
    `http://127.0.0.1:${port}`,
    'http://127.0.0.1',
    'http://[::1]',
    'http://2130706433',
    'http://localhost',
    'http://169.254.169.254',
  ];
  for (const place of places) {
    const report = await importFrom({ blog: place, files: place }, ['127.0.0.1', 'localhost', '169.254.169.254']);
    const files = report.rows.find((row) => row.kind === 'file');
    assert.deepEqual([files?.imported, files?.failed], [0, 2], place);
    const note = report.notes.find(({ kind, outcome }) => kind === 'file' && outcome === 'failed');
    assert.match(note?.where ?? '', /^from-\d+\.xml:\d+$/);
    assert.match(note?.reason ?? '', /refused/, place);
    assert.equal(report.rows.find((row) => row.kind === 'attachment')?.imported, 2);
  }
  assert.equal(hits, 0);
});

test('files on other hosts than those of the old site need to be allowed by name', async () => {
  const report = await importFrom({ files: 'https://elsewhere.example.net' });
  const note = report.notes.find(({ outcome }) => outcome === 'failed');
  assert.equal(
    note?.reason,
    'elsewhere.example.net is not a host of the old site. If you trust it, add --allow-host=elsewhere.example.net',
  );
  const allowed = await importFrom({ files: 'https://elsewhere.invalid' }, ['*.invalid']);
  const refused = allowed.notes.find(({ outcome }) => outcome === 'failed');
  assert.match(refused?.reason ?? '', /elsewhere\.invalid could not be fetched/);
});

test('what failed is tried again by the next run', async () => {
  const before = (await site.site.entries.find({ type: 'attachment', status: STATUSES, limit: 100 }, SYSTEM)).items
    .length;
  const file = join(folder, 'from-1.xml');
  const again = await site.site.services
    .use('importer')
    .run(file, { fetch: true, source: 'from 1' }, { viewer: SYSTEM });
  assert.equal(again.rows.find((row) => row.kind === 'file')?.failed, 2);
  const { items } = await site.site.entries.find({ type: 'attachment', status: STATUSES, limit: 100 }, SYSTEM);
  assert.equal(items.length, before);
});
