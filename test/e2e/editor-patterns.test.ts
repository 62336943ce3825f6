// Patterns of the theme and of plugins in the menu of blocks, and several blocks that become one of the writer's own.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite, violations } from './admin-visitor.ts';
import { editorText, openEntry, pressEnd, pressKeys } from './editor-visitor.ts';
import type { WatchedPage } from './visitor.ts';

const paragraph = (html: string): string => `<!-- wp:paragraph -->\n<p>${html}</p>\n<!-- /wp:paragraph -->`;

describe('patterns', { skip: chromiumMissing() }, () => {
  let ada: AdminSite;
  let watched: WatchedPage;
  let page: Page;

  before(async () => {
    ada = await startAdminSite();
    ada.current.site.patterns.define('acme/hours', {
      title: 'Opening hours',
      category: 'Shop',
      keywords: 'weekday',
      content: paragraph('Open from nine to five'),
    });
    watched = await ada.enter({ viewport: { width: 1280, height: 900 } });
    page = watched.page;
  });
  after(async () => {
    assert.deepEqual(watched?.complaints, []);
    await ada?.stop();
  });

  const edit = async (content: string): Promise<void> => {
    const draft = { type: 'post', title: 'A text', content } as const;
    await openEntry(watched, (await ada.current.site.entries.save(draft, { viewer: SYSTEM })).id);
  };

  test('stand in the menu by category with what they look like, and their blocks are put into the text', async () => {
    await edit('');
    await page.locator('.ge-text > p').click();
    await page.getByRole('button', { name: 'Add a block' }).first().click();
    const list = page.locator('.ge-inserter [role="listbox"]');
    await list.getByRole('group', { name: 'Patterns: Openings' }).waitFor();
    const hours = list.getByRole('group', { name: 'Patterns: Shop' }).getByRole('option', { name: 'Opening hours' });
    await hours.scrollIntoViewIfNeeded();
    await hours.locator('.ge-look').getByText('Open from nine to five').waitFor();
    assert.deepEqual(await violations(page), []);
    await hours.click();
    await page.locator('.ge-text').getByText('Open from nine to five').waitFor();
    assert.equal(await editorText(page), paragraph('Open from nine to five'));
    await pressEnd(page);
    await page.keyboard.press('Enter');
    await page.keyboard.type('/questions');
    await page.locator('.ge-picker').getByRole('option', { name: 'Questions and answers' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.ge-text').getByText('What is asked most?').waitFor();
    assert.equal((await editorText(page)).split('<!-- wp:details -->').length - 1, 2);
  });

  test('patterns that come while one chooses do not change what is chosen', async () => {
    let answer = (): void => undefined;
    const isAnswered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/admin/api/editor/ready-patterns', async (route) => {
      await isAnswered;
      await route.continue();
    });
    await edit('');
    await page.locator('.ge-text > p').click();
    await page.keyboard.type('/o');
    const list = page.locator('.ge-picker');
    await list.getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    const chosen = (await list.locator('[aria-selected="true"]').innerText()).trim();
    answer();
    await list.getByRole('option', { name: 'Opening hours' }).waitFor();
    await page.unroute('**/admin/api/editor/ready-patterns');
    assert.equal((await list.locator('[aria-selected="true"]').innerText()).trim(), chosen);
    const id = await list.locator('[aria-selected="true"]').getAttribute('id');
    assert.equal(await page.locator('.ge-text').getAttribute('aria-activedescendant'), id);
    await page.keyboard.press('Escape');
  });

  test('several selected blocks become one pattern, which stands in their place', async () => {
    await edit([paragraph('One'), paragraph('Two'), paragraph('Three')].join('\n\n'));
    await page.locator('.ge-text > p').first().click();
    await pressKeys(page, 'Home', 'Shift+ArrowDown', 'Shift+End');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Make a pattern of 2 blocks' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('A pair');
    await page.getByRole('dialog').getByRole('button', { name: 'Make a pattern' }).click();
    await page.locator('.ge-island', { hasText: 'Synced pattern: A pair' }).waitFor();
    const text = await editorText(page);
    const id = Number(/<!-- wp:block \{"ref":(\d+)\} \/-->/.exec(text)?.[1]);
    assert.equal(text, `<!-- wp:block {"ref":${id}} /-->\n\n${paragraph('Three')}`);
    const kept = await ada.current.site.entries.need(id, SYSTEM);
    assert.equal(kept.content, `${paragraph('One')}\n\n${paragraph('Two')}`);
    await page.keyboard.press('Control+z');
    assert.match(await editorText(page), /One[\s\S]*Two[\s\S]*Three/);
  });
});
