import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser, linksOf, type Page } from '../../test/support/browser.ts';
import { makeShop, type Shop } from '../../test/support/shop-models.ts';
import { forEachSite } from '../../test/support/sites.ts';

const LIST = '/admin/records/order';

describe('The records of a model', () => {
  forEachSite({ plugins: ['posts', 'records'] }, (suite) => {
    let shop: Shop;
    let editor: Browser;
    let ada = 0;
    let grace = 0;

    before(async () => {
      shop = await makeShop(suite.current.site);
      ada = (await shop.customers.create({ name: 'Ada', email: 'ada@example.org' })).id;
      grace = (await shop.customers.create({ name: 'Grace', email: 'grace@example.org' })).id;
      await shop.orders.createMany(
        Array.from({ length: 120 }, (_, at) => ({
          number: `N-${String(at + 1).padStart(3, '0')}`,
          customer: at % 2 === 0 ? ada : grace,
          state: at < 3 ? 'on_its_way' : 'open',
          placed: Date.UTC(at < 10 ? 2025 : 2026, at % 12, 15),
          total: '9.50',
        })),
      );
      editor = new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);
    });

    /** The names of the rows. */
    const numbers = (page: Page): string[] =>
      linksOf(page).flatMap(({ href, text }) => (/\/order\/\d+$/.test(href) && !text.startsWith('Edit') ? [text] : []));
    const way = (page: Page, by: string): string => linksOf(page).find(({ href }) => href.includes(by))?.href ?? '';
    const fill = (values: Record<string, string>): Record<string, string> =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [`record.${name}`, value]));

    test('are listed, sorted and paged in both directions, with what they lead to by name', async () => {
      const home = await editor.get('/admin');
      assert.match(home.html, /href="\/admin\/records\/order"[^>]*>[\s\S]*?Orders/);
      const first = await editor.get(LIST);
      assert.deepEqual(numbers(first).slice(0, 2), ['N-120', 'N-119']);
      assert.match(first.text, /N-120 .*Grace.*Open.*9\.50.*No/);
      const older = way(first, 'after=');
      const second = await editor.get(older);
      assert.deepEqual(numbers(second).slice(0, 1), ['N-070']);
      const newer = way(second, 'before=');
      assert.deepEqual(numbers(await editor.get(newer)), numbers(first));
      const sorted = await editor.get(`${LIST}?sort=number&direction=asc`);
      assert.deepEqual(numbers(sorted).slice(0, 2), ['N-001', 'N-002']);
    });

    test('are narrowed by choices, by what they lead to, and by year and month', async () => {
      assert.equal(numbers(await editor.get(`${LIST}?filter.state=on_its_way`)).length, 3);
      const graces = await editor.get(`${LIST}?filter.state=on_its_way&filter.customer=${grace}`);
      assert.deepEqual(numbers(graces), ['N-002']);
      const year = await editor.get(`${LIST}?filter.placed=2025`);
      assert.equal(numbers(year).length, 10);
      assert.match(year.text, /Placed: 2025/, 'what narrows the list stands above it');
      assert.match(year.html, /<option value="2025-03">March 2025<\/option>/, 'a year leads on to its months');
      assert.deepEqual(numbers(await editor.get(`${LIST}?filter.placed=2025-03`)), ['N-003']);
      assert.equal(numbers(await editor.get(`${LIST}?filter.state=%27&filter.placed=x`)).length, 50);
      assert.match((await editor.get('/admin/records/customer?search=GRA')).text, /grace@example\.org/);
      assert.doesNotMatch((await editor.get('/admin/records/customer?search=GRA')).text, /ada@example\.org/);
    });

    test('are made and changed with the rows that belong to them, all of it or nothing', async () => {
      const empty = await editor.get(`${LIST}/new`);
      const asked = await editor.submit(empty, 'Add a row', fill({ number: 'S-1' }));
      const typed = fill({
        number: 'S-1',
        customer: String(ada),
        placed: '2026-03-01T09:30',
        total: '12',
        pickedAt: '09:30',
        weight: '9007199254740993',
        'lines.0.article': 'Poster',
        'lines.0.amount': '100',
      });
      const wrong = await editor.submit(asked, 'Save', typed);
      assert.equal(wrong.status, 422);
      assert.match(wrong.text, /At most 99\./);
      assert.equal(await shop.orders.count({ number: 'S-1' }), 0, 'the order alone was not kept');
      const saved = await editor.submit(wrong, 'Save', { 'record.lines.0.amount': '2' });
      assert.match(saved.text, /“S-1” is saved\./);
      const order = await shop.orders.findBy({ number: 'S-1' });
      assert.deepEqual(
        [order?.customer, order?.placed, order?.total, order?.pickedAt, order?.weight, order?.note, order?.state],
        [ada, Date.UTC(2026, 2, 1, 9, 30), '12.00', '09:30:00', 9_007_199_254_740_993n, null, 'open'],
      );
      const [line] = (await shop.lines.list({ where: { order: order?.id ?? 0 } })).items;
      assert.deepEqual([line?.article, line?.amount], ['Poster', 2]);
      const untouched = await editor.submit(saved, 'Save');
      assert.deepEqual(await shop.orders.findBy({ number: 'S-1' }), {
        ...order,
        version: 2,
        updatedAt: (await shop.orders.findBy({ number: 'S-1' }))?.updatedAt,
      });
      const removed = await editor.submit(untouched, 'Save', { 'record.lines.0._remove': true });
      assert.equal(await shop.lines.count({ order: order?.id ?? 0 }), 0);
      const taken = await editor.submit(removed, 'Save', { 'record.number': 'N-001' });
      assert.match(taken.text, /Another one has this already\./);
    });

    test('that somebody else changed meanwhile are put together, field by field, and nothing is overwritten unseen', async () => {
      const { id } = await shop.orders.create({
        number: 'M-1',
        customer: ada,
        placed: Date.UTC(2026, 4, 1),
        total: '5',
        note: 'First',
      });
      await shop.lines.createMany(['Card', 'Cup', 'Bag'].map((article) => ({ order: id, article, amount: 1 })));
      const url = `${LIST}/${id}`;
      const mine = await editor.get(url);
      const theirs = await editor.get(url);
      const late = fill({ number: 'M-2', note: 'Mine', 'lines.0.amount': '4' });
      const wrong = await editor.submit(mine, 'Save', { ...late, 'record.lines.0.amount': '100' });
      assert.equal(wrong.status, 422);
      const changed = { total: '6', note: 'Theirs', 'lines.0.amount': '2', 'lines.1.amount': '3' };
      assert.equal((await editor.submit(theirs, 'Save', fill(changed))).status, 200);

      const merge = await editor.submit(wrong, 'Save', late);
      assert.equal(merge.status, 409, 'the form that came back still knows what was seen');
      assert.match(merge.text, /Taken from the newer version: Total, Lines \(row 2\)\./);
      assert.match(merge.text, /Note.*Take theirs.*Theirs.*Take mine.*Mine/);
      assert.match(merge.text, /row 1\) .*Article: Card Amount: 1? ?2.*Article: Card Amount: 1? ?4/);
      assert.deepEqual((await shop.orders.find(id))?.note, 'Theirs');

      const open = await editor.submit(merge, 'Save both together', { 'merge.take.note': 'mine' });
      assert.equal(open.status, 409);
      assert.match(open.text, /Choose at each one/);
      await shop.orders.update(id, { isGift: true });
      const [line] = (await shop.lines.list({ where: { order: id } })).items;
      const both = { 'merge.take.note': 'mine', [`merge.take.lines.${line?.id}`]: 'theirs' };
      const again = await editor.submit(open, 'Save both together', both);
      assert.match(again.text, /You changed different things: both are put together already\./);
      assert.match((await editor.submit(again, 'Save both together')).text, /“M-2” is saved\./);
      const saved = await shop.orders.find(id);
      assert.deepEqual([saved?.number, saved?.total, saved?.note, saved?.isGift], ['M-2', '6.00', 'Mine', true]);
      const { items } = await shop.lines.list({ where: { order: id } });
      assert.deepEqual(
        items.map(({ amount }) => amount),
        [2, 3, 1],
      );
    });

    test('that somebody else deleted meanwhile: nothing that was typed is lost, and it can be saved as a new one', async () => {
      const { id } = await shop.orders.create({ number: 'G-1', customer: ada, placed: 0, total: '5' });
      await shop.lines.create({ order: id, article: 'Card', amount: 1 });
      const [form, merging] = [await editor.get(`${LIST}/${id}`), await editor.get(`${LIST}/${id}`)];
      await shop.orders.update(id, { total: '6' });
      const merge = await editor.submit(merging, 'Save', fill({ total: '7', note: 'Merged' }));
      await shop.orders.remove(id);
      const typed = { note: 'A long note', 'lines.0.amount': '4' };
      const gone = await editor.submit(form, 'Save', fill(typed));
      assert.equal(gone.status, 409);
      assert.match(gone.text, /was deleted meanwhile/);
      assert.match(gone.html, /A long note<\/textarea>/);
      const asked = await editor.submit(gone, 'Add a row');
      assert.match(asked.html, /A long note<\/textarea>/);
      assert.match((await editor.submit(gone, 'Save as a new one')).text, /“G-1” is saved\./);
      const saved = await shop.orders.findBy({ number: 'G-1' });
      assert.deepEqual([saved?.note, saved?.total], ['A long note', '5.00']);
      const { items } = await shop.lines.list({ where: { order: saved?.id ?? 0 } });
      assert.deepEqual(
        items.map(({ article, amount }) => [article, amount]),
        [['Card', 4]],
        'with the rows that went with it',
      );
      const decided = await editor.submit(merge, 'Save both together', { 'merge.take.total': 'mine' });
      assert.equal(decided.status, 409);
      assert.match(decided.html, /Merged<\/textarea>/, 'what was put together is not lost either');
    });

    test('that are duplicates are told so at the fields that are', async () => {
      await shop.customers.create({ name: 'Ida', email: 'ida@example.org', phone: '1' });
      const empty = await editor.get('/admin/records/customer/new');
      const sent = (values: Record<string, string>): Promise<Page> =>
        editor.submit(empty, 'Save', fill({ name: 'Ida', ...values }));
      const wrong = (page: Page): string[] =>
        [...page.html.matchAll(/<a href="#f-record-([\w-]+)">/g)].map(([, name = '']) => name);
      assert.deepEqual(wrong(await sent({ email: 'new@example.org', phone: '1' })), ['phone']);
      assert.deepEqual(wrong(await sent({ email: 'ida@example.org', phone: '1' })), ['email', 'phone']);
    });

    test('are tied to rows of another model, which are looked for and keep their order', async () => {
      await shop.labels.createMany([...'abcdefghijklmn'].map((letter) => ({ name: `label ${letter}` })));
      const named = new Map((await shop.labels.list()).items.map(({ name, id }) => [name, String(id)]));
      const [first = '', last = ''] = [named.get('label a'), named.get('label n')];
      const { id } = await shop.orders.create({ number: 'T-1', customer: ada, placed: 0, total: '1' });
      const form = await editor.get(`${LIST}/${id}`);
      assert.doesNotMatch(form.text, /label n/, 'only the first are offered');
      const found = await editor.submit(form, 'Find', { 'find.record.labels': 'N' });
      assert.match(found.text, /label n/);
      await editor.submit(found, 'Save', { 'record.labels': [last, first] });
      const tied = async (): Promise<string[]> =>
        ((await shop.orders.list({ where: { id }, with: ['labels'] })).items[0]?.labels ?? []).map(({ name }) =>
          String(name),
        );
      assert.deepEqual(await tied(), ['label n', 'label a']);
      await editor.submit(await editor.get(`${LIST}/${id}`), 'Save', fill({ total: '2' }));
      assert.deepEqual(await tied(), ['label n', 'label a'], 'whoever leaves them alone keeps them');
      const offered = await editor.get('/admin/api/fields/options?kind=relation&to=model:label&search=LABEL%20N');
      assert.match(offered.html, /label n/);
      const author = new Browser(() => suite.current, (await suite.current.loginAs('author')).cookie);
      const kept = await author.get('/admin/api/fields/options?kind=relation&to=model:label');
      assert.doesNotMatch(kept.html, /label/, 'who may not see them is offered none');
    });

    test('are tied to rows whose keys are UUIDs as to any others, in forms of records and of entries', async () => {
      await shop.couriers.createMany([...'abcdefghijklmn'].map((letter) => ({ name: `courier ${letter}` })));
      const keys = new Map((await shop.couriers.list()).items.map(({ name, id }) => [name, id]));
      const [first = '', last = ''] = [keys.get('courier a'), keys.get('courier n')];
      const { id } = await shop.orders.create({ number: 'U-1', customer: ada, placed: 0, total: '1' });
      const form = await editor.get(`${LIST}/${id}`);
      assert.doesNotMatch(form.text, /courier n/, 'only the first are offered');
      const found = await editor.submit(form, 'Find', { 'find.record.labels': '', 'find.record.couriers': 'N' });
      await editor.submit(found, 'Save', { 'record.couriers': [last, first] });
      const tied = async (): Promise<string[]> =>
        ((await shop.orders.list({ where: { id }, with: ['couriers'] })).items[0]?.couriers ?? []).map(
          ({ name }) => name,
        );
      assert.deepEqual(await tied(), ['courier n', 'courier a']);
      const kept = await editor.submit(await editor.get(`${LIST}/${id}`), 'Save', fill({ total: '2' }));
      assert.deepEqual(await tied(), ['courier n', 'courier a'], 'whoever leaves them alone keeps them');
      const stale = await editor.submit(found, 'Save', { 'record.couriers': [first] });
      assert.match(stale.text, /Couriers .*courier n, courier a/, 'by name where two were at it');
      const sent = kept.html.replaceAll(last, '00000000-0000-7000-8000-000000000000');
      await editor.submit({ ...kept, html: sent }, 'Save', fill({ total: '3' }));
      assert.deepEqual(await tied(), ['courier a'], 'what is not there is left out');

      const { site } = suite.current;
      const remove = site.types.register('parcel', {
        title: 'Parcels',
        singular: 'Parcel',
        capability: 'post',
        supports: ['title'],
        fields: { by: { kind: 'relation', label: 'By', to: 'model:courier', many: true } },
      });
      const parcel = await site.entries.save(
        { type: 'parcel', status: 'publish', fields: { by: [last, first] } },
        { viewer: SYSTEM },
      );
      assert.deepEqual((await site.entries.need(parcel.id, SYSTEM)).fields['by'], [last, first]);
      const junk = site.entries.save({ id: parcel.id, fields: { by: ['x; y'] } }, { viewer: SYSTEM });
      await assert.rejects(junk, { code: 'GALLEY_INPUT_INVALID' });
      remove();
    });

    test('are removed after a question; one that others lead to stays', async () => {
      const [first, second] = (await shop.orders.list({ where: { state: 'on_its_way' }, limit: 2 })).items;
      const asked = await editor.get(`${LIST}/${first?.id}/delete`);
      assert.match((await editor.submit(asked, 'Delete it')).text, /is deleted\./);
      const bulk = { action: 'delete', ids: String(second?.id) };
      const question = await editor.submit(await editor.get(LIST), 'Apply', bulk);
      assert.match(question.text, /This cannot be undone\./);
      assert.equal(await shop.orders.count({ state: 'on_its_way' }), 2);
      assert.match((await editor.submit(question, 'Delete (1)')).text, /1 deleted\./);
      assert.equal(await shop.orders.count({ state: 'on_its_way' }), 1);
      const held = await editor.submit(await editor.get(`/admin/records/customer/${ada}/delete`), 'Delete it');
      assert.match(held.text, /“Ada” stays: something else belongs to it\./);
      assert.ok(await shop.customers.find(ada));
    });

    test('leave as a file, and take what plugins add to their list', async () => {
      suite.current.site.admin.lists.extend<{ number: string }>('records:order', {
        columns: [
          { key: 'short', label: 'Short', cells: (rows) => rows.map(({ number }) => ({ text: number.slice(2) })) },
        ],
      });
      const file = await editor.get(`${LIST}/export?format=csv&filter.placed=2025-04`);
      assert.deepEqual(
        file.html
          .replace('\uFEFF', '')
          .trim()
          .split(/\r?\n/)
          .map((line) => line.replace(/^"?\d+"?,/, '#,')),
        [
          'ID,Number,Customer,State,Placed,Total,Is gift,Short',
          '#,N-004,Grace,Open,2025-04-15T00:00:00.000Z,9.50,No,004',
        ],
      );
    });

    test('lead to one of many others, which is looked for by name or number, and told by name where two were at it', async () => {
      const many = Array.from({ length: 201 }, (_, at) => ({
        name: `Client ${at}`,
        email: `client-${at}@example.org`,
      }));
      await shop.customers.createMany(many);
      const [last, other] = await Promise.all(
        ['Client 200', 'Client 150'].map((name) => shop.customers.findBy({ name })),
      );
      const { id } = await shop.orders.create({ number: 'C-1', customer: ada, placed: 0, total: '1' });
      const form = await editor.get(`${LIST}/${id}`);
      assert.match(form.html, new RegExp(`name="record.customer" value="${ada}" checked`));
      assert.doesNotMatch(form.text, /Client 200/, 'only the first are offered');
      const nothingElse = { 'find.record.labels': '', 'find.record.couriers': '' };
      const byName = await editor.submit(form, 'Find', { ...nothingElse, 'find.record.customer': 'client 200' });
      assert.match(byName.html, new RegExp(`value="${ada}" checked`), 'what is chosen stays while one looks');
      await editor.submit(byName, 'Save', { 'record.customer': String(last?.id) });
      assert.equal((await shop.orders.find(id))?.customer, last?.id);
      const byNumber = await editor.submit(await editor.get(`${LIST}/${id}`), 'Find', {
        ...nothingElse,
        'find.record.customer': `#${other?.id}`,
      });
      assert.match(byNumber.text, /Client 150/);
      await editor.submit(await editor.get(`${LIST}/${id}`), 'Save', fill({ note: 'Quick' }));
      assert.equal((await shop.orders.find(id))?.customer, last?.id, 'whoever leaves it alone keeps it');
      await shop.orders.update(id, { customer: ada });
      const stale = await editor.submit(byNumber, 'Save', { 'record.customer': String(other?.id) });
      assert.match(stale.text, /Customer Both changed this Take theirs Client 200 Ada Take mine Client 200 150 /);
    });

    test('are for those alone who hold the capability that the model names', async () => {
      const author = new Browser(() => suite.current, (await suite.current.loginAs('author')).cookie);
      for (const path of ['', '/new', '/export', '/1', '/1/delete'])
        assert.equal((await author.get(`${LIST}${path}`)).status, 403, path);
      assert.doesNotMatch((await author.get('/admin')).html, /records\/order/);
      const refused = await suite.current.submit(`${LIST}/new`, {}, await suite.current.loginAs('author'));
      assert.equal(refused.statusCode, 403);
      assert.equal((await editor.get('/admin/records/line')).status, 404, 'a model that says nothing has no screens');
      assert.equal((await editor.get(`${LIST}/999999`)).status, 404);
    });
  });
});
