// The library as a list: what plugins add to it, views that people keep of it, and what is done with many files.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { Browser, linksOf, type Page } from '../../test/support/browser.ts';
import { listFolders } from './folders.ts';
import * as sample from './sample-files.test-data.ts';

const LIST = '/admin/media?view=list';

describe('the library as a list', () => {
  const samples = new sample.SampleFolder();
  let current: TestSite;
  let editor: Browser;
  let photo: Entry;
  let paper: Entry;

  before(async () => {
    current = await startTestSite();
    const { viewer, cookie } = await current.loginAs('editor');
    editor = new Browser(() => current, cookie);
    const media = current.site.services.use('media');
    photo = await media.receive({ path: samples.file(await sample.jpeg(70, 50)), name: 'Quay.jpg' }, { viewer });
    paper = await media.receive({ path: samples.file(sample.pdf()), name: 'Paper.pdf' }, { viewer });
    await media.settled();
    await current.site.terms.save({ taxonomy: 'media_folder', name: 'Harbour' }, { viewer: SYSTEM });
  });
  after(async () => {
    await current?.stop();
    samples.remove();
  });

  const shows = (page: Page, ...titles: string[]): void => {
    for (const title of ['Quay', 'Paper'])
      assert.equal(page.html.includes(`aria-label="Select ${title}"`), titles.includes(title), `${title}: ${page.url}`);
  };
  const apply = async (from: string, action: string, ...ids: number[]): Promise<Page> =>
    editor.submit(await editor.get(from), 'Apply', { action, ids: ids.map(String) });

  test('it is narrowed by kind, month, words and folder, and each can be taken away', async () => {
    shows(await editor.get(LIST), 'Quay', 'Paper');
    const pictures = await editor.submit(await editor.get('/admin/media'), 'Show these', { kind: 'image' });
    shows(pictures, 'Quay');
    assert.equal(linksOf(pictures).find(({ text }) => text.startsWith('Pictures'))?.href, '/admin/media');
    shows(await editor.get('/admin/media?search=paper'), 'Paper');
    assert.match((await editor.get('/admin/media?kind=audio')).text, /No file is like that/);
    assert.match((await editor.get('/admin/media?trash=1')).text, /The trash is empty/);
  });

  test('files and folders are found with everything else, by whoever may use the library', async () => {
    const found = await editor.get('/admin/find?search=pape');
    assert.match(found.html, new RegExp(`href="/admin/media/${paper.id}">Paper</a><span class="cell-note">File<`));
    assert.doesNotMatch(found.text, /Quay/);
    assert.match(
      (await editor.get('/admin/find?search=harb')).html,
      /\/admin\/media\?folder(=|&#x3D;)\d+">Harbour<\/a>/,
    );
    const reader = new Browser(() => current, (await current.loginAs('contributor')).cookie);
    assert.match((await reader.get('/admin/find?search=pape')).text, /Nothing found/);
    await current.site.entries.trash(photo.id, { viewer: SYSTEM });
    assert.match((await editor.get('/admin/find?search=quay')).text, /Nothing found/);
    await current.site.entries.restore(photo.id, { viewer: SYSTEM });
  });

  test('a plugin adds a column, a filter and an action', async () => {
    const done: number[] = [];
    current.site.admin.lists.extend<Entry>('media', {
      columns: [
        { key: 'mime', label: 'Mime type', cells: (items) => items.map(({ mimeType }) => ({ text: mimeType })) },
      ],
      filters: [
        {
          name: 'mime',
          label: 'Mime type',
          kind: 'select',
          options: () => [{ value: 'pdf', label: 'PDF only' }],
          query: (value) => (value === 'pdf' ? { mimeType: 'application/pdf' } : undefined),
        },
      ],
      actions: [
        {
          name: 'stamp',
          label: 'Stamp it',
          capability: 'upload_files',
          run: async (ids) => {
            done.push(...ids);
            return { done: ids };
          },
          said: (count) => `${count} stamped.`,
        },
      ],
    });
    assert.match((await editor.get(LIST)).text, /Mime type.*application\/pdf/s);
    const narrowed = await editor.submit(await editor.get(LIST), 'Show these', { 'filter.mime': 'pdf' });
    shows(narrowed, 'Paper');
    assert.match(narrowed.text, /Mime type: PDF only/);
    assert.match((await apply(LIST, 'stamp', photo.id)).text, /1 stamped\./);
    assert.deepEqual(done, [photo.id]);
  });

  test('a view of it is kept, opens as a list, and all that match leave as a file', async () => {
    const kept = await editor.submit(await editor.get('/admin/media?kind=image'), 'Save this view', { name: 'Photos' });
    assert.match(kept.text, /“Photos” is kept\./);
    await editor.get('/admin/media?view=grid');
    const link = linksOf(await editor.get(LIST)).find(({ text, href }) => text === 'Photos' && href.includes('saved='));
    await editor.get('/admin/media?view=grid');
    shows(await editor.get(link?.href ?? ''), 'Quay');
    const csv = (await editor.get('/admin/media/export?format=csv&kind=image')).html;
    assert.match(csv, /ID,File,Kind,Pixels,Size,Uploaded/);
    assert.match(csv, new RegExp(`${photo.id},Quay,JPEG,70 × 50,`));
    assert.doesNotMatch(csv, /Paper/);
    const json = JSON.parse((await editor.get('/admin/media/export?format=json')).html) as { id: number }[];
    assert.deepEqual(json.map(({ id }) => id).sort(), [photo.id, paper.id].sort());
    const { ids } = JSON.parse((await editor.get('/admin/media/ids?kind=document')).html) as { ids: number[] };
    assert.deepEqual(ids, [paper.id]);
  });

  test('scripts say the same of all that match, and what was moved from several folders goes back to each', async () => {
    const { cookie, token } = await current.loginAs('editor');
    const act = async (values: Record<string, string>): Promise<{ done: number[]; undo: string; more: object }> => {
      const headers = { cookie, 'x-csrf-token': token, accept: 'application/json', 'sec-fetch-site': 'same-origin' };
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const payload = new URLSearchParams({ ids: `${photo.id},${paper.id}`, ...values }).toString();
      const asked = { method: 'POST', url: '/admin/media/bulk', headers: { ...headers, ...type }, payload } as const;
      return JSON.parse((await current.inject(asked)).payload);
    };
    assert.deepEqual((await act({ action: 'alt', alt: 'The quay' })).done.sort(), [photo.id, paper.id].sort());
    await act({ action: 'caption', caption: 'At noon' });
    const { fields, excerpt } = await current.site.entries.need(photo.id, SYSTEM);
    assert.deepEqual([fields['alt'], excerpt], ['The quay', 'At noon']);

    const quay = await current.site.terms.save({ taxonomy: 'media_folder', name: 'Quay' }, { viewer: SYSTEM });
    const [harbour] = await listFolders(current.site);
    const folderOf = async (id: number): Promise<string[]> =>
      ((await current.site.terms.ofEntries([id])).get(id) ?? []).map(({ name }) => name);
    await act({ action: `move-${harbour?.id}`, ids: String(paper.id) });
    const moved = await act({ action: `move-${quay.id}` });
    assert.deepEqual([await folderOf(photo.id), await folderOf(paper.id)], [['Quay'], ['Quay']]);
    await act({ action: moved.undo, ...moved.more });
    assert.deepEqual([await folderOf(photo.id), await folderOf(paper.id)], [[], ['Harbour']]);
    const away = await apply(LIST, 'move-out', paper.id);
    await editor.submit(away, 'Undo');
    assert.deepEqual(await folderOf(paper.id), ['Harbour']);
    await act({ action: 'move-out', ids: String(paper.id) });
    await act({ action: 'alt', alt: '' });
  });

  test('ticked files go into folders, get a credit, and come back from the trash', async () => {
    const [folder] = await listFolders(current.site);
    assert.match((await apply(LIST, `move-${folder?.id}`, photo.id)).text, /1 file moved\./);
    shows(await editor.get(`/admin/media?view=list&folder=${folder?.id}`), 'Quay');
    await apply(`/admin/media?view=list&folder=${folder?.id}`, 'move-out', photo.id);
    assert.match((await editor.get(`/admin/media?view=list&folder=${folder?.id}`)).text, /No file is like that/);
    const asked = await apply(LIST, 'credit', photo.id, paper.id);
    assert.match(asked.text, /Set credit.*It is set for all 2/s);
    assert.match((await editor.submit(asked, 'Set credit', { credit: 'Ada' })).text, /It is saved for 2 files/);
    const { fields } = await current.site.entries.need(paper.id, SYSTEM);
    assert.equal(fields['credit'], 'Ada');
    const away = await apply(LIST, 'trash', paper.id);
    assert.match(away.text, /1 file moved to the trash/);
    shows(away, 'Quay');
    shows(await editor.submit(away, 'Undo'), 'Quay', 'Paper');
    await apply(LIST, 'trash', paper.id);
    const trash = await editor.get('/admin/media?view=list&trash=1');
    assert.match(trash.text, /Deleted by.*Paper.*The editor/);
    const grid = await editor.get('/admin/media?view=grid&trash=1');
    assert.match(grid.text, /Paper Deleted by: The editor now/);
    const [farewell] = (await current.site.entries.farewells([paper.id], SYSTEM)).values();
    shows(await editor.get(`/admin/media?view=list&trash=1&filter.deletedBy=${farewell?.authorId}`), 'Paper');
    shows(await editor.get('/admin/media?view=list&trash=1&filter.deletedBy=999'));
    assert.match((await editor.get(`/admin/media/${paper.id}`)).text, /The editor moved this file to the trash/);
    const sure = await apply('/admin/media?view=list&trash=1', 'remove', paper.id);
    assert.match(sure.text, /This cannot be undone/);
    assert.match((await editor.submit(sure, 'Delete for good (1)')).text, /1 file deleted for good/);
    assert.equal(await current.site.entries.get(paper.id, SYSTEM), undefined);
  });
});
