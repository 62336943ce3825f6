// What a page costs, as an administrator sees it in a browser: over the site and over the admin, by keyboard.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, COLOURS, startAdminSite, violations } from './admin-visitor.ts';

describe('the panel of page costs in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  before(async () => {
    admin = await startAdminSite();
  });
  after(() => admin?.stop());

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`opens by keyboard over the site and over the admin, and is accessible in ${colorScheme}`, async () => {
      const { page, open, complaints, close } = await admin.enter({ colorScheme });
      const asked = colorScheme === 'dark' ? COLOURS : {};
      for (const path of ['/admin/plugins', '/']) {
        await open(path);
        const inBar = path === '/' ? 'a[href="/admin/profiler"]' : '.topbar a[href^="/admin/profiler?"]';
        const link = page.locator(inBar);
        await link.waitFor();
        await link.focus();
        await page.keyboard.press('Enter');
        const panel = page.getByRole('dialog', { name: 'What this page costs' });
        await panel.getByRole('row').nth(1).waitFor();
        assert.equal(new URL(page.url()).pathname, path);
        assert.deepEqual(complaints, [], path);
        assert.deepEqual(await violations(page, asked), [], path);
        complaints.length = 0; // What looks for violations adds a style of its own to the panel.
        await page.keyboard.press('Escape');
        await panel.waitFor({ state: 'detached' });
      }
      await close();
    });
  }
});
