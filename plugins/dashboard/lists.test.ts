import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { Browser, linksOf, type Page } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

const PLUGINS = ['posts', 'blocks', 'users', 'dashboard'];

forEachSite({ plugins: PLUGINS }, (suite) => {
  const site = () => suite.current.site;
  let editor: Browser;
  let cookie: string;

  before(async () => {
    site().types.register('book', {
      title: 'Books',
      singular: 'Book',
      supports: ['title', 'author', 'revisions'],
      taxonomies: ['category', 'post_tag'],
      capability: 'post',
      fields: {
        price: { kind: 'decimal', label: 'Price', index: true },
        genre: { kind: 'select', label: 'Genre', index: true, choices: { a: 'Atlas', n: 'Novel' } },
        sold: { kind: 'date', label: 'Sold', index: true },
        isbn: { kind: 'text', label: 'ISBN', index: true },
        used: { kind: 'boolean', label: 'Used', index: true },
        hidden: { kind: 'text', label: 'Hidden' },
      },
    });
    site().admin.lists.extend<Entry>('content:book', {
      columns: [
        {
          key: 'length',
          label: 'Length',
          isNumber: true,
          cells: (books) => books.map(({ title }) => ({ text: String(title.length) })),
        },
      ],
      filters: [
        {
          name: 'cheap',
          label: 'Cheap',
          kind: 'select',
          options: () => [{ value: 'yes', label: 'Below ten' }],
          query: (value) => (value === 'yes' ? { where: { price: { lt: 10 } } } : undefined),
        },
      ],
      actions: [
        {
          name: 'top',
          label: 'Put on top',
          capability: 'edit_others_posts',
          undo: 'untop',
          said: (count) => `${count} books stand on top.`,
          run: async (ids, { viewer }) => {
            for (const id of ids) await site().entries.save({ id, sticky: true }, { viewer });
            return { done: ids };
          },
        },
        {
          name: 'untop',
          label: 'Take from the top',
          capability: 'edit_others_posts',
          said: (count) => `${count} books stand in line again.`,
          run: async (ids, { viewer }) => {
            for (const id of ids) await site().entries.save({ id, sticky: false }, { viewer });
            return { done: ids };
          },
        },
      ],
      rowActions: (books) => books.map(({ id }) => [{ label: 'Lend', url: `/admin/lend/${id}` }]),
    });
    const book = (title: string, fields: object, more: object = {}) =>
      site().entries.save(
        { type: 'book', title, status: 'publish', fields: { ...fields }, ...more },
        { viewer: SYSTEM },
      );
    await book(
      'Maps',
      { price: '8.50', genre: 'a', sold: '2026-03-01', isbn: 'X-100', used: true },
      { publishedAt: Date.UTC(2025, 1, 3), terms: { category: ['Old'], post_tag: ['red'] } },
    );
    await book(
      'Novel one',
      { price: '12.00', genre: 'n', sold: '2026-04-15', isbn: 'X-200', used: false },
      { publishedAt: Date.UTC(2025, 2, 3), terms: { category: ['Old'] } },
    );
    await book('=Novel two', { price: '100', genre: 'n' }, { publishedAt: Date.UTC(2024, 2, 3) });
    await book('Nothing known', {}, { status: 'draft' });
    ({ cookie } = await suite.current.loginAs('editor'));
    editor = new Browser(() => suite.current, cookie);
  });

  const titles = (page: Page): string[] =>
    [...page.html.matchAll(/cell-link"[^>]*>([^<]+)</g)]
      .map((match) => match[1] ?? '')
      .map((text) => text.replace('&#x3D;', '='));
  const listed = async (query: string): Promise<string[]> => titles(await editor.get(`/admin/content/book?${query}`));
  const sorted = async (query: string): Promise<string[]> => (await listed(query)).toSorted();
  const asJson = async (query: string) => {
    const reply = await suite.current.inject({
      url: `/admin/content/book?${query}`,
      headers: { cookie, accept: 'application/json' },
    });
    assert.equal(reply.statusCode, 200);
    return (
      JSON.parse(reply.payload) as {
        table: { rows: { cells: { text?: string }[] }[]; total: object; columns: { key: string }[] };
      }
    ).table;
  };

  test('a list is narrowed by every field that has an index, each in its own way', async () => {
    assert.deepEqual(await sorted('filter.field.genre=n'), ['=Novel two', 'Novel one']);
    assert.deepEqual(await listed('filter.field.price.min=9&filter.field.price.max=50'), ['Novel one']);
    assert.deepEqual(await listed('filter.field.isbn=x-1'), ['Maps']);
    assert.deepEqual(await listed('filter.field.used=no'), ['Novel one']);
    assert.deepEqual(await sorted('filter.field.sold.min=2026-03-01&filter.field.sold.max=2026-04-15'), [
      'Maps',
      'Novel one',
    ]);
    assert.deepEqual(await listed('filter.field.sold.max=2026-04-14'), ['Maps']);
    assert.equal((await listed('filter.field.hidden=x')).length, 4, 'a field without an index narrows nothing');
    assert.equal((await listed('filter.field.price.min=abc')).length, 4, 'nor does what is no number');
  });

  test('by terms of several taxonomies at once, by author, by year and by month, and by what a plugin adds', async () => {
    const [old] = await site().terms.list('category', { search: 'Old' });
    const [red] = await site().terms.list('post_tag', { search: 'red' });
    assert.deepEqual(await sorted(`filter.tax.category=${old?.id}`), ['Maps', 'Novel one']);
    assert.deepEqual(await listed(`filter.tax.category=${old?.id}&filter.tax.post_tag=${red?.id}`), ['Maps']);
    assert.deepEqual(await sorted('filter.month=2025'), ['Maps', 'Novel one']);
    assert.deepEqual(await listed('filter.month=202503'), ['Novel one']);
    assert.deepEqual(await listed('filter.cheap=yes'), ['Maps']);
    const page = await editor.get('/admin/content/book?filter.cheap=yes&filter.month=2025');
    const chip = linksOf(page).find(({ text }) => text.startsWith('Cheap: Below ten'));
    assert.deepEqual(
      titles(await editor.get(chip?.href ?? '')).toSorted(),
      ['Maps', 'Novel one'],
      'a press takes one away',
    );
    assert.match(page.html, /<option value="202503">March 2025<\/option>/);
  });

  test('it is sorted by a field in both directions, page by page', async () => {
    assert.deepEqual(await listed('sort=field.price'), ['Maps', 'Novel one', '=Novel two'], 'as numbers, not as text');
    assert.deepEqual(await listed('sort=field.price&direction=desc'), ['=Novel two', 'Novel one', 'Maps']);
    assert.deepEqual(await listed('sort=field.hidden'), await listed(''), 'not by one without an index');
    const query = { type: 'book', order: { field: 'price' }, direction: 'asc' as const, limit: 2 };
    const first = await site().entries.find(query);
    const second = await site().entries.find({ ...query, after: first.next ?? undefined });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ title }) => title),
      ['Maps', 'Novel one', '=Novel two'],
    );
    await assert.rejects(site().entries.find({ type: 'book', order: { field: 'hidden' } }), {
      code: 'GALLEY_INPUT_INVALID',
    });
  });

  test('scripts get the same rows as the page, and how many there are', async () => {
    for (const query of ['', 'filter.field.genre=n', 'search=Novel&sort=title', 'sort=field.price']) {
      const { rows } = await asJson(query);
      assert.deepEqual(
        rows.map(({ cells }) => cells[0]?.text),
        await listed(query),
        query,
      );
    }
    assert.deepEqual((await asJson('')).total, { count: 4, isMore: false });
    assert.deepEqual((await asJson('filter.field.genre=n')).total, { count: 2, isMore: false });
  });

  test('a page brings its rows once: what it tells scripts has none', async () => {
    const { html } = await editor.get('/admin/content/book');
    const facts = /<script type="application\/json" id="data-list">(.*?)<\/script>/s.exec(html)?.[1] ?? '{}';
    assert.deepEqual(Object.hasOwn(JSON.parse(facts), 'columns'), true);
    assert.deepEqual(Object.hasOwn(JSON.parse(facts), 'rows'), false);
  });

  test('who and what a list can be narrowed by is known at once when it changes', async () => {
    const hasChoice = async (label: string): Promise<boolean> =>
      (await editor.get('/admin/content/book')).html.includes(`>${label}</option>`);
    assert.deepEqual([await hasChoice('Fresh shelf'), await hasChoice('Newcomer')], [false, false]);
    const { id } = await site().terms.save({ taxonomy: 'category', name: 'Fresh shelf' }, { viewer: SYSTEM });
    const newcomer = await site().users.create({ login: 'newcomer', name: 'Newcomer' }, SYSTEM);
    assert.deepEqual([await hasChoice('Fresh shelf'), await hasChoice('Newcomer')], [true, true]);
    await site().terms.save({ id, taxonomy: 'category', name: 'Worn shelf' }, { viewer: SYSTEM });
    await site().users.remove(newcomer.id, { reassignTo: null }, SYSTEM);
    assert.deepEqual([await hasChoice('Worn shelf'), await hasChoice('Newcomer')], [true, false]);
    await site().terms.remove(id, { viewer: SYSTEM });
    assert.equal(await hasChoice('Worn shelf'), false);
  });

  test('each person chooses which columns stand there, in which order, and gets them back as they were', async () => {
    const page = await editor.get('/admin/content/book');
    const columns = async (): Promise<string[]> => (await asJson('')).columns.map(({ key }) => key);
    assert.deepEqual(await columns(), [
      'title',
      'author',
      'terms',
      'status',
      'modified',
      'published',
      'field.price',
      'field.genre',
      'length',
    ]);
    const token = /name="_token" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const order = ['length', 'status', 'field.isbn', 'author'];
    const back = await editor.post('/admin/lists/look', {
      _token: token,
      list: 'content:book',
      order,
      columns: ['length', 'field.isbn', 'forged'],
      back: '/admin/content/book',
    });
    assert.match(back.url, /\/admin\/content\/book$/);
    assert.deepEqual((await columns()).slice(0, 3), ['title', 'length', 'field.isbn']);
    assert.equal((await columns()).includes('status'), false);
    const other = new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);
    assert.match(
      (await other.get('/admin/content/book')).html,
      /<th scope="col"[^>]*>Status/,
      'nobody else is concerned',
    );
    await editor.submit(back, 'As it was');
    assert.equal((await columns()).length, 9);
  });

  test('an action of a plugin runs on what is selected, is taken back, and is not there for whoever may not', async () => {
    const { items } = await site().entries.find({ type: 'book', title: 'Novel' });
    const ids = items.map(({ id }) => String(id));
    const list = await editor.get('/admin/content/book');
    assert.match(list.html, /Lend/);
    const done = await editor.submit(list, 'Apply', { action: 'top', ids });
    assert.match(done.text, /2 books stand on top\./);
    assert.equal((await site().entries.need(Number(ids[0]))).sticky, true);
    await editor.submit(done, 'Undo');
    assert.equal((await site().entries.need(Number(ids[0]))).sticky, false);
    const author = await suite.current.loginAs('author');
    const refused = await new Browser(() => suite.current, author.cookie).post('/admin/content/book/bulk', {
      _token: author.token,
      action: 'top',
      ids,
    });
    assert.match(refused.text, /Choose first what is to be done/);
    assert.equal((await site().entries.need(Number(ids[0]))).sticky, false);
  });

  test('an export holds all that is listed and no more, whole, and nothing in it runs in a spreadsheet', async () => {
    const get = async (url: string, as = cookie) =>
      (await suite.current.inject({ url: `/admin/content/book/export?${url}`, headers: { cookie: as } })).payload;
    const csv = await get('format=csv&filter.field.genre=n&sort=title');
    assert.match(csv, /^\uFEFFID,Title,Author,/);
    assert.equal(csv.trim().split('\r\n').length, 3);
    assert.match(csv, /\d+,'=Novel two,/);
    const rows = JSON.parse(await get('format=json&sort=title&direction=desc')) as Record<string, string>[];
    assert.deepEqual(
      rows.map(({ title }) => title),
      ['Nothing known', 'Novel one', 'Maps', '=Novel two'].toSorted().toReversed(),
    );
    assert.equal(rows.find(({ title }) => title === 'Maps')?.['field.price'], '8.50');
    const xml = await get('format=xml&sort=title');
    assert.match(xml, /^<\?xml [^>]+>\n<rows>\n<row><id>\d+<\/id><title>/);
    assert.match(xml, /<title>=Novel two<\/title>.*<field\.price>/);
    const author = await suite.current.loginAs('author');
    assert.deepEqual(
      JSON.parse(await get('format=json&status=draft', author.cookie)),
      [],
      'nobody exports what he may not see',
    );
    const ids = await suite.current.inject({ url: '/admin/content/book/ids?search=Novel', headers: { cookie } });
    assert.equal((JSON.parse(ids.payload) as { ids: number[] }).ids.length, 2);
    const long = 'x'.repeat(300);
    await site().entries.save({ type: 'book', title: long, status: 'draft' }, { viewer: SYSTEM });
    assert.match(await get('format=csv&search=xxx'), new RegExp(long));
  });
});
