import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANONYMOUS, SYSTEM } from 'galley';
import type { LoggedIn } from 'galley/testing';
import sharp from 'sharp';
import { forEachSite } from '../../test/support/sites.ts';
import { ApiVisitor } from './api-visitor.test-data.ts';
import { MediaStore } from './media-store.ts';
import * as sample from './sample-files.test-data.ts';

const samples = new sample.SampleFolder();
after(() => samples.remove());

/** Four quarters: red, green, blue, white. */
async function quarters(width = 800, height = 400): Promise<Buffer> {
  const block = (background: string, left: number, top: number) => ({
    input: { create: { width: width / 2, height: height / 2, channels: 3 as const, background } },
    left,
    top,
  });
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([block('#ff0000', 0, 0), block('#00ff00', width / 2, 0), block('#0000ff', 0, height / 2)])
    .png()
    .toBuffer();
}

async function colourAt(data: Buffer, x: number, y: number): Promise<string> {
  const { width = 0, height = 0 } = await sharp(data).metadata();
  const at = { left: Math.floor(x * width), top: Math.floor(y * height), width: 1, height: 1 };
  const pixel = await sharp(data).extract(at).removeAlpha().raw().toBuffer();
  return [...pixel].map((value) => (value > 128 ? 1 : 0)).join('');
}
const [RED, GREEN, BLUE, WHITE] = ['100', '010', '001', '111'];

