import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

describe('The screens of terms', () => {
  forEachSite({ plugins: ['posts', 'dashboard'] }, (suite) => {
    let administrator: Browser;
    const site = () => suite.current.site;
    const make = (name: string, parentId: number | null = null) =>
      site().terms.save({ taxonomy: 'category', name, parentId }, { viewer: SYSTEM });
    before(async () => {
      administrator = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
    });

    test('terms are put in order and below each other, even where two change places', async () => {
      const a = await make('Alpha');
      const b = await make('Beta', a.id);
      const c = await make('Gamma');
      const form = await administrator.get('/admin/terms/category/arrange');
      await administrator.submit(form, 'Save the order', {
        [`term.${c.id}.order`]: '1',
        [`term.${b.id}.order`]: '2',
        [`term.${a.id}.order`]: '3',
        [`term.${b.id}.parent`]: '',
        [`term.${a.id}.parent`]: String(b.id),
      });
      const terms = await site().terms.list('category', { limit: 100 });
      const mine = terms.filter(({ id }) => [a.id, b.id, c.id].includes(id));
      assert.deepEqual(
        mine.map(({ name, path }) => [name, path]),
        [
          ['Gamma', 'gamma'],
          ['Beta', 'beta'],
          ['Alpha', 'beta/alpha'],
        ],
      );
      const circle = await administrator.get('/admin/terms/category/arrange');
      const refused = await administrator.submit(circle, 'Save the order', { [`term.${b.id}.parent`]: String(a.id) });
      assert.match(refused.text, /cannot stand below itself/);
      assert.equal((await site().terms.get(a.id))?.path, 'beta/alpha');
    });

    test('terms are found with everything else, by those who may change them; no kind takes the place of others', async () => {
      const { id } = await make('Letterpress');
      await site().terms.save({ taxonomy: 'post_tag', name: 'Letterheads' }, { viewer: SYSTEM });
      for (const type of ['post', 'page'])
        for (let count = 0; count < 8; count++)
          await site().entries.save({ type, title: `Letter ${count}`, status: 'publish' }, { viewer: SYSTEM });
      await site().users.create({ login: 'letterer', password: 'a long enough one 7', roles: ['author'] }, SYSTEM);
      const found = await administrator.get('/admin/find?search=letter');
      assert.match(found.html, new RegExp(`href="/admin/terms/category/${id}">Letterpress</a>.*>Category<`));
      for (const [words, times] of [
        ['>Page<', 6],
        ['>Post<', 6],
        ['>Letterheads<', 1],
        ['>letterer<', 1],
      ] as const)
        assert.equal(found.html.split(words).length - 1, times, words);
      const author = new Browser(() => suite.current, (await suite.current.loginAs('author')).cookie);
      assert.doesNotMatch((await author.get('/admin/find?search=letterp')).text, /Letterpress/);
      assert.match((await author.get('/admin/find?search=letterp')).text, /Nothing found/);
    });

    test('an order that is out of date is not saved and not lost', async () => {
      const form = await administrator.get('/admin/terms/category/arrange');
      const late = await make('Latecomer');
      const refused = await administrator.submit(form, 'Save the order');
      assert.equal(refused.status, 409);
      assert.match(refused.text, /Somebody else has changed these meanwhile/);
      const done = await administrator.submit(refused, 'Save the order', { [`term.${late.id}.order`]: '1' });
      assert.match(done.text, /The order is saved/);
    });

    test('several become one, or go, after a question in numbers', async () => {
      const [red, crimson, spare] = [await make('Red'), await make('Crimson'), await make('Spare')];
      await site().entries.save(
        { type: 'post', title: 'Colours', status: 'publish', terms: { category: [crimson.id] } },
        { viewer: SYSTEM },
      );
      const list = await administrator.get('/admin/terms/category');
      const ask = await administrator.submit(list, 'Apply', {
        ids: [String(red.id), String(crimson.id)],
        action: 'merge',
      });
      assert.match(ask.text, /Crimson: one published entry/);
      const merged = await administrator.submit(ask, 'Make them one', { into: String(red.id) });
      assert.match(merged.text, /They are one now: “Red”\. One entry changed\./);
      const gone = await administrator.submit(merged, 'Apply', { ids: [String(spare.id)], action: 'delete' });
      await administrator.submit(gone, 'Delete them');
      assert.equal(await site().terms.get(spare.id), undefined);
      const author = new Browser(() => suite.current, (await suite.current.loginAs('author')).cookie);
      for (const path of ['arrange', 'merge?ids=1', 'remove?ids=1'])
        assert.equal((await author.get(`/admin/terms/category/${path}`)).status, 403, path);
    });
  });
});
