// Menus and widgets, as a person arranges them with the mouse and again with the keyboard only; content types and
// settings by keys alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Locator, Page } from 'playwright-core';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite } from './admin-visitor.ts';
import { focused, skipToContent, tabTo } from './keyboard.ts';

describe('the structure of a site in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let menu: number;
  before(async () => {
    admin = await startAdminSite();
    menu = await makeMenu('Main', ['News', 'Sport', 'Local', 'About']);
  });
  after(() => admin?.stop());

  async function makeMenu(name: string, titles: readonly string[]): Promise<number> {
    const { site } = admin.current;
    const { id } = await site.terms.save({ taxonomy: 'nav_menu', name }, { viewer: SYSTEM });
    for (const [index, title] of titles.entries())
      await site.entries.save(
        {
          type: 'nav_menu_item',
          title,
          order: index + 1,
          status: 'publish',
          terms: { nav_menu: [id] },
          fields: { kind: 'custom', url: `/${title.toLowerCase()}/` },
        },
        { viewer: SYSTEM },
      );
    return id;
  }
  const outline = (page: Page): Promise<string[]> =>
    page
      .locator('.menu-items > [data-id]')
      .evaluateAll((items) =>
        items.map((item) => `${'-'.repeat(Number(item.dataset['depth']))}${item.dataset['label']}`),
      );
  const tree = async (): Promise<string> => {
    const nodes = await admin.current.site.services.use('menus').tree(menu);
    return nodes
      .map(({ title, children }) => [title, ...children.map((child) => `-${child.title}`)].join(' '))
      .join(' ');
  };

  async function drag(
    page: Page,
    handle: Locator,
    to: Locator,
    { x = 0, y = 0, isAcross = false } = {},
  ): Promise<void> {
    const [from, target] = [await handle.boundingBox(), await to.boundingBox()];
    assert.ok(from && target);
    const end = isAcross ? target.x + 60 : from.x + from.width / 2 + x;
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(end - x / 2, target.y + target.height / 2, { steps: 4 });
    await page.mouse.move(end, target.y + target.height / 2 + y, { steps: 4 });
    await page.mouse.up();
  }

  test('a menu is arranged by mouse: dragged up, dragged below another, and saved', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open(`/admin/menus/${menu}`);
    const item = (name: string): Locator => page.locator(`[data-label="${name}"]`);
    const handle = (name: string): Locator => page.getByRole('button', { name: `Move ${name}`, exact: true });
    const undo = page.getByRole('button', { name: 'Undo move' });
    const isOffered = (): Promise<boolean> => undo.isEnabled();
    assert.equal(await isOffered(), false, 'there is nothing to take back yet');
    await drag(page, handle('About'), item('Sport'), { y: -20 });
    assert.equal(await isOffered(), true);
    await undo.press('Enter');
    assert.equal(await isOffered(), false);
    assert.equal(await undo.evaluate((element) => element === document.activeElement), true, 'the focus stays');
    await drag(page, handle('About'), item('Sport'), { y: -20 });
    assert.deepEqual(await outline(page), ['News', 'About', 'Sport', 'Local']);
    await drag(page, handle('Local'), item('About'), { x: 40, y: 20 });
    assert.deepEqual(await outline(page), ['News', 'About', '-Local', 'Sport']);
    await page.getByRole('button', { name: 'Save menu' }).last().click();
    await page.getByText('Saved. Visitors see it now.').waitFor();
    assert.equal(await tree(), 'News About -Local Sport');
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('The menu is as it was before.').waitFor();
    assert.equal(await tree(), 'News Sport Local About');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('a menu is arranged by keyboard alone, and what happens is said', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open(`/admin/menus/${menu}`);
    const handle = page.getByRole('button', { name: 'Move About', exact: true });
    await handle.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowRight');
    await page.getByText('About: position 1 of 1 below Sport.').waitFor();
    assert.equal(await handle.evaluate((element) => element === document.activeElement), true, 'the focus stays');
    await page.keyboard.press('ArrowUp');
    await page.getByText('About cannot move further that way.').waitFor();
    await page.keyboard.press('Control+z');
    assert.deepEqual(await outline(page), ['News', 'Sport', 'About', 'Local']);
    await page.getByRole('button', { name: 'Move one level down: Local' }).press('Enter');
    assert.deepEqual(await outline(page), ['News', 'Sport', 'About', '-Local']);
    await page.keyboard.press('Control+s');
    await page.getByText('Saved. Visitors see it now.').waitFor();
    assert.equal(await tree(), 'News Sport About -Local');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('what a menu can lead to is found while typing, and added without losing the new order', async () => {
    await admin.current.site.entries.save({ type: 'page', title: 'Imprint', status: 'publish' }, { viewer: SYSTEM });
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open(`/admin/menus/${menu}`);
    await page.getByRole('button', { name: 'Move down: News' }).click();
    await page.getByLabel('Look for pages, posts and terms').fill('impri');
    await page.locator('[data-offers="entries"] label').filter({ hasText: 'Imprint' }).click();
    await page.waitForFunction(() => document.querySelectorAll('[data-offers="entries"] label').length === 1);
    await page.getByRole('button', { name: 'Add to the menu' }).click();
    await page.getByText('Added at the end.').waitFor();
    assert.equal(await tree(), 'Sport News About -Local Imprint');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('widgets move between areas by mouse and by keyboard, and are set aside', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    const { options } = admin.current.site;
    await watched.open('/admin/widgets');
    const search = page.getByRole('button', { name: 'Move Search', exact: true });
    await drag(page, search, page.locator('[data-list="footer"] > [data-id]').first(), { y: -30, isAcross: true });
    const categories = page.getByRole('button', { name: /^Move Categories/ });
    await categories.focus();
    for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowDown');
    await page.getByText('in Set aside.').waitFor();
    await page.getByRole('button', { name: 'Save widgets' }).last().click();
    await page.getByText('Saved. Visitors see it now.').waitFor();
    const stored = await options.get<Record<string, string[]>>('widgets');
    assert.match(stored['footer']?.[0] ?? '', /wp:search/);
    assert.match(stored['wp_inactive_widgets']?.join() ?? '', /wp:categories/);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('by keys alone a type is made, its fields are put in order, and an entry of it is written', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    const { keyboard } = page;
    const fill = async (name: RegExp, text: string): Promise<void> => {
      await tabTo(page, name);
      await keyboard.type(text);
    };
    await watched.open('/admin/content-types');
    await skipToContent(page);
    await tabTo(page, /New content type/);
    await keyboard.press('Enter');
    await page.waitForURL(/new$/);
    await skipToContent(page);
    await fill(/Name of many/, 'Books');
    await fill(/Name of one/, 'Book');
    await fill(/^input Key/, 'book');
    await fill(/^input Label/, 'Pages');
    await fill(/^input Key/, 'pages');
    await tabTo(page, /Add a row/);
    await keyboard.press('Enter');
    assert.equal(await focused(page), 'input Label');
    await keyboard.type('Subtitle');
    await fill(/^input Key/, 'pages');
    await tabTo(page, /^button Move up: Field 2/, 'Shift+Tab');
    await keyboard.press('Enter');
    assert.match(await focused(page), /arrow keys: Field 1/, 'at the top it goes no further up');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowUp');
    await keyboard.press('Control+s');
    await page.getByText('The key “pages” stands twice.').first().waitFor();
    assert.match(await focused(page), /Not saved/);
    await tabTo(page, /stands twice/);
    await keyboard.press('Enter');
    assert.equal(await focused(page), 'input Key');
    await keyboard.press('Control+a');
    await keyboard.type('words');
    await keyboard.press('Control+s');
    await page.waitForURL(/content-types$/);
    assert.match(await focused(page), /“Books” is saved and live/);
    const { fields } = (await admin.current.site.services.use('contentTypes').read()).types['book'] ?? {};
    assert.deepEqual(
      Object.entries(fields ?? {}).map(([key, { label }]) => [key, label]),
      [
        ['pages', 'Subtitle'],
        ['words', 'Pages'],
      ],
    );
    // A row brings what its kind needs; the rest comes when another kind is chosen, also in rows inside of it.
    await watched.open('/admin/content-types/type/book');
    const control = (name: string): Locator => page.locator(`[name="type.fields.1.${name}"]`);
    const addInside = page.locator('[data-rows="type.fields.1.fields"] > .row-add button');
    assert.equal(await control('choices').count(), 0);
    await control('kind').selectOption('repeater');
    await addInside.click();
    assert.equal(await focused(page), 'input Label');
    await control('fields.0.label').fill('Word');
    await control('fields.0.key').fill('word');
    await keyboard.press('Control+s');
    await page.waitForURL(/content-types$/);
    await watched.open('/admin/content-types/type/book');
    await control('fields.0.kind').selectOption('select');
    await control('fields.0.choices').fill('a : A');
    const order = await page
      .locator('[data-row="type.fields.1.fields.0"] > .row-body > .field')
      .evaluateAll((fields) =>
        fields.map((field) => field.querySelector('[name]')?.getAttribute('name')?.split('.').at(5)),
      );
    assert.deepEqual(order.slice(0, 8), ['label', 'key', 'kind', 'help', 'required', 'index', 'choices', 'to']);
    assert.equal(new Set(order).size, order.length, 'each once');
    assert.equal(await control('fields.0.to').isVisible(), false);
    await addInside.click();
    await control('fields.1.label').fill('Times');
    await control('fields.1.key').fill('times');
    await keyboard.press('Control+s');
    await page.waitForURL(/content-types$/);
    const inner = (await admin.current.site.services.use('contentTypes').read()).types['book']?.fields?.['words'];
    assert.deepEqual(inner?.fields, {
      word: { kind: 'select', label: 'Word', choices: { a: 'A' } },
      times: { kind: 'text', label: 'Times' },
    });
    await watched.open('/admin/content/book/new');
    await keyboard.type('Moby Dick');
    await fill(/^input Subtitle/, 'The whale');
    await keyboard.press('Control+s');
    await page.waitForURL(/content\/book\/\d+$/);
    assert.equal(await focused(page), 'input Subtitle', 'one goes on where one was');
    const book = await admin.current.site.entries.need(Number(page.url().split('/').pop()), SYSTEM);
    assert.deepEqual([book.title, book.fields['pages']], ['Moby Dick', 'The whale']);
    assert.deepEqual(
      watched.complaints.filter((text) => !text.includes('status of 400')),
      [],
    );
    await watched.close();
  });

  test('by keys alone a setting is changed, put right where it was wrong, and brought back', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    const { options } = admin.current.site;
    await watched.open('/admin/settings/reading');
    const before = await options.get<number>('posts_per_page');
    const write = async (value: string): Promise<void> => {
      await page.keyboard.press('Control+a');
      await page.keyboard.type(value);
    };
    await skipToContent(page);
    await tabTo(page, /Posts per page/);
    await write('0');
    await tabTo(page, /Save settings/);
    await page.keyboard.press('Enter');
    await page.locator('#summary').waitFor();
    assert.match(await focused(page), /Not saved/);
    await tabTo(page, /^a .*At least 1/);
    await page.keyboard.press('Enter');
    assert.match(await focused(page), /Posts per page/);
    await write('7');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved. It holds from now on.').first().waitFor();
    assert.match(await focused(page), /Posts per page/, 'one goes on where one was');
    assert.equal(await options.get<number>('posts_per_page'), 7);
    await tabTo(page, /Earlier versions/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/history/);
    await skipToContent(page);
    await tabTo(page, /Version 1/);
    await page.keyboard.press('Enter');
    await skipToContent(page);
    await tabTo(page, /Bring this version back/);
    await page.keyboard.press('Enter');
    await page.getByText('It is back.').waitFor();
    assert.match(await focused(page), /It is back/);
    assert.equal(await options.get<number>('posts_per_page'), before);
    await watched.close();
  });

  for (const width of [390, 1440])
    test(`no screen of structure has a barrier at ${width} pixels`, async () => {
      assert.deepEqual(
        await admin.barriers(
          [`/admin/menus/${menu}`, '/admin/menus', '/admin/widgets', '/admin/content-types/new'],
          width,
        ),
        [],
      );
    });
});
