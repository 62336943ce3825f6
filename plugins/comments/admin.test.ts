import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANONYMOUS, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';

let current: TestSite;
let editor: Browser;
let entryId = 0;

before(async () => {
  current = await startTestSite({ plugins: ['posts', 'blocks', 'comments', 'users', 'dashboard'] });
  // These tests write faster than people; the limit has tests of its own.
  await current.site.options.set('comments_flood', 0);
  editor = new Browser(() => current, (await current.loginAs('editor')).cookie);
  entryId = (
    await current.site.entries.save({ type: 'post', title: 'Discussed', status: 'publish' }, { viewer: SYSTEM })
  ).id;
});
after(() => current.stop());

const comment = (content: string) =>
  current.site.services
    .use('comments')
    .add(
      { entryId, authorName: 'A reader', authorEmail: 'r@example.org', content },
      { viewer: ANONYMOUS, address: '10.0.0.1' },
    );
const statusOf = async (id: number) => (await current.site.services.use('comments').store.get(id))?.status;

test('what waits is counted in the menu, told on the first screen, and approved by one button', async () => {
  const { id } = await comment('Please let me in.');
  const home = await editor.get('/admin');
  assert.match(home.text, /Comments 1 waiting/);
  assert.match(home.text, /Please let me in/);
  const list = await editor.get('/admin/comments?status=pending');
  const done = await editor.submit(list, 'Approve : comment of A reader');
  assert.match(done.text, /The comment is approved\. Visitors see it now\./);
  assert.equal(done.url, '/admin/comments?status=pending');
  assert.equal(await statusOf(id), 'approved');
  await editor.submit(done, 'Undo');
  assert.equal(await statusOf(id), 'pending');
});

test('several are marked as spam together, and deleted for good from there', async () => {
  const ids = [(await comment('Buy one')).id, (await comment('Buy two')).id].map(String);
  const spam = await editor.submit(await editor.get('/admin/comments'), 'Apply', { action: 'spam', ids });
  assert.match(spam.text, /2 comments are marked as spam/);
  const asked = await editor.submit(await editor.get('/admin/comments?status=spam'), 'Apply', {
    action: 'delete',
    ids,
  });
  assert.match(asked.text, /2 selected.*cannot be undone/);
  await editor.submit(asked, 'Delete for good (2)');
  assert.deepEqual(await Promise.all(ids.map((id) => statusOf(Number(id)))), [undefined, undefined]);
});

test('a comment is edited; what is wrong is said with what was typed', async () => {
  const { id } = await comment('A typo hear.');
  const form = await editor.get(`/admin/comments/${id}`);
  const wrong = await editor.submit(form, 'Save comment', {
    'comment.authorName': '',
    'comment.content': 'A typo here.',
    'comment.authorUrl': 'javascript:alert(1)',
  });
  assert.equal(wrong.status, 422);
  assert.match(wrong.html, /A typo here\./);
  await editor.submit(wrong, 'Save comment', {
    'comment.authorName': 'Reader',
    'comment.authorUrl': 'https://example.org/',
  });
  const stored = await current.site.services.use('comments').store.get(id);
  assert.deepEqual([stored?.authorName, stored?.authorUrl], ['Reader', 'https://example.org/']);
  assert.match(stored?.content ?? '', /A typo here\./);
});

test('what is flagged keeps its state, is found and counted, and the flag goes by undo', async () => {
  const { id } = await comment('Is that true?');
  const flagged = await editor.submit(await editor.get('/admin/comments?status=pending'), 'Flag : comment of A reader');
  assert.match(flagged.text, /The comment is flagged to be looked at again/);
  assert.match(flagged.text, /Flagged 1/);
  assert.equal(await statusOf(id), 'pending');
  const list = await editor.get('/admin/comments?status=flagged');
  assert.match(list.text, /Is that true\?/);
  assert.match((await editor.get(`/admin/comments/${id}`)).text, /What happened.*Flagged/);
  await editor.submit(flagged, 'Undo');
  assert.match((await editor.get('/admin/comments?status=flagged')).text, /All done/);
});

test('undo brings comments of several states back to what each was, and leaves what changed since', async () => {
  const comments = current.site.services.use('comments');
  const ids = [(await comment('One')).id, (await comment('Two')).id, (await comment('Three')).id];
  const [one = 0, two = 0, three = 0] = ids;
  await comments.setStatus(two, 'approved', SYSTEM);
  const list = await editor.get('/admin/comments');
  const done = await editor.submit(list, 'Apply', { action: 'trash', ids: ids.map(String) });
  assert.match(done.text, /3 comments are moved to the trash/);
  await comments.setStatus(three, 'spam', SYSTEM);
  const back = await editor.submit(done, 'Undo');
  assert.match(back.text, /2 comments are as they were\. One left as it was/);
  assert.deepEqual(await Promise.all([one, two, three].map(statusOf)), ['pending', 'approved', 'spam']);
});

test('the ids of all that match are told for acts on more than a page', async () => {
  const { id } = await comment('Zebra crossing');
  const found = await editor.get('/admin/comments/ids?search=zebra');
  assert.deepEqual(JSON.parse(found.html), { ids: [id], isMore: false });
});

test('comments are narrowed to days, and an act that a plugin adds is done', async () => {
  const { site } = current;
  const { id } = await comment('Of today');
  const days = await editor.get('/admin/comments?from=2020-01-01&until=2020-01-02');
  assert.doesNotMatch(days.text, /Of today/);
  assert.match(days.text, /From 2020-01-01.*Until 2020-01-02/);
  assert.match((await editor.get('/admin/comments?from=2020-01-01&search=of+today')).text, /Of today/);
  const done: number[] = [];
  site.admin.lists.extend('comments', {
    actions: [
      {
        name: 'frame',
        label: 'Frame it',
        capability: 'moderate_comments',
        said: (count) => `${count} framed.`,
        run: async (ids) => {
          done.push(...ids);
          return { done: ids };
        },
      },
    ],
  });
  const framed = await editor.submit(await editor.get('/admin/comments'), 'Apply', {
    action: 'frame',
    ids: [String(id)],
  });
  assert.match(framed.text, /1 framed\./);
  assert.deepEqual(done, [id]);
});
