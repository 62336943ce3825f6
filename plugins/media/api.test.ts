import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';
import { ApiVisitor } from './api-visitor.test-data.ts';
import * as sample from './sample-files.test-data.ts';

const samples = new sample.SampleFolder();
after(() => samples.remove());

forEachSite({}, (suite) => {
  const site = () => suite.current;
  let editor: ApiVisitor;
  let author: ApiVisitor;
  let contributor: ApiVisitor;

  before(async () => {
    editor = new ApiVisitor(site, await suite.current.loginAs('editor'));
    author = new ApiVisitor(site, await suite.current.loginAs('author'));
    contributor = new ApiVisitor(site, await suite.current.loginAs('contributor'));
  });
  const jpegFile = async (name: string, width = 40) => ({
    name,
    type: 'image/jpeg',
    data: await sample.jpeg(width, 30),
  });

  test('a file is sent, comes back as an item, and is found by kind, words, month, author and folder', async () => {
    const folder = await editor.send('POST', '/folders', { name: 'Harbour' });
    assert.equal(folder.status, 201);
    const id = folder.value.id as number;
    const sent = await author.upload('/', await jpegFile('Quay.jpg', 700), { folder: String(id), alt: 'A quay' });
    assert.equal(sent.status, 201, JSON.stringify(sent.value));
    const { value: item } = sent;
    assert.deepEqual(
      [item.title, item.alt, item.family, item.kind, item.width, item.height, item.folder, item.mayEdit],
      ['Quay', 'A quay', 'image', 'JPEG', 700, 30, id, true],
    );
    const pdf = await editor.upload('/', { name: 'Menu.pdf', type: 'application/pdf', data: sample.pdf() });
    assert.deepEqual([pdf.value.family, pdf.value.thumb, pdf.value.folder], ['document', '', null]);
    const month = new Date().toISOString().slice(0, 7);
    const idsOf = async (query: string): Promise<number[]> =>
      (await editor.get(`/?${query}`)).value.items.map((one: { id: number }) => one.id);
    assert.deepEqual(await idsOf('type=image'), [item.id]);
    assert.deepEqual(await idsOf('type=document'), [pdf.value.id]);
    assert.deepEqual(await idsOf('text=quay'), [item.id]);
    assert.deepEqual(await idsOf(`folder=${id}`), [item.id]);
    assert.deepEqual(await idsOf(`author=${pdf.value.authorId}`), [pdf.value.id]);
    assert.deepEqual(await idsOf(`month=${month}&unattached=true`), [pdf.value.id, item.id]);
    assert.deepEqual(await idsOf('month=2001-01'), []);
    assert.deepEqual(await idsOf(`ids=${item.id}`), [item.id]);
    const first = await editor.get('/?limit=1');
    assert.equal(first.value.items[0].id, pdf.value.id);
    assert.deepEqual(await idsOf(`limit=1&after=${first.value.next}`), [item.id]);
  });

  test('one file comes with its copies; what is said of it is changed on the version that was seen', async () => {
    const { value: item } = await author.upload('/', await jpegFile('Crane.jpg', 700));
    await site().site.services.use('media').settled();
    const { value: details } = await author.get(`/${item.id}`);
    assert.deepEqual(
      details.sizes.map(({ width, type }: { width: number; type: string }) => [width, type]),
      [
        [320, 'image/webp'],
        [640, 'image/webp'],
      ],
    );
    const change = { version: item.version, title: 'The <crane>', alt: ' A\ncrane ', caption: 'Old<script>1</script>' };
    const saved = await author.send('PATCH', `/${item.id}`, change);
    assert.deepEqual(
      [saved.status, saved.value.title, saved.value.alt, saved.value.caption, saved.value.version],
      [200, 'The <crane>', 'A crane', 'Old', item.version + 1],
    );
    assert.equal((await author.send('PATCH', `/${item.id}`, change)).status, 409);
    assert.equal((await author.send('PATCH', `/${item.id}`, { ...change, authorId: 1 })).status, 400);
    assert.equal((await author.send('PATCH', `/${item.id}`, { alt: 'x' })).status, 400);
  });

  test('nobody changes, moves, trashes or deletes what is somebody else’s, and a contributor does not get in', async () => {
    const { value: item } = await editor.upload('/', await jpegFile('Mine.jpg'));
    assert.equal((await author.send('PATCH', `/${item.id}`, { version: item.version, alt: 'x' })).status, 403);
    for (const act of ['trash', 'remove']) {
      const { status, value } = await author.send('POST', `/${act}`, { ids: [item.id] });
      assert.deepEqual([status, value.done, value.refused.length], [200, [], 1], act);
    }
    const moved = await author.send('POST', '/move', { ids: [item.id], folder: null });
    assert.match(moved.value.refused[0].reason, /may not edit/);
    assert.equal((await author.send('POST', '/folders', { name: 'No' })).status, 403);
    for (const path of ['/', `/${item.id}`, '/folders']) {
      assert.equal((await contributor.get(path)).status, 403, path);
      assert.equal((await new ApiVisitor(site).get(path)).status, 401, path);
    }
    const library = { viewer: site().site, id: item.id };
    assert.ok(library.id > 0);
    assert.equal((await site().site.entries.need(item.id, SYSTEM)).status, 'inherit');
  });

  test('files go to the trash, where nobody sees them, come back, and are deleted for good', async () => {
    const { value: item } = await author.upload('/', await jpegFile('Rope.jpg'));
    const ids = [item.id];
    assert.deepEqual((await author.send('POST', '/trash', { ids })).value, { done: ids, refused: [] });
    assert.equal((await site().inject({ url: item.url })).statusCode, 404);
    assert.ok(!(await author.get('/')).value.items.some(({ id }: { id: number }) => id === item.id));
    assert.equal((await author.get('/?trash=true')).value.items[0].id, item.id);
    await author.send('POST', '/restore', { ids });
    assert.equal((await site().inject({ url: item.url })).statusCode, 200);
    await author.send('POST', '/remove', { ids });
    assert.equal((await author.get(`/${item.id}`)).status, 404);
  });

  test('folders are renamed, moved, refused where two would be one, and deleted with what is in them moving up', async () => {
    const make = async (name: string, parentId: number | null = null): Promise<number> =>
      (await editor.send('POST', '/folders', { name, parentId })).value.id;
    const [boats, sails] = [await make('Boats'), await make('Sails')];
    const inner = await make('Sails', boats);
    assert.equal((await editor.send('POST', '/folders', { name: 'Boats' })).status, 409);
    assert.equal((await editor.send('PATCH', `/folders/${boats}`, { parentId: inner })).status, 400);
    await editor.send('PATCH', `/folders/${sails}`, { name: 'Ropes', parentId: boats });
    const { value } = await editor.get('/folders');
    const shown = value.folders.filter(({ name }: { name: string }) => name !== 'Harbour');
    assert.deepEqual(
      shown.map(({ name, depth }: { name: string; depth: number }) => [name, depth]),
      [
        ['Boats', 0],
        ['Ropes', 1],
        ['Sails', 1],
      ],
    );
    const { value: item } = await author.upload('/', await jpegFile('Jib.jpg'), { folder: String(inner) });
    assert.deepEqual((await editor.get(`/folders/${inner}`)).value, { files: 1, folders: 0 });
    assert.equal((await author.send('DELETE', `/folders/${inner}`)).status, 403);
    assert.equal((await editor.send('DELETE', `/folders/${inner}`)).status, 200);
    assert.equal((await editor.get(`/${item.id}`)).value.folder, boats);
    assert.equal((await editor.send('POST', '/move', { ids: [item.id], folder: inner })).status, 404);
    assert.deepEqual((await author.send('POST', '/move', { ids: [item.id], folder: null })).value.done, [item.id]);
    assert.equal((await editor.get(`/${item.id}`)).value.folder, null);
  });

  test('what is in the library already is recognised by the hash of what would be sent', async () => {
    const file = await jpegFile('Twice.jpg');
    const hash = createHash('sha256').update(file.data).digest('hex');
    assert.deepEqual((await author.send('POST', '/known', { hashes: [hash] })).value, {});
    const { value: item } = await author.upload('/', file);
    const known = await editor.send('POST', '/known', { hashes: [hash, 'a'.repeat(64)] });
    assert.deepEqual([Object.keys(known.value), known.value[hash].id], [[hash], item.id]);
    assert.equal((await editor.send('POST', '/known', { hashes: ['x'] })).status, 400);
  });
});
