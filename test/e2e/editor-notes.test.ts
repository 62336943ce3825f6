// Notes on blocks with the editor: which block one means, and where a note shows.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite, violations } from './admin-visitor.ts';
import { openEntry, pressEnd } from './editor-visitor.ts';
import type { WatchedPage } from './visitor.ts';

const paragraph = (html: string): string => `<!-- wp:paragraph -->\n<p>${html}</p>\n<!-- /wp:paragraph -->`;

describe('notes on blocks', { skip: chromiumMissing() }, () => {
  let ada: AdminSite;
  let watched: WatchedPage;
  let page: Page;
  let id: number;

  before(async () => {
    ada = await startAdminSite();
    watched = await ada.enter({ viewport: { width: 1280, height: 900 } });
    page = watched.page;
    const content = ['First of all', 'Second &amp; <b>bold</b>, so', 'Third'].map(paragraph).join('\n\n');
    const draft = { type: 'post', title: 'A text', content } as const;
    id = (await ada.current.site.entries.save(draft, { viewer: SYSTEM })).id;
  });
  after(async () => {
    assert.deepEqual(watched?.complaints, []);
    await ada?.stop();
  });

  test('a block is selected, a note with a mention is written, and it shows at the block, also the next time', async () => {
    await openEntry(watched, id);
    await page.locator('.ge-text > p').nth(1).click();
    await page.locator('#panel-notes > summary').click();
    await page.locator('#panel-notes').getByText('About block 2: “Second & bold, so”').waitFor();
    await page.locator('#note-new').pressSequentially('Is this so, @ad');
    await page.locator('#panel-notes [role="option"]', { hasText: 'Ada' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Add the note' }).click();
    await page.locator('#panel-notes .note-body', { hasText: 'Is this so, @Ada' }).waitFor();
    const sign = page.locator('.ge-text > p.ge-signed');
    await sign.waitFor();
    assert.match((await sign.textContent()) ?? '', /^Second/);
    await page.locator('.ge-text > p').first().click();
    await pressEnd(page);
    await page.keyboard.press('Enter');
    await page.keyboard.type('Between');
    assert.match((await sign.textContent()) ?? '', /^Second/, 'the sign goes along with its block');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText('Draft saved.').waitFor();
    await openEntry(watched, id);
    assert.match((await sign.textContent()) ?? '', /^Second/);
    assert.equal(await sign.getAttribute('title'), 'One note on this block');
    await page.locator('#panel-notes > summary').click();
    await page
      .locator('#panel-notes')
      .getByRole('button', { name: /Block 3: “Second/ })
      .click();
    await pressEnd(page);
    await page.keyboard.type('!');
    assert.equal(await sign.textContent(), 'Second & bold, so!');
    assert.deepEqual(await violations(page), []);
  });

  test('a note may be about the whole text though the cursor stands in a block', async () => {
    await openEntry(watched, id);
    await page.locator('.ge-text > p').first().click();
    await page.locator('#panel-notes > summary').click();
    await page.getByRole('button', { name: 'About the whole text instead' }).click();
    await page.keyboard.type('All of it');
    await page.keyboard.press('Control+Enter');
    await page.locator('#panel-notes .note', { hasText: 'All of it' }).waitFor();
    assert.equal(await page.locator('#panel-notes .note', { hasText: 'All of it' }).locator('.note-about').count(), 0);
    assert.equal(await page.locator('.ge-text > .ge-signed').count(), 1);
  });
});
