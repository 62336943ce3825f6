import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import sharp from 'sharp';

const FIXTURE = join(import.meta.dirname, 'fixtures/small.xml');
let site: TestSite;
let uploads: string;

before(async () => {
  uploads = mkdtempSync(join(tmpdir(), 'galley-uploads-'));
  mkdirSync(join(uploads, '2019/04'), { recursive: true });
  const picture = sharp({ create: { width: 1000, height: 700, channels: 3, background: '#a30' } });
  writeFileSync(join(uploads, '2019/04/press.jpg'), await picture.jpeg().toBuffer());
  writeFileSync(join(uploads, '2019/04/type.png'), 'no picture');
  site = await startTestSite({ plugins: ['posts', 'blocks', 'users', 'comments', 'menus', 'media', 'importer'] });
});
after(async () => {
  await site.stop();
  rmSync(uploads, { recursive: true, force: true });
});

test('files become files of the library, old addresses of files go on working, and what is no picture fails alone', async () => {
  const report = await site.site.services.use('importer').run(FIXTURE, { media: uploads }, { viewer: SYSTEM });
  const files = report.rows.find((row) => row.kind === 'file');
  assert.deepEqual([files?.imported, files?.failed], [1, 1], JSON.stringify(report.notes));
  const page = await site.inject({ url: '/2019/04/hello-printers/' });
  assert.equal(page.statusCode, 200);
  const src = /<img[^>]*\ssrc="(\/[^"]*press[^"]*)"/.exec(page.body)?.[1];
  assert.ok(src, 'the page shows the picture from this site');
  assert.equal((await site.inject({ url: src })).headers['content-type'], 'image/jpeg');
  assert.doesNotMatch(page.body, /old-press\.example\.org\/wp-content/);
  for (const old of ['press.jpg', 'press-300x200.jpg']) {
    const reply = await site.inject({ url: `/wp-content/uploads/2019/04/${old}` });
    const target = reply.statusCode === 200 ? reply : await site.inject({ url: String(reply.headers['location']) });
    assert.match(String(target.headers['content-type']), /^image\//, old);
  }
  const press = await site.site.entries.findOne({ type: 'attachment', slug: 'press' }, SYSTEM);
  assert.equal(press?.fields['alt'], 'A hand press');
  assert.equal(press?.modifiedAt, Date.UTC(2019, 3, 5, 9), 'it was not changed by getting its file');
});

test('a second run does nothing to files that are there', async () => {
  const before = await site.site.entries.findOne({ type: 'attachment', slug: 'press' }, SYSTEM);
  const report = await site.site.services.use('importer').run(FIXTURE, { media: uploads }, { viewer: SYSTEM });
  assert.equal(report.total('imported'), 0);
  const afterwards = await site.site.entries.findOne({ type: 'attachment', slug: 'press' }, SYSTEM);
  assert.equal(afterwards?.version, before?.version);
});
