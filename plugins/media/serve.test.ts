import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Entry, SYSTEM, type Viewer } from 'galley';
import type { LoggedIn } from 'galley/testing';
import { forEachSite } from '../../test/support/sites.ts';
import * as sample from './sample-files.test-data.ts';

const samples = new sample.SampleFolder();
after(() => samples.remove());

type Headers = Record<string, string>;

forEachSite({}, (suite) => {
  let author: LoggedIn;
  let other: LoggedIn;
  let photo: Entry;
  let url: string;

  async function receive(
    data: Uint8Array,
    name: string,
    more: { viewer?: Viewer; parentId?: number } = {},
  ): Promise<Entry> {
    const { viewer = SYSTEM, parentId } = more;
    const media = suite.current.site.services.use('media');
    const entry = await media.receive({ path: samples.file(data), name }, { viewer, parentId });
    await media.settled();
    return entry;
  }
  const get = (address: string, headers: Headers = {}, method: 'GET' | 'HEAD' = 'GET') =>
    suite.current.inject({ method, url: address, headers });
  const write = (status: 'publish' | 'draft' | 'private', viewer: Viewer): Promise<Entry> =>
    suite.current.site.entries.save({ type: 'post', title: `A ${status} post`, status }, { viewer });
  const fileOf = (entry: Entry): string => String(entry.fields['file']);

  before(async () => {
    author = await suite.current.loginAs('author');
    other = await suite.current.loginAs('author');
    photo = await receive(await sample.jpeg(700, 400), 'Photo.jpg');
    url = fileOf(photo);
  });

  test('a public picture is sent to everybody with headers that keep it harmless, and may be kept for a while', async () => {
    for (const cookie of [undefined, other.cookie]) {
      const reply = await get(url, cookie ? { cookie } : {});
      assert.equal(reply.statusCode, 200);
      assert.equal(reply.headers['content-type'], 'image/jpeg');
      assert.equal(reply.headers['x-content-type-options'], 'nosniff');
      assert.equal(reply.headers['content-security-policy'], "default-src 'none'; sandbox");
      assert.equal(reply.headers['content-disposition'], 'inline; filename="Photo.jpg"');
      assert.equal(reply.headers['cache-control'], 'public, max-age=600');
      assert.equal(reply.headers['set-cookie'], undefined);
      assert.deepEqual(reply.rawPayload.subarray(0, 2), Buffer.from([0xff, 0xd8]));
      assert.equal(reply.rawPayload.length, photo.fields['bytes']);
    }
  });

  test('parts, HEAD and what has not changed', async () => {
    const whole = (await get(url)).rawPayload;
    const part = await get(url, { range: 'bytes=10-19' });
    assert.equal(part.statusCode, 206);
    assert.equal(part.headers['content-range'], `bytes 10-19/${whole.length}`);
    assert.deepEqual(part.rawPayload, whole.subarray(10, 20));
    assert.deepEqual((await get(url, { range: 'bytes=-5' })).rawPayload, whole.subarray(-5));
    assert.equal((await get(url, { range: `bytes=${whole.length}-` })).statusCode, 416);
    const head = await get(url, {}, 'HEAD');
    assert.deepEqual([head.statusCode, head.headers['content-length'], head.body], [200, String(whole.length), '']);
    const etag = String(head.headers['etag']);
    const same = await get(url, { 'if-none-match': etag });
    assert.deepEqual([same.statusCode, same.body], [304, '']);
    assert.equal((await get(url, { 'if-none-match': '"other"' })).statusCode, 200);
    assert.equal((await get(url, { range: 'bytes=0-1', 'if-range': '"other"' })).statusCode, 200);
  });

  test('a file that is known costs no query', async () => {
    await get(url);
    const { queries } = await suite.current.site.database.countQueries(() => get(url));
    assert.deepEqual(queries, []);
  });

  test('a document is a download, sound is played', async () => {
    const document = await get(fileOf(await receive(sample.pdf(), 'Menü "neu".pdf')));
    assert.equal(document.headers['content-type'], 'application/pdf');
    assert.match(
      String(document.headers['content-disposition']),
      /^attachment; filename="Menu -neu-\.pdf"; filename\*=UTF-8''Men%C3%BC%20-neu-\.pdf$/,
    );
    const sound = await get(fileOf(await receive(sample.wav(), 'a.wav')));
    assert.deepEqual(
      [sound.headers['content-type'], sound.headers['content-disposition']],
      ['audio/wav', 'inline; filename="a.wav"'],
    );
  });

  test('what is in the storage but not in the table is not there, and no path leads out', async () => {
    const { site } = suite.current;
    await site.storage.put('media/2026/01/secret.html', Buffer.from('<script>'));
    for (const address of [
      '/media/2026/01/secret.html',
      '/media/',
      '/media/2026/',
      '/media/..%2f..%2fgalley.sqlite',
      '/media/../test.sqlite',
      '/media/%2e%2e/%2e%2e/test.sqlite',
      '/media/....//test.sqlite',
      '/media/\u00e4'.replace('\u00e4', '%c3%a4'),
      '/wp-content/uploads/',
      '/wp-content/test.sqlite',
      '/wp-content/uploads/../test.sqlite',
      `${url}/x`,
      `${url}%00.html`,
      `/media/${'x'.repeat(3000)}`,
    ]) {
      const reply = await get(address);
      assert.ok([301, 400, 404].includes(reply.statusCode), `${address}: ${reply.statusCode}`);
      assert.ok(!reply.body.includes('SQLite format'));
    }
  });

  test('a file of a draft is there for its author and the editors, and for nobody else', async () => {
    const draft = await write('draft', author.viewer);
    const editor = await suite.current.loginAs('editor');
    const own = fileOf(
      await receive(await sample.jpeg(700, 300), 'hidden.jpg', { viewer: author.viewer, parentId: draft.id }),
    );
    const copy = own.replace('.jpg', '-320w.webp');
    for (const address of [own, copy]) {
      for (const headers of [{}, { cookie: other.cookie }]) {
        const refused = await get(address, headers as Headers);
        assert.equal(refused.statusCode, 404);
        assert.notEqual(refused.headers['content-type'], 'image/jpeg');
      }
      for (const { cookie } of [author, editor]) {
        const reply = await get(address, { cookie });
        assert.deepEqual([reply.statusCode, reply.headers['cache-control']], [200, 'private, no-store']);
        assert.equal(
          (await get(address, { cookie, range: 'bytes=0-3' })).headers['cache-control'],
          'private, no-store',
        );
      }
    }
    await suite.current.site.entries.save({ id: draft.id, status: 'publish' }, { viewer: SYSTEM });
    assert.equal((await get(own)).statusCode, 200);
    await suite.current.site.entries.save({ id: draft.id, status: 'private' }, { viewer: SYSTEM });
    assert.equal((await get(own)).statusCode, 404);
    await suite.current.site.entries.save({ id: draft.id, status: 'publish' }, { viewer: SYSTEM });
    assert.equal((await get(own)).statusCode, 200);
    await suite.current.site.entries.trash(draft.id, { viewer: SYSTEM });
    assert.equal((await get(own)).statusCode, 404);
  });

  test('the author of a draft sees what an editor attached to it', async () => {
    const draft = await write('draft', author.viewer);
    const editor = await suite.current.loginAs('editor');
    const own = fileOf(
      await receive(await sample.jpeg(50, 30), 'e.jpg', { viewer: editor.viewer, parentId: draft.id }),
    );
    assert.equal((await get(own, { cookie: author.cookie })).statusCode, 200);
    assert.equal((await get(own, { cookie: other.cookie })).statusCode, 404);
  });

  test('an attachment in the trash, or moved below a draft, is hidden at once', async () => {
    const { site } = suite.current;
    const entry = await receive(await sample.jpeg(50, 30), 'move.jpg');
    assert.equal((await get(fileOf(entry))).statusCode, 200);
    const draft = await write('draft', author.viewer);
    await site.entries.save({ id: entry.id, parentId: draft.id }, { viewer: SYSTEM });
    assert.equal((await get(fileOf(entry))).statusCode, 404);
    await site.entries.save({ id: entry.id, parentId: null }, { viewer: SYSTEM });
    assert.equal((await get(fileOf(entry))).statusCode, 200);
    await site.entries.trash(entry.id, { viewer: SYSTEM });
    assert.equal((await get(fileOf(entry))).statusCode, 404);
  });

  test('former addresses lead to the file, those of former copies to a copy that is wide enough', async () => {
    const { site } = suite.current;
    const media = site.services.use('media');
    const entry = await site.entries.save(
      { type: 'attachment', status: 'inherit' },
      { viewer: SYSTEM, isImport: true },
    );
    const source = { path: samples.file(await sample.jpeg(900, 600)) };
    await media.importFile(entry.id, source, {
      viewer: SYSTEM,
      name: 'x.jpg',
      alias: '/wp-content/uploads/2012/01/Über x.jpg',
    });
    await media.settled();
    const alias = '/wp-content/uploads/2012/01/%C3%9Cber%20x';
    const reply = await get(`${alias}.jpg`);
    assert.deepEqual(
      [reply.statusCode, reply.headers['content-type'], reply.headers['cache-control']],
      [200, 'image/jpeg', 'public, max-age=86400'],
    );
    const urls = (await media.urlsOf([entry.id])).get(entry.id);
    const copy = await get(`${alias}-300x200.jpg`);
    assert.deepEqual([copy.statusCode, copy.headers['location']], [302, urls?.sizes[0]?.url]);
    assert.equal((await get(`${alias}-1024x683.jpg`)).headers['location'], urls?.url);
    assert.equal((await get(`${alias}-scaled.jpg`)).headers['location'], urls?.url);
    assert.equal((await get('/wp-content/uploads/2012/01/other-300x200.jpg')).statusCode, 404);
    await site.entries.trash(entry.id, { viewer: SYSTEM });
    assert.equal((await get(`${alias}-300x200.jpg`)).statusCode, 404);
  });

  test('a page shows its pictures with sizes, and follows when they change', async () => {
    const { site, inject } = suite.current;
    const content = `<!-- wp:image {"id":${photo.id}} --><figure class="wp-block-image"><img src="${url}" alt="" class="wp-image-${photo.id}"/></figure><!-- /wp:image -->`;
    const post = await site.entries.save(
      { type: 'post', status: 'publish', title: 'Pictured', slug: 'pictured', content, featuredId: photo.id },
      { viewer: SYSTEM },
    );
    const [{ url: address } = { url: '' }] = await site.entries.present([post]);
    const page = async () => (await inject({ url: address })).body;
    const first = await page();
    assert.equal(first.match(/srcset="[^"]*-320w\.webp 320w[^"]*"/g)?.length, 2);
    assert.match(
      first,
      new RegExp(`<img width="700" height="400" srcset="[^"]*" sizes="[^"]*" decoding="async" src="${url}"`),
    );
    const { queries } = await site.database.countQueries(() => site.entries.present([post], { content: true }));
    assert.ok(!queries.some(({ sql }) => /media_files/.test(sql)));
    await site.entries.save({ id: photo.id, fields: { alt: 'A quiet place' } }, { viewer: SYSTEM });
    assert.match(await page(), /alt="A quiet place"/);
    await site.entries.trash(photo.id, { viewer: SYSTEM });
    assert.ok(!(await page()).includes('A quiet place'));
    await site.entries.restore(photo.id, { viewer: SYSTEM });
    assert.match(await page(), /alt="A quiet place"/);
  });

  test('an attachment has a page with the picture, the player or the link, and says what it belongs to', async () => {
    const { inject } = suite.current;
    const post = await write('publish', SYSTEM);
    const page = async (entry: Entry) => (await inject({ url: `/attachment/${entry.path}/` })).body;
    const picture = await page(await receive(await sample.jpeg(400, 300), 'p.jpg', { parentId: post.id }));
    assert.match(
      picture,
      /<figure class="entry-figure attachment-figure sheet">\s*<a href="\/media\/[^"]*\.jpg"><img src="[^"]*" srcset=/,
    );
    assert.match(picture, /<p class="kicker"><a href="[^"]*a-publish-post[^"]*">From: A publish post<\/a>/);
    assert.match(
      await page(await receive(sample.wav(), 'tone.wav')),
      /<audio controls preload="metadata" src="\/media\/[^"]*tone\.wav">/,
    );
    assert.match(
      await page(await receive(sample.pdf(), 'Menu <b>.pdf')),
      /<a class="button" href="\/media\/[^"]*\.pdf" download>Menu -b-\.pdf<\/a> <small>PDF, \d+ bytes<\/small>/,
    );
  });

  test('galleries by shortcode show the pictures that the visitor may see', async () => {
    const { site, inject } = suite.current;
    const post = await site.entries.save(
      { type: 'post', status: 'publish', title: 'Gallery', content: '[gallery]' },
      { viewer: SYSTEM },
    );
    await receive(await sample.jpeg(800, 600), 'g.jpg', { parentId: post.id });
    const [{ url: address } = { url: '' }] = await site.entries.present([post]);
    assert.match(
      (await inject({ url: address })).body,
      /wp-block-gallery[^>]*>.*<img src="\/media\/[^"]*g-720w\.webp"/s,
    );
  });
});
