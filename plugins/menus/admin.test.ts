import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';

let current: TestSite;
let administrator: Browser;

before(async () => {
  current = await startTestSite({ plugins: ['posts', 'blocks', 'menus', 'users', 'dashboard'] });
  administrator = new Browser(() => current, (await current.loginAs('administrator')).cookie);
});
after(() => current.stop());

test('a menu is made, filled, arranged, put in its place and seen by visitors', async () => {
  const { site } = current;
  const page = await site.entries.save(
    { type: 'page', title: 'Imprint & more', status: 'publish' },
    { viewer: SYSTEM },
  );
  const made = await administrator.submit(await administrator.get('/admin/menus'), 'Add', { name: 'Main' });
  const id = Number(/menus\/(\d+)/.exec(made.url)?.[1]);
  const filled = await administrator.submit(made, 'Add to the menu', {
    entries: [String(page.id)],
    url: 'https://example.org/',
    title: 'Elsewhere',
  });
  assert.match(filled.text, /2 added at the end/);
  const [first, second] = (
    await site.entries.find({ type: 'nav_menu_item', term: { taxonomy: 'nav_menu', ids: [id] }, order: 'order' })
  ).items;
  const item = (entry: typeof first, name: string): string => `item.${entry?.id}.${name}`;
  const arranged = await administrator.submit(filled, 'Save menu', {
    [item(first, 'order')]: '2',
    [item(second, 'order')]: '1',
    [item(second, 'title')]: 'Out there',
    [item(first, 'parent')]: String(second?.id),
  });
  assert.match(arranged.text, /Saved\. Visitors see it now\./);
  await administrator.submit(await administrator.get('/admin/menus'), 'Save places', { 'place.primary': String(id) });
  const tree = await site.services.use('menus').tree(id);
  assert.deepEqual(
    tree.map(({ title, url, children }) => [title, url, children.map((child) => child.title)]),
    [['Out there', 'https://example.org/', ['Imprint & more']]],
  );
  const front = await new Browser(() => current).get('/');
  assert.match(front.text, /Out there/);
});

test('an address that runs scripts, and an entry below itself, are refused with what was typed', async () => {
  const { site } = current;
  const menu = await site.terms.save({ taxonomy: 'nav_menu', name: 'Second' }, { viewer: SYSTEM });
  const make = (title: string) =>
    site.entries.save(
      {
        type: 'nav_menu_item',
        title,
        status: 'publish',
        terms: { nav_menu: [menu.id] },
        fields: { kind: 'custom', url: '/x' },
      },
      { viewer: SYSTEM },
    );
  const [a, b] = [await make('A'), await make('B')];
  const form = await administrator.get(`/admin/menus/${menu.id}`);
  const wrong = await administrator.submit(form, 'Save menu', {
    [`item.${a.id}.url`]: 'javascript:alert(1)',
    [`item.${a.id}.title`]: 'Kept',
  });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /Write an address/);
  assert.match(wrong.html, /value="Kept"/);
  const circle = await administrator.submit(form, 'Save menu', {
    [`item.${a.id}.parent`]: String(b.id),
    [`item.${b.id}.parent`]: String(a.id),
  });
  assert.match(circle.text, /cannot stand below itself/);
  await administrator.submit(form, 'Save menu', { [`item.${b.id}.remove`]: true });
  assert.deepEqual(
    (await site.services.use('menus').tree(menu.id)).map(({ title }) => title),
    ['A'],
  );
  const asked = await administrator.get(`/admin/menus/${menu.id}/delete`);
  assert.match(asked.text, /Its one entry goes/);
  await administrator.submit(asked, 'Delete the menu');
  assert.equal(await site.terms.get(menu.id), undefined);
});
