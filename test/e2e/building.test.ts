// What builders of sites look at: components, rows that come in.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { settings } from '../../config/default.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite, violationsInBoth } from './admin-visitor.ts';

describe('screens for builders in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  before(async () => {
    admin = await startAdminSite({ plugins: [...settings.plugins.default.default, 'showcase'] });
  });
  after(() => admin?.stop());

  test('components, fields, parts of panels and blocks have no barrier, by day and by night', async () => {
    const screens = ['', '/fields', '/panels', '/blocks/core/query'].map((path) => `/admin/showcase${path}`);
    assert.deepEqual(await admin.barriers(screens, 1440), []);
    assert.deepEqual(await admin.barriers(['/admin/showcase/blocks'], 390), []);
  });

  test('what only a script can show is opened by keyboard, and closed', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/showcase');
    await page.getByRole('button', { name: 'Open it' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Move 3 posts to the trash?' });
    await dialog.waitFor();
    assert.deepEqual(await violationsInBoth(page), []);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.match(
      (await page.evaluate(() => document.activeElement?.textContent)) ?? '',
      /Open it/,
      'the focus goes back',
    );
    await page.getByRole('button', { name: 'Show it' }).press('Enter');
    await page.getByText('Saved. Visitors see it now.').last().waitFor();
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('the form of rows that come in has no barrier, also where a column is changed', async () => {
    const watched = await admin.enter({ viewport: { width: 390, height: 844 } });
    const { page } = watched;
    await watched.open('/admin/tools');
    const buffer = Buffer.from('Headline,When\nInk,24.12.2026\nPaper,someday\n');
    await page.locator('#rows').setInputFiles({ name: 'rows.csv', mimeType: 'text/csv', buffer });
    await page.locator('form[action="/admin/tools/sheets"] button').click();
    await page.waitForURL(/sheets\/./);
    await page.getByText('Change its values').first().click();
    await page.getByLabel('Dates are written as').first().fill('DD.MM.YYYY');
    assert.deepEqual(await violationsInBoth(page), []);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });
});
