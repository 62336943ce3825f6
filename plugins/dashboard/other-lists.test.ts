import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

describe('Lists of people, terms and comments', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'comments', 'users', 'dashboard'] }, (suite) => {
    const site = () => suite.current.site;
    let administrator: Browser;
    let cookie = '';
    before(async () => {
      cookie = (await suite.current.loginAs('administrator')).cookie;
      administrator = new Browser(() => suite.current, cookie);
    });
    const rowsAt = async (url: string): Promise<{ rows: string[]; next: string }> => {
      const reply = await suite.current.inject({
        url,
        headers: { accept: 'application/json', cookie },
      });
      const { table } = reply.json() as { table: { rows: { label: string }[]; paging: { older: string } } };
      return { rows: table.rows.map(({ label }) => label), next: table.paging.older };
    };

    test('people are sorted by login, narrowed by state, paged both ways, kept as a view and exported', async () => {
      for (let number = 0; number < 60; number++)
        await site().users.create(
          { login: `p${String(59 - number).padStart(2, '0')}`, name: `P ${59 - number}`, roles: ['subscriber'] },
          SYSTEM,
        );
      const first = await rowsAt('/admin/users?role=subscriber&sort=name');
      assert.deepEqual([first.rows.length, first.rows[0], first.rows.at(-1)], [50, 'P 0', 'P 49']);
      assert.deepEqual((await rowsAt(first.next)).rows.slice(0, 2), ['P 50', 'P 51']);
      const back = await rowsAt('/admin/users?role=subscriber&sort=name&direction=desc');
      assert.equal(back.rows[0], 'P 59');
      const locked = await site().users.list({ search: 'p07' }, SYSTEM);
      await site().users.setStatus(locked[0]?.id ?? 0, 'disabled', SYSTEM);
      assert.deepEqual((await rowsAt('/admin/users?status=disabled')).rows, ['P 7']);
      const page = await administrator.get('/admin/users?status=disabled');
      await administrator.submit(page, 'Save this view', { name: 'Locked out' });
      assert.match((await administrator.get('/admin/users')).text, /Locked out/);
      const csv = await administrator.get('/admin/users/export?status=disabled&format=csv');
      assert.match(csv.html, /^\uFEFFID,Name,E-mail address,Role.*\r\n\d+,P 7,/);
      const author = new Browser(() => suite.current, (await suite.current.loginAs('author')).cookie);
      assert.equal((await author.get('/admin/users/export')).status, 403);
    });

    test('terms are sorted by number and name, and exported with the tree left out of their names', async () => {
      const make = (name: string, parentId: number | null = null) =>
        site().terms.save({ taxonomy: 'category', name, parentId }, { viewer: SYSTEM });
      const [top] = [await make('Zebra'), await make('Apple')];
      const below = await make('Below', top.id);
      await site().entries.save(
        { type: 'post', title: 'T', status: 'publish', terms: { category: [below.id] } },
        { viewer: SYSTEM },
      );
      // The site has some of its own from the start.
      const isMine = (name: string): boolean => ['Apple', 'Below', 'Zebra'].includes(name);
      const rows = async (sort: string) => (await rowsAt(`/admin/terms/category?sort=${sort}`)).rows.filter(isMine);
      assert.deepEqual(await rows('name'), ['Apple', 'Below', 'Zebra']);
      assert.equal((await rows('count'))[0], 'Below');
      const json = await administrator.get('/admin/terms/category/export?format=json&sort=name');
      const exported = JSON.parse(json.html) as { name: string; count: string }[];
      assert.deepEqual(
        exported.filter(({ name }) => isMine(name)).map(({ name, count }) => [name, count]),
        [
          ['Apple', '0'],
          ['Below', '1'],
          ['Zebra', '0'],
        ],
      );
      const page = await administrator.get('/admin/terms/category?search=app');
      await administrator.submit(page, 'Save this view', { name: 'Fruit' });
      assert.match((await administrator.get('/admin/terms/category')).text, /Fruit/);
    });

    test('comments are listed from the oldest too, kept as a view and exported as text', async () => {
      const { store } = site().services.use('comments');
      const post = await site().entries.save({ type: 'post', title: 'Talk', status: 'publish' }, { viewer: SYSTEM });
      for (const [index, word] of ['first', 'second', 'third'].entries())
        await store.insert({
          entryId: post.id,
          parentId: null,
          userId: null,
          authorName: word,
          authorEmail: `${word}@example.net`,
          authorUrl: '',
          authorAddress: '',
          agent: '',
          content: `<p>The <em>${word}</em> word.</p>`,
          status: 'approved',
          type: 'comment',
          createdAt: Date.UTC(2026, 1, index + 1),
        });
      const order = async (query: string) => (await rowsAt(`/admin/comments${query}`)).rows;
      assert.deepEqual(await order('?status=approved'), ['comment of third', 'comment of second', 'comment of first']);
      assert.equal((await order('?status=approved&sort=time&direction=asc'))[0], 'comment of first');
      const csv = await administrator.get('/admin/comments/export?format=csv&sort=time&direction=asc');
      assert.match(csv.html, /The first word\..*The second word\..*The third word\./s);
      const page = await administrator.get('/admin/comments?status=approved');
      await administrator.submit(page, 'Save this view', { name: 'Published talk' });
      assert.match((await administrator.get('/admin/comments')).text, /Published talk/);
    });
  });
});
