import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser, linksOf, type Page } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

const LIST = '/admin/content/post';

forEachSite({ plugins: ['posts', 'blocks', 'users', 'dashboard'] }, (suite) => {
  let editor: Browser;
  let admin: Browser;
  let token: string;

  before(async () => {
    for (const [title, status] of [
      ['Beta', 'draft'],
      ['Alpha', 'draft'],
      ['Seen', 'pending'],
    ] as const)
      await suite.current.site.entries.save({ type: 'post', title, status }, { viewer: SYSTEM });
    const loggedIn = await suite.current.loginAs('editor');
    editor = new Browser(() => suite.current, loggedIn.cookie);
    ({ token } = loggedIn);
    admin = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
  });

  const titles = (page: Page): string[] =>
    [...page.html.matchAll(/cell-link"[^>]*>([^<]+)</g)].map((match) => match[1] ?? '');
  const linkOf = (page: Page, name: string): string | undefined =>
    linksOf(page).find(({ href, text }) => href.includes('saved=') && text.startsWith(name))?.href;
  const keep = async (browser: Browser, query: string, name: string, more = {}): Promise<Page> =>
    browser.submit(await browser.get(`${LIST}?${query}`), 'Save this view', { name, ...more });

  test('a view keeps what narrows and sorts a list, and its columns, under a name', async () => {
    const look = {
      _token: token,
      list: 'content:post',
      back: LIST,
      order: ['status', 'modified'],
      columns: ['status'],
    };
    await editor.post('/admin/lists/look', look);
    const kept = await keep(editor, 'status=draft&sort=title&after=xyz&evil=1', '  My   drafts ');
    assert.match(kept.text, /“My drafts” is kept\./);
    assert.match(kept.url, /^\/admin\/content\/post\?sort=title&status=draft&saved=o[0-9a-f]{12}$/);
    assert.deepEqual(titles(kept), ['Alpha', 'Beta']);
    await editor.submit(await editor.get(LIST), 'As it was');
    const plain = await editor.get(LIST);
    assert.match(plain.html, /"key":"modified"/, 'the list itself has all its columns again');
    const again = await editor.get(linkOf(plain, 'My drafts') ?? '');
    assert.deepEqual(titles(again), ['Alpha', 'Beta']);
    assert.doesNotMatch(again.html, /"key":"modified"/, 'the view has those that it was kept with');
    assert.equal(linkOf(await admin.get(LIST), 'My drafts'), undefined, 'it is nobody else’s');
  });

  test('it is renamed, changed, deleted, and deleting is taken back', async () => {
    const first = await keep(editor, 'status=draft', 'Second');
    const renamed = await editor.submit(first, 'Rename', { name: 'Other' });
    assert.match(renamed.text, /It is called “Other” now\./);
    const narrowed = await editor.get(renamed.url.replace('status=draft', 'status=pending'));
    const changed = await editor.submit(narrowed, 'Keep it as the list is now');
    assert.deepEqual(titles(changed), ['Seen']);
    const deleted = await editor.submit(changed, 'Delete this view');
    assert.match(deleted.text, /The view “Other” is deleted\./);
    assert.equal(linkOf(deleted, 'Other'), undefined);
    const back = await editor.submit(deleted, 'Undo');
    assert.match(back.text, /“Other” is back\./);
    assert.deepEqual(titles(back), ['Seen']);
  });

  test('one of them may open first, and everything stays one press away', async () => {
    const kept = await keep(editor, 'status=pending', 'First');
    const chosen = await editor.submit(kept, 'Make it the default');
    const opened = await editor.get(LIST);
    assert.equal(opened.url, chosen.url);
    const all = linksOf(opened).find(({ text }) => text.startsWith('All '))?.href ?? '';
    const everything = titles(await editor.get(all));
    for (const title of ['Alpha', 'Beta', 'Seen']) assert.ok(everything.includes(title), title);
    await editor.submit(opened, 'No default any more');
    assert.equal((await editor.get(LIST)).url, LIST);
  });

  test('names are checked, and none is taken twice', async () => {
    await keep(editor, 'status=draft', 'Taken');
    assert.match((await keep(editor, 'status=publish', 'taken')).text, /There is a view called "taken" already\./);
    assert.match((await keep(editor, 'status=draft', '   ')).text, /A view needs a name/);
    assert.match((await keep(editor, 'status=draft', 'x'.repeat(61))).text, /A view needs a name/);
    const long = `${'a'.repeat(199)}`;
    const many = await keep(editor, Array.from({ length: 6 }, (_, at) => `filter.x${at}=${long}`).join('&'), 'Long');
    assert.match(many.text, /Too much narrows this list/);
    const unknown = { _token: token, list: 'nothing:here', back: LIST, press: 'save', name: 'No' };
    assert.equal((await editor.post('/admin/lists/views', unknown)).status, 400);
    const away = { _token: token, list: 'content:post', back: 'https://example.org/', press: 'save', name: 'Away' };
    assert.match((await editor.post('/admin/lists/views', away)).url, /^\/admin\?saved=/);
  });

  test('who may change the settings shares views with everybody, and nobody else does', async () => {
    assert.doesNotMatch((await editor.get(LIST)).text, /For everybody who sees this list/);
    const shared = await keep(admin, 'status=draft', 'Desk', { shared: true });
    const seen = await editor.get(linkOf(await editor.get(LIST), 'Desk') ?? '');
    assert.deepEqual(titles(seen).toSorted(), ['Alpha', 'Beta']);
    assert.doesNotMatch(seen.text, /Delete this view/);
    const id = new URLSearchParams(shared.url.split('?')[1]).get('saved') ?? '';
    const values = { _token: token, list: 'content:post', back: LIST, id, version: '1', name: 'Mine' };
    const tries: Record<string, string>[] = [{ press: 'rename' }, { press: 'delete' }, { press: 'save', shared: '1' }];
    for (const more of tries)
      assert.equal((await editor.post('/admin/lists/views', { ...values, ...more })).status, 403, JSON.stringify(more));
    assert.ok(linkOf(await editor.get(LIST), 'Desk'));
  });

  test('whoever changes a view that somebody else changed meanwhile is told, and overwrites nothing', async () => {
    const seen = await keep(admin, 'status=draft', 'Common', { shared: true });
    await admin.submit(seen, 'Rename', { name: 'Common desk' });
    const late = await admin.submit(seen, 'Rename', { name: 'Mine now' });
    assert.match(late.text, /Somebody changed "Common desk" meanwhile\./);
    assert.match((await admin.submit(seen, 'Delete this view')).text, /Somebody changed/);
    assert.ok(linkOf(await admin.get(LIST), 'Common desk'));
  });
});
