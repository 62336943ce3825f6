import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

forEachSite({ plugins: ['posts', 'blocks', 'users', 'dashboard'] }, (suite) => {
  test('a duplicate is a draft with text, terms and meta, an address of its own, and goes by one button', async () => {
    const { site } = suite.current;
    const { id } = await site.entries.save(
      {
        type: 'post',
        title: 'Origin',
        content: 'text',
        excerpt: 'short',
        status: 'publish',
        sticky: true,
        terms: { category: ['Craft'], post_tag: ['ink'] },
        meta: { mood: ['calm'], _wp_old_slug: ['before'] },
      },
      { viewer: SYSTEM },
    );
    const editor = new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);
    const list = await editor.get('/admin/content/post?search=Origin');
    const page = await editor.submit(list, 'Duplicate : Origin');
    assert.match(page.text, /This is the copy/);
    const copyId = Number(/\/post\/(\d+)/.exec(page.url)?.[1]);
    const copy = await site.entries.need(copyId, SYSTEM);
    assert.deepEqual(
      [copy.title, copy.content, copy.excerpt, copy.status, copy.sticky, copy.publishedAt],
      ['Copy of Origin', 'text', 'short', 'draft', false, null],
    );
    assert.notEqual(copy.slug, 'origin');
    const names = ((await site.terms.ofEntries([copyId])).get(copyId) ?? []).map(({ name }) => name).sort();
    assert.deepEqual(names, ['Craft', 'ink']);
    assert.deepEqual((await site.meta.of('entry', [copyId])).get(copyId), { mood: ['calm'] });
    const again = await editor.submit(page, 'Duplicate');
    assert.notEqual(again.url, page.url, 'the form of an entry has the button too');
    await editor.submit(page, 'Undo');
    assert.equal((await site.entries.need(copyId, SYSTEM)).status, 'trash');
    const author = await suite.current.loginAs('author');
    const values = { _token: author.token };
    const foreign = new Browser(() => suite.current, author.cookie);
    assert.equal((await foreign.post(`/admin/content/post/${id}/duplicate`, values)).status, 403);
  });
});
