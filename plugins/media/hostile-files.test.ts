import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isGalleyError, SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';
import { ApiVisitor } from './api-visitor.test-data.ts';
import * as sample from './sample-files.test-data.ts';

const samples = new sample.SampleFolder();
after(() => samples.remove());

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 0h9"/><script>alert(1)</script></svg>';
const ZIP = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(60)]);

interface Hostile {
  name: string;
  type: string;
  data: () => Uint8Array | Promise<Uint8Array>;
  reason: RegExp;
}

const HOSTILE: Hostile[] = [
  {
    name: 'page.jpg',
    type: 'image/jpeg',
    data: () => Buffer.from('<html><script>1</script>'),
    reason: /name says JPEG/,
  },
  { name: 'shell.php', type: 'image/jpeg', data: () => sample.jpeg(9, 9), reason: /kind "php" are not taken/ },
  { name: 'shell.jpg.php', type: 'image/jpeg', data: () => sample.jpeg(9, 9), reason: /kind "php" are not taken/ },
  { name: 'shell.php.jpg', type: 'image/jpeg', data: () => Buffer.from('<?php evil();'), reason: /name says JPEG/ },
  {
    name: 'picture.png',
    type: 'image/png',
    data: () => sample.jpeg(9, 9),
    reason: /name says PNG, but the content is JPEG/,
  },
  {
    name: 'picture.jpg',
    type: 'text/html',
    data: () => sample.jpeg(9, 9),
    reason: /sent as text\/html, but it is JPEG/,
  },
  { name: 'program.pdf', type: 'application/pdf', data: () => Buffer.from('MZ\u0090\u0000'), reason: /name says PDF/ },
  { name: 'office.docx', type: '', data: () => ZIP, reason: /name says Word/ },
  { name: 'drawing.svg', type: 'image/svg+xml', data: () => Buffer.from(SVG), reason: /SVG pictures are not taken/ },
  { name: 'drawing.png', type: 'image/png', data: () => Buffer.from(SVG), reason: /name says PNG/ },
  { name: 'bomb.png', type: 'image/png', data: () => sample.pngBomb(30_000), reason: /too large/ },
  { name: 'frames.gif', type: 'image/gif', data: () => sample.animation(101), reason: /101 frames/ },
  { name: 'none', type: '', data: () => sample.jpeg(9, 9), reason: /without extension/ },
  {
    name: 'cut.jpg',
    type: 'image/jpeg',
    data: async () => (await sample.jpeg(200, 200)).subarray(0, 400),
    reason: /broken/,
  },
];

forEachSite({}, (suite) => {
  const site = () => suite.current;
  let author: ApiVisitor;
  before(async () => {
    author = new ApiVisitor(site, await suite.current.loginAs('author'));
  });

  test('what is not what it says, or too much, is refused with a sentence that says why, and leaves nothing', async () => {
    for (const { name, type, data, reason } of HOSTILE) {
      const { status, value } = await author.upload('/', {
        name,
        type: type || 'application/octet-stream',
        data: await data(),
      });
      assert.equal(status, 400, `${name}: ${status}`);
      assert.match(value.error.message, reason, name);
    }
    assert.deepEqual((await author.get('/')).value.items, []);
    assert.deepEqual(await site().site.database.read('media_files').select('id'), []);
  });

  test('a link is no file, wherever it leads', async () => {
    const link = join(samples.path, `link-${suite.kind}.jpg`);
    symlinkSync(samples.file(await sample.jpeg(9, 9)), link);
    const media = site().site.services.use('media');
    await assert.rejects(media.receive({ path: link, name: 'link.jpg' }, { viewer: SYSTEM }), (error: unknown) =>
      isGalleyError(error, 'GALLEY_FILE_UNKNOWN'),
    );
  });

  test('what hangs behind a picture, and what a name hides, is gone', async () => {
    const data = Buffer.concat([await sample.jpeg(30, 20), ZIP, Buffer.from('<script>alert(1)</script>')]);
    const name = '../..\\\u202Egpj.exe\u0000.php.jpg';
    const { status, value } = await author.upload('/', { name: encodeURIComponent(name), type: 'image/jpeg', data });
    assert.equal(status, 201, JSON.stringify(value));
    const stored = (await site().inject({ url: value.url })).rawPayload;
    assert.ok(!stored.includes('PK\u0003\u0004') && !stored.includes('<script'));
    assert.match(value.url, /^\/media\/\d{4}\/\d\d\/[0-9a-f]{10}-[a-z0-9-]+\.jpg$/);
    assert.ok(![...value.name].some((sign) => sign === '\u202E' || sign === '\u0000' || sign === '/'), value.name);
    assert.doesNotMatch(value.name, /\.php\./);
  });

  test('drawings are taken where the site says so: cleaned, and never a document of our origin', async () => {
    await site().site.options.set('media_allow_svg', true);
    const { status, value } = await author.upload('/', {
      name: 'd.svg',
      type: 'image/svg+xml',
      data: Buffer.from(SVG),
    });
    assert.deepEqual([status, value.kind, value.width, value.height], [201, 'SVG', 40, 20], JSON.stringify(value));
    const reply = await site().inject({ url: value.url });
    assert.ok(!reply.body.includes('script') && reply.body.includes('<path'));
    assert.equal(reply.headers['content-type'], 'image/svg+xml');
    assert.match(String(reply.headers['content-disposition']), /^attachment/);
    assert.equal(reply.headers['content-security-policy'], "default-src 'none'; sandbox");
    assert.equal(reply.headers['x-content-type-options'], 'nosniff');
    const fake = { name: 'e.svg', type: 'image/svg+xml', data: await sample.jpeg(9, 9) };
    assert.match((await author.upload('/', fake)).value.error.message, /name says SVG/);
    const page = { name: 'f.svg', type: 'image/svg+xml', data: Buffer.from('<html><body onload=x></html>') };
    assert.match((await author.upload('/', page)).value.error.message, /no SVG picture|content is something else/);
    await site().site.options.set('media_allow_svg', false);
  });
});
