import assert from 'node:assert/strict';
import { existsSync, globSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { ANONYMOUS, type Entry, type EntryDraft, isGalleyError, SYSTEM } from 'galley';
import sharp from 'sharp';
import { forEachSite, type SuiteSite } from '../../test/support/sites.ts';
import { COPIES_JOB } from './copies.ts';
import { MediaStore } from './media-store.ts';
import * as sample from './sample-files.test-data.ts';
import { removeStrays } from './strays.ts';

const samples = new sample.SampleFolder();
after(() => samples.remove());

const mediaOf = (suite: SuiteSite) => suite.current.site.services.use('media');
const receive = (suite: SuiteSite, data: Uint8Array | string, name: string, declaredType?: string): Promise<Entry> =>
  mediaOf(suite).receive({ path: samples.file(data), name, declaredType }, { viewer: SYSTEM });
const refused = (pattern: RegExp) => (error: unknown) =>
  isGalleyError(error, 'GALLEY_FILE_REFUSED') && pattern.test(error.message);

function storedFiles(suite: SuiteSite): string[] {
  const root = join(suite.current.contentDir, 'uploads');
  return globSync('**/*', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

async function write(suite: SuiteSite, draft: EntryDraft): Promise<Entry> {
  return suite.current.site.entries.save(
    { type: 'post', status: 'publish', title: 'A post', ...draft },
    { viewer: SYSTEM },
  );
}

forEachSite({ config: { http: { uploadLimit: 4 * 1024 * 1024 } } }, (suite) => {
  let photo: Entry;
  before(async () => {
    photo = await receive(suite, await sample.jpeg(1400, 700), 'Am Hafen.jpg', 'image/jpeg');
    await mediaOf(suite).settled();
  });

  test('a picture becomes an attachment, with copies of all sizes made in the background', async () => {
    const { site } = suite.current;
    assert.deepEqual(
      [photo.type, photo.status, photo.title, photo.mimeType, photo.fields['name'], photo.fields['width']],
      ['attachment', 'inherit', 'Am Hafen', 'image/jpeg', 'Am Hafen.jpg', 1400],
    );
    assert.match(String(photo.fields['file']), /^\/media\/\d{4}\/\d\d\/[0-9a-f]{10}-am-hafen\.jpg$/);
    const urls = (await mediaOf(suite).urlsOf([photo.id])).get(photo.id);
    assert.equal(urls?.url, photo.fields['file']);
    assert.deepEqual(
      urls?.sizes.map(({ width }) => width),
      [320, 640, 720, 960, 1200],
    );
    const file = await mediaOf(suite).fileAt(urls?.sizes[0]?.url ?? '');
    assert.equal(file?.type, 'image/webp');
    const bytes = await site.storage.read(file?.storage_path ?? '', 1e6);
    assert.deepEqual((await sharp(bytes).metadata()).width, 320);
    assert.deepEqual(await site.database.read('media_pending').select('*'), []);
  });

  test('a picture is turned upright and loses place, camera and all that is not pixels', async () => {
    const taken = await sample.photoWithPlace();
    assert.ok(taken.includes('SecretCamera') && (await sharp(taken).metadata()).orientation === 6);
    const entry = await receive(suite, taken, 'holiday.jpg');
    const file = await mediaOf(suite).fileAt(String(entry.fields['file']));
    const bytes = await suite.current.site.storage.read(file?.storage_path ?? '', 1e6);
    const { exif, orientation, width, height } = await sharp(bytes).metadata();
    assert.deepEqual([exif, orientation, width, height], [undefined, undefined, 300, 400]);
    assert.deepEqual([entry.fields['width'], entry.fields['height']], [300, 400]);
    assert.ok(!bytes.includes('SecretCamera'));
  });

  test('what hides behind a picture is gone, and what only looks like one is refused', async () => {
    const php = Buffer.concat([await sample.jpeg(), Buffer.from('<?php system($_GET[0]); ?>')]);
    const entry = await receive(suite, php, 'shell.php.jpg', 'image/jpeg');
    assert.equal(entry.fields['name'], 'shell-php.jpg');
    const file = await mediaOf(suite).fileAt(String(entry.fields['file']));
    assert.ok(!(await suite.current.site.storage.read(file?.storage_path ?? '', 1e6)).includes('<?php'));
    await mediaOf(suite).settled();
    const before = storedFiles(suite).length;
    const cases: [data: Uint8Array | string, name: string, type: string][] = [
      ['GIF89a/*<svg/onload=alert(1)>*/=alert(document.domain)//', 'a.gif', 'image/gif'],
      ['<html><script>alert(1)</script></html>', 'a.jpg', 'image/jpeg'],
      ['<?php phpinfo();', 'a.jpg', 'image/jpeg'],
      [await sample.jpeg(), 'a.png', 'image/png'],
      [await sample.jpeg(), 'a.jpg', 'text/html'],
      [await sample.jpeg(), 'a.php', 'image/jpeg'],
      ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'a.svg', 'image/svg+xml'],
      ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'a.png', 'image/png'],
      [Buffer.from('PK\x03\x04'), 'a.docx', ''],
      ['', 'a.png', 'image/png'],
    ];
    for (const [data, name, type] of cases) await assert.rejects(receive(suite, data, name, type), refused(/./), name);
    assert.equal(storedFiles(suite).length, before);
  });

  test('bombs and broken pictures are refused, each with its reason', async () => {
    await assert.rejects(receive(suite, sample.pngBomb(30_000), 'bomb.png'), refused(/50 million pixels/));
    await assert.rejects(receive(suite, sample.pngBomb(4000), 'short.png'), refused(/broken or incomplete/));
    await assert.rejects(receive(suite, await sample.animation(200), 'long.gif'), refused(/200 frames; at most 100/));
    const data = await sample.jpeg(800, 600);
    await assert.rejects(
      receive(suite, data.subarray(0, data.length / 2), 'half.jpg'),
      refused(/broken or incomplete/),
    );
  });

  test('a short animation keeps its frames', async () => {
    const entry = await receive(suite, await sample.animation(5), 'wave.gif', 'image/gif');
    await mediaOf(suite).settled();
    const file = await mediaOf(suite).fileAt(String(entry.fields['file']));
    const { pages } = await sharp(await suite.current.site.storage.read(file?.storage_path ?? '', 1e6)).metadata();
    assert.deepEqual([pages, entry.fields['height']], [5, 8]);
  });

  test('every format of pictures, sound and documents comes through as what it is', async () => {
    const picture = sample.picture(40, 30);
    const cases: [name: string, data: Buffer, type: string][] = [
      ['a.png', await picture.clone().png().toBuffer(), 'image/png'],
      ['p.png', await picture.clone().png({ palette: true }).toBuffer(), 'image/png'],
      ['a.webp', await picture.clone().webp().toBuffer(), 'image/webp'],
      ['a.avif', await picture.clone().avif({ effort: 0 }).toBuffer(), 'image/avif'],
      ['a.gif', await picture.clone().gif().toBuffer(), 'image/gif'],
      ['a.pdf', sample.pdf(), 'application/pdf'],
      ['a.wav', sample.wav(), 'audio/wav'],
    ];
    for (const [name, data, type] of cases) assert.equal((await receive(suite, data, name)).mimeType, type, name);
  });

  test('a stream that is too long is cut off, and nothing of it is left', async (context) => {
    // In a folder of its own: other tests receive files at the same time.
    const former = process.env['TMPDIR'];
    const own = mkdtempSync(join(tmpdir(), 'galley-own-'));
    process.env['TMPDIR'] = own;
    context.after(() => {
      if (former === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = former;
      rmSync(own, { recursive: true });
    });
    let sent = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          sent += 65_536;
          yield Buffer.alloc(65_536, 1);
        }
      })(),
    );
    await assert.rejects(
      mediaOf(suite).receive({ stream: endless, name: 'a.jpg' }, { viewer: SYSTEM }),
      (error) => isGalleyError(error, 'GALLEY_INPUT_TOO_LARGE') && /4 MB/.test(error.message),
    );
    assert.ok(sent < 6 * 1024 * 1024);
    assert.ok(endless.destroyed);
    assert.deepEqual(readdirSync(own), []);
    const broken = Readable.from(
      (function* () {
        yield Buffer.alloc(100);
        throw new Error('gone');
      })(),
    );
    await assert.rejects(mediaOf(suite).receive({ stream: broken, name: 'a.jpg' }, { viewer: SYSTEM }), /gone/);
    assert.deepEqual(readdirSync(own), []);
    const path = samples.file(Buffer.alloc(5 * 1024 * 1024));
    await assert.rejects(mediaOf(suite).receive({ path, name: 'a.jpg' }, { viewer: SYSTEM }), (error) =>
      isGalleyError(error, 'GALLEY_INPUT_TOO_LARGE'),
    );
    assert.ok(existsSync(path));
  });

  test('names that would lead elsewhere lead nowhere', async () => {
    for (const name of [
      '../../../evil.pdf',
      '..\\evil.pdf',
      '/etc/cron.d/evil.pdf',
      '%2e%2e%2fevil.pdf',
      'a\u0000/../evil.pdf',
    ]) {
      const entry = await receive(suite, sample.pdf(), name);
      assert.match(String(entry.fields['file']), /^\/media\/\d{4}\/\d\d\/[0-9a-f]{10}-[a-z0-9-]*evil\.pdf$/, name);
      assert.match(String(entry.fields['name']), /^[^/\\]*evil\.pdf$/);
    }
  });

  test('who may not upload does not, and nobody attaches files to what he may not edit', async () => {
    const { site, loginAs } = suite.current;
    const post = await write(suite, {});
    const [contributor, author, editor] = [
      await loginAs('contributor'),
      await loginAs('author'),
      await loginAs('editor'),
    ];
    const file = async () => ({ path: samples.file(await sample.jpeg(20, 20)), name: 'a.jpg' });
    const isDenied = (error: unknown) => isGalleyError(error, 'GALLEY_PERMISSION_DENIED');
    for (const viewer of [ANONYMOUS, contributor.viewer])
      await assert.rejects(mediaOf(suite).receive(await file(), { viewer }), isDenied);
    await assert.rejects(mediaOf(suite).receive(await file(), { viewer: author.viewer, parentId: post.id }), isDenied);
    const entry = await mediaOf(suite).receive(await file(), { viewer: editor.viewer, parentId: post.id });
    assert.deepEqual([entry.parentId, entry.authorId], [post.id, editor.user.id]);
    await assert.rejects(
      mediaOf(suite).importFile(post.id, await file(), { viewer: SYSTEM, name: 'a.jpg' }),
      /not an attachment/,
    );
    assert.equal((await site.entries.get(post.id, SYSTEM))?.type, 'post');
  });

  test('a user has a quota where the site sets one', async () => {
    const { site, loginAs } = suite.current;
    const { viewer } = await loginAs('author');
    await site.options.set('media_quota_megabytes', 1);
    const upload = async () =>
      mediaOf(suite).receive(
        { path: samples.file(Buffer.concat([sample.pdf(), Buffer.alloc(700_000)])), name: 'a.pdf' },
        { viewer },
      );
    await upload();
    await assert.rejects(upload(), refused(/1 MB together/));
    await site.options.set('media_quota_megabytes', 0);
    await upload();
  });

  test('a scanner that recognises something keeps it out', async () => {
    const { site } = suite.current;
    const seen: string[] = [];
    const remove = site.hooks.addResponder('file:received', ({ path, name, type }) => {
      assert.ok(existsSync(path));
      seen.push(`${name} ${type}`);
      return name.includes('eicar') ? { refused: 'Eicar-Test-Signature' } : undefined;
    });
    const before = storedFiles(suite).length;
    await assert.rejects(receive(suite, sample.pdf(), 'eicar.pdf'), refused(/Eicar-Test-Signature/));
    assert.equal(storedFiles(suite).length, before);
    await receive(suite, sample.pdf(), 'clean.pdf');
    remove();
    assert.deepEqual(seen, ['eicar.pdf application/pdf', 'clean.pdf application/pdf']);
  });

  test('an import gives an attachment its file, under its former address too, and may do so again', async () => {
    const { site } = suite.current;
    const draft = { type: 'attachment', status: 'inherit', title: 'Imported' } as const;
    const entry = await site.entries.save(draft, { viewer: SYSTEM, isImport: true });
    const alias = '/wp-content/uploads/2012/01/old name.jpg';
    const source = { path: samples.file(await sample.jpeg(700, 500)) };
    const options = { viewer: SYSTEM, name: 'old name.jpg', alias };
    const first = await mediaOf(suite).importFile(entry.id, source, options);
    assert.deepEqual([first.title, first.mimeType, first.fields['width']], ['Imported', 'image/jpeg', 700]);
    const second = await mediaOf(suite).importFile(entry.id, source, options);
    assert.notEqual(second.fields['file'], first.fields['file']);
    assert.equal(await mediaOf(suite).fileAt(String(first.fields['file'])), undefined);
    assert.equal((await mediaOf(suite).fileAt(alias))?.entry_id, entry.id);
    await mediaOf(suite).settled();
    assert.ok(((await mediaOf(suite).urlsOf([entry.id])).get(entry.id)?.sizes.length ?? 0) > 0);
    const broken = { path: samples.file('nothing') };
    await assert.rejects(mediaOf(suite).importFile(entry.id, broken, options), refused(/something else/));
    assert.equal((await mediaOf(suite).fileAt(alias))?.entry_id, entry.id);
  });

  test('an import from another host than the allowed ones, or from a private one, fetches nothing', async () => {
    const { site } = suite.current;
    const entry = await site.entries.save(
      { type: 'attachment', status: 'inherit' },
      { viewer: SYSTEM, isImport: true },
    );
    const options = { viewer: SYSTEM, name: 'a.jpg' };
    for (const [url, hosts] of [
      ['https://elsewhere.example/a.jpg', ['old.example']],
      ['http://127.0.0.1/a.jpg', ['127.0.0.1']],
      ['http://localhost/a.jpg', ['localhost']],
      ['file:///etc/passwd', ['']],
    ] as [string, string[]][]) {
      await assert.rejects(
        mediaOf(suite).importFile(entry.id, { url, hosts }, options),
        (error) => isGalleyError(error, 'GALLEY_FETCH_REFUSED'),
        url,
      );
    }
    assert.equal((await site.entries.get(entry.id, SYSTEM))?.mimeType, '');
  });

  test('copies that were lost are found and made by the job, and a picture that cannot be is not tried for ever', async () => {
    const { site } = suite.current;
    const media = mediaOf(suite);
    const entry = await receive(suite, await sample.jpeg(500, 400), 'lost.jpg');
    await media.settled();
    const store = new MediaStore(site);
    await store.remove(entry.id, ({ variant }) => variant === 'original');
    await store.wait(entry.id);
    await store.wait(999_999);
    assert.equal((await site.cron.run(COPIES_JOB)).status, 'ok');
    assert.deepEqual(
      (await media.urlsOf([entry.id])).get(entry.id)?.sizes.map(({ width }) => width),
      [320],
    );
    const original = await media.fileAt(String(entry.fields['file']));
    await store.remove(entry.id, ({ variant }) => variant === 'original');
    await writeFile(await site.storage.localPath(original?.storage_path ?? ''), 'broken');
    await store.wait(entry.id);
    await site.cron.run(COPIES_JOB);
    const [row] = await site.database.read('media_pending').select('*');
    assert.deepEqual([Number(row?.['entry_id']), row?.['attempts']], [entry.id, 1]);
    assert.match(String(row?.['error']), /broken/);
    assert.equal(await store.nextPending(), undefined);
    await store.drop(entry.id);
  });

  test('regenerating makes all copies anew, or those that are missing', async () => {
    const { site } = suite.current;
    const media = mediaOf(suite);
    const all = await media.regenerate(photo.id);
    assert.equal(all, 6);
    assert.equal(await media.regenerate(photo.id, { onlyMissing: true }), 0);
    const url = (await media.urlsOf([photo.id])).get(photo.id)?.sizes[1]?.url ?? '';
    await site.storage.remove((await media.fileAt(url))?.storage_path ?? '');
    assert.equal(await media.regenerate(photo.id, { onlyMissing: true }), 1);
    assert.equal((await suite.current.inject({ url })).statusCode, 200);
  });

  test('removing an attachment removes its files, and nothing else', async () => {
    const { site } = suite.current;
    const entry = await receive(suite, await sample.jpeg(700, 500), 'gone.jpg');
    await mediaOf(suite).settled();
    const url = String(entry.fields['file']);
    assert.equal((await suite.current.inject({ url })).statusCode, 200);
    const others = storedFiles(suite).filter((name) => !name.includes('-gone')).length;
    await site.entries.remove(entry.id, { viewer: SYSTEM });
    assert.deepEqual(
      storedFiles(suite).filter((name) => name.includes('-gone')),
      [],
    );
    assert.equal(storedFiles(suite).length, others);
    assert.equal((await suite.current.inject({ url })).statusCode, 404);
    assert.deepEqual(await site.database.read('media_files').where({ entry_id: entry.id }), []);
  });

  test('an attachment that cannot be saved leaves no file', async () => {
    const { site } = suite.current;
    const before = storedFiles(suite).length;
    const remove = site.hooks.addFilter('entry:saving', () => {
      throw new Error('no');
    });
    await assert.rejects(receive(suite, sample.pdf(), 'a.pdf'));
    remove();
    assert.equal(storedFiles(suite).length, before);
  });

  test('files without an attachment are removed when they are old enough', async () => {
    const { site } = suite.current;
    await site.storage.put('media/2026/01/stray.pdf', sample.pdf());
    const store = new MediaStore(site);
    const { signal } = new AbortController();
    const before = storedFiles(suite).length;
    assert.equal(await removeStrays(site, store, signal), 0);
    assert.equal(await removeStrays(site, store, signal, -1000), 1);
    assert.equal(storedFiles(suite).length, before - 1);
  });

  test('pictures of twenty entries cost two queries, and none while they are known', async () => {
    const { site } = suite.current;
    const pictures: number[] = [];
    for (let count = 0; count < 20; count++)
      pictures.push((await receive(suite, await sample.jpeg(350, 20), 'n.jpg')).id);
    await mediaOf(suite).settled();
    const entries: Entry[] = [];
    for (const featuredId of pictures) entries.push(await write(suite, { title: 'With picture', featuredId }));
    const plain = entries.map((entry) => ({ ...entry, featuredId: null }));
    await site.entries.present(plain);
    const count = async (list: Entry[]) =>
      (await site.database.countQueries(() => site.entries.present(list))).queries.length;
    const without = await count(plain);
    assert.equal(await count(entries), without + 2);
    assert.equal(await count(entries), without);
    const presented = await site.entries.present(entries);
    assert.ok(presented.every(({ featured }) => featured?.srcset.includes('320w') && featured.width === 350));
  });
});
