// Templates and styles of the theme, changed as a person does it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite, violationsInBoth } from './admin-visitor.ts';

const fileUrl = (path: string): string => `/admin/theme-editor?file=${encodeURIComponent(path)}`;

describe('the theme editor, in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  before(async () => {
    admin = await startAdminSite();
    const { site } = admin.current;
    await site.entries.save(
      { type: 'post', title: 'Noted', content: 'A text.', status: 'publish' },
      { viewer: SYSTEM },
    );
  });
  after(() => admin?.stop());

  const code = (page: Page) => page.getByRole('textbox', { name: /^Text of / });
  const write = async (page: Page, text: string): Promise<void> => {
    await code(page).press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(text);
  };
  const inChild = (path: string): Promise<string> =>
    readFile(join(admin.current.contentDir, 'themes', 'default-child', path), 'utf8');

  test('a child is made, a template is written by the keyboard, tried in a frame, saved and taken back', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open(fileUrl('templates/single.hbs'));
    await page.getByRole('button', { name: 'Make the child theme' }).click();
    await page.getByText('The child theme is there').waitFor();
    await write(page, '{{!< base}}\n<h1>Set anew</h1>\n');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.frameLocator('iframe').getByRole('heading', { name: 'Set anew' }).waitFor();
    await code(page).press('Control+s');
    await page.getByText('Saved. Visitors see it now.').waitFor();
    assert.equal(await inChild('templates/single.hbs'), '{{!< base}}\n<h1>Set anew</h1>\n');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The file is as it was before.').waitFor();
    await assert.rejects(inChild('templates/single.hbs'), { code: 'ENOENT' });
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('a mistake leads to its line, Tab indents, and Escape lets one out of the text', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open(fileUrl('templates/page.hbs'));
    await write(page, '{{!< base}}\n<p>Fine</p>\n{{> no-such-part}}');
    const answer = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.getByRole('button', { name: 'Save' }).click();
    assert.equal((await answer).status(), 422);
    await page.getByRole('link', { name: 'Line 3' }).click();
    await page.keyboard.press('Home');
    await page.keyboard.press('Tab');
    await page.locator('.cm-line', { hasText: /^ {2}\{\{> no-such-part/ }).waitFor();
    const isInText = () =>
      page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.classList.contains('cm-content') ?? false);
    assert.equal(await isInText(), true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    assert.equal(await isInText(), false);
    assert.deepEqual(
      watched.complaints.filter((text) => !text.includes('422')),
      [],
    );
    await watched.close();
  });

  test('a word is searched for in the file', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open(fileUrl('layouts/base.hbs'));
    await page.getByRole('button', { name: 'Search in this file' }).click();
    await page.getByRole('textbox', { name: 'Find' }).pressSequentially('stylesheet');
    await page.getByRole('textbox', { name: 'Find' }).press('Enter');
    await page.locator('.cm-searchMatch-selected').waitFor();
    assert.deepEqual(await violationsInBoth(page), []);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('another theme is the site’s with one button, and the one of before with another', async () => {
    const { themes } = admin.current.site;
    const watched = await admin.enter();
    const { page } = watched;
    const active = async (): Promise<string> => (await themes.active()).theme.name;
    await watched.open('/admin/themes');
    assert.equal(await active(), 'default-child');
    await page.getByRole('button', { name: 'Use this theme' }).click();
    await page.getByText('Visitors see the new theme now.').waitFor();
    assert.equal(await active(), 'default');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Visitors see the new theme now.').waitFor();
    assert.equal(await active(), 'default-child');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('no screen of it has a barrier, by day and by night, wide and narrow', async () => {
    const { site } = admin.current;
    const subject = 'default-child:templates~single.hbs';
    const [, changed] = await site.histories.list('theme-file', subject, SYSTEM);
    const screens = [
      fileUrl('assets/css/parts/print.css'),
      `/admin/history/theme-file/${encodeURIComponent(subject)}/${changed?.id}`,
    ];
    for (const width of [1440, 390]) assert.deepEqual(await admin.barriers(screens, width), [], String(width));
  });
});
