import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { type LoggedIn, startTestSite, type TestSite } from 'galley/testing';
import * as sample from './sample-files.test-data.ts';

const samples = new sample.SampleFolder();
let testSite: TestSite;
let author: LoggedIn;
let other: LoggedIn;
let photo: Entry;

before(async () => {
  testSite = await startTestSite();
  author = await testSite.loginAs('author');
  other = await testSite.loginAs('author');
  const path = samples.file(await sample.jpeg(700, 500));
  const media = testSite.site.services.use('media');
  photo = await media.receive({ path, name: 'Quay & Co.jpg' }, { viewer: author.viewer });
  await media.settled();
});
after(async () => {
  await testSite.stop();
  samples.remove();
});

const OWN = { 'sec-fetch-site': 'same-origin' };
const get = (url: string, who = author) => testSite.inject({ url, headers: { cookie: who.cookie } });

function post(url: string, values: Record<string, string>, who = author) {
  return testSite.inject({
    method: 'POST',
    url,
    headers: { ...OWN, cookie: who.cookie, 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ _token: who.token, ...values }).toString(),
  });
}

interface Part {
  name: string;
  type: string;
  data: Uint8Array;
}

function upload(parts: readonly Part[], token = author.token) {
  const boundary = '----galley-test';
  const pieces: (string | Uint8Array)[] = [
    `--${boundary}\r\ncontent-disposition: form-data; name="_token"\r\n\r\n${token}\r\n`,
    ...parts.flatMap(({ name, type, data }) => [
      `--${boundary}\r\ncontent-disposition: form-data; name="files"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`,
      data,
      '\r\n',
    ]),
    `--${boundary}--\r\n`,
  ];
  return testSite.inject({
    method: 'POST',
    url: '/admin/media',
    headers: { ...OWN, cookie: author.cookie, 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat(pieces.map((piece) => Buffer.from(piece))),
  });
}

async function libraryIds(): Promise<number[]> {
  const { items } = await testSite.site.entries.find({ type: 'attachment', order: 'id', limit: 100 }, SYSTEM);
  return items.map(({ id }) => id);
}

test('the templates of the screens obey the rules of all templates', async () => {
  assert.deepEqual(await testSite.site.admin.views.problems(), []);
});

test('only who may upload sees the library', async () => {
  const contributor = await testSite.loginAs('contributor');
  for (const url of ['/admin/media', `/admin/media/${photo.id}`, `/admin/media/${photo.id}/delete`]) {
    assert.equal((await get(url)).statusCode, 200, url);
    assert.equal((await get(url, contributor)).statusCode, 403, url);
    assert.equal((await testSite.inject({ url })).statusCode, 303, url);
  }
});

test('the library shows pictures small, as a grid or a list, by kind and words', async () => {
  const grid = await get('/admin/media');
  assert.match(grid.body, /<img src="\/media\/[^"]*-320w\.webp" alt=""/);
  assert.match(grid.body, /<span class="media-name">Quay &amp; Co<\/span><span class="cell-note">No alternative text/);
  assert.match(grid.body, /<input class="form-control" type="file" [^>]*multiple[^>]*accept="\.jpg,/);
  const list = (await get('/admin/media?view=list')).body;
  assert.match(list, /<table class="table">[\s\S]*JPEG/);
  assert.match((await get('/admin/media?kind=audio')).body, /No file is like that/);
  assert.match((await get('/admin/media?search=quay')).body, /Quay/);
  assert.match((await get('/admin/media?search=%25')).body, /No file is like that/);
  assert.equal((await get('/admin/media?kind=constructor&after=x&before=%00')).statusCode, 200);
});

test('files are uploaded; what is refused is named with the reason', async () => {
  const before = await libraryIds();
  const one = await upload([{ name: 'new.jpg', type: 'image/jpeg', data: await sample.jpeg(30, 20) }]);
  const [id] = await libraryIds();
  assert.deepEqual([one.statusCode, one.headers['location']], [303, `/admin/media/${id}`]);
  assert.equal((await testSite.site.entries.need(id ?? 0, SYSTEM)).authorId, author.user.id);
  const several = await upload([
    { name: 'a.pdf', type: 'application/pdf', data: sample.pdf() },
    { name: 'evil.svg', type: 'image/svg+xml', data: Buffer.from('<svg/>') },
    { name: 'fake.jpg', type: 'image/jpeg', data: Buffer.from('<html>') },
  ]);
  assert.equal(several.headers['location'], '/admin/media');
  const cookie = [author.cookie, ...[several.headers['set-cookie'] ?? []].flat().map((value) => value.split(';')[0])];
  const page = await testSite.inject({ url: '/admin/media', headers: { cookie: cookie.join('; ') } });
  assert.match(page.body, /1 of 3 files are in the library\. evil\.svg: SVG pictures are not taken/);
  assert.match(page.body, /fake\.jpg: The name says JPEG/);
  assert.equal((await libraryIds()).length, before.length + 2);
  assert.equal((await upload([])).headers['location'], '/admin/media');
  assert.equal(
    (await upload([{ name: 'a.pdf', type: 'application/pdf', data: sample.pdf() }], 'wrong')).statusCode,
    403,
  );
});

test('what is said of a file is changed, cleaned, and based on what was seen', async () => {
  const url = `/admin/media/${photo.id}`;
  const form = (await get(url)).body;
  assert.match(form, /<dt>Uploaded as<\/dt><dd>Quay &amp; Co\.jpg/);
  assert.match(form, /<dt>Pixels<\/dt><dd>700 × 500/);
  const version = /name="version" value="(\d+)"/.exec(form)?.[1] ?? '';
  const values = {
    'file.title': 'The quay',
    'file.alt': ' A quay\r\n at noon ',
    'file.excerpt': 'Nice<script>alert(1)</script>',
    'file.content': '',
    'file.credit': 'Me',
    version,
  };
  assert.equal((await post(url, values)).statusCode, 303);
  const entry = await testSite.site.entries.need(photo.id, SYSTEM);
  assert.deepEqual(
    [entry.title, entry.fields['alt'], entry.fields['credit'], entry.fields['width']],
    ['The quay', 'A quay at noon', 'Me', 700],
  );
  assert.ok(!entry.excerpt.includes('script'));
  const stale = await post(url, { ...values, 'file.title': 'Mine' });
  assert.equal(stale.statusCode, 409);
  assert.match(stale.body, /value="Mine"/);
  const long = await post(url, { ...values, 'file.alt': 'x'.repeat(2000), version: String(entry.version) });
  assert.ok(long.statusCode >= 400 && long.statusCode < 500);
  assert.match(long.body, /At most 1000 characters|1000/);
});

test('nobody changes or deletes what is somebody else’s, and no post is taken for a file', async () => {
  const url = `/admin/media/${photo.id}`;
  assert.ok(!(await get(url, other)).body.includes('name="file.title"'));
  assert.equal((await post(url, { 'file.title': 'Stolen' }, other)).statusCode, 403);
  assert.equal((await post(`${url}/delete`, { _sure: '1' }, other)).statusCode, 403);
  const article = await testSite.site.entries.save(
    { type: 'post', title: 'P', status: 'publish' },
    { viewer: author.viewer },
  );
  assert.equal((await get(`/admin/media/${article.id}`)).statusCode, 404);
  assert.equal((await post(`/admin/media/${article.id}/delete`, { _sure: '1' })).statusCode, 404);
  assert.equal((await get('/admin/media/999999')).statusCode, 404);
});

test('a file is deleted after a question that says where it is used', async () => {
  await testSite.site.entries.save(
    { type: 'post', title: 'Uses it', status: 'publish', featuredId: photo.id },
    { viewer: SYSTEM },
  );
  const remove = `/admin/media/${photo.id}/delete`;
  const question = await get(remove);
  assert.match(question.body, /used in 1 place, which will show nothing instead:[\s\S]*Uses it \(its picture\)/);
  const trashed = await post(remove, { _sure: '1' });
  assert.deepEqual([trashed.statusCode, trashed.headers['location']], [303, '/admin/media']);
  assert.equal((await testSite.site.entries.need(photo.id, SYSTEM)).status, 'trash');
  assert.match((await get('/admin/media?trash=1')).body, /Quay|quay/);
  assert.match((await get(remove)).body, /This cannot be undone\. It is used in 1 place/);
  const done = await post(remove, { _sure: '1' });
  assert.deepEqual([done.statusCode, done.headers['location']], [303, '/admin/media?trash=1']);
  assert.equal(await testSite.site.entries.get(photo.id, SYSTEM), undefined);
  assert.equal((await testSite.inject({ url: String(photo.fields['file']) })).statusCode, 404);
});

test('files are moved, credited, trashed and taken back together, and folders are made, renamed and deleted', async () => {
  const editor = await testSite.loginAs('editor');
  const path = samples.file(await sample.jpeg(30, 20));
  const media = testSite.site.services.use('media');
  const ids: number[] = [];
  for (const name of ['one.jpg', 'two.jpg'])
    ids.push((await media.receive({ path, name }, { viewer: author.viewer })).id);
  const ticked = { ids: ids.join(','), back: '/admin/media' };
  const made = await post('/admin/media/folders', { name: 'Boats', parent: '' }, editor);
  const folder = /folder=(\d+)/.exec(String(made.headers['location']))?.[1] ?? '';
  assert.equal((await post('/admin/media/folders', { name: 'No' })).statusCode, 403);
  assert.equal((await post('/admin/media/bulk', { ...ticked, act: 'move', to: folder })).statusCode, 303);
  const shelf = (await get(`/admin/media?folder=${folder}&view=grid`)).body;
  assert.match(shelf, /media-name">one/);
  assert.equal(shelf.match(/class="media-cell"/g)?.length, 2);
  await post('/admin/media/bulk', { ...ticked, act: 'credit', credit: 'Ada' });
  assert.equal((await testSite.site.entries.need(ids[0] ?? 0, SYSTEM)).fields['credit'], 'Ada');
  await post('/admin/media/bulk', { ...ticked, act: 'trash' });
  assert.equal((await testSite.site.entries.need(ids[1] ?? 0, SYSTEM)).status, 'trash');
  await post('/admin/media/bulk', { ...ticked, act: 'restore' });
  assert.equal((await testSite.site.entries.need(ids[1] ?? 0, SYSTEM)).status, 'inherit');
  const away = await post('/admin/media/bulk', { ...ticked, back: 'https://evil.test/', act: 'move', to: '' });
  assert.equal(away.headers['location'], '/admin/media');
  const screen = `/admin/media/folders/${folder}`;
  assert.match((await get(screen, editor)).body, /value="Boats"/);
  assert.equal((await get(screen)).statusCode, 403);
  assert.equal((await post(screen, { name: 'Ships', parent: '' }, editor)).statusCode, 303);
  assert.match((await get(`${screen}/delete`, editor)).body, /“Ships”[\s\S]*It is empty/);
  assert.equal((await post(`${screen}/delete`, { _sure: '1' }, editor)).statusCode, 303);
  assert.equal((await get(screen, editor)).statusCode, 404);
});

test('a picture is cropped, focused and replaced by plain forms', async () => {
  const path = samples.file(await sample.jpeg(400, 200));
  const media = testSite.site.services.use('media');
  const { id } = await media.receive({ path, name: 'plain.jpg' }, { viewer: author.viewer });
  const url = `/admin/media/${id}`;
  const form = (await get(url)).body;
  assert.match(form, /Crop and turn[\s\S]*Focal point[\s\S]*Replace the file/);
  const entry = () => testSite.site.entries.need(id, SYSTEM);
  const version = async (): Promise<string> => String((await entry()).version);
  const part = { x: '0', y: '0', width: '50', height: '100', rotate: '90' };
  assert.equal((await post(`${url}/edit`, { ...part, version: await version() })).statusCode, 303);
  assert.deepEqual(
    [(await entry()).fields['width'], (await entry()).fields['height']],
    [100, 400].toSorted((a, b) => a - b),
  );
  assert.match((await get(url)).body, /Back to the original/);
  const wrong = await post(`${url}/edit`, { ...part, width: '0', version: await version() });
  assert.match(wrong.body, /too small/);
  await post(`${url}/focal`, { fx: '10', fy: '20,5', version: await version() });
  assert.deepEqual([(await entry()).fields['focalX'], (await entry()).fields['focalY']], [0.1, 0.205]);
  await post(`${url}/edit`, { do: 'original', version: await version() });
  assert.deepEqual([(await entry()).fields['width'], (await entry()).fields['height']], [400, 200]);
  assert.equal((await post(`${url}/focal`, { fx: '1', fy: '1' }, other)).statusCode, 403);
});
