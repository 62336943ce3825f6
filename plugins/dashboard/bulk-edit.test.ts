import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

describe('Fields of several entries at once', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'comments', 'dashboard'] }, (suite) => {
    const site = () => suite.current.site;
    let editor: Browser;
    let news = 0;
    before(async () => {
      editor = new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);
      news = (await site().terms.save({ taxonomy: 'category', name: 'News' }, { viewer: SYSTEM })).id;
    });
    const make = async (title: string, more: object = {}): Promise<Entry> =>
      site().entries.save({ type: 'post', title, status: 'publish', ...more }, { viewer: SYSTEM });
    const need = (id: number) => site().entries.need(id, SYSTEM);
    const termsOf = async (id: number) =>
      ((await site().terms.ofEntries([id])).get(id) ?? []).map(({ name }) => name).sort();
    const choose = async (entries: readonly Entry[], fill: Record<string, string | string[]>) => {
      const list = await editor.get('/admin/content/post');
      const ids = entries.map(({ id }) => String(id));
      const form = await editor.submit(list, 'Apply', { ids, action: 'edit' });
      return editor.submit(form, 'See what changes', fill);
    };

    test('are changed after a look at what changes, and taken back by one button', async () => {
      const heir = await site().users.create({ login: 'heir', name: 'Heir', roles: ['author'] }, SYSTEM);
      const entries = [
        await make('One', { terms: { category: ['Old'], post_tag: ['ink'] } }),
        await make('Two', { terms: { category: [news] }, sticky: true }),
        await make('Three', { status: 'draft' }),
      ];
      const asked = await choose(entries, {
        'set.status': 'draft',
        'set.author': String(heir.id),
        'set.sticky': 'no',
        'set.comments': 'closed',
        'mode.category': 'add',
        'terms.category': [String(news)],
        'mode.post_tag': 'remove',
        'terms.post_tag': 'Ink, absent',
      });
      assert.match(asked.text, /Change 3 entries\?/);
      assert.match(asked.text, /Status: 2 entries.*Author: 3 entries.*Keep on top of the list: one entry/);
      assert.match(asked.text, /Comments: 3 entries.*Categories: 2 entries.*Tags: one entry/);
      assert.equal((await need(entries[0]?.id ?? 0)).status, 'publish', 'nothing has changed yet');
      const done = await editor.submit(asked, 'Change them');
      assert.match(done.text, /3 entries are changed/);
      const now = await Promise.all(entries.map(({ id }) => need(id)));
      assert.deepEqual(
        now.map(({ status, authorId, sticky, commentStatus }) => [status, authorId, sticky, commentStatus]),
        Array.from({ length: 3 }, () => ['draft', heir.id, false, 'closed']),
      );
      assert.deepEqual(await Promise.all(entries.map(({ id }) => termsOf(id))), [['News', 'Old'], ['News'], ['News']]);
      await site().entries.save({ id: entries[2]?.id ?? 0, title: 'Changed since' }, { viewer: SYSTEM });
      const undone = await editor.submit(done, 'Undo');
      assert.match(undone.text, /2 entries are as they were\. 1 were changed since and stay\./);
      const back = await Promise.all(entries.slice(0, 2).map(({ id }) => need(id)));
      assert.deepEqual(
        back.map(({ status, authorId, sticky, commentStatus, publishedAt }) => [
          status,
          authorId,
          sticky,
          commentStatus,
          publishedAt,
        ]),
        entries
          .slice(0, 2)
          .map(({ status, authorId, sticky, commentStatus, publishedAt }) => [
            status,
            authorId,
            sticky,
            commentStatus,
            publishedAt,
          ]),
      );
      assert.deepEqual(await termsOf(entries[0]?.id ?? 0), ['Old', 'ink']);
      assert.equal((await need(entries[2]?.id ?? 0)).title, 'Changed since');
    });

    test('that are so already are said to be, and what is not one’s own stays', async () => {
      const entry = await make('Same', { status: 'draft' });
      assert.match((await choose([entry], { 'set.status': 'draft' })).text, /Nothing would change/);
      const foreign = await make('Foreign');
      const { cookie, viewer } = await suite.current.loginAs('author');
      const own = await site().entries.save({ type: 'post', title: 'Mine' }, { viewer });
      const author = new Browser(() => suite.current, cookie);
      const list = await author.get('/admin/content/post');
      const form = await author.submit(list, 'Apply', { ids: [String(own.id)], action: 'edit' });
      assert.doesNotMatch(form.html, /name="set\.author"|name="set\.sticky"/);
      const asked = await author.submit(form, 'See what changes', { 'set.comments': 'closed' });
      const done = await author.submit(asked, 'Change them', { ids: `${own.id},${foreign.id}` });
      assert.match(done.text, /One entry is changed\. 1 left as they were: You may not edit/);
      assert.equal((await need(foreign.id)).commentStatus, 'open');
    });
  });
});