forEachSite({}, (suite) => {
  const site = () => suite.current;
  let person: LoggedIn;
  let author: ApiVisitor;
  let other: ApiVisitor;
  const settled = () => site().site.services.use('media').settled();
  const fetch = (url: string, headers: Record<string, string> = {}) => site().inject({ url, headers });

  before(async () => {
    person = await suite.current.loginAs('author');
    author = new ApiVisitor(site, person);
    other = new ApiVisitor(site, await suite.current.loginAs('author'));
  });
  const uploaded = async (name = 'Quarters.png') =>
    (await author.upload('/', { name, type: 'image/png', data: await quarters() })).value;

  test('a picture is turned and cut at its address, and comes back from its upload', async () => {
    const item = await uploaded();
    await settled();
    const before = await fetch(item.url);
    const crop = { x: 0, y: 0, width: 0.5, height: 0.5 };
    const edited = await author.send('POST', `/${item.id}/edit`, { version: item.version, rotate: 90, crop });
    assert.equal(edited.status, 200, JSON.stringify(edited.value));
    assert.deepEqual([edited.value.url, edited.value.width, edited.value.height], [item.url, 200, 400]);
    const now = await fetch(item.url);
    assert.notEqual(now.headers['etag'], before.headers['etag']);
    // Turned clockwise, the blue quarter comes to the top left.
    assert.equal(await colourAt(now.rawPayload, 0.5, 0.5), BLUE);
    await settled();
    const { value: details } = await author.get(`/${item.id}`);
    assert.equal(details.isEdited, true);
    assert.match(details.srcset || details.thumb, /\?v=[0-9a-f]{8}/);
    const back = await author.send('POST', `/${item.id}/edit`, { version: details.version });
    assert.deepEqual([back.value.width, back.value.height], [800, 400]);
    assert.equal((await fetch(item.url)).headers['etag'], before.headers['etag']);
    assert.equal((await author.get(`/${item.id}`)).value.isEdited, false);
  });

  test('mirroring and cutting a corner keep the right pixels', async () => {
    const item = await uploaded();
    const corner = { x: 0.5, y: 0.5, width: 0.5, height: 0.5 };
    const colours: string[] = [];
    let { version } = item;
    for (const more of [{}, { flipX: true }, { flipY: true }, { rotate: 180 }]) {
      const { value } = await author.send('POST', `/${item.id}/edit`, { version, crop: corner, ...more });
      version = value.version;
      colours.push(await colourAt((await fetch(item.url)).rawPayload, 0.5, 0.5));
    }
    assert.deepEqual(colours, [WHITE, BLUE, GREEN, RED]);
  });

  test('what was cut off is for those who may edit the picture', async () => {
    const item = await uploaded('Secret.png');
    const crop = { x: 0, y: 0, width: 0.5, height: 0.5 };
    await author.send('POST', `/${item.id}/edit`, { version: item.version, crop });
    const hidden = item.url.replace('.png', '-upload.png');
    assert.equal((await fetch(hidden)).statusCode, 404);
    const own = await fetch(hidden, { cookie: person.cookie });
    assert.deepEqual([own.statusCode, own.headers['cache-control']], [200, 'private, no-store']);
    const stranger = await site().loginAs('author');
    assert.equal((await fetch(hidden, { cookie: stranger.cookie })).statusCode, 404);
  });

  test('cuts of the theme keep the focal point; other pictures are refused with the reason', async () => {
    const item = await uploaded('Focus.png');
    await settled();
    const cutOf = async (): Promise<{ url: string; width: number; height: number } | undefined> => {
      const { value } = await author.get(`/${item.id}`);
      return value.sizes.find(({ name }: { name: string }) => !/^w\d/.test(name));
    };
    const first = await cutOf();
    assert.ok(first, 'the default theme cuts a size');
    const moved = await author.send('POST', `/${item.id}/focal`, { version: item.version, x: 0, y: 0 });
    assert.deepEqual(moved.value.focal, { x: 0, y: 0 });
    await settled();
    const cut = await cutOf();
    assert.equal(await colourAt((await fetch(cut?.url ?? '')).rawPayload, 0.1, 0.1), RED);
    assert.notEqual(cut?.url, first.url);
    const gif = { name: 'Moves.gif', type: 'image/gif', data: await sample.animation(3) };
    const { value: moving } = await author.upload('/', gif);
    const refused = await author.send('POST', `/${moving.id}/edit`, { version: moving.version, rotate: 90 });
    assert.match(refused.value.error.message, /Moving pictures cannot be cropped/);
  });

  test('nobody edits, focuses or replaces what is somebody else’s, or on an older version', async () => {
    const item = await uploaded();
    const stale = { version: item.version };
    assert.equal((await other.send('POST', `/${item.id}/edit`, { ...stale, rotate: 90 })).status, 403);
    assert.equal((await other.send('POST', `/${item.id}/focal`, { ...stale, x: 0, y: 0 })).status, 403);
    const file = { name: 'x.png', type: 'image/png', data: await quarters() };
    assert.equal((await other.upload(`/${item.id}/replace`, file, { version: String(item.version) })).status, 403);
    await author.send('PATCH', `/${item.id}`, { ...stale, alt: 'newer' });
    const late = await author.send('POST', `/${item.id}/edit`, { ...stale, rotate: 90 });
    assert.equal(late.status, 409);
    assert.equal((await author.get(`/${item.id}`)).value.isEdited, false);
  });

  test('a file is replaced at its address: copies, caches and the page that shows it follow', async () => {
    const item = await uploaded('Old.png');
    await settled();
    const copy = (await author.get(`/${item.id}`)).value.sizes[0];
    const old = await fetch(item.url);
    const store = new MediaStore(site().site);
    const before = (await store.of([item.id])).get(item.id)?.find(({ variant }) => variant === 'original');
    assert.ok(before);
    const file = { name: 'New.png', type: 'image/png', data: await quarters(600, 600) };
    const replaced = await author.upload(`/${item.id}/replace`, file, { version: String(item.version) });
    assert.deepEqual(
      [replaced.status, replaced.value.url, replaced.value.width, replaced.value.name, replaced.value.title],
      [200, item.url, 600, 'New.png', 'Old'],
      JSON.stringify(replaced.value),
    );
    const late = { ...before, url_path: `${before.url_path}-late.webp`, variant: 'w640' };
    assert.equal(await store.addCopy(late, before), false, 'what was being made of the old one belongs to nothing');
    const now = await fetch(item.url, { 'if-none-match': String(old.headers['etag']) });
    assert.equal(now.statusCode, 200);
    assert.equal(now.headers['cache-control'], 'public, max-age=600');
    await settled();
    const fresh = (await author.get(`/${item.id}`)).value.sizes[0];
    assert.equal(fresh.url.split('?')[0], copy.url);
    const image = (await site().site.services.use('media').images([item.id])).get(item.id);
    assert.match(image?.srcset ?? '', /320w\.webp\?v=/);
    assert.equal((await fetch(fresh.url)).headers['cache-control'], 'public, max-age=31536000, immutable');
  });

  test('another kind is refused unless it is meant', async () => {
    const item = await uploaded('Kind.png');
    const pdf = { name: 'Kind.pdf', type: 'application/pdf', data: sample.pdf() };
    const refused = await author.upload(`/${item.id}/replace`, pdf, { version: String(item.version) });
    assert.match(refused.value.error.message, /The file at this address is PNG, the new one is PDF/);
    const meant = await author.upload(`/${item.id}/replace`, pdf, { version: String(item.version), anyType: '1' });
    assert.deepEqual([meant.status, meant.value.type, meant.value.url], [200, 'application/pdf', item.url]);
    assert.equal((await fetch(item.url)).headers['content-type'], 'application/pdf');
  });

  test('a copy that is not there leads to the picture; browsers that take AVIF get it', async () => {
    const data = await sample.jpeg(1400, 1000);
    const { value: item } = await author.upload('/', { name: 'Soft.jpg', type: 'image/jpeg', data });
    await settled();
    const copy = (await author.get(`/${item.id}`)).value.sizes.at(-1);
    const gone = await fetch(item.url.replace('.jpg', '-150x150.webp'));
    assert.deepEqual([gone.statusCode, gone.headers['location']], [302, item.url]);
    assert.equal((await fetch('/media/2020/01/0000000000-x-320w.webp')).statusCode, 404);
    const plain = await fetch(copy.url, { accept: 'image/webp,*/*' });
    const avif = await fetch(copy.url, { accept: 'image/avif,image/webp,*/*' });
    assert.deepEqual([plain.headers['content-type'], avif.headers['content-type']], ['image/webp', 'image/avif']);
    assert.deepEqual([plain.headers['vary'], avif.headers['vary']], ['accept', 'accept']);
    assert.ok(avif.rawPayload.length < plain.rawPayload.length);
  });

  test('another theme makes the copies that it wants', async () => {
    const item = await uploaded('Theme.png');
    await settled();
    const [copy] = (await author.get(`/${item.id}`)).value.sizes;
    const { database } = site().site;
    const path = decodeURIComponent(copy.url);
    await database.write('media_files').where({ url_path: path }).delete();
    await site().site.cron.run('media-theme-sizes');
    await settled();
    const sizes = (await author.get(`/${item.id}`)).value.sizes.map(({ url }: { url: string }) => url);
    assert.ok(sizes.includes(copy.url), sizes.join());
  });

  test('the files of a private entry stay hidden when it is deleted, until somebody lets everybody see them', async () => {
    const { site: galley } = site();
    const media = galley.services.use('media');
    const save = (draft: object) => galley.entries.save({ type: 'post', title: 'P', ...draft }, { viewer: SYSTEM });
    const attach = async (parentId: number): Promise<number> =>
      (await media.receive({ path: samples.file(sample.pdf()), name: 'a.pdf' }, { viewer: SYSTEM, parentId })).id;
    const seen = async (id: number): Promise<boolean> => (await galley.entries.get(id, ANONYMOUS)) !== undefined;
    for (const draft of [{ status: 'private' }, { status: 'draft' }, { status: 'publish', password: 'x' }]) {
      const { id: parent } = await save(draft);
      const id = await attach(parent);
      assert.equal(await seen(id), false);
      await galley.entries.remove(parent, { viewer: SYSTEM });
      assert.equal(await seen(id), false, JSON.stringify(draft));
      const file = await galley.entries.need(id, SYSTEM);
      assert.equal((await fetch(String(file.fields['file']))).statusCode, 404);
      await galley.entries.save({ id, status: 'inherit' }, { viewer: SYSTEM });
      assert.equal(await seen(id), true);
    }
    const { id: open } = await save({ status: 'publish' });
    const id = await attach(open);
    await galley.entries.trash(open, { viewer: SYSTEM });
    await galley.entries.remove(open, { viewer: SYSTEM });
    assert.equal(await seen(id), true);
  });
});
