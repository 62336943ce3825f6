// What the block editor brings from elsewhere: links to own entries, files of the library, patterns.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite, violationsInBoth } from './admin-visitor.ts';
import { editorText, focusText, openEntry, pressKeys } from './editor-visitor.ts';
import type { WatchedPage } from './visitor.ts';

const block = (words: string): string => `<!-- wp:paragraph -->\n<p>${words}</p>\n<!-- /wp:paragraph -->`;

describe('links, pictures and patterns in the block editor', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let open: WatchedPage;

  before(async () => {
    admin = await startAdminSite();
    open = await admin.enter({ viewport: { width: 1280, height: 900 } });
  });
  after(async () => admin?.stop());

  async function edit(content: string): Promise<Page> {
    const { entries } = admin.current.site;
    const { id } = await entries.save({ type: 'post', title: 'A text', content }, { viewer: SYSTEM });
    await openEntry(open, id);
    return open.page;
  }

  /** Opens the dialog for a link, where the editor knows what is selected. */
  async function pressLink(page: Page, ...keys: string[]): Promise<void> {
    await pressKeys(page, ...keys);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').and(page.locator(':focus')).waitFor();
  }

  async function fromMenu(page: Page, item: string): Promise<void> {
    await page.getByRole('toolbar').getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: item }).click();
  }

  async function insert(page: Page, name: string): Promise<void> {
    await page.getByRole('toolbar').getByRole('button', { name: 'Add a block', exact: true }).click();
    await page.getByRole('combobox', { name: 'Find a block' }).fill(name);
    await page.getByRole('option', { name, exact: true }).first().waitFor();
    await page.keyboard.press('Enter');
  }

  const found = (page: Page) => page.getByRole('listbox', { name: 'Of this site' });

  test('by keys alone an entry is found by its title and linked, in a new tab', async () => {
    const { entries } = admin.current.site;
    const target = { type: 'page', title: 'Where to find us', status: 'publish' } as const;
    await entries.save(target, { viewer: SYSTEM });
    await entries.save({ ...target, title: 'Where we were', status: 'draft' }, { viewer: SYSTEM });
    const page = await edit(block('Visit us'));
    await focusText(page);
    await pressLink(page, 'Control+Home', 'Shift+Control+ArrowRight');
    const field = page.getByRole('combobox', { name: 'Address or title' });
    await found(page).getByRole('option').first().waitFor();
    await page.keyboard.type('where');
    await found(page)
      .getByRole('option', { name: /Where we were Draft/ })
      .waitFor();
    await found(page).getByRole('option').nth(2).waitFor({ state: 'detached' });
    assert.equal(await found(page).getByRole('option').count(), 2);
    assert.deepEqual(await violationsInBoth(page), []);
    await page.keyboard.press('Escape');
    assert.equal(await field.getAttribute('aria-expanded'), 'false', 'Escape closes the list, not the dialog');
    // The arrow right after a letter: the search that was to come does not make the list anew under the hand.
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/editor/links')) asked.push(request.url());
    });
    await field.evaluate((input: HTMLInputElement) => {
      input.value += ' ';
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }));
    });
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    assert.equal(asked.length, 1, asked.join('\n'));
    await found(page)
      .getByRole('option', { name: /Where to find us/ })
      .waitFor();
    await page.keyboard.press('ArrowUp');
    const active = page.locator(`[id="${await field.getAttribute('aria-activedescendant')}"]`);
    if (!/find us/.test((await active.textContent()) ?? '')) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    assert.equal(await field.inputValue(), '/where-to-find-us/');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.match(
      await editorText(page),
      /<p><a href="\/where-to-find-us\/" target="_blank" rel="noopener">Visit ?<\/a> ?us<\/p>/,
    );
  });

  test('an address that is typed is linked as before, and where nothing is selected the title is written', async () => {
    const page = await edit(block('See '));
    await focusText(page);
    await pressLink(page, 'Control+End');
    await page.keyboard.type('example.org/a');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.match(await editorText(page), /<a href="https:\/\/example\.org\/a">/);
    await pressLink(page, 'Control+End', 'Enter');
    await page.keyboard.type('find us');
    await found(page)
      .getByRole('option', { name: /Where to find us/ })
      .click();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.match(await editorText(page), /<p><a href="\/where-to-find-us\/">Where to find us<\/a><\/p>/);
  });

  test('a block is kept as a pattern, shown elsewhere, and changes wherever it stands; detached it stays', async () => {
    const page = await edit(block('Open from nine'));
    await page.locator('.ge-text p').first().click();
    await fromMenu(page, 'Make a pattern');
    assert.deepEqual(await violationsInBoth(page), []);
    await page.getByLabel('Name').fill('Hours of opening');
    await page.getByRole('button', { name: 'Make a pattern' }).click();
    await page.getByText('Synced pattern: Hours of opening').waitFor();
    const reference = /<!-- wp:block \{"ref":(\d+)\} \/-->/;
    const id = Number(reference.exec(await editorText(page))?.[1]);
    await page.keyboard.press('Control+z');
    assert.match(await editorText(page), /Open from nine/);
    await page.keyboard.press('Control+Shift+z');
    assert.match(await editorText(page), reference);
    const other = await edit('');
    await focusText(other);
    await insert(other, 'Hours of opening');
    await other.locator('.ge-island').getByText('Open from nine').waitFor();
    assert.match(await editorText(other), reference);
    assert.deepEqual(await violationsInBoth(other), []);
    await admin.current.site.entries.save({ id, content: block('Open from ten') }, { viewer: SYSTEM });
    const again = await edit(`${block('Both:')}\n\n<!-- wp:block {"ref":${id}} /-->`);
    await again.locator('.ge-island').getByText('Open from ten').waitFor();
    assert.equal(
      await again.getByRole('link', { name: 'Edit the original' }).getAttribute('href'),
      `/admin/content/wp_block/${id}`,
    );
    await again.locator('.ge-island-body').click();
    await fromMenu(again, 'Detach from the pattern');
    await again.locator('.ge-island').waitFor({ state: 'detached' });
    await again.locator('.ge-text').getByText('Open from ten').waitFor();
    assert.equal(await editorText(again), `${block('Both:')}\n\n${block('Open from ten')}`);
  });

  test('a pattern lists where it is used, and is asked about before it goes from there', async () => {
    const { entries } = admin.current.site;
    const draft = { type: 'wp_block', status: 'publish', title: 'Hours in winter' } as const;
    const { id } = await entries.save({ ...draft, content: block('Open from eleven') }, { viewer: SYSTEM });
    const content = `<!-- wp:block {"ref":${id}} /-->`;
    await entries.save(
      { type: 'page', title: 'Where the hours stand', status: 'publish', content },
      { viewer: SYSTEM },
    );
    const { page } = open;
    await openEntry(open, id, 'wp_block');
    await page.getByText('Used in 1 place').click();
    await page.getByRole('link', { name: 'Where the hours stand' }).waitFor();
    assert.deepEqual(await violationsInBoth(page), []);
    await page.getByRole('button', { name: 'Move to the trash' }).click();
    await page.getByRole('heading', { name: 'Move “Hours in winter” to the trash?' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Where the hours stand' }).waitFor();
    assert.deepEqual(await violationsInBoth(page), []);
    assert.equal((await entries.need(id, SYSTEM)).status, 'publish');
    await page.getByRole('button', { name: 'Move to the trash' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('link', { name: 'Hours in winter', exact: true }).waitFor();
    assert.equal((await entries.need(id, SYSTEM)).status, 'publish');
  });

  test('of an unsynced pattern the blocks are copied in', async () => {
    const draft = { type: 'wp_block', status: 'publish', title: 'Two lines' } as const;
    const meta = { wp_pattern_sync_status: 'unsynced' };
    const content = `${block('One')}\n\n${block('Two')}`;
    await admin.current.site.entries.save({ ...draft, content, meta }, { viewer: SYSTEM });
    const page = await edit('');
    await focusText(page);
    await insert(page, 'Two lines');
    await page.locator('.ge-text').getByText('Two', { exact: true }).waitFor();
    assert.equal(await editorText(page), content);
  });

  test('a picture is chosen from the library as it is inserted, and another in its place', async () => {
    const { site } = admin.current;
    const media = site.services.use('media');
    for (const title of ['Ink', 'Paper']) {
      const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#357' } })
        .png()
        .toBuffer();
      const file = { stream: Readable.from([png]), name: `${title}.png`, declaredType: 'image/png' };
      await media.receive(file, { viewer: SYSTEM, title, alt: `${title} to see` });
    }
    const page = await edit('');
    await focusText(page);
    await insert(page, 'Image');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Ink').first().click();
    await dialog.getByRole('button', { name: 'Insert' }).click();
    const figure = (title: string): RegExp =>
      new RegExp(
        `<!-- wp:image \\{"linkDestination":"none","id":\\d+,"sizeSlug":"full"\\} -->\\s*<figure class="wp-block-image size-full"><img src="/[^"]+" alt="${title} to see" class="wp-image-\\d+"/>`,
      );
    await page.locator('.ge-image img').waitFor();
    assert.match(await editorText(page), figure('Ink'));
    await page.getByRole('toolbar').getByRole('button', { name: 'Choose from the library' }).click();
    await dialog.getByText('Paper').first().click();
    await dialog.getByRole('button', { name: 'Insert' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.match(await editorText(page), figure('Paper'));
    await edit('');
    await focusText(page);
    await insert(page, 'Image');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Choose a picture' }).waitFor();
    assert.deepEqual(await violationsInBoth(page), []);
  });

  test('a gallery takes several pictures at once, in the place of its empty one', async () => {
    const empty = '<!-- wp:image -->\n<figure class="wp-block-image"><img src="" alt=""/></figure>\n<!-- /wp:image -->';
    const page = await edit(
      `<!-- wp:gallery {"linkTo":"none"} -->\n<figure class="wp-block-gallery has-nested-images columns-default is-cropped">${empty}</figure>\n<!-- /wp:gallery -->`,
    );
    await page.locator('.ge-image').click();
    await fromMenu(page, 'Select what it stands in');
    await page.getByRole('toolbar').getByRole('button', { name: 'Choose from the library' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Ink').first().click();
    await dialog
      .getByText('Paper')
      .first()
      .click({ modifiers: ['Control'] });
    await dialog.getByRole('button', { name: 'Insert' }).click();
    await dialog.waitFor({ state: 'detached' });
    const text = await editorText(page);
    assert.equal(text.match(/<!-- wp:image \{"id":\d+/g)?.length, 2);
    assert.doesNotMatch(text, /src=""/);
  });

  test('nothing of it is against the policy of the page', () => {
    assert.deepEqual(open.complaints, []);
  });
});
