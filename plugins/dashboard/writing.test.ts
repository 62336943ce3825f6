import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

describe('The settings of writing', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'comments', 'dashboard'] }, (suite) => {
    const site = () => suite.current.site;
    let administrator: Browser;
    before(async () => {
      administrator = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
    });
    const namesOf = async (id: number) =>
      ((await site().terms.ofEntries([id])).get(id) ?? []).map(({ slug }) => slug).sort();

    test('a post that is published without a category gets the standard one; drafts and imports do not', async () => {
      const news = await site().terms.save({ taxonomy: 'category', name: 'News' }, { viewer: SYSTEM });
      const other = await site().terms.save({ taxonomy: 'category', name: 'Other' }, { viewer: SYSTEM });
      const form = await administrator.get('/admin/settings/writing');
      await administrator.submit(form, 'Save settings', {
        'settings.default_category': String(news.id),
        'settings.revisions_kept': '7',
      });
      assert.deepEqual(
        [await site().options.get('default_category'), await site().options.get('revisions_kept')],
        [news.id, 7],
      );
      const save = (more: object, options: object = {}) =>
        site().entries.save({ type: 'post', title: 'A', ...more }, { viewer: SYSTEM, ...options });
      const draft = await save({});
      assert.deepEqual(await namesOf(draft.id), []);
      await site().entries.save({ id: draft.id, status: 'publish' }, { viewer: SYSTEM });
      assert.deepEqual(await namesOf(draft.id), ['news']);
      const own = await save({ status: 'publish', terms: { category: [other.id] } });
      await site().entries.save({ id: own.id, title: 'B' }, { viewer: SYSTEM });
      assert.deepEqual(await namesOf(own.id), ['other']);
      assert.deepEqual(await namesOf((await save({ status: 'publish' }, { isImport: true })).id), []);
      const page = await site().entries.save({ type: 'page', title: 'P', status: 'publish' }, { viewer: SYSTEM });
      assert.deepEqual(await namesOf(page.id), []);
      await site().terms.remove(news.id, { viewer: SYSTEM });
      assert.deepEqual(await namesOf((await save({ status: 'publish' })).id), [], 'one that is gone is nobody’s');
    });

    test('a new post has the standard format, and each may have another', async () => {
      await site().options.set('default_post_format', 'aside');
      const author = new Browser(() => suite.current, (await suite.current.loginAs('author')).cookie);
      const saved = await author.submit(await author.get('/admin/content/post/new'), 'Save draft', { title: 'Short' });
      const id = Number(/post\/(\d+)/.exec(saved.url)?.[1]);
      assert.deepEqual(await namesOf(id), ['post-format-aside']);
      await author.submit(saved, 'Save draft', { format: 'quote' });
      assert.deepEqual(await namesOf(id), ['post-format-quote']);
      await author.submit(await author.get(`/admin/content/post/${id}`), 'Save draft', { format: 'standard' });
      assert.deepEqual(await namesOf(id), []);
      const again = await author.get(`/admin/content/post/${id}`);
      assert.match(again.html, /<option value="standard" selected>/);
    });
  });
});

describe('The beginnings of the addresses of terms', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'dashboard'] }, (suite) => {
    const site = () => suite.current.site;
    const get = async (url: string) => {
      const { statusCode, headers } = await suite.current.inject({ url });
      return [statusCode, headers['location']];
    };

    test('can be chosen; old addresses lead to the new ones', async () => {
      const administrator = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
      const above = await site().terms.save({ taxonomy: 'category', name: 'Craft' }, { viewer: SYSTEM });
      await site().terms.save({ taxonomy: 'category', name: 'Wood', parentId: above.id }, { viewer: SYSTEM });
      await site().terms.save({ taxonomy: 'post_tag', name: 'Oak' }, { viewer: SYSTEM });
      const form = await administrator.get('/admin/settings/permalinks');
      const asked = await administrator.submit(form, 'Save settings', { 'base.category': ' /blog/topics/ ' });
      assert.match(asked.text, /Categories: from \/category\/… to \/blog\/topics\/…/);
      const done = await administrator.submit(asked, 'Change the addresses');
      assert.match(done.text, /The addresses are changed/);
      assert.match(done.html, /name="base.category" value="blog\/topics"/);
      assert.deepEqual(await get('/blog/topics/craft/wood/'), [200, undefined]);
      assert.deepEqual(await get('/category/craft/wood/'), [301, '/blog/topics/craft/wood/']);
      assert.deepEqual(await get('/tag/oak/'), [200, undefined]);
      await site().options.set('term_bases', { category: 'themes' });
      assert.deepEqual(await get('/blog/topics/craft/'), [301, '/themes/craft/']);
      await site().options.set('term_bases', {});
      assert.deepEqual(await get('/category/craft/'), [200, undefined]);
      assert.deepEqual(await get('/themes/craft/wood/'), [301, '/category/craft/wood/']);
    });

    test('that something else has are refused with what was typed', async () => {
      const administrator = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
      for (const [base, words] of [
        ['admin', /other pages of the site stand there/],
        ['tag', /other pages of the site stand there/],
        ['2024', /other pages of the site stand there/],
        ['a b', /no beginning of an address/],
        ['../x', /no beginning of an address/],
      ] as const) {
        const form = await administrator.get('/admin/settings/permalinks');
        const refused = await administrator.submit(form, 'Save settings', { 'base.category': base });
        assert.equal(refused.status, 422, base);
        assert.match(refused.text, words, base);
        assert.ok(refused.html.includes(`value="${base}"`), base);
      }
      const page = await administrator.get('/admin/settings/permalinks');
      const both = await administrator.submit(page, 'Save settings', { 'base.category': 'x', 'base.post_tag': 'x' });
      assert.match(both.text, /cannot both begin with \/x\//);
      assert.deepEqual(await site().options.get('term_bases'), {});
    });
  });
});
